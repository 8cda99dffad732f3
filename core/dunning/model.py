"""The ladder of reminders, and the reminders it sent: numbered papers.

A reminder posts nothing. Each document stands on one step at a time; a step is claimed for it once.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id, imported_id
from core.invoicing.model import Buyer, Seller

LADDER_ID = imported_id("ladder")


class Step(Record):
    """A rung: so many days after the due date, in this tone (gentle, firm, final)."""

    after_days: int
    tone: str
    title: str


class Ladder(Record):
    """The dunning policy: its steps are one field. Nobody is reminded below `minimum_paise`."""

    steps: tuple[Step, ...] = (
        Step(after_days=3, tone="gentle", title="Payment reminder"),
        Step(after_days=15, tone="firm", title="Second reminder"),
        Step(after_days=30, tone="final", title="Final notice"),
    )
    minimum_paise: int = 0
    paused: bool = False


class ReminderLine(Record):
    """A bill as the reminder names it. `step` counts from 1."""

    document: Id
    number: str
    dated_on: dt.date
    due_on: dt.date
    amount_paise: int
    open_paise: int
    days_late: int
    step: int


class Reminder(Record):
    """One issued dunning letter, at the highest step among its lines.

    `origin` is "here" or "imported"; `stated` is the hash of what an import file stated (empty otherwise).
    """

    number: str
    series: str
    dated_on: dt.date
    seller: Seller
    buyer: Buyer
    step: int
    tone: str
    title: str
    lines: tuple[ReminderLine, ...]
    total_paise: int
    on_account_paise: int = 0
    language: str = "en"
    template: str = "1"
    origin: str = "here"
    stated: bytes = b""


class StepTaken(Record):
    """A claim: this reminder takes this step for this document."""

    document: Id
    step: int
    reminder: Id
