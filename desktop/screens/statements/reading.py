"""What the screen of standing asks the book, once a day looked at and change: kept until something is touched."""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.closing.queries import CloseRow, closed_through, closes_made
from core.closing.rules import month_end
from core.parties.queries import parties_called
from core.returns.queries import calendar
from core.statements.ageing import ageing
from core.statements.behaviour import figures
from core.statements.books import before_closing, first_entry_on, trial_balance_on
from core.statements.grouping import ageing_by
from core.statements.model import AgeingRow, Finding, MonthFigures, TrialBalance
from core.words import month_text
from core.words import translate as _
from desktop.ports import Reader

T = TypeVar("T")
PARTY = "party"
MONTHS = 13
_FORMS = {"GSTR1": "GSTR-1", "GSTR3B": "GSTR-3B", "IFF": "IFF"}


@dataclass(frozen=True, slots=True)
class Owed:
    """A line of the ageing: a party, or a group of them with how many; `party` None for a group."""

    party: bytes | None
    name: str
    detail: str
    total_paise: int
    buckets: tuple[int, ...]
    on_account_paise: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The ageing at the end of a day: its lines and their sum."""

    rows: Sequence[Owed]
    total_paise: int
    buckets: tuple[int, ...]
    on_account_paise: int


@dataclass(frozen=True, slots=True)
class Closing:
    """How far the books are closed, what may be closed next, and what to look at before."""

    closed: dt.date | None
    next_through: dt.date | None
    first_on: dt.date | None
    findings: Sequence[Finding]
    closes: Sequence[CloseRow]


class Kept:
    """Answers by question, from any reading thread; forgotten when something is touched."""

    def __init__(self) -> None:
        self._answers: dict[Any, Any] = {}
        self._lock = threading.Lock()
        self._turn = 0

    def forget(self) -> None:
        """Ask everything again."""
        with self._lock:
            self._answers.clear()
            self._turn += 1

    def answer(self, key: Any, ask: Callable[[], T]) -> T:
        """The answer kept, or a new one; one that was overtaken by a change is given and not kept."""
        with self._lock:
            if key in self._answers:
                found: T = self._answers[key]
                return found
            turn = self._turn
        found = ask()
        with self._lock:
            if turn == self._turn:
                self._answers[key] = found
        return found


def standing(read: Reader, on: dt.date, by: str, within: tuple[str, str] | None = None) -> Standing:
    """What was owed at the end of a day by party or group; `within` names one group (what of, its name) alone."""
    if by == PARTY:
        rows, _total = ageing(read, on=on)
        members = None if within is None else parties_called(read, *within)
        return _summed([_party(row) for row in rows if members is None or row.party in members])
    found = ageing_by(read, on=on, by=by)
    return _summed(
        [
            Owed(None, row.name, _parties(row.parties), row.total_paise, row.buckets, row.on_account_paise)
            for row in found
        ]
    )


def months(read: Reader, to_on: dt.date) -> list[MonthFigures]:
    """The figures of the last thirteen months that were over at the end of a day."""
    last = to_on if to_on == month_end(to_on) else to_on.replace(day=1) - dt.timedelta(days=1)
    first = last.year * 12 + last.month - MONTHS
    return figures(read, dt.date(first // 12, first % 12 + 1, 1), last)


def trial(read: Reader, on: dt.date) -> TrialBalance:
    """The balance of every account at the end of a day."""
    return trial_balance_on(read, on)


def closing(read: Reader, today: dt.date) -> Closing:
    """How the books stand closed, and up to where they may be: the last month that is over, if not closed yet."""
    closed, first_on = closed_through(read), first_entry_on(read)
    last = today.replace(day=1) - dt.timedelta(days=1)
    is_open = first_on is not None and first_on <= last and (closed is None or closed < last)
    through = last if is_open else None
    findings = before_closing(read, through, unfiled=_unfiled(read, through, today)) if through else []
    return Closing(closed, through, first_on, findings, closes_made(read))


def _unfiled(read: Reader, through: dt.date, today: dt.date) -> list[str]:
    """The returns of months up to a day that are not noted as filed."""
    last = f"{through:%Y-%m}"
    return [
        _("{form} of {period}").format(form=_FORMS[row.form], period=month_text(row.period))
        for row in calendar(read, today)
        if row.period <= last and row.state != "filed"
    ]


def _party(row: AgeingRow) -> Owed:
    return Owed(row.party, row.name, row.code, row.total_paise, row.buckets, row.on_account_paise)


def _parties(count: int) -> str:
    return _("one party") if count == 1 else _("{count} parties").format(count=count)


def _summed(rows: Sequence[Owed]) -> Standing:
    columns = zip(*(row.buckets for row in rows), strict=True)
    buckets = tuple(sum(parts) for parts in columns) or (0,) * 6
    return Standing(
        rows, sum(row.total_paise for row in rows), buckets, sum(row.on_account_paise for row in rows)
    )
