"""What closing writes to the log: the close of a period and its opening again, both an owner's claims."""

import datetime as dt
from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.judge import month_of_papers
from core.changes.kind import OWNERS, Effects, claim_kind
from core.changes.standing import Standing
from core.closing.model import Close, Reopening
from core.closing.rules import problems_with_close, problems_with_reopening
from core.ids import Id
from core.problems import Problem
from core.words import translate as _


def closed_place(after: Id | None) -> str:
    """The place that the close which follows another holds."""
    return f"closed/{after.hex() if after is not None else 'first'}"


def _admit_close(_id: Id, close: Close, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    before = standing.stand(close.after) if close.after is not None else None
    if close.after is not None and (before is None or before.kind != CLOSED.name or not before.stands):
        yield Problem("NOT_STANDING", _("The close before this one was taken back."), "after")
    for seen in close.months:
        counted = standing.stand(month_of_papers(dt.date.fromisoformat(f"{seen.month}-01")))
        if (counted.rests if counted is not None else 0) != seen.entered:
            message = _("More was entered in {month} than this close had seen.").format(month=seen.month)
            yield Problem("NEWER", message, "through", _("Look at what came, then close again."))


def _admit_reopening(_id: Id, reopening: Reopening, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(reopening.close)
    if known is None or known.kind != CLOSED.name:
        yield Problem("NOT_STANDING", _("The book has no such close."), "close")
    elif known.rests:
        yield Problem("LEANED_ON", _("A later period is closed too; open that one first."), "close")


def _close_effects(record: Id, close: Close) -> Effects:
    before = (close.after,) if close.after is not None else ()
    return Effects(holds=((closed_place(close.after), record),), rests=before)


CLOSED = claim_kind(
    "closing.closed",
    Close,
    problems=problems_with_close,
    admit=_admit_close,
    effects=_close_effects,
    roles=OWNERS,
    waits=True,
)
REOPENED = claim_kind(
    "closing.reopened",
    Reopening,
    problems=problems_with_reopening,
    admit=_admit_reopening,
    effects=lambda _record, reopening: Effects(undoes=(reopening.close,)),
    roles=OWNERS,
)
KINDS = (CLOSED, REOPENED)
