"""The Indian financial year (April to March) and the periods of the returns.

A year is named by the calendar year it starts in; a period is "YYYY-MM".
"""

import calendar
import re
from datetime import date

from core.words import translate as _

FIRST_MONTH = 4

_PERIOD = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def financial_year(on: date) -> int:
    """Gives the year in which the financial year of a day starts: 2026 for 2027-03-31."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def year_label(start: int) -> str:
    """Gives the short label used in document numbers: "26-27"."""
    return f"{start % 100:02d}-{(start + 1) % 100:02d}"


def year_label_long(start: int) -> str:
    """Gives the label of law and of the IRN: "2026-27"."""
    return f"{start:04d}-{(start + 1) % 100:02d}"


def year_bounds(start: int) -> tuple[date, date]:
    """Gives the first and the last day of a financial year."""
    return date(start, FIRST_MONTH, 1), date(start + 1, FIRST_MONTH - 1, 31)


def period(on: date) -> str:
    """Gives the month of a day as "YYYY-MM"."""
    return f"{on.year:04d}-{on.month:02d}"


def quarter(on: date) -> int:
    """Gives the quarter of the financial year, 1 (April to June) to 4 (January to March)."""
    return (on.month - FIRST_MONTH) % 12 // 3 + 1


def month_bounds(period: str) -> tuple[date, date]:
    """Gives the first and the last day of "YYYY-MM"; ValueError when it is no month."""
    match = _PERIOD.fullmatch(period)
    if match is None or match.group(1) == "0000":
        raise ValueError(_("“{text}” is not a month written as YYYY-MM").format(text=period[:20]))
    year, month = int(match.group(1)), int(match.group(2))
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def return_period(period: str) -> str:
    """Gives "YYYY-MM" as the returns write it: "MMYYYY"."""
    first, _last = month_bounds(period)
    return f"{first.month:02d}{first.year:04d}"
