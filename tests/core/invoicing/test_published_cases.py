"""The published cases of place, tax, amounts and sections as whole drafts, with each type the portals give them."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from core.company.model import Address, Company, Registration
from core.facts import Facts
from core.gst.section import export_type, invoice_type, section_of, supply_type, table_of
from core.invoicing.model import Charge, Document, Draft, DraftLine, Original
from core.invoicing.posting import owed_paise
from core.invoicing.rules import problems_with_draft, settled
from core.invoicing.settling import sold_of
from core.money import paise, rate_bp, scaled
from core.parties.model import Party
from tests.core.gst.test_published_cases import number

Case = dict[str, Any]
CASES: list[Case] = json.loads((Path(__file__).parents[2] / "data" / "gst_cases.json").read_text("utf-8"))[
    "cases"
]
FACTS = Facts.shipped()
REGISTERED_IN = {"24": "24AANFA2641L1ZF", "27": "27AAPFU0939F1ZV", "12": "12GEOPS0823BBZH", "37": ""}
BUYERS = {"regular": "registered"}
IN_BOOKS = {"ntty", "json_val", "json_txval", "sign", "typ", "pos_key", "iamt", "txval", "not_in", "sply_ty", "b2b",
            "nil"}  # fmt: skip
"""What a case says of the file of a return; tests/core/returns asks it."""


def of(topic: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["topic"] == topic]


def company_in(state: str) -> Company:
    return Company(
        legal_name="Nandi",
        registration=Registration("registered", REGISTERED_IN.get(state) or f"{state}AAKCN5519Q1ZK", state),
        address=Address("14 Residency Road", "", "Town", state, "560025"),
    )


def party_of(kind: str, gstin: str, state: str) -> Party:
    country = "US" if kind == "overseas" else "IN"
    address = Address("7 Mount Road", "", "Town", state, "", country)
    return Party(
        code="P", name="Buyer", registration=Registration(kind, gstin, gstin[:2] or state), address=address
    )


def line(asked: Case) -> DraftLine:
    price = asked.get("price", asked.get("taxable", asked.get("price_incl", 0)))
    return DraftLine(
        description="Article",
        hsn="84138190",
        quantity_thousandths=scaled(number(asked.get("qty", 1)), 3),
        price_tenthousandths=scaled(number(price), 4),
        price_includes_tax="price_incl" in asked,
        discount_tenthousandths_pct=scaled(number(asked.get("disc_pct", 0)), 4),
        treatment=asked.get("treat", "taxable"),
        rate_bp=rate_bp(number(asked.get("gst", asked.get("rate", 18)))),
        cess_rate_bp=rate_bp(number(asked.get("cess_pct", 0))),
        cess_per_unit_tenthousandths=scaled(number(asked.get("cess_per_unit", 0)), 4),
    )


def settle(draft: Draft, company: Company, party: Party) -> Document:
    problems = problems_with_draft(draft, company=company, party=party, facts=FACTS)
    assert problems == []
    return settled(draft, company=company, party_id=b"p" * 16, party=party, items={}, facts=FACTS)


def told(document: Document) -> Case:
    """Everything a case may ask of a document, by the cases' words; money in paise."""
    sold, totals = sold_of(document), document.totals
    treatment = next((ln.treatment for ln in document.lines if ln.treatment == "taxable"), "nil")
    section = section_of(sold, treatment, FACTS)
    return {
        "pos": document.place_of_supply, "supply": document.supply, "section": section,
        "table": table_of(sold, section), "inv_typ": invoice_type(sold, section), "exp_typ": export_type(sold),
        "einvoice_SupTyp": supply_type(sold), "rchrg": "Y" if document.reverse_charge else "N",
        "counts_in_own_tax_liability": any(p.account.startswith("output_") for p in document.postings),
        "tax_charged_to_buyer": totals.invoice_value_paise - totals.taxable_paise,
        "taxable": totals.taxable_paise, "nil": totals.nil_paise, "igst": totals.igst_paise,
        "cgst": totals.cgst_paise, "sgst": totals.sgst_paise, "cess": totals.cess_paise,
        "invoice_value": totals.invoice_value_paise, "round_off": totals.round_off_paise,
    }  # fmt: skip


