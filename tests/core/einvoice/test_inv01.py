"""INV-01 from a document: the published cases, the rules of sums on any paper, and what is left out and why."""

import datetime as dt
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.company.model import Address, Bank
from core.einvoice.inv01 import invoice_json
from core.einvoice.portal_rules import problems_with_einvoice_json, problems_with_shape
from core.einvoice.rules import has_einvoice
from core.invoicing.model import (
    Charge,
    Document,
    Ecommerce,
    Foreign,
    Original,
    ShippingBill,
    Transport,
)
from tests.core.portal_papers import ABROAD, CASES, FACTS, FAR, NEIGHBOUR, agrees, kind_of, line, paper


def made(document: Document) -> dict[str, Any]:
    """The JSON, after it has passed the schema whole and every rule of the portal."""
    written = invoice_json(document, facts=FACTS)
    read = json.loads(json.dumps(written))
    assert read == written, "numbers come back as they were"
    assert list(problems_with_shape(written, whole=True)) == []
    assert problems_with_einvoice_json(written, FACTS) == []
    return written


def expected_of(id_: str) -> dict[str, Any]:
    """What a case expects, its dotted keys unfolded, without the parties that only its sandbox knows."""
    told: dict[str, Any] = {}
    for key, value in CASES[id_]["expected"].items():
        if key == "BuyerDtls":
            continue
        at = told
        *path, last = key.split(".")
        for part in path:
            at = at.setdefault(part, {})
        at[last] = value
    return told


def test_case_1_goods_with_an_e_way_bill() -> None:
    asked = CASES["EINVOICE-01"]["input"]
    moved = Transport(mode="road", vehicle=asked["vehicle"])
    agrees(
        expected_of("EINVOICE-01"), made(paper(*(line(**each) for each in asked["lines"]), transport=moved))
    )


def test_case_2_a_service() -> None:
    asked = CASES["EINVOICE-02"]["input"]
    found = made(paper(*(line(unit="NA", **each) for each in asked["lines"])))
    agrees(expected_of("EINVOICE-02"), found)
    assert "EwbDtls" not in found


def test_case_4_a_credit_note_names_what_it_answers() -> None:
    asked = CASES["EINVOICE-04"]["input"]
    answered = Original(asked["original"]["number"], dt.date.fromisoformat(asked["original"]["date"]))
    note = paper(*(line(**each) for each in asked["lines"]), type="CRN", original=answered, round="rupee")
    agrees(expected_of("EINVOICE-04"), made(note))


def test_case_7_a_sez_in_the_own_state_bears_igst() -> None:
    sold = paper(line(price=1000, gst=18), party=kind_of("sez"), with_payment=True)
    found = made(sold)
    expected = CASES["EINVOICE-07"]["expected"]
    agrees({"TranDtls": expected["TranDtls"], "ValDtls": expected["ValDtls"]}, found)
    agrees(expected["ItemList[0]"], found["ItemList"][0])


def test_case_8_a_buyer_abroad() -> None:
    found = made(paper(line(price=1000, gst=18), party=ABROAD, with_payment=True))
    expected = CASES["EINVOICE-08"]["expected"]
    assert found["TranDtls"]["SupTyp"] == expected["TranDtls.SupTyp"]
    agrees({"BuyerDtls": expected["BuyerDtls"], "ExpDtls": expected["ExpDtls"]}, found)


def test_case_9_the_type_of_supply_follows_the_buyer() -> None:
    buyers = [
        (kind_of("registered"), None), (kind_of("composition"), None), (kind_of("uin"), None),
        (kind_of("deemed_export"), None), (kind_of("sez"), True), (kind_of("sez"), False), (ABROAD, True),
        (ABROAD, False),
    ]  # fmt: skip
    found = [
        made(paper(line(price=1000, gst=18), party=party, with_payment=paid))["TranDtls"]["SupTyp"]
        for party, paid in buyers
    ]
    assert found == CASES["EINVOICE-09"]["expected"]["SupTyp"]


def test_dates_are_written_with_strokes() -> None:
    asked, expected = CASES["GSTR1_RULES-16"]["input"], CASES["GSTR1_RULES-16"]["expected"]
    found = made(paper(line(price=1, gst=18), on=dt.date.fromisoformat(asked["date"])))
    assert found["DocDtls"]["Dt"] == expected["einvoice"]


def test_a_nil_line_leaves_the_list_and_stands_in_other_charges() -> None:
    mixed = paper(
        line(taxable=100, treat="nil"), line(taxable=10, gst=12), round="rupee", on=dt.date(2023, 12, 18)
    )
    found = made(mixed)
    assert [item["SlNo"] for item in found["ItemList"]] == ["2"]
    expected = {
        "AssVal": 10,
        "CgstVal": 0.6,
        "SgstVal": 0.6,
        "OthChrg": 100,
        "RndOffAmt": -0.2,
        "TotInvVal": 111,
    }
    agrees(expected, found["ValDtls"])


