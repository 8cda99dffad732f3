"""Somebody else's INV-01: read whatever its check digits, and judged by the portal's own rules."""

import copy
import json
from decimal import Decimal
from typing import Any

import pytest

from core.einvoice.inv01 import invoice_json
from core.einvoice.portal_rules import problems_with_einvoice_json, problems_with_shape, totals
from tests.core.portal_papers import ABROAD, CASES, FACTS, FAR, kind_of, line, paper

GOODS = line(qty=1000, price=100, gst=18)
SAMPLE: dict[str, Any] = {
    "Version": "1.1",
    **{key: CASES["EINVOICE-01"]["expected"][key] for key in ("TranDtls", "ItemList", "ValDtls", "EwbDtls")},
    "DocDtls": {"Typ": "INV", "No": "SINV-CFY-00067", "Dt": "16/09/2022"},
    "SellerDtls": {
        "Gstin": "02AMBPG7773M002", "LglNm": "Test Company", "Addr1": "Address 1", "Loc": "Test City", "Pin": 171302,
        "Stcd": "02",
    },
    "BuyerDtls": {
        "Gstin": "36AMBPG7773M002", "LglNm": "Test Customer", "Pos": "02", "Addr1": "Address 3", "Loc": "Test City",
        "Pin": 500055, "Stcd": "36",
    },
}  # fmt: skip
"""A published sample, its GSTINs failing the check digit as the portal's sandbox has them."""


def codes(value: Any) -> set[str]:
    return {problem.code for problem in problems_with_einvoice_json(value, FACTS)}


def changed(path: str, value: Any, base: dict[str, Any] = SAMPLE) -> dict[str, Any]:
    """The sample with one value changed, or taken away by ...; `path` is like ItemList.0.AssAmt."""
    made = copy.deepcopy(base)
    at: Any = made
    *parents, last = path.split(".")
    for part in parents:
        at = at[int(part)] if part.isdigit() else at[part]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return made


def own(**asked: Any) -> dict[str, Any]:
    return invoice_json(paper(GOODS, **asked), facts=FACTS)


def test_a_published_sample_is_accepted_though_its_gstins_fail_the_check_digit() -> None:
    assert codes(SAMPLE) == set()
    assert list(problems_with_shape(SAMPLE, whole=True)) == []


def test_the_sums_of_a_published_sample() -> None:
    found = totals(SAMPLE)
    assert found["ItemList"]["AssVal"] == found["ValDtls"]["AssVal"] == 100_000
    assert found["ItemList"]["TotItemVal"] == found["ValDtls"]["TotInvVal"] == 118_000
    assert totals([SAMPLE, SAMPLE])["ItemList"]["CgstVal"] == 18_000


