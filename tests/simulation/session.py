"""What one person at one device may rely on, checked from what each reading of the book showed.

The invariants by name: `monotonic_reads` (with it the list-append check: what a device shows of the order is a prefix
of it), `no_holes`, `read_your_writes`, `papers_stay`, `causal_order`.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple

import msgspec

from core.changes.change import Outcome
from core.ids import Id
from core.store import log
from core.store.mark import Why
from tests.simulation.broken import expect
from tests.simulation.rows import rows_of
from tests.simulation.watch import Place, Said, said

_OLDER, _SHELVED, _HIDDEN = -1, 2, 4

_LOG = (
    "SELECT seq, device, epoch, number, outcome, idle, CASE WHEN seq IS NULL THEN data END FROM changes "
    f"UNION ALL SELECT seq, device, epoch, number, {_OLDER}, 0, NULL FROM older_changes WHERE seq > 0"
)
_WRITTEN = (
    "SELECT data FROM changes WHERE device = ?1 AND number > 0 UNION "
    "SELECT data FROM older_changes WHERE device = ?1 AND number > 0"
)
_PAPERS = "SELECT id FROM documents UNION ALL SELECT id FROM receipts"


class Unfinished(NamedTuple):
    """How many changes of a book have no answer yet, wait for a newer version, or are not shown to this device."""

    waiting: int
    shelved: int
    hidden: int


class Session:
    """All readings of one book, as one person makes them."""

    def __init__(self) -> None:
        self.order: dict[int, Place] = {}
        """What was last shown of the order, by seq; not what the snapshot at the base told of it."""
        self._own: set[Place] = set()
        self._waiting: dict[Place, Said] = {}
        """What had no answer yet: a copy that parts from another gives it new numbers."""
        self._papers: set[Id] = set()
        self._scope = 0
        self._epoch = 0
        self._is_partial = False
        self._base = 0
        self._forks = 0
        """How many forks of the order this book has been told of."""
        self._written_after: dict[Said, int] = {}
        """By own change: how far its author had seen the order."""

    def read(
        self,
        read: Any,
        meta: log.Meta,
        name: str,
        forks: Sequence[int] = (),
        heard: Callable[[], Set[Said]] = set,
    ) -> Unfinished:
        """Look at the book, and hold it against what it showed before, up to where the order has forked since.

        A snapshot at the base tells of what the service has `heard` under whatever number, too.
        """
        device, base = meta["device"], log.base_of(read).seq
        order: dict[int, Place] = {}
        own: set[Place] = set()
        pending: dict[Place, Said] = {}
        waiting = shelved = hidden = 0
        for seq, author, epoch, number, outcome, idle, data in rows_of(read, _LOG):
            waiting += outcome == Outcome.PENDING
            shelved += idle == _SHELVED
            hidden += idle == _HIDDEN
            if number <= 0:
                continue
            place = Place(author, epoch, number)
            if author == device:
                own.add(place)
                if seq is None:
                    pending[place] = said(author, data)
            if seq is not None and (seq > base or outcome == _OLDER):
                order[seq] = place
        is_partial = bool(meta.get("partial"))
        self._cross(order, base, forks, is_partial=is_partial or self._is_partial)
        self._is_partial = is_partial
        if meta["epoch"] != self._epoch:
            self._epoch = meta["epoch"]
            if any(
                copy[3] == Why.LACKING.value and copy[0] == self._epoch for copy in meta.get("copies", ())
            ):
                self._own = set()  # all of it has other numbers now
        if meta.get("scope", 0) != self._scope:  # loaded anew by what it carries now
            self.order, self._own, self._papers, self._scope = {}, set(), set(), meta.get("scope", 0)
        monotonic_reads(self.order, order, base, name)
        no_holes(order, meta["seq"], base, name)
        gone = {place for place in self._own - own if not _is_in_base(read, place)}
        if gone:
            now = written(read, device) | (heard() if base else set())
            lost = {place for place in gone if self._waiting.get(place) not in now}
            expect(not lost, f"{name}: changes written here are here no more: {lost}")
        seen = max(self.order, default=base)
        for what in pending.values():
            self._written_after.setdefault(what, seen)
        papers = {row[0] for row in rows_of(read, _PAPERS)}
        papers_stay(self._papers, papers, name)
        self.order, self._own, self._waiting, self._papers = order, own, pending, papers
        return Unfinished(waiting, shelved, hidden)

    def _cross(self, now: Mapping[int, Place], base: int, forks: Sequence[int], *, is_partial: bool) -> None:
        """What stood above a fork is taken back once, and comes again as it is judged then. A book whose base is above
        it is loaded anew; one of some parties takes back all it has, for it cannot prove any place."""
        since = min(forks[self._forks :], default=0)
        is_loaded = base != self._base and self._base >= since
        self._base = base
        if not since:
            return
        kept = 0 if is_partial else since
        if is_loaded or any(now.get(seq) != place for seq, place in self.order.items() if seq >= kept):
            self.order = {seq: place for seq, place in self.order.items() if seq < kept}
            self._written_after = {what: min(seen, since - 1) for what, seen in self._written_after.items()}
            self._papers = set()
            self._forks = len(forks)

    def end(self, order: Sequence[Place], came: Mapping[Said, int], name: str) -> None:
        """Hold all that was shown against the order as it is in the end, and where in it what was said came."""
        wrong = [seq for seq, place in self.order.items() if seq > len(order) or order[seq - 1] != place]
        expect(not wrong, f"{name}: it showed another order at {wrong}")
        causal_order(self._written_after, came, name)


def _is_in_base(read: Any, place: Place) -> bool:
    """Whether the snapshot that a book was loaded from has told of a change: it was sent, and its answer was lost."""
    chains = log.base_of(read).chains
    return any(each[:2] == place[:2] and place.number <= each.number for each in chains)


def written(read: Any, device: Id) -> set[Said]:
    """Everything that a device has written, as a book has it."""
    return {said(device, row[0]) for row in rows_of(read, _WRITTEN, device)}


def monotonic_reads(before: Mapping[int, Place], now: Mapping[int, Place], base: int, name: str) -> None:
    """What was shown of the order is shown again, with more after it: lists are appended to and nothing else.

    What lies beneath the snapshot that a book was loaded from is fetched when there is time.
    """
    gone = [seq for seq, place in before.items() if now.get(seq) != place]
    expect(not gone, f"{name}: the order that was shown is not shown again at {gone}")
    if before and len(now) > len(before):
        end = max(before)
        early = [seq for seq in now.keys() - before.keys() if base < seq <= end]
        expect(not early, f"{name}: {early} came into the order before its end")


def no_holes(order: Mapping[int, Place], cursor: int, base: int, name: str) -> None:
    """Every change from the beginning, or from the snapshot at the base, up to the cursor is here."""
    here = sum(1 for seq in order if base < seq <= cursor)
    expect(here == cursor - base, f"{name}: of the order from {base} to {cursor} only {here} are here")


def read_your_writes(read: Any, written: dict[Id, dict[int, Any]], name: str) -> None:
    """What was written here is read here at once."""
    for record, fields in written.items():
        found = rows_of(read, "SELECT image FROM images WHERE record = ?", record)
        image = msgspec.msgpack.decode(found[0][0], type=dict[int, Any]) if found else {}
        wrong = {n: (image.get(n), value) for n, value in fields.items() if image.get(n, value) != value}
        expect(not wrong, f"{name}: fields {wrong} of {record.hex()} do not read as they were just written")


def papers_stay(before: set[Id], now: set[Id], name: str) -> None:
    """A paper that was shown is shown for ever, whatever became of it."""
    expect(now >= before, f"{name}: papers are shown no more: {[paper.hex() for paper in before - now]}")


def causal_order(written_after: Mapping[Said, int], came: Mapping[Said, int], name: str) -> None:
    """Whatever somebody had seen when writing stands before what was written."""
    wrong = [came[what] for what, seen in written_after.items() if what in came and came[what] <= seen]
    expect(not wrong, f"{name}: at {wrong} stands what was written after what its author had seen")
