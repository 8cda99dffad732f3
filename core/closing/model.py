"""The close of a period, and its being opened again: claims of an owner."""

import datetime as dt

from core.changes.record import Record
from core.ids import Id


class MonthSeen(Record):
    """How much the closing device saw entered in a month ("2026-06"); more since then refuses the close."""

    month: str
    entered: int


class Close(Record):
    """A claim: the books are closed up to and including a day, the last of a month.

    `after` is the close in force before it; of two that follow one close the first to arrive stands.
    """

    through: dt.date
    closed_on: dt.date
    months: tuple[MonthSeen, ...] = ()
    note: str = ""
    after: Id | None = None


class Reopening(Record):
    """A claim: a close is taken back; the books are then closed only up to `through`, or not at all."""

    close: Id
    reopened_on: dt.date
    through: dt.date | None = None
    reason: str = ""
