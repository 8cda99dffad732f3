"""What must be true of receipts, of what takes them back and of money given back, as papers; device and service alike.
Pure. Amounts are paise.
"""

import re
from collections.abc import Iterable, Iterator

from core.gst.number import check_number
from core.ledger.model import Account, Posting
from core.ledger.rules import PAISE_MAX, balanced
from core.problems import Problem
from core.receipts.model import (
    CAUSES,
    DEDUCTION_KINDS,
    MODES,
    PAYBACK,
    RECEIPT,
    Cheque,
    Clearing,
    Deduction,
    Deposit,
    ForeignMoney,
    Payback,
    Receipt,
    Reversal,
)
from core.receipts.rules import ADJUSTMENT, CHEQUE, HERE, foreign_paise, payback_postings
from core.words import money_text
from core.words import translate as _

NEAR_PAISE = 1_00
"""So near its value at the rate foreign money is entered: a bank tells rates to few places."""
ROUND_OFF_MAX_PAISE = 100_00
"""Payers round to a hundred rupees at the most."""

RATE_MAX_MILLIONTHS = 10**12
"""No unit of a currency is worth more than ten lakh rupees."""

_CURRENCY = re.compile("[A-Z]{3}")


def problems_with_receipt(receipt: Receipt) -> Iterator[Problem]:
    """Each thing wrong with a receipt as a paper; device and service alike."""
    yield from check_number(receipt.number, on=receipt.dated_on).problems
    if receipt.mode not in MODES:
        yield Problem(code="CHOICE", message=_("This way of paying is not known."), field="mode")
    if receipt.amount_paise < 0:
        yield Problem(code="RANGE", message=_("An amount received is not negative."), field="amount_paise")
    if max(receipt.amount_paise, receipt.credit_paise) > PAISE_MAX:
        yield Problem("RANGE", _("This amount is absurd."), "amount_paise", _("Look at its digits."))
    if receipt.credit_paise <= 0:
        yield Problem(
            code="REQUIRED", message=_("A receipt is of more than nothing."), field="amount_paise",
            remedy=_("Enter what came in, or what was kept back."),
        )  # fmt: skip
    for at, deduction in enumerate(receipt.deductions, 1):
        yield from _problems_with_deduction(deduction, f"deductions.{at}")
    rounded = sum(each.paise for each in receipt.deductions if each.kind == "round_off")
    if abs(rounded) > ROUND_OFF_MAX_PAISE and receipt.origin == HERE:
        message = _("More than {most} is no rounding.").format(most=money_text(ROUND_OFF_MAX_PAISE))
        yield Problem("RANGE", message, "deductions", _("Write it off with its reason."))
    if receipt.cheque is not None:
        yield from _problems_with_cheque(receipt.cheque, receipt.mode, receipt.origin)
    if receipt.foreign is not None:
        yield from _problems_with_foreign(receipt.foreign)
    if receipt.origin == HERE:
        yield from _problems_with_value(receipt)
    yield from _problems_with_postings(receipt)


def _problems_with_cheque(cheque: Cheque, mode: str, origin: str) -> Iterator[Problem]:
    """What was taken elsewhere may lack the number: it cannot be noted any more."""
    if mode != CHEQUE:
        yield Problem("CHOICE", _("Only money by cheque has a cheque."), "mode")
    if not cheque.number.strip() and origin == HERE:
        yield Problem("REQUIRED", _("A cheque has its number."), "cheque.number")


def _problems_with_foreign(money: ForeignMoney) -> Iterator[Problem]:
    if not _CURRENCY.fullmatch(money.currency) or money.currency == "INR":
        message = _("A currency is three capital letters, and not INR.")
        yield Problem("CURRENCY", message, "foreign.currency")
    if not 0 < money.hundredths <= PAISE_MAX:
        message = _("What came in is more than nothing, and no absurd amount.")
        yield Problem("RANGE", message, "foreign.hundredths")
    if not 0 < money.rate_millionths <= RATE_MAX_MILLIONTHS:
        message = _("A rate of exchange is more than nothing, and no absurd one.")
        yield Problem("RANGE", message, "foreign.rate_millionths")


def _problems_with_value(receipt: Receipt) -> Iterator[Problem]:
    """What came of foreign money and what was kept back of it are its value at its rate; rupees gain nothing by one."""
    kept = sum(each.paise for each in receipt.deductions if each.kind != "exchange")
    money = receipt.foreign
    if money is None:
        if any(each.kind == "exchange" for each in receipt.deductions):
            message = _("Only foreign money brings or loses by the rate of exchange.")
            yield Problem("CHOICE", message, "deductions", _("Say what came in, and at what rate."))
        return
    value = foreign_paise(money.hundredths, money.rate_millionths)
    if abs(receipt.amount_paise + kept - value) > NEAR_PAISE:
        message = _("At this rate it comes to {value}; what came in and what was kept back are {amount}.")
        told = message.format(value=money_text(value), amount=money_text(receipt.amount_paise + kept))
        yield Problem("AMOUNT", told, "foreign.rate_millionths", _("Look at the rate and at both amounts."))


