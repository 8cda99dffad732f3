"""Anybody's GSTR-1 and GSTR-3B judged: what the portal takes, each rule broken once, and files that are no return."""

import copy
import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.advances.rules import Move
from core.invoicing.model import Ecommerce, ShippingBill
from core.returns import schema
from core.returns.gstr1 import gstr1
from core.returns.gstr3b import gstr3b
from core.returns.model import PeriodAmendment, UsedNumber
from core.returns.schema import MOST_PROBLEMS, problems_with_return, totals
from tests.core.returns.sales import FACTS, STATE, line, month, note, paper, reported

Json = dict[str, Any]


def moved(what: Any, received_on: dt.date) -> Move:
    return Move(what, "V/1", dt.date(2025, 6, 20), received_on, "29", True, 1_800, 10_000, 1_800)


def whole_return() -> Json:
    """A file with every section but the amendments of papers."""
    sale, consumer = paper(), paper("unregistered", [line(200_000)], number="A/2")
    papers = [
        sale,
        consumer,
        paper("unregistered", [line(100), line(5, treatment="nil")], number="A/3", pos=STATE),
        paper(
            "overseas",
            number="A/4",
            with_payment=True,
            shipping_bill=ShippingBill("INNSA1", "123456", dt.date(2025, 7, 1)),
        ),
        paper("sez", number="A/5", with_payment=False),
        paper("deemed_export", number="A/6"),
        paper(number="A/7", pos=STATE, gstin="27AANFA2641L1ZF", reverse_charge=True, intra_igst=True),
        paper(number="A/8", ecommerce=Ecommerce("29AALCD1234C1CN", "52")),
        paper(lines=[line(100, hsn="998313")], number="A/9"),
        reported(note(sale, [line(10)]), sale),
        reported(note(consumer, [line(10)], number="C/2"), consumer),
    ]
    return gstr1(
        month(
            *papers,
            advances=(moved("received", dt.date(2025, 6, 20)), moved("adjusted", dt.date(2025, 5, 1))),
            amendments=(PeriodAmendment("b2cs", "2024-01", "29", 1_800, 10_000),),
            numbers=tuple(UsedNumber(1, f"A/{n}") for n in range(1, 10)),
        ),
        FACTS,
    )


SOUND = whole_return()
SOUND_3B = gstr3b(month(paper(), paper("unregistered", number="A/2")), FACTS)


def changed(value: Json, path: str, to: Any) -> Json:
    """A copy with one thing changed: a path of keys and places, `...` takes it out."""
    found = copy.deepcopy(value)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner: Any = found
    for step in steps:
        inner = inner[step]
    if to is ...:
        del inner[last]
    else:
        inner[last] = to
    return found


def codes(value: Any) -> set[str]:
    return {problem.code for problem in problems_with_return(value)}


def test_a_sound_file_is_taken_and_a_part_of_it_too() -> None:
    assert problems_with_return(SOUND) == []
    assert {
        "b2b",
        "b2cl",
        "b2cs",
        "b2csa",
        "exp",
        "cdnr",
        "cdnur",
        "nil",
        "at",
        "txpd",
        "hsn",
        "doc_issue",
        "supeco",
    } <= set(SOUND)
    for section in set(SOUND) - {"gstin", "fp"}:
        assert problems_with_return({key: SOUND[key] for key in ("gstin", "fp", section)}) == []