def compare(expected: Case, found: Case) -> None:
    for key, wanted in expected.items():
        is_money = isinstance(wanted, int | float) and not isinstance(wanted, bool)
        assert found[key] == (paise(number(wanted)) if is_money else wanted), key


@pytest.mark.parametrize("case", of("pos_tax"))
def test_place_and_tax(case: Case) -> None:
    asked = case["input"]
    gstin = asked.get("buyer_gstin") or ""
    kind = asked.get("category") or ("registered" if gstin else "unregistered")
    state = "96" if kind == "overseas" else asked.get("buyer_state") or gstin[:2]
    cess_pct = asked["cess"] * 100 / asked["taxable"] if "cess" in asked else 0
    draft = Draft(
        party=b"p" * 16, dated_on=dt.date(2025, 8, 1), place_of_supply=asked.get("pos", ""), rounding="none",
        with_payment=asked.get("with_payment"), reverse_charge=asked.get("reverse_charge", False),
        lines=(line(asked | {"cess_pct": cess_pct}),),
    )  # fmt: skip
    document = settle(draft, company_in(asked["supplier_state"]), party_of(kind, gstin, state))
    compare(case["expected"], told(document))


@pytest.mark.parametrize("case", [each for each in of("amounts") if each.id != "AMOUNTS-11"])
def test_amounts(case: Case) -> None:
    asked = dict(case["input"])
    supplier = "29" if asked.pop("supply", "INTRA") == "INTRA" else "24"
    expected = {
        {"RndOffAmt": "round_off", "TotInvVal": "invoice_value", "total": "invoice_value"}.get(
            key, key
        ): wanted
        for key, wanted in case["expected"].items()
    }
    if "cess_adval" in expected:
        expected["cess"] = expected.pop("cess_adval") + expected.pop("cess_non_adval")
    charges = ()
    if "total_before" in asked:
        asked = {"taxable": asked["total_before"], "treat": "nil", "round": "rupee"}
    if "line_taxable" in asked:
        charges = (Charge("Freight", paise(number(asked["freight_before_tax"]))),)
        asked["taxable"] = asked["line_taxable"]
    draft = Draft(
        party=b"p" * 16, dated_on=dt.date(2025, 8, 1), rounding="rupee" if "round_off" in expected else "none",
        lines=tuple(line(each) for each in asked.get("lines", [asked])), charges=charges,
    )  # fmt: skip
    document = settle(draft, company_in(supplier), party_of("unregistered", "", "29"))
    compare(expected, told(document))
    assert owed_paise(document) == document.totals.invoice_value_paise


@pytest.mark.parametrize("case", of("gstr1_section"))
def test_sections(case: Case) -> None:
    asked, expected = case["input"], case["expected"]
    kind = BUYERS.get(asked["buyer"], asked["buyer"])
    gstin = "" if kind in ("unregistered", "overseas") else asked.get("buyer_gstin", "24AANFA2641L1ZF")
    place = asked.get("pos", "96" if kind == "overseas" else "24")
    original = asked.get("original")
    value = asked.get("invoice_value", asked.get("value", 118))
    lines = asked.get("lines") or [{"taxable": value, "gst": 0}]
    draft = Draft(
        type=asked["type"], party=b"p" * 16, dated_on=dt.date.fromisoformat(asked.get("date", "2025-06-10")),
        place_of_supply=place, rounding="none", with_payment=asked.get("with_payment"),
        reverse_charge=asked.get("reverse_charge", False), lines=tuple(line(each) for each in lines),
        original=Original("A/1", dt.date.fromisoformat(original["date"]), value_paise=100 * original["value"])
        if original
        else Original("A/1", dt.date(2025, 6, 1)) if asked["type"] != "INV" else None,
    )  # fmt: skip
    document = settle(draft, company_in(asked["supplier_state"]), party_of(kind, gstin, gstin[:2] or place))
    compare({key: wanted for key, wanted in expected.items() if key not in IN_BOOKS}, told(document))


def test_every_key_of_the_cases_is_compared_or_named() -> None:
    keys = set().union(*(case["expected"] for case in CASES if case["topic"] == "gstr1_section"))
    assert keys - IN_BOOKS == {"section", "table", "inv_typ", "exp_typ", "rchrg"}
    assert (len(of("pos_tax")), len(of("amounts")), len(of("gstr1_section"))) == (10, 8, 20)
