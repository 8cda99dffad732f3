"""What the e-way bill portal said of a paper's movement, as the book keeps it."""

import datetime as dt

from core.changes.record import Record
from core.ids import Id


class Noted(Record):
    """An e-way bill made for a paper: its twelve digits, and when it was made and ends (Indian time).

    `valid_until` is None while only Part A stands: validity begins when the vehicle is entered (rule 138(10)).
    """

    document: Id
    bill_number: str
    made_at: dt.datetime
    valid_until: dt.datetime | None = None
