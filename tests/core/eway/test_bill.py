"""The e-way bill's bulk file from a document: the published cases, who is billed and where the goods go."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

import core.eway
from core.company.model import Address, Registration
from core.eway.rules import bill_json, bulk_file, has_bill
from core.invoicing.model import Charge, Document, Original, Transport
from core.parties.model import Party
from tests.core.portal_papers import (
    ABROAD,
    CASES,
    ELSEWHERE,
    FACTS,
    FAR,
    NEIGHBOUR,
    WALK_IN,
    agrees,
    kind_of,
    line,
    paper,
)

SCHEMA = json.loads((Path(core.eway.__file__).with_name("data") / "bulk.schema.json").read_text("utf-8"))
ROAD = Transport("road", "GJ 05 DL 9009")
TEN = Transport("road", "GJ07DL9009", distance_km=10)
DEPOT = Address("Plot 7", "", "Surat", "24", "395003")
SITE = Address("9 Link Road", "", "Mumbai", "27", "400001")
RENAMED = CASES["EWAYBILL-12"]["expected"]["renamed"]


def made(document: Document) -> dict[str, Any]:
    """The bill, after the file of it has passed the schema."""
    file = bulk_file([bill_json(document, facts=FACTS)])
    read = json.loads(json.dumps(file))
    assert read == file, "numbers come back as they were"
    jsonschema.Draft202012Validator(SCHEMA).validate(file)
    return dict(file["billLists"][0])


def expected_of(id_: str) -> dict[str, Any]:
    """What a case expects, under the bulk file's names."""
    return {RENAMED.get(key, key): value for key, value in CASES[id_]["expected"].items()}


def test_case_1_two_lines_and_their_round_off() -> None:
    lines = [line(**each) for each in CASES["EWAYBILL-01"]["input"]["lines"]]
    agrees(
        expected_of("EWAYBILL-01"),
        made(paper(*lines, on=dt.date(2024, 1, 11), round="rupee", transport=ROAD)),
    )


def test_case_3_nil_goods_go_on_a_bill_of_supply() -> None:
    lines = [line(**each) for each in CASES["EWAYBILL-03"]["input"]["lines"]]
    agrees(expected_of("EWAYBILL-03"), made(paper(*lines, on=dt.date(2024, 2, 25), transport=TEN)))


def test_case_4_one_line() -> None:
    lines = [line(**each) for each in CASES["EWAYBILL-04"]["input"]["lines"]]
    agrees(expected_of("EWAYBILL-04"), made(paper(*lines, on=dt.date(2022, 10, 5), transport=TEN)))


def test_case_6_the_transaction_says_which_ends_differ() -> None:
    case = CASES["EWAYBILL-06"]
    found = [
        made(
            paper(
                line(price=1, gst=18),
                party=FAR,
                ship_to=SITE if each["ship_to_differs"] else None,
                dispatch_from=DEPOT if each["dispatch_differs"] else None,
                transport=TEN,
            )
        )["transType"]
        for each in case["input"]["cases"]
    ]
    assert found == case["expected"]["transactionType"]


def test_an_address_that_is_the_billed_one_makes_no_difference() -> None:
    told = paper(line(price=1, gst=18), party=FAR, ship_to=ELSEWHERE, transport=TEN)
    assert made(told)["transType"] == 1


def test_case_8_services_have_none() -> None:
    case = CASES["EWAYBILL-08"]
    service = paper(*(line(gst=18, **each) for each in case["input"]["lines"]), transport=TEN)
    assert has_bill(service) is case["expected"]["applicable"]


def test_case_12_the_bulk_files_own_names() -> None:
    expected = CASES["EWAYBILL-12"]["expected"]
    file = bulk_file([bill_json(paper(line(price=1, gst=18), transport=TEN), facts=FACTS)])
    assert file["version"] == expected["version"]
    (bill,) = file[expected["list_key"]]
    assert set(expected["renamed"].values()) <= set(bill)
    assert not set(expected["renamed"]) & set(bill)


def test_dates_are_written_with_strokes() -> None:
    expected = CASES["GSTR1_RULES-16"]["expected"]
    assert made(paper(line(price=1, gst=18), transport=TEN))["docDate"] == expected["ewaybill"]


