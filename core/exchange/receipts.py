"""Takes receipts in, under their own numbers."""

from collections.abc import Mapping

from msgspec import structs
from sqlalchemy.engine import Connection

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.credits import Credit
from core.exchange.model import BahiFile, FileReceipt
from core.exchange.outgoing import receipt_as_file
from core.exchange.papers import RATE_OF_EXCHANGE_DECIMALS, company_as, party_as, stated_hash
from core.exchange.reading import Findings, Source, below
from core.exchange.register import Directory, Register
from core.exchange.report import Tally
from core.exchange.write_offs import given_up_with, receipt_key
from core.facts import Facts
from core.fiscal import financial_year
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.numbering.rules import IMPORTED, number_place
from core.problems import Problem
from core.receipts.commands import keep_imported
from core.receipts.model import Cheque, Deduction, ForeignMoney, Receipt
from core.receipts.queries import cheques_taken_before
from core.receipts.rules import cheque_used, postings_for, problems_with_deduction_code
from core.store.work import Work
from core.words import translate as _

KIND = "RCT"


def take_receipts(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally
) -> list[Credit]:
    """Take in `receipts`; answers what the new ones are to settle."""
    received = []
    seen: set[str] = set()
    beside = given_up_with(register, file)
    work.standing.warm(
        register.paper_id(KIND, each.date, each.number)
        for each in file.receipts
        if each.number and each.date is not None
    )
    for n, given in enumerate(file.receipts):
        path = f"receipts[{n}]"
        with findings.within(path):
            receipt = receipt_of(register, given)
            given_up = beside.get(receipt_key(receipt.number, receipt.dated_on), ())
            receipt = structs.replace(receipt, given_up=given_up)
            record, known = keep_receipt(work, register, receipt, seen)
            tally.count("receipts", was_known=known)
            if not known:
                received.append(
                    Credit(record, receipt.buyer.party, receipt.counts_on, receipt.credit_paise,
                           given.allocations or (), path)
                )  # fmt: skip
    return received


def used_cheques(read: Connection, taken: Mapping[Id, str], source: Source) -> dict[Id, Problem]:
    """What to be told of receipts just taken, each with its path: that an earlier one has the cheque already."""
    found = cheques_taken_before(read, list(taken))
    return {
        record: source.placed(below(cheque_used(row.number, row.dated_on, row.amount_paise), taken[record]))
        for record, row in found.items()
    }


def deductions_of(given: FileReceipt) -> tuple[Deduction, ...]:
    """What the payer kept back, as the book keeps it."""
    return tuple(
        Deduction(kind=each.kind, paise=figures.paise(each.amount, f"deductions[{n}].amount"), code=each.code)
        for n, each in enumerate(given.deductions)
    )


def cheque_of(given: FileReceipt) -> Cheque | None:
    """The cheque, as the book keeps it."""
    told = given.cheque
    return None if told is None else Cheque(told.number, told.date, told.bank, told.branch)


def foreign_of(given: FileReceipt) -> ForeignMoney | None:
    """What came in foreign currency, as the book keeps it."""
    told = given.foreign
    if told is None:
        return None
    rate = figures.whole(told.rate, RATE_OF_EXCHANGE_DECIMALS, "foreign.rate")
    return ForeignMoney(told.currency.upper(), figures.paise(told.amount, "foreign.amount"), rate)


def receipt_of(register: Directory, given: FileReceipt, *, facts: Facts | None = None) -> Receipt:
    """The receipt that the file describes. Raises `RuleBroken`."""
    facts = facts or Facts.in_force()
    if not given.number:
        remedy = _("Receipts without a number are for bahi issue.")
        raise RuleBroken([Problem("REQUIRED", _("This receipt has no number."), "number", remedy)])
    if given.date is None:
        raise RuleBroken([Problem("REQUIRED", _("An imported paper has its date."), "date")])
    party_id, kept = register.need_party(given.party)
    party, company = party_as(kept, given.buyer), company_as(register.company, given.seller)
    amount, deductions = figures.paise(given.amount, "amount"), deductions_of(given)
    problems = [
        problem
        for n, each in enumerate(deductions)
        for problem in problems_with_deduction_code(each, given.date, facts, field=f"deductions[{n}]")
    ]
    if problems:
        raise RuleBroken(problems)
    return Receipt(
        number=given.number,
        series=IMPORTED,
        dated_on=given.date,
        seller=seller_of(company, facts),
        buyer=buyer_of(party_id, party, facts),
        amount_paise=amount,
        mode=given.mode,
        reference=given.reference,
        deductions=deductions,
        note=given.note,
        postings=postings_for(amount, given.mode, deductions),
        language=given.language or party.language or company.language,
        origin=IMPORTED,
        stated=stated_hash(given),
        cheque=cheque_of(given),
        foreign=foreign_of(given),
        bank_account=register.need_account(given.bank_account) if given.bank_account else None,
    )


def keep_receipt(work: Work, register: Register, receipt: Receipt, seen: set[str]) -> tuple[Id, bool]:
    """Keep an imported receipt; answers its id and whether it was here already. DUPLICATE for a used number."""
    place = number_place(KIND, financial_year(receipt.dated_on), receipt.number)
    if place in seen:
        raise RuleBroken([_number_used(receipt.number, _("The number {number} stands twice in the file."))])
    seen.add(place)
    holder = work.standing.holder(place)
    if holder is not None:
        if not _is_same(work, holder, receipt):
            message = _("The number {number} is already used by another receipt.")
            raise RuleBroken([_number_used(receipt.number, message)])
        return holder, True
    record = register.paper_id(KIND, receipt.dated_on, receipt.number)
    keep_imported(work, record, receipt)
    return record, False


def _is_same(work: Work, holder: Id, receipt: Receipt) -> bool:
    kept = work.paper(holder)
    if not isinstance(kept, Receipt):
        return False
    if kept.stated == receipt.stated:
        return True
    written = receipt_as_file(work.read, holder, kept)
    return stated_hash(written) == receipt.stated


def _number_used(number: str, message: str) -> Problem:
    return Problem("DUPLICATE", message.format(number=number), "number", _("Correct the number."))
