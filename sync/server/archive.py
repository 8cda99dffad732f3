"""The archive: the log of before a checkpoint, packed, every byte of it kept and read as if it had never moved.

What is archived keeps its row in `changes` (its place, its author, its hashes), without the bytes; whoever wants those
reads them through here. A part is proved against the running hash before anything is taken from the log.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection, Engine

from core.changes.answer import Arrived
from core.changes.change import Outcome, Role, run_hash
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX
from sync.protocol.packing import pack, unpack
from sync.protocol.refusals import Refused
from sync.server import chains, tables
from sync.server.database import reading, writing
from sync.server.route import Means, Route

if TYPE_CHECKING:
    from sync.server.devices import Member

KEPT_DAYS = 30
_DAY_US = 24 * 3600 * 1_000_000


class NotProved(Exception):
    """The log is not what its hashes say, from one place to another; nothing there is archived."""


class Entry(NamedTuple):
    """A row of the log with its bytes, wherever they lie."""

    seq: int
    device: Id
    epoch: int
    number: int
    kind: str
    record: Id
    outcome: int
    answer: bytes
    data: bytes
    link: bytes
    run: bytes
    arrived_at_us: int


_ENTRY = sa.select(*(tables.changes.c[name] for name in Entry._fields))
_AFTER = (
    _ENTRY.where(tables.changes.c.tenant == sa.bindparam("of"), tables.changes.c.seq > sa.bindparam("after"))
    .order_by(tables.changes.c.seq)
    .limit(sa.bindparam("most"))
)


class _Parts:
    """The archived parts that one question reads, the last one at hand."""

    def __init__(self, connection: Connection, tenant: Id) -> None:
        self._connection = connection
        self._tenant = tenant
        self._first, self._last = 0, -1
        self._page = m.Page()

    def bytes_at(self, seq: int) -> tuple[bytes, bytes] | None:
        """Answer and data of an archived entry; None for one that is not archived."""
        if not self._first <= seq <= self._last and not self._find(seq):
            return None
        at = seq - self._first
        return self._page.answers[at], self._page.data[at]

    def _find(self, seq: int) -> bool:
        kept = tables.archive.c
        found = self._connection.execute(
            sa.select(kept.first, kept.last, kept.data)
            .where(kept.tenant == self._tenant, kept.first <= seq)
            .order_by(kept.first.desc())
            .limit(1)
        ).first()
        if found is None or found.last < seq:
            return False
        self._first, self._last = found.first, found.last
        self._page = unpack(m.ArchivedLog, found.data).page
        return True


def filled(connection: Connection, tenant: Id, rows: Iterable[Any]) -> Iterator[Entry]:
    """Rows of the log (with the columns of `Entry`) with their bytes in."""
    parts = _Parts(connection, tenant)
    for entry in map(Entry._make, rows):
        found = parts.bytes_at(entry.seq) if not entry.data else None
        yield entry if found is None else entry._replace(answer=found[0], data=found[1])


def entries_after(connection: Connection, tenant: Id, seq: int, limit: int) -> Iterator[Entry]:
    """Entries after a place in the order, whole."""
    return filled(connection, tenant, connection.execute(_AFTER, {"of": tenant, "after": seq, "most": limit}))


def entries_of(
    connection: Connection, tenant: Id, records: list[Id], after: int, limit: int
) -> Iterator[Entry]:
    """Entries of some records after a place in the order, whole."""
    kept = tables.changes.c
    rows = connection.execute(
        _ENTRY.where(kept.tenant == tenant, kept.seq > after, kept.record.in_(records))
        .order_by(kept.seq)
        .limit(limit)
    ).fetchall()
    return filled(connection, tenant, rows)


def data_at(connection: Connection, tenant: Id, seq: int) -> bytes:
    """What a change carries, by its place in the order; it is there."""
    kept = tables.changes.c
    data: bytes = connection.execute(
        sa.select(kept.data).where(kept.tenant == tenant, kept.seq == seq)
    ).scalar_one()
    if data:
        return data
    found = _Parts(connection, tenant).bytes_at(seq)
    return found[1] if found is not None else data


def entries_wanted(
    connection: Connection, tenant: Id, upto: int, where: "sa.ColumnElement[bool]", wanted: Callable[[Entry], bool]
) -> Iterator[Entry]:  # fmt: skip
    """Entries up to a place that are wanted; `where` says of those still in the log which may be."""
    kept = tables.changes.c
    packed = archived_upto(connection, tenant)
    rows = connection.execution_options(yield_per=2_000).execute(
        _ENTRY.where(kept.tenant == tenant, kept.seq <= upto, sa.or_(kept.seq <= packed, where)).order_by(
            kept.seq
        )
    )
    return (entry for entry in filled(connection, tenant, rows) if wanted(entry))


def archived_upto(connection: Connection, tenant: Id) -> int:
    """The last place that is archived; 0 when nothing is."""
    kept = tables.archive.c
    return int(
        connection.execute(sa.select(sa.func.max(kept.last)).where(kept.tenant == tenant)).scalar() or 0
    )


def part(means: Means, asking: "Member", asked: m.AskArchive) -> m.ArchivePart:
    """The next part of the whole log, archived or not. Raises `Refused` with ROLE for who is no owner."""
    if asking.role is not Role.OWNER:
        raise Refused(refusals.ROLE, _("Only an owner may read the whole log."))
    with reading(means.database, asking.tenant) as connection:
        kept = tables.archive.c
        found = connection.execute(
            sa.select(kept.first, kept.last, kept.before, kept.run, kept.data).where(
                kept.tenant == asking.tenant, kept.first == asked.after + 1
            )
        ).first()
        if found is not None:
            first, last, before, run, data = found
            return m.ArchivePart(first=first, last=last, before=before, run=run, data=data)
        entries = _next(connection, asking.tenant, asked.after)
        if not entries:
            return m.ArchivePart()
        return m.ArchivePart(
            first=entries[0].seq, last=entries[-1].seq, before=_run_before(connection, asking.tenant, entries[0].seq),
            run=entries[-1].run, data=_packed(connection, asking.tenant, entries),
        )  # fmt: skip


def compact(database: Engine, tenant: Id, now_us: int, *, days: int = KEPT_DAYS) -> int:
    """Archive what a snapshot has and what arrived longer ago than so many days; answers how many entries.

    A part is one transaction: whatever stops this, the next time goes on. Raises `NotProved`.
    """
    moved = 0
    while step := archive_part(database, tenant, now_us - days * _DAY_US):
        moved += step
    return moved


def archive_part(database: Engine, tenant: Id, before_us: int) -> int:
    """Archive the next part of what arrived before an instant; answers how many entries."""
    with writing(database, tenant) as connection:
        upto = _checkpoint(connection, tenant, before_us)
        last = archived_upto(connection, tenant)
        entries = [entry for entry in _next(connection, tenant, last) if entry.seq <= upto]
        if entries:
            _archive(connection, tenant, entries)
        return len(entries)


def _checkpoint(connection: Connection, tenant: Id, before_us: int) -> int:
    """The newest snapshot's place, or the last entry that arrived before an instant, whichever comes first."""
    taken = tables.snapshots.c
    newest = connection.execute(sa.select(sa.func.max(taken.seq)).where(taken.tenant == tenant)).scalar() or 0
    kept = tables.changes.c
    young = connection.execute(
        sa.select(kept.seq)
        .where(kept.tenant == tenant, kept.seq <= newest, kept.arrived_at_us >= before_us)
        .order_by(kept.seq)
        .limit(1)
    ).scalar()
    return int(newest if young is None else young - 1)


