"""Verbs of items."""

from core.changes.record import from_image
from core.errors import RuleBroken
from core.ids import Id
from core.items.kinds import EDITED
from core.items.model import Item
from core.items.queries import item_by_code
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


def _code_used(code: str) -> Problem:
    return Problem(
        code="DUPLICATE",
        message=_("The code {code} is already another item's.").format(code=code),
        field="code",
        remedy=_("Choose another code, or open that item."),
    )
