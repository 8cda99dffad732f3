"""Where a finding of the check leads: the very paper, draft, party, setting or table where it is cured."""

import pytest

from core.returns.finding import Finding
from desktop.ports import Place
from desktop.screens.gst.places import Spot, cure_of, spot_of

PAPER, PARTY = b"p" * 16, b"q" * 16


def found(code: str, **more: object) -> Finding:
    return Finding(code, "blocks", "Something is wrong.", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        (found("IRN_MISSING", document=PAPER, record=PAPER), Place("invoices", PAPER)),
        (found("DRAFT", record=PAPER), Place("invoices", PAPER, "draft")),
        (found("BUYER_GSTIN", document=PAPER, place="parties", record=PARTY), Place("parties", PARTY)),
        (found("BUYER_GSTIN", document=PAPER, place="parties"), Place("invoices", PAPER)),
        (found("COMPANY_GSTIN", place="settings"), Place("settings", page="gstin")),
        (found("LUT_MISSING", document=PAPER, record=PAPER, place="settings"), Place("settings", page="lut")),
        (found("UNSENT", place="settings"), Place("settings", page="devices")),
        (found("PREVIOUS_UNFILED", place="gst"), Place("gst", page="sections:2026-09")),
        (found("NUMBER_MISSING", number="NI/26-27/0004", place="gst"), Place("gst", page="gaps:2026-10:NI/26-27/0004")),
        (found("TABLE_12", place="gst"), Place("gst", page="sections:2026-10")),
        (found("BOOKS_LATE", place="gst"), Place("gst", page="boxes:2026-10")),
        (found("EWAY_UNKNOWN", papers=(PAPER, PARTY)), Place("gst", page="checks:2026-10:EWAY_UNKNOWN")),
        (found("ADVANCE_OPEN", place="receipts", record=PAPER), Place("receipts", PAPER)),
    ],
)  # fmt: skip
def test_a_finding_leads_where_it_is_cured(finding: Finding, place: Place) -> None:
    assert cure_of(finding, "2026-10", "monthly") == place


def test_the_return_before_of_a_quarterly_filer_is_a_quarter_earlier() -> None:
    place = cure_of(found("PREVIOUS_UNFILED", place="gst"), "2026-09", "quarterly")
    assert place.page == "sections:2026-06"


@pytest.mark.parametrize(
    "spot", [Spot("checks"), Spot("gaps", "2026-10"), Spot("boxes", "2026-10", "unregistered 24")]
)
def test_a_spot_is_read_as_it_is_written(spot: Spot) -> None:
    assert spot_of(spot.page) == spot
