"""What a customer may be expected to deduct from each document, as the year's sums grow. Pure.

Amounts are paise, without GST where it stands apart (CBDT Circular 23/2017), each document's tax to a whole rupee
(Income-tax Act 1961, s. 288B). Thresholds are exceeded, not reached. Sources: Income-tax Act 1961, ss. 194C(5), 194H,
194-I (first proviso), 194J, 194Q, 206AA; Income-tax Act 2025, s. 393(1) and the payment codes from 1 April 2026, dated
in core.facts.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from core.facts import Facts, TdsCode
from core.ids import Id
from core.money import half_up, round_to_rupee
from core.tds.rules import fact_of


class Bill(NamedTuple):
    """A document as TDS sees it: its value without GST, negative for a credit note."""

    document: Id
    number: str
    party: Id
    dated_on: dt.date
    base_paise: int


class Expected(NamedTuple):
    """What is expected of one document. `taxed_paise` is what the rate is taken of: nought below the threshold, more
    than the document's own value when it is the one that crosses it."""

    bill: Bill
    code: str
    rate_bp: int
    taxed_paise: int
    tds_paise: int
    confirmed: bool


def expected(bills: Iterable[Bill], code: str, pan: str, facts: Facts) -> list[Expected]:
    """What is expected of one deductor's documents of one financial year, in order of their days.

    `code` is the party's, of either Act; `pan` is the payee's (ours): it tells the rate of a contractor, and without
    one the higher rate is deducted.
    """
    answers: list[Expected] = []
    so_far_paise = waiting_paise = month = 0
    crossed = False
    for bill in sorted(bills, key=lambda bill: (bill.dated_on, bill.document)):
        fact = fact_of(code, bill.dated_on, pan, facts)
        if fact is None:
            continue
        if fact.threshold_month_paise is not None and bill.dated_on.month != month:
            month, so_far_paise, waiting_paise, crossed = bill.dated_on.month, 0, 0, False
        before, so_far_paise = so_far_paise, so_far_paise + bill.base_paise
        if fact.excess_alone:
            taxed = _above(so_far_paise, fact) - _above(before, fact)
        elif crossed or _exceeds(so_far_paise, fact):
            taxed, waiting_paise, crossed = bill.base_paise + waiting_paise, 0, True
        elif _exceeds_single(bill.base_paise, fact):
            taxed = bill.base_paise
        else:
            taxed, waiting_paise = 0, waiting_paise + bill.base_paise
        answers.append(_answer(bill, fact, taxed, pan))
    return answers


def _answer(bill: Bill, fact: TdsCode, taxed_paise: int, pan: str) -> Expected:
    rate = fact.rate_bp or 0
    if not pan:
        rate = max(rate, fact.rate_without_pan_bp or 0)
    tds = round_to_rupee(half_up(taxed_paise * rate, 10_000))
    return Expected(bill, fact.code, rate, taxed_paise, tds, fact.confirmed)


def _above(year_paise: int, fact: TdsCode) -> int:
    return max(0, year_paise - (fact.threshold_year_paise or 0))


def _exceeds(so_far_paise: int, fact: TdsCode) -> bool:
    """Whether the year's or the month's sum is above its threshold; without any the first rupee bears the tax."""
    limit = fact.threshold_month_paise or fact.threshold_year_paise
    if limit is None:
        return fact.threshold_single_paise is None
    return so_far_paise > limit


def _exceeds_single(base_paise: int, fact: TdsCode) -> bool:
    return fact.threshold_single_paise is not None and base_paise > fact.threshold_single_paise


class GstBill(NamedTuple):
    """A document to a government buyer: its taxable value, and what its contract is worth (its own value, if none)."""

    document: Id
    number: str
    party: Id
    dated_on: dt.date
    taxable_paise: int
    contract_paise: int


def gst_expected(bill: GstBill, facts: Facts) -> int:
    """The GST a government buyer is expected to keep back: 2 % of the taxable value where the contract, without GST,
    is worth more than 2.5 lakh (CGST Act, s. 51), to a whole rupee."""
    limit = facts.find_limit("gst_tds_contract", bill.dated_on)
    if limit is None or bill.contract_paise <= limit:
        return 0
    return round_to_rupee(half_up(bill.taxable_paise * facts.gst_tds_rate_bp(bill.dated_on), 10_000))
