"""The IRN as the portal computes it: published values, and the day from which small letters are capitals."""

import datetime as dt

import pytest

from core.einvoice.irn import irn_of, irn_source
from tests.core.portal_papers import CASES

PUBLISHED = [case for id_, case in CASES.items() if id_.startswith("IRN-")]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_published_values_are_computed_anew(case: dict) -> None:
    asked, expected = case["input"], case["expected"]
    told = (
        asked["supplier_gstin"],
        dt.date.fromisoformat(asked["doc_date"]),
        asked["doc_type"],
        asked["doc_no"],
    )
    assert irn_source(*told) == expected["string"]
    assert irn_of(*told) == expected["irn"]


def test_the_published_cases_are_there() -> None:
    assert len(PUBLISHED) == 3


def test_small_letters_count_as_capitals_from_june_2025() -> None:
    before, after = dt.date(2025, 5, 31), dt.date(2025, 6, 1)
    assert irn_of("24AAQCA8719H1ZC", before, "INV", "si/1") != irn_of(
        "24AAQCA8719H1ZC", before, "INV", "SI/1"
    )
    assert irn_of("24AAQCA8719H1ZC", after, "INV", "si/1") == irn_of("24AAQCA8719H1ZC", after, "INV", "SI/1")


def test_type_and_year_tell_papers_of_one_number_apart() -> None:
    made = {
        irn_of("24AAQCA8719H1ZC", on, type_, "SI/1")
        for on in (dt.date(2026, 3, 31), dt.date(2026, 4, 1))
        for type_ in ("INV", "CRN", "DBN")
    }
    assert len(made) == 6
