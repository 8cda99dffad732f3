"""Issues the papers and receipts of a file that carry no number: numbered here, through every check of the window."""

import datetime as dt
from typing import NamedTuple

from core.advances.commands import receive_advance
from core.advances.rules import SERVICES
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.bank import take_accounts
from core.exchange.document_model import FileDocument
from core.exchange.documents import related_draft
from core.exchange.importing import check_company, take_masters
from core.exchange.model import BahiFile, FileAdvance, FileReceipt
from core.exchange.papers import draft_of, problems_with_totals
from core.exchange.reading import Findings, Source
from core.exchange.receipts import cheque_of, deductions_of, foreign_of, used_cheques
from core.exchange.register import BILLS, Register
from core.exchange.report import Tally
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.filed import covering_return
from core.invoicing.model import Document
from core.ledger.model import AllocationLine
from core.problems import Problem
from core.receipts.commands import record_receipt
from core.store.work import Work
from core.words import translate as _

ELSEWHERE_ALONE = (
    "contracts", "ladder", "opening", "unissued", "cancelled", "reminders", "drafts", "refunds", "filed",
    "period_amendments", "irns", "eway_bills", "returns", "gaps", "paybacks", "reversals", "deposits", "clearings",
    "write_offs", "bank_lines", "matches", "tds_seen", "tds_forms", "tds_links", "tds_certificates", "acceptances",
    "interest", "closes", "merged_parties", "merged_items",
)  # fmt: skip
"""Keys that say what happened elsewhere or is not issued; they belong to import."""
SAID_ELSEWHERE = ("category", "buyer_gstin", "seller", "buyer", "allocations", "terms", "language", "lut")
"""Keys by which a paper issued elsewhere differs from what the book would print."""


class Issued(NamedTuple):
    """The papers issued, in the order of the file, and what to be told of some, by paper."""

    documents: list[Id]
    receipts: list[Id]
    advances: list[Id]
    warnings: dict[Id, Problem]


def issue_file(work: Work, source: Source, *, today: dt.date, date_confirmed: bool = False) -> Issued:
    """Issue what carries no number, dated today unless it says otherwise. Raises `RuleBroken`; then nothing is."""
    findings, register = Findings(source), Register(work)
    file = source.file
    _refuse_others(file, findings)
    with findings.within("company"):
        check_company(work, file)
    findings.finish()
    take_masters(work, register, file, findings, Tally())
    take_accounts(work, register, file, findings, Tally())
    findings.finish()
    issued = Issued([], [], [], {})
    for n, given in enumerate(file.documents):
        with findings.within(f"documents[{n}]"):
            issued.documents.append(_document(work, register, given, today, date_confirmed))
    for n, receipt in enumerate(file.receipts):
        with findings.within(f"receipts[{n}]"):
            issued.receipts.append(_receipt(work, register, receipt, today, date_confirmed))
    for n, advance in enumerate(file.advances):
        with findings.within(f"advances[{n}]"):
            issued.advances.append(_advance(work, register, advance, today, date_confirmed))
    findings.finish()
    paths = {record: f"receipts[{n}]" for n, record in enumerate(issued.receipts)}
    issued.warnings.update(used_cheques(work.read, paths, source))
    return issued


def _refuse_others(file: BahiFile, findings: Findings) -> None:
    for key in ELSEWHERE_ALONE:
        if getattr(file, key):
            message = _("{key} is for import, not for issuing.").format(key=key)
            findings.add("ONLY_IMPORT", message, key, _("Take it out, or use bahi import."))
    for what in ("documents", "receipts", "advances"):
        for n, paper in enumerate(getattr(file, what)):
            if paper.number:
                message = _("{number} has its number already.").format(number=paper.number)
                findings.add(
                    "NUMBERED", message, f"{what}[{n}].number", _("Papers with a number are for bahi import.")
                )
    if not (file.documents or file.receipts or file.advances):
        findings.add("REQUIRED", _("The file holds nothing to issue."), "documents")


def _document(
    work: Work, register: Register, given: FileDocument, today: dt.date, date_confirmed: bool
) -> Id:
    for key in SAID_ELSEWHERE:
        if getattr(given, key) is not None:
            message = _("A paper issued here takes this from the company and the party.")
            raise RuleBroken([Problem("ONLY_IMPORT", message, key)])
    party_id, _party = register.need_party(given.party)
    draft = draft_of(given, owner=work.actor.device, party=party_id, item_by_code=register.item)
    draft = related_draft(register, given, draft)
    record = issue_document(
        work,
        draft,
        today=today,
        date_confirmed=date_confirmed,
        is_filed=lambda paper: _is_filed(work, paper),
    )
    document: Document = work.paper(record)
    problems = problems_with_totals(given.totals, document.totals, given.rounding)
    if problems:
        raise RuleBroken(problems)
    return record


def _is_filed(work: Work, paper: Id) -> bool:
    document: Document = work.paper(paper)
    return covering_return(paper, document.dated_on, work.standing) is not None


def _advance(work: Work, register: Register, given: FileAdvance, today: dt.date, date_confirmed: bool) -> Id:
    for key in ("seller", "buyer", "language", "adjusted"):
        if getattr(given, key):
            message = _(
                "An advance issued here is new: nothing was set against it, and the house names itself."
            )
            raise RuleBroken([Problem("ONLY_IMPORT", message, key)])
    if given.gst_rate is None and given.purpose == SERVICES:
        raise RuleBroken([Problem("REQUIRED", _("An advance for services has a rate of GST."), "gst_rate")])
    party_id, _party = register.need_party(given.party)
    return receive_advance(
        work,
        party=party_id,
        dated_on=given.date or today,
        amount_paise=figures.paise(given.amount, "amount"),
        rate_bp=figures.rate_bp(given.gst_rate, "gst_rate"),
        purpose=given.purpose,
        place_of_supply=given.place_of_supply or "",
        cess_paise=figures.paise(given.cess, "cess"),
        mode=given.mode,
        reference=given.reference,
        description=given.description,
        note=given.note,
        today=today,
        date_confirmed=date_confirmed,
    )


def _receipt(work: Work, register: Register, given: FileReceipt, today: dt.date, date_confirmed: bool) -> Id:
    for key in ("seller", "buyer", "language"):
        if getattr(given, key) is not None:
            message = _("A paper issued here takes this from the company and the party.")
            raise RuleBroken([Problem("ONLY_IMPORT", message, key)])
    party_id, _party = register.need_party(given.party)
    lines = []
    for n, each in enumerate(given.allocations or ()):
        if each.until is not None:
            message = _("What is issued here is new: nothing of it was undone.")
            raise RuleBroken([Problem("ONLY_IMPORT", message, f"allocations[{n}].until")])
        types = (each.type,) if each.type else BILLS
        bill = register.need_document(
            each.document, types=types, on=each.date, field=f"allocations[{n}].document"
        )
        lines.append(AllocationLine(bill.id, figures.paise(each.amount, f"allocations[{n}].amount")))
    return record_receipt(
        work,
        party=party_id,
        dated_on=given.date or today,
        amount_paise=figures.paise(given.amount, "amount"),
        mode=given.mode,
        reference=given.reference,
        deductions=deductions_of(given),
        allocate=tuple(lines) or None,
        note=given.note,
        cheque=cheque_of(given),
        foreign=foreign_of(given),
        bank_account=register.need_account(given.bank_account) if given.bank_account else None,
        today=today,
        date_confirmed=date_confirmed,
    )
