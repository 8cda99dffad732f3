"""Whether anything but the sum itself says that a payer keeps such a part back. Pure.

A percentage that fits may be a discount, or a cut for quality. It is believed without a look only where it was agreed,
was kept back before, or where the law asks for it of this payee and such a bill: of work and services (Income-tax Act
1961, s. 194C and 194J; Act of 2025, s. 393(1), Sl. 6), which a sale of goods is not.
"""

import datetime as dt
from collections.abc import Sequence

from core.facts import Facts, TdsCode
from core.receipts.rules import codes_named, tds_rate_bp
from core.shortfall.keeping import Kept
from core.shortfall.model import Bill, Payer


def is_supported(kept: Kept, bills: Sequence[Bill], payer: Payer, on: dt.date, facts: Facts) -> bool:
    """Whether agreement, habit or law supports what was kept back of these bills."""
    if any(_is_like(kept, habit.kind, habit.rate_bp, on_gross=habit.on_gross) for habit in payer.habits):
        return True
    if kept.kind == "gst_tds":
        return payer.gst_tds
    if kept.kind == "retention":
        return kept.rate_bp == payer.retention_bp
    if kept.on_gross:
        return False
    if any(rate == kept.rate_bp for _code, rate in payer.tds_codes):
        return True
    some = [bill for bill in bills if not kept.numbers or bill.number in kept.numbers]
    return all(bill.is_of_services for bill in some) and any(
        fact.rate_bp == kept.rate_bp
        and tds_rate_bp(fact.section, on, facts, pan=payer.payee_pan) == kept.rate_bp
        and _is_due(fact, some)
        for fact in codes_named(kept.code, on, facts)
    )


def _is_like(kept: Kept, kind: str, rate_bp: int, *, on_gross: bool) -> bool:
    if kept.kind == "gst_tds":
        return kind == kept.kind
    return (kind, rate_bp, on_gross) == (kept.kind, kept.rate_bp, kept.on_gross)


def _is_due(fact: TdsCode, bills: Sequence[Bill]) -> bool:
    """Whether these bills by themselves are above a threshold; where only the excess bears tax the whole never does."""
    if fact.excess_alone:
        return False
    single, year = fact.threshold_single_paise, fact.threshold_year_paise or fact.threshold_month_paise
    if single is None and year is None:
        return True
    each = single is not None and all(bill.tds_base_paise > single for bill in bills)
    return each or (year is not None and sum(bill.tds_base_paise for bill in bills) > year)
