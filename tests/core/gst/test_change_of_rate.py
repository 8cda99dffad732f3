"""Section 14 of the CGST Act, case by case, and over every order of supply, invoice and payment."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gst.change_of_rate import day_of_rate

CHANGE = dt.date(2025, 9, 22)
DAYS = st.dates(dt.date(2025, 6, 1), dt.date(2025, 12, 31))
AUG, SEP, OCT, NOV = dt.date(2025, 8, 10), dt.date(2025, 9, 21), dt.date(2025, 10, 3), dt.date(2025, 11, 5)


@pytest.mark.parametrize(
    ("supplied_on", "invoiced_on", "paid_on", "expected"),
    [
        (AUG, OCT, NOV, OCT),  # s. 14(a)(i): invoice and payment after the change: the earlier
        (AUG, NOV, OCT, OCT),
        (AUG, SEP, NOV, SEP),  # (a)(ii): invoice before, payment after: the invoice
        (AUG, NOV, SEP, SEP),  # (a)(iii): payment before, invoice after: the payment
        (OCT, AUG, NOV, NOV),  # (b)(i): invoice before, payment after: the payment
        (OCT, SEP, AUG, AUG),  # (b)(ii): both before: the earlier
        (OCT, NOV, AUG, NOV),  # (b)(iii): payment before, invoice after: the invoice
        (AUG, OCT, None, OCT),  # not yet paid is paid after
        (AUG, SEP, None, SEP),
        (OCT, NOV, None, NOV),
        (NOV, SEP, None, NOV),
        (AUG, AUG, SEP, AUG),  # all before
        (OCT, NOV, OCT, OCT),  # all after
        (CHANGE, CHANGE, SEP, CHANGE),  # the day of the change is of the new rate
    ],
)
def test_each_case_of_the_section(
    supplied_on: dt.date, invoiced_on: dt.date, paid_on: dt.date | None, expected: dt.date
) -> None:
    assert day_of_rate(supplied_on, invoiced_on, paid_on, CHANGE) == expected


@given(DAYS, DAYS, st.none() | DAYS, DAYS)
def test_two_of_the_three_decide(
    supplied_on: dt.date, invoiced_on: dt.date, paid_on: dt.date | None, changed_on: dt.date
) -> None:
    found = day_of_rate(supplied_on, invoiced_on, paid_on, changed_on)
    after = [supplied_on >= changed_on, invoiced_on >= changed_on, paid_on is None or paid_on >= changed_on]
    assert (found >= changed_on) == (sum(after) >= 2)
    assert found in (supplied_on, invoiced_on, paid_on)
