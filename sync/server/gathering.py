"""A service restored from a backup gathers what its devices still hold before it takes anything new.

It waits for every live device to have met it since the restore, or for an owner to declare the rest lost. Nothing is
taken back verbatim once something new has come on top.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.clock import SystemClock
from core.ids import Id
from core.words import translate as _
from sync.protocol import refusals
from sync.protocol.messages import OwnersDevice
from sync.protocol.refusals import Refused
from sync.server import devices, house, log, tables
from sync.server.database import find, open_database, put, writing
from sync.server.house import FIRST_ERA, era


class Gathered(NamedTuple):
    """How far a tenant is with the era: whether it waits for nobody, and whether something new was taken since, from
    which place on."""

    is_done: bool
    is_closed: bool
    new_from: int = 0


def begin_era(url: str) -> int:
    """Begin the next era of a service whose database was put back to an older state by other means than
    sync.server.backup, which does it itself. Answers its number; raises `BookError`."""
    database = open_database(url, to_serve=False)
    try:
        with writing(database) as connection:
            return house.begin_era(connection, SystemClock().now_us())
    finally:
        database.dispose()


def state(connection: Connection, tenant: Id) -> Gathered:
    """How far the tenant is; one that was never restored has nothing to gather."""
    now = era(connection, tenant)
    if now == FIRST_ERA:
        return Gathered(True, True)
    kept = tables.gatherings.c
    found = connection.execute(
        sa.select(kept.is_done, kept.is_closed, kept.new_from).where(kept.tenant == tenant, kept.era == now)
    ).fetchone()
    return Gathered(bool(found[0]), bool(found[1]), found[2]) if found else Gathered(False, False)


def note_met(connection: Connection, tenant: Id, device: Id) -> None:
    """A device and the service are of one mind about the order; the last of them ends the gathering."""
    now = era(connection, tenant)
    if now == FIRST_ERA:
        return
    put(connection, tables.met, [{"tenant": tenant, "device": device, "era": now}])
    found = state(connection, tenant)
    if not found.is_done and not awaited(connection, tenant):
        _keep(connection, tenant, found._replace(is_done=True))


def awaited(connection: Connection, tenant: Id) -> list[tuple[Id, str]]:
    """The live devices, with their names, that have not met the service since it was restored; none once that is over
    (the page of devices shows them)."""
    if state(connection, tenant).is_done:
        return []
    kept, seen = tables.devices.c, tables.met.c
    here = (
        sa.select(seen.device)
        .where(seen.tenant == tenant, seen.device == kept.device, seen.era == era(connection, tenant))
        .exists()
    )
    found = connection.execute(
        sa.select(kept.device, kept.name)
        .where(kept.tenant == tenant, kept.state == devices.LIVE, ~here)
        .order_by(kept.name, kept.device)
    )
    return [(row[0], row[1]) for row in found]


class Founded(NamedTuple):
    """In which era a tenant was founded here, the last time, and by which device."""

    era: int
    by: Id


def founded(connection: Connection, tenant: Id) -> Founded:
    """When and by whom the tenant was founded."""
    return Founded(*find(connection, tables.tenants, ("founded_era", "founder"), tenant=tenant).one())


def owners_since(connection: Connection, tenant: Id, begun: Founded) -> tuple[OwnersDevice, ...]:
    """The owners' devices that have shown their keys since: its founder's, and those that met the service."""
    kept = tables.met.c
    asked = sa.select(kept.device).where(kept.tenant == tenant, kept.era >= begun.era)
    there = {begun.by, *(row[0] for row in connection.execute(asked))}
    return tuple(
        OwnersDevice(device=each.device, public_key=each.public_key)
        for each in devices.owners(connection, tenant)
        if each.device in there
    )


def declare_lost(connection: Connection, tenant: Id) -> None:
    """Wait for nobody any more; who comes later hands back what is judged anew."""
    found = state(connection, tenant)
    if not found.is_done:
        _keep(connection, tenant, found._replace(is_done=True))


def take_new(connection: Connection, tenant: Id) -> None:
    """Something new is about to be taken. Raises `Refused` with NOT_READY while the service gathers."""
    found = state(connection, tenant)
    if not found.is_done:
        raise Refused(
            refusals.NOT_READY,
            _("The service is being restored: it waits for what the other devices still hold."),
        )
    if not found.is_closed:
        new_from = log.head(connection, tenant).seq
        _keep(connection, tenant, found._replace(is_closed=True, new_from=new_from))


def _keep(connection: Connection, tenant: Id, found: Gathered) -> None:
    row = {name: int(value) for name, value in found._asdict().items()}
    put(connection, tables.gatherings, [{"tenant": tenant, "era": era(connection, tenant), **row}])
