"""How long what was settled stood open, kept so that any past day can be asked what was open then.

What is open of a paper at the end of a day is what is open now and what was taken of it after that day; so each taking
is a spell, from the paper's date to the day of the taking, and what is given back is a spell below nought.
"""

import datetime as dt
from collections.abc import Iterator

from core.ids import Id
from core.store.rows import Rows
from core.store.tables.ledger import open_items, spells

SPANS = dt.date.max.toordinal().bit_length()
"""No spell has more bits than the calendar has days."""


def note_taken(rows: Rows, paper: Id, paise: int, on: dt.date) -> None:
    """So much of a paper's open amount was taken from a day on; nothing is kept when it never stood a night."""
    item = rows.fixed(open_items, (paper,))
    if item is None:
        return
    _paper, party, side, _type, _number, dated_on, due_on, *_amounts = item
    days = (on - dt.date.fromisoformat(dated_on)).days
    if days > 0:
        row = (span_of(days), dated_on, on.isoformat(), side, party, due_on)
        rows.add(spells, row, paise=paise)


def span_of(days: int) -> int:
    """The bits of a length: a spell of a span is shorter than 2^span days, and no shorter than half of that."""
    return days.bit_length()


def reach(on: dt.date) -> Iterator[tuple[int, dt.date]]:
    """For each span, the day after which a spell must have begun to stand on a day."""
    for span in range(1, SPANS + 1):
        days = min(1 << span, on.toordinal() - 1)
        yield span, on - dt.timedelta(days=days)
