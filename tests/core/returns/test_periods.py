"""Periods of the returns: months and quarters, their days, and what people call them."""

import datetime as dt

import pytest

from core.errors import RuleBroken
from core.returns.periods import (
    bounds,
    is_period,
    label,
    month_after,
    months_of,
    next_period,
    period_of,
    previous_period,
    quarter_end,
)
from core.returns.rules import check_period
from core.words import use_language

D = dt.date


@pytest.mark.parametrize(
    ("on", "filing", "period"),
    [
        (D(2026, 4, 1), "monthly", "2026-04"),
        (D(2026, 4, 1), "quarterly", "2026-06"),
        (D(2026, 6, 30), "quarterly", "2026-06"),
        (D(2026, 12, 31), "quarterly", "2026-12"),
        (D(2027, 1, 1), "quarterly", "2027-03"),
    ],
)
def test_a_day_lies_in_its_month_or_quarter(on: dt.date, filing: str, period: str) -> None:
    assert period_of(on, filing) == period
    first, last = bounds(period, filing)
    assert first <= on <= last


def test_a_quarter_is_named_by_its_last_month() -> None:
    assert months_of("2027-03", "quarterly") == ("2027-01", "2027-02", "2027-03")
    assert bounds("2027-03", "quarterly") == (D(2027, 1, 1), D(2027, 3, 31))
    assert quarter_end("2026-10") == "2026-12"
    assert [month for month in months_of("2026-12", "quarterly") if is_period(month, "quarterly")] == [
        "2026-12"
    ]


def test_periods_follow_one_another_over_the_year() -> None:
    assert next_period("2026-12", "monthly") == "2027-01"
    assert next_period("2026-12", "quarterly") == "2027-03"
    assert previous_period("2027-03", "quarterly") == "2026-12"
    assert (previous_period("2027-01", "quarterly"), next_period("2027-01", "quarterly")) == (
        "2026-12",
        "2027-06",
    )
    assert previous_period("2027-01", "monthly") == "2026-12"
    assert month_after("2026-11", 14) == "2028-01"


def test_a_period_is_called_as_people_say() -> None:
    assert label("2026-05") == "May 2026"
    assert label("2026-06", "quarterly") == "April – June 2026"
    assert label("2026-05", "quarterly") == "May 2026", "the month of an IFF"
    use_language("hi")
    try:
        assert label("2026-05") == "मई 2026"
    finally:
        use_language("en")


@pytest.mark.parametrize(
    ("name", "form", "filing"),
    [
        ("2026-13", "GSTR1", "monthly"),
        ("26-05", "GSTR1", "monthly"),
        ("2026-05", "GSTR1", "quarterly"),
        ("2026-06", "IFF", "quarterly"),
        ("2026-05", "IFF", "monthly"),
        ("2026-05", "GSTR9", "monthly"),
    ],
)
def test_a_form_is_filed_for_its_own_periods_alone(name: str, form: str, filing: str) -> None:
    with pytest.raises(RuleBroken):
        check_period(name, form, filing)


def test_the_forms_of_a_quarter() -> None:
    for month, form in (("2026-04", "IFF"), ("2026-05", "IFF"), ("2026-06", "GSTR1"), ("2026-06", "GSTR3B")):
        check_period(month, form, "quarterly")
