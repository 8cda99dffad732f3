"""Verbs of the Inbox: settling an item, or just taking note of it.

The Inbox knows no paper's room. Cancelling a contested document and answering it with a credit note are verbs of
the documents' own room: do that first, and the item is settled by it.
"""

import msgspec

from core.changes.kind import ChangeClass
from core.changes.record import decoded, from_image
from core.errors import RuleBroken
from core.inbox.model import Choice
from core.inbox.queries import InboxRow, open_row, refused_change
from core.problems import Problem
from core.store.tables.store import inbox_read
from core.store.work import Work
from core.words import translate as _

_READ_ONLY = frozenset({Choice.KEEP, Choice.DISMISS})


def settle(work: Work, item: str, choice: str, *, at_us: int = 0) -> None:
    """Do what was chosen about an item, then put it aside on this device.

    keep and dismiss only put it aside; restore writes the lost value again; try_again makes a refused change anew.
    Raises `RuleBroken` when the item is settled already (SETTLED), when the choice is not one of this room
    (CHOICE), or when what was refused is refused again.
    """
    row = open_row(work.read, item)
    if row is None:
        raise RuleBroken([Problem(code="SETTLED", message=_("This was settled already."))])
    if choice == Choice.RESTORE and row.told.field:
        _restore(work, row)
    elif choice == Choice.TRY_AGAIN:
        _try_again(work, row)
    elif choice not in _READ_ONLY:
        raise RuleBroken(
            [Problem(code="CHOICE", message=_("This cannot be done from here."), field="choice")]
        )
    mark_read(work, item, at_us=at_us)


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
