"""Every figure of a document is proved by the others: change one and the proof names it."""

from typing import Any

import msgspec
import pytest

from core.company.model import Address
from core.facts import Facts
from core.invoicing.model import Charge, Document, Ecommerce, Original, Totals
from core.invoicing.proof import problems_with_document
from core.invoicing.rules import postings_for, settled
from core.ledger.model import Posting
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import BILL, LOTUS

replace = msgspec.structs.replace
TAXED = replace(
    settled(
        replace(BILL, dated_on=TODAY, charges=(Charge("Toll", 500, taxed=False),)),
        company=COMPANY, party_id=b"p" * 16, party=LOTUS, items={}, facts=Facts.shipped(),
    ),
    number="A/26-27/0001",
)  # fmt: skip
OPENING = replace(
    TAXED, opening=True, lines=(), charges=(), totals=Totals(invoice_value_paise=100),
    postings=postings_for("INV", Totals(invoice_value_paise=100), opening=True),
)  # fmt: skip
LINE_FIGURES = (
    "gross_paise", "discount_paise", "taxable_paise", "igst_paise", "cgst_paise", "sgst_paise", "cess_paise",
    "spread_paise",
)  # fmt: skip


def codes(document: Document) -> set[str]:
    return {problem.code for problem in problems_with_document(document)}


def test_what_was_settled_holds() -> None:
    assert codes(TAXED) == set()
    assert codes(OPENING) == set()


@pytest.mark.parametrize("figure", LINE_FIGURES)
@pytest.mark.parametrize("at", [0, 1])
def test_a_paisa_on_a_line_is_found(figure: str, at: int) -> None:
    lines = list(TAXED.lines)
    lines[at] = replace(lines[at], **{figure: getattr(lines[at], figure) + 1})
    assert "SUMS" in codes(replace(TAXED, lines=tuple(lines)))


@pytest.mark.parametrize("figure", Totals.__struct_fields__)
def test_a_paisa_in_the_totals_is_found(figure: str) -> None:
    totals = replace(TAXED.totals, **{figure: getattr(TAXED.totals, figure) + 1})
    assert codes(replace(TAXED, totals=totals)) & {"SUMS"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "BILL"}, "CHOICE"),
        ({"number": ""}, "REQUIRED"),
        ({"lines": ()}, "REQUIRED"),
        ({"lines": (replace(TAXED.lines[0], rate_bp=500), TAXED.lines[1])}, "SUMS"),
        ({"lines": (replace(TAXED.lines[0], treatment="nil"), TAXED.lines[1])}, "SUMS"),
        ({"supply": "INTRA"}, "SUMS"),
        ({"reverse_charge": True}, "SUMS"),
        ({"with_payment": False}, "SUMS"),
        ({"applicable_percent_bp": 6_500}, "SUMS"),
        ({"rounding": "none"}, "SUMS"),
        ({"charges": ()}, "SUMS"),
        ({"discount_paise": 1}, "SUMS"),
        ({"postings": TAXED.postings[:-1]}, "POSTINGS"),
        ({"postings": (*TAXED.postings, Posting("bank", 1), Posting("cash", -1))}, "POSTINGS"),
        ({"type": "CRN"}, "POSTINGS"),
        ({"opening": True}, "SUMS"),
        ({"type": "CHL"}, "SUMS"),
        ({"type": "QTN"}, "POSTINGS"),
        ({"type": "CRN", "reason": "commercial"}, "SUMS"),
        ({"ecommerce": Ecommerce("29AABCF8078M1C8", "9(5)")}, "SUMS"),
        ({"supply": "INTRA", "reverse_charge": True}, "SUMS"),
        ({"replaces": Totals(invoice_value_paise=1)}, "CHOICE"),
        ({"replaces": TAXED.totals, "amends": Original("A/1", TODAY)}, "POSTINGS"),
    ],
)
def test_another_word_is_found(changes: dict[str, Any], code: str) -> None:
    assert code in codes(replace(TAXED, **changes))


def test_heads_inside_the_state_are_proved_as_igst_where_it_says_so() -> None:
    inside = replace(TAXED, supply="INTRA", intra_igst=True)
    assert codes(inside) == set(), "the same figures, by another word"
    assert "SUMS" in codes(replace(inside, intra_igst=False))


def test_words_that_bear_no_figure_are_free() -> None:
    assert codes(replace(TAXED, note="Thank you", ship_to=Address(city="Hosur"), terms="Net 30")) == set()


def test_a_value_below_nought_or_absurd_is_found() -> None:
    for value in (-1, 10**15 + 1):
        totals = Totals(invoice_value_paise=value)
        assert codes(replace(OPENING, totals=totals, postings=postings_for("INV", totals, opening=True))) == {
            "RANGE"
        }
