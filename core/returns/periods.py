"""The periods of the returns: months, and the quarters of those who file quarterly (QRMP). Pure.

A period is written YYYY-MM; a quarter by its last month. `filing` is monthly or quarterly. Source: CGST Rules, 59
and 61A: a quarterly filer may furnish the first two months of a quarter by IFF.
"""

import datetime as dt

from core.fiscal import month_bounds, period
from core.words import translate as _
from core.words.language import current_language

MONTHLY = "monthly"
QUARTERLY = "quarterly"


def period_of(on: dt.date, filing: str) -> str:
    """Gives the period whose return a day belongs to: "2026-05", or "2026-06" for who files quarterly."""
    month = period(on)
    return month if filing != QUARTERLY else quarter_end(month)


def quarter_end(month: str) -> str:
    """Gives the last month of the quarter a month lies in."""
    year, number = _parts(month)
    return _month(year, (number + 2) // 3 * 3)


def is_period(month: str, filing: str) -> bool:
    """Says whether a GSTR-1 and a GSTR-3B are filed for this month by itself (or for the quarter that it ends)."""
    return filing != QUARTERLY or month == quarter_end(month)


def months_of(name: str, filing: str) -> tuple[str, ...]:
    """Gives the months that a period holds, first to last: three of a quarter, else one (also that of an IFF)."""
    if filing != QUARTERLY or not is_period(name, filing):
        return (name,)
    return (month_before(name, 2), month_before(name), name)


def bounds(name: str, filing: str) -> tuple[dt.date, dt.date]:
    """Gives the first and the last day of a period. ValueError when it is none."""
    months = months_of(name, filing)
    return month_bounds(months[0])[0], month_bounds(name)[1]


def next_period(name: str, filing: str) -> str:
    """Gives the period after this one, or after the quarter that a month lies in."""
    return _shifted(name, 1) if filing != QUARTERLY else _shifted(quarter_end(name), 3)


def previous_period(name: str, filing: str) -> str:
    """Gives the period before this one, or before the quarter that a month lies in."""
    return _shifted(name, -1) if filing != QUARTERLY else _shifted(quarter_end(name), -3)


def month_after(month: str, months: int = 1) -> str:
    """Gives the month so many later."""
    return _shifted(month, months)


def month_before(month: str, months: int = 1) -> str:
    """Gives the month so many earlier."""
    return _shifted(month, -months)


def label(name: str, filing: str = MONTHLY) -> str:
    """Writes a period as people say it, in the current language: "May 2026", "April – June 2026"."""
    # Babel's calendars are only wanted where a period is shown, not at the start.
    from babel.dates import format_date

    first, last = bounds(name, filing)
    ended = format_date(last, "MMMM y", locale=current_language())
    if period(first) == period(last):
        return ended
    begun = format_date(first, "MMMM", locale=current_language())
    return _("{first} – {last}").format(first=begun, last=ended)


def _shifted(month: str, months: int) -> str:
    year, number = _parts(month)
    total = year * 12 + number - 1 + months
    return _month(total // 12, total % 12 + 1)


def _parts(month: str) -> tuple[int, int]:
    first, _last = month_bounds(month)
    return first.year, first.month


def _month(year: int, number: int) -> str:
    return f"{year:04d}-{number:02d}"
