"""Advances and refunds, in and out: receipt vouchers with what was set against invoices, and refund vouchers.

An adjustment against an invoice that the book has becomes an allocation of that day; one against an invoice that it
does not have stays in the voucher. A voucher that comes again may bring adjustments that are new.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import structs
from sqlalchemy.engine import Connection

from core.advances.commands import keep_imported
from core.advances.model import AdjustedElsewhere, ReceiptVoucher, RefundVoucher
from core.advances.queries import Uses, uses_of
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER, SERVICES
from core.advances.settling import Advance, settled_refund, settled_voucher
from core.company.model import Company
from core.company.queries import company as company_in
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.credits import Credit, Undone, undo_all
from core.exchange.document_model import FileReference
from core.exchange.model import BahiFile, FileAdjusted, FileAdvance, FileRefund
from core.exchange.outgoing import Names, own_code
from core.exchange.papers import company_as, party_as, stated_hash
from core.exchange.parts import FilePerson
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.exchange.set_offs import UNKNOWN, SetOff, adjusted_elsewhere, placed, set_off_bills
from core.exchange.uses import uses_of_bill, uses_of_credit
from core.exchange.written import file_buyer, file_seller
from core.facts import Facts
from core.fiscal import financial_year
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine
from core.money import rupees
from core.numbering.rules import IMPORTED, number_place
from core.parties.model import Party
from core.parties.queries import party as party_in
from core.problems import Problem
from core.receipts.projection import PAYBACK_TYPE
from core.store.work import Work
from core.words import translate as _


class Kept(NamedTuple):
    """A voucher that the book has now, and what the file sets it against; `was_known` says that it had it before."""

    id: Id
    party: Id
    voucher: ReceiptVoucher
    set_off: list[SetOff]
    path: str
    was_known: bool


def take_vouchers(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally
) -> list[Kept]:
    """Take in the vouchers of `advances`, after the documents."""
    seen: set[str] = set()
    kept = []
    for n, advance in enumerate(file.advances):
        with findings.within(f"advances[{n}]"):
            place = _place(RECEIPT_VOUCHER, advance.number, advance.date, seen)
            kept.append(_take_advance(work, register, advance, place, f"advances[{n}]"))
            tally.count("advances", was_known=kept[-1].was_known)
    return kept


def take_undone_set_offs(
    work: Work, register: Register, vouchers: Iterable[Kept], findings: Findings
) -> None:
    """Set new vouchers against what they were once set against, and undo that."""
    for kept in vouchers:
        gone = [
            Undone(each.bill.id, each.paise, each.on, each.until, each.reason)
            for each in kept.set_off
            if each.until is not None
        ]
        with findings.within(f"{kept.path}.adjusted"):
            if gone and not kept.was_known:
                paise = kept.voucher.amount_paise
                undo_all(
                    work, register, Credit(kept.id, kept.party, kept.voucher.dated_on, paise, None, ""), gone
                )


def take_set_offs(
    work: Work, register: Register, vouchers: Iterable[Kept], file: BahiFile, findings: Findings, tally: Tally
) -> None:
    """Set vouchers against invoices, then take in `refunds`, oldest first."""
    for kept in vouchers:
        with findings.within(kept.path):
            standing = [each for each in kept.set_off if each.until is None]
            set_off_bills(work, register, kept.id, kept.party, standing)
    seen: set[str] = set()
    for n in sorted(range(len(file.refunds)), key=lambda n: file.refunds[n].date or dt.date.max):
        refund = file.refunds[n]
        with findings.within(f"refunds[{n}]"):
            place = _place(REFUND_VOUCHER, refund.number, refund.date, seen)
            tally.count("refunds", was_known=_take_refund(work, register, refund, place))


def settle_advance(
    given: FileAdvance,
    company: Company,
    party_id: Id,
    party: Party,
    facts: Facts,
    *,
    elsewhere: Sequence[AdjustedElsewhere] | None = None,
) -> ReceiptVoucher:
    """The receipt voucher that the file describes; every adjustment is one of its own unless `elsewhere` says which.

    Raises `RuleBroken` with fields below the advance's path.
    """
    number, dated_on = _named(given.number, given.date)
    if given.gst_rate is None and given.purpose == SERVICES:
        raise RuleBroken([Problem("REQUIRED", _("An advance for services has a rate of GST."), "gst_rate")])
    said_party, said_company = party_as(party, given.buyer), company_as(company, given.seller)
    asked = Advance(
        dated_on=dated_on,
        amount_paise=figures.paise(given.amount, "amount"),
        rate_bp=figures.rate_bp(given.gst_rate, "gst_rate"),
        purpose=given.purpose,
        place_of_supply=given.place_of_supply or "",
        cess_paise=figures.paise(given.cess, "cess"),
        mode=given.mode,
        reference=given.reference,
        description=given.description,
        note=given.note,
    )
    apart = adjusted_elsewhere(given) if elsewhere is None else tuple(elsewhere)
    voucher = settled_voucher(
        asked, company=said_company, party_id=party_id, party=said_party, facts=facts, elsewhere=apart
    )
    return structs.replace(
        voucher,
        number=number,
        series=IMPORTED,
        language=given.language or voucher.language,
        origin=IMPORTED,
        stated=_stated(given, apart),
    )


def advance_as_file(
    read: Connection, record: Id, voucher: ReceiptVoucher, names: Names | None = None
) -> FileAdvance:
    """A receipt voucher as the file writes it, with all that was set against invoices."""
    apart = _apart(voucher.elsewhere)
    together = [
        FileAdjusted(
            document=use.bill.number,
            date=use.on,
            amount=figures.rupees(use.paise),
            type=use.bill.type,  # type: ignore[arg-type]
            document_date=use.bill.dated_on,
            until=use.until,
            reason=use.reason,
        )
        for use in uses_of_credit(read, record)
        if use.bill.type not in (REFUND_VOUCHER, PAYBACK_TYPE)
    ]
    return _written(read, voucher, (*apart, *together), names)


def refund_as_file(
    read: Connection, record: Id, refund: RefundVoucher, names: Names | None = None
) -> FileRefund:
    """A refund voucher as the file writes it. Raises `RuleBroken` when its advance has not paid all of it."""
    uses = uses_of_bill(read, record)
    if [(use.credit, use.paise, use.until) for use in uses] != [(refund.voucher, refund.amount_paise, None)]:
        message = _("The refund {number} is not paid from its advance, so no file can carry it yet.")
        remedy = _("Look at it in the list of receipts.")
        raise RuleBroken([Problem("UNPAID", message.format(number=refund.number), "refunds", remedy)])
    code, party, company = _code(read, refund, names)
    usual = party.language or company.language
    paid_on = uses[0].on
    return FileRefund(
        party=code,
        voucher=FileReference(number=refund.voucher_number, date=refund.voucher_on),
        amount=figures.rupees(refund.amount_paise),
        number=refund.number,
        date=refund.dated_on,
        reason=refund.reason,
        mode=refund.mode,  # type: ignore[arg-type]
        reference=refund.reference,
        note=refund.note,
        language=refund.language if refund.language != usual else None,
        seller=file_seller(refund.seller, company),
        buyer=_buyer(refund, party),
        paid_on=paid_on if paid_on != refund.dated_on else None,
    )


def _take_advance(work: Work, register: Register, given: FileAdvance, place: str, path: str) -> Kept:
    holder = work.standing.holder(place)
    kept = work.paper(holder) if holder is not None else None
    party_id, party = register.need_party(given.party)
    known = kept.elsewhere if isinstance(kept, ReceiptVoucher) else ()
    set_off, elsewhere, more = placed(register, given, party_id, known)
    if holder is not None:
        known_voucher = _check_known(work, given, kept, more)
        return Kept(holder, party_id, known_voucher, set_off, path, True)
    voucher = settle_advance(
        given, register.company, party_id, party, Facts.in_force(), elsewhere=[*elsewhere, *more]
    )
    record = register.paper_id(RECEIPT_VOUCHER, voucher.dated_on, voucher.number)
    keep_imported(work, record, voucher)
    return Kept(record, party_id, voucher, set_off, path, False)


def _check_known(
    work: Work, given: FileAdvance, kept: object, more: Sequence[AdjustedElsewhere]
) -> ReceiptVoucher:
    """Refuse a voucher that is here with other words, or without an adjustment that no paper can take on later."""
    if not isinstance(kept, ReceiptVoucher) or _stated(given, kept.elsewhere) not in (
        kept.stated,
        _stated(_written(work.read, kept, (), None), kept.elsewhere),
    ):
        raise RuleBroken([_number_used(given.number)])
    if more:
        message = _("The voucher {number} is here already, without its adjustment against {document}.")
        remedy = _("Take in the invoice first.")
        text = message.format(number=given.number, document=more[0].number)
        raise RuleBroken([Problem("DUPLICATE", text, "adjusted", remedy)])
    return kept


def _take_refund(work: Work, register: Register, given: FileRefund, place: str) -> bool:
    party_id, party = register.need_party(given.party)
    voucher_id, voucher = _voucher_of(work, given)
    if voucher.buyer.party != party_id:
        raise RuleBroken([Problem("PARTY", _("This voucher is another party's."), "voucher")])
    holder = work.standing.holder(place)
    if holder is not None:
        kept = work.paper(holder)
        if not isinstance(kept, RefundVoucher) or stated_hash(given) not in (
            kept.stated,
            stated_hash(refund_as_file(work.read, holder, kept)),
        ):
            raise RuleBroken([_number_used(given.number)])
        return True
    refund = _refund(work, register, given, voucher, voucher_id, party)
    stand = work.standing.stand(voucher_id)
    left = stand.open_paise if stand else 0
    if refund.amount_paise > left:
        raise RuleBroken([given_back_too_much(refund.amount_paise, left)])
    record = register.paper_id(REFUND_VOUCHER, refund.dated_on, refund.number)
    keep_imported(work, record, refund)
    # Its id is of the file's making too: the same file pays once on two devices, and a filed month covers it.
    claim = register.id_of("refund", record.hex())
    lines = (AllocationLine(record, refund.amount_paise),)
    on = given.paid_on or refund.dated_on
    work.record(ALLOCATED, claim, Allocation(voucher_id, party_id, on, lines))
    return False


def given_back_too_much(paise: int, left_paise: int) -> Problem:
    """The refusal of a refund of more than is left of its advance."""
    message = _("{asked} is given back, but only {open} of the advance is left.")
    return Problem(
        "OPEN_AMOUNT", message.format(asked=rupees(paise), open=rupees(max(left_paise, 0))), "amount"
    )


def _voucher_of(work: Work, given: FileRefund) -> tuple[Id, ReceiptVoucher]:
    named = given.voucher
    record = work.standing.holder(number_place(RECEIPT_VOUCHER, financial_year(named.date), named.number))
    kept = work.paper(record) if record is not None else None
    if record is None or not isinstance(kept, ReceiptVoucher):
        message = _("There is no receipt voucher {number} here.").format(number=named.number)
        raise RuleBroken([Problem(UNKNOWN, message, "voucher")])
    return record, kept


def _refund(
    work: Work,
    register: Register,
    given: FileRefund,
    voucher: ReceiptVoucher,
    voucher_id: Id,
    party: Party,
) -> RefundVoucher:
    number, dated_on = _named(given.number, given.date)
    facts, taken = Facts.in_force(), uses_of(work.read, [voucher_id]).get(voucher_id, Uses())
    said_party, company = party_as(party, given.buyer), company_as(register.company, given.seller)
    settled = settled_refund(
        voucher, voucher_id, number=number, series=IMPORTED, dated_on=dated_on,
        amount_paise=figures.paise(given.amount, "amount"), reason=given.reason, mode=given.mode,
        reference=given.reference, note=given.note, uses=taken.adjusted, refunds=taken.refunded,
    )  # fmt: skip
    return structs.replace(
        settled,
        seller=seller_of(company, facts),
        buyer=buyer_of(voucher.buyer.party, said_party, facts),
        language=given.language or party.language or company.language,
        origin=IMPORTED,
        stated=stated_hash(given),
    )


def _named(number: str | None, dated_on: dt.date | None) -> tuple[str, dt.date]:
    if not number:
        raise RuleBroken([Problem("REQUIRED", _("This voucher has no number."), "number")])
    if dated_on is None:
        raise RuleBroken([Problem("REQUIRED", _("An imported paper has its date."), "date")])
    return number, dated_on


def _place(type_: str, number: str | None, dated_on: dt.date | None, seen: set[str]) -> str:
    """The place that a voucher's number holds. Raises `RuleBroken`, with DUPLICATE when the file has it twice."""
    number, dated_on = _named(number, dated_on)
    place = number_place(type_, financial_year(dated_on), number)
    if place in seen:
        message = _("The number {number} stands twice in the file.").format(number=number)
        raise RuleBroken([Problem("DUPLICATE", message, "number", _("Correct the number."))])
    seen.add(place)
    return place


