"""For any month: sections, papers and GSTR-3B agree, order and undoing change nothing, and the portal takes it."""

import datetime as dt
import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.facts import Facts
from core.invoicing.model import Document, Original
from core.returns import portal
from core.returns.gstr1 import gstr1, sections
from core.returns.gstr3b import gstr3b
from core.returns.model import Month, Reported
from core.returns.schema import problems_with_return, totals
from tests.core.returns.sales import FACTS, STATE, line, month, note, paper, reported

HEADS = ("igst_paise", "cgst_paise", "sgst_paise", "cess_paise")
AFTER_PLACES = "2025-11"
"""From here the portal fills Table 3.2, whose limit a month of notes may pass."""

lines = st.lists(
    st.builds(
        line,
        st.decimals(1, 40_000, places=2).map(str),
        st.sampled_from([0, 0.25, 5, 12, 18, 28, 40]),
        hsn=st.sampled_from(["84138190", "0902", "998313"]),
        treatment=st.sampled_from(["taxable", "taxable", "taxable", "nil", "exempt", "non_gst"]),
        cess=st.sampled_from([0, 0, "1.37"]),
        quantity=st.integers(1, 7),
    ),
    min_size=1,
    max_size=4,
)
KINDS = (
    "registered",
    "registered",
    "composition",
    "uin",
    "sez",
    "deemed_export",
    "unregistered",
    "unregistered",
    "overseas",
)


@st.composite
def papers(draw: Any, count: int = 6) -> list[Reported]:
    """Sales of every kind, some answered by a note."""
    found = []
    for n in range(draw(st.integers(0, count))):
        kind = draw(st.sampled_from(KINDS))
        terms: dict[str, Any] = {"applicable_percent_bp": draw(st.sampled_from([10_000, 10_000, 6_500]))}
        if kind in ("sez", "overseas"):
            terms = {"with_payment": draw(st.booleans())}
        elif kind in ("registered", "composition", "uin"):
            terms["reverse_charge"] = draw(st.sampled_from([False, False, True]))
        pos = draw(st.sampled_from([STATE, "29", "33"]))
        sale = paper(kind, draw(lines), number=f"A/{n + 1}", pos="96" if kind == "overseas" else pos, **terms)
        found.append(reported(sale))
        if draw(st.booleans()):
            back = note(
                sale, draw(lines), number=f"C/{n + 1}", type=draw(st.sampled_from(["CRN", "DBN"])), **terms
            )
            found.append(reported(back, sale))
    return found


def rupees_to_paise(row: dict[str, Any], key: str) -> int:
    return round(row[key] * 100)


def owed(document: Document) -> dict[str, int]:
    """What a paper makes of value and of tax that the supplier owes, by its own totals."""
    sign = -1 if document.type == "CRN" else 1
    told = document.totals
    value = told.taxable_paise + told.nil_paise + told.exempt_paise + told.non_gst_paise
    by_buyer = document.reverse_charge
    return {"value": sign * value} | {head: 0 if by_buyer else sign * getattr(told, head) for head in HEADS}


@settings(max_examples=60, deadline=None)
@given(papers())
def test_sections_papers_and_3b_come_to_the_same(found: list[Reported]) -> None:
    given_month = month(*found, period=AFTER_PLACES)
    wanted = dict.fromkeys(("value", *HEADS), 0)
    for one in found:
        for key, paise in owed(one.document).items():
            wanted[key] += paise
    counted = [one for one in sections(given_month, FACTS) if one.weight]
    assert sum(one.weight * one.taxable_paise for one in counted) == wanted["value"]
    by_buyer = sum(one.reverse_charge_paise for one in counted)
    tax = sum(one.weight * sum(getattr(one, head) for head in HEADS) for one in counted)
    assert tax - by_buyer == sum(wanted[head] for head in HEADS)
    rows = gstr3b(given_month, FACTS)["sup_details"].values()
    assert sum(rupees_to_paise(row, "txval") for row in rows) == wanted["value"]
    for key, head in zip(("iamt", "camt", "samt", "csamt"), HEADS, strict=True):
        assert sum(rupees_to_paise(row, key) for row in rows) == wanted[head]


@settings(max_examples=60, deadline=None)
@given(papers())
def test_table_12_comes_to_the_sections(found: list[Reported]) -> None:
    told = {one.section: one for one in sections(month(*found), FACTS)}
    non_gst = sum(
        (-1 if one.document.type == "CRN" else 1) * one.document.totals.non_gst_paise for one in found
    )
    table = [one for name, one in told.items() if name.startswith("hsn")]
    supplies = [one for one in told.values() if one.weight]
    assert sum(one.taxable_paise for one in table) == sum(one.taxable_paise for one in supplies) - non_gst
    for head in HEADS:
        assert sum(getattr(one, head) for one in table) == sum(getattr(one, head) for one in supplies)


