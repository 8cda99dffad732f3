"""Verbs of numbering: taking the next number, and being sure of the date before it is given."""

import datetime as dt

from core.errors import RuleBroken
from core.fiscal import financial_year
from core.numbering.model import Number
from core.numbering.queries import last_number, newest_confirmed_stamp, newest_issue_day
from core.numbering.rules import date_problem, number_text, series_for
from core.store.work import Work

_CONFIRMED = "date_confirmed"


def take_number(work: Work, kind_of_paper: str, on: dt.date) -> Number:
    """The next number of this device's series for a kind of paper (INV, CRN, DBN, RECEIPT, REMINDER, VOUCHER).

    `on` is the paper's date, whose financial year the number belongs to. The paper must be recorded in the same
    Work, by a kind whose projection counts it (`numbering.projection.count_number`).
    """
    series, year = series_for(work.meta["code"], kind_of_paper), financial_year(on)
    key = ("number", series, year)
    if key not in work.memo:
        work.memo[key] = last_number(work.read, series, year)
    text = number_text(series, year, work.memo[key] + 1)
    work.memo[key] += 1
    return Number(series, text)


def check_date(work: Work, *, today: dt.date, confirmed: bool = False) -> None:
    """Be sure of today's date before papers are issued. Raises `RuleBroken` with DATE_CHECK when it is doubtful.

    `confirmed` says that a person has confirmed it; that is remembered for the day.
    """
    key = ("date", today)
    if key in work.memo:
        return
    if confirmed:
        confirm_date(work, today)
    elif work.meta.get(_CONFIRMED) != today.isoformat():
        problem = date_problem(
            today, newest_paper=newest_issue_day(work.read), newest_stamp=newest_confirmed_stamp(work.read)
        )
        if problem is not None:
            raise RuleBroken([problem])
    work.memo[key] = True


def confirm_date(work: Work, on: dt.date) -> None:
    """Note that a person has confirmed the date, so that it is asked once a day at most."""
    if work.meta.get(_CONFIRMED) != on.isoformat():
        work.note(**{_CONFIRMED: on.isoformat()})
