"""Settles an interchange file without a book: its papers, what the portals and Tally would be sent, what is wrong.

Everything stays a pure reading of the file: nothing is looked up, nothing is numbered, nothing is kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER
from core.changes.standing import State
from core.einvoice.inv01 import invoice_json
from core.einvoice.rules import has_einvoice, problems_with_einvoice
from core.eway.rules import bill_json, bulk_file, has_bill, problems_with_eway
from core.exchange import tally
from core.exchange.answers import Json, Link, document_answer
from core.exchange.file_return import Filed, check_rows, file_return, latest_period
from core.exchange.file_rules import check_file
from core.exchange.finding import RECEIPT
from core.exchange.reading import PROBLEMS_MAX, Source, below
from core.exchange.settled_file import SettledDocument, SettledFile
from core.exchange.settlement import Settlement, settlement
from core.exchange.tally_money import receipt_voucher
from core.facts import Facts
from core.invoicing.model import Document
from core.invoicing.rules import warning_text
from core.problems import Problem, as_json
from core.receipts.model import Receipt
from core.returns.gstr1 import gstr1, iff
from core.returns.gstr3b import gstr3b
from core.returns.rules import IFF

Paper = Document | Receipt | ReceiptVoucher | RefundVoucher
Named = tuple[str, Any]


class Keys:
    """What each paper of the file is called in an answer: its number, TYPE/number where two papers share that, and
    TYPE/number/date where two years share that too."""

    def __init__(self, settled: SettledFile) -> None:
        papers: list[tuple[str, Paper]] = [(each.document.type, each.document) for each in settled.documents]
        papers += [(RECEIPT, receipt) for _at, _given, receipt in settled.receipts]
        papers += [(RECEIPT_VOUCHER, voucher) for _at, _given, voucher in settled.advances]
        papers += [(REFUND_VOUCHER, each.refund) for each in settled.refunds]
        self._numbers = Counter(paper.number.casefold() for _type, paper in papers)
        self._typed = Counter((type_, paper.number.casefold()) for type_, paper in papers)

    def of(self, type_: str, paper: Paper) -> str:
        """The key of a paper."""
        number = paper.number
        if self._numbers[number.casefold()] == 1:
            return number
        typed = f"{type_}/{number}"
        return typed if self._typed[type_, number.casefold()] == 1 else f"{typed}/{paper.dated_on}"


def preview(source: Source, link: Link, *, period: str | None = None) -> Json:
    """The answer of `bahi preview`: {documents, gstr1, gstr3b, einvoice, ewaybill, tally, problems, warnings}.

    The returns are those of `period`, else of the latest document's (null when the file has no paper for one); papers
    of other periods are settled all the same.
    """
    facts = Facts.in_force()
    settled = SettledFile(source, facts)
    found = settlement(settled)
    filed = Filed(settled)
    filed.check_amendments(settled)
    period = period or latest_period(settled, filed)
    returns = _returns(settled, filed, period, facts)
    warnings = [
        Problem(code, warning_text(code), each.path)
        for each in settled.documents
        for code in each.document.warnings
    ]
    warnings += check_file(settled)
    warnings += check_rows(settled)
    keys = Keys(settled)
    answer = {
        "documents": [_document(each, settled, found, filed, link) for each in settled.documents],
        **returns,
        "einvoice": dict(_einvoices(settled, keys, facts, warnings)),
        "ewaybill": dict(_ewaybills(settled, keys, facts, warnings)),
        "tally": dict(_tally(settled, keys, found)),
    }
    return {
        **answer,
        "problems": [as_json(problem) for problem in settled.findings.problems],
        "warnings": [as_json(source.placed(problem)) for problem in warnings[:PROBLEMS_MAX]],
    }


def _returns(settled: SettledFile, filed: Filed, period: str | None, facts: Facts) -> Json:
    if period is None:
        return {"gstr1": None, "gstr3b": None}
    form, month = file_return(settled, filed, period)
    if form == IFF:
        return {"gstr1": iff(month, facts), "gstr3b": None}
    return {"gstr1": gstr1(month, facts), "gstr3b": gstr3b(month, facts)}


def _document(
    each: SettledDocument, settled: SettledFile, found: Settlement, filed: Filed, link: Link
) -> Json:
    document, open_paise = each.document, found.opens[each.at]
    original = settled.answered(document)
    return document_answer(
        document,
        each.given,
        open_paise=open_paise,
        state=(State.CANCELLED if each.cancelled else State.LIVE).name.lower(),
        link="" if each.cancelled else link(document, open_paise),
        original=original.document if original else None,
        return_period=filed.period_of(document),
    )


def _einvoices(settled: SettledFile, keys: Keys, facts: Facts, warnings: list[Problem]) -> Iterator[Named]:
    """INV-01 of each paper that the portal takes, whatever the turnover; what one lacks is a warning."""
    turnover_paise = settled.company.turnover_paise
    for each in settled.documents:
        if each.stands and has_einvoice(each.document):
            problems = problems_with_einvoice(each.document, facts, turnover_paise)
            warnings += _below(each, problems)
            yield keys.of(each.document.type, each.document), invoice_json(each.document, facts=facts)


def _ewaybills(settled: SettledFile, keys: Keys, facts: Facts, warnings: list[Problem]) -> Iterator[Named]:
    """The bulk file of each paper of goods that says how they move; what one lacks is a warning."""
    for each in settled.documents:
        document = each.document
        if each.stands and document.transport is not None and has_bill(document):
            warnings += _below(each, problems_with_eway(document, facts, document.dated_on))
            yield keys.of(document.type, document), bulk_file([bill_json(document, facts=facts)])


def _tally(settled: SettledFile, keys: Keys, found: Settlement) -> Iterator[Named]:
    """The ENVELOPE of each paper that posts."""
    company = settled.company.legal_name
    for type_, paper, voucher in _vouchers(settled, found):
        if voucher is not None:
            yield keys.of(type_, paper), tally.envelope(company, [voucher])


def _vouchers(settled: SettledFile, found: Settlement) -> Iterator[tuple[str, Paper, tally.Voucher | None]]:
    for each in settled.documents:
        if each.stands:
            uses = found.notes.get(each.at)
            yield each.document.type, each.document, tally.document_voucher(each.document, uses=uses)
    for at, _given, receipt in settled.receipts:
        yield RECEIPT, receipt, receipt_voucher(receipt, uses=found.receipts[at])
    for at, _asked, advance in settled.advances:
        yield RECEIPT_VOUCHER, advance, tally.advance_voucher(advance, uses=found.advances[at])
    for refunded in settled.refunds:
        yield REFUND_VOUCHER, refunded.refund, tally.refund_voucher(refunded.refund)


def _below(each: SettledDocument, problems: Iterable[Problem]) -> list[Problem]:
    return [below(problem, each.path) for problem in problems]
