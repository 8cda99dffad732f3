"""Compaction of every business at once: what a snapshot has and what is old enough moves into the archive.

It may run while the service serves, and be stopped anywhere: a part is one transaction. What a live cursor will see
is as it was, since the archive is read in the log's place; what a device fetches to join is a snapshot and what came
since.
"""

import logging
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from core.catalogue import KINDS
from core.clock import Clock, SystemClock
from core.errors import BookError
from core.ids import Id
from core.words import translate as _
from sync.protocol.limits import PAGE_CHANGES_MAX
from sync.server import archive, schema, snapshots, tables
from sync.server.database import open_database, reading
from sync.server.route import Means, means_of

_log = logging.getLogger(__name__)
_DAY_US = 24 * 3600 * 1_000_000


class Compacted(NamedTuple):
    """How many businesses there are, how many entries moved, and how many businesses' logs are not as they say."""

    tenants: int
    entries: int
    unproved: int


def compact_all(
    url: str, *, days: int = archive.KEPT_DAYS, clock: Clock | None = None,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Compacted:  # fmt: skip
    """Compact the log of every business up to so many days ago; `tell` hears how many businesses are done, of how many.

    Raises `BookError` where the database cannot be opened, or the role does not see every business.
    """
    engine = open_database(url, to_serve=False)
    try:
        means = means_of(engine, clock or SystemClock(), os.urandom, KINDS)
        tenants = list(_tenants(means))
        entries = unproved = 0
        for done, tenant in enumerate(tenants, 1):
            try:
                entries += _compact(means, tenant, days)
            except (archive.NotProved, msgspec.DecodeError):
                unproved += 1
                _log.exception("a log is not what its hashes say; nothing of it was archived")
            tell(done, len(tenants))
        return Compacted(len(tenants), entries, unproved)
    finally:
        engine.dispose()


def _compact(means: Means, tenant: Id, days: int) -> int:
    """Archive what is old enough, a snapshot being made first where none reaches so far."""
    before_us = means.clock.now_us() - days * _DAY_US
    if _old_count(means, tenant, before_us) < PAGE_CHANGES_MAX:
        return 0
    snapshots.make(means, tenant)
    return archive.compact(means.database, tenant, means.clock.now_us(), days=days)


def _old_count(means: Means, tenant: Id, before_us: int) -> int:
    """How many entries are old enough and not archived yet."""
    kept = tables.changes.c
    with reading(means.database, tenant) as connection:
        upto = archive.archived_upto(connection, tenant)
        counted = sa.select(sa.func.count()).where(
            kept.tenant == tenant, kept.seq > upto, kept.arrived_at_us < before_us
        )
        return int(connection.execute(counted).scalar_one())


def _tenants(means: Means) -> Iterator[Id]:
    with reading(means.database) as connection:
        if not schema.sees_all(connection):
            raise BookError(
                _("This role does not see every business of the service."),
                remedy=_("Compact as the owner of the service's tables."),
            )
        schema.see_all(connection)
        found = connection.execute(sa.select(tables.tenants.c.tenant).order_by(tables.tenants.c.tenant))
        yield from [row[0] for row in found]