def test_the_goods_go_to_the_site_and_the_bill_to_the_office() -> None:
    found = made(paper(line(price=1, gst=18), party=FAR, ship_to=SITE, dispatch_from=DEPOT, transport=TEN))
    expected = {
        "fromGstin": "24AAQCA8719H1ZC", "fromPlace": "Surat", "fromPincode": 395003, "fromStateCode": 24,
        "actualFromStateCode": 24, "toGstin": "33AAFCL2204B1ZD", "toTrdName": "Lotus Foods", "toPlace": "Mumbai",
        "toPincode": 400001, "toStateCode": 33, "actualToStateCode": 27, "igstValue": 0.18,
    }  # fmt: skip
    agrees(expected, found)


def test_a_sales_return_runs_the_other_way() -> None:
    answered = Original("SI/0000", dt.date(2025, 7, 1))
    lines = [line(taxable=7.6, gst=12), line(taxable=7.6, gst=12)]
    note = paper(*lines, party=FAR, type="CRN", original=answered, round="rupee", ship_to=SITE, transport=TEN)
    expected = {
        "supplyType": "I", "subSupplyType": 7, "docType": "CHL", "fromGstin": "33AAFCL2204B1ZD", "fromPlace": "Mumbai",
        "fromStateCode": 33, "actualFromStateCode": 27, "toGstin": "24AAQCA8719H1ZC", "toPlace": "Ahmedabad",
        "toStateCode": 24, "actualToStateCode": 24, "transType": 3, "userGstin": "24AAQCA8719H1ZC",
        "totalValue": 15.2, "OthValue": -0.02, "totInvValue": 17,
    }  # fmt: skip
    agrees(expected, made(note))


def test_an_unregistered_buyer_is_urp() -> None:
    buyer = msgspec.structs.replace(WALK_IN, address=ELSEWHERE, registration=Registration(state_code="33"))
    found = made(paper(line(price=1, gst=18), party=buyer, transport=TEN))
    agrees({"toGstin": "URP", "toStateCode": 33, "actualToStateCode": 33, "toPincode": 600002}, found)


@pytest.mark.parametrize(("paid", "doc_type", "rate"), [(True, "INV", 18), (False, "BIL", 0)])
def test_an_export_with_and_without_payment(paid: bool, doc_type: str, rate: int) -> None:
    found = made(paper(line(price=100, gst=18), party=ABROAD, with_payment=paid, transport=TEN))
    expected = {
        "subSupplyType": 3, "docType": doc_type, "toGstin": "URP", "toStateCode": 96, "actualToStateCode": 96,
        "toPincode": 999999, "igstValue": rate, "totInvValue": 100 + rate,
    }  # fmt: skip
    agrees(expected, found)
    assert found["itemList"][0]["igstRate"] == rate


def test_an_export_by_way_of_an_indian_port_goes_there() -> None:
    port = Address("Gate 2", "", "Nhava Sheva", "27", "400707")
    found = made(
        paper(
            line(price=1, gst=18),
            party=ABROAD,
            with_payment=True,
            place_of_supply="96",
            ship_to=port,
            transport=TEN,
        )
    )
    agrees({"toStateCode": 96, "actualToStateCode": 27, "toPincode": 400707, "transType": 2}, found)


def test_the_tax_that_the_buyer_pays_himself_is_left_out() -> None:
    found = made(paper(line(price=100, gst=18), reverse_charge=True, transport=TEN))
    agrees({"cgstValue": 0, "sgstValue": 0, "totInvValue": 100}, found)
    agrees({"cgstRate": 0, "sgstRate": 0}, found["itemList"][0])


@pytest.mark.parametrize(("purpose", "sub_type"), [("job_work", 4), ("own_use", 5), ("other", 8)])
def test_a_challan_names_its_purpose_and_bears_no_tax(purpose: str, sub_type: int) -> None:
    found = made(paper(line(price=100, gst=18), type="CHL", purpose=purpose, transport=TEN))
    agrees({"docType": "CHL", "subSupplyType": sub_type, "cgstValue": 0, "totInvValue": 100}, found)
    assert bool(found["subSupplyDesc"]) is (sub_type == 8)


