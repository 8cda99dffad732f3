"""What the ledger must be after any history, reckoned again from the order of changes and from its own rows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from core.closing.kinds import CLOSED, REOPENED
from core.closing.rules import first_open_day
from core.receipts.kinds import REVERSED
from tests.simulation.broken import expect
from tests.simulation.settled import entered

_UNBALANCED = "SELECT account, party, sum(paise) FROM postings GROUP BY account, party"
_TAKEN = "coalesce((SELECT sum(paise) FROM allocations WHERE {}), 0)"
_SETTLED = (
    "SELECT o.paper, o.open_paise, o.amount_paise - "
    + _TAKEN.format("document = o.paper")
    + " - "
    + _TAKEN.format("credit = o.paper AND document <> o.paper")
    + " FROM open_items o"
)


def prove_ledger(read: Any, order: Iterable[Any]) -> None:
    """Entries balance, open amounts follow from allocations, and every close saw what it says."""
    _balances(read)
    _open_amounts(read)
    _closes(read, order)


def _balances(read: Any) -> None:
    posted: Counter[tuple[str, bytes]] = Counter()
    for account, party, paise in read.exec_driver_sql(_UNBALANCED):
        posted[account, party if account == "debtors" else b""] += paise
    expect(sum(posted.values()) == 0, f"the ledger is out of balance by {sum(posted.values())}")
    kept = {
        (row[0], row[1]): row[2] for row in read.exec_driver_sql("SELECT account, party, paise FROM balances")
    }
    wrong = {place for place in posted.keys() | kept.keys() if posted[place] != kept.get(place, 0)}
    expect(not wrong, f"balances are not the sum of their entries: {wrong}")


def _open_amounts(read: Any) -> None:
    wrong = [paper.hex() for paper, open_paise, left in read.exec_driver_sql(_SETTLED) if open_paise != left]
    expect(not wrong, f"open amounts that allocations do not explain: {wrong}")


def _closes(read: Any, order: Iterable[Any]) -> None:
    """Each close counted what had come before it; what came after it is entered on the first open day."""
    counted: Counter[str] = Counter()
    closed: dict[bytes, dt.date] = {}
    for kind, record, body in entered(order):
        through = max(closed.values(), default=None)
        if kind is CLOSED:
            told = {seen.month: seen.entered for seen in body.months}
            missed = {month: counted[month] for month in told if counted[month] != told[month]}
            expect(not missed, f"the close {record.hex()} saw {told}, and there was {missed}")
            closed[record] = body.through
        elif kind is REOPENED:
            closed.pop(body.close, None)
        day = kind.effects(record, body).posts_on
        if day is not None:
            counted[f"{day:%Y-%m}"] += 1
            _entered_on(read, record, first_open_day(day, through), and_later=kind is REVERSED)


def _entered_on(read: Any, paper: bytes, day: dt.date, *, and_later: bool) -> None:
    """What was given up on a later day is taken back on that day, with the paper that takes money back."""
    found = {
        row[0] for row in read.exec_driver_sql("SELECT dated_on FROM postings WHERE paper = ?", (paper,))
    }
    told = {min(found)} if and_later and found else found
    expect(told <= {day.isoformat()}, f"{paper.hex()} is entered on {found}, not on {day}")
