"""What preview makes of a file for the portals: which period tells what, and under which name each paper stands."""

from typing import Any

import pytest

from core.exchange.preview import preview
from tests.core.exchange.samples import (
    COMPANY,
    GLOVES_LINE,
    INVOICE,
    LOTUS,
    NOTE,
    PUMP_LINE,
    RECEIPT,
    WALKIN,
    Json,
    a_file,
    source,
)

PLAIN = {**INVOICE, "totals": None}
ADVANCE = {
    "number": "RV-1", "date": "2026-05-19", "party": "LOTUS", "amount": "23600", "gst_rate": "18",
    "adjusted": [{"document": "NI/2", "date": "2026-06-02", "amount": "11800"}],
}  # fmt: skip
BACK = {"number": "RF-1", "date": "2026-06-20", "party": "LOTUS", "amount": "1180",
        "voucher": {"number": "RV-1", "date": "2026-05-19"}}  # fmt: skip
TRANSPORT = {"mode": "road", "vehicle": "KA01AB1234", "distance_km": 350}


def settled(file: Json, period: str | None = None) -> Json:
    return preview(source(file), lambda _document, _paise: "", period=period)


def paper(number: str, day: str, **said: Any) -> Json:
    return {**PLAIN, "number": number, "date": day, "due_date": None, **said}


def numbers(answer: Json) -> set[str]:
    return {bill["inum"] for held in answer["gstr1"].get("b2b", []) for bill in held["inv"]}


def test_the_period_is_the_latest_documents_unless_told() -> None:
    file = a_file(documents=[paper("A-1", "2026-05-04"), paper("A-2", "2026-06-01")], receipts=[])
    assert (settled(file)["gstr1"]["fp"], numbers(settled(file))) == ("062026", {"A-2"})
    assert numbers(settled(file, "2026-05")) == {"A-1"}
    assert len(settled(file, "2026-05")["documents"]) == 2
    assert settled(a_file())["gstr1"] is None
    assert settled(a_file(), "2026-05")["gstr1"]["fp"] == "052026"


def test_without_documents_the_latest_advance_tells_the_period() -> None:
    found = settled(a_file(advances=[ADVANCE]))
    assert found["problems"] == []
    assert found["gstr1"]["fp"] == "062026"
    assert found["gstr1"]["txpd"][0]["itms"][0]["ad_amt"] == 10_000


def test_advances_are_told_when_they_come_and_when_they_are_used_or_given_back() -> None:
    large = paper("NI/2", "2026-06-01", lines=[{**PUMP_LINE, "quantity": "10"}])
    file = a_file(advances=[ADVANCE], refunds=[BACK], documents=[large])
    may, june = settled(file, "2026-05")["gstr1"], settled(file, "2026-06")["gstr1"]
    assert may["at"][0]["itms"][0]["ad_amt"] == 20_000
    assert (june["txpd"][0]["itms"][0]["ad_amt"], june["at"][0]["itms"][0]["ad_amt"]) == (10_000, -1_000)
    assert [row["doc_num"] for row in may["doc_issue"]["doc_det"]] == [6]
    assert [row["doc_num"] for row in june["doc_issue"]["doc_det"]] == [1, 8]
    assert settled(file)["problems"] == []
    assert settled(file)["documents"][0]["open"] == "2213.00"


def test_a_quarterly_filer_has_an_iff_within_the_quarter() -> None:
    company = {**COMPANY, "filing": "quarterly"}
    documents = [paper("A-1", "2026-04-04"), paper("A-2", "2026-06-01"), paper("A-3", "2026-04-05", party="WALKIN",
                                                                               place_of_supply="29")]  # fmt: skip
    file = a_file(company=company, documents=documents)
    april = settled(file, "2026-04")
    assert (numbers(april), april["gstr3b"]) == ({"A-1"}, None)
    assert "b2cs" not in april["gstr1"]
    june = settled(file)
    assert (june["gstr1"]["fp"], numbers(june)) == ("062026", {"A-1", "A-2"})
    assert {document["return_period"] for document in june["documents"]} == {"2026-06"}
    filed = settled({**file, "filed": ["2026-04"]})
    assert numbers(filed) == {"A-2"}
    assert [document["return_period"] for document in filed["documents"]] == ["2026-04", "2026-06", "2026-06"]


