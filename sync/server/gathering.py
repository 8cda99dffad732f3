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
from sync.protocol.refusals import Refused
from sync.server import devices, house, tables
from sync.server.database import open_database, put, writing
from sync.server.route import era

FIRST_ERA = 1


class Gathered(NamedTuple):
    """How far a tenant is with the era: whether it waits for nobody, and whether something new was taken since."""

    is_done: bool
    is_closed: bool


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
    now = era(connection)
    if now == FIRST_ERA:
        return Gathered(True, True)
    kept = tables.gatherings.c
    found = connection.execute(
        sa.select(kept.is_done, kept.is_closed).where(kept.tenant == tenant, kept.era == now)
    ).fetchone()
    return Gathered(bool(found[0]), bool(found[1])) if found else Gathered(False, False)


def note_met(connection: Connection, tenant: Id, device: Id) -> None:
    """A device and the service are of one mind about the order; the last of them ends the gathering."""
    now = era(connection)
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
        .where(seen.tenant == tenant, seen.device == kept.device, seen.era == era(connection))
        .exists()
    )
    found = connection.execute(
        sa.select(kept.device, kept.name)
        .where(kept.tenant == tenant, kept.state == devices.LIVE, ~here)
        .order_by(kept.name, kept.device)
    )
    return [(row[0], row[1]) for row in found]


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
        _keep(connection, tenant, found._replace(is_closed=True))


def _keep(connection: Connection, tenant: Id, found: Gathered) -> None:
    row = {"era": era(connection), "is_done": int(found.is_done), "is_closed": int(found.is_closed)}
    put(connection, tables.gatherings, [{"tenant": tenant, **row}])
