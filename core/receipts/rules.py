"""What a receipt posts, and what a payer may be expected to keep back. Pure.

Amounts are paise. TDS is reckoned on the value without GST where GST stands apart (CBDT Circular 23/2017) and
rounded to a whole rupee (Income-tax Act, s. 288B).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from core.facts import Facts, TdsCode
from core.ids import Id
from core.invoicing.model import Document
from core.ledger.model import Account, AllocationLine, Posting
from core.ledger.rules import reference_key
from core.money import half_up, round_to_rupee
from core.problems import Problem
from core.receipts.model import (
    Cheque,
    Deduction,
    ForeignMoney,
    Payback,
    Receipt,
    Reversal,
)
from core.words import amount_text, date_text, money_text
from core.words import translate as _

PERSONS = frozenset("PH")
"""The fourth letter of the PAN of an individual or a Hindu undivided family."""

ADJUSTMENT, CHEQUE = "adjustment", "cheque"
HERE = "here"
"""The origin of what this house took itself."""
UNBANKED = ("cash", ADJUSTMENT)
"""Ways of paying that no bank can refuse afterwards."""

CHEQUE_MONTHS = 3
"""A bank pays no cheque presented later than three months after its date (RBI, DBOD.AML.BC.No.47/14.01.001/2011-12)."""

_MILLION = 1_000_000

_CONTRACTORS = frozenset({"194C", "393(1)SL6(I)"})

_ACCOUNTS = {
    "tds": Account.TDS_RECEIVABLE,
    "gst_tds": Account.GST_TDS_RECEIVABLE,
    "retention": Account.RETENTION,
    "bank_charge": Account.BANK_CHARGES,
    "round_off": Account.ROUND_OFF,
    "exchange": Account.EXCHANGE_DIFFERENCE,
    "other": Account.OTHER_DEDUCTIONS,
}


def problems_with_deduction_code(
    deduction: Deduction, on: dt.date, facts: Facts, *, field: str
) -> Iterator[Problem]:
    """Whether a TDS code was in force on the day of the deduction. Asked at the door, never by the service."""
    if deduction.kind != "tds" or not deduction.code or codes_named(deduction.code, on, facts):
        return
    known = sorted({code.code for code in facts.tds_codes_on(on)})
    yield Problem(
        code="TDS_CODE",
        message=_("{code} is no TDS section or payment code of {date}.").format(
            code=deduction.code, date=date_text(on)
        ),
        field=f"{field}.code",
        remedy=_("In force on that day: {codes}.").format(codes=", ".join(known)),
    )


def codes_named(code: str, on: dt.date, facts: Facts) -> list[TdsCode]:
    """The facts that a section or payment code names on a day: "194C", "194J(b)", "1024"."""
    wanted = _bare(code)
    return [fact for fact in facts.tds_codes_on(on) if wanted in (_bare(fact.code), _bare(fact.section))]


def _bare(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum() or letter in "()")


def tds_rate_bp(code: str, on: dt.date, facts: Facts, *, pan: str = "") -> int | None:
    """The rate a payer deducts at under a code, for a payee of this PAN; None where no rate is known.

    A contractor who is a person or a family bears the lower rate of 194C (the fourth letter of the PAN tells);
    where a section has two rates for two services and the code does not say which, the higher is expected.
    """
    named = codes_named(code, on, facts)
    rates = sorted({fact.rate_bp for fact in named if fact.rate_bp is not None})
    if not rates:
        return None
    is_person = len(pan) == 10 and pan[3].upper() in PERSONS
    contractor = any(_bare(fact.section) in _CONTRACTORS for fact in named)
    return rates[0] if contractor and is_person else rates[-1]


def tds_base_paise(document: Document) -> int:
    """What TDS on a document is reckoned on: its value without GST, cess and round-off."""
    totals = document.totals
    return (
        totals.taxable_paise
        + totals.nil_paise
        + totals.exempt_paise
        + totals.non_gst_paise
        + totals.other_charges_paise
    )


def expected_tds(base_paise: int, code: str, on: dt.date, facts: Facts, *, pan: str = "") -> int:
    """The TDS to expect on a value without GST, to a whole rupee; 0 where the code or its rate is not known."""
    rate = tds_rate_bp(code, on, facts, pan=pan)
    return 0 if rate is None else round_to_rupee(half_up(base_paise * rate, 10_000))


def postings_for(amount_paise: int, mode: str, deductions: Sequence[Deduction]) -> tuple[Posting, ...]:
    """Debit bank or cash and what was kept back, credit the debtors with all of it."""
    money = Account.CASH if mode == "cash" else Account.BANK
    sums: dict[str, int] = {money.value: amount_paise}
    for deduction in deductions:
        account = _ACCOUNTS[deduction.kind].value
        sums[account] = sums.get(account, 0) + deduction.paise
    credit = amount_paise + sum(deduction.paise for deduction in deductions)
    postings = [Posting(account=account, paise=paise) for account, paise in sums.items() if paise]
    return (*postings, Posting(account=Account.DEBTORS.value, paise=-credit))


def cash_warning(cash_paise: int, on: dt.date, facts: Facts) -> Problem | None:
    """A warning when the cash of one person on one day reaches the limit of law (s. 269ST); never a refusal."""
    limit = facts.limit("cash_receipt", on)
    if cash_paise < limit:
        return None
    return Problem(
        code="CASH_LIMIT",
        message=_("{amount} in cash from one person in a day: the law bars {limit} or more.").format(
            amount=money_text(cash_paise), limit=money_text(limit)
        ),
        field="mode",
        remedy=_("Take the money by bank, or ask your adviser before you keep it."),
    )


def cheque_key(number: str) -> str:
    """A cheque's number as it is compared: without noughts before it, for it is written either way."""
    return reference_key(number).lstrip("0")


