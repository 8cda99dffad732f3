"""Items that were made twice, as devices apart may: of one code, or one name under one HSN."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy.engine import Connection

from core.ids import Id
from core.inbox.doubles import double_item, first_of_each, merged_item
from core.inbox.model import InboxItem
from core.inbox.settled import Settled
from core.items.commands import merge_items, part_item
from core.items.model import Merging
from core.store.work import Work
from core.words import price_text
from core.words import translate as _

KIND = "items.merged"
_GROUPS = {
    "code_key": "SELECT code_key FROM items WHERE code_key <> '' GROUP BY code_key HAVING count(*) > 1",
    "name_key": "SELECT name_key FROM items WHERE name_key <> '' GROUP BY name_key HAVING count(*) > 1",
}
_MEMBERS = (
    "SELECT id, code, name, hsn, unit, price_tenthousandths FROM items WHERE KEY = ? AND archived = 0 "
    "AND id NOT IN (SELECT item FROM merged_items) ORDER BY id"
)
_MERGINGS = (
    "SELECT m.item, c.data FROM merged_items m JOIN standing s ON s.record = m.claim "
    "JOIN changes c ON c.entry = s.entry"
)


def item_doubles(read: Connection) -> list[InboxItem]:
    """One item of the Inbox for each two items that look like one; a pair once."""
    return first_of_each(
        item
        for key, question in _GROUPS.items()
        for (value,) in read.exec_driver_sql(question).fetchall()
        for item in _pairs(read, key, value)
    )


def item_mergings(read: Connection) -> list[Settled]:
    """What became another, by whom and when; each may be parted again."""
    return [merged_item("item", KIND, Merging, *found) for found in read.exec_driver_sql(_MERGINGS)]


def part_merged(work: Work, item: InboxItem) -> Id:
    """Undo the merging that an item tells of."""
    return part_item(work, item.record)


def merge_double(work: Work, item: InboxItem, *, into_other: bool = False) -> Id:
    """Make the two of an item one: the second becomes the first, or with `into_other` the first the second."""
    first, second = item.record, item.winner
    assert second is not None, "an item of two names both"
    return merge_items(work, first, second) if into_other else merge_items(work, second, first)


def _pairs(read: Connection, key: str, value: str) -> Iterator[InboxItem]:
    members = read.exec_driver_sql(_MEMBERS.replace("KEY", key), (value,)).fetchall()
    for first, second in pairwise(members):
        if key == "code_key" or first.hsn == second.hsn:
            yield _item(read, key, first, second)


def _item(read: Connection, key: str, first: Any, second: Any) -> InboxItem:
    text = {
        "code_key": _(
            "Two items have the code {value}. If they are one, merge them: papers stay as they are."
        ),
        "name_key": _("Two items are called {value}, under one HSN. If they are one, merge them."),
    }[key].format(value={"code_key": first.code, "name_key": first.name}[key])
    return double_item(read, "item", KIND, text, (first, _said(first)), (second, _said(second)))


def _said(row: Any) -> str:
    price = f"₹ {price_text(row.price_tenthousandths)}" if row.price_tenthousandths else ""
    return ", ".join(part for part in (row.name, row.code, row.hsn, row.unit, price) if part)
