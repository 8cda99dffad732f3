"""Dates as they are shown (04-05-2026) and as people type them (4, 4-5, 040526, t, +7).

Today is always an argument; nothing here knows what day it is.
"""

import re
from datetime import date, timedelta

from core.words.errors import WordsError
from core.words.language import current_language
from core.words.language import translate as _

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STEP = re.compile(r"([+-])([0-9]{1,4})")
_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2}|[0-9]{4})?")
_PARTS = re.compile(r"([0-9]{1,2})(?:[-/. ]+([0-9]{1,2}|[a-z]{3,9})(?:[-/., ]+([0-9]{2}|[0-9]{4}))?)?")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def date_text(on: date) -> str:
    """Writes a date as Indians do: "04-05-2026"."""
    return f"{on.day:02d}-{on.month:02d}-{on.year:04d}"


def long_date_text(on: date) -> str:
    """Writes a date with its month's name in the current language: "4 May 2026"."""
    # Babel's calendars are only wanted on papers and cards, not at the start.
    from babel.dates import format_date

    return format_date(on, "d MMMM y", locale=current_language())


def month_text(period: str, *, with_year: bool = True) -> str:
    """Writes a month ("2026-11") by its short name: "Nov 2026", or "Nov" where the year is plain."""
    names = (_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
             _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"))  # fmt: skip
    name = names[int(period[5:]) - 1]
    return f"{name} {period[:4]}" if with_year else name


def iso_date(text: str) -> date:
    """Reads YYYY-MM-DD and nothing else; anything else raises WordsError."""
    if not _ISO.fullmatch(text):
        raise WordsError(_("“{text}” is not a date written as YYYY-MM-DD").format(text=text[:20]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WordsError(_("There is no day {text}").format(text=text)) from None


def parse_date(text: str, *, today: date) -> date | None:
    """Reads a typed date; blank gives None, nonsense raises WordsError.

    t is today, y yesterday, +7 and -3 count days from today. A bare day is that day of today's month.
    A day and a month (4-5, 4/5, 4 May, 0405) take the year that puts them nearest to today, so that 31-3
    typed in April is last month and 15-1 typed in December is next month.
    With a year: 4-5-26, 4/5/2026, 040526, 04052026, 2026-05-04.
    """
    typed = text.strip().lower().translate(_DIGITS)
    if not typed:
        return None
    if typed in ("t", "today"):
        return today
    if typed in ("y", "yesterday"):
        return today - timedelta(days=1)
    if step := _STEP.fullmatch(typed):
        days = int(step.group(2))
        return today + timedelta(days=days if step.group(1) == "+" else -days)
    if _ISO.fullmatch(typed):
        return iso_date(typed)
    parts = _RUN.fullmatch(typed) or _PARTS.fullmatch(typed)
    if parts is None:
        raise _no_date(text)
    day, month, year = parts.groups()
    if month is None:
        return _day(today.year, today.month, int(day), text)
    return _placed(int(day), _month(month, text), year, today, text)


def _month(month: str, text: str) -> int:
    if month.isdigit():
        return int(month)
    for number, name in enumerate(_MONTHS, 1):
        if name.startswith(month):
            return number
    raise _no_date(text)


def _placed(day: int, month: int, year: str | None, today: date, text: str) -> date:
    if year is not None:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day, text)
    near = []
    for candidate in (today.year - 1, today.year, today.year + 1):
        try:
            near.append(date(candidate, month, day))
        except ValueError:  # 29 February outside a leap year; if no year has the day it is refused below
            continue
    if not near:
        raise _no_date(text)
    return min(near, key=lambda on: abs((on - today).days))


def _day(year: int, month: int, day: int, text: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _no_date(text)
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_date(text) from None


def _no_date(text: str) -> WordsError:
    sentence = _("“{text}” is not a date; write day-month-year, such as 4-5-2026")
    return WordsError(sentence.format(text=text.strip()[:20]))
