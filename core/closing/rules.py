"""What may be closed, and on which day a paper of a closed period is entered. Pure."""

import calendar
import datetime as dt
from collections.abc import Iterator

from core.closing.model import Close, Reopening
from core.problems import Problem
from core.words import translate as _


def month_end(on: dt.date) -> dt.date:
    """The last day of a day's month."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def first_open_day(dated_on: dt.date, closed_through: dt.date | None) -> dt.date:
    """The day on which a paper is entered: its own, or the first after the close that covers it."""
    if closed_through is None or dated_on > closed_through:
        return dated_on
    return closed_through + dt.timedelta(days=1)


def problems_with_close(close: Close) -> Iterator[Problem]:
    """Each thing wrong with a close by itself."""
    if close.through != month_end(close.through):
        message = _("The books are closed to the end of a month.")
        yield Problem("PERIOD", message, "through", _("Choose the last day of the month."))
    if close.closed_on <= close.through:
        yield Problem("FUTURE", _("A month is closed when it is over."), "through")


def problems_with_reopening(reopening: Reopening) -> Iterator[Problem]:
    """A period is opened again for a reason."""
    if not reopening.reason.strip():
        message = _("Say why the period is opened again.")
        yield Problem("REQUIRED", message, "reason", _("The reason stands in the audit trail."))
