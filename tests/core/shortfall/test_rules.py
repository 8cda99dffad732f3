"""What an explanation is: worked payments in words, and what holds of every one."""

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.facts import Facts
from core.receipts.model import Deduction
from core.shortfall.model import Bill, Credit, Explanation, Habit, Payer
from core.shortfall.rules import allocations, explain, mentioned, settling
from tests.core.shortfall.test_accuracy import answered, labelled

FACTS = Facts.shipped()
BEFORE, AFTER = dt.date(2026, 3, 10), dt.date(2026, 8, 10)
LAKH = 1_00_000_00
CONTRACTOR = Payer(tds_codes=(("194C", 200),))


def a_bill(at: int, base_paise: int, *, gst_bp: int = 1800, open_paise: int | None = None) -> Bill:
    """Bill number `at`, due a day after the one before."""
    amount = base_paise + base_paise * gst_bp // 10_000
    day = dt.date(2026, 1, 1) + dt.timedelta(days=at)
    due = amount if open_paise is None else open_paise
    return Bill(at.to_bytes(16, "big"), f"A/26-27/{at:04d}", due, amount, base_paise, base_paise, day, day)


ONE, TWO, THREE = a_bill(42, LAKH), a_bill(43, 50_000_00), a_bill(44, 73_250_00)


def first(
    amount_paise: int, *bills: Bill, payer: Payer = CONTRACTOR, on: dt.date = BEFORE, **asked: Any
) -> Explanation:
    """The likeliest explanation."""
    return explain(amount_paise, bills, payer, on, FACTS, **asked)[0]


def test_the_sum_is_told_line_by_line() -> None:
    """The bill, its TDS with the value it is reckoned on, the money."""
    found = first(1_16_000_00, ONE)
    assert found.arithmetic == (
        "A/26-27/0042 ₹ 1,18,000.00 less TDS 194C 2% on ₹ 1,00,000.00 = ₹ 2,000.00",
        "= ₹ 1,16,000.00 received",
    )
    assert found.sentence == "A/26-27/0042 in full; TDS 194C 2% ₹ 2,000.00"
    assert found.deductions == (Deduction("tds", 2_000_00, "194C"),)
    assert found.is_certain


@pytest.mark.parametrize(
    ("amount", "bills", "payer", "kept"),
    [
        (1_18_000_00, (ONE,), Payer(), {}),
        (1_16_000_00, (ONE, TWO, THREE), Payer(), {"tds": 2_000_00}),
        (1_15_640_00, (ONE,), CONTRACTOR, {"tds": 2_360_00}),  # on the value with GST
        (1_14_000_00, (ONE,), CONTRACTOR._replace(kind="government", gst_tds=True),
         {"tds": 2_000_00, "gst_tds": 2_000_00}),
        (1_11_000_00, (ONE,), CONTRACTOR, {"tds": 2_000_00, "retention": 5_000_00}),
        (1_15_994_10, (ONE,), CONTRACTOR, {"tds": 2_000_00, "bank_charge": 5_90}),
        (2_59_000_00, (ONE, TWO, THREE), CONTRACTOR, {"tds": 4_465_00, "round_off": -30_00}),
        (1_18_000_00 + 86_435_00 - 2_000_00 - 7_325_00, (ONE, THREE),
         Payer(tds_codes=(("194C", 200), ("194J(b)", 1000))), {"tds": 9_325_00}),
    ],
)  # fmt: skip
def test_worked_payments(amount: int, bills: tuple[Bill, ...], payer: Payer, kept: dict[str, int]) -> None:
    """What was kept back, by kind, worked by hand."""
    found = first(amount, *bills, payer=payer)
    sums: dict[str, int] = {}
    for each in found.deductions:
        sums[each.kind] = sums.get(each.kind, 0) + each.paise
    assert sums == kept
    assert ("tds_on_gross" in found.flags) == (kept.get("tds") == 2_360_00)