def same_bank(one: str, other: str) -> bool:
    """Whether two cheques may be of one bank: of some nobody wrote down which it was."""
    return not one or not other or reference_key(one) == reference_key(other)


def cheque_used(number: str, dated_on: dt.date, amount_paise: int) -> Problem:
    """What to be told of a cheque that a receipt, of this number, day and amount, has already. Never a refusal."""
    message = _("Receipt {number} of {date}, {amount}, has this cheque already.").format(
        number=number, date=date_text(dated_on), amount=amount_text(amount_paise)
    )
    return Problem("CHEQUE_USED", message, "cheque.number")


def cheque_warnings(cheque: Cheque, received_on: dt.date) -> list[Problem]:
    """What to be told of a cheque as it is taken: that it is post-dated, or too old to be paid. Never a refusal."""
    if cheque.dated_on > received_on:
        message = _("Post-dated: the money counts from {date}, and until then the bills stand open.")
        told = message.format(date=date_text(cheque.dated_on))
        return [Problem("POST_DATED", told, "cheque_on", _("Nobody is reminded of what the cheque covers."))]
    if _months_after(cheque.dated_on, CHEQUE_MONTHS) < received_on:
        message = _("This cheque is older than three months: no bank pays it.")
        return [Problem("STALE", message, "cheque_on", _("Ask for a new one."))]
    return []


def _months_after(on: dt.date, months: int) -> dt.date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(on.day, last))


def reversal_postings(postings: Iterable[Posting], charges_paise: int) -> tuple[Posting, ...]:
    """A paper's own postings turned round, and what our bank took for it."""
    turned = [Posting(posting.account, -posting.paise) for posting in postings]
    if charges_paise:
        turned += [
            Posting(Account.BANK_CHARGES.value, charges_paise),
            Posting(Account.BANK.value, -charges_paise),
        ]
    return tuple(turned)


def payback_postings(amount_paise: int, mode: str) -> tuple[Posting, ...]:
    """Debit the debtors, credit bank or cash: the money goes back."""
    money = Account.CASH if mode == "cash" else Account.BANK
    return (Posting(Account.DEBTORS.value, amount_paise), Posting(money.value, -amount_paise))


class ForeignBill(NamedTuple):
    """A bill in foreign currency: what is open of it in rupees, and the rate it was raised at."""

    document: Id
    open_paise: int
    rate_millionths: int


class ForeignShare(NamedTuple):
    """What foreign money settles, what the rate has brought since (negative: cost), and what is left, in rupees.

    The value of the money at its own rate is the lines, the gain and what is left together, to the paisa.
    """

    lines: tuple[AllocationLine, ...]
    gain_paise: int
    left_paise: int


def foreign_paise(hundredths: int, rate_millionths: int) -> int:
    """So many hundredths of a unit in rupees, to the paisa."""
    return half_up(hundredths * rate_millionths, _MILLION)


def foreign_hundredths(paise: int, rate_millionths: int) -> int:
    """So many paise in hundredths of a unit of the currency."""
    return half_up(paise * _MILLION, rate_millionths)


def foreign_share(money: ForeignMoney, bills: Iterable[ForeignBill]) -> ForeignShare:
    """Settle bills in foreign currency in their order, each at its own rate.

    A bill is settled when the money reaches what it comes to in its currency; the difference of the rates is gain
    or loss (AS 11, para. 13). What reaches no bill is worth what the money's own rate says.
    """
    left, lines, gain = money.hundredths, [], 0
    for bill in bills:
        asked = foreign_hundredths(bill.open_paise, bill.rate_millionths)
        if left <= 0 or bill.open_paise <= 0:
            break
        paid = min(left, asked)
        paise = bill.open_paise if paid == asked else foreign_paise(paid, bill.rate_millionths)
        before = foreign_paise(left, money.rate_millionths)
        left -= paid
        gain += before - foreign_paise(left, money.rate_millionths) - paise
        if paise:
            lines.append(AllocationLine(bill.document, paise))
    return ForeignShare(tuple(lines), gain, foreign_paise(left, money.rate_millionths))


def exchange_gain_paise(money: ForeignMoney, bills: Iterable[ForeignBill]) -> int:
    """What bills in foreign currency gained by the rate since; below nought what they lost.

    On a receipt it stands as a deduction of kind "exchange" with the sign turned.
    """
    return foreign_share(money, bills).gain_paise


def search_words(receipt: Receipt) -> str:
    """What a receipt is found by."""
    buyer = receipt.buyer
    cheque = receipt.cheque.number if receipt.cheque is not None else ""
    rupees = _whole_rupees(receipt.amount_paise)
    parts = (receipt.number, buyer.code, buyer.name, receipt.reference, cheque, rupees)
    return " ".join(part for part in parts if part)


def payback_words(payback: Payback) -> str:
    """What money given back is found by."""
    buyer = payback.buyer
    rupees = _whole_rupees(payback.amount_paise)
    parts = (payback.number, buyer.code, buyer.name, payback.reference, rupees)
    return " ".join(part for part in parts if part)


def reversal_words(reversal: Reversal) -> str:
    """What a reversal is found by."""
    buyer = reversal.buyer
    parts = (
        reversal.number,
        reversal.paper_number,
        buyer.code,
        buyer.name,
        _whole_rupees(reversal.amount_paise),
    )
    return " ".join(part for part in parts if part)


def _whole_rupees(amount_paise: int) -> str:
    return str(amount_paise // 100)
