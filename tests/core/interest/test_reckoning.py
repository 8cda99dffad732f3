"""The sum of interest: worked examples, and what must hold of every bill.

Sources of the examples: MSMED Act 2006, s. 15 and 16, at a bank rate of 5.50 per cent (RBI, 6 February 2026); the
changes of the bank rate by the RBI's circulars of 9 April, 6 June and 5 December 2025; the other figures are worked by
hand, the working beside each.
"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import Facts
from core.interest.model import BankRate, Moved
from core.interest.reckoning import month_after, reckon
from core.interest.rules import agreed_interest, msmed_interest, shares
from core.parties.model import InterestTerms

FACTS = Facts.shipped()
D = dt.date
LAKH = 1_00_000_00
A_26TH = D(2026, 1, 26)


def owed(months: int) -> int:
    return LAKH + msmed_interest(LAKH, A_26TH, month_after(A_26TH, months), FACTS).interest_paise


@pytest.mark.parametrize(
    ("rests", "paise"),
    [(1, 1_01_375_00), (2, 1_02_768_91), (3, 1_04_181_98), (6, 1_08_538_85), (12, 1_17_806_81)],
)
def test_a_lakh_accepted_on_10_january_2026_after_so_many_rests(rests: int, paise: int) -> None:
    assert owed(rests) == paise


EXAMPLES = [
    # 15 of the 31 days from 26 January: 1,375.00 x 15 / 31 = 665.32
    (A_26TH, D(2026, 2, 10), 665_32),
    # the whole month, then 14 of the 28 days from 26 February: 1,393.90625 x 14 / 28 = 696.95
    (A_26TH, D(2026, 3, 12), 1375_00 + 696_95),
    # the day before a rest: 30 of 31 days: 1,330.65
    (A_26TH, D(2026, 2, 25), 1330_65),
    # the rate falls on 5 December 2025: 17.25 % for 5 of 30 days, 16.5 % for 25: 239.58 + 1,145.83
    (D(2025, 11, 30), D(2025, 12, 30), 1385_42),
    # the rate falls on 6 June 2025: 18.75 % for 5 of 30 days, 17.25 % for 25: 260.42 + 1,197.92, less the rounding
    (D(2025, 6, 1), D(2025, 7, 1), 1458_33),
    # 31 January: to 28 February, to 31 March, to 30 April, each one month of a twelfth
    (D(2026, 1, 31), D(2026, 2, 28), 1375_00),
    (D(2026, 1, 31), D(2026, 3, 31), 2768_91),
    (D(2026, 1, 31), D(2026, 4, 30), 4181_98),
    # 2028 is a leap year: 10 of the 29 days from 1 February
    (D(2028, 2, 1), D(2028, 2, 11), 474_14),
    (D(2028, 2, 29), D(2028, 3, 29), 1375_00),
]


@pytest.mark.parametrize(("starts_on", "on", "paise"), EXAMPLES)
def test_parts_of_months_changes_of_rate_and_short_months(starts_on: D, on: D, paise: int) -> None:
    assert msmed_interest(LAKH, starts_on, on, FACTS).interest_paise == paise


def test_a_rate_that_changes_within_a_month_makes_two_lines() -> None:
    sheet = msmed_interest(LAKH, D(2025, 11, 30), D(2025, 12, 30), FACTS)
    assert [(s.from_on, s.days, s.bank_bp, s.rate_bp, s.is_rest) for s in sheet.spans] == [
        (D(2025, 11, 30), 5, 575, 1725, False),
        (D(2025, 12, 5), 25, 550, 1650, True),
    ]
    assert sheet.unconfirmed_from is None


def test_a_rate_that_no_source_was_seen_for_is_named() -> None:
    sheet = msmed_interest(LAKH, A_26TH, D(2026, 4, 1), FACTS)
    assert sheet.unconfirmed_from == D(2026, 3, 1)
    assert [span.is_confirmed for span in sheet.spans] == [True, True, False, False]


def test_a_payment_lessens_the_principal_from_its_day_and_leaves_the_interest() -> None:
    # 26 January to 10 February on 1,00,000 (665.32), then to the rest on 40,000 (16 of 31 days: 283.87);
    # then a month on 40,949.19 (40,000 and 949.19 of interest): 563.05
    half = [Moved(D(2026, 2, 10), 60_000_00)]
    sheet = msmed_interest(LAKH, A_26TH, D(2026, 3, 26), FACTS, payments=half)
    spans = [s for s in sheet.spans if s.bank_bp]
    assert sheet.spans[0].interest_paise == 665_32
    assert sheet.spans[1].interest_paise == 283_87
    assert sheet.spans[1].paid_paise == 60_000_00
    assert sum(s.interest_paise for s in spans[2:]) == 563_05
    assert spans[2].compounded_paise == 949_19


def test_interest_outlives_the_principal_and_compounds_until_it_is_paid() -> None:
    paid = [Moved(D(2026, 2, 26), LAKH)]
    sheet = msmed_interest(LAKH, A_26TH, D(2026, 4, 26), FACTS, payments=paid)
    # 1,375.00 at 1.375 % a month: 18.91, then on 1,393.91: 19.17
    assert sheet.interest_paise == 1375_00 + 18_91 + 19_17
    settled = [Moved(D(2026, 2, 26), 1375_00)]
    ended = msmed_interest(LAKH, A_26TH, D(2027, 4, 26), FACTS, payments=paid, settlements=settled)
    assert ended.interest_paise == 1375_00


def test_interest_settled_within_a_month_lessens_what_was_added_first() -> None:
    # at 12 March 2026: 1,375.00 added, 696.95 running; 2,071.95 paid: the rest of the month bears on the lakh alone
    settled = [Moved(D(2026, 3, 12), 2071_95)]
    sheet = msmed_interest(LAKH, A_26TH, D(2026, 3, 26), FACTS, settlements=settled)
    # 1,393.90625 x 14/28 + 1,375 x 14/28 = 696.953125 + 687.5
    assert sheet.interest_paise == 1375_00 + 1384_45
    after = msmed_interest(LAKH, A_26TH, D(2026, 4, 26), FACTS, settlements=settled)
    assert after.spans[-1].compounded_paise == 1375_00 + 1384_45 - 2071_95


def test_a_payment_taken_back_is_owed_again_from_its_day() -> None:
    moved = [Moved(D(2026, 2, 5), LAKH), Moved(D(2026, 2, 15), -LAKH)]
    sheet = msmed_interest(LAKH, A_26TH, D(2026, 2, 26), FACTS, payments=moved)
    # 10 + 11 days of 31
    assert sheet.interest_paise == 931_45
    assert [(s.from_on, s.to_on) for s in sheet.spans if s.interest_paise] == [
        (A_26TH, D(2026, 2, 5)),
        (D(2026, 2, 15), D(2026, 2, 26)),
    ]


def test_simple_interest_by_agreement_is_by_days_of_365() -> None:
    terms = InterestTerms(rate_bp=1800, rests="simple")
    # 1,00,000 x 18 % x 45 / 365 = 2,219.18; the leap day counts as one of 365 too
    assert agreed_interest(LAKH, D(2026, 5, 1), D(2026, 6, 15), terms).interest_paise == 2219_18
    assert agreed_interest(LAKH, D(2028, 1, 1), D(2029, 1, 1), terms).interest_paise == 18_049_32
    [span] = agreed_interest(LAKH, D(2026, 5, 1), D(2026, 6, 15), terms).spans
    assert (span.days, span.of_days, span.bank_bp, span.rate_bp) == (45, 365, 0, 1800)


def test_interest_by_agreement_with_monthly_rests() -> None:
    terms = InterestTerms(rate_bp=2400, rests="monthly")
    # 2 % a month: 2,000.00 and 2,040.00
    assert agreed_interest(LAKH, D(2026, 5, 1), D(2026, 7, 1), terms).interest_paise == 4040_00


def test_months_are_counted_from_the_first_day() -> None:
    first = D(2027, 12, 31)
    assert [month_after(first, n) for n in range(4)] == [
        first, D(2028, 1, 31), D(2028, 2, 29), D(2028, 3, 31),
    ]  # fmt: skip


# --- what holds of every bill

DAYS = st.dates(D(2017, 4, 10), D(2029, 12, 31))
SPELLS = st.integers(1, 900)
AMOUNTS = st.integers(1, 10**12)
MOVES = st.lists(st.tuples(st.integers(-30, 900), st.integers(1, 10**9)), max_size=5)


def payments(starts_on: D, moves: list[tuple[int, int]]) -> list[Moved]:
    return [Moved(starts_on + dt.timedelta(days=day), paise) for day, paise in moves]


@given(AMOUNTS, DAYS, SPELLS)
def test_without_payment_interest_never_falls(paise: int, starts_on: D, days: int) -> None:
    on = starts_on + dt.timedelta(days=days)
    before = msmed_interest(paise, starts_on, on - dt.timedelta(days=1), FACTS).interest_paise
    assert msmed_interest(paise, starts_on, on, FACTS).interest_paise >= before >= 0


@given(AMOUNTS, DAYS, SPELLS, st.integers(0, 900), MOVES, st.booleans())
def test_a_period_cut_anywhere_comes_to_the_same_paisa(
    paise: int, starts_on: D, days: int, cut: int, moves: list[tuple[int, int]], rests: bool
) -> None:
    on = starts_on + dt.timedelta(days=days)
    paid = payments(starts_on, moves)
    rates = [BankRate(D(2017, 1, 1), 1650)]
    whole = reckon(paise, starts_on, on, rates, rests=rests, payments=paid)
    at = starts_on + dt.timedelta(days=cut)
    parts = reckon(paise, starts_on, on, rates, rests=rests, payments=[*paid, Moved(at, 0)])
    same_rate = [*rates, BankRate(at, 1650)]
    assert parts.interest_paise == whole.interest_paise
    assert (
        reckon(paise, starts_on, on, same_rate, rests=rests, payments=paid).interest_paise
        == whole.interest_paise
    )


@given(AMOUNTS, DAYS, SPELLS, MOVES)
def test_lines_follow_each_other_and_add_up(
    paise: int, starts_on: D, days: int, moves: list[tuple[int, int]]
) -> None:
    on = starts_on + dt.timedelta(days=days)
    sheet = msmed_interest(paise, starts_on, on, FACTS, payments=payments(starts_on, moves))
    for before, after in zip(sheet.spans, sheet.spans[1:], strict=False):
        assert before.to_on <= after.from_on
    assert all(s.days == (s.to_on - s.from_on).days for s in sheet.spans)
    added = [0]
    for span in sheet.spans:
        assert span.compounded_paise == added[-1] or not span.compounded_paise
        if span.is_rest:
            added.append(sum(s.interest_paise for s in sheet.spans if s.to_on <= span.to_on))


@given(AMOUNTS, DAYS, SPELLS, MOVES)
def test_the_order_in_which_payments_are_told_is_of_no_matter(
    paise: int, starts_on: D, days: int, moves: list[tuple[int, int]]
) -> None:
    on = starts_on + dt.timedelta(days=days)
    told = payments(starts_on, moves)
    forth = msmed_interest(paise, starts_on, on, FACTS, payments=told)
    assert forth == msmed_interest(paise, starts_on, on, FACTS, payments=told[::-1])


@given(AMOUNTS, DAYS, SPELLS, st.integers(0, 400), st.integers(0, 400))
def test_who_pays_sooner_owes_no_more(paise: int, starts_on: D, days: int, sooner: int, later: int) -> None:
    on = starts_on + dt.timedelta(days=days)
    first, second = sorted((sooner, later))

    def interest(day: int) -> int:
        paid = [Moved(starts_on + dt.timedelta(days=day), paise // 2)]
        return msmed_interest(paise, starts_on, on, FACTS, payments=paid).interest_paise

    assert interest(first) <= interest(second)


@given(AMOUNTS, DAYS, SPELLS, st.integers(0, 400))
def test_paid_in_time_bears_nothing(paise: int, starts_on: D, days: int, early: int) -> None:
    on = starts_on + dt.timedelta(days=days)
    paid = [Moved(starts_on - dt.timedelta(days=early), paise)]
    assert msmed_interest(paise, starts_on, on, FACTS, payments=paid).interest_paise == 0


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_shares_add_up_and_are_fair(paise: int, weights: list[int]) -> None:
    parts = shares(paise, weights)
    assert sum(parts) == paise
    whole = sum(weights)
    if whole:
        assert all(
            abs(part - paise * weight / whole) < 1.5 for part, weight in zip(parts, weights, strict=True)
        )
