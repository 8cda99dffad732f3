"""How money comes in, by month: days sales outstanding, collection effectiveness and days late, for charts.

All of it is read from the sums by month that the ledger keeps (core.ledger.monthly), some rows a year; no paper is
looked at. Open amounts are those of bills before money on account, as in the ageing.
"""

import calendar
import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.monthly import ALL
from core.parties.merged import family
from core.statements.model import MonthFigures
from core.store.tables.statements import MONTH_SUMS

SIMPLE_MONTHS = 3
"""The simple DSO and the best possible one look at the sales of so many months."""

_SUMS = " ".join(
    (
        "SELECT month,",
        ", ".join(f"sum({name})" for name in MONTH_SUMS),
        "FROM party_months WHERE party IN (RUN) AND month <= ? GROUP BY month ORDER BY month",
    )
)


class Month(NamedTuple):
    """The sums of a month, as core.ledger.monthly keeps them."""

    month: str
    billed_paise: int = 0
    credited_paise: int = 0
    received_paise: int = 0
    opened_paise: int = 0
    settled_paise: int = 0
    fell_late_paise: int = 0
    late_settled_paise: int = 0
    payments: int = 0
    paid_paise: int = 0
    late_days: int = 0
    late_paise_days: int = 0
    taken_days: int = 0
    taken_paise_days: int = 0

    @property
    def sales_paise(self) -> int:
        """What was sold, less what was credited or cancelled."""
        return self.billed_paise - self.credited_paise

    @property
    def days(self) -> int:
        """How long the month is."""
        return calendar.monthrange(int(self.month[:4]), int(self.month[5:]))[1]


def figures(read: Connection, from_on: dt.date, to_on: dt.date) -> list[MonthFigures]:
    """The figures of each month from that of a day to that of a day, of the whole book.

    Each month is taken whole: of one that is not over, bills that fall due later in it already stand past due.
    """
    return _figures(read, ALL, from_on, to_on)


def party_behaviour(read: Connection, party: Id, on: dt.date, *, months: int = 12) -> list[MonthFigures]:
    """The figures of a party in the months up to a day, that of the day included."""
    first = on.year * 12 + on.month - 1 - (months - 1)
    return _figures(read, party, dt.date(first // 12, first % 12 + 1, 1), on)


def months_between(first: str, last: str) -> Iterator[str]:
    """Every month ("2026-06") from one to another, both included."""
    at, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    for number in range(at, end + 1):
        yield f"{number // 12:04d}-{number % 12 + 1:02d}"


def told(months: Sequence[Month], first: str) -> list[MonthFigures]:
    """The figures of the months from `first` on, of all months in a row since the first there is."""
    opened = list(itertools.accumulate(month.opened_paise - month.settled_paise for month in months))
    late = list(itertools.accumulate(month.fell_late_paise - month.late_settled_paise for month in months))
    found = []
    for at, month in enumerate(months):
        if month.month < first:
            continue
        before = opened[at - 1] if at else 0
        lately = months[max(0, at - SIMPLE_MONTHS + 1) : at + 1]
        sold, days = sum(each.sales_paise for each in lately), sum(each.days for each in lately)
        current = opened[at] - late[at]
        could = before + month.sales_paise
        found.append(
            MonthFigures(
                month=month.month,
                sales_paise=month.sales_paise,
                received_paise=month.received_paise,
                open_paise=opened[at],
                overdue_paise=late[at],
                dso=count_back(opened[at], months[: at + 1]),
                simple_dso=_hundredths(opened[at] * days, sold),
                best_dso=_hundredths(current * days, sold),
                cei=_hundredths((could - opened[at]) * 100, could - current),
                payments=month.payments,
                paid_paise=month.paid_paise,
                late=_hundredths(month.late_paise_days, month.paid_paise),
                late_plain=_hundredths(month.late_days, month.payments),
                taken=_hundredths(month.taken_paise_days, month.paid_paise),
                taken_plain=_hundredths(month.taken_days, month.payments),
            )
        )
    return found


def count_back(open_paise: int, months: Sequence[Month]) -> int | None:
    """Days sales outstanding by exhaustion, in hundredths: the latest months' days for as long as their sales are
    wholly open, and of the month in which the open amount runs out its part. A month without sales counts its days.
    None when more is open than was ever sold."""
    left, days = open_paise, 0
    if left <= 0:
        return 0
    for month in reversed(months):
        sold = max(0, month.sales_paise)
        if sold >= left:
            return days * 100 + (_hundredths(left * month.days, sold) or 0)
        left -= sold
        days += month.days
    return None


def _figures(read: Connection, party: Id, from_on: dt.date, to_on: dt.date) -> list[MonthFigures]:
    first, last = from_on.isoformat()[:7], to_on.isoformat()[:7]
    members = family(read, party)
    question = _SUMS.replace("RUN", ", ".join("?" * len(members)))
    known = {row[0]: Month(*row) for row in read.exec_driver_sql(question, (*members, last))}
    start = min([first, *known])
    return told([known.get(month, Month(month)) for month in months_between(start, last)], first)


def _hundredths(part: int, whole: int) -> int | None:
    """A hundred times the quotient, rounded half up; None where there is nothing to divide by."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None
