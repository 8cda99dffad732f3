"""The one paper that a number, with type and date where needed, stands for on the command line."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.queries import voucher_ids, voucher_rows
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER
from core.changes.standing import State
from core.dunning.queries import reminder_ids, reminder_rows
from core.errors import RuleBroken
from core.exchange.register import Brought, ambiguous
from core.ids import Id
from core.invoicing.papers import TYPES as DOCUMENTS
from core.invoicing.queries import document_ids, document_rows
from core.parties.queries import party_by_code
from core.problems import Problem
from core.receipts.queries import receipt_ids, receipt_rows
from core.store.read import stand_of
from core.store.tables.parties import parties
from core.store.tables.receipts import paybacks, reversals
from core.words import translate as _

RECEIPT, REVERSAL, PAYBACK, REMINDER = "RCT", "RVS", "PBK", "RMD"
DOCUMENT, VOUCHER = "document", "voucher"
VOUCHERS = (RECEIPT_VOUCHER, REFUND_VOUCHER)
TYPES = (*DOCUMENTS, RECEIPT, *VOUCHERS, REVERSAL, PAYBACK, REMINDER)


class Found(NamedTuple):
    """A paper by its id, type and number."""

    id: Id
    type: str
    number: str
    dated_on: dt.date


def find_paper(
    read: Connection, number: str, *, paper_type: str | None = None, on: dt.date | None = None
) -> Found:
    """The paper of a number: a document, else a receipt, a voucher, what takes money back or gives it
    back, or a reminder, unless the type says which.

    Raises `RuleBroken`: NO_DOCUMENT, or AMBIGUOUS naming the candidates.
    """
    wanted = paper_type.upper() if paper_type else None
    if wanted is not None and wanted not in TYPES:
        message = _("A paper is one of {types}.").format(types=", ".join(TYPES))
        raise RuleBroken([Problem("CHOICE", message, "type")])
    for kind, types in (
        (DOCUMENT, DOCUMENTS),
        (RECEIPT, (RECEIPT,)),
        (VOUCHER, VOUCHERS),
        (REVERSAL, (REVERSAL,)),
        (PAYBACK, (PAYBACK,)),
        (REMINDER, (REMINDER,)),
    ):
        if wanted is not None and wanted not in types:
            continue
        found = [paper for paper in _bearing(read, kind, number, wanted) if on in (None, paper.dated_on)]
        if len(found) > 1:
            named = [Brought(f.id, f.type, f.number, f.dated_on, b"") for f in found]
            raise RuleBroken([ambiguous(number, named, "number")])
        if found:
            return found[0]
    message = _("The book has no paper {number}.").format(number=number)
    raise RuleBroken([Problem("NO_DOCUMENT", message, "number")])


def find_party(read: Connection, code_or_name: str) -> Id:
    """The party of a code, else the only one of a name. Raises `RuleBroken`."""
    found = party_by_code(read, code_or_name)
    if found is not None:
        return found
    question = sa.select(parties.c.id).where(parties.c.name_key == code_or_name.casefold()).limit(2)
    named = list(read.execute(question).scalars())
    if len(named) == 1:
        return bytes(named[0])
    code = "AMBIGUOUS" if named else "UNKNOWN_PARTY"
    message = _("Several parties are called {name}.") if named else _("No party has the code or name {name}.")
    raise RuleBroken([Problem(code, message.format(name=code_or_name), "party", _("Give the party's code."))])


def stand_of_paper(read: Connection, record: Id) -> tuple[State, int]:
    """How a paper stands, and what is open of it."""
    stand = stand_of(read, record)
    return (stand.state, stand.open_paise) if stand else (State.LIVE, 0)


def _bearing(read: Connection, kind: str, number: str, wanted: str | None) -> Iterator[Found]:
    if kind == DOCUMENT:
        for document in document_rows(read, document_ids(read, number, type=wanted)):
            yield Found(document.id, document.type, document.number, document.dated_on)
    elif kind == RECEIPT:
        for receipt in receipt_rows(read, receipt_ids(read, number)):
            yield Found(receipt.id, RECEIPT, receipt.number, receipt.dated_on)
    elif kind == VOUCHER:
        for voucher in voucher_rows(read, voucher_ids(read, number, paper_type=wanted)):
            yield Found(voucher.id, voucher.type, voucher.number, voucher.dated_on)
    elif kind in (REVERSAL, PAYBACK):
        table = reversals if kind == REVERSAL else paybacks
        question = sa.select(table.c.id, table.c.number, table.c.dated_on)
        for found in read.execute(question.where(table.c.number_key == number.casefold())):
            yield Found(found.id, kind, found.number, found.dated_on)
    else:
        for row in reminder_rows(read, reminder_ids(read, number)):
            yield Found(row.id, REMINDER, row.number, row.dated_on)
