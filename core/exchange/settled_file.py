"""An interchange file settled without a book: who and what it names, each paper with its figures, what is open.

What is wrong is gathered in the findings, each with its path; the rest settles all the same.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER, Use, postings_for, problems_with_voucher
from core.advances.settling import settled_refund
from core.company.model import Company
from core.company.rules import problems_with_company
from core.errors import RuleBroken
from core.exchange import figures, masters
from core.exchange.advance_uses import uses_of
from core.exchange.advances import given_back_too_much, settle_advance
from core.exchange.document_model import FileDocument
from core.exchange.finding import PAYBACK, RECEIPT, REVERSAL
from core.exchange.merged import named_pairs
from core.exchange.model import BahiFile, FileAdvance, FileReceipt, FileRefund
from core.exchange.papers import problems_between, settle_paper
from core.exchange.reading import Findings, Source
from core.exchange.receipts import receipt_of
from core.exchange.register import BILLS, Brought, ambiguous, unknown_account, unknown_item, unknown_party
from core.facts import Facts
from core.fiscal import financial_year
from core.gst.number import check_number
from core.ids import Id, imported_id
from core.invoicing.model import Document, Original
from core.invoicing.papers import CREDIT_NOTE
from core.invoicing.settling import replacing
from core.items.model import Item
from core.items.rules import problems_with_item
from core.numbering.rules import IMPORTED
from core.parties.merged import as_one
from core.parties.model import Party
from core.parties.rules import problems_with_party
from core.problems import Problem
from core.receipts.model import Receipt
from core.receipts.proof import problems_with_receipt
from core.words import translate as _

NOT_KEPT = b""
"""The id of what no book keeps."""


class SettledDocument(NamedTuple):
    """A document of the file with its figures; `at` is its place in the file."""

    at: int
    given: FileDocument
    document: Document
    cancelled: bool

    @property
    def path(self) -> str:
        """Where it stands in the file."""
        return f"documents[{self.at}]"

    @property
    def stands(self) -> bool:
        """Whether it is a paper that was given: it has a number, and is not cancelled."""
        return bool(self.document.number) and not self.cancelled


class SettledReceipt(NamedTuple):
    """A receipt of the file as the book would keep it."""

    at: int
    given: FileReceipt
    receipt: Receipt


class SettledAdvance(NamedTuple):
    """A receipt voucher of the file as the book would keep it."""

    at: int
    given: FileAdvance
    voucher: ReceiptVoucher


class SettledRefund(NamedTuple):
    """A refund voucher of the file as the book would keep it, and the place of the advance that it gives back."""

    at: int
    given: FileRefund
    refund: RefundVoucher
    advance: int

    @property
    def use(self) -> Use:
        """How much of its advance it takes, and when."""
        refund = self.refund
        return Use(refund.number, self.given.paid_on or refund.dated_on, refund.amount_paise)


class SettledFile:
    """The papers of one file, settled with its own company, parties and items."""

    def __init__(self, source: Source, facts: Facts) -> None:
        self.findings = Findings(source)
        self.file: BahiFile = source.file
        self.facts = facts
        self._company = self._company_of()
        self._parties: dict[str, tuple[Id, Party]] = {}
        self._items: dict[str, tuple[Id, Item]] = {}
        self._masters()
        self._as_one = as_one(named_pairs(self, self.file, self.findings))
        off = {(each.type, number_key(each.number, each.date)) for each in self.file.cancelled}
        self.documents = [
            SettledDocument(n, given, document, (document.type, key_of(document)) in off)
            for n, given in enumerate(self.file.documents)
            if (document := self._settled(n, given)) is not None
        ]
        self._by_number = _by_number(self.documents)
        self.documents = [self._replacing(each) for each in self.documents]
        self._by_number = _by_number(self.documents)
        self.receipts = [
            SettledReceipt(n, given, receipt)
            for n, given in enumerate(self.file.receipts)
            if (receipt := self._received(n, given)) is not None
        ]
        self._taken_back = {
            number_key(each.paper.number, each.paper.date)
            for each in self.file.reversals
            if each.paper.type == RECEIPT
        }
        self.advances = [
            SettledAdvance(n, given, voucher)
            for n, given in enumerate(self.file.advances)
            if (voucher := self._advance(n, given)) is not None
        ]
        self.refunds: list[SettledRefund] = []
        for n, back in enumerate(self.file.refunds):
            with self.findings.within(f"refunds[{n}]"):
                self.refunds.append(self._refund(n, back))
        self._twice()
        self._referred()

    @property
    def company(self) -> Company:
        """The company that the file names."""
        return self._company

    def need_party(self, code: str, field: str = "party") -> tuple[Id, Party]:
        """The party of a code. Raises `RuleBroken` when the file has none."""
        if (known := self._parties.get(code.casefold())) is None:
            raise RuleBroken([unknown_party(code, field)])
        return known

    def is_one(self, party: Id, other: Id) -> bool:
        """Whether two parties of the file are one, or were."""
        return party == other or (party in self._as_one and self._as_one[party] == self._as_one.get(other))

    def need_account(self, code: str, field: str = "bank_account") -> Id:
        """The bank account of a code, or of that number or name. Raises `RuleBroken` when the file has none."""
        wanted = code.strip().casefold()
        for each in self.file.bank_accounts:
            if wanted in (each.code.casefold(), each.number.casefold(), each.name.casefold()):
                return imported_id("bank account", each.code.casefold())
        raise RuleBroken([unknown_account(code, field)])

    def is_taken_back(self, receipt: Receipt) -> bool:
        """Whether the file takes a receipt back."""
        return number_key(receipt.number, receipt.dated_on) in self._taken_back

    def item(self, code: str) -> tuple[Id, Item] | None:
        """The item of a code, whatever its case."""
        return self._items.get(code.casefold())

    def need_item(self, code: str, field: str = "item") -> tuple[Id, Item]:
        """The item of a code. Raises `RuleBroken` when the file has none."""
        if (known := self.item(code)) is None:
            raise RuleBroken([unknown_item(code, field)])
        return known

    def answered(self, document: Document) -> SettledDocument | None:
        """The document of the file that a note answers."""
        named = document.original
        return self._paper(document, named, BILLS) if named is not None else None

    def corrected(self, document: Document) -> SettledDocument | None:
        """The document of the file that this one amends or revises."""
        named = document.amends or document.revises
        return self._paper(document, named, (document.type,)) if named is not None else None

    def _paper(self, asking: Document, named: Original, types: Sequence[str]) -> SettledDocument | None:
        """Another document of one of these types with the number named, in the year named: never the one that asks,
        for an amendment may keep its number."""
        year = financial_year(named.dated_on)
        for each in self._by_number.get(named.number.casefold(), ()):
            is_another = each.document is not asking and each.document.type in types
            if is_another and financial_year(each.document.dated_on) == year:
                return each
        return None

    def named(self, number: str, of_type: str | None, on: dt.date | None) -> SettledDocument | None:
        """The one bill that a number, with type and date where given, stands for; None when the file has none.

        Raises `RuleBroken` with AMBIGUOUS when several do.
        """
        found = [
            each
            for each in self._by_number.get(number.casefold(), ())
            if each.document.type in BILLS
            and of_type in (None, each.document.type)
            and on in (None, each.document.dated_on)
        ]
        if len(found) > 1:
            papers = [each.document for each in found]
            named = [
                Brought(str(n).encode(), d.type, d.number, d.dated_on, b"") for n, d in enumerate(papers)
            ]
            raise RuleBroken([ambiguous(number, named, "document")])
        return found[0] if found else None

    def _settled(self, n: int, given: FileDocument) -> Document | None:
        settled: list[Document] = []
        with self.findings.within(f"documents[{n}]"):
            party_id, party = self.need_party(given.party)
            settled.append(
                settle_paper(
                    given,
                    company=self.company,
                    party_id=party_id,
                    party=party,
                    item_by_code=self.item,
                    facts=self.facts,
                )
            )
            if given.number:  # one without is for bahi issue, and told nowhere until it has one
                _refuse(check_number(given.number, on=settled[0].dated_on).problems)
            check_allocations(given)
        return settled[0] if settled else None

    def _received(self, n: int, given: FileReceipt) -> Receipt | None:
        settled: list[Receipt] = []
        with self.findings.within(f"receipts[{n}]"):
            settled.append(receipt_of(self, given, facts=self.facts))
            _refuse(problems_with_receipt(settled[0]))
        return settled[0] if settled else None

    def _advance(self, n: int, given: FileAdvance) -> ReceiptVoucher | None:
        """The voucher as a book would keep it that has all the invoices it was set against."""
        settled: list[ReceiptVoucher] = []
        with self.findings.within(f"advances[{n}]"):
            party_id, party = self.need_party(given.party)
            voucher = settle_advance(given, self.company, party_id, party, self.facts)
            _refuse(problems_with_voucher(voucher))
            settled.append(
                structs.replace(
                    voucher, elsewhere=(), postings=postings_for(voucher.amount_paise, voucher.mode)
                )
            )
        return settled[0] if settled else None

    def _refund(self, n: int, given: FileRefund) -> SettledRefund:
        if not given.number:
            raise RuleBroken([Problem("REQUIRED", _("This voucher has no number."), "number")])
        if given.date is None:
            raise RuleBroken([Problem("REQUIRED", _("An imported paper has its date."), "date")])
        wanted = number_key(given.voucher.number, given.voucher.date)
        found = [
            each for each in self.advances if number_key(each.voucher.number, each.voucher.dated_on) == wanted
        ]
        if not found:
            message = _("There is no receipt voucher {number} here.").format(number=given.voucher.number)
            raise RuleBroken([Problem("NO_DOCUMENT", message, "voucher")])
        at, asked, voucher = found[0]
        uses = uses_of(asked, self.file)
        earlier = [each.use for each in self.refunds if each.advance == at]
        refund = settled_refund(
            voucher,
            NOT_KEPT,
            number=given.number,
            series=IMPORTED,
            dated_on=given.date,
            amount_paise=figures.paise(given.amount, "amount"),
            reason=given.reason,
            mode=given.mode,
            reference=given.reference,
            note=given.note,
            uses=uses,
            refunds=earlier,
        )
        left = voucher.amount_paise - sum(use.paise for use in (*uses, *earlier))
        if refund.amount_paise > left:
            raise RuleBroken([given_back_too_much(refund.amount_paise, left)])
        return SettledRefund(n, given, refund, at)

    def _replacing(self, each: SettledDocument) -> SettledDocument:
        """A correction of a paper of the file posts only the difference, as in a book that has both."""
        corrected = self.corrected(each.document)
        if corrected is None:
            return each
        return each._replace(document=replacing(each.document, NOT_KEPT, corrected.document))

    def _twice(self) -> None:
        """Name each number that stands twice for one type and year."""
        papers = [(each.document.type, each.document, each.path) for each in self.documents]
        numbered: list[tuple[str, Document | Receipt | ReceiptVoucher | RefundVoucher, str]] = [*papers]
        numbered += [(RECEIPT, each.receipt, f"receipts[{each.at}]") for each in self.receipts]
        numbered += [(RECEIPT_VOUCHER, each.voucher, f"advances[{each.at}]") for each in self.advances]
        numbered += [(REFUND_VOUCHER, each.refund, f"refunds[{each.at}]") for each in self.refunds]
        seen: set[tuple[str, str]] = set()
        for of_type, paper, path in numbered:
            key = (of_type, number_key(paper.number, paper.dated_on))
            if paper.number and key in seen:
                message = _("The number {number} stands twice in the file.").format(number=paper.number)
                self.findings.add("DUPLICATE", message, f"{path}.number", _("Correct the number."))
            seen.add(key)
        for of_type, number, date, path in self._of_money():
            with self.findings.within(path):
                _refuse(check_number(number, on=date).problems)
            key = (of_type, number_key(number, date))
            if key in seen:
                message = _("The number {number} stands twice in the file.").format(number=number)
                self.findings.add("DUPLICATE", message, f"{path}.number", _("Correct the number."))
            seen.add(key)
        for n, unused in enumerate(self.file.drafts):
            if (unused.type, number_key(unused.number, unused.date)) in seen:
                message = _("The number {number} is already used by another paper.")
                self.findings.add("DUPLICATE", message.format(number=unused.number), f"drafts[{n}].number")

    def _of_money(self) -> Iterator[tuple[str, str, dt.date, str]]:
        """The numbers of what gives money back and takes it back: type, number, date, path."""
        for n, payback in enumerate(self.file.paybacks):
            yield PAYBACK, payback.number, payback.date, f"paybacks[{n}]"
        for n, reversal in enumerate(self.file.reversals):
            yield REVERSAL, reversal.number, reversal.date, f"reversals[{n}]"

    def _referred(self) -> None:
        """Note what does not fit between a paper and the one of the file that it answers or corrects."""
        for each in self.documents:
            with self.findings.within(each.path):
                original, corrected = self.answered(each.document), self.corrected(each.document)
                _refuse(
                    problems_between(
                        each.document,
                        original.document if original is not None else None,
                        corrected.document if corrected is not None else None,
                    )
                )

    def _company_of(self) -> Company:
        company = Company()
        with self.findings.within("company"):
            if self.file.company is None:
                raise RuleBroken([Problem("REQUIRED", _("The file names no company."))])
            company = masters.company(self.file.company, company)
            _refuse(problems_with_company(company))
        return company

    def _masters(self) -> None:
        for n, party in enumerate(self.file.parties):
            with self.findings.within(f"parties[{n}]"):
                made = masters.party(party, Party())
                _refuse(problems_with_party(made))
                self._parties[party.code.casefold()] = (imported_id("party", party.code.casefold()), made)
        for n, item in enumerate(self.file.items):
            with self.findings.within(f"items[{n}]"):
                made_item = masters.item(item, Item())
                _refuse(problems_with_item(made_item))
                self._items[item.code.casefold()] = (imported_id("item", item.code.casefold()), made_item)


def _by_number(documents: Iterable[SettledDocument]) -> dict[str, list[SettledDocument]]:
    found: dict[str, list[SettledDocument]] = {}
    for each in documents:
        found.setdefault(each.document.number.casefold(), []).append(each)
    return found


def check_allocations(given: FileDocument) -> None:
    """Raise `RuleBroken` where a paper that gives no credit says what it settles."""
    corrects = given.amends is not None or given.revises is not None
    if given.allocations and given.type != CREDIT_NOTE and not corrects:
        message = _("Only a credit note, or a correction that lessens a paper, settles others.")
        raise RuleBroken([Problem("CHOICE", message, "allocations", _("Leave it out."))])


def key_of(document: Document) -> str:
    """A document's number in its financial year."""
    return number_key(document.number, document.dated_on)


def number_key(number: str, dated_on: dt.date) -> str:
    """A number in the financial year of a day, whatever its case."""
    return f"{financial_year(dated_on)}/{number.casefold()}"


def _refuse(problems: Sequence[Problem] | Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise RuleBroken(found)