B2B = "b2b.0.inv.0"
BROKEN = [
    ("gstin", "27AAPFU", "GSTIN"),
    ("fp", "132025", "PERIOD"),
    ("fp", "2025-06", "PERIOD"),
    ("version", "3.2.4", "VERSION"),
    ("atadj", [{}], "TXPD"),
    ("b2b.0.ctin", "२९AAGCB7383J1Z4", "GSTIN"),
    (f"{B2B}.inum", "A 1", "NUMBER"),
    (f"{B2B}.inum", "000", "NUMBER"),
    (f"{B2B}.inum", "A/12345678901234567", "NUMBER"),
    (f"{B2B}.inum", "Ａ/1", "NUMBER"),
    (f"{B2B}.inum", "A/8", "DUPLICATE"),
    (f"{B2B}.inum", "a/2", "DUPLICATE"),
    (f"{B2B}.idt", "2025-06-10", "DATE"),
    (f"{B2B}.idt", "31-06-2025", "DATE"),
    (f"{B2B}.idt", "30-06-2017", "DATE_WINDOW"),
    (f"{B2B}.idt", "01-07-2025", "DATE_WINDOW"),
    (f"{B2B}.val", -1, "AMOUNT"),
    (f"{B2B}.val", "118", "AMOUNT"),
    (f"{B2B}.val", 118.001, "DECIMALS"),
    (f"{B2B}.val", math.inf, "AMOUNT"),
    (f"{B2B}.pos", "39", "PLACE_OF_SUPPLY"),
    (f"{B2B}.rchrg", "Yes", "YES_NO"),
    (f"{B2B}.inv_typ", "Regular", "INVOICE_TYPE"),
    (f"{B2B}.inv_typ", "CBW", "CBW_REVERSE_CHARGE"),
    (f"{B2B}.diff_percent", 0.5, "DIFF_PERCENT"),
    (f"{B2B}.itms", [], "SHAPE"),
    (f"{B2B}.itms", ..., "SHAPE"),
    (f"{B2B}.itms.0.itm_det.rt", 15, "RATE"),
    (f"{B2B}.itms.0.itm_det.rt", True, "RATE"),
    (f"{B2B}.itms.0.itm_det.txval", -100, "AMOUNT"),
    (f"{B2B}.itms.0.itm_det.camt", 9, "CGST_SGST"),
    (f"{B2B}.itms.0.itm_det", {"txval": 100, "rt": 18, "camt": 9, "samt": 9}, "TAX_HEAD"),
    (f"{B2B}.itms", SOUND["b2b"][0]["inv"][0]["itms"] * 2, "RATE_TWICE"),
    ("b2cl.0.pos", STATE, "PLACE_IS_SUPPLIERS"),
    ("b2cs.0.typ", "E", "TYPE"),
    ("b2cs.0.sply_ty", "INTR", "SUPPLY_TYPE"),
    ("b2cs.0.pos", "29", "SUPPLY_TYPE"),
    ("b2cs.0.samt", 8, "CGST_SGST"),
    ("b2cs", SOUND["b2cs"] * 2, "ROW_TWICE"),
    ("b2csa.0.omon", "202401", "PERIOD"),
    ("nil.inv.0.sply_ty", "INTERB2B", "SUPPLY_TYPE"),
    ("nil.inv", SOUND["nil"]["inv"] * 2, "ROW_TWICE"),
    ("exp.0.exp_typ", "WITHPAY", "EXPORT_TYPE"),
    ("exp.0.inv.0.sbdt", ..., "SHIPPING_BILL"),
    ("exp.0.inv.0.sbnum", ..., "SHIPPING_BILL"),
    ("exp.0.inv.0.sbnum", "12", "SHIPPING_BILL"),
    ("exp.0.inv.0.sbpcode", "NSA", "PORT"),
    ("exp.0.exp_typ", "WOPAY", "WITHOUT_PAYMENT"),
    ("cdnr.0.nt.0.ntty", "Credit", "NOTE_TYPE"),
    ("cdnr.0.nt.0.itms.0.itm_det.txval", 0, "AMOUNT"),
    ("cdnur.0.pos", ..., "PLACE_OF_SUPPLY"),
    ("cdnur.0.typ", "EXPWP", "PLACE_OF_SUPPLY"),
    ("cdnur.0.typ", "EXPWOP", "WITHOUT_PAYMENT"),
    ("cdnur.0.pos", STATE, "PLACE_IS_SUPPLIERS"),
    ("txpd.0.itms.0.ad_amt", -1, "AMOUNT"),
    ("at.0.sply_ty", "INTRA", "SUPPLY_TYPE"),
    ("hsn.data", SOUND["hsn"]["hsn_b2b"], "HSN_LISTS"),
    ("fp", "042025", "HSN_LISTS"),
    ("hsn.hsn_b2b.0.hsn_sc", 84138190, "HSN"),
    ("hsn.hsn_b2b.0.uqc", "NOS-NUMBERS", "UQC"),
    ("hsn.hsn_b2b.1.uqc", "NOS", "HSN_SERVICE"),
    ("hsn.hsn_b2b.1.qty", 3, "HSN_SERVICE"),
    ("hsn.hsn_b2b", SOUND["hsn"]["hsn_b2b"] * 2, "ROW_TWICE"),
    ("doc_issue.doc_det.0.doc_num", 13, "NATURE"),
    ("doc_issue.doc_det.0.docs.0.cancel", 10, "DOC_COUNT"),
    ("doc_issue.doc_det.0.docs.0.net_issue", 8, "DOC_COUNT"),
    ("doc_issue.doc_det.0.docs.0.totnum", 1.5, "COUNT"),
    ("doc_issue.doc_det.0.docs.0.from", "00/00", "NUMBER"),
    ("supeco.clttx.0.igst", -18, "SIGN"),
    ("supeco.clttx.0.cgst", 1, "CGST_SGST"),
    ("supeco.clttx.0.etin", "29AAGCB7383J1Z4", "OPERATOR"),
    ("supeco.clttx", SOUND["supeco"]["clttx"] * 2, "ROW_TWICE"),
    ("hsn.hsn_b2b.0.uqc", "XYZ", "UQC"),
    ("hsn.hsn_b2b.0.hsn_sc", "84", "HSN"),
    ("b2cl.0.inv.0.val", 100_000, "B2CL_VALUE"),
    ("gt", 100, "TURNOVER"),
    ("cur_gt", 100, "TURNOVER"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "to", "code"), BROKEN)
