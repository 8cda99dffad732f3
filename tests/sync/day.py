"""A business day on two devices that cannot hear each other, as used by the tests of the wire."""

import datetime as dt
from typing import NamedTuple

import msgspec

from core.book import Book
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import document
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.milestones.commands import bill_milestone, certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, Worth
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party
from core.receipts.commands import record_receipt
from core.returns.commands import file_return
from core.store.work import Work

TODAY = dt.date(2026, 11, 20)
OCTOBER, IN_OCTOBER = "2026-10", dt.date(2026, 10, 30)
LOTUS = Party(
    code="LOTUS",
    name="Lotus Foods",
    registration=Registration(kind="unregistered", state_code="29"),
    address=Address(line1="1 MG Road", city="Mysuru", state_code="29", pincode="570001"),
    phone="+919800000001",
    terms_days=30,
)


class Shared(NamedTuple):
    """What both devices have before they part."""

    party: Id
    invoice: Id
    milestone: Id


class Done(NamedTuple):
    """What one device made while apart."""

    receipt: Id
    billed: Id
    invoice: Id
    filed: Id
    late: Id


def a_draft(buyer: Id, rupees: int = 1000, text: str = "Calibration") -> Draft:
    """A draft of one line."""
    line = DraftLine(description=text, hsn="998346", price_tenthousandths=rupees * 10_000)
    return Draft(party=buyer, lines=(line,))


def begin(book: Book) -> Shared:
    """A party, an invoice to it, and a contract with one certified milestone."""

    def command(work: Work) -> Shared:
        buyer = save_party(work, LOTUS)
        invoice = issue_document(work, a_draft(buyer), today=TODAY)
        agreed = save_contract(
            work, Contract(code="K1", title="Plant", party=buyer, value_paise=10_00_000_00)
        )
        stage = save_milestone(
            work, Milestone(contract=agreed, position=1, title="Design", worth=Worth(paise=2_00_000_00))
        )
        certify(work, stage, on=TODAY, by="Engineer")
        return Shared(buyer, invoice, stage)

    return book.write("Begin", command)


def edit(book: Book, record: Id, **fields: object) -> None:
    """Change fields of a party."""

    def command(work: Work) -> None:
        known = party(work.read, record)
        assert known is not None
        save_party(work, msgspec.structs.replace(known, **fields), record)

    book.write("Edit", command)


def pay(book: Book, shared: Shared, reference: str) -> Id:
    """Money for the whole shared invoice, settling it."""

    def command(work: Work) -> Id:
        bill = document(work.read, shared.invoice)
        assert bill is not None
        paise = bill.totals.invoice_value_paise
        receipt = record_receipt(
            work, party=shared.party, dated_on=TODAY, amount_paise=paise, mode="neft", reference=reference,
            allocate=None, today=TODAY,
        )  # fmt: skip
        lines = [AllocationLine(shared.invoice, paise)]
        allocate(work, credit=receipt, party=shared.party, lines=lines, on=TODAY)
        return receipt

    return book.write("Receipt", command)


def apart(book: Book, shared: Shared, *, phone: str, reference: str, **other: object) -> Done:
    """What each device does for itself: edit the party, settle the invoice, bill the milestone, issue an invoice; file
    October, and then issue a paper dated in it."""
    edit(book, shared.party, phone=phone)
    edit(book, shared.party, **other)
    receipt = pay(book, shared, reference)
    billed = book.write("Bill", lambda work: bill_milestone(work, shared.milestone, today=TODAY))
    issued = book.write("Issue", lambda work: issue_document(work, a_draft(shared.party, 500), today=TODAY))
    filed = book.write(
        "File", lambda work: file_return(work, "GSTR1", OCTOBER, TODAY, today=TODAY, despite=True)
    )
    late = msgspec.structs.replace(a_draft(shared.party, 300), dated_on=IN_OCTOBER)
    came = book.write("Late", lambda work: issue_document(work, late, today=TODAY, date_confirmed=True))
    return Done(receipt, billed, issued, filed, came)
