"""Papers of the book as the file writes them, with what they settle."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import structs
from sqlalchemy.engine import Connection

from core.company.model import Company
from core.company.queries import company as company_in
from core.dunning.model import Reminder
from core.exchange import figures
from core.exchange.document_model import FileAllocation, FileDocument, FileSource
from core.exchange.model import FileDeduction, FileOpening, FileReceipt
from core.exchange.parts import FilePerson
from core.exchange.written import file_buyer, file_document, file_seller
from core.ids import Id, imported_id
from core.invoicing.model import Document
from core.invoicing.posting import owed_paise
from core.invoicing.queries import document as document_in
from core.items.queries import item as item_in
from core.ledger.queries import allocations_of, open_item
from core.parties.model import Party
from core.parties.queries import party as party_in
from core.receipts.model import Receipt

NOBODY = imported_id("nobody")
"""The party of a number that was cancelled elsewhere, archived: of such a paper only the number is known."""


class Names(NamedTuple):
    """By what the file calls the company's own: parties and items by the codes they are written under."""

    company: Company
    parties: Mapping[Id, tuple[str, Party]]
    items: Mapping[Id, str]


def own_code(code: str, record: Id, letter: str) -> str:
    """The code a record is written under: its own, or one made of its id where it has none."""
    return code or f"{letter}-{record.hex()[-12:]}"


def names_for(read: Connection, document: Document | Receipt | Reminder) -> Names:
    """The names that one paper needs."""
    party = party_in(read, document.buyer.party) or Party()
    codes = {document.buyer.party: (own_code(party.code, document.buyer.party, "P"), party)}
    lines = document.lines if isinstance(document, Document) else ()
    items = {}
    for record in {line.item for line in lines if line.item}:
        kept = item_in(read, record)
        if kept is not None:
            items[record] = own_code(kept.code, record, "I")
    return Names(company_in(read), codes, items)


def document_as_file(
    read: Connection, record: Id, document: Document, names: Names | None = None
) -> FileDocument | FileOpening:
    """A document as the file writes it; one brought forward by its amount."""
    names = names or names_for(read, document)
    code, party = names.parties[document.buyer.party]
    if document.opening:
        return FileOpening(
            number=document.number,
            date=document.dated_on,
            party=code,
            amount=figures.rupees(document.totals.invoice_value_paise),
            type=document.type,  # type: ignore[arg-type]
            due_date=document.due_on,
            reference=document.reference,
            note=document.note,
        )
    settles = allocations_as_file(read, record, document) if owed_paise(document) < 0 else None
    return file_document(
        document,
        code=code,
        company=names.company,
        party=party,
        item_codes=names.items,
        allocations=settles,
        source=source_as_file(read, document.source),
    )


def source_as_file(read: Connection, source: Id | None) -> FileSource | None:
    """The quotation, proforma or challan that a paper was made from, as the file names it."""
    made_from = document_in(read, source) if source is not None else None
    if made_from is None:
        return None
    return FileSource(number=made_from.number, date=made_from.dated_on, type=made_from.type)  # type: ignore[arg-type]


def receipt_as_file(
    read: Connection, record: Id, receipt: Receipt, names: Names | None = None
) -> FileReceipt:
    """A receipt as the file writes it."""
    names = names or names_for(read, receipt)
    code, party = names.parties[receipt.buyer.party]
    usual = party.language or names.company.language
    return FileReceipt(
        party=code,
        amount=figures.rupees(receipt.amount_paise),
        number=receipt.number,
        date=receipt.dated_on,
        mode=receipt.mode,  # type: ignore[arg-type]
        reference=receipt.reference,
        note=receipt.note,
        language=receipt.language if receipt.language != usual else None,
        deductions=tuple(
            FileDeduction(kind=d.kind, amount=figures.rupees(d.paise), code=d.code)  # type: ignore[arg-type]
            for d in receipt.deductions
        ),
        allocations=allocations_as_file(read, record, receipt),
        seller=file_seller(receipt.seller, names.company),
        buyer=_buyer(receipt, party),
    )


def allocations_as_file(
    read: Connection, credit: Id, paper: Document | Receipt
) -> tuple[FileAllocation, ...]:
    """What a receipt or credit note settles."""
    written = []
    for row in allocations_of(read, credit):
        bill = open_item(read, row.document) if row.credit == credit else None
        if bill is None:
            continue
        usual = max(paper.dated_on, bill.dated_on)
        written.append(
            FileAllocation(
                document=bill.number,
                amount=figures.rupees(row.paise),
                type=bill.type,  # type: ignore[arg-type]
                date=bill.dated_on,
                on=row.allocated_on if row.allocated_on != usual else None,
            )
        )
    return tuple(written)


def _buyer(receipt: Receipt, party: Party) -> FilePerson | None:
    said = file_buyer(receipt.buyer, party)
    if receipt.buyer.gstin != party.registration.gstin:
        said = structs.replace(said or FilePerson(), gstin=receipt.buyer.gstin or None)
    return said
