"""Where this book and the service have the same order and make different things of it: found, mended, or told once.

First every row is made anew from the log here. Then the sums of 256 buckets lead to the records that differ, and to
their entries: what the service has and this book lacks or has otherwise is taken in, what the service lacks is offered
to it; nothing is ever deleted. What differs even then is told in the Inbox, and sync goes on.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.book import Book
from core.changes.answer import Arrived
from core.changes.digest import BUCKETS, MODULUS
from core.errors import SyncError
from core.ids import Id
from core.store import log, mending
from core.store.confirmed import HIDDEN
from core.words import translate as _
from sync.client.session import Session
from sync.protocol import messages as m
from sync.protocol.limits import PAGE_BYTES_MAX

RECORDS_MAX = 5_000
"""More records than this differ: that is no damage that could be mended piece by piece."""

TRY_AGAIN_US = 24 * 3600 * 1_000_000
"""So long after a mending that did not help the next is tried."""

_log = logging.getLogger(__name__)


def compare(book: Book, session: Session, answer: m.Pulled) -> None:
    """Compare where a pull has reached the head, and mend what differs. Raises `Offline` when it is cut off."""
    if not answer.digest and not answer.partial:
        return
    meta = book.facts()
    if meta["seq"] != answer.head or not book.read(_is_comparable):
        return
    entry = book.read(_last_shown) if answer.partial else 0
    if entry and entry == meta.get("proved"):
        return
    try:
        told = sum(_sums(book, session, answer.head)) % MODULUS if entry else int(answer.digest or "0", 16)
    except _HeadMoved:
        return
    if _digest(book) == told:
        if meta.get("differs") or entry:
            book.write(_("Sync"), lambda work: work.note(differs=None, proved=entry))
        return
    now_us = book.clock.now_us()
    if meta.get("differs") and abs(now_us - meta["differs"]["tried_us"]) < TRY_AGAIN_US:
        return
    _log.warning("the book and the service differ at %d: mending", answer.head)
    try:
        is_mended = _mended(book, session, answer.head, told)
    except _HeadMoved:
        return
    if is_mended:
        book.write(_("Sync"), lambda work: work.note(differs=None))
    else:
        first = meta.get("differs") or {"seq": answer.head, "at_us": now_us}
        found = {**first, "tried_us": now_us}
        book.write(_("Sync"), lambda work: work.note(differs=found))


class _HeadMoved(Exception):
    """Somebody has pushed meanwhile: the next round compares anew."""


class _Difference(NamedTuple):
    """Buckets whose sums differ, and the records that stand otherwise here, or on one side alone."""

    buckets: list[int]
    records: list[Id]
    too_many: bool


def _mended(book: Book, session: Session, head: int, told: int) -> bool:
    """Whether the book and the service stand alike after all that can be done."""
    try:
        book.write(_("Mending"), mending.make_anew)
        if _digest(book) == told:
            return True
        return _mended_by_records(book, session, head)
    except (SyncError, _HeadMoved):
        raise
    except Exception as error:  # noqa: BLE001  a book that cannot be made anew is told of, and sync goes on
        _log.error("mending stopped (%s)", type(error).__name__)
        return False


def _mended_by_records(book: Book, session: Session, head: int) -> bool:
    found = _difference(book, session, _sums(book, session, head))
    if found.too_many:
        return False
    for start in range(0, len(found.records), m.ASKED_MAX):
        _mend_records(book, session, found.records[start : start + m.ASKED_MAX])
    offer = m.Offer(era=book.facts()["era"], records=(), buckets=tuple(found.buckets))
    session.ask("offer", offer, m.Offered)
    if found.records:
        book.write(_("Mending"), mending.make_anew)
    return sum(_sums(book, session, head)) % MODULUS == _digest(book)


def _sums(book: Book, session: Session, head: int) -> list[int]:
    """The service's sums at the head that was compared."""
    answer = session.ask("buckets", m.AskBuckets(era=book.facts()["era"]), m.Buckets)
    if answer.head != head:
        raise _HeadMoved
    return [int.from_bytes(each, "big") for each in answer.sums]


def _difference(book: Book, session: Session, theirs: list[int]) -> _Difference:
    ours = book.read(mending.bucket_sums)
    buckets = [bucket for bucket in range(BUCKETS) if theirs[bucket] != ours[bucket]]
    here = book.read(lambda read: mending.record_sums(read, frozenset(buckets)))
    differing: list[Id] = []
    for row in _records(session, buckets):
        if here.pop(row.record, None) != int.from_bytes(row.sum, "big"):
            differing.append(row.record)
        if len(differing) > RECORDS_MAX:
            return _Difference(buckets, [], too_many=True)
    differing += here
    return _Difference(buckets, differing, too_many=len(differing) > RECORDS_MAX)


def _records(session: Session, buckets: list[int]) -> Iterator[m.RecordRow]:
    after = b""
    while buckets:
        answer = session.ask("records", m.AskRecords(buckets=tuple(buckets), after=after), m.Records)
        yield from answer.records
        if not answer.more or not answer.records:
            return
        after = answer.records[-1].record


def _mend_records(book: Book, session: Session, records: list[Id]) -> None:
    """Take in the service's entries of some records where ours are others, and offer it those it lacks."""
    theirs: set[int] = set()
    for entries in _entries(session, records):
        theirs.update(entry.seq for entry in entries)
        taken = book.write(_("Mending"), lambda work: mending.take_in(work, entries))  # noqa: B023  at once
        _log.warning("%d of %d entries taken in from the service", taken, len(entries))
    ours = book.read(lambda read: list(mending.entries_of(read, records)))
    lacking = [entry for entry in ours if entry.seq not in theirs]
    for page in _pages(lacking) or [[]]:
        offer = m.Offer(era=book.facts()["era"], records=tuple(records), entries=tuple(page))
        offered = session.ask("offer", offer, m.Offered)
        _log.warning("%d entries given back, %d records made anew there", offered.entries, offered.records)


def _entries(session: Session, records: list[Id]) -> Iterator[list[Arrived]]:
    after = 0
    while True:
        answer = session.ask("entries", m.AskEntries(records=tuple(records), after=after), m.Entries)
        yield list(answer.entries)
        if not answer.more or not answer.entries:
            return
        after = answer.entries[-1].seq


def _pages(entries: Iterable[Arrived]) -> list[list[Arrived]]:
    pages: list[list[Arrived]] = []
    room = 0
    for entry in entries:
        room -= len(entry.data) + len(entry.answer)
        if room < 0:
            pages.append([])
            room = PAGE_BYTES_MAX - len(entry.data) - len(entry.answer)
        pages[-1].append(entry)
    return pages


def _is_comparable(read: Connection) -> bool:
    """Whether nothing is pending and nothing shelved: then both sides must stand alike."""
    return not log.pending_count(read) and not log.shelved_count(read)


def _digest(book: Book) -> int:
    """The sum of what stands here; that of a book of some parties is made when it is asked for."""
    facts = book.facts()
    if facts.get("partial"):
        return sum(book.read(mending.bucket_sums)) % MODULUS
    return int(facts["digest"], 16)


def _last_shown(read: Connection) -> int:
    """The last entry of which a book of some parties was told more than its hashes; a book of some parties is compared
    when there is a new one."""
    sql = "SELECT max(entry) FROM changes WHERE idle <> ? AND seq IS NOT NULL"
    return int(read.exec_driver_sql(sql, (HIDDEN,)).scalar() or 0) or -1