def _number_used(number: str | None) -> Problem:
    message = _("The number {number} is already used by another voucher.").format(number=number)
    return Problem("DUPLICATE", message, "number", _("Correct the number."))


def _apart(elsewhere: Sequence[AdjustedElsewhere]) -> tuple[FileAdjusted, ...]:
    return tuple(
        FileAdjusted(
            document=each.number, date=each.dated_on, amount=figures.rupees(each.paise), elsewhere=True
        )
        for each in elsewhere
    )


def _stated(given: FileAdvance, elsewhere: Sequence[AdjustedElsewhere]) -> bytes:
    """What the voucher itself states: adjustments against bills of the book are claims, and no part of it."""
    return stated_hash(structs.replace(given, adjusted=_apart(elsewhere)))


def _written(
    read: Connection, voucher: ReceiptVoucher, adjusted: tuple[FileAdjusted, ...], names: Names | None
) -> FileAdvance:
    code, party, company = _code(read, voucher, names)
    usual = party.language or company.language
    tax = voucher.tax
    return FileAdvance(
        party=code,
        amount=figures.rupees(voucher.amount_paise),
        number=voucher.number,
        date=voucher.dated_on,
        gst_rate=figures.plain(voucher.rate_bp, 2) if voucher.purpose == SERVICES else None,
        cess=figures.rupees(tax.cess_paise) if tax.cess_paise else None,
        purpose=voucher.purpose,  # type: ignore[arg-type]
        place_of_supply=voucher.place_of_supply,
        description=voucher.description,
        mode=voucher.mode,  # type: ignore[arg-type]
        reference=voucher.reference,
        note=voucher.note,
        language=voucher.language if voucher.language != usual else None,
        adjusted=adjusted,
        seller=file_seller(voucher.seller, company),
        buyer=_buyer(voucher, party),
    )


def _code(
    read: Connection, paper: ReceiptVoucher | RefundVoucher, names: Names | None
) -> tuple[str, Party, Company]:
    """The code that the file knows the party by, the party and the company as they are now."""
    record = paper.buyer.party
    if names is not None:
        return *names.parties[record], names.company
    party = party_in(read, record) or Party()
    return own_code(party.code, record, "P"), party, company_in(read)


def _buyer(paper: ReceiptVoucher | RefundVoucher, party: Party) -> FilePerson | None:
    said = file_buyer(paper.buyer, party)
    if paper.buyer.gstin != party.registration.gstin:
        said = structs.replace(said or FilePerson(), gstin=paper.buyer.gstin or None)
    return said
