"""Numbers of documents by Rule 46 and by the stricter IRP."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gst.number import check_number, problems_with_number

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("value", "by_law", "at_irp"),
    [
        ("NI/26-27/0042", True, True),
        ("1", True, True),
        ("1234567890123456", True, True),
        ("12345678901234567", False, False),
        ("0123", True, False),
        ("/12", True, False),
        ("-12", True, False),
        ("ni/0042", True, True),
        ("0", False, False),
        ("0000", False, False),
        ("", False, False),
        ("A 1", False, False),
        ("A_1", False, False),
        ("A1\n", False, False),
        ("क1", False, False),
        ("１２", False, False),
    ],
)
def test_the_law_and_the_portal_differ(value: str, by_law: bool, at_irp: bool) -> None:
    answer = check_number(value, on=TODAY)
    assert (answer.valid_rule46_gstr1, answer.valid_for_irp) == (by_law, at_irp)
    assert bool(answer.problems) is not by_law


def test_small_letters_were_refused_by_the_portal_until_june_2025() -> None:
    assert check_number("ni/1", on=date(2025, 5, 31)).valid_for_irp is False
    assert check_number("ni/1", on=date(2025, 6, 1)).valid_for_irp is True


@given(st.text(max_size=20))
def test_what_the_portal_takes_the_law_takes(value: str) -> None:
    answer = check_number(value, on=TODAY)
    assert answer.valid_rule46_gstr1 or not answer.valid_for_irp


@pytest.mark.parametrize(
    ("value", "code"), [("9" * 17, "NUMBER_LENGTH"), ("A 1", "NUMBER_CHARACTERS"), ("00", "NUMBER_ZERO")]
)
def test_each_problem_has_a_remedy(value: str, code: str) -> None:
    (problem,) = check_number(value, on=TODAY).problems
    assert (problem.code, problem.field) == (code, "number")
    assert problem.remedy


@pytest.mark.parametrize(
    ("value", "at_irp", "codes"),
    [
        ("NI/1", True, []),
        ("0123", False, []),
        ("0123", True, ["NUMBER_IRP"]),
        ("-12", True, ["NUMBER_IRP"]),
        ("A 1", True, ["NUMBER_CHARACTERS"]),
        ("A" * 17, False, ["NUMBER_LENGTH"]),
    ],
)
def test_the_portals_rule_binds_whoever_it_is_told_by(value: str, at_irp: bool, codes: list[str]) -> None:
    found = problems_with_number(value, on=TODAY, at_irp=at_irp)
    assert [problem.code for problem in found] == codes
