"""Preview: a file settled without a book, as `bahi preview` prints it."""

from typing import Any

import pytest

from core.einvoice.irn import irn_of
from core.exchange.preview import preview
from core.paper import document_link
from tests.core.exchange.samples import (
    COMPANY,
    GLOVES_LINE,
    INVOICE,
    LOTUS,
    NOTE,
    PUMP_LINE,
    RECEIPT,
    Json,
    a_file,
    on,
    source,
)

KEYS = ["documents", "gstr1", "gstr3b", "einvoice", "ewaybill", "tally", "problems", "warnings"]


def settled(file: Json) -> Json:
    return preview(source(file), lambda document, open_paise: document_link(document, open_paise=open_paise))


def test_every_key_is_there_and_filled() -> None:
    answer = settled(a_file(documents=[INVOICE]))
    assert list(answer) == KEYS
    assert (answer["problems"], answer["warnings"]) == ([], [])
    assert answer["gstr1"]["b2b"][0]["inv"][0]["val"] == 6087
    assert answer["gstr3b"]["sup_details"]["osup_det"]["iamt"] == 877.95
    assert answer["einvoice"]["NI/26-27/0042"]["ValDtls"]["TotInvVal"] == 6087
    assert answer["ewaybill"] == {}
    assert list(answer["tally"]) == ["NI/26-27/0042"]


def test_a_document_is_shown_as_in_the_file_with_its_figures() -> None:
    (shown,) = settled(a_file(documents=[INVOICE]))["documents"]
    assert (shown["number"], shown["party"], shown["section"], shown["table"], shown["inv_typ"], shown["sup_typ"]) == (
        "NI/26-27/0042", "LOTUS", "b2b", "4A", "R", "B2B",
    )  # fmt: skip
    assert shown["totals"] == {
        "taxable": "5209.00", "nil": "0.00", "exempt": "0.00", "non_gst": "0.00", "igst": "877.95", "cgst": "0.00",
        "sgst": "0.00", "cess": "0.00", "other_charges": "0.00", "round_off": "0.05", "invoice_value": "6087.00",
    }  # fmt: skip
    first = shown["lines"][0]
    assert (first["price"], first["taxable"], first["igst"], first["section"]) == (
        "1250.00",
        "4750.00",
        "855.00",
        "b2b",
    )
    assert (shown["supply"], shown["place_of_supply"], shown["open"]) == ("INTER", "33", "6087.00")
    assert shown["irn"] == irn_of("29AAKCN5519Q1ZK", on("2026-05-04"), "INV", "NI/26-27/0042")
    assert shown["return_period"] == "2026-05"
    assert "am=6087.00" in shown["upi_link"]


def test_open_amounts_follow_what_the_file_settles() -> None:
    file = a_file(documents=[INVOICE, NOTE])
    invoice, note = settled(file)["documents"]
    assert (invoice["open"], note["open"], note["upi_link"]) == ("4685.75", "0.00", None)
    invoice, note = settled({**file, "receipts": [RECEIPT]})["documents"]
    assert (invoice["open"], note["open"], invoice["upi_link"]) == ("0.00", "1401.25", None)
    gone = {"type": "INV", "number": "NI/26-27/0042", "date": "2026-05-04"}
    (shown,) = settled(a_file(documents=[INVOICE], cancelled=[gone]))["documents"]
    assert (shown["state"], shown["open"], shown["upi_link"]) == ("cancelled", "0.00", None)


def test_what_is_wrong_is_told_beside_what_settles() -> None:
    bad = {**INVOICE, "number": "NI/2", "lines": [{**PUMP_LINE, "item": "PMUP"}]}
    answer = settled(a_file(documents=[INVOICE, bad, {**INVOICE, "party": "NOBODY"}], filed=["2026-99"]))
    assert [document["number"] for document in answer["documents"]] == ["NI/26-27/0042"]
    told = {(problem["code"], problem["field"]) for problem in answer["problems"]}
    assert told == {
        ("UNKNOWN_ITEM", "documents[1].lines[0].item"), ("UNKNOWN_PARTY", "documents[2].party"),
        ("PERIOD", "filed[0]"),
    }  # fmt: skip


