"""Sections and types by table."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.facts import Facts
from core.gst.section import Sold, export_type, invoice_type, section_of, supply_type, table_of

FACTS = Facts.shipped()
OLD, NEW = dt.date(2024, 7, 31), dt.date(2024, 8, 1)
REGISTERED = Sold("INV", "registered", "33AAFCL2204B1ZD", "33", True, NEW, 100_00)
CONSUMER = Sold("INV", "unregistered", "", "33", True, NEW, 100_00)
ABROAD = Sold("INV", "overseas", "", "96", True, NEW, 100_00, with_payment=False)


def like(sold: Sold, **changes: object) -> Sold:
    return msgspec.structs.replace(sold, **changes)


SECTIONS = [
    (REGISTERED, "taxable", "b2b", "4A"),
    (like(REGISTERED, reverse_charge=True), "taxable", "b2b", "4B"),
    (like(REGISTERED, kind="sez"), "taxable", "b2b", "6B"),
    (like(REGISTERED, kind="deemed_export"), "taxable", "b2b", "6C"),
    (like(REGISTERED, type="CRN"), "taxable", "cdnr", "9B"),
    (REGISTERED, "exempt", "nil", "8"),
    (CONSUMER, "taxable", "b2cs", "7"),
    (CONSUMER, "non_gst", "nil", "8"),
    (like(CONSUMER, value_paise=1_00_000_00), "taxable", "b2cs", "7"),
    (like(CONSUMER, value_paise=1_00_000_01), "taxable", "b2cl", "5"),
    (like(CONSUMER, value_paise=2_50_000_00, dated_on=OLD), "taxable", "b2cs", "7"),
    (like(CONSUMER, value_paise=2_50_000_01, dated_on=OLD), "taxable", "b2cl", "5"),
    (like(CONSUMER, value_paise=9_00_000_00, inter_state=False, place="29"), "taxable", "b2cs", "7"),
    (like(CONSUMER, type="CRN"), "taxable", "b2cs", "7"),
    (like(CONSUMER, type="CRN", original_value_paise=1_00_000_01), "taxable", "cdnur", "9B"),
    (like(CONSUMER, type="DBN", original_on=OLD, original_value_paise=2_00_000_00), "taxable", "b2cs", "7"),
    (ABROAD, "taxable", "exp", "6A"),
    (ABROAD, "nil", "exp", "6A"),
    (like(ABROAD, type="CRN"), "taxable", "cdnur", "9B"),
    (like(ABROAD, place="33"), "taxable", "b2cs", "7"),
    (like(REGISTERED, is_amendment=True), "taxable", "b2ba", "9A"),
    (like(REGISTERED, is_amendment=True, type="CRN"), "taxable", "cdnra", "9C"),
    (like(CONSUMER, is_amendment=True, value_paise=1_00_000_01), "taxable", "b2cla", "9A"),
    (like(CONSUMER, is_amendment=True), "taxable", "b2cs", "7"),
    (like(CONSUMER, is_amendment=True), "nil", "nil", "8"),
    (like(ABROAD, is_amendment=True), "taxable", "expa", "9A"),
    (like(ABROAD, is_amendment=True, type="DBN"), "taxable", "cdnura", "9C"),
    (like(REGISTERED, ecommerce_section="52"), "taxable", "b2b", "4A"),
    (like(REGISTERED, ecommerce_section="9(5)"), "taxable", "none", "14"),
    (like(REGISTERED, type="CRN", is_commercial=True), "taxable", "none", ""),
    (like(CONSUMER, type="CHL"), "taxable", "none", ""),
    (like(ABROAD, type="PRF"), "taxable", "none", ""),
    (like(REGISTERED, type="QTN", ecommerce_section="9(5)"), "taxable", "none", ""),
]


@pytest.mark.parametrize(("sold", "treatment", "section", "table"), SECTIONS)
def test_a_line_falls_into_its_section(sold: Sold, treatment: str, section: str, table: str) -> None:
    assert section_of(sold, treatment, FACTS) == section
    assert table_of(sold, section) == table


CASES = json.loads((Path(__file__).parents[2] / "data" / "gst_cases.json").read_text("utf-8"))["cases"]
KINDS = {"regular": "registered"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if "section" in case["expected"]]
)
def test_the_published_cases(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["expected"]
    kind = KINDS.get(given["buyer"], given["buyer"])
    place = given.get("pos", "24")
    original = given.get("original", {})
    sold = Sold(
        type=given["type"],
        kind=kind,
        gstin="" if kind in ("unregistered", "overseas") else "24AANFA2641L1ZF",
        place=place,
        inter_state=place != "24" or kind == "sez",
        dated_on=dt.date.fromisoformat(given.get("date", "2025-06-10")),
        value_paise=100 * given.get("invoice_value", given.get("value", 118)),
        reverse_charge=given.get("reverse_charge", False),
        with_payment=given.get("with_payment"),
        original_on=dt.date.fromisoformat(original["date"]) if original else None,
        original_value_paise=100 * original["value"] if original else None,
    )
    treatment = given.get("lines", [{}])[0].get("treat", "taxable")
    section = section_of(sold, treatment, FACTS)
    found = {
        "section": section,
        "table": table_of(sold, section),
        "inv_typ": invoice_type(sold, section),
        "exp_typ": export_type(sold),
    }
    assert {key: found[key] for key in found if key in expected} == {
        key: expected[key] for key in found if key in expected
    }


TYPES = [
    (REGISTERED, "R", None, "B2B"),
    (like(REGISTERED, kind="sez", with_payment=True), "SEWP", None, "SEZWP"),
    (like(REGISTERED, kind="sez", with_payment=False), "SEWOP", None, "SEZWOP"),
    (like(REGISTERED, kind="deemed_export"), "DE", None, "DEXP"),
    (like(REGISTERED, reverse_charge=True, inter_state=False, intra_igst=True), "CBW", None, "B2B"),
    (like(REGISTERED, is_amendment=True), "R", None, "B2B"),
    (like(REGISTERED, type="CRN", is_amendment=True, kind="sez", with_payment=True), "SEWP", None, "SEZWP"),
    (like(REGISTERED, type="CHL"), None, None, None),
    (like(REGISTERED, type="CRN", is_commercial=True), None, None, None),
    (CONSUMER, None, None, None),
    (ABROAD, None, "WOPAY", "EXPWOP"),
    (like(ABROAD, with_payment=True), None, "WPAY", "EXPWP"),
]


@pytest.mark.parametrize(("sold", "invoice", "export", "supply"), TYPES)
def test_the_portals_types(sold: Sold, invoice: str | None, export: str | None, supply: str | None) -> None:
    section = section_of(sold, "taxable", FACTS)
    assert (invoice_type(sold, section), export_type(sold), supply_type(sold)) == (invoice, export, supply)
