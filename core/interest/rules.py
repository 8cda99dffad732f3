"""What the MSMED Act, s. 15 and 16, and an agreement on interest say of one bill. Pure.

Sources: MSMED Act 2006, s. 2(b) (appointed day, acceptance, deemed acceptance), s. 2(n) (supplier), s. 15 (the date
agreed in writing, at most 45 days; else before the appointed day), s. 16 (compound interest with monthly rests at
three times the bank rate, whatever was agreed); the rate of each month as it is notified from time to time: Calcutta
High Court, V.K. Patel and Co. v. Simplex Infrastructures Ltd. Section 2(d): any buyer. That registration comes before
the bill: Supreme Court, Silpi Industries v. Kerala SRTC (2021).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from core.company.model import Udyam
from core.facts import Facts, UnknownFact
from core.interest.model import Acceptance, BankRate, Booking, Clock, InterestSheet, Moved, Taxing
from core.interest.reckoning import reckon
from core.ledger.rules import PAISE_MAX
from core.parties.model import InterestTerms
from core.problems import Problem
from core.words import translate as _

APPOINTED_DAYS, AGREED_DAYS_MOST, OBJECTION_DAYS = 15, 45, 15
TIMES_BANK_RATE = 3
RATE_MAX_BP = 10_000
SIMPLE, MONTHLY = "simple", "monthly"

NO_UDYAM, NOT_SMALL, UDYAM_LATER = "NO_UDYAM", "NOT_SMALL", "UDYAM_LATER"
OBJECTED, RATE_UNKNOWN, NO_TERMS = "OBJECTED", "RATE_UNKNOWN", "NO_TERMS"
"""Why no interest runs."""
TRADER, UDYAM_UNDATED, DEEMED, UNCONFIRMED, OVERBOOKED = (
    "TRADER", "UDYAM_UNDATED", "DEEMED", "UNCONFIRMED", "OVERBOOKED",
)  # fmt: skip
"""What is doubtful though interest is reckoned."""


def why_not_supplier(udyam: Udyam, dated_on: dt.date) -> str:
    """Why the Act gives the company no interest on a bill of this day; empty when it does.

    A supplier is a micro or small enterprise (medium ones are none), registered on or before the bill's date.
    """
    if not udyam.number:
        return NO_UDYAM
    if udyam.size not in ("micro", "small"):
        return NOT_SMALL
    return UDYAM_LATER if udyam.since is not None and udyam.since > dated_on else ""


def doubts_of_supplier(udyam: Udyam) -> Iterator[str]:
    """What of the company's registration makes the Act's interest doubtful: courts differ on traders."""
    if udyam.trader:
        yield TRADER
    if udyam.since is None:
        yield UDYAM_UNDATED


def accepted_on(acceptance: Acceptance) -> dt.date | None:
    """The day of acceptance or deemed acceptance; None while an objection made in time is not removed."""
    objected, delivered = acceptance.objected_on, acceptance.delivered_on
    if objected is None or (objected - delivered).days > OBJECTION_DAYS:
        return delivered
    return acceptance.removed_on


def msmed_clock(dated_on: dt.date, acceptance: Acceptance | None, agreed_on: dt.date | None) -> Clock:
    """The days of s. 15 and 2(b). Without a noted delivery the bill's date stands for it.

    `agreed_on` is the date agreed in writing, if one was; a date before acceptance counts as the day of it.
    """
    day = dated_on if acceptance is None else accepted_on(acceptance)
    if day is None:
        return Clock(None, True, agreed_on)
    last = day + dt.timedelta(days=APPOINTED_DAYS)
    cap = day + dt.timedelta(days=AGREED_DAYS_MOST)
    if agreed_on is not None:
        last = min(max(agreed_on, day), cap)
    is_capped = agreed_on is not None and agreed_on > cap
    return Clock(day, acceptance is not None, agreed_on, last, last + dt.timedelta(days=1), is_capped)


def agreed_clock(due_on: dt.date, terms: InterestTerms) -> Clock:
    """Interest by agreement runs from the day after the bill fell due and the days of grace are over."""
    last = due_on + dt.timedelta(days=terms.grace_days)
    return Clock(None, False, due_on, last, last + dt.timedelta(days=1))


def msmed_interest(
    principal_paise: int,
    starts_on: dt.date,
    on: dt.date,
    facts: Facts,
    *,
    payments: Iterable[Moved] = (),
    settlements: Iterable[Moved] = (),
) -> InterestSheet:
    """Interest of s. 16 from the appointed day, or the day after the date agreed, up to a day.

    `payments` on the bill lessen the principal on their day; interest that has run stays and compounds until it is
    settled. Raises `UnknownFact` when it begins before the first bank rate that is kept.
    """
    rates = bank_rates(facts)
    if not rates or starts_on < rates[0].from_on:
        raise UnknownFact(f"no bank rate on {starts_on}")
    return reckon(
        principal_paise, starts_on, on, rates, times=TIMES_BANK_RATE, payments=payments, settlements=settlements
    )  # fmt: skip


def agreed_interest(
    principal_paise: int,
    starts_on: dt.date,
    on: dt.date,
    terms: InterestTerms,
    *,
    payments: Iterable[Moved] = (),
    settlements: Iterable[Moved] = (),
) -> InterestSheet:
    """Interest as the parties agreed: at one rate, simple by days or with monthly rests."""
    rates = [BankRate(dt.date.min, terms.rate_bp)]
    return reckon(
        principal_paise, starts_on, on, rates, rests=terms.rests == MONTHLY, payments=payments,
        settlements=settlements,
    )  # fmt: skip


@lru_cache(maxsize=8)
def bank_rates(facts: Facts) -> Sequence[BankRate]:
    """The bank rates that are kept, the oldest first; one that repeats the rate before is no change."""
    found: list[BankRate] = []
    for fact in facts.bank_rates():
        rate = BankRate(fact.since or dt.date.min, fact.rate_bp, fact.confirmed)
        if fact.applies and (not found or found[-1][1:] != rate[1:]):
            found.append(rate)
    return found


def shares(paise: int, weights: Sequence[int]) -> list[int]:
    """A sum shared out in proportion, to the paisa: what rounding leaves goes to the largest remainders."""
    whole = sum(weights)
    if whole <= 0:
        return [paise, *(0 for _weight in weights[1:])]
    parts = [paise * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda n: (-(paise * weights[n] % whole), n))
    for n in by_rest[: paise - sum(parts)]:
        parts[n] += 1
    return parts


def problems_with_acceptance(acceptance: Acceptance) -> Iterator[Problem]:
    """Each thing wrong with an acceptance by itself."""
    delivered, objected, removed = acceptance.delivered_on, acceptance.objected_on, acceptance.removed_on
    if objected is not None and objected < delivered:
        yield Problem("DATE", _("An objection is not made before delivery."), "objected_on")
    if removed is not None and objected is None:
        yield Problem("REQUIRED", _("Say when the buyer objected."), "objected_on")
    if removed is not None and objected is not None and removed < objected:
        yield Problem("DATE", _("An objection is not removed before it is made."), "removed_on")
    noted = acceptance.noted_on
    if noted is not None and max(delivered, objected or delivered, removed or delivered) > noted:
        yield Problem("FUTURE", _("What is noted here has not happened yet."), "delivered_on")


def problems_with_booking(booking: Booking) -> Iterator[Problem]:
    """Each thing wrong with a booking by itself."""
    if booking.nth < 1 or not 0 < booking.interest_paise <= PAISE_MAX or booking.upto_on <= booking.from_on:
        yield Problem("RANGE", _("Interest that is charged is more than nothing."), "interest_paise")


def problems_with_taxing(taxing: Taxing) -> Iterator[Problem]:
    """Each thing wrong with a taxing by itself."""
    if taxing.nth < 1 or not 0 < taxing.paise <= PAISE_MAX:
        yield Problem("RANGE", _("Interest that is taxed is more than nothing."), "paise")
