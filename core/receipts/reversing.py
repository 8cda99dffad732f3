"""Verbs of money that goes back: a cheque bounced, a receipt taken back, money given back to a party in credit."""

import datetime as dt
from collections.abc import Iterator

from core.company.commands import company_of
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.commands import allocate, release
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item
from core.ledger.rules import CREDIT
from core.numbering.commands import check_date, take_number
from core.parties.commands import party_in
from core.problems import Problem
from core.receipts.cheques import before_deposit
from core.receipts.kinds import PAID_BACK, RECORDED, REVERSED
from core.receipts.model import BOUNCED, MISTAKE, PAYBACK, RECEIPT, Payback, Receipt, Reversal
from core.receipts.queries import settlements
from core.receipts.rules import UNBANKED, payback_postings, reversal_postings
from core.store.work import Work
from core.words import date_text, money_text
from core.words import translate as _

_ADVANCE = "RCV"


def bounce_receipt(
    work: Work,
    receipt: Id,
    *,
    on: dt.date,
    reason: str,
    charges_paise: int = 0,
    today: dt.date,
    date_confirmed: bool = False,
) -> Id:
    """The bank returned a cheque or sent a transfer back: every bill it settled is open again from `on`.

    What was written off with it is open again too; what our bank took for it is booked as its charges. Answers the
    reversal's id. Raises `RuleBroken`: DATE_CHECK, FUTURE, DATE, NOT_STANDING when it was taken back already, CHOICE
    for cash, REQUIRED without a reason, RANGE, CLOSED, ADVANCE.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    problems = [*_unfit(work, receipt, RECORDED.name, on, today, reason)]
    if not problems:
        paper: Receipt = work.paper(receipt)
        problems += [*_unbounced(paper, on, charges_paise), *before_deposit(work, receipt, on)]
    if problems:
        raise RuleBroken(problems)
    return _reverse(work, receipt, paper, RECEIPT, on, BOUNCED, reason, charges_paise)


def reverse_receipt(
    work: Work, receipt: Id, *, on: dt.date, reason: str, today: dt.date, date_confirmed: bool = False
) -> Id:
    """Take a receipt back that was entered by mistake, or whose cheque was handed back; answers the reversal's id.

    What it settled, and what was written off with it, is open again. Raises `RuleBroken`: DATE_CHECK, FUTURE, DATE,
    NOT_STANDING, REQUIRED, CLOSED.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    problems = [*_unfit(work, receipt, RECORDED.name, on, today, reason)]
    if problems:
        raise RuleBroken(problems)
    return _reverse(work, receipt, work.paper(receipt), RECEIPT, on, MISTAKE, reason, 0)


def reverse_payback(
    work: Work, payback: Id, *, on: dt.date, reason: str, today: dt.date, date_confirmed: bool = False
) -> Id:
    """Take money given back out again, which was entered by mistake: the credit is there as before.

    Answers the reversal's id. Raises `RuleBroken`: as for a receipt.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    problems = [*_unfit(work, payback, PAID_BACK.name, on, today, reason)]
    if problems:
        raise RuleBroken(problems)
    paper: Payback = work.paper(payback)
    for settled in settlements(work.read, payback):
        release(work, settled.claim, on=max(on, settled.allocated_on), reason=reason.strip())
    return _reverse(work, payback, paper, PAYBACK, on, MISTAKE, reason, 0)


def pay_back(
    work: Work,
    credit: Id,
    *,
    on: dt.date,
    amount_paise: int,
    mode: str,
    reference: str = "",
    reason: str,
    bank_account: Id | None = None,
    today: dt.date,
    date_confirmed: bool = False,
    facts: Facts | None = None,
) -> Id:
    """Give money back that lies on account of a receipt, or what a credit note still gives; answers the payback's id.

    It is paid from the credit in the same Work. Raises `RuleBroken`: DATE_CHECK, FUTURE, DATE, NOT_STANDING, RANGE,
    OPEN_AMOUNT when less is left, REQUIRED without a reason, ADVANCE for an advance, which has its refund voucher.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    problems = [*_unpayable(work, credit, on, today, amount_paise)]
    if not reason.strip():
        problems.append(Problem("REQUIRED", _("Say why the money is given back."), "reason"))
    if problems:
        raise RuleBroken(problems)
    item = open_item(work.read, credit)
    assert item is not None, "asked above"
    company, party, facts = company_of(work), party_in(work, item.party), facts or Facts.in_force()
    if party is None:
        raise RuleBroken([Problem("PARTY", _("The party of this credit is not known."), "credit")])
    number = take_number(work, "PAYBACK", on)
    paper = Payback(
        number=number.number,
        series=number.series,
        dated_on=on,
        seller=seller_of(company, facts),
        buyer=buyer_of(item.party, party, facts),
        amount_paise=amount_paise,
        credit=credit,
        credit_number=item.number,
        mode=mode,
        reference=reference.strip(),
        reason=reason.strip(),
        postings=payback_postings(amount_paise, mode),
        language=party.language or company.language,
        bank_account=bank_account,
    )
    record = work.new_id()
    work.record(PAID_BACK, record, paper)
    allocate(work, credit=credit, party=item.party, lines=[AllocationLine(record, amount_paise)], on=on)
    return record


