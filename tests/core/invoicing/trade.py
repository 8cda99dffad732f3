"""Parties, items and drafts for the tests of the trade, and a book that has them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.book import Book
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Document, Draft, DraftLine, Original
from core.invoicing.queries import document
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.parties.commands import save_party
from core.parties.model import Party
from tests.core.books import TODAY, a_book

LOTUS = Party(
    code="LOTUS",
    name="Lotus Foods",
    registration=Registration("registered", "33AAFCL2204B1ZD", "33"),
    address=Address("7 Mount Road", "", "Chennai", "33", "600002"),
)
BANYAN = Party(
    code="BANYAN",
    name="Banyan Traders",
    registration=Registration("unregistered", "", "29"),
    address=Address("3 Avenue Road", "", "Bengaluru", "29", "560002"),
    terms_days=0,
)
WALK_IN = Party(code="CASH", name="Cash customer")
PUMP = Item(code="PUMP", name="Dosing pump", tax=ItemTax(hsn="84138190"), price_tenthousandths=12_500_000)
PUMPS = DraftLine(
    description="Dosing pump", hsn="84138190", quantity_thousandths=4_000, price_tenthousandths=12_500_000,
    discount_tenthousandths_pct=50_000, rate_bp=1_800,
)  # fmt: skip
GLOVES = DraftLine(
    description="Cotton gloves", hsn="61169200", quantity_thousandths=12_000, unit="PRS",
    price_tenthousandths=382_500, rate_bp=500,
)  # fmt: skip
BILL = Draft(lines=(PUMPS, GLOVES))
BILL_PAISE = 608_700
"""4 × 1,250 less 5 % at 18 %, and 12 × 38.25 at 5 %, to a whole rupee."""


class Trade(NamedTuple):
    """An open book with a company in Karnataka, three parties and an item."""

    book: Book
    lotus: Id
    banyan: Id
    walk_in: Id
    pump: Id

    def issue(
        self, draft: Draft = BILL, *, today: dt.date = TODAY, confirmed: bool = False, **changes: Any
    ) -> Id:
        """Issue a draft, to Lotus unless it says otherwise."""
        draft = msgspec.structs.replace(draft, **{"party": draft.party or self.lotus, **changes})
        return self.book.write(
            "Issue", lambda work: issue_document(work, draft, today=today, date_confirmed=confirmed)
        )

    def credit(self, original: Id, draft: Draft = BILL, *, today: dt.date = TODAY, **changes: Any) -> Id:
        """Issue a credit note on a document."""
        answered = self.document(original)
        named = Original(answered.number, answered.dated_on)
        return self.issue(
            draft, today=today, type="CRN", original=named, party=answered.buyer.party, **changes
        )

    def cancel(self, record: Id, *, on: dt.date = TODAY, reason: str = "keyed twice") -> Id:
        """Cancel a document."""
        return self.book.write("Cancel", lambda work: cancel_document(work, record, on=on, reason=reason))

    def document(self, record: Id) -> Document:
        """A document that is there."""
        found = self.book.read(lambda read: document(read, record))
        assert found is not None
        return found


@contextmanager
def a_trade(folder: Path, **how: Any) -> Iterator[Trade]:
    """A new book with company, parties and item; `how` as for `a_book`."""
    with a_book(folder, **how) as book:
        masters = book.write(
            "Masters",
            lambda work: (
                *(save_party(work, one) for one in (LOTUS, BANYAN, WALK_IN)),
                save_item(work, PUMP),
            ),
        )
        yield Trade(book, *masters)
