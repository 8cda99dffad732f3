"""The TDS that money for some bills leaves to be expected."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.model import OpenItem
from core.receipts.bills import OpenBill, likely_tds


def bill(value_paise: int, base_paise: int, open_paise: int | None = None) -> OpenBill:
    on = dt.date(2026, 9, 1)
    left = value_paise if open_paise is None else open_paise
    item = OpenItem(b"b" * 16, b"p" * 16, "due", "INV", "A/1", on, on, value_paise, left)
    return OpenBill(item, base_paise)


@pytest.mark.parametrize(
    ("bills", "money", "rate_bp", "tds"),
    [
        ([bill(118_000_00, 100_000_00)], 116_000_00, 200, 2_000_00),  # a bill less its TDS
        ([bill(118_000_00, 100_000_00)], 58_000_00, 200, 1_000_00),  # half of it
        ([bill(118_000_00, 100_000_00, 59_000_00)], 58_000_00, 200, 1_000_00),  # what is left of it
        ([bill(118_000_00, 100_000_00), bill(59_000_00, 50_000_00)], 174_000_00, 200, 3_000_00),
        ([bill(118_000_00, 100_000_00)], 500_000_00, 1_000, 10_000_00),  # more money than bills
        ([], 500_00, 1_000, 0),
        ([bill(118_000_00, 0)], 118_000_00, 200, 0),  # an opening balance says no value without GST
        ([bill(1_000_00, 1_000_00)], 0, 200, 0),
    ],
)
def test_tds_is_the_share_of_what_is_settled(
    bills: list[OpenBill], money: int, rate_bp: int, tds: int
) -> None:
    assert likely_tds(bills, money, rate_bp) == tds


@given(
    values=st.lists(st.integers(1_00, 10_00_000_00), max_size=6),
    money=st.integers(0, 50_00_000_00),
    rate_bp=st.sampled_from([10, 100, 200, 1_000]),
)
def test_more_money_never_bears_less_tds_nor_more_than_all_bills_do(
    values: list[int], money: int, rate_bp: int
) -> None:
    bills = [bill(value, value) for value in values]
    tds = likely_tds(bills, money, rate_bp)
    assert tds % 100 == 0
    assert tds <= likely_tds(bills, money + 1_000_00, rate_bp) <= likely_tds(bills, 10**12, rate_bp)
