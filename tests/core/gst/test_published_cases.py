"""Every published case that this floor can answer, through its public functions.

The cases and their sources: tests/data/README.md. What a case expects of later floors (sections of returns,
e-invoice fields) is named in LATER and left to their tests, so that nothing expected is passed over unseen.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from core.facts import Facts
from core.gst.gstin import check
from core.gst.number import check_number
from core.gst.party_kind import PartyKind
from core.gst.place import is_inter_state, place_of_supply
from core.gst.settle import LineIn, Settled, settle
from core.gst.upi import upi_link
from core.money import paise, rate_bp, rupees, scaled

Case = dict[str, Any]
CASES: list[Case] = json.loads((Path(__file__).parents[2] / "data" / "gst_cases.json").read_text("utf-8"))[
    "cases"
]
ON = date(2025, 8, 1)
COVERED = {
    "gstin": 9,
    "invoice_number": 5,
    "pos_tax": 10,
    "amounts": 8,
    "advance": 1,
    "upi": 1,
    "gstr1_rules": 1,
    "hsn": 2,
}
"""Topics answered here, and how many of their cases; the others belong to later floors."""
ELSEWHERE = {
    "UPI-05",
    *(f"GSTR1_RULES-{number:02d}" for number in (1, 2, 9, 13, 14, 16)),
    "HSN-01",
    "HSN-05",
    "HSN-06",
}
LATER = {"inv_typ", "exp_typ", "rchrg", "einvoice_SupTyp", "counts_in_own_tax_liability", "advance_left",
         "invoice_outstanding"}  # fmt: skip


def of(topic: str) -> Any:
    return [
        pytest.param(case, id=case["id"])
        for case in CASES
        if case["topic"] == topic and case["id"] not in ELSEWHERE
    ]


def number(value: object) -> str:
    """A figure of the file as exact text."""
    return format(value, ".4f") if isinstance(value, float) else str(value)


def line(**asked: Any) -> LineIn:
    """A line from the words of the cases: qty, price or taxable, gst or rate, disc_pct, cess…"""
    price = asked.get("price", asked.get("taxable", asked.get("price_incl")))
    return LineIn(
        quantity_thousandths=scaled(number(asked.get("qty", 1)), 3),
        price_tenthousandths=scaled(number(price), 4),
        discount_tenthousandths_pct=scaled(number(asked.get("disc_pct", 0)), 4),
        rate_bp=rate_bp(number(asked.get("gst", asked.get("rate", asked.get("rt", 0))))),
        treatment=asked.get("treat", "taxable"),
        cess_rate_bp=rate_bp(number(asked.get("cess_pct", 0))),
        cess_per_unit_tenthousandths=scaled(number(asked.get("cess_per_unit", 0)), 4),
        price_includes_tax="price_incl" in asked,
        hsn=asked.get("hsn", ""),
    )


def compare(expected: Case, found: Case) -> None:
    assert set(expected) <= set(found) | LATER
    for key in set(expected) - LATER:
        wanted = expected[key]
        if isinstance(wanted, int | float) and not isinstance(wanted, bool):
            assert paise(number(wanted)) == found[key], key
        else:
            assert wanted == found[key], key


def figures(settled: Settled) -> Case:
    return {
        "taxable": settled.taxable_paise,
        "nil": settled.nil_paise,
        "igst": settled.igst_paise,
        "cgst": settled.cgst_paise,
        "sgst": settled.sgst_paise,
        "cess": settled.cess_paise,
        "invoice_value": settled.invoice_value_paise,
        "total": settled.invoice_value_paise,
        "total_before": settled.invoice_value_paise - settled.round_off_paise,
        "round_off": settled.round_off_paise,
    }


def test_the_covered_cases_are_all_there() -> None:
    assert {topic: len(of(topic)) for topic in COVERED} == COVERED
    assert sum(COVERED.values()) == 37
    assert {case["id"] for case in CASES} >= ELSEWHERE


@pytest.mark.parametrize("case", of("gstin"))
def test_gstin(case: Case) -> None:
    answer = check(case["input"]["gstin"], as_kind=case["input"].get("category"))
    for key, wanted in case["expected"].items():
        assert getattr(answer, key) == wanted, key


@pytest.mark.parametrize("case", of("invoice_number"))
def test_invoice_number(case: Case) -> None:
    answer = check_number(case["input"]["number"], on=ON)
    for key, wanted in case["expected"].items():
        assert getattr(answer, key) is wanted, key


@pytest.mark.parametrize("case", of("pos_tax"))
def test_place_of_supply_and_tax(case: Case) -> None:
    asked = case["input"]
    gstin = asked.get("buyer_gstin") or ""
    kind = PartyKind(asked.get("category") or ("registered" if gstin else "unregistered"))
    place = place_of_supply(
        given=asked.get("pos"),
        kind=kind,
        gstin=gstin,
        address_state=asked.get("buyer_state") or "",
        address_country="IN",
        ship_to_state=None,
        ship_to_country=None,
        supplier_state=asked["supplier_state"],
    )
    assert place.code is not None
    inter_state = is_inter_state(asked["supplier_state"], place.code, kind)
    cess_pct = asked["cess"] * 100 / asked["taxable"] if "cess" in asked else 0
    settled = settle(
        [line(taxable=asked["taxable"], rate=asked["rate"], cess_pct=cess_pct)],
        inter_state=inter_state,
        reverse_charge=asked.get("reverse_charge", False),
        without_payment=asked.get("with_payment") is False,
    )
    found = figures(settled) | {
        "pos": place.code,
        "supply": "INTER" if inter_state else "INTRA",
        "tax_charged_to_buyer": settled.invoice_value_paise - settled.taxable_paise,
    }
    compare(case["expected"], found)


@pytest.mark.parametrize("case", of("amounts"))
def test_amounts(case: Case) -> None:
    asked = dict(case["input"])
    inter_state = asked.pop("supply", "INTRA") == "INTER"
    charges = []
    if "total_before" in asked:
        asked = {"taxable": asked["total_before"], "treat": "nil", "round": "rupee"}
    if "line_taxable" in asked:
        charges = [(paise(number(asked["freight_before_tax"])), True)]
        asked["taxable"] = asked["line_taxable"]
    rounded = "round" in asked or "round_off" in case["expected"]
    settled = settle(
        [line(**each) for each in asked.get("lines", [asked])],
        inter_state=inter_state,
        rounding="rupee" if rounded else "none",
        charges=charges,
    )
    compare(_plain(case["expected"], settled), figures(settled))


def _plain(expected: Case, settled: Settled) -> Case:
    """The expected figures by our names; what speaks of single lines or of kinds of cess is checked here."""
    names = {"RndOffAmt": "round_off", "TotInvVal": "total", "invoice_cgst": "cgst", "invoice_sgst": "sgst"}
    expected = {names.get(key, key): wanted for key, wanted in expected.items()}
    if "cess_adval" in expected:
        assert settled.cess_paise == paise(
            number(expected.pop("cess_adval") + expected.pop("cess_non_adval"))
        )
    if "line_cgst_sum" in expected:
        cgst = [out.cgst_paise for out in settled.lines]
        assert sum(cgst) == paise(number(expected.pop("line_cgst_sum")))
        assert sorted(cgst) == sorted(paise(number(each)) for each in expected.pop("line_cgst_any_order"))
    return expected


@pytest.mark.parametrize("case", of("advance"))
def test_advances_hold_their_tax(case: Case) -> None:
    asked = case["input"]
    steps = {"on_receipt": asked["advance_received"], "on_adjustment": asked["invoice"]["value"]}
    assert set(case["expected"]) <= set(steps) | LATER
    for step, amount in steps.items():
        settled = settle([line(price_incl=amount, gst=asked["gst"])], inter_state=asked["supply"] == "INTER")
        base = figures(settled)
        compare(case["expected"][step], base | {"advance_base": base["taxable"], "base": base["taxable"]})


@pytest.mark.parametrize("case", of("upi"))
def test_upi_link(case: Case) -> None:
    asked, expected = case["input"], case["expected"]
    link = upi_link(
        pa=asked["pa"], pn=asked["pn"], am_paise=paise(asked["am"]), tr=asked["tr"], tn=asked["tn"]
    )
    scheme, _sign, query = link.partition("?")
    assert scheme == expected["scheme"]
    assert dict(parse_qsl(query)) == expected["params"]
    assert expected["space_encoded_as"] in query
    assert "+" not in query
    assert expected["ampersand_in_value_encoded"] in query


@pytest.mark.parametrize("case", of("gstr1_rules"))
def test_rates_of_the_item_tables(case: Case) -> None:
    facts = Facts.shipped()
    ever = facts.rates_on(date(2025, 9, 21)) | facts.rates_on(date(2025, 9, 22))
    asked = {value: rate_bp(number(value)) for value in case["input"]["rates"]}
    assert [value for value, rate in asked.items() if rate in ever] == case["expected"]["accepted"]
    assert [value for value, rate in asked.items() if rate not in ever] == case["expected"]["refused"]


@pytest.mark.parametrize("case", [each for each in of("hsn") if each.id == "HSN-02"])
def test_one_code_at_two_rates(case: Case) -> None:
    settled = settle([line(**each) for each in case["input"]["lines"]], inter_state=False)
    found = [
        {"rt": head.rate_bp, "txval": head.taxable_paise, "camt": head.cgst_paise, "samt": head.sgst_paise}
        for head in settled.heads
    ]
    for row, head in zip(case["expected"]["rows"], found, strict=True):
        compare({key: row[key] for key in ("rt", "txval", "camt", "samt")}, head)


@pytest.mark.parametrize("case", [each for each in of("hsn") if each.id == "HSN-11"])
def test_code_length_by_turnover(case: Case) -> None:
    accepted = []
    for asked in case["input"]["checks"]:
        turnover_paise = 6_00_00_000_00 if asked["aato_over_5cr"] else 4_00_00_000_00
        accepted.append(len(asked["hsn"]) >= Facts.shipped().hsn_digits(turnover_paise, ON))
    assert accepted == case["expected"]["accepted"]


def test_a_case_that_is_wrong_would_be_seen() -> None:
    settled = settle([line(taxable=100, gst=18)], inter_state=True)
    assert rupees(settled.igst_paise) == "18.00"
    with pytest.raises(AssertionError):
        compare({"igst": 18.01}, figures(settled))
    with pytest.raises(AssertionError):
        compare({"no_such_figure": 1}, figures(settled))
