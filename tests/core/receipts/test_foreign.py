"""Money in foreign currency: what it settles at the bills' own rates, and what the rate brought or cost.

The bills stand in the books at the rate of their day; the difference when they are paid is gain or loss (AS 11, para.
13). The examples are reckoned by hand.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.model import AllocationLine
from core.ledger.queries import trial_balance
from core.receipts.model import Deduction, ForeignMoney
from core.receipts.queries import receipt
from core.receipts.rules import (
    ForeignBill,
    exchange_gain_paise,
    foreign_hundredths,
    foreign_paise,
    foreign_share,
)
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.receipts.dealings import AUGUST, agrees, left_of

A, B = b"a" * 16, b"b" * 16


def usd(dollars: int, rate: str) -> ForeignMoney:
    whole, _point, part = rate.partition(".")
    return ForeignMoney("USD", dollars * 100, int(whole + part.ljust(6, "0")))


def bill(document: bytes, rupees: int, rate: str) -> ForeignBill:
    return ForeignBill(document, rupees * 100, usd(0, rate).rate_millionths)


@pytest.mark.parametrize(
    ("money", "bills", "lines", "gain", "left"),
    [
        # USD 1,000 billed at 83.00, paid at 84.50: 1,500 gained
        (usd(1_000, "84.5"), [bill(A, 83_000, "83")], [(A, 83_000_00)], 1_500_00, 0),
        # ... paid at 82.25: 750 lost
        (usd(1_000, "82.25"), [bill(A, 83_000, "83")], [(A, 83_000_00)], -750_00, 0),
        # ... paid at the bill's own rate
        (usd(1_000, "83"), [bill(A, 83_000, "83")], [(A, 83_000_00)], 0, 0),
        # half of it, at 84.50
        (usd(500, "84.5"), [bill(A, 83_000, "83")], [(A, 41_500_00)], 750_00, 0),
        # USD 1,200 for that bill: 200 stay on account at their own rate
        (usd(1_200, "84.5"), [bill(A, 83_000, "83")], [(A, 83_000_00)], 1_500_00, 16_900_00),
        # two bills of other days: USD 1,000 at 83.00 and USD 400 at 85.00, paid together at 84.00
        (usd(1_400, "84"), [bill(A, 83_000, "83"), bill(B, 34_000, "85")],
         [(A, 83_000_00), (B, 34_000_00)], 1_000_00 - 400_00, 0),
        # the second in part: USD 100 of it
        (usd(1_100, "84"), [bill(A, 83_000, "83"), bill(B, 34_000, "85")],
         [(A, 83_000_00), (B, 8_500_00)], 1_000_00 - 100_00, 0),
        (usd(100, "84"), [], [], 0, 8_400_00),
    ],
)  # fmt: skip
def test_what_foreign_money_settles_and_brings(
    money: ForeignMoney, bills: list[ForeignBill], lines: list[tuple[bytes, int]], gain: int, left: int
) -> None:
    found = foreign_share(money, bills)
    assert [(line.document, line.paise) for line in found.lines] == lines
    assert (found.gain_paise, found.left_paise) == (gain, left)
    assert exchange_gain_paise(money, bills) == gain


rates = st.integers(1_000_000, 200_000_000)


@given(
    hundredths=st.integers(1, 10**9),
    rate=rates,
    bills=st.lists(st.tuples(st.integers(1, 10**10), rates), max_size=6),
)
def test_lines_gain_and_what_is_left_are_the_money_at_its_own_rate(
    hundredths: int, rate: int, bills: list[tuple[int, int]]
) -> None:
    owed = [ForeignBill(bytes([n]) * 16, paise, at) for n, (paise, at) in enumerate(bills)]
    found = foreign_share(ForeignMoney("USD", hundredths, rate), owed)
    settled = sum(line.paise for line in found.lines)
    assert settled + found.gain_paise + found.left_paise == foreign_paise(hundredths, rate)
    open_of = {each.document: each.open_paise for each in owed}
    assert all(0 < line.paise <= open_of[line.document] for line in found.lines)
    assert abs(foreign_hundredths(foreign_paise(hundredths, rate), rate) - hundredths) <= 1


@pytest.mark.slow
def test_a_foreign_receipt_settles_its_bill_and_posts_gain_and_charges(tmp_path: Path) -> None:
    """USD 1,000 at 84.50 less 590 of charges: 83,910 in the bank, 1,500 gained, the bill of 83,000 paid."""
    with a_book(tmp_path) as book:
        party = a_party(book)
        paper = a_bill(book, party, 83_000, AUGUST)
        kept = (Deduction("bank_charge", 590_00), Deduction("exchange", -1_500_00))
        record = money_in(
            book, party, 83_910, TODAY, kept_back=kept, foreign=usd(1_000, "84.5"),
            allocate=[AllocationLine(paper, 83_000_00)],
        )  # fmt: skip
        assert left_of(book, paper, record) == [0, 0]
        found = book.read(trial_balance)
        assert (found["bank"], found["bank_charges"], found["exchange_difference"]) == (
            83_910_00, 590_00, -1_500_00,
        )  # fmt: skip
        assert book.read(lambda read: receipt(read, record)).foreign == usd(1_000, "84.5")
        agrees(book, party)