def _problems_with_deduction(deduction: Deduction, field: str) -> Iterator[Problem]:
    if deduction.kind not in DEDUCTION_KINDS:
        yield Problem(code="CHOICE", message=_("This kind of deduction is not known."), field=f"{field}.kind")
    negative = deduction.paise < 0 and deduction.kind not in ("round_off", "exchange")
    if deduction.paise == 0 or negative:
        yield Problem(code="RANGE", message=_("A deduction is of more than nothing."), field=f"{field}.paise")
    if abs(deduction.paise) > PAISE_MAX:
        yield Problem("RANGE", _("This amount is absurd."), f"{field}.paise", _("Look at its digits."))
    if deduction.kind == "tds" and not deduction.code:
        yield Problem(
            code="REQUIRED",
            message=_("TDS names the section or payment code it was deducted under."),
            field=f"{field}.code",
        )


def _problems_with_postings(receipt: Receipt) -> Iterator[Problem]:
    sums: dict[str, int] = {}
    for posting in receipt.postings:
        sums[posting.account] = sums.get(posting.account, 0) + posting.paise
    money = sums.get(Account.BANK, 0) + sums.get(Account.CASH, 0)
    wrong = sum(sums.values()) != 0 or sums.get(Account.DEBTORS, 0) != -receipt.credit_paise
    if wrong or _are_absurd(receipt.postings) or money != receipt.amount_paise:
        yield Problem(
            code="POSTINGS", message=_("What the receipt posts is not what it says."), field="postings"
        )


def problems_with_reversal(reversal: Reversal) -> Iterator[Problem]:
    """Each thing wrong with a reversal as a paper; device and service alike."""
    yield from check_number(reversal.number, on=reversal.dated_on).problems
    if reversal.cause not in CAUSES or reversal.of not in (RECEIPT, PAYBACK):
        yield Problem("CHOICE", _("Say what is taken back, and why."), "cause")
    if reversal.counts_on < reversal.dated_on:
        yield Problem("DATE", _("It does not count before its own date."), "counts_on")
    amounts = (reversal.charges_paise, reversal.amount_paise)
    if min(amounts) < 0 or max(amounts) > PAISE_MAX:
        yield Problem("RANGE", _("An amount taken back is not negative, and not absurd."), "amount_paise")
    sign = -1 if reversal.of == RECEIPT else 1
    money = _sum_of(reversal.postings, Account.BANK, Account.CASH) + reversal.charges_paise
    debtors = -sign * _sum_of(reversal.postings, Account.DEBTORS)
    absurd = _are_absurd(reversal.postings)
    if absurd or not balanced(reversal.postings) or money != sign * reversal.amount_paise or debtors <= 0:
        yield Problem("POSTINGS", _("What it posts is not what it says."), "postings")


def problems_with_payback(payback: Payback) -> Iterator[Problem]:
    """Each thing wrong with a payback as a paper; device and service alike."""
    yield from check_number(payback.number, on=payback.dated_on).problems
    if payback.mode not in MODES or payback.mode == ADJUSTMENT:
        yield Problem("CHOICE", _("Money goes back by cash or through the bank."), "mode")
    if not 0 < payback.amount_paise <= PAISE_MAX:
        message = _("What is given back is more than nothing, and no absurd amount.")
        yield Problem("RANGE", message, "amount_paise")
    if payback.postings != payback_postings(payback.amount_paise, payback.mode):
        yield Problem("POSTINGS", _("What it posts is not what it says."), "postings")


def problems_with_deposit(deposit: Deposit) -> Iterator[Problem]:
    """Whether it names cheques, each once."""
    if not deposit.receipts:
        yield Problem("REQUIRED", _("Choose at least one cheque."), "receipts")
    if len(set(deposit.receipts)) < len(deposit.receipts):
        yield Problem("DUPLICATE", _("A cheque is named twice."), "receipts")


def problems_with_clearing(_clearing: Clearing) -> Iterator[Problem]:
    """None: it names a receipt and a day."""
    return iter(())


def _are_absurd(postings: Iterable[Posting]) -> bool:
    """Whether one is larger than all that a paper and what was kept back of it can be."""
    return any(abs(posting.paise) > 2 * PAISE_MAX for posting in postings)


def _sum_of(postings: Iterable[Posting], *accounts: Account) -> int:
    return sum(posting.paise for posting in postings if posting.account in accounts)
