"""The book's side of mending: sums of what stands by bucket, entries of some records, and entries exchanged for the
service's."""

from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome, chain_link
from core.changes.digest import BUCKETS, MODULUS, bucket_of, row_sum
from core.changes.keeper import GIVEN_UP, MONTH
from core.changes.standing import Stand, State
from core.ids import Id
from core.store import log
from core.store.confirmed import read_entry
from core.store.engine import HAND
from core.store.read import in_runs
from core.store.replay import make_anew
from core.store.work import Work

__all__ = ["bucket_sums", "entries_of", "make_anew", "record_sums", "take_in"]


def bucket_sums(read: Connection) -> list[int]:
    """The 256 sums of what stands here, by one look at every row."""
    sums = [0] * BUCKETS
    for record, stand in _stands(read):
        sums[bucket_of(record)] += row_sum(record, stand)
    return [each % MODULUS for each in sums]


def record_sums(read: Connection, buckets: frozenset[int]) -> dict[Id, int]:
    """What each record of some buckets adds to their sums."""
    return {record: row_sum(record, stand) for record, stand in _stands(read) if bucket_of(record) in buckets}


def entries_of(read: Connection, records: Sequence[Id]) -> Iterator[Arrived]:
    """Every confirmed change of some records that this book holds whole, in their order."""
    base = log.base_of(read).seq
    question = (
        "SELECT seq, device, epoch, number, outcome, answer, data FROM changes WHERE record IN (RUN) AND seq > ? "
        "ORDER BY seq"
    )
    for seq, device, epoch, number, outcome, answer, data in in_runs(read, question, records, base):
        start = log.chain_start(read, device, epoch) if number == 1 else CHAIN_START
        yield Arrived(seq, device, epoch, number, Outcome(outcome), answer, data, start)


def take_in(work: Work, entries: Sequence[Arrived]) -> int:
    """Put the service's entries in the place of those that are missing here, or say otherwise; rows are not touched.

    Only bytes that its author's chain proves are taken. Answers how many entries were put.
    """
    read = work.read
    work.flush()
    base = log.base_of(read).seq
    return sum(_put(work, read, entry) for entry in entries if base < entry.seq <= work.meta.get("seq", 0))


def _put(work: Work, read: Connection, theirs: Arrived) -> int:
    sql = "SELECT entry, outcome, answer, data, link FROM changes WHERE seq = ?"
    ours = read.exec_driver_sql(sql, (theirs.seq,)).fetchone()
    if ours is not None and (ours[1], ours[2], ours[3]) == (int(theirs.outcome), theirs.answer, theirs.data):
        return 0
    link = _proved(read, theirs)
    if link is None or (ours is not None and ours[4] != link):
        return 0
    confirmed = read_entry(work, theirs, theirs.data)
    if ours is not None:
        read.exec_driver_sql(
            HAND + "UPDATE changes SET outcome = ?, answer = ?, data = ?, idle = ? WHERE entry = ?",
            (int(theirs.outcome), theirs.answer, theirs.data, confirmed.idle, ours[0]),
        )
        return 1
    change = confirmed.change
    name, record = (change.kind, change.record) if change is not None else ("", b"")
    row = log.Entry(
        work.next_entry(), theirs.device, theirs.epoch, theirs.number, theirs.seq, name, record,
        int(theirs.outcome), confirmed.idle, theirs.data, link, theirs.answer, None,
    )  # fmt: skip
    log.append(read, [row])
    return 1


def _proved(read: Connection, theirs: Arrived) -> bytes | None:
    """The link of an entry, where its author's chain here goes through it; None where it does not."""
    author = (theirs.device, theirs.epoch)
    before = _link(read, *author, theirs.number - 1)
    if before is None:
        return None
    link = chain_link(before, *author, theirs.data)
    sql = "SELECT data, link FROM changes WHERE device = ? AND epoch = ? AND number = ?"
    after = read.exec_driver_sql(sql, (*author, theirs.number + 1)).fetchone()
    if after is not None:
        return link if chain_link(link, *author, after[0]) == after[1] else None
    return link if log.chain_head(read, *author) == (theirs.number, link) else None


def _link(read: Connection, device: Id, epoch: int, number: int) -> bytes | None:
    if number == 0:
        return log.chain_start(read, device, epoch)
    for head in log.base_of(read).chains:
        if (head.device, head.epoch, head.number) == (device, epoch, number):
            return head.link
    sql = "SELECT link FROM changes WHERE device = ? AND epoch = ? AND number = ?"
    found: bytes | None = read.exec_driver_sql(sql, (device, epoch, number)).scalar()
    return found


def _stands(read: Connection) -> Iterator[tuple[Id, Stand]]:
    """How everything stands; sums over records only where this book carries all of these."""
    sums = (MONTH, GIVEN_UP) if log.read_meta(read).get("partial") else ("", "")
    found = read.exec_driver_sql(
        "SELECT record, kind, state, entry, hash, total_paise, open_paise, rests, seq FROM standing "
        "WHERE kind NOT IN (?, ?)",
        sums,
    )
    while batch := found.fetchmany(2_000):
        for row in batch:
            yield row[0], Stand(row[1], State(row[2]), *row[3:])