def test_a_credit_note_set_off() -> None:
    """The credit settles the last bill in part, the receipt the rest."""
    payer = CONTRACTOR._replace(credits=(Credit(b"c" * 16, "CN/7", 11_800_00),))
    found = first(1_18_000_00 + 59_000_00 - 3_000_00 - 11_800_00, ONE, TWO, payer=payer)
    assert [credit.number for credit in found.credits_used] == ["CN/7"]
    receipt, by_credit = allocations(found)
    assert [(line.document, line.paise) for line in receipt] == [
        (ONE.document, 1_18_000_00),
        (TWO.document, 47_200_00),
    ]
    assert [(paper, [line.paise for line in lines]) for paper, lines in by_credit] == [
        (b"c" * 16, [11_800_00])
    ]


def test_codes_follow_the_day_of_the_money() -> None:
    """194C is 1024 for a firm and 1023 for a person from 1 April 2026."""
    assert first(1_16_000_00, ONE, on=AFTER).deductions[0].code == "1024"
    person = Payer(tds_codes=(("194C", 100),))
    assert first(1_17_000_00, ONE, payer=person, on=AFTER).deductions[0].code == "1023"
    coded = Payer(tds_codes=(("1024", 200),))
    assert first(1_16_000_00, ONE, payer=coded, on=BEFORE).deductions[0].code == "194C"


def test_habits_decide_between_equal_sums() -> None:
    """Ten per cent kept is TDS to one payer's habit and retention to another's."""
    usual_tds = Payer(habits=(Habit("tds", "194J(b)", 1000, times=8),), receipts=8)
    usual_kept = Payer(habits=(Habit("retention", "", 1000, times=8),), receipts=8)
    assert [each.kind for each in first(1_08_000_00, ONE, payer=usual_tds).deductions] == ["tds"]
    assert [each.kind for each in first(1_08_000_00, ONE, payer=usual_kept).deductions] == ["retention"]
    assert not first(1_08_000_00, ONE, payer=Payer()).is_certain


COMPANY, PERSON = Payer(payee_pan="AAKCN5519Q"), Payer(payee_pan="AAAPN5519Q")
WORK = ONE._replace(is_of_services=True)
SMALL = a_bill(45, 25_000_00)._replace(is_of_services=True)


@pytest.mark.parametrize(
    ("short", "bill", "payer", "is_certain"),
    [
        (2_000_00, WORK, COMPANY, True),  # 194C: above 30,000 in a single sum
        (2_000_00, ONE, COMPANY, False),  # but not of goods
        (500_00, SMALL, COMPANY, False),  # below every threshold
        (500_00, SMALL, COMPANY._replace(tds_codes=(("1024", 200),)), True),  # but agreed
        (1_000_00, WORK, COMPANY, False),  # one per cent is deducted of individuals and families
        (1_000_00, WORK, PERSON, True),
        (100_00, WORK, COMPANY, False),  # 194Q: on what is above 50 lakh alone
        (100_00, ONE, COMPANY._replace(habits=(Habit("tds", "1031", 10, times=6),), receipts=6), True),
        (2_360_00, WORK, COMPANY, False),  # on the value with GST
        (2_360_00, ONE, COMPANY._replace(habits=(Habit("tds", "1024", 200, True, 6),), receipts=6), True),
        (5_000_00, ONE, COMPANY, False),  # a retention, or a discount, or a cut
        (5_000_00, ONE, COMPANY._replace(retention_bp=500), True),
        (5_000_00, ONE, COMPANY._replace(habits=(Habit("retention", "", 500, times=6),), receipts=6), True),
        (2_000_00, ONE, CONTRACTOR._replace(kind="government", gst_tds=True), False),
        (4_000_00, ONE, CONTRACTOR._replace(kind="government", gst_tds=True), True),
    ],
)  # fmt: skip
def test_what_nothing_but_the_sum_speaks_for_is_offered_and_never_certain(
    short: int, bill: Bill, payer: Payer, is_certain: bool
) -> None:
    found = first(bill.open_paise - short, bill, payer=payer, on=AFTER)
    assert sum(each.paise for each in found.deductions) == short
    assert found.is_certain == is_certain


def test_a_plain_part_payment_is_never_certain() -> None:
    """Round money that nothing explains pays the oldest bill in part; the rest stays open."""
    found = explain(50_000_00, [ONE, TWO], CONTRACTOR, BEFORE, FACTS)
    assert "part" in found[0].flags
    assert not any(each.is_certain for each in found)


