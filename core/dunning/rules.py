"""Who may be reminded of what, and at which step of the ladder. Pure.

A bill climbs one step at a time, so a letter never speaks of earlier letters that nobody sent; and it waits on a
step at least as long as the ladder's days lie apart.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from core.advances.rules import REFUND_VOUCHER
from core.dunning.model import Ladder, Reminder, ReminderLine
from core.gst.number import check_number
from core.ids import Id
from core.ledger.model import OpenItem
from core.problems import Problem
from core.words import translate as _

TONES = ("gentle", "firm", "final")
STEPS_MAX = 9


class Bill(NamedTuple):
    """A bill past due. `taken` is the step it stands on (0: none yet), reached on `taken_on`."""

    item: OpenItem
    days_late: int
    taken: int = 0
    taken_on: dt.date | None = None


class Due(NamedTuple):
    """A bill with the step that a letter of today would put it on; `is_new` when it climbs by that."""

    bill: Bill
    step: int
    is_new: bool


class Chase(NamedTuple):
    """What a party would be asked for. `step` is the one of the letter that is due now, 0 when none is."""

    dues: tuple[Due, ...]
    overdue_paise: int
    on_account_paise: int
    oldest_days: int
    step: int

    @property
    def asked_paise(self) -> int:
        """What is overdue less what lies on account."""
        return self.overdue_paise - self.on_account_paise


def problems_with_ladder(ladder: Ladder) -> Iterator[Problem]:
    """Each thing wrong with a ladder."""
    if not 1 <= len(ladder.steps) <= STEPS_MAX:
        yield Problem(code="RANGE", message=_("A ladder has one to nine steps."), field="steps")
    days = [step.after_days for step in ladder.steps]
    if any(later <= earlier for earlier, later in itertools.pairwise(days)) or min(days, default=1) < 1:
        yield Problem(
            code="ORDER",
            message=_("Each step comes later than the one before it, after the due date."),
            field="steps",
        )
    if any(step.tone not in TONES for step in ladder.steps):
        yield Problem(code="CHOICE", message=_("A tone is gentle, firm or final."), field="steps")
    if any(not step.title.strip() for step in ladder.steps):
        yield Problem(code="REQUIRED", message=_("Each step needs the title of its letter."), field="steps")
    if ladder.minimum_paise < 0:
        yield Problem(code="RANGE", message=_("The smallest amount is not negative."), field="minimum_paise")


def next_step(ladder: Ladder, bill: Bill, on: dt.date) -> int:
    """The step that a bill climbs to on this day; 0 when it climbs none.

    It is the one above the step it stands on, when the bill is late enough for it and has stood on the step below
    for as many days as the two lie apart.
    """
    if bill.taken >= len(ladder.steps):
        return 0
    step = ladder.steps[bill.taken]
    if bill.days_late < step.after_days:
        return 0
    if bill.taken and bill.taken_on is not None:
        apart = step.after_days - ladder.steps[bill.taken - 1].after_days
        if (on - bill.taken_on).days < apart:
            return 0
    return bill.taken + 1


def chase(ladder: Ladder, bills: Iterable[Bill], *, on_account_paise: int, on: dt.date) -> Chase | None:
    """What a party is to be asked for; None when it is not chased at all.

    Nobody is chased whose money on account covers what is overdue. A letter is due when at least one bill climbs,
    and what is asked reaches the ladder's minimum; it then names every bill that stands on a step.
    """
    dues = tuple(_due(ladder, bill, on) for bill in bills if bill.days_late > 0 and bill.item.open_paise > 0)
    overdue = sum(due.bill.item.open_paise for due in dues)
    if not dues or overdue <= on_account_paise:
        return None
    is_due = any(due.is_new for due in dues) and not ladder.paused
    named = sum(due.bill.item.open_paise for due in dues if due.step)
    enough = named - on_account_paise >= max(ladder.minimum_paise, 1)
    step = max(due.step for due in dues) if is_due and enough else 0
    ordered = tuple(sorted(dues, key=lambda due: (-due.bill.days_late, due.bill.item.number)))
    return Chase(ordered, overdue, on_account_paise, max(due.bill.days_late for due in dues), step)


def _due(ladder: Ladder, bill: Bill, on: dt.date) -> Due:
    step = next_step(ladder, bill, on)
    return Due(bill, step or bill.taken, bool(step))


def letter_lines(found: Chase) -> tuple[ReminderLine, ...]:
    """The bills as the letter names them: all that stand on a step."""
    return tuple(
        ReminderLine(
            document=due.bill.item.paper,
            number=due.bill.item.number,
            dated_on=due.bill.item.dated_on,
            due_on=due.bill.item.due_on,
            amount_paise=due.bill.item.amount_paise,
            open_paise=due.bill.item.open_paise,
            days_late=due.bill.days_late,
            step=due.step,
        )
        for due in found.dues
        if due.step
    )


def problems_with_reminder(reminder: Reminder) -> Iterator[Problem]:
    """Each thing wrong with a reminder as a paper."""
    yield from check_number(reminder.number, on=reminder.dated_on).problems
    if not reminder.lines:
        yield Problem(code="REQUIRED", message=_("A reminder names at least one bill."), field="lines")
        return
    if reminder.total_paise != sum(line.open_paise for line in reminder.lines):
        yield Problem(code="SUM", message=_("The bills do not add up to the total."), field="total_paise")
    if reminder.on_account_paise < 0 or reminder.total_paise <= reminder.on_account_paise:
        yield Problem(
            code="IN_CREDIT",
            message=_("Nobody is reminded whose money on account covers the bills."),
            field="on_account_paise",
        )
    if reminder.step != max(line.step for line in reminder.lines):
        yield Problem(code="STEP", message=_("A reminder is at the highest step of its bills."), field="step")


def score(found: Chase, *, reminded_days_ago: int | None) -> int:
    """How much a party deserves a call: rupees overdue times days late, halved within a week of a reminder."""
    weight = sum(due.bill.item.open_paise * due.bill.days_late for due in found.dues) // 100
    waiting = reminded_days_ago is not None and reminded_days_ago < 7
    return weight // 2 if waiting else weight


def step_place(document: Id, step: int) -> str:
    """The place that a reminder holds for a document at a step."""
    return f"step/{document.hex()}/{step}"


def less_covered(items: Iterable[OpenItem], covered: Mapping[Id, int]) -> list[OpenItem]:
    """What is open less what post-dated cheques in hand cover (paise by paper); what they cover whole is left out."""
    left = [(item, item.open_paise - covered.get(item.paper, 0)) for item in items]
    return [
        item if paise == item.open_paise else structs.replace(item, open_paise=paise)
        for item, paise in left
        if paise > 0
    ]


def bills_late(items: Sequence[OpenItem], on: dt.date) -> list[tuple[OpenItem, int]]:
    """The bills past due on a day, each with its days late.

    A refund that its advance did not pay is due too, but is no bill: our own books are to be put right, not a customer
    asked.
    """
    return [
        (item, (on - item.due_on).days)
        for item in items
        if item.due_on < on and item.open_paise > 0 and item.type != REFUND_VOUCHER
    ]
