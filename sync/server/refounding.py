"""A business that the service has lost, or never had in its backup, is founded there again by an owner's device.

It is the same tenant, with the same devices and keys, as that device knows them; its order is empty, in an era that no
device of it knows, and comes back as after any restore (sync.server.handback). A founding code of the service lets it
in; whether it is the business's own owner who did that, each device proves for itself before it hands anything back.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import Role
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import codes, devices, house, log, recall, tables
from sync.server.database import enter, put

_ERA_MAX = 1 << 40
_STATES = frozenset({devices.INVITED, devices.LIVE, devices.ENDED})


def found_again(connection: Connection, asked: m.Found, again: m.Again, now_us: int) -> Id:
    """Make the tenant anew; asked again by the same device, or by another owner's, it is answered alike.

    Raises `Refused`: BAD_CODE, UNREADABLE, and TURNED_AWAY for a device that is none of the tenant that is here.
    """
    tenant = again.tenant
    kept_code = codes.known_code(connection, asked.code, codes.FOUNDING, now_us)
    enter(connection, tenant)
    kept = tables.tenants.c.tenant
    if connection.execute(sa.select(kept).where(kept == tenant)).first() is not None:
        known = devices.member(connection, tenant, asked.device)
        if known is None or known.public_key != asked.public_key or known.state == devices.ENDED:
            raise Refused(refusals.TURNED_AWAY, _("This device is not one of the business's any more."))
        return tenant
    if kept_code.used:
        raise codes.used()
    _check(asked, again)
    house.begin_era_of(connection, tenant, again.era, now_us)
    row = {
        "tenant": tenant, "book": asked.book, "company": asked.company, "founder": asked.device,
        "founded_upto": asked.upto, "people": again.people.version + 1, "founded_at_us": now_us,
        "founded_era": house.era(connection, tenant), "people_era": house.era(connection, tenant),
    }  # fmt: skip
    connection.execute(sa.insert(tables.tenants).values(row))
    log.begin(connection, tenant)
    devices.want_key(connection, tenant, 1)
    for each in again.people.devices:
        recall.let_in(connection, tenant, each, now_us, asked.epoch if each.device == asked.device else 1)
    there = {each.device for each in again.people.devices}
    owned = [each for each in again.people.series if each.device in there]
    rows = [{"tenant": tenant, "series": each.series, "device": each.device} for each in owned]
    put(connection, tables.series, rows)
    recall.keep_up_with_keys(connection, tenant, again.people)
    codes.mark_code(connection, asked.code, tenant=tenant, device=asked.device, used=1)
    return tenant


def _check(asked: m.Found, again: m.Again) -> None:
    """Refuse a list that no service has told, or in which who asks is no owner."""
    rows = again.people.devices
    own = next((row for row in rows if row.device == asked.device), None)
    is_owner = own is not None and own.role == Role.OWNER.value and own.state == devices.LIVE
    if own is None or not is_owner or own.public_key != asked.public_key:
        raise Refused(refusals.ROLE, _("Only an owner may do this."))
    fits = all(row.role in set(Role) and row.state in _STATES for row in rows)
    if not fits or len({row.device for row in rows}) != len(rows) or again.era >= _ERA_MAX:
        raise Refused(refusals.UNREADABLE)
