"""Papers of the book as the file writes them, with what they settle."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import structs
from sqlalchemy.engine import Connection

from core.bank.model import BankAccount
from core.bank.queries import account as account_in
from core.bank.queries import accounts as accounts_in
from core.company.model import Company
from core.company.queries import company as company_in
from core.dunning.model import Reminder
from core.exchange import figures
from core.exchange.document_model import FileAllocation, FileDocument, FileSource
from core.exchange.model import FileDeduction, FileOpening, FileReceipt
from core.exchange.money_model import FileCheque, FileForeignMoney
from core.exchange.papers import RATE_OF_EXCHANGE_DECIMALS
from core.exchange.parts import FilePerson
from core.exchange.uses import Used, uses_of_credit
from core.exchange.written import file_buyer, file_document, file_seller
from core.ids import Id, imported_id
from core.invoicing.model import Document
from core.invoicing.posting import owed_paise
from core.invoicing.queries import document as document_in
from core.items.queries import item as item_in
from core.parties.model import Party
from core.parties.queries import party as party_in
from core.receipts.model import Payback, Receipt
from core.receipts.projection import PAYBACK_TYPE
from core.receipts.rules import CHEQUE

NOBODY = imported_id("nobody")
"""The party of a number that was cancelled elsewhere, archived: of such a paper only the number is known."""


class Names(NamedTuple):
    """By what the file calls the company's own: parties, items, bank accounts by the codes they are written under."""

    company: Company
    parties: Mapping[Id, tuple[str, Party]]
    items: Mapping[Id, str]
    accounts: Mapping[Id, str]


def own_code(code: str, record: Id, letter: str) -> str:
    """The code a record is written under: its own, or one made of its id where it has none."""
    return code or f"{letter}-{record.hex()[-12:]}"


def account_codes(read: Connection) -> dict[Id, str]:
    """The code of each bank account: its number, else its name; one that another has already is counted on."""
    codes: dict[Id, str] = {}
    used: set[str] = set()
    rows = accounts_in(read, archived=True)
    for row in sorted(rows, key=lambda row: (row.number, row.name, row.bank, row.ifsc, row.id)):
        code, n = row.number or row.name, 1
        while code.casefold() in used:
            n += 1
            code = f"{row.number or row.name}-{n}"
        used.add(code.casefold())
        codes[row.id] = code
    return codes


def accounts_in_order(read: Connection, codes: Mapping[Id, str]) -> Iterable[tuple[str, BankAccount]]:
    """The bank accounts with their codes, by code."""
    for record, code in sorted(codes.items(), key=lambda each: each[1]):
        body = account_in(read, record)
        if body is not None:
            yield code, body


def names_for(read: Connection, document: Document | Receipt | Reminder | Payback) -> Names:
    """The names that one paper needs."""
    party = party_in(read, document.buyer.party) or Party()
    codes = {document.buyer.party: (own_code(party.code, document.buyer.party, "P"), party)}
    lines = document.lines if isinstance(document, Document) else ()
    items = {}
    for record in {line.item for line in lines if line.item}:
        kept = item_in(read, record)
        if kept is not None:
            items[record] = own_code(kept.code, record, "I")
    return Names(company_in(read), codes, items, account_codes(read))


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
    settles = allocations_as_file(read, record, document.dated_on) if owed_paise(document) < 0 else None
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
        allocations=allocations_as_file(read, record, receipt.counts_on),
        seller=file_seller(receipt.seller, names.company),
        buyer=buyer_as_file(receipt, party),
        cheque=_file_cheque(receipt),
        foreign=_file_foreign(receipt),
        bank_account=names.accounts.get(receipt.bank_account) if receipt.bank_account else None,
    )


def _file_cheque(receipt: Receipt) -> FileCheque | None:
    """Its cheque; one taken here that was noted by its number alone is of the day it came."""
    cheque = receipt.cheque
    if cheque is not None:
        return FileCheque(number=cheque.number, date=cheque.dated_on, bank=cheque.bank, branch=cheque.branch)
    if receipt.mode == CHEQUE and receipt.origin == "here":
        return FileCheque(number=receipt.reference, date=receipt.dated_on)
    return None


def _file_foreign(receipt: Receipt) -> FileForeignMoney | None:
    money = receipt.foreign
    if money is None:
        return None
    rate = figures.plain(money.rate_millionths, RATE_OF_EXCHANGE_DECIMALS)
    return FileForeignMoney(currency=money.currency, amount=figures.rupees(money.hundredths), rate=rate)


def allocations_as_file(read: Connection, credit: Id, counts_on: dt.date) -> tuple[FileAllocation, ...]:
    """What a receipt or credit note settles, or did; money given back says itself out of what it came."""
    return tuple(
        _file_allocation(use, counts_on)
        for use in uses_of_credit(read, credit)
        if use.bill.type != PAYBACK_TYPE
    )


def _file_allocation(use: Used, counts_on: dt.date) -> FileAllocation:
    usual = max(counts_on, use.bill.dated_on)
    return FileAllocation(
        document=use.bill.number,
        amount=figures.rupees(use.paise),
        type=use.bill.type,  # type: ignore[arg-type]
        date=use.bill.dated_on,
        on=use.on if use.on != usual else None,
        until=use.until,
        reason=use.reason,
    )


def buyer_as_file(paper: Receipt | Payback, party: Party) -> FilePerson | None:
    """What a receipt or payback says of the party that the party does not say now."""
    said = file_buyer(paper.buyer, party)
    if paper.buyer.gstin != party.registration.gstin:
        said = structs.replace(said or FilePerson(), gstin=paper.buyer.gstin or None)
    return said
