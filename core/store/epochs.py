"""A copy of a book goes on as itself: a new epoch of its device, and series that no other copy issues from.

Two books of one device must never give one number to two changes, nor to two papers. Whoever begins a new epoch
numbers its changes from 1 again, in a chain hung on the last link it had, and draws paper numbers from new series.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.changes.change import decode_change, encode_change
from core.changes.kind import Renumbering
from core.changes.record import decoded, encoded
from core.ids import Id
from core.store import log
from core.store.mark import Marks, Why
from core.store.replay import BATCH, replay, step_back
from core.store.tables.store import series
from core.store.work import Work

_RANDOM_BYTES = 3


class Copy(NamedTuple):
    """An epoch that this book began: what its series begin with and what those before it did, why, and its stamp."""

    epoch: int
    code: str
    code_before: str
    why: str
    stamp: int


def settle(work: Work, marks: Marks) -> None:
    """Before the first change of a Work: a book that is a copy begins a new epoch; one without a home makes it here.

    The mark of the new home is there before the book says so: a crash between the two is no new copy.
    """
    why = marks.why_copy(work.meta, work.number)
    if why is not None:
        begin_epoch(work, why)
    facts = marks.home(work.meta)
    if any(work.meta.get(name) != fact for name, fact in facts.items()):
        marks.keep(work.meta, work.number)
        work.note(**facts)


def begin_epoch(work: Work, why: Why, *, start: bytes | None = None) -> str:
    """Begin a new epoch of this device, with series of its own; answers what their names begin with.

    Its chain hangs on the link `start`, else on the last one of this book. The old series keep the numbers they have
    given; this copy never issues from them again. `why` is told in the Inbox.
    """
    before = log.issuing_code(work.meta)
    code = _free_code(work)
    work.turn_epoch(work.meta["epoch"] + 1 + int.from_bytes(work.random(_RANDOM_BYTES), "big"), start)
    begun = Copy(work.meta["epoch"], code, before, why.value, work.next_stamp())
    work.note(copies=[*work.meta.get("copies", ()), tuple(begun)], issuing_code=code)
    keep_own_series(work)
    work.rows.touch("inbox", work.actor.device)
    return code


def keep_own_series(work: Work) -> None:
    """Own the series of every epoch begun here, also while the service does not know of them yet."""
    for copy in _copies_in(work.meta):
        for name in work.plan.numbering.series_of(copy.code):
            if work.read.exec_driver_sql("SELECT 1 FROM series WHERE series = ?", (name,)).first() is None:
                work.keep(series, series=name, device=work.actor.device)
    work.standing.forget_series()


def copies(read: Connection) -> list[Copy]:
    """The epochs that this book has begun as a copy, oldest first."""
    return _copies_in(log.read_meta(read))


def write_anew(
    work: Work,
    why: Why = Why.FORKED,
    *,
    start: bytes | None = None,
    first: Callable[[Work], None] | None = None,
) -> int:
    """Write everything pending anew under a new epoch, since its numbers are another copy's; answers how much.

    The epoch hangs on the link `start`, else on the last one that the service has confirmed; `first` may write in it
    before what waits does. Same kind, record, body and stamp; new number, work and chain; the old entries leave the
    log. Papers keep their numbers, and the gate holds those whose number was used. What a paper says of its own
    device's numbers (a filed return) is said in the new ones.
    """
    device = work.actor.device
    step_back(work)
    heads, waiting = log.confirmed_heads(work.read, device), log.pending_epochs(work.read)
    begin_epoch(work, why, start=start or log.last_confirmed_link(work.read, device))
    if first is not None:
        first(work)
    kept = {epoch: number for epoch, (number, _link) in heads.items()}
    count = renumber_waiting(work, device, heads, waiting, kept)
    replay(work)
    return count


def renumber_waiting(
    work: Work, before: Id, heads: Mapping[int, tuple[int, bytes]], waiting: Sequence[tuple[int, int, int]],
    kept: Mapping[int, int],
) -> int:  # fmt: skip
    """Give everything pending numbers of the epoch just begun, in the order it was written; answers how much.

    `waiting` are the epochs that it lies in (core.store.log.pending_epochs), as the device `before` wrote it; that
    one's chains end at their confirmed `heads` then. `kept` are the numbers of older epochs that a paper may name on.
    """
    moved, count, before_all = {}, 0, work.number
    for epoch, first, last in waiting:
        moved[epoch] = before_all + count + 1 - first
        count += last - first + 1
        if epoch in heads:
            log.keep_chain_head(work.read, before, epoch, *heads[epoch])
        else:
            log.drop_chain(work.read, before, epoch)
    renumbering = Renumbering(work.meta["epoch"], kept, moved)
    after = 0
    while batch := log.pending(work.read, after_entry=after, limit=BATCH):
        work.renumber([(entry, _anew(work, entry, renumbering)) for entry in batch])
        after = batch[-1].entry
    return count


def renumber_one(work: Work, entry: log.Entry) -> log.Entry:
    """A change that is in no log, under the next number of the epoch just begun."""
    moved = Renumbering(work.meta["epoch"], {}, {entry.epoch: work.number + 1 - entry.number})
    [now] = work.renumber([(entry, _anew(work, entry, moved))])
    return now


def _anew(work: Work, entry: log.Entry, renumbering: Renumbering) -> bytes:
    """The bytes of a change under its new number."""
    change = decode_change(entry.data)
    added = renumbering.moved[entry.epoch]
    first = max(1, max(change.work, renumbering.kept.get(entry.epoch, 0) + 1) + added)
    kind = work.plan.kinds.get(change.kind)
    body = change.body
    if kind is not None and kind.renumbered is not None:
        body = msgspec.Raw(encoded(kind.renumbered(decoded(kind.record, body), renumbering)))
    return encode_change(msgspec.structs.replace(change, number=change.number + added, work=first, body=body))


def _copies_in(meta: log.Meta) -> list[Copy]:
    return [Copy(*row) for row in meta.get("copies", ())]


def _free_code(work: Work) -> str:
    taken = {row[0] for row in work.read.exec_driver_sql("SELECT series FROM series")}
    while True:
        code = work.plan.numbering.code_of_copy(work.meta["code"], work.random)
        if code not in taken:
            return code


__all__ = [
    "Copy",
    "Why",
    "begin_epoch",
    "copies",
    "keep_own_series",
    "renumber_one",
    "renumber_waiting",
    "settle",
    "write_anew",
]
