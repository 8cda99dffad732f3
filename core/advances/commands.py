"""Verbs of advances: receiving one, and giving one back in the same Work that settles it.

An advance is set against an invoice by the ledger's ordinary allocation, on the day it is set off.
"""

import datetime as dt
from collections.abc import Iterator

from msgspec import structs

from core.advances.kinds import RECEIVED, REFUNDED
from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.queries import Uses, uses_of, voucher_of_reference
from core.advances.settling import Advance, settled_refund, settled_voucher
from core.company.commands import company_of
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item
from core.numbering.commands import check_date, take_number
from core.parties.commands import party_in
from core.problems import Problem
from core.store.work import Work
from core.words import money_text
from core.words import translate as _


def receive_advance(
    work: Work,
    *,
    party: Id,
    dated_on: dt.date,
    amount_paise: int,
    rate_bp: int,
    purpose: str,
    place_of_supply: str = "",
    cess_paise: int = 0,
    mode: str,
    reference: str = "",
    description: str = "",
    note: str = "",
    today: dt.date,
    date_confirmed: bool = False,
    reference_confirmed: bool = False,
    facts: Facts | None = None,
) -> Id:
    """Record an advance with its receipt voucher, numbered from this device's series; answers its id.

    `amount_paise` includes GST and cess. All of it is on account until it is set against an invoice or given back.
    Raises `RuleBroken`: DATE_CHECK, FUTURE, PARTY, PLACE_OF_SUPPLY, TAX_NOT_ALLOWED, RANGE, CHOICE, and
    REFERENCE_USED unless `reference_confirmed` says that one transfer is meant to stand on two vouchers.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    facts = facts or Facts.in_force()
    payer = party_in(work, party)
    problems = [*_future(dated_on, today)]
    if mode != "cash" and not reference_confirmed:
        problems += _used(work, reference)
    if payer is None:
        problems.append(Problem("PARTY", _("Choose the party that paid."), "party"))
    if problems or payer is None:
        raise RuleBroken(problems)
    asked = Advance(
        dated_on,
        amount_paise,
        rate_bp,
        purpose,
        place_of_supply,
        cess_paise,
        mode,
        reference,
        description,
        note,
    )
    paper = settled_voucher(asked, company=company_of(work), party_id=party, party=payer, facts=facts)
    number = take_number(work, "VOUCHER", dated_on)
    record = work.new_id()
    work.record(RECEIVED, record, structs.replace(paper, number=number.number, series=number.series))
    return record


def refund_advance(
    work: Work,
    *,
    voucher: Id,
    dated_on: dt.date,
    amount_paise: int,
    reason: str,
    mode: str,
    reference: str = "",
    today: dt.date,
    date_confirmed: bool = False,
) -> Id:
    """Give an advance back, whole or in part, with its refund voucher; answers its id.

    The refund is paid from what is open of the advance in the same Work. Raises `RuleBroken`: DATE_CHECK, FUTURE,
    DATE, NOT_STANDING, RANGE, OPEN_AMOUNT when less is open, REQUIRED without a reason.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    problems = [*_future(dated_on, today), *_unfit(work, voucher, dated_on, amount_paise)]
    if not reason.strip():
        problems.append(Problem("REQUIRED", _("Say why the advance is given back."), "reason"))
    if problems:
        raise RuleBroken(problems)
    number = take_number(work, "REFUND", dated_on)
    taken = uses_of(work.read, [voucher]).get(voucher, Uses())
    paper = settled_refund(
        work.paper(voucher), voucher, number=number.number, series=number.series, dated_on=dated_on,
        amount_paise=amount_paise, reason=reason, mode=mode, reference=reference,
        uses=taken.adjusted, refunds=taken.refunded,
    )  # fmt: skip
    record = work.new_id()
    work.record(REFUNDED, record, paper)
    pay_refund(work, record, paper)
    return record


def keep_imported(work: Work, record: Id, paper: ReceiptVoucher | RefundVoucher) -> bool:
    """Keep a voucher that was issued elsewhere, under its own number; False when it is here already.

    An imported refund is paid from its advance by `pay_refund`, in the same Work.
    """
    if isinstance(paper, RefundVoucher):
        return work.record(REFUNDED, record, paper)
    return work.record(RECEIVED, record, paper)


def pay_refund(work: Work, record: Id, refund: RefundVoucher) -> Id:
    """Let what is open of the advance pay a refund that was just recorded; answers the claim's id."""
    lines = [AllocationLine(record, refund.amount_paise)]
    return allocate(work, credit=refund.voucher, party=refund.buyer.party, lines=lines, on=refund.dated_on)


def _future(dated_on: dt.date, today: dt.date) -> Iterator[Problem]:
    if dated_on > today:
        yield Problem("FUTURE", _("A voucher is not dated later than today."), "dated_on")


def _used(work: Work, reference: str) -> Iterator[Problem]:
    known = voucher_of_reference(work.read, reference)
    if known is not None:
        message = _("Voucher {number} already has this reference.").format(number=known.number)
        remedy = _("Check that the money is not entered twice; confirm it if one transfer paid for two.")
        yield Problem("REFERENCE_USED", message, "reference", remedy)


def _unfit(work: Work, voucher: Id, dated_on: dt.date, amount_paise: int) -> Iterator[Problem]:
    stand, item = work.standing.stand(voucher), open_item(work.read, voucher)
    if stand is None or stand.kind != RECEIVED.name or not stand.stands or item is None:
        yield Problem("NOT_STANDING", _("The book has no such advance."), "voucher")
        return
    if dated_on < item.dated_on:
        yield Problem("DATE", _("An advance is not given back before it came in."), "dated_on")
    if amount_paise > item.open_paise:
        message = _("Only {open} of this advance is left.").format(open=money_text(item.open_paise))
        yield Problem("OPEN_AMOUNT", message, "amount_paise", _("Give back that much at the most."))
