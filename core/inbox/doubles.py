"""What rooms say of records made twice, and of what was merged since: the items of the Inbox that they share."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from core.changes.change import decode_change
from core.changes.record import Record, decoded
from core.changes.stamp import instant_of
from core.ids import Id
from core.inbox.model import Attention, Choice, InboxItem
from core.inbox.rules import signed_by_maker
from core.inbox.settled import Settled
from core.store import log
from core.words import translate as _

_TOLD_MAX = 50
"""So many at once: a list typed in twice is no list to read through."""


def first_of_each(items: Iterable[InboxItem]) -> list[InboxItem]:
    """A pair once, by the first thing its two share."""
    found: dict[str, InboxItem] = {}
    for item in items:
        found.setdefault(item.id, item)
        if len(found) >= _TOLD_MAX:
            break
    return list(found.values())


def double_item(
    read: Connection, noun: str, kind: str, text: str, first: tuple[Any, str], second: tuple[Any, str]
) -> InboxItem:
    """Two records that look like one, each a row and what it says; `kind` is the claim that merges them."""
    one, two = first[0], second[0]
    mine, theirs = (signed_by_maker(said, log.first_of(read, row.id)) for row, said in (first, second))
    return InboxItem(
        f"double.{noun}.{one.id.hex()}.{two.id.hex()}", Attention.DOUBLE.value,
        _("{first} and {second}").format(first=one.name, second=two.name), text, mine, theirs,
        (Choice.MERGE.value, Choice.MERGE_OTHER.value, Choice.BOTH_RIGHT.value), kind, one.id, None, two.id, 0,
    )  # fmt: skip


def merged_item(noun: str, kind: str, body_kind: type[Record], record: Id, data: bytes) -> Settled:
    """What became another by a claim, by whom and when; it may be parted again."""
    change = decode_change(data)
    body: Any = decoded(body_kind, change.body)
    text = _("{name} is read with {into}. No paper was changed.").format(name=body.name, into=body.into_name)
    told = InboxItem(
        f"merged.{noun}.{record.hex()}", Attention.DOUBLE.value,
        _("{first} and {second}").format(first=body.into_name, second=body.name), text, body.into_name, body.name,
        (Choice.PART.value,), kind, record, None, body.into, instant_of(change.stamp),
    )  # fmt: skip
    return Settled(told, _("Merged"), change.user, instant_of(change.stamp))
