"""GSTR-1 section by section: the traps in which earlier systems went wrong, each by example."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from core.invoicing.model import Ecommerce, ShippingBill
from core.returns.gstr1 import gstr1, iff, papers_in, sections
from core.returns.model import Month, UsedNumber
from tests.core.returns.sales import (
    FACTS,
    GSTIN,
    JUNE,
    STATE,
    Json,
    file,
    line,
    month,
    note,
    paper,
    reported,
    told,
    totals,
)

HOME = "27AANFA2641L1ZF"
OPERATOR = "29AALCD1234C1CN"
LARGE = line(100_000)


def items(value: Json, section: str = "b2b") -> list[Json]:
    (group,) = value[section]
    (entry,) = group.get("inv", group.get("nt")) if "itms" not in group else [group]
    return [item.get("itm_det", item) for item in entry["itms"]]


# --- registered buyers


def test_lines_of_one_rate_are_one_item() -> None:
    value = file(paper(lines=[line(100), line(50, 5), line("33.33")]))
    assert [(item["rt"], item["txval"], item["iamt"]) for item in items(value)] == [
        (5, 50, 2.5), (18, 133.33, 24),
    ]  # fmt: skip


def test_under_reverse_charge_the_value_leaves_the_tax_out_and_the_items_show_it() -> None:
    value = file(paper(reverse_charge=True))
    (entry,) = value["b2b"][0]["inv"]
    assert (entry["val"], entry["rchrg"]) == (100, "Y")
    assert items(value)[0]["iamt"] == 18
    total = totals(paper(reverse_charge=True))["b2b"]
    assert (total.igst_paise, total.reverse_charge_paise) == (1_800, 1_800)


def test_a_sez_of_the_same_state_bears_igst() -> None:
    value = file(paper("sez", pos=STATE, gstin=HOME, with_payment=True))
    assert items(value) == [{"txval": 100, "rt": 18, "iamt": 18, "csamt": 0}]


def test_without_payment_the_rate_stays_and_tax_and_cess_are_nought() -> None:
    value = file(
        paper("sez", [line(100, cess=5)], with_payment=False),
        paper("overseas", [line(100, cess=5)], number="A/2", with_payment=False),
    )
    wanted = {"txval": 100, "rt": 18, "iamt": 0, "csamt": 0}
    assert items(value) == [wanted]
    assert items(value, "exp") == [wanted]


def test_igst_inside_the_state_is_cbw() -> None:
    value = file(paper(pos=STATE, gstin=HOME, reverse_charge=True, intra_igst=True))
    (entry,) = value["b2b"][0]["inv"]
    assert (entry["inv_typ"], entry["rchrg"], entry["pos"]) == ("CBW", "Y", STATE)
    assert items(value) == [{"txval": 100, "rt": 18, "iamt": 18, "csamt": 0}]


def test_the_reduced_rate_is_marked_and_no_other() -> None:
    plain, less = paper(), paper(number="A/2", applicable_percent_bp=6_500)
    entries = file(plain, less)["b2b"][0]["inv"]
    assert "diff_percent" not in entries[0]
    assert entries[1]["diff_percent"] == 0.65
    assert entries[1]["itms"][0]["itm_det"]["iamt"] == 11.7


def test_a_mixed_paper_is_split_and_its_value_stays_whole() -> None:
    mixed = paper(
        lines=[
            line(100),
            line(40, treatment="nil"),
            line(30, treatment="exempt"),
            line(20, treatment="non_gst"),
        ]
    )
    value = file(mixed)
    assert value["b2b"][0]["inv"][0]["val"] == 208
    assert value["nil"] == {"inv": [{"sply_ty": "INTRB2B", "expt_amt": 30, "nil_amt": 40, "ngsup_amt": 20}]}


def test_notes_are_positive_and_say_which_way_they_go() -> None:
    sale = paper()
    credit = note(sale, [line(10)], number="C/1")
    debit = note(sale, [line(20)], number="D/1", type="DBN")
    (group,) = file(reported(credit, sale), reported(debit, sale))["cdnr"]
    assert [(entry["ntty"], entry["val"], entry["itms"][0]["itm_det"]["txval"]) for entry in group["nt"]] == [
        ("C", 11.8, 10), ("D", 23.6, 20),
    ]  # fmt: skip
    assert "inum" not in group["nt"][0], "a note names no invoice"
    total = totals(reported(credit, sale), reported(debit, sale))["cdnr"]
    assert (total.count, total.taxable_paise, total.igst_paise) == (2, 1_000, 180)


# --- consumers


@pytest.mark.parametrize(
    ("on", "value", "section"),
    [
        (dt.date(2024, 7, 31), 2_50_000, "b2cs"),
        (dt.date(2024, 7, 31), "250000.01", "b2cl"),
        (dt.date(2024, 8, 1), 1_00_000, "b2cs"),
        (dt.date(2024, 8, 1), "100000.01", "b2cl"),
    ],
)
def test_large_is_above_the_limit_of_the_day_with_tax(on: dt.date, value: object, section: str) -> None:
    sale = paper("unregistered", [line(value, with_tax=True)], on=on)
    assert told(file(sale, period=f"{on:%Y-%m}")) == {section}


def test_a_note_follows_the_sale_it_answers() -> None:
    large, small = paper("unregistered", [LARGE]), paper("unregistered", number="A/2")
    back = note(large, [line(1)])
    assert told(file(reported(back, large))) == {"cdnur"}
    assert told(file(reported(note(small, [line(1)]), small))) == {"b2cs"}


def test_consumers_notes_are_netted_below_nought_if_need_be() -> None:
    sale = paper("unregistered", pos=STATE)
    value = file(sale, reported(note(sale, [line(150)]), sale))
    assert value["b2cs"] == [
        {
            "sply_ty": "INTRA",
            "rt": 18,
            "typ": "OE",
            "pos": STATE,
            "txval": -50,
            "camt": -4.5,
            "samt": -4.5,
            "csamt": 0,
        }
    ]


def test_sales_of_one_place_and_rate_are_one_row_and_the_reduced_rate_another() -> None:
    papers = [
        paper("unregistered", number=f"A/{n}", applicable_percent_bp=p)
        for n, p in enumerate((10_000, 10_000, 6_500))
    ]
    rows = file(*papers)["b2cs"]
    assert [(row["txval"], row["iamt"], row.get("diff_percent")) for row in rows] == [
        (200, 36, None), (100, 11.7, 0.65),
    ]  # fmt: skip


def test_an_overseas_buyer_supplied_in_india_is_a_consumer() -> None:
    assert told(file(paper("overseas", pos=STATE))) == {"b2cs"}


# --- exports


def test_an_export_stays_whole_with_flat_items_and_its_shipping_bill() -> None:
    bill = ShippingBill("INNSA1", "1234567", dt.date(2025, 7, 4))
    sale = paper("overseas", [line(100), line(50, treatment="nil")], with_payment=True, shipping_bill=bill)
    (group,) = file(sale)["exp"]
    (entry,) = group["inv"]
    assert (group["exp_typ"], entry["sbpcode"], entry["sbnum"], entry["sbdt"]) == (
        "WPAY", "INNSA1", "1234567", "04-07-2025",
    )  # fmt: skip
    assert entry["itms"] == [
        {"txval": 50, "rt": 0, "iamt": 0, "csamt": 0},
        {"txval": 100, "rt": 18, "iamt": 18, "csamt": 0},
    ]
    assert "pos" not in entry


def test_an_export_without_its_bill_leaves_the_bill_out() -> None:
    (group,) = file(paper("overseas", with_payment=False))["exp"]
    assert not {"sbpcode", "sbnum", "sbdt"} & group["inv"][0].keys()


# --- what is outside


@pytest.mark.parametrize("type_", ["CHL", "QTN", "PRF"])
def test_papers_that_are_no_supply_are_outside(type_: str) -> None:
    assert told(file(paper(type=type_))) == set()


def test_opening_balances_own_branches_and_commercial_notes_are_outside() -> None:
    opening = msgspec.structs.replace(paper(), opening=True)
    own = paper(number="A/2", pos=STATE, gstin=GSTIN)
    commercial = note(paper(), [line(10)], reason="commercial")
    value = file(opening, own, commercial)
    assert list(value) == ["gstin", "fp", "version", "hash"]
    assert sections(month(opening, own, commercial), FACTS) == []


def test_a_supply_whose_tax_the_operator_pays_stands_in_table_14_alone() -> None:
    sale = paper(ecommerce=Ecommerce(OPERATOR, "9(5)"))
    value = file(sale)
    assert value["supeco"] == {
        "paytx": [{"etin": OPERATOR, "suppval": 100, "igst": 0, "cgst": 0, "sgst": 0, "cess": 0}]
    }
    assert (told(value), "hsn" in value) == ({"supeco"}, False)
    assert totals(sale)["supeco_9_5"].weight == 0


def test_a_supply_through_a_collector_is_told_twice_and_counted_once() -> None:
    sale = paper(ecommerce=Ecommerce(OPERATOR, "52"))
    credit = note(sale, [line(40)], ecommerce=Ecommerce(OPERATOR, "52"))
    papers = (sale, reported(credit, sale))
    value = file(*papers)
    assert told(value) == {"b2b", "cdnr", "supeco"}
    (row,) = value["supeco"]["clttx"]
    assert (row["etin"], row["suppval"], row["igst"]) == (OPERATOR, 60, 10.8)
    found = totals(*papers)
    assert sum(one.weight * one.taxable_paise for one in found.values()) == 6_000
    assert found["supeco_52"].count == 2


# --- Table 12


def test_table_12_divides_by_buyer_not_by_section() -> None:
    papers = [
        paper(),
        paper("unregistered", [LARGE], number="A/2"),
        paper("overseas", number="A/3", with_payment=True),
        paper("sez", number="A/4", with_payment=True),
    ]
    table = file(*papers)["hsn"]
    assert [row["txval"] for row in table["hsn_b2b"]] == [200]
    assert [row["txval"] for row in table["hsn_b2c"]] == [100_100]


def test_table_12_nets_notes_and_leaves_non_gst_out() -> None:
    sale = paper(lines=[line(100, quantity=3), line(50, treatment="nil"), line(70, treatment="non_gst")])
    table = file(sale, reported(note(sale, [line(100)]), sale))["hsn"]["hsn_b2b"]
    assert [(row["rt"], row["txval"], row["qty"], row["iamt"]) for row in table] == [
        (0, 50, 1, 0), (18, 200, 2, 36),
    ]  # fmt: skip


def test_units_codes_and_words_are_the_portals() -> None:
    lines = [
        line(1, hsn="0101", unit="NOS-NUMBERS"),
        line(1, hsn="0102", unit="FURLONG"),
        line(1, hsn="0103", unit="NA"),
        line(1, hsn="998313", unit="KGS", quantity=42),
        line(
            1,
            hsn="0104",
            unit="kgs",
            quantity="1.235",
            description="चाय “Tea” (loose) ~ of the first flush, 2025",
        ),
    ]
    rows = {row["hsn_sc"]: row for row in file(paper(lines=lines))["hsn"]["hsn_b2b"]}
    assert {code: (row["uqc"], row["qty"]) for code, row in rows.items()} == {
        "0101": ("NOS", 1), "0102": ("OTH", 1), "0103": ("OTH", 1), "998313": ("NA", 0), "0104": ("KGS", 1.24),
    }  # fmt: skip
    assert rows["0104"]["user_desc"] == "Tea loose of the first flush 2"


# --- the file


def test_keys_come_as_the_tool_writes_them_and_empty_ones_are_left_out() -> None:
    numbers = (UsedNumber(1, "A/1"),)
    value = file(paper(), paper("unregistered", number="A/2"), numbers=numbers)
    assert list(value) == ["gstin", "fp", "version", "hash", "b2b", "b2cs", "doc_issue", "hsn"]
    assert (value["fp"], value["hash"]) == ("062025", "hash")


def test_the_first_months_of_a_quarter_tell_registered_buyers_alone() -> None:
    sale = paper()
    value = iff(
        month(sale, paper("unregistered", number="A/2"), reported(note(sale, [line(1)]), sale)), FACTS
    )
    assert list(value) == ["gstin", "fp", "version", "hash", "b2b", "cdnr"]


def test_what_an_iff_told_is_in_the_quarters_table_12_and_not_told_again() -> None:
    mixed = paper(lines=[line(100), line(40, treatment="nil")], number="A/9")
    quarter = Month(
        GSTIN, STATE, JUNE, filing="quarterly", documents=(reported(paper()),), furnished=(reported(mixed),)
    )
    value = gstr1(quarter, FACTS)
    assert [entry["inum"] for entry in value["b2b"][0]["inv"]] == ["A/1"]
    assert value["nil"]["inv"][0]["nil_amt"] == 40
    assert sum(row["txval"] for row in value["hsn"]["hsn_b2b"]) == 240
    found = {one.section: one for one in sections(quarter, FACTS)}
    assert (found["b2b"].count, found["b2b"].taxable_paise) == (1, 10_000)


def test_behind_a_section_are_its_papers_with_their_figures() -> None:
    sale, other = paper(), paper("unregistered", number="A/2")
    given = month(sale, other, reported(note(sale, [line(10)]), sale))
    assert [(part.document.number, part.taxable_paise) for part in papers_in(given, "b2b", FACTS)] == [
        ("A/1", 10_000)
    ]
    assert [part.document.number for part in papers_in(given, "hsn_b2c", FACTS)] == ["A/2"]
    assert [part.sign for part in papers_in(given, "cdnr", FACTS)] == [-1]
    by_section = {one.section: one for one in sections(given, FACTS)}
    assert by_section["b2b"].documents == (reported(sale).id,)
    assert (by_section["b2b"].table, by_section["b2b"].title) == ("4A, 4B, 6B, 6C", "Registered buyers")


@pytest.mark.parametrize(
    ("lines", "quantity"),
    [
        ([line(1000), line(-400)], 1),
        ([line(1000, quantity=3), line(400, quantity=-1)], 2),
        ([line(-1000, quantity=-1), line(-400)], 1),
    ],
)
def test_a_line_that_is_but_a_discount_moves_nothing(lines: list[Any], quantity: int) -> None:
    (row,) = file(paper(lines=lines))["hsn"]["hsn_b2b"]
    assert row["qty"] == quantity
