"""When a return is due: by its form, period, filing and State, with the extensions that were notified."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence

from core.facts.records import DueDay, Extension
from core.fiscal import month_bounds


def due_on(
    days: Iterable[DueDay],
    extensions: Iterable[Extension],
    *,
    form: str,
    period: str,
    filing: str,
    state: str,
) -> dt.date | None:
    """Gives the last day to file, None when no fact tells it; `period` is YYYY-MM, a quarter's its last month."""
    first, _last = month_bounds(period)
    for moved in extensions:
        asked = (moved.form, moved.filing, moved.period) == (form, filing, period)
        if asked and moved.applies and _is_for(moved.states, state):
            return moved.due_on
    for rule in days:
        if (
            (rule.form, rule.filing) == (form, filing)
            and rule.holds_on(first)
            and _is_for(rule.states, state)
        ):
            return _day_after(first, rule.day)
    return None


def _is_for(states: Sequence[str], state: str) -> bool:
    return not states or state in states


def _day_after(first: dt.date, day: int) -> dt.date:
    """The day of the next month, or that month's last when it is shorter."""
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
