"""The GST in an advance, and how it moves: tables, and properties over any sequence of parts."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from core.advances.model import AdjustedElsewhere, AdvanceTax, ReceiptVoucher
from core.advances.rules import (
    GOODS,
    Move,
    Use,
    advance_tax,
    moves_of,
    postings_for,
    problems_with_refund,
    problems_with_voucher,
    refund_postings,
    tax_of,
)
from core.advances.settling import settled_refund
from core.errors import RuleBroken
from tests.core.advances.vouchers import CHENNAI, a_voucher
from tests.core.books import COMPANY, TODAY

D = dt.date
CASES = Path(__file__).parents[2] / "data" / "gst_cases.json"
HEADS = ("taxable_paise", "igst_paise", "cgst_paise", "sgst_paise", "cess_paise")


def case(name: str) -> dict[str, dict[str, object]]:
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    return next(each for each in (cases["cases"] if isinstance(cases, dict) else cases) if each["id"] == name)


def in_paise(rupees: object) -> int:
    return int(rupees) * 100


def test_the_worked_case_of_an_advance_and_an_invoice_set_against_it() -> None:
    told = case("ADVANCE-01")
    asked, wanted = told["input"], told["expected"]
    voucher = a_voucher(in_paise(asked["advance_received"]), int(asked["gst"]) * 100)
    assert voucher.supply == asked["supply"]
    use = Use("A/1", TODAY, in_paise(asked["invoice"]["value"]))
    received, adjusted = moves_of(voucher, [use], [])
    for move, figures, base in (
        (received, wanted["on_receipt"], "advance_base"),
        (adjusted, wanted["on_adjustment"], "base"),
    ):
        assert move.taxable_paise == in_paise(figures[base])
        assert (move.cgst_paise, move.sgst_paise) == (in_paise(figures["cgst"]), in_paise(figures["sgst"]))
    left = received.taxable_paise - adjusted.taxable_paise
    assert left == in_paise(wanted["advance_left"])


@pytest.mark.parametrize(
    ("amount", "rate_bp", "cess", "inter_state", "tax"),
    [
        (590_00, 1800, 0, False, AdvanceTax(500_00, 0, 45_00, 45_00)),
        (590_00, 1800, 0, True, AdvanceTax(500_00, 90_00)),
        (23_600_00, 1800, 0, True, AdvanceTax(20_000_00, 3_600_00)),
        (
            100_00,
            1800,
            0,
            False,
            AdvanceTax(84_74, 0, 7_63, 7_63),
        ),  # 84.75 less the paisa both halves round up
        (100_00, 500, 0, True, AdvanceTax(95_24, 4_76)),
        (132_00, 2800, 4_00, True, AdvanceTax(100_00, 28_00, cess_paise=4_00)),  # cess bears no GST
        (1_000_00, 0, 0, True, AdvanceTax(1_000_00)),
        (1, 1800, 0, False, AdvanceTax(1)),
    ],
)
def test_an_advance_holds_its_tax(
    amount: int, rate_bp: int, cess: int, inter_state: bool, tax: AdvanceTax
) -> None:
    assert advance_tax(amount, rate_bp, cess, inter_state) == tax


@given(
    amount=st.integers(1, 10**12),
    rate_bp=st.sampled_from([0, 25, 500, 1200, 1800, 2800, 4000]),
    cess_share=st.integers(0, 1000),
    inter_state=st.booleans(),
)
def test_value_tax_and_cess_add_up_and_the_halves_are_equal(
    amount: int, rate_bp: int, cess_share: int, inter_state: bool
) -> None:
    cess = amount * cess_share // 1000
    tax = advance_tax(amount, rate_bp, cess, inter_state)
    assert sum(getattr(tax, head) for head in HEADS) == amount
    assert tax.cgst_paise == tax.sgst_paise
    assert tax.cess_paise == cess
    # the tax is that of the value, to the rounding of each head
    whole = tax.igst_paise + tax.cgst_paise + tax.sgst_paise
    assert abs(whole * 10_000 - tax.taxable_paise * rate_bp) <= 30_000


@st.composite
def advances(draw: st.DrawFn) -> tuple[ReceiptVoucher, list[Use], list[Use]]:
    """An advance, used up in parts on any days: set against invoices here and elsewhere, and given back."""
    parts = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=8))
    taken = [
        (
            Use(f"A/{n}", TODAY + dt.timedelta(days=draw(st.integers(0, 60))), paise),
            draw(st.sampled_from("ure")),
        )
        for n, paise in enumerate(parts)
    ]
    elsewhere = tuple(AdjustedElsewhere(*use) for use, where in taken if where == "e")
    voucher = a_voucher(
        sum(parts), draw(st.sampled_from([0, 500, 1800, 4000])), state=draw(st.sampled_from(["29", "33"])),
        cess_paise=draw(st.integers(0, sum(parts) // 9)), elsewhere=elsewhere,
    )  # fmt: skip
    return (
        voucher,
        [use for use, where in taken if where == "u"],
        [use for use, where in taken if where == "r"],
    )


@given(advance=advances(), chance=st.randoms())
def test_parts_add_up_to_the_voucher_and_the_order_of_entry_changes_nothing(
    advance: tuple[ReceiptVoucher, list[Use], list[Use]], chance: object
) -> None:
    voucher, uses, refunds = advance
    assert list(problems_with_voucher(structs.replace(voucher, number="AV/1"))) == []
    received, *parts = moves_of(voucher, uses, refunds)
    for head in HEADS:
        assert (
            sum(getattr(part, head) for part in parts)
            == getattr(received, head)
            == getattr(voucher.tax, head)
        )
    for part in parts:
        assert part.cgst_paise == part.sgst_paise >= 0
        assert part.igst_paise >= 0
    shuffled = [*uses], [*refunds]
    for each in shuffled:
        chance.shuffle(each)
    assert moves_of(voucher, *shuffled) == [received, *parts]


@given(advance=advances(), days=st.integers(0, 60))
def test_what_was_declared_is_not_moved_by_what_comes_after(
    advance: tuple[ReceiptVoucher, list[Use], list[Use]], days: int
) -> None:
    voucher, uses, refunds = advance
    until = TODAY + dt.timedelta(days=days)

    def by_then(found: list[Use]) -> list[Use]:
        return [use for use in found if use.dated_on <= until]

    then = [move for move in moves_of(voucher, by_then(uses), by_then(refunds)) if move.moved_on <= until]
    now = [move for move in moves_of(voucher, uses, refunds) if move.moved_on <= until]
    assert then == now


def test_an_advance_for_goods_bears_no_tax_and_is_not_reported() -> None:
    voucher = a_voucher(590_00, 1800, purpose=GOODS)
    assert (voucher.tax, voucher.rate_bp) == (AdvanceTax(590_00), 0)
    assert moves_of(voucher, [Use("A/1", TODAY, 100_00)], []) == []


def test_moves_tell_place_rate_and_days() -> None:
    voucher = structs.replace(a_voucher(118_00, state=CHENNAI, on=D(2026, 5, 19)), number="AV/1")
    moves = moves_of(voucher, [Use("A/2", D(2026, 7, 1), 60_00)], [Use("AF/1", D(2026, 6, 2), 58_00)])
    assert moves == [
        Move("received", "AV/1", D(2026, 5, 19), D(2026, 5, 19), "33", True, 1800, 100_00, 18_00),
        Move("refunded", "AF/1", D(2026, 6, 2), D(2026, 5, 19), "33", True, 1800, 49_15, 8_85),
        Move("adjusted", "A/2", D(2026, 7, 1), D(2026, 5, 19), "33", True, 1800, 50_85, 9_15),
    ]


@pytest.mark.parametrize(
    ("amount", "mode", "elsewhere", "posted"),
    [
        (100, "neft", 0, {"bank": 100, "debtors": -100}),
        (100, "cash", 30, {"cash": 100, "debtors": -70, "opening": -30}),
        (100, "upi", 100, {"bank": 100, "opening": -100}),
    ],
)
def test_what_a_voucher_posts(amount: int, mode: str, elsewhere: int, posted: dict[str, int]) -> None:
    assert {each.account: each.paise for each in postings_for(amount, mode, elsewhere)} == posted
    back = {each.account: each.paise for each in refund_postings(amount, mode)}
    assert back == {"debtors": amount, "cash" if mode == "cash" else "bank": -amount}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": "AV 1"}, "NUMBER_CHARACTERS"),
        ({"amount_paise": 0}, "RANGE"),
        ({"amount_paise": -590_00}, "RANGE"),
        ({"amount_paise": 10**16}, "RANGE"),
        ({"amount_paise": 591_00}, "SUMS"),
        ({"rate_bp": 2800}, "SUMS"),
        ({"rate_bp": -1}, "RANGE"),
        ({"rate_bp": 10**9}, "RANGE"),
        ({"supply": "INTER"}, "SUMS"),
        ({"supply": "OUTER"}, "CHOICE"),
        ({"purpose": "both"}, "CHOICE"),
        ({"mode": "adjustment"}, "CHOICE"),
        ({"tax": AdvanceTax(500_00, 90_00)}, "SUMS"),
        ({"tax": AdvanceTax(500_00, cess_paise=591_00)}, "RANGE"),
        ({"postings": ()}, "POSTINGS"),
        ({"elsewhere": (AdjustedElsewhere("X/1", TODAY, 591_00),)}, "OPEN_AMOUNT"),
        ({"elsewhere": (AdjustedElsewhere("X/1", TODAY, 0),)}, "RANGE"),
        ({"elsewhere": (AdjustedElsewhere("X/1", D(2026, 1, 1), 1),)}, "DATE"),
    ],
)
def test_what_is_wrong_with_a_receipt_voucher(changed: dict[str, object], code: str) -> None:
    good = structs.replace(a_voucher(590_00), number="AV/26-27/0001")
    assert list(problems_with_voucher(good)) == []
    assert code in [problem.code for problem in problems_with_voucher(structs.replace(good, **changed))]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": "0"}, "NUMBER_ZERO"),
        ({"amount_paise": 0}, "RANGE"),
        ({"dated_on": D(2026, 11, 18)}, "DATE"),
        ({"tax": AdvanceTax(100_00, 0, 9_00, 8_00)}, "SUMS"),
        ({"amount_paise": 117_00}, "SUMS"),
        ({"postings": ()}, "POSTINGS"),
        ({"mode": "barter"}, "CHOICE"),
    ],
)
def test_what_is_wrong_with_a_refund_voucher(changed: dict[str, object], code: str) -> None:
    voucher = structs.replace(a_voucher(590_00, on=D(2026, 11, 19)), number="AV/26-27/0001")
    good = settled_refund(
        voucher, b"v" * 16, number="AF/26-27/0001", series="AF", dated_on=TODAY, amount_paise=118_00, reason="r",
        mode="neft", reference="", uses=[], refunds=[],
    )  # fmt: skip
    assert good.tax == AdvanceTax(100_00, 0, 9_00, 9_00)
    assert tax_of(moves_of(voucher, [], [Use("AF/26-27/0001", TODAY, 118_00)])[1]) == good.tax
    assert list(problems_with_refund(good)) == []
    assert code in [problem.code for problem in problems_with_refund(structs.replace(good, **changed))]


@pytest.mark.parametrize(
    "changed", [{"composition": True}, {"registration": COMPANY.registration.__class__()}]
)
def test_who_may_not_charge_gst_takes_an_advance_without_it(changed: dict[str, object]) -> None:
    company = structs.replace(COMPANY, **changed)
    with pytest.raises(RuleBroken) as refused:
        a_voucher(590_00, company=company)
    assert [problem.code for problem in refused.value.problems] == ["TAX_NOT_ALLOWED"]
    assert a_voucher(590_00, 0, company=company).tax == AdvanceTax(590_00)


def test_from_a_sez_an_advance_is_for_a_supply_between_states() -> None:
    voucher = a_voucher(590_00, company=structs.replace(COMPANY, sez=True))
    assert (voucher.supply, voucher.tax) == ("INTER", AdvanceTax(500_00, 90_00))
    assert moves_of(voucher, [], [])[0].inter_state