def test_an_amendment_needs_a_filed_original_and_counts_as_the_difference() -> None:
    amends = {"number": "A-1", "date": "2026-05-04"}
    line = {**PUMP_LINE, "quantity": "5"}
    file = a_file(
        documents=[
            paper("A-1", "2026-05-04"),
            paper("A-2", "2026-06-04", amends=amends, lines=[line, GLOVES_LINE]),
        ]
    )
    (problem,) = settled(file)["problems"]
    assert (problem["code"], problem["field"]) == ("AMENDS_UNFILED", "documents[1].amends")
    found = settled({**file, "filed": ["2026-05"]})
    assert found["problems"] == []
    first, second = found["documents"]
    assert (first["section"], second["section"], second["table"]) == ("b2b", "b2ba", "9A")
    assert (first["open"], second["open"], second["totals"]["invoice_value"]) == (
        "6087.00",
        "1401.00",
        "7488.00",
    )
    assert found["gstr1"]["b2ba"][0]["inv"][0]["oinum"] == "A-1"


def test_challans_and_offers_stand_in_no_section_and_post_nothing() -> None:
    kinds = [paper(f"{kind}-1", "2026-05-04", type=kind) for kind in ("CHL", "QTN", "PRF")]
    kinds[0] |= {"purpose": "job_work", "transport": TRANSPORT}
    found = settled(a_file(documents=kinds), "2026-05")
    assert found["problems"] == []
    assert [(d["section"], d["open"], d["irn"]) for d in found["documents"]] == [("none", "0.00", None)] * 3
    assert [d["totals"]["igst"] for d in found["documents"]] == ["0.00", "877.95", "877.95"]
    assert [d["return_period"] for d in found["documents"]] == ["2026-05", None, None]
    assert found["gstr1"]["doc_issue"]["doc_det"][0]["doc_num"] == 9
    assert (found["tally"], found["einvoice"], list(found["ewaybill"])) == ({}, {}, ["CHL-1"])


def test_a_challan_may_leave_out_prices_and_rates() -> None:
    bare = {"description": "Dies for repair", "hsn": "8207", "quantity": "3"}
    challan = paper("CH-1", "2026-05-04", type="CHL", purpose="job_work", lines=[bare], transport=TRANSPORT)
    found = settled(a_file(documents=[challan]))
    assert found["problems"] == []
    assert found["documents"][0]["totals"]["invoice_value"] == "0.00"
    assert found["ewaybill"]["CH-1"]["billLists"][0]["itemList"][0]["quantity"] == 3
    (problem,) = settled(a_file(documents=[{**challan, "type": "INV", "purpose": ""}]))["problems"]
    assert (problem["code"], problem["field"]) == ("REQUIRED", "documents[0].lines[0].gst_rate")


def test_what_an_operator_pays_tax_on_stands_in_its_own_table() -> None:
    operator = {"ecommerce": {"gstin": "20ALYPD6528PQC5", "section": "9(5)"}}
    found = settled(a_file(documents=[paper("A-1", "2026-05-04", **operator)]))
    (shown,) = found["documents"]
    assert (shown["section"], shown["table"], shown["totals"]["igst"]) == ("none", "14", "0.00")
    assert "hsn" not in found["gstr1"]
    assert found["gstr3b"]["eco_dtls"]["eco_reg_sup"]["txval"] == 5209


def test_a_sales_return_moves_on_its_note() -> None:
    found = settled(a_file(documents=[INVOICE, {**NOTE, "transport": TRANSPORT}]))
    (bill,) = found["ewaybill"]["NI/CN/0007"]["billLists"]
    assert (bill["supplyType"], bill["subSupplyType"], bill["docType"]) == ("I", 7, "CHL")


def test_papers_that_share_a_number_are_told_apart() -> None:
    documents = [
        paper("S-1", "2026-05-04"), {**NOTE, "number": "s-1", "original": {"number": "S-1", "date": "2026-05-04"}},
        paper("Y-1", "2026-02-04"), paper("Y-1", "2026-05-04"),
    ]  # fmt: skip
    found = settled(a_file(documents=documents, receipts=[{**RECEIPT, "number": "Y-1", "allocations": []}]))
    assert found["problems"] == []
    assert set(found["tally"]) == {
        "INV/S-1",
        "CRN/s-1",
        "INV/Y-1/2026-02-04",
        "INV/Y-1/2026-05-04",
        "RCT/Y-1",
    }
    ambiguous = {**RECEIPT, "allocations": [{"document": "Y-1", "amount": "1"}]}
    (problem,) = settled(a_file(documents=documents, receipts=[ambiguous]))["problems"]
    assert (problem["code"], problem["field"]) == ("AMBIGUOUS", "receipts[0].allocations[0].document")
    named = {**RECEIPT, "allocations": [{"document": "Y-1", "amount": "1", "date": "2026-05-04"}]}
    assert settled(a_file(documents=documents, receipts=[named]))["documents"][3]["open"] == "6086.00"