@pytest.mark.parametrize("section", ["TranDtls", "DocDtls", "SellerDtls", "BuyerDtls", "ItemList", "ValDtls"])
def test_a_missing_section_is_no_fault_of_the_rows_that_are_there(section: str) -> None:
    parts = changed(section, ...)
    assert codes(parts) == set()
    assert [each.code for each in problems_with_shape(parts, whole=True)] == ["REQUIRED"]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("Version", "1.0", "SHAPE"),
        ("ItemList.0.UnitPrice", 100.0001, "DECIMALS"),
        ("ItemList.0.Qty", 1000.0005, "DECIMALS"),
        ("ItemList.0.AssAmt", 100000.001, "DECIMALS"),
        ("ValDtls.TotInvVal", 118000.005, "DECIMALS"),
        ("TranDtls.SupTyp", "B2C", "SHAPE"),
        ("TranDtls.TaxSch", ..., "REQUIRED"),
        ("DocDtls.Typ", "BOS", "SHAPE"),
        ("DocDtls.No", "0042", "SHAPE"),
        ("DocDtls.No", "si/42", "NUMBER_IRP"),
        ("DocDtls.Dt", "2022-09-16", "SHAPE"),
        ("DocDtls.Dt", "31/02/2022", "DATE"),
        ("SellerDtls.LglNm", "Ab", "SHAPE"),
        ("SellerDtls.Pin", "171302", "SHAPE"),
        ("SellerDtls.Stcd", "03", "STATE_GSTIN"),
        ("SellerDtls.Addr1", 'Shop "A"', "SHAPE"),
        ("BuyerDtls.Gstin", "URP", "B2C"),
        ("BuyerDtls.Gstin", "02AMBPG7773M002", "SAME_GSTIN"),
        ("BuyerDtls.Pos", ..., "REQUIRED"),
        ("ItemList.0.HsnCd", "61149", "SHAPE"),
        ("ItemList.0.HsnCd", 61149090, "SHAPE"),
        ("ItemList.0.IsServc", "Y", "IS_SERVICE"),
        ("ItemList.0.Qty", ..., "REQUIRED"),
        ("ItemList.0.Unit", "NUMBERS", "UNIT"),
        ("ItemList.0.GstRt", 17, "RATE"),
        ("ItemList.0.AssAmt", -1, "SHAPE"),
        ("ItemList.0.AssAmt", 99_000, "ASSESSABLE"),
        ("ItemList.0.CgstAmt", 9_001.5, "TAX"),
        ("ItemList.0.TotItemVal", 118_002, "ITEM_VALUE"),
        ("ValDtls.AssVal", 100_001, "TOTAL"),
        ("ValDtls.SgstVal", 0, "TOTAL"),
        ("ValDtls.RndOffAmt", 100, "SHAPE"),
        ("ValDtls.TotInvVal", 118_001.01, "INVOICE_VALUE"),
        ("EwbDtls.TransMode", "5", "SHAPE"),
        ("EwbDtls.Distance", 4_001, "SHAPE"),
    ],
)
def test_each_rule_refuses_what_breaks_it(path: str, value: Any, code: str) -> None:
    broken = changed(path, value)
    assert code in codes(broken)
    assert codes([SAMPLE, broken]) == codes(broken)


def test_every_key_that_is_missing_is_named_once() -> None:
    value = changed("ItemList", [{"SlNo": "1"}])
    fields = [problem.field for problem in problems_with_shape(value)]
    assert "ItemList[0].IsServc" in fields
    assert "ItemList[0].GstRt" in fields
    assert len(set(fields)) == len(fields)


def test_a_day_beyond_every_calendar_is_no_day() -> None:
    assert codes(changed("DocDtls.Dt", "1/1/99999999999")) == {"SHAPE", "DATE"}


def test_a_problem_says_where_it_is_even_in_a_list() -> None:
    told = problems_with_einvoice_json([SAMPLE, changed("ItemList.0.AssAmt", 99_000)], FACTS)
    assert "[1].ItemList[0].AssAmt" in {problem.field for problem in told}


@pytest.mark.parametrize(("off", "accepted"), [(-1, True), (1, True), (1.01, False), (-1.01, False)])
def test_the_value_may_be_off_by_a_rupee_and_no_more(off: float, accepted: bool) -> None:
    assert (codes(changed("ValDtls.TotInvVal", 118_000 + off)) == set()) is accepted


def test_igst_within_a_state_needs_its_flag() -> None:
    odd = changed("ItemList.0.IgstAmt", 18_000)
    odd["ItemList"][0] |= {"CgstAmt": 0, "SgstAmt": 0}
    odd["ValDtls"] |= {"IgstVal": 18_000, "CgstVal": 0, "SgstVal": 0}
    assert codes(odd) == {"IGST_INTRA"}
    assert codes(changed("TranDtls.IgstOnIntra", "Y", odd)) == set()


def test_a_sez_next_door_is_accepted_with_and_without_the_flag() -> None:
    sold = own(party=kind_of("sez"), with_payment=True)
    assert sold["TranDtls"]["IgstOnIntra"] == "Y"
    assert codes(sold) == codes(changed("TranDtls.IgstOnIntra", ..., sold)) == set()


def test_cgst_between_states_is_refused() -> None:
    far = own(party=FAR)
    assert codes(far) == set()
    assert "CGST_INTER" in codes(changed("ItemList.0.CgstAmt", 9_000, far))