BUYERS: dict[str, tuple[Json, Json, Json]] = {
    "within the State": (
        {"kind": "registered", "gstin": "29AAFCL2204B1ZS"}, {},
        {"supply": "INTRA", "place_of_supply": "29", "section": "b2b"},
    ),
    "a consumer in another State": (
        {"kind": "unregistered", "address": {"state_code": "06"}}, {},
        {"supply": "INTER", "place_of_supply": "06", "section": "b2cs", "table": "7"},
    ),
    "a SEZ under LUT": (
        {"kind": "registered", "gstin": "29AAFCL2204B1ZS"}, {"category": "sez", "with_payment": False},
        {"supply": "INTER", "section": "b2b", "table": "6B", "inv_typ": "SEWOP", "sup_typ": "SEZWOP"},
    ),
    "abroad with payment": (
        {"kind": "overseas", "address": {"state_code": "96", "country": "DE"}}, {"with_payment": True},
        {"supply": "INTER", "place_of_supply": "96", "section": "exp", "table": "6A", "exp_typ": "WPAY"},
    ),
    "under reverse charge": (
        {"kind": "registered", "gstin": "33AAFCL2204B1ZD"}, {"reverse_charge": True}, {"table": "4B"},
    ),
    "shipped elsewhere for a consumer": (
        {"kind": "unregistered", "address": {"state_code": "29"}}, {"ship_to": {"state_code": "33"}},
        {"supply": "INTER", "place_of_supply": "33"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("party", "said", "expected"), BUYERS.values(), ids=BUYERS.keys())
def test_place_and_section_follow_the_buyer(party: Json, said: Json, expected: Json) -> None:
    if party.get("gstin") == "29AAFCL2204B1ZS":
        from core.gst.gstin import check_digit

        party = {**party, "gstin": "29AAFCL2204B1Z" + check_digit("29AAFCL2204B1Z")}
    bill: dict[str, Any] = {
        "type": "INV", "number": "B-1", "date": "2026-05-04", "party": "BUYER", "lines": [GLOVES_LINE], **said,
    }  # fmt: skip
    answer = settled(a_file(parties=[{"code": "BUYER", "name": "Buyer", **party}], documents=[bill]))
    assert answer["problems"] == []
    (shown,) = answer["documents"]
    assert {key: shown[key] for key in expected} == expected


def test_a_note_says_what_its_original_came_to_where_the_book_does_not_have_it() -> None:
    consumer = {"code": "B", "name": "B", "kind": "unregistered", "address": {"state_code": "33"}}
    original = {"number": "OLD/1", "date": "2026-05-01", "invoice_value": "100000.01"}
    note = {"type": "CRN", "number": "C-1", "date": "2026-05-04", "party": "B", "original": original,
            "lines": [GLOVES_LINE]}  # fmt: skip
    (shown,) = settled(a_file(parties=[consumer], documents=[note]))["documents"]
    assert (shown["section"], shown["original"]["invoice_value"]) == ("cdnur", "100000.01")


def test_payment_must_be_said_for_supplies_abroad() -> None:
    bill = {**INVOICE, "category": "sez", "totals": None}
    (problem,) = settled(a_file(documents=[bill]))["problems"]
    assert (problem["code"], problem["field"]) == ("REQUIRED", "documents[0].with_payment")


def test_a_file_without_a_company_or_with_a_wrong_one_is_told() -> None:
    assert settled({"format": "bahi/1"})["problems"][0]["field"] == "company"
    wrong = {**COMPANY, "gstin": "29AAKCN5519Q1ZZ"}
    told = settled(a_file(company=wrong, parties=[LOTUS]))["problems"]
    assert ("CHECK_DIGIT", "company.gstin") in {(problem["code"], problem["field"]) for problem in told}
