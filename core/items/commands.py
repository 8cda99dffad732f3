"""Verbs of items."""

from core.changes.record import from_image
from core.errors import RuleBroken
from core.ids import Id
from core.items.kinds import EDITED, MERGED, PARTED
from core.items.model import Item, Merging, Parting
from core.items.queries import item_by_code, merging_of
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def save_item(work: Work, item: Item, record: Id | None = None) -> Id:
    """Keep an item, new when no record is named. Raises `RuleBroken`, also when its code is another item's."""
    record = work.new_id() if record is None else record
    if item.code:
        holder = item_by_code(work.read, item.code)
        if holder is not None and holder != record:
            raise RuleBroken([_code_used(item.code)])
    return keep_item(work, item, record)


def keep_item(work: Work, item: Item, record: Id) -> Id:
    """Keep an item whose code is known to be no other's, as of a file whose codes were all looked up."""
    work.record(EDITED, record, item)
    work.memo.pop(("item", record), None)
    return record


def item_in(work: Work, record: Id) -> Item | None:
    """An item as it is now, read once a Work."""
    key = ("item", record)
    if key not in work.memo:
        image = work.standing.image(record)
        work.memo[key] = None if image is None else from_image(Item, image)
    found = work.memo[key]
    return found if isinstance(found, Item) else None


def merge_items(work: Work, item: Id, into: Id) -> Id:
    """Let an item become another; lines that name it stay as they are. Answers the claim.

    Raises `RuleBroken`: UNKNOWN, CYCLE, TAKEN when it became another before.
    """
    known, kept = item_in(work, item), item_in(work, into)
    claim = work.new_id()
    work.record(MERGED, claim, Merging(item, into, known.name if known else "", kept.name if kept else ""))
    return claim


def part_item(work: Work, item: Id) -> Id:
    """Undo a merging: the item stands for itself again. Raises `RuleBroken` (NOT_STANDING) when it is not merged."""
    merging = merging_of(work.read, item)
    if merging is None:
        raise RuleBroken([Problem("NOT_STANDING", _("This item was not merged into another."), "item")])
    known = item_in(work, item)
    claim = work.new_id()
    work.record(PARTED, claim, Parting(merging, item, known.name if known else ""))
    return claim


def _code_used(code: str) -> Problem:
    return Problem(
        code="DUPLICATE",
        message=_("The code {code} is already another item's.").format(code=code),
        field="code",
        remedy=_("Choose another code, or open that item."),
    )
