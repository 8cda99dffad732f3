"""Verbs of closing: closing the books of a period, opening them again, and the door of every dated paper."""

import datetime as dt

from core.changes.judge import month_of_papers
from core.closing.kinds import CLOSED, REOPENED
from core.closing.model import Close, MonthSeen, Reopening
from core.closing.queries import closed_through, closes_made, standing_close
from core.closing.rules import month_end
from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.store.work import Work
from core.words import date_text
from core.words import translate as _

_CLOSED = "closed_through"


def close_books(work: Work, *, through: dt.date, today: dt.date, first_on: dt.date, note: str = "") -> Id:
    """Close the books up to the end of a month; an owner does. Answers the claim's id.

    `first_on` is the earliest day anything is entered on: each month from there is named with what was entered in
    it, so that the service refuses the close when more came meanwhile. Raises `RuleBroken`: PERIOD, FUTURE, ROLE,
    CLOSED where the books are closed so far already.
    """
    before = standing_close(work.read)
    closed = before.through if before is not None else None
    if closed is not None and through <= closed:
        message = _("The books are closed up to {date} already.").format(date=date_text(closed))
        raise RuleBroken([Problem("CLOSED", message, "through")])
    months = []
    day = closed + dt.timedelta(days=1) if closed is not None else first_on.replace(day=1)
    while day <= through:
        counted = work.standing.stand(month_of_papers(day))
        months.append(MonthSeen(f"{day:%Y-%m}", counted.rests if counted is not None else 0))
        day = month_end(day) + dt.timedelta(days=1)
    record = work.new_id()
    work.memo.pop(_CLOSED, None)
    work.record(CLOSED, record, Close(through, today, tuple(months), note, before.id if before else None))
    return record


def reopen_books(work: Work, *, reason: str, today: dt.date) -> Id:
    """Take the close in force back; the one before it is in force again. Raises `RuleBroken`: NOT_STANDING, ROLE."""
    close = standing_close(work.read)
    if close is None:
        raise RuleBroken([Problem("NOT_STANDING", _("No period is closed."), "close")])
    before = [row.through for row in closes_made(work.read) if row.reopened_on is None and row.id != close.id]
    record = work.new_id()
    work.memo.pop(_CLOSED, None)
    work.record(REOPENED, record, Reopening(close.id, today, max(before, default=None), reason))
    return record


def refuse_closed(work: Work, dated_on: dt.date) -> None:
    """Raise `RuleBroken` with CLOSED when a paper of this date would lie in a closed period."""
    if _CLOSED not in work.memo:
        work.memo[_CLOSED] = closed_through(work.read)
    closed = work.memo[_CLOSED]
    if closed is not None and dated_on <= closed:
        message = _("The books are closed up to {date}.").format(date=date_text(closed))
        remedy = _("Date the paper later, or let an owner open the period again.")
        raise RuleBroken([Problem("CLOSED", message, "dated_on", remedy)])
