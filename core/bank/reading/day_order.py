"""Whether days come before months in a statement: what was said, what the file proves, what its bank is known for."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from core.bank.reading.columns import Header
from core.bank.reading.figures import day, order_told
from core.errors import RuleBroken
from core.problems import Problem
from core.sheets.reading import Row
from core.words import translate as _

_MONTHS = 12


def is_day_first(header: Header, rows: Sequence[Row], name: str, *, day_first: bool | None) -> bool:
    """Whether dates in numbers are day-month-year. Raises `RuleBroken` (DATE_ORDER) where that cannot be told.

    A number above 12 proves it; else days that run in order one way only; else Indian banks write the day first.
    Dates beside texts mean that a spreadsheet has taken some of them for month-first and turned them: refused.
    """
    fields = [field for field in ("date", "value_date") if field in header.columns.places]
    told: set[bool] = set()
    slashed_in: set[str] = set()
    dated_in: set[str] = set()
    for row in rows:
        for field in fields:
            cell = header.columns.cell(row, field)
            if isinstance(cell, dt.date):
                dated_in.add(field)
            found = order_told(cell)
            if found is None:
                continue
            first, second, slashed = found
            if slashed and first != second:
                slashed_in.add(field)
            if first > _MONTHS or second > _MONTHS:
                told.add(first > _MONTHS)
            if len(told) == 2 or slashed_in & dated_in:
                raise RuleBroken([_mixed(header, row, field, name)])
    if told:
        return told.pop()
    if day_first is not None:
        return day_first
    if not slashed_in or header.columns.bank[0]:
        return True
    runs = {first: _runs(header, rows, day_first=first) for first in (True, False)}
    if runs[True] != runs[False]:
        return runs[True]
    raise RuleBroken([_ambiguous(header, name)])


def _runs(header: Header, rows: Sequence[Row], *, day_first: bool) -> bool:
    """Whether the days run in order, onward or backward."""
    days = []
    for row in rows:
        try:
            on = day(header.columns.cell(row, "date"), day_first=day_first)
        except ValueError:
            continue
        if on is not None:
            days.append(on)
    steps = [(two - one).days for one, two in pairwise(days)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)


def _mixed(header: Header, row: Row, field: str, name: str) -> Problem:
    message = _("In the column {header} some dates have the day first and some the month.").format(
        header=header.names[header.columns.places[field]]
    )
    remedy = _(
        "A spreadsheet has turned some of them. Take the file as the bank gave it, without opening it first."
    )
    return Problem("DATE_ORDER", message, field, remedy, name, row.line)


def _ambiguous(header: Header, name: str) -> Problem:
    message = _("In the column {header} day and month cannot be told apart.").format(
        header=header.names[header.columns.places["date"]]
    )
    remedy = _("Say for this account whether the day or the month comes first.")
    line = header.sheet.rows[header.at].line
    return Problem("DATE_ORDER", message, "day_first", remedy, name, line)
