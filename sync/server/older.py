"""What a snapshot stands for and was young when it was made: the devices that load it keep these changes too.

A service that is put back to a backup of the last 30 days so finds what it lost at any of its devices.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import archive, log, scopes, tables
from sync.server.database import reading
from sync.server.devices import Member
from sync.server.house import era
from sync.server.route import Means, Route

_DAY_US = 24 * 3600 * 1_000_000
_NOBODY = (b"", 0)


def place_before(connection: Connection, tenant: Id, now_us: int, upto: int) -> int:
    """The place after which everything up to another is younger than `archive.KEPT_DAYS`."""
    kept = tables.changes.c
    before_us = now_us - archive.KEPT_DAYS * _DAY_US
    found = connection.execute(
        sa.select(sa.func.max(kept.seq)).where(
            kept.tenant == tenant, kept.seq <= upto, kept.arrived_at_us < before_us
        )
    ).scalar()
    return int(found or 0)


def older(means: Means, asking: Member, asked: m.AskOlder) -> m.Older:
    """A page of the order, whole. Nothing for a device that carries only some parties. Raises `Refused` with CURSOR."""
    with reading(means.database, asking.tenant) as connection:
        if asked.era != era(connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        if scopes.in_force(connection, asking).partial:
            return m.Older(page=m.Page())
        entries, _run = log.page_after(connection, asking.tenant, asked.after, _NOBODY)
        page = m.page_of(entries)
        links = (
            log.link_at(connection, asking.tenant, author.device, author.epoch, author.first - 1)
            for author in page.authors
        )
        return m.Older(page=page, links=tuple(link or b"" for link in links))


ROUTES = (Route("older", m.AskOlder, older),)
