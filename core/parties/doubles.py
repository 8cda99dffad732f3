"""Parties that were made twice, as devices apart may: of one GSTIN, one code, or one name."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy.engine import Connection

from core.ids import Id
from core.inbox.doubles import double_item, first_of_each, merged_item
from core.inbox.model import InboxItem
from core.inbox.rules import value_text
from core.inbox.settled import Settled
from core.parties.commands import merge_parties, part_party
from core.parties.model import Merging
from core.store.work import Work
from core.words import translate as _

KIND = "parties.merged"
_GROUPS = {
    "gstin": "SELECT gstin FROM parties WHERE gstin <> '' GROUP BY gstin HAVING count(*) > 1",
    "code_key": "SELECT code_key FROM parties WHERE code_key <> '' GROUP BY code_key HAVING count(*) > 1",
    "name_key": "SELECT name_key FROM parties WHERE name_key <> '' GROUP BY name_key HAVING count(*) > 1",
}
"""Each is answered from its index alone."""

_MEMBERS = (
    "SELECT id, code, name, gstin, city FROM parties WHERE KEY = ? AND archived = 0 "
    "AND id NOT IN (SELECT party FROM merged_parties) ORDER BY id"
)
_MERGINGS = (
    "SELECT m.party, c.data FROM merged_parties m JOIN standing s ON s.record = m.claim "
    "JOIN changes c ON c.entry = s.entry"
)


def party_doubles(read: Connection) -> list[InboxItem]:
    """One item for each two parties that look like one; a pair once, by the first thing they share."""
    return first_of_each(
        item
        for key, question in _GROUPS.items()
        for (value,) in read.exec_driver_sql(question).fetchall()
        for item in _pairs(read, key, value)
    )


def party_mergings(read: Connection) -> list[Settled]:
    """What became another, by whom and when; each may be parted again."""
    return [merged_item("party", KIND, Merging, *found) for found in read.exec_driver_sql(_MERGINGS)]


def part_merged(work: Work, item: InboxItem) -> Id:
    """Undo the merging that an item tells of."""
    return part_party(work, item.record)


def merge_double(work: Work, item: InboxItem, *, into_other: bool = False) -> Id:
    """Make the two of an item one: the second becomes the first, or with `into_other` the first the second."""
    first, second = item.record, item.winner
    assert second is not None, "an item of two parties names both"
    return merge_parties(work, first, second) if into_other else merge_parties(work, second, first)


def _pairs(read: Connection, key: str, value: str) -> Iterator[InboxItem]:
    members = read.exec_driver_sql(_MEMBERS.replace("KEY", key), (value,)).fetchall()
    for first, second in pairwise(members):
        if key != "name_key" or _may_be_one(first, second):
            yield _item(read, key, first, second)


def _may_be_one(first: Any, second: Any) -> bool:
    """Two of one name are two for sure when each has a GSTIN of its own, or they are of two towns."""
    return not (first.gstin and second.gstin) and (
        not first.city or not second.city or first.city.casefold() == second.city.casefold()
    )


def _item(read: Connection, key: str, first: Any, second: Any) -> InboxItem:
    text = {
        "gstin": _(
            "Two parties have the GSTIN {value}. If they are one, merge them: papers stay as they are."
        ),
        "code_key": _(
            "Two parties have the code {value}. If they are one, merge them: papers stay as they are."
        ),
        "name_key": _(
            "Two parties are called {value}. If they are one, merge them: papers stay as they are."
        ),
    }[key].format(value={"gstin": first.gstin, "code_key": first.code, "name_key": first.name}[key])
    return double_item(read, "party", KIND, text, (first, _said(first)), (second, _said(second)))


def _said(row: Any) -> str:
    parts = (row.name, row.code, row.gstin, row.city)
    return ", ".join(part for part in parts if part) or value_text("", None)