def keep_imported(work: Work, record: Id, paper: Reversal | Payback) -> bool:
    """Keep a reversal or payback that was made elsewhere, under its own number; False when it is here already."""
    if isinstance(paper, Payback):
        return work.record(PAID_BACK, record, paper)
    return work.record(REVERSED, record, paper)


def _reverse(
    work: Work,
    record: Id,
    paper: Receipt | Payback,
    of: str,
    on: dt.date,
    cause: str,
    reason: str,
    charges_paise: int,
) -> Id:
    for claim in paper.given_up if isinstance(paper, Receipt) else ():
        stand = work.standing.stand(claim)
        if stand is not None and stand.stands:
            release(work, claim, on=on, reason=reason.strip())
    number = take_number(work, "REVERSAL", on)
    counted = paper.counts_on if isinstance(paper, Receipt) else paper.dated_on
    reversal = Reversal(
        number=number.number,
        series=number.series,
        dated_on=on,
        counts_on=max(on, counted),
        paper=record,
        paper_number=paper.number,
        seller=paper.seller,
        buyer=paper.buyer,
        amount_paise=paper.amount_paise,
        of=of,
        cause=cause,
        reason=reason.strip(),
        charges_paise=charges_paise,
        postings=reversal_postings(paper.postings, charges_paise),
        language=paper.language,
        cheque=paper.cheque if isinstance(paper, Receipt) else None,
    )
    made = work.new_id()
    work.record(REVERSED, made, reversal)
    return made


def _unfit(work: Work, record: Id, kind: str, on: dt.date, today: dt.date, reason: str) -> Iterator[Problem]:
    known, item = work.standing.stand(record), open_item(work.read, record)
    if item is not None and item.type == _ADVANCE:
        message = _("An advance is taken back by its refund voucher.")
        yield Problem("ADVANCE", message, "", _("Issue the refund voucher from the advance."))
        return
    if known is None or known.kind != kind or not known.stands:
        yield Problem("NOT_STANDING", _("This does not stand: it was taken back already, or is held."))
        return
    paper: Receipt | Payback = work.paper(record)
    if on > today:
        yield Problem("FUTURE", _("Nothing is taken back later than today."), "dated_on")
    if on < paper.dated_on:
        yield Problem("DATE", _("Nothing is taken back before it came."), "dated_on")
    if not reason.strip():
        yield Problem("REQUIRED", _("Say why it is taken back."), "reason")


def _unbounced(paper: Receipt, on: dt.date, charges_paise: int) -> Iterator[Problem]:
    if paper.mode in UNBANKED:
        message = _("No bank returns cash or an adjustment.")
        yield Problem("CHOICE", message, "mode", _("Take the receipt back instead."))
    elif on < paper.counts_on:
        message = _("The bank did not see this cheque before {date}.").format(date=date_text(paper.counts_on))
        yield Problem("DATE", message, "dated_on", _("Take the receipt back instead."))
    if charges_paise < 0:
        yield Problem("RANGE", _("The bank's charges are not negative."), "charges_paise")


def _unpayable(work: Work, credit: Id, on: dt.date, today: dt.date, amount_paise: int) -> Iterator[Problem]:
    item, known = open_item(work.read, credit), work.standing.stand(credit)
    if item is None or item.side != CREDIT or known is None or not known.stands:
        yield Problem("NOT_STANDING", _("The book has no such credit."), "credit")
        return
    if item.type == _ADVANCE:
        yield Problem("ADVANCE", _("An advance is given back by its refund voucher."), "credit")
    if on > today:
        yield Problem("FUTURE", _("Money is not given back later than today."), "dated_on")
    if on < item.dated_on:
        yield Problem("DATE", _("Money is not given back before it came in."), "dated_on")
    if amount_paise > item.open_paise:
        message = _("Only {open} is left of it.").format(open=money_text(item.open_paise))
        yield Problem("OPEN_AMOUNT", message, "amount_paise", _("Give back that much at the most."))
