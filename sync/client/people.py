"""What the service says of devices, roles and series, kept read-only in the book beside the log."""

from typing import Any

import msgspec
import sqlalchemy as sa

from core.store.epochs import keep_own_series
from core.store.log import Meta
from core.store.tables.store import devices, series
from core.store.work import Work
from sync.client.tenant_key import tenant_key, tenant_keys
from sync.protocol.messages import People
from sync.protocol.packing import plain, read

_DEVICES = "SELECT device, code, name, user, role, state FROM devices"
_SERIES = "SELECT series, device FROM series"

__all__ = ["adopt", "as_said", "tenant_key", "tenant_keys"]


def adopt(work: Work, people: People) -> None:
    """Take over who is there. This device's own role, name and code follow what the service says.

    A service that was restored since is not believed before this book has met it: what it has forgotten is told it then
    (sync.client.handback).
    """
    if people.era > work.meta["era"]:
        return
    for device in people.devices:
        if device.device == work.actor.device:
            work.note(role=device.role, code=device.code, user=device.user)
    staff = [(each.device, each.code, each.name, each.user, each.role, each.state) for each in people.devices]
    _take_over(work, devices, _DEVICES, staff)
    _take_over(work, series, _SERIES, [(each.series, each.device) for each in people.series])
    work.note(
        people=people.version, schema=people.schema, key_version=people.key_version, key_is_made=people.key_is_made,
        staff=[msgspec.structs.astuple(device) for device in people.devices],
        deposits=[msgspec.structs.astuple(deposit) for deposit in people.deposits], said=plain(people),
        late_ends=[[each.device, each.late_from, each.late_upto] for each in people.devices if each.late_upto],
    )  # fmt: skip
    keep_own_series(work)


def as_said(meta: Meta) -> People | None:
    """Who is there as the service said it last, with its seal; None before it ever did. `meta` are the little facts of
    the book."""
    said = meta.get("said")
    return read(People, said) if said else None


def _take_over(work: Work, table: sa.Table, sql: str, told: list[tuple[Any, ...]]) -> None:
    """Let a table have these rows and no others; what it has already is not written again."""
    known = {row[0]: tuple(row) for row in work.read.exec_driver_sql(sql)}
    for key in known.keys() - {row[0] for row in told}:
        work.let_go(table, key)
    for row in told:
        if known.get(row[0]) != row:
            work.keep(table, **dict(zip(table.columns.keys(), row, strict=True)))
