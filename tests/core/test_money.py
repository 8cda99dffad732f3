"""Money and its neighbours are exact whole numbers; what cannot be exact is refused."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money

AMOUNTS = st.integers(-(10**14), 10**14)


@pytest.mark.parametrize(
    ("text", "amount_paise"),
    [
        ("0", 0),
        ("1234.5", 123450),
        ("-1234.50", -123450),
        ("+7", 700),
        ("0.01", 1),
        ("007", 700),
        ("12.500", 1250),
        (" 12 ", 1200),
        ("9999999999999.99", 999999999999999),
    ],
)
def test_rupees_are_read_as_paise(text: str, amount_paise: int) -> None:
    assert money.paise(text) == amount_paise


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "1.",
        ".5",
        "1.005",
        "1,000",
        "1e3",
        "१२",
        "--1",
        "0x1",
        "nan",
        "10000000000000.00",
        "1 2",
    ],
)
def test_what_is_no_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(money.MoneyError):
        money.paise(text)


def test_rates_prices_and_quantities_have_their_own_scale() -> None:
    assert money.rate_bp("18") == 1800
    assert money.rate_bp("0.25") == 25
    assert money.price_tenthousandths("0.0625") == 625
    assert money.quantity_thousandths("1.5") == 1500
    with pytest.raises(money.MoneyError):
        money.quantity_thousandths("0.0005")


@pytest.mark.parametrize(
    ("value", "decimals", "keep", "text"),
    [
        (1500, 3, 0, "1.5"),
        (1000, 3, 0, "1"),
        (12500000, 4, 2, "1250.00"),
        (-5, 2, 2, "-0.05"),
        (7, 0, 0, "7"),
    ],
)
def test_trailing_zeros_go_down_to_what_is_kept(value: int, decimals: int, keep: int, text: str) -> None:
    assert money.unscaled(value, decimals, keep=keep) == text


@given(AMOUNTS)
def test_what_is_written_reads_back(amount_paise: int) -> None:
    assert money.paise(money.rupees(amount_paise)) == amount_paise
    assert money.scaled(money.unscaled(amount_paise, 4), 4) == amount_paise


@given(AMOUNTS, st.integers(1, 10**9))
def test_half_up_agrees_with_decimal(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    expected = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert money.half_up(numerator, denominator) == expected


@pytest.mark.parametrize(
    ("given_paise", "rounded"), [(149, 100), (150, 200), (-150, -200), (-149, -100), (0, 0)]
)
def test_half_a_rupee_rounds_away_from_zero(given_paise: int, rounded: int) -> None:
    assert money.round_to_rupee(given_paise) == rounded
