"""GSTR-3B: tables 3.1, 3.1.1 and 3.2 by example, and what is left out by period."""

import datetime as dt
from typing import Any

import pytest

from core.advances.rules import Move
from core.invoicing.model import Ecommerce
from core.returns.gstr3b import gstr3b
from core.returns.schema import problems_with_return
from tests.core.returns.sales import FACTS, cases, fits, line, month, note, paper, reported

Json = dict[str, Any]
OPERATOR = "24AALCD1234C1CN"


def supplies(value: Json, row: str = "osup_det") -> Json:
    found: Json = value["sup_details"][row]
    return found


def test_the_published_month() -> None:
    (case,) = cases("gstr3b")
    papers = []
    for n, sale in enumerate(case["input"]["sales"]):
        treatment = sale.get("treat", "taxable")
        terms: Json = {key: sale[key] for key in ("with_payment", "reverse_charge") if key in sale}
        if sale.get("section_9_5"):
            terms["ecommerce"] = Ecommerce(OPERATOR, "9(5)")
        lines = [line(sale["taxable"], 18, treatment=treatment)]
        state = case["input"]["filer_state"]
        pos = sale.get("pos", state)
        gstin = "" if sale["to"] == "unregistered" else f"{pos}AANFA2641L1ZF"
        papers.append(
            paper(sale["to"], lines, number=f"S/{n}", pos=pos, gstin=gstin, supplier=state, **terms)
        )
    value = gstr3b(month(*papers, state=case["input"]["filer_state"]), FACTS)
    expected = dict(case["expected"])
    places = expected.pop("inter_sup")
    operators = expected.pop("eco_dtls.eco_reg_sup")
    assert fits(expected, value["sup_details"])
    assert supplies(value)["txval"] == 532, "sales under reverse charge count with their value"
    assert fits(places, value["inter_sup"])
    assert fits(operators, value["eco_dtls"]["eco_reg_sup"])
    assert problems_with_return(value) == []


def test_an_export_and_a_sez_are_zero_rated_whatever_is_paid() -> None:
    papers = [
        paper("overseas", with_payment=True),
        paper("overseas", number="A/2", with_payment=False),
        paper("sez", number="A/3", with_payment=True),
    ]
    value = gstr3b(month(*papers), FACTS)
    assert supplies(value, "osup_zero") == {"txval": 300, "iamt": 36, "camt": 0, "samt": 0, "csamt": 0}
    assert supplies(value)["txval"] == 0


def test_a_deemed_export_is_an_ordinary_taxed_supply() -> None:
    value = gstr3b(month(paper("deemed_export")), FACTS)
    assert (supplies(value)["txval"], supplies(value)["iamt"]) == (100, 18)


def test_notes_are_netted_and_negative_rows_stand() -> None:
    sale = paper(pos="27", gstin="27AANFA2641L1ZF")
    credit = note(sale, [line(150)])
    value = gstr3b(month(sale, reported(credit, sale)), FACTS)
    assert supplies(value) == {"txval": -50, "iamt": 0, "camt": -4.5, "samt": -4.5, "csamt": 0}
    assert problems_with_return(value) == []


def test_advances_received_add_and_advances_used_lessen() -> None:
    def moved(what: Any, received_on: dt.date, rupees: int) -> Move:
        paise = rupees * 100
        return Move(
            what,
            "V/1",
            dt.date(2025, 6, 20),
            received_on,
            "27",
            False,
            1_800,
            paise,
            0,
            paise * 9 // 100,
            paise * 9 // 100,
        )

    this, before = dt.date(2025, 6, 1), dt.date(2025, 5, 1)
    advances = (moved("received", this, 500), moved("adjusted", before, 200), moved("refunded", before, 100))
    value = gstr3b(month(advances=advances), FACTS)
    assert supplies(value) == {"txval": 200, "iamt": 0, "camt": 18, "samt": 18, "csamt": 0}


def test_uin_holders_and_composition_buyers_stand_by_place() -> None:
    papers = [
        paper("uin", pos="07"),
        paper("composition", number="A/2", pos="29"),
        paper("composition", number="A/3", pos="27"),
        paper("overseas", number="A/4", pos="32"),
        paper("unregistered", number="A/5", pos="32"),
    ]
    assert gstr3b(month(*papers), FACTS)["inter_sup"] == {
        "unreg_details": [{"pos": "32", "txval": 200, "iamt": 36}],
        "comp_details": [{"pos": "29", "txval": 100, "iamt": 18}],
        "uin_details": [{"pos": "07", "txval": 100, "iamt": 18}],
    }


@pytest.mark.parametrize(
    ("period", "has_places", "has_operators"),
    [("2022-06", True, False), ("2022-07", True, True), ("2025-10", True, True), ("2025-11", False, True)],
)
def test_blocks_come_and_go_by_period(period: str, has_places: bool, has_operators: bool) -> None:
    value = gstr3b(month(paper("unregistered"), period=period), FACTS)
    assert ("inter_sup" in value, "eco_dtls" in value) == (has_places, has_operators)


def test_what_is_bought_stands_at_nought() -> None:
    value = gstr3b(month(), FACTS)
    assert list(value) == [
        "gstin", "ret_period", "sup_details", "eco_dtls", "itc_elg", "inward_sup", "intr_ltfee", "inter_sup",
    ]  # fmt: skip
    assert [row["ty"] for row in value["itc_elg"]["itc_avl"]] == ["IMPG", "IMPS", "ISRC", "ISD", "OTH"]
    assert supplies(value, "isup_rev") == dict.fromkeys(("txval", "iamt", "camt", "samt", "csamt"), 0)
    assert value["intr_ltfee"]["ltfee_details"] == {}
    assert problems_with_return(value) == []
