"""Verbs of numbering: taking the next number, and being sure of the date before it is given."""

import datetime as dt

from core.closing.commands import refuse_closed
from core.errors import RuleBroken
from core.fiscal import financial_year
from core.numbering.model import Number
from core.numbering.queries import highest_number, last_number, newest_confirmed_stamp, newest_issue_day
from core.numbering.rules import PLACES, date_problem, number_place, number_text, series_for
from core.store.work import Work

_ISSUED_ON = "issued_on"
"""The little fact that tells on which day this device last issued, whatever date its papers bear."""


def take_number(work: Work, kind_of_paper: str, on: dt.date) -> Number:
    """The next number of this device's series for a kind of paper (a key of core.numbering.rules.LETTERS).

    `on` is the paper's date, whose financial year the number belongs to. The paper must be recorded in the same
    Work, by a kind whose projection counts it (`numbering.projection.count_number`). Where imported papers bear
    numbers of this run, it goes on after them: a number is never used again. Raises `RuleBroken` with CLOSED where
    the books of that day are closed.
    """
    refuse_closed(work, on)
    series, year = series_for(work.issuing_code(), kind_of_paper), financial_year(on)
    key = ("number", series, year)
    type_ = PLACES.get(kind_of_paper, kind_of_paper)
    if key not in work.memo:
        work.memo[key] = max(last_number(work.read, series, year), _given_away(work, type_, series, year))
    text = number_text(series, year, work.memo[key] + 1)
    if work.standing.holder(number_place(type_, year, text)) is not None:
        work.memo[key] = highest_number(work.read, type_, series, year)
        text = number_text(series, year, work.memo[key] + 1)
    work.memo[key] += 1
    return Number(series, text)


def _given_away(work: Work, type_: str, series: str, year: int) -> int:
    """The last number of a run on papers that this device carries no more (core.store.carrying)."""
    run = number_place(type_, year, number_text(series, year, 1)).rpartition("/")[0]
    return int(work.meta.get("numbers_given", {}).get(run, 0))


def check_date(work: Work, *, today: dt.date, confirmed: bool = False) -> None:
    """Be sure of today's date before papers are issued. Raises `RuleBroken` with DATE_CHECK when it is doubtful.

    `confirmed` says that a person has confirmed it; that is remembered for the day.
    """
    issued_on = work.meta.get(_ISSUED_ON)
    if issued_on == today.isoformat():
        return
    if not confirmed:
        known = [day for day in (newest_issue_day(work.read), _day(issued_on)) if day is not None]
        stamp = newest_confirmed_stamp(work.read)
        problem = date_problem(today, newest_paper=max(known, default=None), newest_stamp=stamp)
        if problem is not None:
            raise RuleBroken([problem])
    confirm_date(work, today)


def confirm_date(work: Work, on: dt.date) -> None:
    """Note the day on which papers are being issued, so that it is asked about once at most."""
    work.note(**{_ISSUED_ON: on.isoformat()})


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
