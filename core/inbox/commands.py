"""Verbs of the Inbox: settling an item, or just taking note of it.

The Inbox knows no paper's room. Cancelling a contested document and answering it with a credit note are verbs of
the documents' own room, which the caller hands in.
"""

from collections.abc import Callable, Mapping

import msgspec

from core.changes.kind import ChangeClass
from core.changes.record import decoded, from_image
from core.errors import RuleBroken
from core.ids import Id
from core.inbox.kinds import ACCEPTED, VOIDED
from core.inbox.model import Acceptance, Choice, Voiding
from core.inbox.queries import InboxRow, derived_items, open_row, refused_change
from core.inbox.rules import choices_for
from core.problems import Problem
from core.store.tables.store import inbox_read
from core.store.work import Work
from core.words import translate as _

_OF_PAPERS = frozenset({Choice.CANCEL, Choice.CREDIT_NOTE})


Verb = Callable[[Work, Id], object]
"""What a choice does to the paper that an item is about."""


def settle(
    work: Work, item: str, choice: str, *, at_us: int = 0, verbs: Mapping[str, Verb] | None = None
) -> None:
    """Do what was chosen about an item, then put it aside on this device.

    keep and dismiss only put it aside; restore writes the lost value again; try_again makes a refused change anew;
    cancel and credit_note are done by `verbs`, to the item's paper. Raises `RuleBroken` when the item is settled
    already (SETTLED), when the choice is not one it offers or nobody does it (CHOICE), or when the verb is refused.
    """
    row = open_row(work.read, item)
    if row is None and choice == Choice.DISMISS and any(each.id == item for each in derived_items(work.read)):
        mark_read(work, item, at_us=at_us)
        return
    if row is None:
        raise RuleBroken([Problem(code="SETTLED", message=_("This was settled already."))])
    verb = (verbs or {}).get(choice)
    offered = choices_for(row.kind, row.told, paper_kind=row.paper_kind or "")
    if choice not in offered or (choice in _OF_PAPERS and verb is None):
        raise RuleBroken(
            [Problem(code="CHOICE", message=_("This cannot be done from here."), field="choice")]
        )
    if choice == Choice.RESTORE:
        _restore(work, row)
    elif choice == Choice.TRY_AGAIN:
        _try_again(work, row)
    elif verb is not None and row.paper is not None:
        verb(work, row.paper)
    mark_read(work, item, at_us=at_us)
    work.rows.touch("inbox", row.record)


def mark_read(work: Work, item: str, *, at_us: int = 0) -> None:
    """Put an item aside on this device; `at_us` is the instant, in UTC microseconds."""
    work.keep(inbox_read, item=item, read_at_us=at_us)


def _restore(work: Work, row: InboxRow) -> None:
    kind = work.plan.kinds[row.of]
    image = {**(work.standing.image(row.record) or {}), row.told.field: row.told.lost}
    work.record(kind, row.record, from_image(kind.record, image))


def _try_again(work: Work, row: InboxRow) -> None:
    raw = refused_change(work.read, row)
    kind = work.plan.kinds.get(row.of)
    if raw is None or kind is None:
        raise RuleBroken([Problem(code="GONE", message=_("The change itself is no longer in this book."))])
    if kind.change_class is ChangeClass.FIELDS:
        patch = msgspec.msgpack.decode(raw, type=dict[int, object])
        image = {**(work.standing.image(row.record) or {}), **patch}
        work.record(kind, row.record, from_image(kind.record, image))
    else:
        work.record(kind, work.new_id(), decoded(kind.record, raw))


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
