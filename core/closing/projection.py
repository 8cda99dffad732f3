"""How a close becomes its row, and the day up to which the books are closed."""

import datetime as dt

from core.closing.kinds import CLOSED, REOPENED
from core.closing.model import Close, Reopening
from core.closing.rules import first_open_day
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.closing import books_closed, closes

_ONE = 1


def entered_on(rows: Rows, dated_on: dt.date) -> dt.date:
    """The day on which a paper of this date is entered, as the books stand at this place of the log."""
    found = rows.kept(books_closed, (_ONE,))
    through = dt.date.fromisoformat(found[1]) if found and found[1] else None
    return first_open_day(dated_on, through)


def project_close(rows: Rows, applied: Applied) -> None:
    """From here on the books are closed up to its day."""
    close: Close = applied.body
    rows.insert(closes, id=applied.record, through=close.through, closed_on=close.closed_on)
    rows.put(books_closed, one=_ONE, through=close.through)


def project_reopening(rows: Rows, applied: Applied) -> None:
    """From here on they are closed only as far as it says."""
    reopening: Reopening = applied.body
    rows.set(closes, (reopening.close,), reopened_on=reopening.reopened_on)
    rows.put(books_closed, one=_ONE, through=reopening.through)


PROJECTIONS: dict[str, Projection] = {CLOSED.name: project_close, REOPENED.name: project_reopening}