def test_each_rule_broken_once_is_told(path: str, to: Any, code: str) -> None:
    assert code in codes(changed(SOUND, path, to))


def test_a_deemed_export_is_not_under_reverse_charge() -> None:
    value = gstr1(month(paper("deemed_export")), FACTS)
    value["b2b"][0]["inv"][0]["rchrg"] = "Y"
    assert codes(value) == {"DE_REVERSE_CHARGE"}


def test_amendments_may_name_any_day_and_a_number_again() -> None:
    value = {key: SOUND[key] for key in ("gstin", "fp", "b2b")}
    again = copy.deepcopy(SOUND["b2b"])
    for group in again:
        for entry in group["inv"]:
            entry |= {"oinum": entry["inum"], "oidt": "01-08-2017", "idt": "10-09-2025"}
    assert problems_with_return(value | {"b2ba": again}) == []


def test_a_consumers_invoice_that_met_the_limit_of_its_day_or_of_the_period_is_taken() -> None:
    value = changed(SOUND, "b2cl.0.inv.0.val", 150_000)
    july = changed(value, "b2cl.0.inv.0.idt", "31-07-2024")
    assert codes(value) == codes(july) == set()
    assert "B2CL_VALUE" in codes(july | {"fp": "072024"})


def test_an_operator_who_pays_the_tax_may_have_any_number() -> None:
    value = changed(SOUND, "supeco", {"paytx": SOUND["supeco"]["clttx"]})
    assert codes(changed(value, "supeco.paytx.0.etin", "29AAGCB7383J1Z4")) == set()


def test_a_note_on_an_export_takes_the_whole_rate() -> None:
    value = changed(SOUND, "cdnur.0", {**SOUND["cdnur"][0], "typ": "EXPWP", "diff_percent": 0.65})
    del value["cdnur"][0]["pos"]
    assert codes(value) == {"DIFF_PERCENT"}


def test_a_code_of_two_digits_was_enough_before_april_2021() -> None:
    value = {key: SOUND[key] for key in ("gstin", "hsn")}
    old = {"fp": "032021", "hsn": {"data": [SOUND["hsn"]["hsn_b2b"][0] | {"hsn_sc": "84"}]}}
    assert codes(value | old) == set()
    assert codes(value | old | {"fp": "042021"}) == {"HSN"}


def test_a_wrong_check_digit_refuses_nothing() -> None:
    assert problems_with_return(changed(SOUND, "b2b.0.ctin", "29AAGCB7383J1Z9")) == []


def test_one_number_may_come_again_in_another_year() -> None:
    value = changed(SOUND, f"{B2B}.inum", "A/8")
    value["b2b"][0]["inv"][0]["idt"] = "10-06-2024"
    assert "DUPLICATE" not in codes(value)