def test_under_reverse_charge_the_value_leaves_the_tax_out() -> None:
    found = made(paper(line(taxable=100, gst=18), reverse_charge=True))
    assert found["TranDtls"]["RegRev"] == "Y"
    agrees({"CgstAmt": 9, "SgstAmt": 9, "TotItemVal": 100}, found["ItemList"][0])
    agrees({"CgstVal": 9, "SgstVal": 9, "TotInvVal": 100}, found["ValDtls"])


def test_igst_at_home_under_reverse_charge_says_so() -> None:
    found = made(paper(line(taxable=100, gst=18), reverse_charge=True, intra_igst=True))
    assert found["TranDtls"]["IgstOnIntra"] == "Y"
    agrees({"IgstAmt": 18, "CgstAmt": 0}, found["ItemList"][0])


def test_an_ordinary_paper_says_nothing_of_igst_at_home() -> None:
    for party in (NEIGHBOUR, FAR):
        assert "IgstOnIntra" not in made(paper(line(taxable=100, gst=18), party=party))["TranDtls"]


def test_under_lut_the_rate_stays_and_the_tax_is_nought() -> None:
    found = made(paper(line(taxable=100, gst=18), party=ABROAD, with_payment=False))
    agrees({"GstRt": 18, "IgstAmt": 0, "TotItemVal": 100}, found["ItemList"][0])


def test_cess_by_value_and_by_unit_stand_apart_and_outside_the_base() -> None:
    asked = CASES["AMOUNTS-06"]["input"]
    found = made(paper(*(line(**each) for each in asked["lines"])))
    expected = CASES["AMOUNTS-06"]["expected"]
    agrees(
        {"CesAmt": expected["cess_adval"], "CesNonAdvlAmt": expected["cess_non_adval"]}, found["ItemList"][1]
    )
    agrees(
        {"CesVal": 46.59, "CgstVal": expected["cgst"], "TotInvVal": expected["invoice_value"]},
        found["ValDtls"],
    )
    agrees({"TotAmt": 1000, "Discount": 100, "AssAmt": 900}, found["ItemList"][0])


def test_taxed_charges_and_the_whole_discount_are_inside_the_lines() -> None:
    freight, packing = Charge("Freight", 2_000), Charge("Packing", 500, taxed=False)
    found = made(
        paper(
            line(taxable=100, gst=18),
            line(taxable=300, gst=18),
            charges=(freight, packing),
            discount_paise=4_000,
        )
    )
    assert [item["AssAmt"] for item in found["ItemList"]] == [95, 285]
    assert [item["TotAmt"] - item["Discount"] for item in found["ItemList"]] == [95, 285]
    agrees({"AssVal": 380, "Discount": 0, "OthChrg": 5}, found["ValDtls"])


def test_a_negative_line_is_inside_its_fellows() -> None:
    found = made(paper(line(taxable=100, gst=18), line(taxable=-20, gst=18, description="Rebate")))
    assert [item["SlNo"] for item in found["ItemList"]] == ["1"]
    agrees({"TotAmt": 100, "Discount": 20, "AssAmt": 80}, found["ItemList"][0])


def test_a_price_with_tax_inside_is_written_without_it() -> None:
    found = made(paper(line(price=118, qty=3, gst=18, incl=True)))
    agrees({"Qty": 3, "UnitPrice": 100, "TotAmt": 300, "TotItemVal": 354}, found["ItemList"][0])


def test_an_export_in_another_currency_with_its_shipping_bill() -> None:
    found = made(
        paper(
            line(price=1000, gst=18),
            party=ABROAD,
            with_payment=True,
            foreign=Foreign("USD", 84_500_000),
            shipping_bill=ShippingBill("INBOM4", "1234567", dt.date(2025, 8, 4)),
        )
    )
    expected = {
        "ShipBNo": "1234567",
        "ShipBDt": "04/08/2025",
        "Port": "INBOM4",
        "ForCur": "USD",
        "CntCode": "US",
    }
    assert found["ExpDtls"] == expected
    agrees({"TotInvVal": 1180, "TotInvValFc": 13.96}, found["ValDtls"])


def test_goods_that_go_elsewhere_name_both_places() -> None:
    depot = Address("Plot 7", "", "Surat", "24", "395003")
    found = made(paper(line(price=1, gst=18), party=FAR, ship_to=ELSE, dispatch_from=depot))
    assert found["DispDtls"] == {
        "Nm": "Nandi Instruments Private Limited", "Addr1": "Plot 7", "Loc": "Surat", "Pin": 395003, "Stcd": "24",
    }  # fmt: skip
    assert found["ShipDtls"]["Stcd"] == "27"
    assert found["ShipDtls"]["LglNm"] == "Lotus Foods"


