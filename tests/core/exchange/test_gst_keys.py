"""The keys of GST in an interchange file: taken in as they stand, told by name where they cannot be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.einvoice.irn import irn_of
from core.errors import RuleBroken
from core.problems import Problem
from tests.core.books import a_book
from tests.core.einvoice.portal import signed
from tests.core.exchange.samples import INVOICE, Json, a_file, on, take

AMENDS: Json = {"amends": {"number": "NI/26-27/0042", "date": "2026-05-04"}}
BROKEN: dict[str, tuple[Json, str, str]] = {
    "an advance of nobody": (
        {
            "advances": [
                {
                    "number": "NI/RV/0021",
                    "date": "2026-05-19",
                    "party": "NOBODY",
                    "amount": "1",
                    "gst_rate": "18",
                }
            ]
        },
        "UNKNOWN_PARTY",
        "advances[0].party",
    ),
    "an unused number that is used": (
        {
            "documents": [INVOICE],
            "drafts": [{"type": "INV", "number": "ni/26-27/0042", "date": "2026-05-05"}],
        },
        "DUPLICATE",
        "drafts[0].number",
    ),
    "a filed month that is none": ({"filed": ["2025-13"]}, "PERIOD", "filed[0]"),
    "a return of no period": (
        {"returns": [{"form": "IFF", "period": "2025-04", "filed_on": "2025-05-11"}]},
        "PERIOD",
        "returns[0].period",
    ),
    "a row amended before it was": (
        {
            "period_amendments": [
                {
                    "section": "b2cs",
                    "period": "2025-05",
                    "reported_in": "2025-05",
                    "place_of_supply": "29",
                    "gst_rate": "18",
                    "taxable": "1",
                }
            ]
        },
        "PERIOD",
        "period_amendments[0].reported_in",
    ),
    "a challan's purpose": (
        {"documents": [{**INVOICE, "type": "CHL", "totals": None, "purpose": "gift"}]},
        "CHOICE",
        "documents[0].purpose",
    ),
    "a purpose of what is no challan": (
        {"documents": [{**INVOICE, "purpose": "other"}]},
        "CHOICE",
        "documents[0].purpose",
    ),
    "an amended paper that no return told": (
        {"documents": [INVOICE, {**INVOICE, "number": "NI/2", **AMENDS}]},
        "AMENDS_UNFILED",
        "documents[1].amends",
    ),
    "an amended paper of another party": (
        {
            "documents": [
                INVOICE,
                {
                    **INVOICE,
                    "number": "NI/2",
                    "party": "WALKIN",
                    "totals": None,
                    "place_of_supply": "29",
                    **AMENDS,
                },
            ],
            "filed": ["2026-05"],
        },
        "PARTY",
        "documents[1].amends",
    ),
    "a paper amended twice": (
        {
            "documents": [INVOICE, *({**INVOICE, "number": f"NI/{n}", **AMENDS} for n in (2, 3))],
            "filed": ["2026-05"],
        },
        "CORRECTED",
        "documents[2].amends",
    ),
    "a source that is not there": (
        {"documents": [{**INVOICE, "source": {"type": "QTN", "number": "Q-1", "date": "2026-05-01"}}]},
        "NO_DOCUMENT",
        "documents[0].source",
    ),
    "a shipping bill inside India": (
        {"documents": [{**INVOICE, "shipping_bill": {"port": "INMAA1"}}]},
        "CHOICE",
        "documents[0].shipping_bill",
    ),
    "an IRN of another paper": (
        {
            "documents": [INVOICE],
            "irns": [
                {
                    "type": "INV",
                    "number": "NI/26-27/0042",
                    "date": "2026-05-04",
                    "irn": "0" * 64,
                    "ack_number": "1",
                    "acknowledged_at": "2026-05-04T10:00:00",
                }
            ],
        },
        "DIFFERS",
        "irns[0].irn",
    ),
    "an IRN with the QR of another paper": (
        {
            "documents": [INVOICE],
            "irns": [
                {
                    "type": "INV",
                    "number": "NI/26-27/0042",
                    "date": "2026-05-04",
                    "irn": irn_of("29AAKCN5519Q1ZK", on("2026-05-04"), "INV", "NI/26-27/0042"),
                    "ack_number": "1",
                    "acknowledged_at": "2026-05-04T10:00:00",
                    "signed_qr": signed({"DocNo": "NI/26-27/0042", "TotInvVal": 1}),
                }
            ],
        },
        "DIFFERS",
        "irns[0].signed_qr.TotInvVal",
    ),
    "an e-way bill of a paper that is not there": (
        {
            "eway_bills": [
                {
                    "type": "INV",
                    "number": "X",
                    "date": "2026-05-04",
                    "bill_number": "123456789012",
                    "made_at": "2026-05-04T10:00:00",
                }
            ]
        },
        "NO_DOCUMENT",
        "eway_bills[0].number",
    ),
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as opened:
        yield opened


def refused(book: Book, file: Json) -> tuple[Problem, ...]:
    with pytest.raises(RuleBroken) as caught:
        take(book, file)
    return tuple(caught.value.problems)


@pytest.mark.parametrize(("keys", "code", "field"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_is_named_with_its_place(book: Book, keys: Json, code: str, field: str) -> None:
    problems = refused(book, a_file(**keys))
    assert (code, field) in [(problem.code, problem.field) for problem in problems]
    assert all(problem.file == "sample.json" and problem.line for problem in problems)
    assert book.read(lambda read: read.exec_driver_sql("SELECT count(*) FROM documents").scalar()) == 0
