"""What GSTR-1 says of other periods: amendments of papers and rows, and advances, each by example."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from core.advances.rules import Move
from core.invoicing.model import Document, Original
from core.returns.gstr1 import moves_in, sections
from core.returns.model import PeriodAmendment
from tests.core.returns.sales import (
    FACTS,
    STATE,
    Json,
    file,
    line,
    month,
    paper,
    reported,
    told,
    totals,
)

# --- amendments


def amending(document: Document, lines: list[Any], **more: Any) -> Document:
    named = Original(document.number, document.dated_on)
    kind, pos, gstin = document.buyer.kind, document.place_of_supply, document.buyer.gstin
    return paper(
        kind, lines, number="A/1-R", on=dt.date(2025, 6, 20), pos=pos, gstin=gstin, amends=named, **more
    )


def test_an_amendment_is_told_whole_and_counts_by_what_it_changes() -> None:
    before = paper(on=dt.date(2025, 4, 10))
    after = amending(before, [line(130), line(5, 5)])
    papers = (reported(after, amended=before),)
    (group,) = file(*papers)["b2ba"]
    (entry,) = group["inv"]
    assert (entry["oinum"], entry["oidt"], entry["inum"], entry["idt"]) == (
        "A/1", "10-04-2025", "A/1-R", "20-06-2025",
    )  # fmt: skip
    assert [item["itm_det"]["txval"] for item in entry["itms"]] == [5, 130]
    total = totals(*papers)["b2ba"]
    assert (total.count, total.taxable_paise, total.igst_paise) == (1, 3_500, 565)


def test_an_amendment_of_a_small_consumer_sale_changes_the_months_row() -> None:
    before = paper("unregistered", on=dt.date(2025, 4, 10))
    after = amending(before, [line(130)])
    (row,) = file(reported(after, amended=before))["b2cs"]
    assert (row["txval"], row["iamt"]) == (30, 5.4)
    (hsn,) = file(reported(after, amended=before))["hsn"]["hsn_b2c"]
    assert (hsn["txval"], hsn["qty"]) == (30, 0)


def test_where_the_paper_before_is_not_at_hand_its_totals_are_taken() -> None:
    before = paper(lines=[line(100), line(40, treatment="nil")], on=dt.date(2025, 4, 10))
    after = msgspec.structs.replace(
        amending(before, [line(130), line(10, treatment="nil")]), replaces=before.totals
    )
    found = totals(after)
    assert (found["b2ba"].taxable_paise, found["b2ba"].igst_paise) == (3_000, 540)
    assert found["nil"].taxable_paise == -3_000
    assert file(after)["nil"]["inv"][0]["nil_amt"] == -30


@pytest.mark.parametrize(
    ("kind", "lines", "terms", "section"),
    [
        ("unregistered", [line(100_000)], {}, "b2cla"),
        ("overseas", [line()], {"with_payment": True}, "expa"),
        ("registered", [line()], {"type": "CRN", "original": Original("X/1", dt.date(2025, 4, 1))}, "cdnra"),
        (
            "overseas",
            [line()],
            {"type": "DBN", "with_payment": True, "original": Original("X/1", dt.date(2025, 4, 1))},
            "cdnura",
        ),
    ],
)
def test_every_section_of_papers_has_its_amendments(
    kind: str, lines: list[Any], terms: Json, section: str
) -> None:
    before = paper(kind, lines, on=dt.date(2025, 4, 10), **terms)
    value = file(reported(amending(before, lines, **terms), amended=before))
    assert told(value) == {section}
    assert totals(reported(amending(before, lines, **terms), amended=before))[section].taxable_paise == 0
    (group,) = value[section]
    entry = group if "itms" in group else group.get("inv", group.get("nt"))[0]
    keys = ("ont_num", "ont_dt") if section.startswith("cdn") else ("oinum", "oidt")
    assert [entry[key] for key in keys] == ["A/1", "10-04-2025"]


def test_rows_of_earlier_periods_are_corrected_by_period_and_place() -> None:
    given = tuple(
        PeriodAmendment(section, "2024-01", pos, 1_800, 50_000, cess_paise=100)
        for section in ("b2cs", "at", "txpd")
        for pos in (STATE, "29")
    )
    value = file(amendments=given)
    inside = {"rt": 18, "txval": 500, "camt": 45, "samt": 45, "csamt": 1}
    assert value["b2csa"] == [
        {"omon": "012024", "pos": STATE, "sply_ty": "INTRA", "typ": "OE", "itms": [inside]},
        {"omon": "012024", "pos": "29", "sply_ty": "INTER", "typ": "OE",
         "itms": [{"rt": 18, "txval": 500, "iamt": 90, "csamt": 1}]},
    ]  # fmt: skip
    assert value["ata"] == value["txpda"]
    assert value["ata"][0]["itms"] == [{"rt": 18, "ad_amt": 500, "camt": 45, "samt": 45, "csamt": 1}]
    assert {one.section: one.weight for one in sections(month(amendments=given), FACTS)} == {
        "b2csa": 0, "ata": 0, "txpda": 0,
    }  # fmt: skip


def test_rows_of_a_company_in_a_sez_are_between_states_at_home_too() -> None:
    given = tuple(
        PeriodAmendment(section, "2025-04", STATE, 1_800, 10_000) for section in ("b2cs", "at", "txpd")
    )
    value = file(amendments=given, supplier_in_sez=True)
    for section in ("b2csa", "ata", "txpda"):
        (row,) = value[section]
        assert (row["pos"], row["sply_ty"]) == (STATE, "INTER")
        assert row["itms"][0]["iamt"] == 18
        assert "camt" not in row["itms"][0]


# --- advances


def moved(what: Any, received_on: str, moved_on: str, rupees: int = 100) -> Move:
    paise = rupees * 100
    days = [dt.date.fromisoformat(day) for day in (moved_on, received_on)]
    return Move(what, "V/1", *days, "29", True, 1_800, paise, paise * 18 // 100, voucher=b"v" * 16)


def test_an_advance_used_in_its_own_month_is_in_neither_table() -> None:
    advances = (moved("received", "2025-06-01", "2025-06-01"), moved("adjusted", "2025-06-01", "2025-06-20"))
    assert told(file(advances=advances)) == set()


def test_an_advance_used_later_is_set_off_and_one_given_back_lessens_what_came() -> None:
    advances = (
        moved("received", "2025-06-01", "2025-06-01", 500),
        moved("adjusted", "2025-05-01", "2025-06-20", 70),
        moved("refunded", "2025-05-01", "2025-06-21", 30),
    )
    value = file(advances=advances)
    assert value["at"] == [
        {"pos": "29", "sply_ty": "INTER", "itms": [{"rt": 18, "ad_amt": 470, "iamt": 84.6, "csamt": 0}]}
    ]
    assert value["txpd"][0]["itms"] == [{"rt": 18, "ad_amt": 70, "iamt": 12.6, "csamt": 0}]
    found = totals(advances=advances)
    assert (found["at"].weight, found["txpd"].weight) == (1, -1)
    assert found["at"].documents == (b"v" * 16,)
    assert [sign for _move, sign in moves_in(month(advances=advances), "at")] == [1, -1]


def test_a_quarter_is_one_period_for_its_advances() -> None:
    advances = (moved("received", "2025-04-01", "2025-04-01"), moved("adjusted", "2025-04-01", "2025-06-20"))
    assert told(file(advances=advances, filing="quarterly")) == set()
    assert told(file(advances=advances[1:])) == {"txpd"}
