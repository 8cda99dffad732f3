"""When goods or services were accepted, which the law counts its days from. The interest itself is never stored."""

import datetime as dt

from core.changes.record import Record
from core.ids import Id


class Acceptance(Record):
    """A fact: the buyer accepted what a bill is for (MSMED Act, s. 2(b)): `accepted_on` the day of delivery, or the
    day on which the supplier removed an objection made in writing within 15 days of it."""

    document: Id
    accepted_on: dt.date
    delivered_on: dt.date | None = None
    objected_on: dt.date | None = None
    noted_on: dt.date | None = None
    note: str = ""