def test_more_than_all_bills_stays_on_account() -> None:
    """What is too much is not lost in a deduction."""
    found = first(1_30_000_00, ONE, payer=Payer())
    assert (found.on_account_paise, found.deductions, found.is_certain) == (12_000_00, (), False)
    nothing_open = first(5_000_00, payer=Payer())
    assert (nothing_open.on_account_paise, nothing_open.lines) == (5_000_00, ())


def test_a_small_difference_stays_open_unless_written_off_by_name() -> None:
    """₹ 43.21 that nothing explains is offered open first, written off after, and neither is certain."""
    found = explain(1_15_956_79, [ONE], CONTRACTOR, BEFORE, FACTS)
    left, given_up = (next(each for each in found if name in each.flags) for name in ("open", "write_off"))
    assert sum(line.paise for line in left.lines) == 1_18_000_00 - 43_21
    assert given_up.write_off_paise == 43_21
    assert "WRITTEN OFF" in given_up.sentence
    assert settling(given_up).write_offs == ((ONE.document, 43_21, "rounding"),)
    assert found.index(left) < found.index(given_up)
    assert not any(each.is_certain for each in found)


def test_chosen_bills_are_all_meant() -> None:
    """Of equal bills the ticked one is paid."""
    twin = ONE._replace(document=b"t" * 16, number="A/26-27/0099", due_on=dt.date(2026, 9, 1))
    assert not first(1_16_000_00, ONE, twin).is_certain
    found = first(1_16_000_00, ONE, twin, chosen=[twin.document])
    assert [line.document for line in found.lines] == [twin.document]
    assert found.is_certain


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("NEFT CR-N160423-ACME-A/26-27/0043", {1}),
        ("A26270042 A26270044", {0, 2}),
        ("INV 42,44", {0, 2}),
        ("BILL NOS 0042 & 0043", {0, 1}),
        ("UTR SBIN0042999911 42 bags", set()),
        ("A26270042999", set()),
        ("", set()),
    ],
)
def test_bills_named_in_a_text(text: str, places: set[int]) -> None:
    """By the whole number or the serial, never by digits of something else."""
    assert mentioned(text, [ONE, TWO, THREE]) == places


def test_a_text_decides_between_equal_bills() -> None:
    """The younger of two equal bills is paid when the bank's line names it."""
    twin = ONE._replace(document=b"t" * 16, number="A/26-27/0099", due_on=dt.date(2026, 9, 1))
    found = first(1_16_000_00, ONE, twin, text="NEFT-INV 0099")
    assert [line.document for line in found.lines] == [twin.document]
    assert found.is_certain


# --- what holds of every explanation