def test_a_number_twice_is_named() -> None:
    twice = {"documents": [INVOICE, {**INVOICE, "number": "ni/26-27/0042"}], "advances": [ADVANCE, ADVANCE],
             "receipts": [{**RECEIPT, "allocations": []}] * 2}  # fmt: skip
    told = {(problem["code"], problem["field"]) for problem in settled(a_file(**twice))["problems"]}
    assert told == {("DUPLICATE", f"{what}[1].number") for what in ("documents", "advances", "receipts")}


def test_a_paper_without_a_number_is_settled_and_told_nowhere() -> None:
    found = settled(a_file(documents=[{**PLAIN, "number": None}]), "2026-05")
    assert found["problems"] == []
    (shown,) = found["documents"]
    assert (shown["totals"]["invoice_value"], shown["return_period"], shown["irn"]) == ("6087.00", None, None)
    assert (found["einvoice"], found["tally"], numbers(found)) == ({}, {}, set())
    assert "doc_issue" not in found["gstr1"]


WRONG: dict[str, tuple[Json, str]] = {
    "more than is open": (
        {"allocations": [{"document": "NI/26-27/0042", "amount": "6087.01"}], "amount": "9000"},
        "OPEN_AMOUNT",
    ),
    "more than was received": (
        {"allocations": [{"document": "ELSEWHERE", "amount": "6087.01"}]},
        "OPEN_AMOUNT",
    ),
    "nothing": ({"allocations": [{"document": "NI/26-27/0042", "amount": "0"}]}, "RANGE"),
    "another's bill": ({"party": "WALKIN"}, "PARTY"),
}


@pytest.mark.parametrize(("said", "code"), WRONG.values(), ids=WRONG.keys())
def test_what_an_import_would_refuse_of_allocations_is_told(said: Json, code: str) -> None:
    found = settled(a_file(documents=[INVOICE], receipts=[{**RECEIPT, **said}]))
    (problem,) = found["problems"]
    assert (problem["code"], problem["field"].startswith("receipts[0].allocations[0].")) == (code, True)
    assert found["documents"][0]["open"] == "6087.00"


def test_cancelled_and_unused_numbers_count_in_table_13_alone() -> None:
    gone = [{"type": "INV", "number": "A-2", "date": "2026-05-05", "reason": "x"},
            {"type": "INV", "number": "A-3", "date": "2026-05-06", "reason": "x"}]  # fmt: skip
    drafts = [{"type": "INV", "number": "A-4", "date": "2026-05-07"}]
    found = settled(
        a_file(
            documents=[paper("A-1", "2026-05-04"), paper("A-2", "2026-05-05")], cancelled=gone, drafts=drafts
        )
    )
    assert numbers(found) == {"A-1"}
    (row,) = found["gstr1"]["doc_issue"]["doc_det"][0]["docs"]
    assert (row["from"], row["to"], row["totnum"], row["cancel"]) == ("A-1", "A-4", 4, 3)


def test_what_the_portals_would_ask_for_is_a_warning_with_its_place() -> None:
    bare = {**LOTUS, "address": {"state_code": "33"}}
    found = settled(a_file(parties=[bare], documents=[{**INVOICE, "transport": TRANSPORT}]))
    assert found["problems"] == []
    told = {(warning["code"], warning["field"]) for warning in found["warnings"]}
    assert ("PIN", "documents[0].buyer.address.pincode") in told
    assert all(warning["line"] for warning in found["warnings"])
    assert found["einvoice"]["NI/26-27/0042"]["BuyerDtls"]["Gstin"] == LOTUS["gstin"]


def test_a_consumers_paper_goes_to_no_invoice_portal() -> None:
    found = settled(a_file(documents=[paper("A-1", "2026-05-04", party="WALKIN", place_of_supply="29")]))
    assert (found["einvoice"], found["documents"][0]["irn"], found["documents"][0]["section"]) == (
        {},
        None,
        "b2cs",
    )
    assert WALKIN["code"] == found["documents"][0]["party"]


@pytest.mark.parametrize(
    "change", [{"voucher": {"number": "RV-9", "date": "2026-05-19"}}, {"date": None}, {"number": None}]
)
def test_a_refund_of_nothing_is_named(change: Json) -> None:
    problems = settled(a_file(advances=[ADVANCE], refunds=[{**BACK, **change}]))["problems"]
    assert [problem["field"].split(".")[0] for problem in problems] == ["refunds[0]"]
