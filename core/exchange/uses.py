"""What a credit has settled, as the book keeps it: with the days between which each settlement counted."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.changes.record import decoded
from core.ids import Id
from core.ledger.kinds import ALLOCATED, RELEASED
from core.ledger.model import OpenItem, Release
from core.ledger.queries import AllocationRow, allocations_of, open_item
from core.store.read import change_of, stand_of


class Used(NamedTuple):
    """So much of a credit went to a bill on a day; with `until` it was undone from that day on, for that reason.

    What was undone because the credit itself was taken back has none: its reversal says so.
    """

    credit: Id
    bill: OpenItem
    paise: int
    on: dt.date
    until: dt.date | None = None
    reason: str = ""


def uses_of_credit(read: Connection, credit: Id) -> list[Used]:
    """What a receipt, note or advance settled, in order of days, then of bills."""
    rows = [row for row in allocations_of(read, credit) if row.credit == credit]
    return _uses(read, rows)


def uses_of_bill(read: Connection, bill: Id) -> list[Used]:
    """What credits have settled of a bill, in order of days; cancellations, write-offs and the like left out."""
    rows = [row for row in allocations_of(read, bill) if row.document == bill]
    return _uses(read, rows)


def _uses(read: Connection, rows: Iterable[AllocationRow]) -> list[Used]:
    given = [row for row in rows if row.paise > 0 and _kind(read, row.claim) == ALLOCATED.name]
    back = {row.claim for row in rows if row.paise < 0}
    undone = {release.claim: release for each in back if (release := _release(read, each)) is not None}
    standing: dict[tuple[Id, Id, dt.date], Used] = {}
    found = []
    for row in given:
        bill, release = open_item(read, row.document), undone.get(row.claim)
        if bill is None:
            continue
        if release is not None:
            told = (release.released_on, release.reason)
            found.append(Used(row.credit, bill, row.paise, row.allocated_on, *told))
            continue
        key = (row.credit, row.document, row.allocated_on)
        before = standing[key].paise if key in standing else 0
        standing[key] = Used(row.credit, bill, before + row.paise, row.allocated_on)
    return sorted([*found, *standing.values()], key=_order)


def _order(use: Used) -> tuple[dt.date, dt.date, str, str, dt.date, str, int]:
    bill = use.bill
    return use.on, bill.dated_on, bill.type, bill.number, use.until or dt.date.max, use.reason, use.paise


def _kind(read: Connection, claim: Id) -> str:
    known = stand_of(read, claim)
    return known.kind if known is not None else ""


def _release(read: Connection, record: Id) -> Release | None:
    change = change_of(read, record)
    if change is None or change.kind != RELEASED.name:
        return None
    return decoded(Release, change.body)
