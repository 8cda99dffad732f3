"""A Bahi of the future for tests: one more kind of paper, one more field on receipts and one on parties."""

import datetime as dt
from dataclasses import replace
from typing import Any

import msgspec

from core.book import PLAN
from core.changes.kind import Kind, once_kind
from core.changes.record import Record
from core.ids import Id
from core.numbering.commands import take_number
from core.parties.kinds import EDITED
from core.parties.model import Party
from core.parties.queries import party
from core.receipts.kinds import RECORDED
from core.receipts.model import Receipt
from core.store.work import Work


class Pledge(Record):
    """A customer's word to pay, which no version before knows."""

    party: Id
    paise: int
    by: dt.date


class NewParty(Party, frozen=True):
    """A party with a field more."""

    nickname: str = ""


class NewReceipt(Receipt, frozen=True):
    """A receipt with a field more."""

    memo: str = ""


def _fields(shape: type[Record]) -> int:
    return len(shape.__struct_fields__)


PLEDGED = once_kind("pledges.made", Pledge, schema=2)
_NEW: dict[str, Kind[Any]] = {
    PLEDGED.name: PLEDGED,
    EDITED.name: replace(EDITED, record=NewParty, schema=2, older=((1, _fields(Party)),)),
    RECORDED.name: replace(RECORDED, record=NewReceipt, schema=2, older=((1, _fields(Receipt)),)),
}
NEWER = PLAN._replace(
    kinds={**PLAN.kinds, **_NEW},
    projections={**PLAN.projections, PLEDGED.name: lambda _rows, _applied: None},
)
OLDER = PLAN


def pledge(work: Work, party_id: Id, by: dt.date) -> Id:
    """A paper of the new kind."""
    record = work.new_id()
    work.record(PLEDGED, record, Pledge(party_id, 5000, by))
    return record


def name_fondly(work: Work, party_id: Id, nickname: str, **others: str) -> None:
    """Fill the new field of a party, and some that all know."""
    known = party(work.read, party_id)
    assert known is not None
    given = msgspec.structs.asdict(known) | others
    work.record(EDITED, party_id, NewParty(**given, nickname=nickname))


def note_on_receipt(work: Work, like: Id, memo: str, on: dt.date) -> Id:
    """One more receipt like another, with a word in the new field."""
    known = msgspec.structs.asdict(work.paper(like)) | {"reference": memo}
    number = take_number(work, "RECEIPT", on)
    record = work.new_id()
    given = {**known, "number": number.number, "series": number.series, "memo": memo}
    work.record(RECORDED, record, NewReceipt(**{name: given[name] for name in NewReceipt.__struct_fields__}))
    return record
