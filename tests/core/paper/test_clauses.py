"""What the law has written on a paper of each kind, as it is printed."""

from typing import Any

import msgspec
import pytest

from core.invoicing.model import Ecommerce, Original
from core.paper.clauses import clauses, composition_clause
from core.paper.sheet import wording
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.test_kinds_of_supply import EXEMPT, ONE, TCS, settle
from tests.core.invoicing.test_supplies import DUBAI, SEZ
from tests.core.invoicing.trade import BANYAN

_ = wording("en")
BY_LUT = "under bond or Letter of Undertaking (LUT) without payment of integrated tax"
FREE = msgspec.structs.replace(ONE, rate_bp=0, cess_rate_bp=0)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, []),
        ({"party": DUBAI, "with_payment": True}, ["Supply meant for export on payment of integrated tax"]),
        ({"party": DUBAI, "with_payment": False}, [f"Supply meant for export {BY_LUT}"]),
        ({"party": DUBAI, "with_payment": False, "lines": (FREE,)}, [f"Supply meant for export {BY_LUT}"]),
        (
            {"party": SEZ, "with_payment": False},
            [f"Supply to SEZ unit or SEZ developer for authorised operations {BY_LUT}"],
        ),
        (
            {"ecommerce": Ecommerce(TCS, "9(5)")},
            [f"Tax is payable by the e-commerce operator {TCS} (CGST Act, section 9(5))."],
        ),
        (
            {"type": "CRN", "original": Original("A/1", TODAY), "reason": "commercial"},
            ["Commercial credit note: it bears no GST and lessens none"],
        ),
        (
            {"type": "QTN", "party": DUBAI, "with_payment": True},
            ["This is a quotation and not a tax invoice. Tax is charged as in force on the day of supply."],
        ),
    ],
)
def test_what_the_law_has_written_on_it(how: dict[str, Any], expected: list[str]) -> None:
    assert clauses(settle(**how), _) == expected


def test_a_composition_dealer_says_what_he_is() -> None:
    dealer = msgspec.structs.replace(COMPANY, composition=True)
    seller = settle(BANYAN, dealer, lines=(EXEMPT,)).seller
    assert (
        composition_clause(seller, _) == "Composition taxable person, not eligible to collect tax on supplies"
    )
    assert composition_clause(settle().seller, _) == ""
