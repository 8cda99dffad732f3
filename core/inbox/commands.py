"""Verbs of the Inbox: settling an item, or just taking note of it, and taking that back.

The Inbox knows no paper's room. What is done to a document, a receipt or two parties is a verb of that room, which the
caller hands in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from core.changes.kind import ChangeClass
from core.changes.record import decoded, from_image, patch_of
from core.errors import RuleBroken
from core.ids import Id
from core.inbox.kinds import ACCEPTED, VOIDED
from core.inbox.model import Acceptance, Choice, InboxItem, Voiding
from core.inbox.queries import InboxRow, open_row, refused_change, row_by_id
from core.inbox.queries import item as item_of
from core.inbox.settled import settled_item
from core.problems import Problem
from core.store.tables.store import inbox_read
from core.store.wiping import agree
from core.store.work import Work
from core.words import translate as _

VERBS = frozenset({
    Choice.CANCEL, Choice.CREDIT_NOTE, Choice.RELEASE, Choice.DISCARD, Choice.MERGE, Choice.MERGE_OTHER,
    Choice.TAKE_BACK, Choice.PART,
})  # fmt: skip
"""Choices that another room's verb does."""

ASIDE = frozenset({Choice.KEEP, Choice.DISMISS, Choice.BOTH_RIGHT})
"""Choices that only put an item aside on this device."""

Verb = Callable[[Work, InboxItem], object]
"""What a choice does about an item, in the room that knows its paper."""

Fitter = Callable[[Work, Any], Any]
"""Cuts a refused claim to what can still be had; None where nothing can."""

_fitters: dict[str, Fitter] = {}


def fit_again(kind: str, fitter: Fitter) -> None:
    """Let a room cut its refused claims to fit before they are tried again; the roof names each once."""
    _fitters[kind] = fitter


def settle(
    work: Work, item: str, choice: str, *, at_us: int = 0, reason: str = "",
    verbs: Mapping[str, Verb] | None = None,
) -> None:  # fmt: skip
    """Do what was chosen about an item, then put it aside on this device.

    keep, dismiss and both_right only put it aside; reopen brings back what was put aside; restore writes the lost value
    again; try_again makes a refused change anew, with what is open now; accept and void decide about a held paper;
    those of VERBS are done by `verbs`. Raises `RuleBroken` when the item is settled already (SETTLED), when the choice
    is not one it offers or nobody does it (CHOICE), or when the verb is refused; nothing is then changed.
    """
    if choice == Choice.REOPEN:
        reopen(work, item)
        return
    found = item_of(work.read, item) or settled_item(work.read, item)
    if found is None:
        raise RuleBroken([Problem(code="SETTLED", message=_("This was settled already."))])
    verb = (verbs or {}).get(choice)
    if choice not in found.choices or (choice in VERBS and verb is None):
        raise RuleBroken(
            [Problem(code="CHOICE", message=_("This cannot be done from here."), field="choice")]
        )
    row = open_row(work.read, item)
    if verb is not None:
        verb(work, found)
    elif choice == Choice.ACCEPT and found.paper is not None:
        accept(work, found.paper, reason)
    elif choice == Choice.VOID and found.paper is not None:
        void(work, found.paper, reason)
    elif choice == Choice.RESTORE and row is not None:
        _write_field(work, row, row.told.lost)
    elif choice == Choice.AGREE:
        agree(work)
    elif choice == Choice.TRY_AGAIN and row is not None:
        _try_again(work, row)
    mark_read(work, item, at_us=at_us)
    work.rows.touch("inbox", found.record)


def mark_read(work: Work, item: str, *, at_us: int = 0) -> None:
    """Put an item aside on this device; `at_us` is the instant, in UTC microseconds."""
    work.keep(inbox_read, item=item, read_at_us=at_us)


def reopen(work: Work, item: str) -> None:
    """Bring back an item that was put aside here; it is shown again if it still needs attention."""
    work.let_go(inbox_read, item)
    work.rows.touch("inbox", work.actor.device)


def can_undo(choice: str) -> bool:
    """Whether `undo` takes a choice back."""
    return choice in ASIDE or choice == Choice.RESTORE


def undo(work: Work, item: str, choice: str) -> None:
    """Take a choice back: the item is there again, and a value that was put back is as it was before.

    Raises `RuleBroken` (SETTLED) when somebody has changed the value since.
    """
    row = row_by_id(work.read, item)
    if choice == Choice.RESTORE and row is not None:
        image = work.standing.image(row.record) or {}
        if image.get(row.told.field) != row.told.lost:
            raise RuleBroken([Problem(code="SETTLED", message=_("The value was changed again since."))])
        _write_field(work, row, row.told.won)
    reopen(work, item)


def _write_field(work: Work, row: InboxRow, value: object) -> None:
    kind = work.plan.kinds[row.of]
    image = {**(work.standing.image(row.record) or {}), row.told.field: value}
    work.record(kind, row.record, from_image(kind.record, image))


def _try_again(work: Work, row: InboxRow) -> None:
    raw = refused_change(work.read, row)
    kind = work.plan.kinds.get(row.of)
    if raw is None or kind is None:
        raise RuleBroken([Problem(code="GONE", message=_("The change itself is no longer in this book."))])
    if kind.change_class is ChangeClass.FIELDS:
        patch = patch_of(raw)
        image = {**(work.standing.image(row.record) or {}), **patch}
        work.record(kind, row.record, from_image(kind.record, image))
        return
    body = decoded(kind.record, raw)
    if kind.change_class is ChangeClass.ONCE:
        is_others = any(problem.code == "ID_USED" for problem in row.told.problems)
        work.record(kind, work.new_id() if is_others else row.record, body)
        return
    fit = _fitters.get(row.of)
    body = body if fit is None else fit(work, body)
    if body is None:
        raise RuleBroken([Problem(code="OPEN_AMOUNT", message=_("Nothing of it is open any more."))])
    work.record(kind, work.new_id(), body)


def accept(work: Work, paper: Id, reason: str = "") -> Id:
    """Let a held paper stand, as an owner. Raises `RuleBroken`: decided already, or what it builds on is gone."""
    claim = work.new_id()
    work.record(ACCEPTED, claim, Acceptance(paper, reason))
    return claim


def void(work: Work, paper: Id, reason: str = "") -> Id:
    """Let a held paper never stand, as an owner; its number stays used. Raises `RuleBroken` when decided already."""
    claim = work.new_id()
    work.record(VOIDED, claim, Voiding(paper, reason))
    return claim
