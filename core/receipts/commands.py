"""Verbs of receipts: recording money that came in, letting it settle bills in the same Work, and undoing that."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from core.company.commands import company_of
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.commands import allocate as allocate_credit
from core.ledger.commands import release, write_off
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine, OpenItem
from core.ledger.queries import open_item, open_items
from core.ledger.rules import DUE, oldest_first
from core.numbering.commands import check_date, take_number
from core.parties.commands import party_in
from core.parties.model import Party
from core.problems import Problem
from core.receipts.kinds import RECORDED
from core.receipts.model import Cheque, Deduction, ForeignMoney, Receipt
from core.receipts.queries import receipt_of_reference
from core.receipts.rules import ADJUSTMENT, postings_for, problems_with_deduction_code
from core.store.shelf import is_undecided
from core.store.work import Work
from core.words import translate as _

Allocate = Literal["oldest"] | tuple[AllocationLine, ...] | list[AllocationLine] | None
GivenUp = tuple[Id, int, str]
"""A bill, how much of it is written off (paise), and why: one of core.ledger.rules.WRITE_OFF_REASONS."""
CreditUsed = tuple[Id, Sequence[AllocationLine]]
"""A credit note or an earlier receipt, and the bills that it settles beside the money."""


def record_receipt(
    work: Work,
    *,
    party: Id,
    dated_on: dt.date,
    amount_paise: int,
    mode: str,
    reference: str = "",
    deductions: Sequence[Deduction] = (),
    allocate: Allocate = "oldest",
    note: str = "",
    cheque: Cheque | None = None,
    foreign: ForeignMoney | None = None,
    bank_account: Id | None = None,
    write_offs: Sequence[GivenUp] = (),
    credits_used: Sequence[CreditUsed] = (),
    today: dt.date,
    date_confirmed: bool = False,
    reference_confirmed: bool = False,
    facts: Facts | None = None,
) -> Id:
    """Record money received and what the payer kept back, numbered from this device's series; answers its id.

    `allocate` says which bills it settles: the oldest first, these lines, or none (all on account); what no bill
    takes stays on account, and so does all money of who has papers that only a newer version can read. `credits_used`
    settle bills beside it and `write_offs` give up what is left of bills, all in the same Work; when the receipt is
    taken back, so is what was given up with it. An adjustment (a set-off by the customer) brings no money: what was set
    off stands in the deductions. Raises `RuleBroken`: DATE_CHECK, FUTURE, PARTY, TDS_CODE, RANGE, OPEN_AMOUNT,
    ADJUSTMENT, LIMIT, SHELVED, and REFERENCE_USED unless `reference_confirmed` says that one transfer is meant to stand
    on two receipts.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    facts = facts or Facts.in_force()
    payer = party_in(work, party)
    problems = [*_door(work, payer, dated_on, today, mode, reference if not reference_confirmed else "")]
    problems += [_no_money()] if mode == ADJUSTMENT and amount_paise else []
    for at, deduction in enumerate(deductions, 1):
        problems += problems_with_deduction_code(deduction, dated_on, facts, field=f"deductions.{at}")
    if problems or payer is None:
        raise RuleBroken(problems)
    company = company_of(work)
    day = dated_on if cheque is None else max(dated_on, cheque.dated_on)
    given_up = [write_off(work, paper=bill, paise=sum_, reason=why, on=day) for bill, sum_, why in write_offs]
    number = take_number(work, "RECEIPT", dated_on)
    receipt = Receipt(
        number=number.number,
        series=number.series,
        dated_on=dated_on,
        seller=seller_of(company, facts),
        buyer=buyer_of(party, payer, facts),
        amount_paise=amount_paise, mode=mode, reference=reference.strip(), deductions=tuple(deductions), note=note,
        postings=postings_for(amount_paise, mode, deductions),
        language=payer.language or company.language,
        cheque=cheque, foreign=foreign, bank_account=bank_account, given_up=tuple(given_up),
    )  # fmt: skip
    record = work.new_id()
    work.record(RECORDED, record, receipt)
    _settle(work, record, receipt, allocate, credits_used)
    return record


def settle_bills(work: Work, record: Id, *, allocate: Allocate, on: dt.date) -> Id | None:
    """Let a receipt that lies on account settle bills; answers the claim, None when no bill is open.

    `on` is the day from which the bills count as settled, never before the bills or the receipt.
    """
    item = open_item(work.read, record)
    if item is None:
        raise RuleBroken([Problem(code="NOT_STANDING", message=_("This receipt has nothing on account."))])
    return _allocate(work, item.paper, item.party, max(on, item.dated_on), item.open_paise, allocate)


def undo_allocation(
    work: Work, claim: Id, *, on: dt.date, reason: str = "", today: dt.date | None = None
) -> Id:
    """Undo what a receipt or another credit settled by one claim: its bills are open again, the money on account.

    `on` is the day from which; answers the new claim's id. Raises `RuleBroken`: FUTURE, NOT_STANDING, CLOSED.
    """
    known = work.standing.stand(claim)
    if known is None or known.kind != ALLOCATED.name:
        raise RuleBroken([Problem("NOT_STANDING", _("The book has no such settlement."), "claim")])
    if today is not None and on > today:
        raise RuleBroken([Problem("FUTURE", _("Nothing is undone later than today."), "on")])
    body: Allocation = work.paper(claim)
    return release(work, claim, on=max(on, body.allocated_on), reason=reason.strip())


def keep_imported(work: Work, record: Id, receipt: Receipt) -> bool:
    """Keep a receipt that was issued elsewhere, under its own number; False when it is here already."""
    return work.record(RECORDED, record, receipt)


def _no_money() -> Problem:
    message = _("An adjustment brings no money.")
    remedy = _("Leave the amount empty, and enter what was set off as kept back.")
    return Problem("ADJUSTMENT", message, "amount_paise", remedy)


def _door(
    work: Work, payer: Party | None, dated_on: dt.date, today: dt.date, mode: str, reference: str
) -> Iterator[Problem]:
    if payer is None:
        yield Problem(code="PARTY", message=_("Choose the party that paid."), field="party")
    if dated_on > today:
        yield Problem(code="FUTURE", message=_("A receipt is not dated later than today."), field="dated_on")
    known = receipt_of_reference(work.read, reference) if mode != "cash" else None
    if known is not None:
        yield Problem(
            code="REFERENCE_USED",
            message=_("Receipt {number} already has this reference.").format(number=known.number),
            field="reference",
            remedy=_("Check that the money is not entered twice; confirm it if one transfer paid for two."),
        )


def _settle(
    work: Work,
    record: Id,
    receipt: Receipt,
    allocate: Allocate,
    credits_used: Sequence[CreditUsed],
) -> None:
    party, day = receipt.buyer.party, receipt.counts_on
    for credit, lines in credits_used:
        _allocate(work, credit, party, day, 0, list(lines))
    if allocate == "oldest" and is_undecided(work.read, party, work.memo):
        return
    _allocate(work, record, party, day, receipt.credit_paise, allocate)


def _allocate(work: Work, credit: Id, party: Id, on: dt.date, paise: int, allocate: Allocate) -> Id | None:
    if not allocate:
        return None
    bills: list[OpenItem] = open_items(work.read, party=party, side=DUE)
    lines: Sequence[AllocationLine] = oldest_first(bills, paise) if allocate == "oldest" else allocate
    if not lines:
        return None
    dates = {bill.paper: bill.dated_on for bill in bills}
    work.standing.warm(line.document for line in lines)
    effective = max([on, *(dates.get(line.document, on) for line in lines)])
    return allocate_credit(work, credit=credit, party=party, lines=lines, on=effective)
