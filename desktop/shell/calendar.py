"""The working date and the period the window looks at; both start from today in India. Free of Qt."""

import datetime as dt
from collections.abc import Callable
from itertools import count

from core.clock import Clock, today
from core.fiscal import financial_year, month_bounds, period, quarter, year_bounds, year_label_long
from core.words import date_text
from core.words import translate as _
from desktop.ports import Period


class WorkCalendar:
    """Tells and keeps the working date and the period (desktop.ports.Calendar).

    The working date follows today until the user sets one; a new day lets it follow again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        self._listeners: dict[int, Callable[[], None]] = {}
        self._set_on: tuple[dt.date, dt.date] | None = None
        self._period = financial_year_of(self.today())

    def today(self) -> dt.date:
        """Today in India."""
        return today(self._clock)

    def working_on(self) -> dt.date:
        """The date new papers get."""
        now = self.today()
        if self._set_on is not None and self._set_on[0] == now:
            return self._set_on[1]
        return now

    def period(self) -> Period:
        """The period lists and figures look at."""
        return self._period

    def work_on(self, day: dt.date) -> None:
        """Give new papers this date for the rest of today."""
        self._set_on = (self.today(), day)
        self._tell()

    def look_at(self, chosen: Period) -> None:
        """Look at another period."""
        self._period = chosen
        self._tell()

    def subscribe(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` when either changes, until the returned function is called."""
        number = next(self._numbers)
        self._listeners[number] = heard

        def stop() -> None:
            self._listeners.pop(number, None)

        return stop

    def _tell(self) -> None:
        for heard in list(self._listeners.values()):
            heard()


def financial_year_of(day: dt.date) -> Period:
    """The financial year a day lies in, named "2026-27"."""
    start = financial_year(day)
    return Period(*year_bounds(start), year_label_long(start))


def offered_periods(day: dt.date) -> list[tuple[str, Period]]:
    """The periods people ask for most, each with its name: this year, last year, this quarter, this month."""
    start = financial_year(day)
    this_year, last_year = year_bounds(start), year_bounds(start - 1)
    month = month_bounds(period(day))
    return [
        (_("This year"), Period(*this_year, year_label_long(start))),
        (_("Last year"), Period(*last_year, year_label_long(start - 1))),
        (_("This quarter"), _quarter_of(day)),
        (_("This month"), Period(*month, month[0].strftime("%m-%Y"))),
    ]


def spelt(chosen: Period) -> str:
    """How a period reads in the top bar: its name, or its two ends."""
    return chosen.name or f"{date_text(chosen.from_on)} – {date_text(chosen.to_on)}"


def _quarter_of(day: dt.date) -> Period:
    number = quarter(day)
    year = financial_year(day)
    months = [(year, 4), (year, 7), (year, 10), (year + 1, 1)]
    first_year, first_month = months[number - 1]
    from_on = dt.date(first_year, first_month, 1)
    to_on = month_bounds(f"{first_year:04d}-{first_month + 2:02d}")[1]
    return Period(from_on, to_on, f"Q{number} {year_label_long(year)}")