BROKEN_3B = [
    ("ret_period", "June", "PERIOD"),
    ("sup_details.osup_det.samt", 1, "CGST_SGST"),
    ("sup_details.osup_det.txval", "1", "AMOUNT"),
    ("sup_details.osup_det.txval", 1.001, "DECIMALS"),
    ("inter_sup.unreg_details.0.iamt", 10**6, "PLACES_IGST"),
    ("inter_sup.unreg_details.0.pos", "28", "PLACE_OF_SUPPLY"),
    ("inter_sup.unreg_details", SOUND_3B["inter_sup"]["unreg_details"] * 2, "ROW_TWICE"),
    ("itc_elg.itc_rev.0.iamt", -1, "AMOUNT"),
    ("itc_elg.itc_avl.0.ty", "IMP", "TYPE"),
]


@pytest.mark.parametrize(("path", "to", "code"), BROKEN_3B)
def test_each_rule_of_3b_broken_once_is_told(path: str, to: Any, code: str) -> None:
    assert problems_with_return(SOUND_3B) == []
    assert code in codes(changed(SOUND_3B, path, to))


def test_3b_was_never_negative_before_september_2024() -> None:
    value = changed(SOUND_3B, "sup_details.osup_nil_exmp.txval", -5)
    assert codes(value) == set()
    assert codes(value | {"ret_period": "082024"}) == {"NEGATIVE"}


def test_the_place_and_the_rule_stand_with_a_problem() -> None:
    (problem,) = problems_with_return(changed(SOUND, f"{B2B}.itms.0.itm_det.rt", 15))
    assert problem.field == "b2b[0].inv[0].itms[0].itm_det.rt"
    assert "15 is none of 0, 0.1, 0.25" in problem.message
    assert "tax-rates.json" in problem.remedy


@pytest.mark.parametrize(
    "value", [None, [], "x", 7, {}, {"sup_details": 3}, {"gstin": [], "fp": {}, "b2b": 7}]
)
def test_what_is_no_return_is_told_and_never_stumbled_over(value: Any) -> None:
    assert problems_with_return(value)
    assert isinstance(totals(value), dict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*SOUND, "inv", "nt", "itms", "itm_det", "rt", "docs", "inum", "idt"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*SOUND, *SOUND_3B]), JSON, max_size=5))
def test_any_json_is_answered(value: Json) -> None:
    assert len(problems_with_return(value)) <= MOST_PROBLEMS
    totals(value)


def test_no_more_problems_are_told_than_can_be_read() -> None:
    value = {"gstin": "27AAPFU0939F1ZV", "fp": "062025", "b2cs": [{}] * 1_000}
    assert len(problems_with_return(value)) == MOST_PROBLEMS


def test_totals_are_texts_of_rupees_and_credit_notes_lessen() -> None:
    found = totals(SOUND)
    assert found["b2cl"] == {
        "count": 1, "taxable": "200000.00", "igst": "36000.00", "cgst": "0.00", "sgst": "0.00", "cess": "0.00",
    }  # fmt: skip
    assert (found["cdnr"]["taxable"], found["cdnr"]["igst"]) == ("-10.00", "-1.80")
    assert found["nil"] == {"count": 1, "nil": "5.00", "exempt": "0.00", "non_gst": "0.00"}
    assert found["txpd"]["taxable"] == "100.00"
    assert found["clttx"]["taxable"] == "100.00"
    assert found["doc_issue"] == {"count": 1, "total": 9, "cancelled": 0, "net": 9}
    assert totals(SOUND_3B)["osup_det"] == {
        "count": 1, "taxable": "200.00", "igst": "36.00", "cgst": "0.00", "sgst": "0.00", "cess": "0.00",
    }  # fmt: skip


@pytest.mark.parametrize("form", ["gstr1", "gstr3b"])
def test_every_rule_of_the_schemas_names_its_source(form: str) -> None:
    found = json.loads((Path(schema.__file__).parent / "data" / f"{form}.schema.json").read_text("utf-8"))
    rules = {"pattern", "enum", "minimum", "maximum", "exclusiveMinimum", "maxItems"}
    waiting, seen = [("", found)], 0
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, dict):
            if rules & one.keys() and not isinstance(one.get("enum"), dict):
                seen += 1
                assert one.get("$comment"), path
            waiting += [(f"{path}/{key}", inner) for key, inner in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{path}/{n}", inner) for n, inner in enumerate(one)]
    assert seen > 5
