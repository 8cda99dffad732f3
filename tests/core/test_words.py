"""What people see and what they type: Indian figures, dates, words, and two languages."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import words
from core.words.figures import grouped

TODAY = date(2026, 5, 4)


@pytest.fixture
def hindi() -> Iterator[None]:
    words.use_language("hi")
    yield
    words.use_language("en")


@pytest.mark.parametrize(
    ("amount_paise", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (99999, "999.99"),
        (100000, "1,000.00"),
        (123456750, "12,34,567.50"),
        (10**9 * 100, "1,00,00,00,000.00"),
        (-50000, "−500.00"),
    ],
)
def test_amounts_are_grouped_in_lakh_and_crore(amount_paise: int, text: str) -> None:
    assert words.amount_text(amount_paise) == text


@given(st.integers(0, 10**15))
def test_grouping_only_adds_commas(number: int) -> None:
    text = grouped(number)
    assert text.replace(",", "") == str(number)
    head, *rest = text.split(",")
    assert 1 <= len(head) <= 3
    assert [len(part) for part in rest] == [2] * (len(rest) - 1) + [3] * bool(rest)


def test_money_carries_the_sign_before_the_symbol() -> None:
    assert words.money_text(123456750) == "₹ 12,34,567.50"
    assert words.money_text(-50000) == "−₹ 500.00"
    assert words.money_text(-50000, symbol=False) == "−500.00"


@pytest.mark.parametrize(
    ("amount_paise", "text"),
    [
        (8540049, "₹ 85,400"),
        (9999949, "₹ 99,999"),
        (9999950, "₹ 1.00 L"),
        (123500000, "₹ 12.35 L"),
        (999999900, "₹ 1.00 Cr"),
        (2100000000, "₹ 2.10 Cr"),
        (-123500000, "−₹ 12.35 L"),
        (12345 * 10**9, "₹ 12,345.00 Cr"),
    ],
)
def test_short_money_rounds_before_it_chooses_the_unit(amount_paise: int, text: str) -> None:
    assert words.short_money(amount_paise) == text


def test_quantities_prices_and_rates_drop_what_says_nothing() -> None:
    assert words.quantity_text(1250500) == "1,250.5"
    assert words.quantity_text(4000) == "4"
    assert words.price_text(12500000) == "1,250.00"
    assert words.price_text(625) == "0.0625"
    assert words.rate_text(1800) == "18%"
    assert words.rate_text(25) == "0.25%"


@pytest.mark.parametrize(
    ("amount_paise", "spelt"),
    [
        (123456750, "Rupees Twelve Lakh Thirty Four Thousand Five Hundred Sixty Seven and Paise Fifty Only"),
        (608700, "Rupees Six Thousand Eighty Seven Only"),
        (0, "Rupees Zero Only"),
        (50, "Paise Fifty Only"),
        (-10000, "Minus Rupees One Hundred Only"),
        (1_00_00_000_00, "Rupees One Crore Only"),
        (123_45_67_890_12, "Rupees One Hundred Twenty Three Crore Forty Five Lakh Sixty Seven Thousand "
         "Eight Hundred Ninety and Paise Twelve Only"),
        (1_00_000_00_00_000_00, "Rupees One Lakh Crore Only"),
    ],
)  # fmt: skip
def test_amounts_in_english_words(amount_paise: int, spelt: str) -> None:
    assert words.amount_in_words(amount_paise, "en") == spelt


def test_amounts_in_hindi_words() -> None:
    assert words.amount_in_words(123456750, "hi") == ("बारह लाख चौंतीस हज़ार पाँच सौ सरसठ रुपये और पचास पैसे मात्र")
    assert words.amount_in_words(10_00_00_000_00, "hi") == "दस करोड़ रुपये मात्र"


@pytest.mark.usefixtures("hindi")
def test_another_language_is_spoken_everywhere_at_once() -> None:
    assert words.current_language() == "hi"
    assert words.amount_in_words(100) == "एक रुपये मात्र"
    assert words.long_date_text(TODAY) == "4 मई 2026"
    assert words.translate("Paise {paise} Only") == "{paise} पैसे मात्र"
    assert words.translate("no such sentence") == "no such sentence"
    assert words.translate("") == ""


def test_an_unknown_language_changes_nothing() -> None:
    with pytest.raises(words.WordsError):
        words.use_language("xx")
    assert words.current_language() == "en"
    assert words.languages() == {"en": "English", "hi": "हिन्दी"}


@pytest.mark.parametrize(
    ("typed", "amount_paise"),
    [
        ("1,25,000", 12500000),
        ("125,000", 12500000),
        ("1.25l", 12500000),
        ("2cr", 2000000000),
        ("2 Crore", 2000000000),
        ("12.5k", 1250000),
        ("10*125", 125000),
        ("100+20-5", 11500),
        ("(2+3)*4", 2000),
        ("2-3-4", -500),
        ("12/4/3", 100),
        ("10/3", 333),
        ("0.005", 1),
        ("-5", -500),
        ("−5", -500),
        ("₹ 500/-", 50000),
        ("Rs. 500", 50000),
        ("१२३.५०", 12350),
        (".5", 50),
        ("", None),
        ("   ", None),
    ],
)
def test_amounts_as_people_type_them(typed: str, amount_paise: int | None) -> None:
    assert words.parse_amount(typed) == amount_paise


@pytest.mark.parametrize(
    "typed",
    ["abc", "12,5", "1,2,3", "1/0", "1/(2-2)", "2 3", "(1", "1)", "10m", "2**3", "+", "1+", "1.2.3",
     "__import__", "9" * 16, "9" * 121, "1e5", "1_000", "₹"],
)  # fmt: skip
def test_what_is_no_amount_is_said_and_never_guessed(typed: str) -> None:
    with pytest.raises(words.WordsError):
        words.parse_amount(typed)


@given(st.text(alphabet="0123456789+-*/().,klcr ₹%", max_size=30))
def test_no_typing_breaks_the_reader(typed: str) -> None:
    try:
        amount_paise = words.parse_amount(typed)
    except words.WordsError:
        return
    assert (amount_paise is None) == (not typed.strip())


@given(st.integers(-(10**14), 10**14))
def test_a_shown_amount_can_be_typed_back(amount_paise: int) -> None:
    assert words.parse_amount(words.amount_text(amount_paise)) == amount_paise
    assert words.parse_amount(words.money_text(abs(amount_paise))) == abs(amount_paise)


def test_quantities_prices_and_rates_are_typed_likewise() -> None:
    assert words.parse_quantity("2*12.5") == 25000
    assert words.parse_price("₹ 0.0625") == 625
    assert words.parse_rate("18%") == 1800
    assert words.parse_rate("0.25") == 25
    assert words.parse_rate("") is None
    with pytest.raises(words.WordsError):
        words.parse_rate("%")


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("4", TODAY),
        ("31", date(2026, 5, 31)),
        ("4-5", TODAY),
        ("4/5", TODAY),
        ("0405", TODAY),
        ("4 may", TODAY),
        ("31-3", date(2026, 3, 31)),
        ("1-12", date(2025, 12, 1)),
        ("30-10", date(2026, 10, 30)),
        ("4/5/26", TODAY),
        ("4.5.2026", TODAY),
        ("4-May-2026", TODAY),
        ("040526", TODAY),
        ("04052026", TODAY),
        ("2026-05-04", TODAY),
        ("t", TODAY),
        ("Today", TODAY),
        ("y", date(2026, 5, 3)),
        ("+7", date(2026, 5, 11)),
        ("-4", date(2026, 4, 30)),
        ("", None),
    ],
)
def test_dates_as_people_type_them(typed: str, on: date | None) -> None:
    assert words.parse_date(typed, today=TODAY) == on


def test_a_day_and_month_take_the_nearest_year() -> None:
    december = date(2026, 12, 20)
    assert words.parse_date("15-1", today=december) == date(2027, 1, 15)
    assert words.parse_date("29-2", today=date(2027, 6, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "typed", ["0", "32", "31-2", "31-4-26", "4-13", "1-1-1899", "20260504", "abc", "4-mao", "++7"]
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(words.WordsError):
        words.parse_date(typed, today=TODAY)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_shown_date_can_be_typed_back(on: date, today: date) -> None:
    assert words.parse_date(words.date_text(on), today=today) == on
    assert words.parse_date(f"{on.day}-{on.month}", today=on + timedelta(days=100)) == on
    assert words.iso_date(on.isoformat()) == on


@pytest.mark.parametrize(
    "text", ["2026-5-4", "04-05-2026", "20260504", "2026-W01-1", "2026-02-30", "0000-01-01", ""]
)
def test_an_iso_date_is_nothing_else(text: str) -> None:
    with pytest.raises(words.WordsError):
        words.iso_date(text)


def test_dates_are_shown_day_first() -> None:
    assert words.date_text(TODAY) == "04-05-2026"
    assert words.long_date_text(TODAY) == "4 May 2026"