def test_services_on_the_paper_are_not_in_the_bill() -> None:
    mixed = paper(line(price=100, gst=18), line(price=50, gst=18, hsn="998313", unit="NA"), transport=TEN)
    found = made(mixed)
    assert [item["hsnCode"] for item in found["itemList"]] == ["61149090"]
    agrees({"totalValue": 100, "cgstValue": 9, "totInvValue": 118}, found)


def test_cess_by_unit_and_by_value_stand_apart() -> None:
    asked, expected = CASES["AMOUNTS-06"]["input"], CASES["AMOUNTS-06"]["expected"]
    found = made(paper(*(line(**each) for each in asked["lines"]), transport=TEN))
    agrees(
        {
            "cessValue": expected["cess_adval"], "TotNonAdvolVal": expected["cess_non_adval"],
            "cgstValue": expected["cgst"], "totInvValue": expected["invoice_value"],
        },
        found,
    )  # fmt: skip
    agrees({"cessRate": 5, "cessNonAdvol": 1.591}, found["itemList"][1])


def test_charges_after_tax_stand_in_other_value() -> None:
    packed = paper(line(price=100, gst=18), charges=(Charge("Packing", 500, taxed=False),), transport=TEN)
    agrees({"OthValue": 5, "totInvValue": 123}, made(packed))


def test_igst_at_home_is_told_as_igst() -> None:
    found = made(paper(line(price=100, gst=18), party=kind_of("sez"), with_payment=True, transport=TEN))
    agrees({"igstValue": 18, "cgstValue": 0, "toStateCode": 96, "actualToStateCode": 24}, found)


def test_a_quarter_per_cent_is_halved_exactly() -> None:
    item = made(paper(line(price=100, gst=0.25), transport=TEN))["itemList"][0]
    assert (item["cgstRate"], item["sgstRate"]) == (0.125, 0.125)


def test_the_transporter_alone_makes_part_a() -> None:
    moved = Transport(transporter_id="29AAFCA7488L1Z0", distance_km=40, vehicle="")
    found = made(paper(line(price=1, gst=18), transport=moved))
    agrees({"transMode": 1, "transporterId": "29AAFCA7488L1Z0", "vehicleNo": "", "transDocNo": ""}, found)


def test_rail_names_its_receipt() -> None:
    moved = Transport("rail", doc_number="RR/12", doc_on=dt.date(2025, 8, 3), distance_km=900)
    found = made(paper(line(price=1, gst=18), party=FAR, transport=moved))
    agrees({"transMode": 2, "transDocNo": "RR/12", "transDocDate": "03/08/2025", "transDistance": 900}, found)


def test_more_lines_than_the_portal_takes_are_summed_by_code() -> None:
    one = paper(line(price=1, gst=18), transport=TEN)
    many = msgspec.structs.replace(one, lines=one.lines * 10_000)
    found = made(many)
    agrees([{"itemNo": 1, "quantity": 10_000, "taxableAmount": 10_000}], found["itemList"])
    few = made(msgspec.structs.replace(one, lines=one.lines * 250))
    assert len(few["itemList"]) == 250


def test_one_pin_code_is_at_least_a_kilometre_apart() -> None:
    near = Party(code="N", name="Lotus Foods", registration=NEIGHBOUR.registration, address=NEIGHBOUR.address)
    assert made(paper(line(price=1, gst=18), party=near, transport=ROAD))["transDistance"] == 1
    assert made(paper(line(price=1, gst=18), party=FAR, transport=ROAD))["transDistance"] == 0


@pytest.mark.parametrize(
    ("unit", "shown"),
    [("NOS", "NOS"), ("kgs", "KGS"), ("NOS-NUMBERS", "NOS"), ("NA", "OTH"), ("Boxes", "OTH")],
)
def test_the_unit_of_goods_is_a_code_that_the_portal_knows(unit: str, shown: str) -> None:
    assert made(paper(line(unit=unit), transport=TEN))["itemList"][0]["qtyUnit"] == shown


def test_less_than_none_at_less_than_nothing_moves() -> None:
    (item,) = made(paper(line(qty=-2, price=-10, gst=5), transport=TEN))["itemList"]
    assert (item["quantity"], item["taxableAmount"]) == (2, 20)