def _next(connection: Connection, tenant: Id, after: int) -> list[Entry]:
    """The entries that make the next part: as many as a page takes."""
    found: list[Entry] = []
    room = PAGE_BYTES_MAX
    for entry in entries_after(connection, tenant, after, PAGE_CHANGES_MAX):
        room -= len(entry.data) + len(entry.answer)
        if found and room < 0:
            break
        found.append(entry)
    return found


def _archive(connection: Connection, tenant: Id, entries: list[Entry]) -> None:
    before = _run_before(connection, tenant, entries[0].seq)
    run = before
    for entry in entries:
        run = run_hash(run, entry.link, Outcome(entry.outcome), entry.answer)
    if run != entries[-1].run:
        raise NotProved(tenant, entries[0].seq, entries[-1].seq)
    data = _packed(connection, tenant, entries)
    first, last = entries[0].seq, entries[-1].seq
    row = {
        "tenant": tenant, "first": first, "last": last, "before": before, "run": run,
        "hash": hashlib.sha256(data).digest(), "data": data,
    }  # fmt: skip
    connection.execute(sa.insert(tables.archive).values(row))
    kept = tables.changes.c
    connection.execute(
        sa.update(tables.changes)
        .where(kept.tenant == tenant, kept.seq >= first, kept.seq <= last)
        .values(data=b"", answer=b"")
    )


def _packed(connection: Connection, tenant: Id, entries: list[Entry]) -> bytes:
    starts = chains.starts(connection, tenant, [(e.device, e.epoch) for e in entries if e.number == 1])
    page = m.page_of([arrived_of(entry, starts) for entry in entries])
    return pack(m.ArchivedLog(page=page, arrived_at_us=tuple(entry.arrived_at_us for entry in entries)))


def arrived_of(entry: Entry, starts: dict[tuple[Id, int], bytes]) -> Arrived:
    """An entry as it arrives at a device."""
    arrived = Arrived(
        entry.seq, entry.device, entry.epoch, entry.number, Outcome(entry.outcome), entry.answer, entry.data
    )
    start = starts.get((entry.device, entry.epoch)) if entry.number == 1 else None
    return arrived if start is None else replace(arrived, start=start)


def _run_before(connection: Connection, tenant: Id, seq: int) -> bytes:
    kept = tables.changes.c
    found: bytes | None = connection.execute(
        sa.select(kept.run).where(kept.tenant == tenant, kept.seq == seq - 1)
    ).scalar()
    return found or b""


ROUTES = (Route("archive", m.AskArchive, part),)
