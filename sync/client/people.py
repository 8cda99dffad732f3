"""What the service says of devices, roles and series, kept read-only in the book beside the log."""

import msgspec

from core.store.epochs import keep_own_series
from core.store.tables.store import devices, series
from core.store.work import Work
from sync.client.tenant_key import tenant_key, tenant_keys
from sync.protocol.messages import People

__all__ = ["adopt", "tenant_key", "tenant_keys"]


def adopt(work: Work, people: People) -> None:
    """Take over who is there. This device's own role, name and code follow what the service says."""
    for row in work.read.exec_driver_sql("SELECT device FROM devices").fetchall():
        work.let_go(devices, row[0])
    for row in work.read.exec_driver_sql("SELECT series FROM series").fetchall():
        work.let_go(series, row[0])
    for device in people.devices:
        work.keep(
            devices, device=device.device, code=device.code, name=device.name, user=device.user,
            role=device.role, state=device.state,
        )  # fmt: skip
        if device.device == work.actor.device:
            work.note(role=device.role, code=device.code, user=device.user)
    for owned in people.series:
        work.keep(series, series=owned.series, device=owned.device)
    work.note(
        people=people.version, schema=people.schema, key_version=people.key_version, key_is_made=people.key_is_made,
        staff=[msgspec.structs.astuple(device) for device in people.devices],
        deposits=[msgspec.structs.astuple(deposit) for deposit in people.deposits],
    )  # fmt: skip
    keep_own_series(work)
