"""A restored service learns again what it said, after its backup, of who is there: from whoever brings that back.

Only what bears its own seal counts (sync.server.seals). Who has ended stays so, whichever list tells it; who came
since is let in again; roles, names and keys are those of the newest list, but for what an owner has decided since the
restore.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import Role
from core.ids import Id
from sync.protocol.messages import DeviceRow, People
from sync.protocol.notices import LOST
from sync.server import devices, gathering, log, tables
from sync.server.database import alter, find, put
from sync.server.house import era
from sync.server.seals import is_own

_ID_BYTES = 16
_TOLD = ("role", "name", "user", "public_key", "sealing_key")


def recall(connection: Connection, tenant: Id, told: People, now_us: int) -> bool:
    """Take over what a list of an era before says that is not known here; answers whether anything was."""
    present = era(connection, tenant)
    is_here = find(connection, tables.tenants, ("tenant",), tenant=tenant).first() is not None
    if not is_here or told.era >= present or not is_own(connection, tenant, told):
        return False
    devices.hold_people(connection, tenant)
    before = devices.people(connection, tenant)
    is_newest = (told.era, told.version) > devices.said_before(connection, tenant)
    if is_newest:
        devices.keep_said_before(connection, tenant, (told.era, told.version))
    here = {row.device: row for row in before.devices}
    codes = {row.code for row in before.devices}
    for row in told.devices:
        if row.device not in here and row.code not in codes:
            let_in(connection, tenant, row, now_us)
    for row in sorted(told.devices, key=lambda each: each.role != Role.OWNER.value):
        known = here.get(row.device)
        if known is not None and row.state == devices.LIVE:
            _follow(connection, tenant, row, present if is_newest else 0)
    ended = {
        row.device
        for row in told.devices
        if row.device in here and row.state == devices.ENDED and _end(connection, tenant, row)
    }
    for row in told.devices:
        if row.state == devices.LIVE:
            _undo_end(connection, tenant, row.device, ended, present)
    _let_have_series(connection, tenant, told)
    keep_up_with_keys(connection, tenant, told)
    if devices.people(connection, tenant) == before:
        return False
    devices.people_changed(connection, tenant)
    return True


def let_in(connection: Connection, tenant: Id, row: DeviceRow, now_us: int, epoch: int = 1) -> None:
    """A device as a list tells it. How far its changes go, and in which epoch, is found when they are handed back."""
    kept = {
        "tenant": tenant, "epoch": epoch, "enrolled_at_us": now_us, "seen_at_us": 0, "heir_of": b"", "app": "",
        "set_era": 0, "key_version": 0, "late_from": 0, "late_upto": 0,
    }  # fmt: skip
    named = tables.devices.c.keys()
    told = {name: getattr(row, name) for name in DeviceRow.__struct_fields__ if name in named}
    put(connection, tables.devices, [told | kept])


def keep_up_with_keys(connection: Connection, tenant: Id, told: People) -> None:
    """The tenant keys that there were: an owner's device has them, and hands the newest on once more."""
    version, _is_made = devices.key_in_force(connection, tenant)
    if told.key_version > version:
        devices.want_key(connection, tenant, told.key_version)
    if told.schema > devices.schema_in_force(connection, tenant):
        put(connection, tables.schemas_in_force, [{"tenant": tenant, "schema": told.schema}])


def _follow(connection: Connection, tenant: Id, row: DeviceRow, present: int) -> None:
    """A device that is known here is live, has this role and name, and is known by this key; what was decided about
    it in the `present` era stands. With 0 for that, an older list says so: all that counts is that it came in."""
    known = devices.member(connection, tenant, row.device)
    if known is None or known.state == devices.ENDED:
        return
    key = {"tenant": tenant, "device": row.device}
    if known.state == devices.INVITED:
        alter(connection, tables.devices, key, state=devices.LIVE)
    [set_era] = find(connection, tables.devices, ("set_era",), **key).one()
    if not present or set_era == present:
        return
    if row.role != Role.OWNER.value and _is_last_owner(connection, known):
        return
    alter(connection, tables.devices, key, **{name: getattr(row, name) for name in _TOLD})
    if row.public_key != known.public_key:
        devices.forget_sealed(connection, known)


def _end(connection: Connection, tenant: Id, row: DeviceRow) -> bool:
    """A device that had ended is live here: no more. What it sent meanwhile is named, for owners to look through.
    Answers whether it was live."""
    known = devices.member(connection, tenant, row.device)
    if known is None or known.ending in (row.ending, LOST):
        return False
    was_live, late = known.state != devices.ENDED, {}
    if was_live:
        if _is_last_owner(connection, known):
            return False
        devices.end(connection, known)
        late = _late(connection, tenant, row.device)
    key = {"tenant": tenant, "device": row.device}
    alter(connection, tables.devices, key, ending=row.ending, notice=row.notice, **late)
    return was_live


def _undo_end(connection: Connection, tenant: Id, device: Id, by: set[Id], present: int) -> None:
    """A device was ended in this era by one that had ended before it: it is live, as it was."""
    at = {"tenant": tenant, "device": device}
    here = find(connection, tables.devices, ("state", "notice", "set_era"), **at).fetchone()
    if here is None or here.state != devices.ENDED or here.set_era != present:
        return
    if here.notice[:_ID_BYTES] in by:
        alter(connection, tables.devices, at, state=devices.LIVE, ending="", notice=b"")


def _late(connection: Connection, tenant: Id, device: Id) -> dict[str, int]:
    """Between which places changes of a device were taken since the service takes new ones again."""
    since = gathering.state(connection, tenant)
    kept = tables.changes.c
    asked = sa.select(kept.seq).where(kept.tenant == tenant, kept.device == device, kept.seq > since.new_from)
    if not since.is_closed or connection.execute(asked.limit(1)).first() is None:
        return {}
    return {"late_from": since.new_from, "late_upto": log.head(connection, tenant).seq}


def _is_last_owner(connection: Connection, known: devices.Member) -> bool:
    return [each.device for each in devices.owners(connection, known.tenant)] == [known.device]


def _let_have_series(connection: Connection, tenant: Id, told: People) -> None:
    """Series that nobody owns here go to who had them."""
    kept = tables.series.c
    owned = {row[0] for row in connection.execute(sa.select(kept.series).where(kept.tenant == tenant))}
    kept = tables.devices.c
    there = {row[0] for row in connection.execute(sa.select(kept.device).where(kept.tenant == tenant))}
    free = [row for row in told.series if row.series not in owned and row.device in there]
    rows = [{"tenant": tenant, "series": row.series, "device": row.device} for row in free]
    put(connection, tables.series, rows)