ELSE = Address("9 Link Road", "", "Mumbai", "27", "400001")


def test_where_to_pay_and_through_which_operator() -> None:
    sold = paper(line(price=1000, gst=18), ecommerce=Ecommerce("24ALYPD6528PQC5"), due_on=dt.date(2025, 9, 1))
    bank = Bank(name="Example Bank", account="000111222333", ifsc="EXAM0000001")
    sold = msgspec.structs.replace(sold, seller=msgspec.structs.replace(sold.seller, bank=bank))
    found = made(sold)
    assert found["TranDtls"]["EcmGstin"] == "24ALYPD6528PQC5"
    assert found["PayDtls"] == {
        "Nm": "Nandi Instruments Private Limited", "AccDet": "000111222333", "FinInsBr": "EXAM0000001", "CrDay": 30,
    }  # fmt: skip


def test_quotation_marks_and_backslashes_are_replaced() -> None:
    told = line(price=1, gst=18, description='Pipe 3" \\ left\n\tthread')
    assert made(paper(told))["ItemList"][0]["PrdDesc"] == "Pipe 3' / left thread"


def test_the_number_goes_in_capitals() -> None:
    assert made(paper(line(price=1, gst=18), number="si/0001"))["DocDtls"]["No"] == "SI/0001"


def test_with_a_transporter_alone_part_a_is_asked_for() -> None:
    moved = Transport(transporter_id="29AAFCA7488L1Z0", distance_km=40)
    assert made(paper(line(price=1, gst=18), transport=moved))["EwbDtls"] == {
        "TransId": "29AAFCA7488L1Z0", "Distance": 40,
    }  # fmt: skip


def test_no_e_way_bill_is_asked_for_with_a_note_or_services() -> None:
    moved = Transport("road", "GJ01AB1234", distance_km=40)
    answered = Original("SI/0000", dt.date(2025, 8, 1))
    assert "EwbDtls" not in made(paper(line(price=1, gst=18), type="CRN", original=answered, transport=moved))
    assert "EwbDtls" not in made(paper(line(price=1, gst=18, hsn="998313"), transport=moved))


amounts = st.integers(1, 10_000_000)
drafted = st.builds(
    lambda worth, qty, gst, less, incl, cess, treat: line(
        price=worth / 100, qty=qty, gst=gst, disc_pct=less, incl=incl, cess_pct=cess, treat=treat
    ),
    amounts,
    st.integers(1, 500),
    st.sampled_from([0, 0.25, 3, 5, 12, 18, 28]),
    st.sampled_from([0, 5, 12.5]),
    st.booleans(),
    st.sampled_from([0, 1, 12]),
    st.sampled_from(["taxable", "taxable", "taxable", "nil", "exempt", "non_gst"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(drafted, min_size=1, max_size=6),
    st.sampled_from(["none", "rupee"]),
    st.sampled_from([NEIGHBOUR, FAR, kind_of("sez"), ABROAD]),
    st.booleans(),
    st.integers(0, 50_000),
)
def test_every_paper_keeps_the_portals_sums(
    lines: list, rounding: str, party: Any, paid: bool, freight: int
) -> None:
    with_payment = paid if party.registration.kind in ("sez", "overseas") else None
    document = paper(
        *lines, party=party, round=rounding, with_payment=with_payment, charges=(Charge("Freight", freight),)
    )
    if has_einvoice(document):
        found = made(document)
        assert found["ValDtls"]["TotInvVal"] * 100 == pytest.approx(document.totals.invoice_value_paise)


@pytest.mark.parametrize(
    ("unit", "shown"),
    [("NOS", "NOS"), ("kgs", "KGS"), ("NOS-NUMBERS", "NOS"), ("NA", "OTH"), ("Boxes", "OTH"), ("", "OTH")],
)
def test_the_unit_of_goods_is_a_code_that_the_portal_knows(unit: str, shown: str) -> None:
    assert made(paper(line(unit=unit)))["ItemList"][0]["Unit"] == shown


def test_less_than_none_at_less_than_nothing_is_a_sale() -> None:
    """As a paper that only takes back writes it; the portal knows neither sign."""
    (item,) = made(paper(line(qty=-1, price=-1000, gst=5), line(price=-400, gst=5)))["ItemList"]
    assert (item["Qty"], item["UnitPrice"], item["TotAmt"], item["Discount"], item["AssAmt"]) == (
        1, 1000, 1000, 400, 600,
    )  # fmt: skip
