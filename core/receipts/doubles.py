"""One transfer entered as two receipts, on devices that did not know of each other."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy.engine import Connection

from core.changes.change import decode_change
from core.changes.stamp import instant_of
from core.ids import Id
from core.inbox.model import Attention, Choice, InboxItem
from core.inbox.rules import signed
from core.receipts.kinds import RECORDED
from core.receipts.projection import CHEQUES
from core.receipts.reversing import reverse_receipt
from core.receipts.rules import cheque_key, same_bank
from core.store.work import Work
from core.words import date_text, money_text
from core.words import translate as _

_USED_TWICE = "SELECT reference_key FROM receipt_references WHERE receipts > 1 AND"
_TWICE = f"{_USED_TWICE} reference_key NOT LIKE 'cheque/%' LIMIT 200"
_CHEQUES_TWICE = f"{_USED_TWICE} reference_key LIKE 'cheque/%' LIMIT 200"
_MEMBERS = (
    "SELECT r.id, r.number, r.name, r.dated_on, r.mode, r.reference, r.party, r.amount_paise, r.cheque_number, "
    "r.cheque_on, r.cheque_bank, c.device, c.data "
    "FROM receipts r JOIN standing s ON s.record = r.id AND s.state IN (1, 3) "
    "JOIN changes c ON c.entry = s.entry WHERE r.reversal IS NULL AND "
)
_OF_REFERENCE = f"{_MEMBERS} r.reference_key = ? ORDER BY r.id"
_OF_PARTY = f"{_MEMBERS} r.party = ? AND r.cheque_number <> '' ORDER BY r.id"


def receipt_doubles(read: Connection) -> list[InboxItem]:
    """One item for each two receipts of one reference, or of one cheque of a party, made on two devices, unless one was
    taken back since.

    Whoever enters one twice on one device is asked there and then.
    """
    found = [_of_reference(first, second) for first, second in _same_reference(read)]
    found += [_of_cheque(first, second) for first, second in _same_cheque(read)]
    return list({item.id: item for item in reversed(found)}.values())[::-1]


def _same_reference(read: Connection) -> Iterator[tuple[Any, Any]]:
    """Neighbours among receipts of one reference that two devices made. A cheque's number is its drawer's own."""
    for (key,) in read.exec_driver_sql(_TWICE).fetchall():
        for first, second in pairwise(read.exec_driver_sql(_OF_REFERENCE, (key,)).fetchall()):
            is_cheque = "cheque" in (first.mode, second.mode)
            if first.device != second.device and not (is_cheque and first.party != second.party):
                yield first, second


def _same_cheque(read: Connection) -> Iterator[tuple[Any, Any]]:
    """Neighbours among receipts of one cheque that two devices made: of one number, and of one day or one amount."""
    for (key,) in read.exec_driver_sql(_CHEQUES_TWICE).fetchall():
        party, _slash, number = key.removeprefix(CHEQUES).partition("/")
        members = read.exec_driver_sql(_OF_PARTY, (bytes.fromhex(party),)).fetchall()
        for first, second in pairwise(row for row in members if cheque_key(row.cheque_number) == number):
            is_like = first.cheque_on == second.cheque_on or first.amount_paise == second.amount_paise
            if first.device != second.device and is_like and same_bank(first.cheque_bank, second.cheque_bank):
                yield first, second


def take_back_double(work: Work, item: InboxItem, *, on: dt.date, reason: str, today: dt.date) -> Id:
    """Take back the later of the two receipts of an item as entered by mistake; answers the reversal's id."""
    assert item.paper is not None, "an item of two receipts names the later one"
    return reverse_receipt(work, item.paper, on=on, reason=reason, today=today, date_confirmed=True)


def _of_reference(first: Any, second: Any) -> InboxItem:
    text = _(
        "The reference {reference} stands on two receipts, made on two devices. If the money came once, take the later "
        "one back; what it settled is then open again."
    ).format(reference=first.reference)
    return _item(first, second, text)


def _of_cheque(first: Any, second: Any) -> InboxItem:
    text = _(
        "The cheque {number} of {name} stands on two receipts, made on two devices. If it is one cheque, take the "
        "later receipt back; what it settled is then open again."
    ).format(number=first.cheque_number, name=first.name)
    return _item(first, second, text)


def _item(first: Any, second: Any, text: str) -> InboxItem:
    change = decode_change(second.data)
    return InboxItem(
        f"double.receipt.{first.id.hex()}.{second.id.hex()}", Attention.DOUBLE.value,
        _("Receipts {first} and {second}").format(first=first.number, second=second.number), text, _said(first),
        _said(second), (Choice.TAKE_BACK.value, Choice.BOTH_RIGHT.value), RECORDED.name, second.id, second.id,
        first.id, instant_of(change.stamp), RECORDED.name,
    )  # fmt: skip


def _said(row: Any) -> str:
    change = decode_change(row.data)
    text = _("{number}: {amount} from {name}, {date}").format(
        number=row.number, amount=money_text(row.amount_paise), name=row.name,
        date=date_text(dt.date.fromisoformat(row.dated_on)),
    )  # fmt: skip
    return signed(text, change.user, change.stamp)