BASES = st.one_of(st.integers(1_000_00, 9 * LAKH), st.integers(1, 900).map(lambda rupees: rupees * 1_000_00))


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, list[Bill], Payer]:
    """Bills, a payer and some money: a sum of bills less something, or anything at all."""
    gst = draw(st.sampled_from((0, 500, 1800)))
    bases = draw(st.lists(BASES, min_size=0, max_size=9))
    bills = [a_bill(at, base, gst_bp=gst) for at, base in enumerate(bases, 1)]
    bills = [
        bill._replace(open_paise=draw(st.integers(1, bill.amount_paise)))
        if draw(st.integers(0, 5)) == 0
        else bill
        for bill in bills
    ]
    payer = Payer(
        tds_codes=draw(st.sampled_from(((), (("194C", 200),), (("194Q", 10),)))),
        gst_tds=draw(st.booleans()),
        retention_bp=draw(st.sampled_from((0, 0, 500))),
        credits=tuple(
            Credit(bytes([200 + at]) * 16, f"CN/{at}", paise)
            for at, paise in enumerate(draw(st.lists(st.integers(100, LAKH), max_size=2)))
        ),
    )
    whole = (
        sum(
            bill.open_paise for bill in draw(st.lists(st.sampled_from(bills), unique=True)) if bill.open_paise
        )
        if bills
        else 0
    )
    near = whole - draw(st.one_of(st.integers(0, 200_00), st.just(whole // 59), st.just(whole // 20)))
    return draw(st.one_of(st.just(max(near, 1)), st.integers(1, 30 * LAKH))), bills, payer


@settings(max_examples=150, deadline=None)
@given(cases())
def test_every_explanation_adds_up(case: tuple[int, list[Bill], Payer]) -> None:
    """To the paisa; nothing is given up silently, and nothing certain is less than whole."""
    amount, bills, payer = case
    found = explain(amount, bills, payer, BEFORE, FACTS, limit=50)
    assert found
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    for at, each in enumerate(found):
        _adds_up(each, amount, {bill.document: bill.open_paise for bill in bills})
        _sum_in_words_adds_up(each, amount)
        assert not each.is_certain or (at == 0 and set(each.flags) <= {"tds_on_gross"})
        assert bool(each.write_off_paise) == ("write_off" in each.flags) == ("WRITTEN OFF" in each.sentence)


def _adds_up(found: Explanation, amount: int, open_paise: dict[bytes, int]) -> None:
    settled = sum(line.paise for line in found.lines)
    taken = sum(each.paise for each in found.deductions)
    credits_used = sum(credit.open_paise for credit in found.credits_used)
    assert amount + taken + credits_used + found.write_off_paise == settled + found.on_account_paise
    assert len({line.document for line in found.lines}) == len(found.lines)
    assert all(0 < line.paise <= open_paise[line.document] for line in found.lines)
    assert all(each.paise > 0 or (each.kind == "round_off" and each.paise) for each in found.deductions)
    assert found.on_account_paise >= 0
    done = settling(found)
    by_money = sum(line.paise for line in done.allocate)
    by_credit = sum(line.paise for _paper, lines in done.credits_used for line in lines)
    given_up = sum(paise for _bill, paise, _reason in done.write_offs)
    assert (by_credit, given_up) == (credits_used, found.write_off_paise)
    assert by_money + found.on_account_paise == amount + taken


def _sum_in_words_adds_up(found: Explanation, amount: int) -> None:
    """The figures of the lines, read back: bills, less and plus, the money."""
    rest = 0
    for line in found.arithmetic[:-1]:
        figures = [
            int(figure.replace(",", "").replace(".", "")) for figure in re.findall(r"₹ ([\d,]+\.\d\d)", line)
        ]
        if line.startswith(("less ", "plus ")):
            rest += figures[-1] if line.startswith("plus ") else -figures[-1]
        elif "bills together" in line:
            assert figures == [rest]
        elif len(found.lines) > 1 or not re.search(r" = ₹", line):
            rest += figures[0]
        else:
            kept = [
                int(part.replace(",", "").replace(".", ""))
                for part in re.findall(r" = ₹ ([\d,]+\.\d\d)", line)
            ]
            rest += figures[0] - sum(kept)
    assert found.arithmetic[-1].startswith("= ")
    assert rest == amount


LABELLED = [case for case in labelled() if case["chosen"] is None and len(case["bills"]) <= 8][:160]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LABELLED), st.integers(2_000_00, 8 * LAKH))
def test_a_bill_more_does_not_turn_a_certain_answer(case: dict[str, Any], base: int) -> None:
    """Another certain answer outdoes the one before openly: by its score, in one ranking."""
    before = answered(case)[0]
    more = {"number": "X/999", "base": base, "amount": base * 118 // 100, "open": base * 118 // 100,
            "dated": case["bills"][-1]["dated"], "due": case["bills"][-1]["due"]}  # fmt: skip
    after = answered({**case, "bills": [*case["bills"], more]})[0]
    if before.is_certain and after.is_certain and before[:5] != after[:5]:
        assert after.score > before.score


def test_sums_by_chance_are_hardly_ever_certain() -> None:
    """Of 300 sums that have nothing to do with the bills at most 3 look certain."""
    sure = 0
    for case in [each for each in labelled() if each["label"] != "none"][:300]:
        strange = case["amount"] * 7 // 11 // 100 * 100 + 37_00
        sure += answered({**case, "amount": strange, "text": "", "chosen": None})[0].is_certain
    assert sure <= 3
