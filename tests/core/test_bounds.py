"""No amount of a record is so large that what adds up could not be kept."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from core.company.model import Company, Registration
from core.company.rules import AMOUNT_MAX_PAISE, problems_with_company
from core.interest.model import Booking, Taxing
from core.interest.rules import problems_with_booking, problems_with_taxing
from core.ledger.model import Allocation, AllocationLine, WriteOff
from core.ledger.rules import PAISE_MAX, problems_with_allocation, problems_with_write_off, write_off_postings
from core.parties.model import Party
from core.parties.rules import problems_with_party
from core.problems import Problem
from core.tds.model import Certificate, Claimed, Seen
from core.tds.rules import problems_with_certificate, problems_with_claimed, problems_with_seen

ON = dt.date(2026, 5, 1)
PLAIN = Registration("unregistered", "", "29")
ONE, OTHER = b"1" * 16, b"2" * 16


def seen(paise: int) -> Seen:
    return Seen("168", "CHEL01234A", "Lotus", "1024", 2026, 1, ON, paise, 200, 200)


def write_off(paise: int) -> WriteOff:
    return WriteOff(ONE, OTHER, ON, paise, "rounding", "", write_off_postings("due", paise, "rounding"))


@pytest.mark.parametrize(
    ("record", "problems"),
    [
        (lambda paise: Company(legal_name="N", registration=PLAIN, write_off_limit_paise=paise), problems_with_company),
        (lambda paise: Party(name="L", credit_limit_paise=paise), problems_with_party),
        (seen, problems_with_seen),
        (lambda paise: Certificate("131", "A1", "CHEL01234A", "1024", 2026, 1, paise), problems_with_certificate),
        (lambda paise: Claimed(ONE, 2026, ON, paise), problems_with_claimed),
        (lambda paise: Booking(ONE, OTHER, 1, ON, ON.replace(day=2), paise), problems_with_booking),
        (lambda paise: Taxing(ONE, OTHER, 1, paise), problems_with_taxing),
        (lambda paise: Allocation(ONE, OTHER, ON, (AllocationLine(OTHER, paise),)), problems_with_allocation),
        (write_off, problems_with_write_off),
    ],
)  # fmt: skip
def test_an_absurd_amount_is_refused(
    record: Callable[[int], Any], problems: Callable[[Any], Iterable[Problem]]
) -> None:
    assert AMOUNT_MAX_PAISE == PAISE_MAX
    assert list(problems(record(PAISE_MAX))) == []
    for paise in (PAISE_MAX + 1, 2**63):
        assert "RANGE" in [problem.code for problem in problems(record(paise))]
