"""Newer beside older: which schema a business writes at, and what a device is told that cannot read all of it.

The service is upgraded first. A business writes at the lowest schema that a live device of it knows, so that each can
read every other; it rises by itself once all know a higher one, and never falls.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from core.changes.answer import Arrived
from core.changes.keeper import is_fields
from core.changes.kind import Kind
from core.changes.versions import schema_of
from core.ids import Id
from core.words import translate as _
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import belongings, devices, tables
from sync.server.database import put, reading
from sync.server.devices import Member
from sync.server.route import Means

_OLDEST = 1
"""What a device knows of which nobody has heard."""


def begin(
    connection: Connection, tenant: Id, device: Id, schema: int, kinds: Mapping[str, Kind[Any]]
) -> None:
    """A business begins at the schema of its first device. Raises `Refused` where that is newer than this service."""
    if schema > schema_of(kinds):
        raise Refused(
            refusals.OLD_SERVICE,
            _("The service is older than this app; whoever runs it must update it first."),
        )
    put(connection, tables.known_schemas, [{"tenant": tenant, "device": device, "schema": schema}])
    if schema > devices.schema_in_force(connection, tenant):
        put(connection, tables.schemas_in_force, [{"tenant": tenant, "schema": schema}])


def heard(connection: Connection, known: Member, schema: int, kinds: Mapping[str, Kind[Any]]) -> None:
    """A device has come in and knows this schema; where all live ones know a higher one now, that is in force."""
    put(
        connection,
        tables.known_schemas,
        [{"tenant": known.tenant, "device": known.device, "schema": schema}],
    )
    lowest = min(_known_by_live(connection, known.tenant), default=_OLDEST)
    reached = min(lowest, schema_of(kinds))
    if reached > devices.schema_in_force(connection, known.tenant):
        put(connection, tables.schemas_in_force, [{"tenant": known.tenant, "schema": reached}])
        devices.people_changed(connection, known.tenant)


def check_not_too_old(connection: Connection, means: Means, asking: Member) -> None:
    """Raises `Refused` for a device whose changes this service takes no more; what comes it may still take in."""
    if means.schema_min > _OLDEST and _known_by(connection, asking) < means.schema_min:
        raise Refused(refusals.UPGRADE, _("This version of Bahi is too old for the service."))


def check_may_judge(connection: Connection, tenant: Id, kinds: Mapping[str, Kind[Any]]) -> None:
    """Raises `Refused` where the business writes at a schema that this process, older than others beside it, does not
    know: while a service is upgraded, or was put back to an older version. Who asks tries again."""
    if devices.schema_in_force(connection, tenant) > schema_of(kinds):
        raise Refused(refusals.TROUBLE, _("The service is being upgraded; try again."))


def make_ready(means: Means, asking: Member) -> None:
    """See to it that a device can be told what is about whom, if it cannot read everything; in no transaction."""
    if not _unreadable(means.kinds, _OLDEST):
        return
    with reading(means.database, asking.tenant) as connection:
        is_behind = bool(_unreadable(means.kinds, _known_by(connection, asking)))
    if is_behind:
        belongings.go_through(means, asking.tenant)


def with_parties(
    connection: Connection, means: Means, asking: Member, entries: Sequence[Arrived]
) -> list[Arrived]:
    """The entries of a page; those papers and claims that the device may be too old to read say whom they are about."""
    if not entries or not _unreadable(means.kinds, _OLDEST):
        return list(entries)
    unreadable = _unreadable(means.kinds, _known_by(connection, asking))
    kept = tables.changes.c
    asked = sa.select(kept.seq, kept.record).where(
        kept.tenant == asking.tenant,
        kept.seq.between(entries[0].seq, entries[-1].seq),
        kept.kind.in_(unreadable),
    )
    records = {row.seq: row.record for row in connection.execute(asked)}
    known = belongings.of_records(connection, asking.tenant, records.values())
    return [
        replace(entry, about=tuple(sorted(known.get(records[entry.seq], ()))))
        if entry.seq in records and not entry.link
        else entry
        for entry in entries
    ]


def _unreadable(kinds: Mapping[str, Kind[Any]], schema: int) -> list[str]:
    """The papers and claims that may be written in a shape which a device with this schema does not know."""
    return sorted(name for name, kind in kinds.items() if kind.schema > schema and not is_fields(kind))


def _known_by(connection: Connection, asking: Member) -> int:
    kept = tables.known_schemas.c
    asked = sa.select(kept.schema).where(kept.tenant == asking.tenant, kept.device == asking.device)
    return int(connection.execute(asked).scalar() or _OLDEST)


def _known_by_live(connection: Connection, tenant: Id) -> list[int]:
    kept, at = tables.known_schemas.c, tables.devices.c
    asked = (
        sa.select(kept.schema)
        .select_from(tables.devices)
        .outerjoin(tables.known_schemas, sa.and_(kept.tenant == at.tenant, kept.device == at.device))
        .where(at.tenant == tenant, at.state == devices.LIVE)
    )
    return [row[0] or _OLDEST for row in connection.execute(asked)]
