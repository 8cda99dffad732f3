"""What must be true of a receipt, what it posts, and what a payer may be expected to keep back. Pure.

Amounts are paise. TDS is reckoned on the value without GST where GST stands apart (CBDT Circular 23/2017) and
rounded to a whole rupee (Income-tax Act, s. 288B).
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from core.facts import Facts, TdsCode
from core.gst.number import check_number
from core.invoicing.model import Document
from core.ledger.model import Account, Posting
from core.money import half_up, round_to_rupee
from core.problems import Problem
from core.receipts.model import DEDUCTION_KINDS, MODES, Deduction, Receipt
from core.words import date_text, money_text
from core.words import translate as _

PERSONS = frozenset("PH")
"""The fourth letter of the PAN of an individual or a Hindu undivided family."""

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


def problems_with_receipt(receipt: Receipt) -> Iterator[Problem]:
    """Each thing wrong with a receipt as a paper; device and service alike."""
    yield from check_number(receipt.number, on=receipt.dated_on).problems
    if receipt.mode not in MODES:
        yield Problem(code="CHOICE", message=_("This way of paying is not known."), field="mode")
    if receipt.amount_paise < 0:
        yield Problem(code="RANGE", message=_("An amount received is not negative."), field="amount_paise")
    if receipt.credit_paise <= 0:
        yield Problem(
            code="REQUIRED", message=_("A receipt is of more than nothing."), field="amount_paise",
            remedy=_("Enter what came in, or what was kept back."),
        )  # fmt: skip
    for at, deduction in enumerate(receipt.deductions, 1):
        yield from _problems_with_deduction(deduction, f"deductions.{at}")
    yield from _problems_with_postings(receipt)


def _problems_with_deduction(deduction: Deduction, field: str) -> Iterator[Problem]:
    if deduction.kind not in DEDUCTION_KINDS:
        yield Problem(code="CHOICE", message=_("This kind of deduction is not known."), field=f"{field}.kind")
    negative = deduction.paise < 0 and deduction.kind not in ("round_off", "exchange")
    if deduction.paise == 0 or negative:
        yield Problem(code="RANGE", message=_("A deduction is of more than nothing."), field=f"{field}.paise")
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
    if wrong or money != receipt.amount_paise:
        yield Problem(
            code="POSTINGS", message=_("What the receipt posts is not what it says."), field="postings"
        )


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


def search_words(receipt: Receipt) -> str:
    """What a receipt is found by."""
    buyer = receipt.buyer
    parts = (receipt.number, buyer.code, buyer.name, receipt.reference, _whole_rupees(receipt.amount_paise))
    return " ".join(part for part in parts if part)


def _whole_rupees(amount_paise: int) -> str:
    return str(amount_paise // 100)