@settings(max_examples=60, deadline=None)
@given(papers(), st.sampled_from(["2025-04", "2025-06", "2025-12"]))
def test_the_portals_rules_take_every_file(found: list[Reported], period: str) -> None:
    on = dt.date.fromisoformat(f"{period}-10")
    moved = [
        msgspec.structs.replace(one, document=msgspec.structs.replace(one.document, dated_on=on))
        for one in found
    ]
    value = json.loads(portal.encoded(gstr1(month(*moved, period=period), FACTS)))
    assert problems_with_return(value) == []
    assert problems_with_return(json.loads(json.dumps(gstr3b(month(*moved, period="2025-12"), FACTS)))) == []


@settings(max_examples=40, deadline=None)
@given(papers(), st.integers())
def test_the_order_of_entry_changes_nothing(found: list[Reported], seed: int) -> None:
    given_month = month(*found)
    shuffled = random.Random(seed).sample(found, len(found))
    other = month(*shuffled)
    assert gstr1(given_month, FACTS) == gstr1(other, FACTS)
    assert gstr3b(given_month, FACTS) == gstr3b(other, FACTS)
    assert sections(given_month, FACTS) == sections(other, FACTS)


@settings(max_examples=40, deadline=None)
@given(papers())
def test_a_credit_note_equal_to_its_invoice_leaves_nothing(found: list[Reported]) -> None:
    sales = [one.document for one in found if one.document.type == "INV"]
    undone = [
        reported(
            msgspec.structs.replace(
                sale,
                type="CRN",
                number=f"U/{n}",
                original=Original(sale.number, sale.dated_on),
                reason="return",
            ),
            sale,
        )
        for n, sale in enumerate(sales)
    ]
    value = gstr1(month(*(reported(sale) for sale in sales), *undone, period=AFTER_PLACES), FACTS)
    assert not {"b2cs", "nil", "hsn"} & value.keys()
    netted = totals(value)
    for invoices, notes in ((("b2b",), ("cdnr",)), (("b2cl", "exp"), ("cdnur",))):
        for key in ("taxable", "igst", "cgst", "sgst", "cess"):
            assert sum(portal_paise(netted, name, key) for name in invoices + notes) == 0
    rows = gstr3b(month(*(reported(sale) for sale in sales), *undone, period=AFTER_PLACES), FACTS)[
        "sup_details"
    ]
    assert all(figure == 0 for row in rows.values() for figure in row.values())


def portal_paise(told: dict[str, Any], section: str, key: str) -> int:
    return int(told.get(section, {}).get(key, "0.00").replace(".", ""))


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_figure_is_exact_in_the_file(paise: int) -> None:
    written = portal.encoded({"val": portal.amount(paise)}).decode()
    assert written == json.dumps({"val": portal.amount(paise)}).replace(" ", "")
    whole, rest = divmod(abs(paise), 100)
    exact = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    assert written == f'{{"val":{"-" if paise < 0 else ""}{exact}}}'


def test_a_month_without_papers_is_four_keys() -> None:
    assert sections(Month("27AAPFU0939F1ZV", STATE, "2025-06"), FACTS) == []
    assert len(gstr1(Month("27AAPFU0939F1ZV", STATE, "2025-06"), Facts.shipped())) == 4


def test_the_name_of_a_file_is_by_the_day_it_is_made() -> None:
    assert (
        portal.file_name("27AAPFU0939F1ZV", dt.date(2026, 7, 6))
        == "returns_672026_R1_27AAPFU0939F1ZV_offline.json"
    )


@pytest.mark.parametrize(("thousandths", "quantity"), [(1_000, 1), (1_235, 1.24), (-1_235, -1.24), (4, 0)])
def test_quantities_have_two_decimals(thousandths: int, quantity: float) -> None:
    assert portal.quantity(thousandths) == quantity


def joined(files: list[dict[str, Any]]) -> dict[str, Any]:
    """What the files tell together, paper by paper."""
    found: dict[str, Any] = {}
    for value in files:
        for section, content in value.items():
            if not isinstance(content, list):
                assert found.setdefault(section, content) == content
                continue
            for row in content:
                papers = next((key for key in ("inv", "nt") if key in row), None)
                entries = [{**row, papers: [one]} for one in row[papers]] if papers else [row]
                found.setdefault(section, []).extend(entries)
    return found


@settings(max_examples=40, deadline=None)
@given(papers(12), st.integers(2_500, 5_000))
def test_a_large_return_goes_in_several_files(found: list[Reported], limit: int) -> None:
    value = gstr1(month(*found), FACTS)
    files = portal.uploads(value, limit)
    assert joined(files) == joined([value])
    assert all(problems_with_return(one) == [] for one in files)
    assert all({"gstin", "fp", "version", "hash"} < one.keys() for one in files) or len(files) == 1
    for one in files:
        tables = {"hsn", "nil"} & one.keys()
        assert len(portal.encoded(one)) <= limit or tables
    assert portal.uploads(value) == [value]
