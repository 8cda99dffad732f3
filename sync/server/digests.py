"""The digest in 256 buckets, kept with the rows it sums, and what a device asks that differs from it.

A device that stands otherwise asks for the sums, for the records of the buckets that differ, and for the entries of
those records. What it has and the service lacks it offers: nothing is ever deleted by this.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Actor, Outcome, Role, chain_link, run_hash
from core.changes.digest import BUCKETS, MODULUS, Bucketed, Digest, added, bucket_of, row_sum
from core.changes.keeper import is_fields
from core.changes.kind import Kind
from core.changes.standing import Stand, State
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX
from sync.protocol.refusals import Refused
from sync.server import archive, belongings, chains, log, scopes, tables
from sync.server.database import find, put, reading, writing
from sync.server.devices import Member
from sync.server.enacting import enact
from sync.server.gate import Gate
from sync.server.house import era
from sync.server.route import Means, Route
from sync.server.standing import ServerStanding

_SUM_BYTES = 16
_ROWS_AT_ONCE = 5_000
_NOBODY = Actor(b"", "", Role.AUDITOR)


def keep(connection: Connection, tenant: Id, digest: Bucketed) -> None:
    """Write by how much each bucket has changed, in the transaction that changed the rows."""
    moved = {bucket: by for bucket, by in digest.moved.items() if by}
    if not moved:
        return
    before = sums(connection, tenant, sorted(moved))
    rows = [
        {
            "tenant": tenant, "bucket": bucket,
            "value": added(before[bucket], moved[bucket]).to_bytes(_SUM_BYTES, "big"),
        }
        for bucket in sorted(moved)
    ]  # fmt: skip
    put(connection, tables.buckets, rows)
    digest.moved.clear()


def sums(connection: Connection, tenant: Id, wanted: Sequence[int] | None = None) -> dict[int, int]:
    """The sums of these buckets, or of all; nought for one that was never touched."""
    some = {} if wanted is None or len(wanted) == BUCKETS else {"bucket": list(wanted)}
    rows = find(connection, tables.buckets, ("bucket", "value"), tenant=tenant, **some)
    found = dict.fromkeys(range(BUCKETS) if wanted is None else wanted, 0)
    found.update({row[0]: int.from_bytes(row[1], "big") for row in rows})
    return found


def buckets(means: Means, asking: Member, asked: m.AskBuckets) -> m.Buckets:
    """The sums at the head. Raises `Refused` with CURSOR in another era."""
    scopes.make_ready(means, asking)
    with reading(means.database, asking.tenant) as connection:
        if asked.era != era(connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        stands = _shown(connection, asking)
        found = sums(connection, asking.tenant) if stands is None else _sums_of(stands)
        told = tuple(_short(found[bucket]) for bucket in range(BUCKETS))
        return m.Buckets(head=log.head(connection, asking.tenant).seq, sums=told)


def records(means: Means, asking: Member, asked: m.AskRecords) -> m.Records:
    """What stands in some buckets, by record."""
    scopes.make_ready(means, asking)
    with reading(means.database, asking.tenant) as connection:
        found: list[m.RecordRow] = []
        shown = _shown(connection, asking)
        for record, stand in _stands(connection, asking.tenant, frozenset(asked.buckets), asked.after):
            if shown is not None and record not in shown:
                continue
            if len(found) == m.RECORDS_MAX:
                break
            found.append(m.RecordRow(record=record, sum=_short(row_sum(record, stand)), seq=stand.seq))
        more = len(found) == m.RECORDS_MAX
        return m.Records(
            head=log.head(connection, asking.tenant).seq, records=tuple(found), more=more
        )  # fmt: skip


def entries(means: Means, asking: Member, asked: m.AskEntries) -> m.Entries:
    """Every entry of some records, whole, as many as a page takes."""
    scopes.make_ready(means, asking)
    with reading(means.database, asking.tenant) as connection:
        found: list[Arrived] = []
        room, shown = PAGE_BYTES_MAX, _shown(connection, asking)
        records = [record for record in asked.records if shown is None or record in shown]
        for entry in _entries(connection, asking.tenant, records, asked.after):
            room -= len(entry.data) + len(entry.answer)
            if found and (room < 0 or len(found) == PAGE_CHANGES_MAX):
                return m.Entries(entries=tuple(found), more=True)
            found.append(entry)
        return m.Entries(entries=tuple(found))


def _shown(connection: Connection, asking: Member) -> dict[Id, Stand] | None:
    """How what is shown to a device in the field stands; None for any other, which is shown everything."""
    scope = scopes.in_force(connection, asking)
    return scopes.Shown(connection, asking).stands() if scope.partial else None


def _sums_of(stands: Mapping[Id, Stand]) -> dict[int, int]:
    found = dict.fromkeys(range(BUCKETS), 0)
    for record, stand in stands.items():
        bucket = bucket_of(record)
        found[bucket] = added(found[bucket], row_sum(record, stand))
    return found


def offer(means: Means, asking: Member, asked: m.Offer) -> m.Offered:
    """Take back entries that the log has lost, where both neighbours prove them, and make records anew from it.

    Only records of class *fields* are made anew here: each is what its own entries say. Raises `Refused` with CURSOR
    in another era.
    """
    with writing(means.database, asking.tenant) as connection:
        head = log.take_head(connection, asking.tenant)
        if asked.era != era(connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        back = sum(_put_back(connection, asking.tenant, head, entry) for entry in asked.entries)
        if back:
            belongings.begin_anew(connection, asking.tenant)
        digest = Bucketed(int(head.digest, 16))
        standing = ServerStanding(connection, asking.tenant, digest, means.kinds)
        mended = sum(
            _mended(connection, standing, means.kinds, asking.tenant, each) for each in asked.records
        )
        standing.flush()
        keep(connection, asking.tenant, digest)
        _sum_anew(connection, asking.tenant, frozenset(asked.buckets))
        total = Digest(sum(sums(connection, asking.tenant).values()) % MODULUS)
        log.keep_head(connection, asking.tenant, head._replace(digest=total.text))
        return m.Offered(entries=back, records=mended)


def _stands(
    connection: Connection, tenant: Id, wanted: frozenset[int], after: bytes = b""
) -> Iterator[tuple[Id, Stand]]:
    """What stands in some buckets, by record, after one."""
    kept = tables.standing.c
    while True:
        rows = connection.execute(
            sa.select(kept.record, *(kept[name] for name in Stand._fields))
            .where(kept.tenant == tenant, kept.record > after)
            .order_by(kept.record)
            .limit(_ROWS_AT_ONCE)
        ).fetchall()
        for row in rows:
            if bucket_of(row[0]) in wanted:
                yield row[0], Stand(row[1], State(row[2]), *row[3:])
        if len(rows) < _ROWS_AT_ONCE:
            return
        after = rows[-1][0]


def _sum_anew(connection: Connection, tenant: Id, wanted: frozenset[int]) -> None:
    """Take the sums of some buckets from the rows themselves."""
    if not wanted:
        return
    found = dict.fromkeys(wanted, 0)
    for record, stand in _stands(connection, tenant, wanted):
        bucket = bucket_of(record)
        found[bucket] = added(found[bucket], row_sum(record, stand))
    rows = [
        {"tenant": tenant, "bucket": bucket, "value": found[bucket].to_bytes(_SUM_BYTES, "big")}
        for bucket in sorted(found)
    ]
    put(connection, tables.buckets, rows)


def _entries(
    connection: Connection, tenant: Id, wanted: Sequence[Id], after: int = 0
) -> Iterator[Arrived]:  # fmt: skip
    for row in archive.entries_of(connection, tenant, list(wanted), after, PAGE_CHANGES_MAX + 1):
        start = CHAIN_START
        if row.number == 1 and (begun := chains.chain(connection, tenant, row.device, row.epoch)):
            start = begun.start
        yield Arrived(
            row.seq, row.device, row.epoch, row.number, Outcome(row.outcome), row.answer, row.data, start
        )


def _put_back(connection: Connection, tenant: Id, head: log.Head, entry: Arrived) -> int:
    """Put one entry back into its hole; 0 where there is none, or the hashes about it do not prove it."""
    if not 0 < entry.seq <= head.seq or log.run_at(connection, tenant, entry.seq) is not None:
        return 0
    before = log.run_at(connection, tenant, entry.seq - 1)
    link = log.link_at(connection, tenant, entry.device, entry.epoch, entry.number - 1)
    if before is None or link is None:
        return 0
    link = chain_link(link, entry.device, entry.epoch, entry.data)
    run = run_hash(before, link, entry.outcome, entry.answer)
    if run != _run_told_by_next(connection, tenant, head, entry.seq, run):
        return 0
    read = Gate({}, ServerStanding(connection, tenant, Bucketed(), {}), _NOBODY, 0).read(
        entry.number, entry.data
    )
    row = archive.Entry(
        entry.seq, entry.device, entry.epoch, entry.number, *read.named, int(entry.outcome), entry.answer,
        entry.data, link, run, 0,
    )  # fmt: skip
    log.append(connection, tenant, [row])
    return 1


def _run_told_by_next(connection: Connection, tenant: Id, head: log.Head, seq: int, run: bytes) -> bytes:
    """The running hash that must stand at a place: the head's, or `run` where the next entry hangs on it."""
    if seq == head.seq:
        return head.run
    row = next(archive.entries_after(connection, tenant, seq, 1), None)
    if row is None or row.seq != seq + 1:
        return b""
    return run if run_hash(run, row.link, Outcome(row.outcome), row.answer) == row.run else b""


def _mended(
    connection: Connection, standing: ServerStanding, kinds: Mapping[str, Kind[Any]], tenant: Id, record: Id
) -> int:  # fmt: skip
    """Make a record of class *fields* anew from its own entries; 1 when it then stands otherwise."""
    before = standing.stand(record)
    kind = kinds.get(before.kind) if before is not None else None
    written = list(_entries(connection, tenant, [record]))
    if (kind is not None and not is_fields(kind)) or len(written) > PAGE_CHANGES_MAX:
        return 0
    gate = Gate(kinds, standing, _NOBODY, 0)
    changes = [(gate.read(entry.number, entry.data), entry) for entry in written]
    if not changes or any(read.kind is None or not is_fields(read.kind) for read, _entry in changes):
        return 0
    standing.set_stand(record, None)
    standing.set_image(record, None)
    standing.set_cells(record, ())
    for read, entry in changes:
        enact(standing, read, entry)
    return int(standing.stand(record) != before)


def _short(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


ROUTES = (
    Route("buckets", m.AskBuckets, buckets),
    Route("records", m.AskRecords, records),
    Route("entries", m.AskEntries, entries),
    Route("offer", m.Offer, offer),
)
