"""What a file's papers name: an amendment may keep its number, and never takes itself for what it corrects."""

from typing import Any

import pytest

from core.exchange.preview import preview
from tests.core.exchange.samples import source

GSTIN, BUYER = "27AAPFU0939F1ZV", "12GEOPS0823BBZH"


def a_paper(**said: Any) -> dict[str, Any]:
    line = {"description": "Pump", "hsn": "84138190", "price": "1000", "gst_rate": "18"}
    return {"type": "INV", "number": "OLD1", "date": "2025-06-10", "party": "B", "lines": [line], **said}


def answer_to(*papers: dict[str, Any], kind: str = "registered") -> Any:
    company = {"legal_name": "Sharma & Sons", "gstin": GSTIN, "address": {"state_code": "27"}}
    party = {"code": "B", "name": "Buyer", "kind": kind, "gstin": BUYER, "address": {"state_code": "12"}}
    file = {"format": "bahi/1", "company": company, "parties": [party], "documents": list(papers)}
    return preview(source(file), lambda _document, _paise: "", period="2025-06")


def test_an_amendment_that_keeps_its_number_names_the_day_it_corrects() -> None:
    answer = answer_to(a_paper(amends={"number": "OLD1", "date": "2025-04-02"}))
    assert answer["problems"] == []
    [row] = answer["gstr1"]["b2ba"][0]["inv"]
    assert (row["oinum"], row["oidt"], row["inum"], row["idt"]) == (
        "OLD1",
        "02-04-2025",
        "OLD1",
        "10-06-2025",
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ecommerce": {"gstin": "xx", "section": "52"}}, "documents[0].ecommerce.gstin"),
        ({"ecommerce": {"gstin": BUYER, "section": "52"}}, "documents[0].ecommerce.gstin"),
    ],
)
def test_an_operator_has_a_number_of_his_kind(said: dict[str, Any], field: str) -> None:
    [problem] = answer_to(a_paper(**said))["problems"]
    assert problem["field"] == field


def test_a_deemed_export_is_not_under_reverse_charge() -> None:
    [problem] = answer_to(a_paper(reverse_charge=True), kind="deemed_export")["problems"]
    assert (problem["code"], problem["field"]) == ("REVERSE_CHARGE", "documents[0].reverse_charge")


def test_a_unit_in_small_letters_or_with_its_name_is_known() -> None:
    for unit in ("nos", "NOS-NUMBERS"):
        line = {"description": "Pump", "hsn": "84138190", "price": "1000", "gst_rate": "18", "unit": unit}
        [document] = answer_to(a_paper(lines=[line]))["documents"]
        assert "UNIT_UNKNOWN" not in {warning["code"] for warning in document["warnings"]}


def test_a_date_beyond_all_calendars_is_refused_by_name() -> None:
    [problem] = answer_to(a_paper(date="9999-12-31"))["problems"]
    assert (problem["code"], problem["field"]) == ("RANGE", "documents[0].date")


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ({"state_code": "zz"}, "documents[0].ship_to.state_code"),
        ({"state_code": "99"}, "documents[0].ship_to.state_code"),
        ({"state_code": "96", "country": "ZZ"}, "documents[0].ship_to.country"),
    ],
)
def test_an_address_lies_in_a_state_and_a_country(address: dict[str, str], field: str) -> None:
    [problem] = answer_to(a_paper(ship_to=address))["problems"]
    assert problem["field"] == field
