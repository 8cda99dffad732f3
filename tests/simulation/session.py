"""What one person at one device may rely on, checked from what each reading of the book showed.

The invariants by name: `monotonic_reads` (with it the list-append check: what a device shows of the order is a prefix
of it), `read_your_writes`, `papers_stay`, `causal_order`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from core.ids import Id
from tests.simulation.broken import expect
from tests.simulation.watch import Place

_ORDER = "SELECT device, epoch, number FROM changes WHERE seq IS NOT NULL ORDER BY seq"
_OWN = "SELECT epoch, number, seq FROM changes WHERE device = ?"
_PAPERS = "SELECT id FROM documents UNION SELECT id FROM receipts"


class Session:
    """All readings of one book, as one person makes them."""

    def __init__(self) -> None:
        self.order: list[Place] = []
        """What was last shown of the order."""
        self._own: set[Place] = set()
        self._papers: set[Id] = set()
        self._written_after: dict[Place, int] = {}
        """By own change: how far its author had seen the order."""

    def read(self, read: Any, device: Id, name: str) -> None:
        """Look at the book, and hold it against what it showed before."""
        order = [Place(*row) for row in read.exec_driver_sql(_ORDER)]
        monotonic_reads(self.order, order, name)
        own = {Place(device, row[0], row[1]) for row in read.exec_driver_sql(_OWN, (device,))}
        expect(own >= self._own, f"{name}: changes written here are here no more: {self._own - own}")
        for place in own - self._own:
            self._written_after[place] = len(self.order)
        papers = {row[0] for row in read.exec_driver_sql(_PAPERS)}
        papers_stay(self._papers, papers, name)
        self.order, self._own, self._papers = order, own, papers

    def end(self, order: Sequence[Place], name: str) -> None:
        """Hold all that was shown against the order as it is in the end."""
        monotonic_reads(self.order, order, name)
        causal_order(self._written_after, order, name)


def monotonic_reads(before: Sequence[Place], now: Sequence[Place], name: str) -> None:
    """What was shown of the order is shown again, with more after it: lists are appended to and nothing else."""
    expect(list(now[: len(before)]) == list(before), f"{name}: the order that was shown is not shown again")


def read_your_writes(read: Any, written: dict[Id, dict[int, Any]], name: str) -> None:
    """What was written here is read here at once."""
    for record, fields in written.items():
        found = read.exec_driver_sql("SELECT image FROM images WHERE record = ?", (record,)).scalar()
        image = msgspec.msgpack.decode(found, type=dict[int, Any]) if found else {}
        wrong = {n: (image.get(n), value) for n, value in fields.items() if image.get(n, value) != value}
        expect(not wrong, f"{name}: fields {wrong} of {record.hex()} do not read as they were just written")


def papers_stay(before: set[Id], now: set[Id], name: str) -> None:
    """A paper that was shown is shown for ever, whatever became of it."""
    expect(now >= before, f"{name}: papers are shown no more: {[paper.hex() for paper in before - now]}")


def causal_order(written_after: dict[Place, int], order: Sequence[Place], name: str) -> None:
    """Whatever somebody had seen when writing stands before what was written."""
    at = {place: seq for seq, place in enumerate(order, 1)}
    wrong = [place.number for place, seen in written_after.items() if place in at and at[place] <= seen]
    expect(not wrong, f"{name}: changes {wrong} stand before what their author had seen")
