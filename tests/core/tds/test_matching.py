"""What belongs together is found whatever the order, and nothing is lost or told twice."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.facts import Facts
from core.fiscal import financial_year, quarter
from core.ids import Id, imported_id
from core.tds.matching import Credit, Deducted, Match, Outcome, match
from core.tds.rules import is_same

TAN = "CHEL01234A"
FACTS = Facts.shipped()


def same(code: str, other: str) -> bool:
    return is_same(code, other, FACTS)


def kept(rupees: int, on: dt.date, code: str = "194C", *, tan: str = TAN, name: str = "") -> Deducted:
    receipt = imported_id("receipt", name or f"{rupees} {on} {code}")
    return Deducted(receipt, 1, name or "R", tan, b"p" * 16, code, on, rupees * 100)


def seen(
    rupees: int,
    on: dt.date,
    code: str = "194C",
    *,
    tan: str = TAN,
    status: str = "F",
    name: str = "",
    paise: int = 0,
) -> Credit:
    record = imported_id("credit", name or f"{rupees} {on} {code} {status}")
    amount = rupees * 100 + paise
    return Credit(
        record, record, "26AS", tan, "LOTUS", code, financial_year(on), quarter(on), on, amount * 50, amount, amount,
        status, None,
    )  # fmt: skip


MAY, JUNE, AUGUST, MARCH, APRIL = (
    dt.date(2025, 5, 14), dt.date(2025, 6, 2), dt.date(2025, 8, 20), dt.date(2026, 3, 30), dt.date(2026, 4, 2)
)  # fmt: skip

CASES: list[tuple[str, list[Deducted], list[Credit], list[Outcome]]] = [
    ("alike", [kept(4000, MAY)], [seen(4000, JUNE)], [Outcome.MATCHED]),
    ("half a rupee of rounding", [kept(4000, MAY)], [seen(3999, MAY, paise=51)], [Outcome.MATCHED]),
    ("less", [kept(4000, MAY)], [seen(3000, MAY)], [Outcome.SHORT]),
    ("nothing", [kept(4000, MAY)], [], [Outcome.MISSING]),
    ("more", [kept(4000, MAY)], [seen(5000, MAY)], [Outcome.EXCESS]),
    ("only seen", [], [seen(5000, MAY)], [Outcome.EXCESS]),
    ("another nature of payment", [kept(4000, MAY)], [seen(4000, MAY, "194JB")], [Outcome.WRONG_SECTION]),
    ("next quarter", [kept(4000, JUNE)], [seen(4000, AUGUST)], [Outcome.OTHER_QUARTER]),
    ("next year, under the new code", [kept(4000, MARCH)], [seen(4000, APRIL, "1024")], [Outcome.OTHER_QUARTER]),
    ("new code for an old deduction", [kept(4000, MARCH)], [seen(4000, MARCH, "1024")], [Outcome.MATCHED]),
    ("not booked as final", [kept(4000, MAY)], [seen(4000, MAY, status="U")], [Outcome.NOT_FINAL]),
    ("two receipts, one line", [kept(1000, MAY), kept(3000, JUNE)], [seen(4000, JUNE)], [Outcome.MATCHED]),
    ("one receipt, two lines", [kept(4000, JUNE)], [seen(1000, MAY), seen(3000, JUNE)], [Outcome.MATCHED]),
    (
        "some of several",
        [kept(1000, MAY), kept(3000, JUNE), kept(500, JUNE)],
        [seen(4000, JUNE)],
        [Outcome.MATCHED, Outcome.MISSING],
    ),
    (
        "taken back and told again",
        [kept(4000, MAY)],
        [seen(4000, MAY, name="a"), seen(-4000, MAY, name="b"), seen(4000, MAY, name="c")],
        [Outcome.MATCHED, Outcome.REVERSED],
    ),
    ("only taken back", [kept(4000, MAY)], [seen(4000, MAY), seen(-4000, MAY)], [Outcome.MISSING, Outcome.REVERSED]),
    ("too far away", [kept(4000, MAY)], [seen(4000, MARCH)], [Outcome.EXCESS, Outcome.MISSING]),
    ("another deductor", [kept(4000, MAY)], [seen(4000, MAY, tan="MUMS09999D")], [Outcome.EXCESS, Outcome.MISSING]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("deducted", "lines", "outcomes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_outcomes(deducted: list[Deducted], lines: list[Credit], outcomes: list[Outcome]) -> None:
    assert sorted(found.outcome for found in match(deducted, lines, same)) == sorted(outcomes)


def test_the_nearest_day_is_taken_when_amounts_are_alike() -> None:
    first, second = kept(4000, MAY, name="1"), kept(4000, JUNE, name="2")
    found = match([first, second], [seen(4000, JUNE)], same)
    assert {one.outcome: one.deductions for one in found} == {
        Outcome.MATCHED: (second,),
        Outcome.MISSING: (first,),
    }


def test_a_link_by_hand_goes_before_every_rule() -> None:
    one, line = kept(4000, MAY), seen(3900, MARCH, "194Q", tan="MUMS09999D")
    claim = b"c" * 16
    (found,) = match([one], [line], same, links={one.receipt: claim, line.id: claim})
    assert (found.outcome, found.link, found.deductions, found.credits) == (
        Outcome.SHORT,
        claim,
        (one,),
        (line,),
    )


@st.composite
def piles(draw: st.DrawFn) -> tuple[list[Deducted], list[Credit]]:
    days = st.integers(0, 700).map(lambda n: dt.date(2025, 4, 1) + dt.timedelta(days=n))
    rupees = st.sampled_from((100, 200, 300, 500, 600, 1000))
    codes = st.sampled_from(("194C", "1024", "194JB", "1027"))
    tans = st.sampled_from((TAN, "BLRK04321C"))
    deducted = [
        kept(draw(rupees), draw(days), draw(codes), tan=draw(tans), name=f"r{n}")
        for n in range(draw(st.integers(0, 12)))
    ]
    lines = [
        seen(draw(rupees) * draw(st.sampled_from((1, 1, 1, -1))), draw(days), draw(codes), tan=draw(tans),
             status=draw(st.sampled_from("FFU")), name=f"s{n}")
        for n in range(draw(st.integers(0, 12)))
    ]  # fmt: skip
    return deducted, lines


def canonical(found: list[Match]) -> list[tuple[str, frozenset[Id], frozenset[Id]]]:
    return sorted(
        (
            (
                one.outcome.value,
                frozenset(part.receipt for part in one.deductions),
                frozenset(part.id for part in one.credits),
            )
            for one in found
        ),
        key=lambda told: (told[0], sorted(told[1]), sorted(told[2])),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(piles(), st.randoms(use_true_random=False))
def test_everything_ends_in_one_match_whatever_the_order(
    given_piles: tuple[list[Deducted], list[Credit]], chance: random.Random
) -> None:
    deducted, lines = given_piles
    found = match(deducted, lines, same)
    assert sorted(one for told in found for one in told.deductions) == sorted(deducted)
    assert sorted(one.id for told in found for one in told.credits) == sorted(one.id for one in lines)
    matched = sum(told.deducted_paise for told in found if told.credits)
    alone = sum(told.deducted_paise for told in found if not told.credits)
    assert matched + alone == sum(one.paise for one in deducted)
    chance.shuffle(deducted)
    chance.shuffle(lines)
    assert canonical(match(deducted, lines, same)) == canonical(found)


def test_thousands_are_matched_at_once() -> None:
    day = dt.date(2025, 4, 1)
    deducted = [kept(1000 + n, day + dt.timedelta(days=n % 360), name=f"r{n}") for n in range(3000)]
    lines = [seen(1000 + n, one.dated_on, name=f"s{n}") for n, one in enumerate(deducted) if n % 10]
    found = match(deducted, lines, same)
    assert sum(1 for one in found if one.outcome is Outcome.MATCHED) >= len(lines) - 100
