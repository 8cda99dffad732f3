"""Confirming what came about as this device wrote it, a whole run at once: nothing but its place in the order is new.

Most of what a device hears of its own changes is so; every other entry is looked at by itself (core.store.replica).
"""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from core.changes.answer import Arrived
from core.changes.change import Outcome, decode_change, run_hash
from core.changes.kind import Kind
from core.ids import Id
from core.store.engine import HAND
from core.store.work import Work


class _Open(NamedTuple):
    """A change of this device that waits for its answer and has effect."""

    number: int
    kind: str
    record: Id
    link: bytes
    data: bytes


def confirm_as_written(work: Work, page: Sequence[Arrived]) -> int:
    """Confirm what stands so at the beginning of a page that follows on the cursor; answers how many entries."""
    if not page or work.standing.is_dirty or page[0].seq != work.meta.get("seq", 0) + 1:
        return 0
    first = page[0]
    if first.device != work.actor.device:
        return 0
    told = sum(1 for _each in takewhile(lambda arrived: _follows(first, arrived), page))
    found = _open_run(work, first, told)
    if found:
        _confirm(work, first, found)
    return len(found)


def _follows(first: Arrived, arrived: Arrived) -> bool:
    """Whether an entry is of one run with the first, bare and with the plain answer."""
    return (
        arrived.outcome is Outcome.APPLIED
        and not (arrived.answer or arrived.data or arrived.link)
        and arrived.device == first.device
        and arrived.epoch == first.epoch
        and arrived.number - first.number == arrived.seq - first.seq
    )


def _open_run(work: Work, first: Arrived, count: int) -> list[_Open]:
    """As many of these numbers, from the first on, as wait here and have effect."""
    if not count:
        return []
    sql = (
        "SELECT number, kind, record, link, data FROM changes WHERE device = ? AND epoch = ? "
        "AND number BETWEEN ? AND ? AND outcome = 0 AND idle = 0 ORDER BY number"
    )
    last = first.number + count - 1
    rows = work.read.exec_driver_sql(sql, (first.device, first.epoch, first.number, last))
    found = [_Open(*row) for row in rows]
    kinds: Mapping[str, Kind[Any]] = work.plan.kinds
    whole = takewhile(
        lambda pair: pair[0] == pair[1].number and pair[1].kind in kinds, enumerate(found, first.number)
    )
    return [each for _number, each in whole]


def _confirm(work: Work, first: Arrived, found: Sequence[_Open]) -> None:
    run = work.meta.get("run", b"")
    for each in found:
        run = run_hash(run, each.link, Outcome.APPLIED, b"")
    work.see_stamp(max(decode_change(each.data).stamp for each in found))
    ahead = first.seq - first.number
    work.read.exec_driver_sql(
        HAND + "UPDATE changes SET seq = number + ?, outcome = ?, undo = NULL "
        "WHERE device = ? AND epoch = ? AND number BETWEEN ? AND ?",
        (ahead, int(Outcome.APPLIED), first.device, first.epoch, first.number, found[-1].number),
    )
    newest = work.read.exec_driver_sql(  # a device's stamps rise, and none of these was clamped
        "SELECT data FROM changes WHERE device = ? AND epoch = ? AND number = ?",
        (first.device, first.epoch, found[-1].number),
    ).scalar_one()
    work.see_stamp(decode_change(newest).stamp)
    work.standing.seen_at({each.record: each.number + ahead for each in found})
    work.meta.update(seq=found[-1].number + ahead, run=run)
