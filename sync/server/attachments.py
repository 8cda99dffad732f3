"""Sealed files: taken in and given out in parts, each part once, in any order; collected when nobody names them.

The service cannot open them. What names a file is an attachment in the order of changes, which holds a place there.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.attachments.kinds import PLACE
from core.attachments.rules import SEALED_PART_BYTES, parts_of
from core.changes.change import Role
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import tables
from sync.server.database import put, reading, writing
from sync.server.devices import Member
from sync.server.route import Means, Route

QUOTA_BYTES = 5 << 30
"""What the files of one business may come to."""
KEPT_UNNAMED_S = 30 * 86_400
COLLECTED_EACH_S = 86_400
_ADDRESS_DIGITS = 64


def offer(means: Means, asking: Member, asked: m.OfferFile) -> m.FileOffered:
    """Which parts are missing. Raises `Refused`: ROLE (an auditor reads), QUOTA."""
    if asking.role is Role.AUDITOR:
        raise Refused(refusals.ROLE, _("An auditor reads, and attaches nothing."))
    now_us = means.clock.now_us()
    with writing(means.database, asking.tenant) as connection:
        total = _take_sums(connection, asking.tenant, now_us)
        known = _file(connection, asking.tenant, asked.address)
        if known is None:
            if total + asked.size > QUOTA_BYTES:
                raise Refused(
                    refusals.QUOTA, _("The files of this business have no more room at the service.")
                )
            row = {
                "tenant": asking.tenant, "address": asked.address, "key_version": asked.key_version,
                "size": asked.size, "missing": parts_of(asked.size), "offered_at_us": now_us,
                "unnamed_since_us": None,
            }  # fmt: skip
            put(connection, tables.files, [row])
            _add_to_sums(connection, asking.tenant, asked.size)
            return m.FileOffered(missing=tuple(range(parts_of(asked.size))))
        if not known.missing:
            return m.FileOffered(missing=())
        at = tables.file_parts.c
        here = {
            row[0]
            for row in connection.execute(
                sa.select(at.n).where(at.tenant == asking.tenant, at.address == asked.address)
            )
        }
    return m.FileOffered(missing=tuple(n for n in range(parts_of(known.size)) if n not in here))


def send(means: Means, asking: Member, asked: m.SendPart) -> m.PartTaken:
    """Keep a part; one that is here already stays as it is. Raises `Refused`: NO_SUCH_FILE, UNREADABLE (its length)."""
    with writing(means.database, asking.tenant) as connection:
        _take_sums(connection, asking.tenant, means.clock.now_us())
        known = _file(connection, asking.tenant, asked.address)
        if known is None:
            raise _no_such_file()
        if len(asked.data) != _part_bytes(known.size, asked.n):
            raise Refused(refusals.UNREADABLE, _("This part is not of that file."))
        at = tables.file_parts.c
        where = (at.tenant == asking.tenant, at.address == asked.address, at.n == asked.n)
        missing = known.missing
        if connection.execute(sa.select(at.n).where(*where)).fetchone() is None:
            row = {"tenant": asking.tenant, "address": asked.address, "n": asked.n, "data": asked.data}
            put(connection, tables.file_parts, [row])
            missing -= 1
            kept = tables.files.c
            connection.execute(
                sa.update(tables.files)
                .where(kept.tenant == asking.tenant, kept.address == asked.address)
                .values(missing=missing)
            )
    return m.PartTaken(missing=missing)


def give(means: Means, asking: Member, asked: m.AskPart) -> m.PartGiven:
    """A part of a file that is here whole. Raises `Refused` with NO_SUCH_FILE."""
    at = tables.file_parts.c
    with reading(means.database, asking.tenant) as connection:
        known = _file(connection, asking.tenant, asked.address)
        data: bytes | None = connection.execute(
            sa.select(at.data).where(at.tenant == asking.tenant, at.address == asked.address, at.n == asked.n)
        ).scalar()
    if known is None or known.missing or data is None:
        raise _no_such_file()
    return m.PartGiven(data=data, size=known.size)


def collect(connection: Connection, tenant: Id, now_us: int) -> int:
    """Take away the files that no attachment has named for 30 days; answers how many bytes that freed."""
    named = _named(connection, tenant)
    kept = tables.files.c
    found = connection.execute(
        sa.select(kept.address, kept.size, kept.offered_at_us, kept.unnamed_since_us).where(
            kept.tenant == tenant
        )
    ).fetchall()
    freed = 0
    for file in found:
        where = (kept.tenant == tenant, kept.address == file.address)
        if file.address in named:
            if file.unnamed_since_us is not None:
                connection.execute(sa.update(tables.files).where(*where).values(unnamed_since_us=None))
        elif file.unnamed_since_us is None:
            connection.execute(sa.update(tables.files).where(*where).values(unnamed_since_us=now_us))
        elif now_us - file.unnamed_since_us >= KEPT_UNNAMED_S * 1_000_000:
            at = tables.file_parts.c
            connection.execute(
                sa.delete(tables.file_parts).where(at.tenant == tenant, at.address == file.address)
            )
            connection.execute(sa.delete(tables.files).where(*where))
            freed += file.size
    return freed


def _named(connection: Connection, tenant: Id) -> set[bytes]:
    kept, after = tables.places.c, PLACE[:-1] + chr(ord(PLACE[-1]) + 1)
    found = connection.execute(
        sa.select(kept.place).where(kept.tenant == tenant, kept.place >= PLACE, kept.place < after)
    )
    begins = len(PLACE)
    return {bytes.fromhex(row[0][begins : begins + _ADDRESS_DIGITS]) for row in found}


def _take_sums(connection: Connection, tenant: Id, now_us: int) -> int:
    """What the tenant's files come to, its row taken; once a day what nobody names is collected first."""
    kept = tables.file_sums.c
    taken = connection.execute(
        sa.update(tables.file_sums).where(kept.tenant == tenant).values(size=kept.size)
    )
    if not taken.rowcount:
        put(connection, tables.file_sums, [{"tenant": tenant, "size": 0, "collected_at_us": now_us}])
        return 0
    total, collected_at_us = connection.execute(
        sa.select(kept.size, kept.collected_at_us).where(kept.tenant == tenant)
    ).one()
    if now_us - collected_at_us < COLLECTED_EACH_S * 1_000_000:
        return int(total)
    total -= collect(connection, tenant, now_us)
    connection.execute(
        sa.update(tables.file_sums).where(kept.tenant == tenant).values(size=total, collected_at_us=now_us)
    )
    return int(total)


def _add_to_sums(connection: Connection, tenant: Id, size: int) -> None:
    kept = tables.file_sums.c
    connection.execute(sa.update(tables.file_sums).where(kept.tenant == tenant).values(size=kept.size + size))


def _file(connection: Connection, tenant: Id, address: bytes) -> Any:
    kept = tables.files.c
    return connection.execute(
        sa.select(kept.size, kept.missing).where(kept.tenant == tenant, kept.address == address)
    ).fetchone()


def _part_bytes(size: int, n: int) -> int:
    """How long a part of a file of so many bytes is; 0 for a part that it does not have."""
    return max(0, min(SEALED_PART_BYTES, size - n * SEALED_PART_BYTES))


def _no_such_file() -> Refused:
    return Refused(refusals.NO_SUCH_FILE, _("The service does not have this file (yet)."))


ROUTES = (
    Route("offer_file", m.OfferFile, offer),
    Route("send_part", m.SendPart, send),
    Route("ask_part", m.AskPart, give),
)