def test_reverse_charge_and_export_with_payment_may_leave_the_tax_out_of_a_lines_value() -> None:
    for told in (own(reverse_charge=True), own(party=ABROAD, with_payment=True)):
        item = told["ItemList"][0]
        without = changed("ItemList.0.TotItemVal", item["AssAmt"], told)
        whole = item["AssAmt"] + item["IgstAmt"] + item["CgstAmt"] + item["SgstAmt"]
        for made in (without, changed("ItemList.0.TotItemVal", whole, told)):
            assert "ITEM_VALUE" not in codes(made)
    assert "ITEM_VALUE" in codes(changed("ItemList.0.TotItemVal", 100_000, own(party=FAR)))


def test_a_notes_tax_is_not_held_against_its_rate() -> None:
    odd = changed("ItemList.0.CgstAmt", 4_500)
    odd["ItemList"][0] |= {"SgstAmt": 4_500, "TotItemVal": 109_000}
    odd["ValDtls"] |= {"CgstVal": 4_500, "SgstVal": 4_500, "TotInvVal": 109_000}
    assert codes(odd) == {"TAX"}
    assert codes(changed("DocDtls.Typ", "CRN", odd)) == set()


def test_under_lut_igst_may_be_nought_at_any_rate_but_not_wrong() -> None:
    lut = own(party=ABROAD, with_payment=False)
    assert lut["ItemList"][0]["GstRt"] == 18
    assert codes(lut) == set()
    assert "TAX" in codes(changed("ItemList.0.IgstAmt", 5, lut))


def test_a_buyer_abroad_is_written_as_the_portal_wants_it() -> None:
    sold = own(party=ABROAD, with_payment=True)
    for path, value in (
        ("BuyerDtls.Gstin", "36AMBPG7773M002"),
        ("BuyerDtls.Stcd", "24"),
        ("BuyerDtls.Pos", "24"),
    ):
        assert "EXPORT_BUYER" in codes(changed(path, value, sold))


def test_two_lines_of_one_serial_number() -> None:
    twice = changed("ItemList", SAMPLE["ItemList"] * 2)
    assert "SERIAL_TWICE" in codes(twice)


def test_nulls_are_as_if_left_out() -> None:
    assert codes({**SAMPLE, "DispDtls": None, "ExpDtls": {"Port": None}}) == set()


def test_more_than_a_thousand_lines_and_other_hostile_shapes() -> None:
    many = changed("ItemList", SAMPLE["ItemList"] * 10_000)
    assert codes(many) == {"TOO_MANY_LINES"}
    assert codes(changed("ItemList", [])) == {"SHAPE"}
    for value in (7, "INV-01", None, [[]], {"ItemList": 5}, {"ItemList": [None]}, {"DocDtls": [1]}):
        assert codes(value) == {"SHAPE"}, value
    assert codes({"ValDtls": {"AssVal": True, "TotInvVal": "x"}}) == {"SHAPE"}
    assert "TOO_LARGE" in codes({**SAMPLE, "RefDtls": {"InvRm": "x" * (2 << 20)}})


def test_numbers_read_as_decimals_are_judged_as_those_read_as_floats() -> None:
    exact = json.loads(json.dumps(SAMPLE), parse_float=Decimal)
    assert codes(exact) == set()
    assert codes(changed("ItemList.0.GstRt", Decimal("17.5"), exact)) >= {"RATE"}
    assert codes(changed("ItemList.0.AssAmt", Decimal("NaN"), exact)) != set()
    assert codes(changed("ItemList.0.AssAmt", Decimal("1E+999999"), exact)) != set()


@pytest.mark.parametrize(
    ("value", "field"), [({"garbage": 1}, ""), ({}, ""), ([], ""), ([{"b2b": []}], "[0]")]
)
def test_what_holds_nothing_of_an_invoice_is_none(value: Any, field: str) -> None:
    assert [(problem.code, problem.field) for problem in problems_with_einvoice_json(value)] == [
        ("SHAPE", field)
    ]
