"""The year runs from April to March, and a month is written YYYY-MM."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import fiscal


@pytest.mark.parametrize(
    ("on", "start", "label", "quarter"),
    [
        (date(2026, 3, 31), 2025, "25-26", 4),
        (date(2026, 4, 1), 2026, "26-27", 1),
        (date(2026, 12, 31), 2026, "26-27", 3),
        (date(2099, 7, 1), 2099, "99-00", 2),
    ],
)
def test_a_day_has_its_year_and_quarter(on: date, start: int, label: str, quarter: int) -> None:
    assert fiscal.financial_year(on) == start
    assert fiscal.year_label(start) == label
    assert fiscal.quarter(on) == quarter


def test_labels_and_periods_are_those_of_law() -> None:
    assert fiscal.year_label_long(2019) == "2019-20"
    assert fiscal.period(date(2026, 5, 4)) == "2026-05"
    assert fiscal.return_period("2017-07") == "072017"
    assert fiscal.month_bounds("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))


@given(st.dates(date(1990, 1, 1), date(2190, 1, 1)))
def test_years_and_months_follow_without_gap(on: date) -> None:
    first, last = fiscal.year_bounds(fiscal.financial_year(on))
    assert first <= on <= last
    assert fiscal.financial_year(last + timedelta(days=1)) == fiscal.financial_year(on) + 1
    begin, end = fiscal.month_bounds(fiscal.period(on))
    assert begin <= on <= end
    assert fiscal.period(end + timedelta(days=1)) != fiscal.period(on)


@pytest.mark.parametrize("text", ["2026-13", "2026-5", "2026", "0000-01", "२०२६-०५", "2026-05-01", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        fiscal.month_bounds(text)
