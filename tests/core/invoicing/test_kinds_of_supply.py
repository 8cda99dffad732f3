"""Each kind of supply settled: which heads it bears, what it is called, why, where it stands in the returns."""

import datetime as dt
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.company.model import Address, Company
from core.facts import Facts
from core.gst.section import invoice_type, section_of, table_of
from core.invoicing.model import Document, DraftLine, Ecommerce, Original, Totals
from core.invoicing.proof import problems_with_document
from core.invoicing.rules import (
    NOTE_REASONS,
    PURPOSES,
    TYPES,
    draft_of,
    owed_paise,
    postings_for,
    purpose_words,
    reason_words,
    settled,
    side_of,
    tax_reason,
    title_of,
    type_words,
    warning_text,
)
from core.invoicing.settling import replacing, sold_of
from core.ledger.rules import CREDIT, DUE, balanced
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.test_supplies import DUBAI, NEIGHBOUR, SEZ
from tests.core.invoicing.trade import BANYAN, BILL, GLOVES, LOTUS, PUMPS

replace = msgspec.structs.replace
FACTS = Facts.shipped()
TCS = "29AABCF8078M1C8"
ONE = DraftLine("Pump", hsn="84138190", price_tenthousandths=10_000_000, rate_bp=1_800, cess_rate_bp=100)
EXEMPT = replace(ONE, treatment="exempt")
UNREGISTERED_COMPANY = replace(COMPANY, registration=msgspec.structs.replace(COMPANY.registration, gstin=""))


def settle(party: Party = LOTUS, company: Company = COMPANY, **changes: Any) -> Document:
    draft = replace(BILL, **{"dated_on": TODAY, "rounding": "none", "lines": (ONE,), **changes})
    document = settled(draft, company=company, party_id=b"p" * 16, party=party, items={}, facts=FACTS)
    assert list(problems_with_document(replace(document, number="A/1"))) == []
    assert balanced(document.postings)
    return document


class Case(NamedTuple):
    """A supply of 1,000 at 18 % and 1 % cess; heads are IGST, CGST, cess in rupees; what is owed in rupees."""

    how: dict[str, Any]
    heads: tuple[int, int, int]
    owed: int
    title: str
    section: str
    reason: str


OLD = Original("A/1", dt.date(2026, 4, 1))
CASES = [
    Case({}, (180, 0, 10), 1_190, "Tax Invoice", "b2b", "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"party": NEIGHBOUR}, (0, 90, 10), 1_190, "Tax Invoice", "b2b",
         "CGST and SGST: supplied within Karnataka (29)."),
    Case({"party": BANYAN}, (0, 90, 10), 1_190, "Tax Invoice", "b2cs",
         "CGST and SGST: supplied within Karnataka (29)."),
    Case({"party": NEIGHBOUR, "reverse_charge": True}, (0, 90, 10), 1_000, "Tax Invoice", "b2b",
         "CGST and SGST: supplied within Karnataka (29). The buyer pays the tax (reverse charge)."),
    Case({"party": NEIGHBOUR, "reverse_charge": True, "intra_igst": True}, (180, 0, 10), 1_000, "Tax Invoice", "b2b",
         "IGST inside the State, on a supply under reverse charge. Place of supply: Karnataka (29). "
         "The buyer pays the tax (reverse charge)."),
    Case({"party": SEZ, "with_payment": True}, (180, 0, 10), 1_190, "Tax Invoice", "b2b",
         "IGST: the buyer is in a special economic zone. Place of supply: Tamil Nadu (33)."),
    Case({"party": SEZ, "with_payment": False}, (0, 0, 0), 1_000, "Tax Invoice", "b2b",
         "Zero-rated under LUT, without payment of IGST. Place of supply: Tamil Nadu (33)."),
    Case({"party": DUBAI, "with_payment": True}, (180, 0, 10), 1_190, "Export Invoice", "exp",
         "IGST: an export, with payment of tax."),
    Case({"party": DUBAI, "with_payment": False}, (0, 0, 0), 1_000, "Export Invoice", "exp",
         "Zero-rated under LUT, without payment of IGST. Place of supply: Other countries (96)."),
    Case({"company": replace(COMPANY, sez=True), "party": NEIGHBOUR}, (180, 0, 10), 1_190, "Tax Invoice", "b2b",
         "IGST: the company is in a special economic zone. Place of supply: Karnataka (29)."),
    Case({"ecommerce": Ecommerce(TCS, "52")}, (180, 0, 10), 1_190, "Tax Invoice", "b2b",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"ecommerce": Ecommerce(TCS, "9(5)")}, (0, 0, 0), 1_000, "Invoice", "none",
         "No GST from the company: the operator pays it (CGST Act, section 9(5)). "
         "Place of supply: Tamil Nadu (33)."),
    Case({"lines": (EXEMPT,)}, (0, 0, 0), 1_000, "Bill of Supply", "nil",
         "No GST: every line is nil-rated, exempt or outside GST. Place of supply: Tamil Nadu (33)."),
    Case({"lines": (ONE, EXEMPT), "party": BANYAN}, (0, 90, 10), 2_190, "Invoice-cum-Bill of Supply", "b2cs",
         "CGST and SGST: supplied within Karnataka (29)."),
    Case({"lines": (ONE, EXEMPT)}, (180, 0, 10), 2_190, "Tax Invoice", "b2b",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"lines": (EXEMPT,), "company": replace(COMPANY, composition=True), "party": BANYAN}, (0, 0, 0), 1_000,
         "Bill of Supply", "nil",
         "No GST on the bill: the company pays by composition (CGST Act, section 10). "
         "Place of supply: Karnataka (29)."),
    Case({"type": "CRN", "original": OLD}, (180, 0, 10), -1_190, "Credit Note", "cdnr",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"type": "CRN", "original": OLD, "reason": "commercial"}, (0, 0, 0), -1_000, "Credit Note", "none",
         "No GST: a commercial credit note leaves the tax as it was (CGST Act, section 34(2)). "
         "Place of supply: Tamil Nadu (33)."),
    Case({"type": "DBN", "original": OLD, "reason": "commercial"}, (180, 0, 10), 1_190, "Debit Note", "cdnr",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"type": "CHL"}, (0, 0, 0), 0, "Delivery Challan", "none",
         "No GST: goods under a challan are not supplied. Place of supply: Tamil Nadu (33)."),
    Case({"type": "QTN"}, (180, 0, 10), 0, "Quotation", "none",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"type": "PRF"}, (180, 0, 10), 0, "Proforma Invoice", "none",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"revises": OLD}, (180, 0, 10), 1_190, "Revised Invoice", "b2b",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"amends": OLD}, (180, 0, 10), 1_190, "Tax Invoice", "b2ba",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
    Case({"place_rule": "third_person", "ship_to": Address(state_code="27")}, (180, 0, 10), 1_190, "Tax Invoice",
         "b2b",
         "IGST: supplied from Karnataka to Tamil Nadu (33). "
         "The goods go to another by the buyer's word (IGST Act, s. 10(1)(b))."),
    Case({"place_rule": "movement", "ship_to": Address(state_code="29")}, (0, 90, 10), 1_190, "Tax Invoice", "b2b",
         "CGST and SGST: supplied within Karnataka (29). The goods' way ends there (IGST Act, s. 10(1)(a))."),
    Case({"place_rule": "property", "place_of_supply": "29"}, (0, 90, 10), 1_190, "Tax Invoice", "b2b",
         "CGST and SGST: supplied within Karnataka (29). The land or building lies there (IGST Act, s. 12(3))."),
    Case({"supplied_on": dt.date(2026, 4, 2), "paid_on": TODAY}, (180, 0, 10), 1_190, "Tax Invoice", "b2b",
         "IGST: supplied from Karnataka to Tamil Nadu (33). The rate is chosen by section 14 of the CGST Act: "
         "supplied on 02-04-2026, paid on 20-11-2026."),
    Case({"applicable_percent_bp": 6_500}, (117, 0, 10), 1_127, "Tax Invoice", "b2b",
         "IGST: supplied from Karnataka to Tamil Nadu (33)."),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.title} {sorted(case.how)}")
def test_a_supply_of_each_kind(case: Case) -> None:
    document = settle(**case.how)
    totals = document.totals
    assert (totals.igst_paise, totals.cgst_paise, totals.cess_paise) == tuple(
        100 * head for head in case.heads
    )
    assert owed_paise(document) == 100 * case.owed
    assert title_of(document) == case.title
    taxed = [line for line in document.lines if line.treatment == "taxable"] or document.lines
    assert section_of(sold_of(document), taxed[0].treatment, FACTS) == case.section
    assert tax_reason(document) == case.reason


def test_igst_inside_the_state_is_cbw_and_stays_intra() -> None:
    document = settle(NEIGHBOUR, reverse_charge=True, intra_igst=True)
    sold = sold_of(document)
    assert (document.supply, invoice_type(sold, "b2b"), table_of(sold, "b2b")) == ("INTRA", "CBW", "4B")


def test_who_is_not_registered_gives_an_invoice() -> None:
    assert title_of(settle(company=UNREGISTERED_COMPANY, lines=(EXEMPT,))) == "Invoice"


def test_what_is_zero_rated_is_invoiced_at_any_rate() -> None:
    free = (replace(ONE, rate_bp=0, cess_rate_bp=0),)
    assert title_of(settle(DUBAI, lines=free, with_payment=False)) == "Export Invoice"
    assert title_of(settle(SEZ, lines=free, with_payment=False)) == "Tax Invoice"
    assert title_of(settle(lines=free)) == "Bill of Supply"


def test_a_letter_of_undertaking_is_printed_where_it_is_used() -> None:
    company = replace(COMPANY, lut="AD290326001234A")
    under = settle(DUBAI, company, with_payment=False)
    assert (under.lut, "LUT_MISSING" in under.warnings) == ("AD290326001234A", False)
    assert settle(DUBAI, company, with_payment=True).lut == ""
    assert "LUT_MISSING" in settle(DUBAI, with_payment=False).warnings


def test_every_code_has_its_words() -> None:
    assert tuple(type_words()) == TYPES
    assert tuple(reason_words()) == NOTE_REASONS
    assert tuple(purpose_words()) == PURPOSES
    for code in ("RATE_BY_SECTION_14", "AMENDMENT_LATE", "REVISED_IN_TIME", "LUT_MISSING"):
        assert warning_text(code) != code


CIGARS = "24029010"
"""Cigars: 28 per cent until 31 January 2026, 40 from 1 February (Notification 19/2025, Central Tax (Rate))."""


@pytest.mark.parametrize(
    ("rate_bp", "dated_on", "supplied_on", "paid_on", "warned"),
    [
        (2_800, dt.date(2026, 2, 5), dt.date(2026, 1, 20), dt.date(2026, 1, 25), False),  # s. 14(a)(iii): old
        (4_000, dt.date(2026, 2, 5), dt.date(2026, 1, 20), dt.date(2026, 1, 25), True),
        (4_000, dt.date(2026, 2, 5), dt.date(2026, 1, 20), None, False),  # (a)(i): new
        (2_800, dt.date(2026, 2, 5), dt.date(2026, 1, 20), None, True),
        (2_800, dt.date(2026, 1, 31), dt.date(2026, 2, 3), dt.date(2026, 1, 30), False),  # (b)(ii): old
        (2_800, dt.date(2026, 1, 31), dt.date(2026, 2, 3), dt.date(2026, 2, 4), True),  # (b)(i): new
        (
            2_800,
            dt.date(2026, 1, 31),
            dt.date(2026, 1, 3),
            dt.date(2026, 1, 4),
            False,
        ),  # no change between them
        (1_800, dt.date(2026, 1, 31), dt.date(2026, 1, 3), dt.date(2026, 1, 4), False),
    ],
)
def test_section_14_warns_and_changes_nothing(
    rate_bp: int, dated_on: dt.date, supplied_on: dt.date, paid_on: dt.date | None, warned: bool
) -> None:
    line = replace(ONE, hsn=CIGARS, rate_bp=rate_bp)
    document = settle(lines=(line,), dated_on=dated_on, supplied_on=supplied_on, paid_on=paid_on)
    assert ("RATE_BY_SECTION_14" in document.warnings) is warned
    assert "RATE_UNKNOWN" not in document.warnings
    assert document.totals.igst_paise == 10 * rate_bp


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"dated_on": dt.date(2026, 1, 31)}, False),
        ({"dated_on": dt.date(2026, 3, 1)}, True),  # 28 per cent ended on 31 January 2026
        ({"type": "CRN", "original": Original("A/1", dt.date(2026, 1, 31))}, False),
        ({"type": "CRN", "original": Original("A/1", dt.date(2026, 2, 1))}, True),
        ({"type": "CRN", "original": Original("A/1", dt.date(2026, 3, 1))}, True),
        ({"amends": Original("A/1", dt.date(2026, 1, 31))}, False),
        ({"supplied_on": dt.date(2026, 1, 31)}, False),
    ],
)
def test_a_rate_is_judged_by_the_day_that_decides(changes: dict[str, Any], warned: bool) -> None:
    document = settle(lines=(replace(ONE, rate_bp=2_800),), **changes)
    assert ("RATE_UNKNOWN" in document.warnings) is warned


def test_a_correction_posts_and_opens_the_difference() -> None:
    before = replace(settle(), number="A/1")
    for lines, owed, side in [((ONE, GLOVES), 48_195, DUE), ((GLOVES,), -70_805, CREDIT), ((ONE,), 0, DUE)]:
        named = Original("a/1", TODAY)
        after = replacing(settle(lines=lines, amends=named), b"d" * 16, before)
        assert after.amends == Original("A/1", TODAY, b"d" * 16)
        assert after.replaces == before.totals
        assert (owed_paise(after), side_of(after)) == (owed, side)
        assert balanced(after.postings)
        assert list(problems_with_document(replace(after, number="A/2"))) == []


def test_a_correction_may_move_the_tax_to_the_buyer_and_back() -> None:
    plain, reverse = settle(NEIGHBOUR), settle(NEIGHBOUR, reverse_charge=True)
    named = Original("A/1", TODAY)
    there = replacing(settle(NEIGHBOUR, reverse_charge=True, amends=named), b"d" * 16, plain)
    back = replacing(settle(NEIGHBOUR, amends=named), b"d" * 16, reverse)
    assert (owed_paise(there), owed_paise(back)) == (-19_000, 19_000)
    assert balanced(there.postings)
    assert balanced(back.postings)
    there_by_account = {posting.account: posting.paise for posting in there.postings}
    assert there_by_account == {posting.account: -posting.paise for posting in back.postings}


@given(st.builds(Totals, *(st.integers(0, 10**9) for _n in range(8))), st.booleans())
def test_a_correction_that_changes_nothing_posts_nothing(totals: Totals, reverse_charge: bool) -> None:
    tax = totals.igst_paise + totals.cgst_paise + totals.sgst_paise + totals.cess_paise
    value = totals.taxable_paise + totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    whole = replace(totals, invoice_value_paise=value + (0 if reverse_charge else tax))
    assert postings_for("INV", whole, reverse_charge=reverse_charge, replaces=whole) == ()


@given(st.permutations((ONE, GLOVES, PUMPS, EXEMPT, replace(PUMPS, quantity_thousandths=7_000))))
def test_the_order_of_lines_moves_paise_and_no_total(lines: list[DraftLine]) -> None:
    first = settle(lines=(ONE, GLOVES, PUMPS, EXEMPT, replace(PUMPS, quantity_thousandths=7_000)))
    assert settle(lines=tuple(lines)).totals == first.totals


@given(st.sampled_from(CASES), st.lists(st.sampled_from((ONE, GLOVES, PUMPS)), min_size=1, max_size=4))
def test_a_credit_note_of_the_whole_bill_nets_to_nought(case: Case, lines: list[DraftLine]) -> None:
    how = {**case.how, "lines": tuple(lines), "company": COMPANY}
    if how.get("type", "INV") != "INV" or "amends" in how or "revises" in how:
        return
    bill = settle(**how)
    note = settle(**{**how, "type": "CRN", "original": OLD})
    assert {posting.account: -posting.paise for posting in note.postings} == {
        posting.account: posting.paise for posting in bill.postings
    }


def test_a_draft_of_a_document_says_it_again() -> None:
    for case in CASES:
        how = {key: value for key, value in case.how.items() if key not in ("party", "company")}
        party, company = case.how.get("party", LOTUS), case.how.get("company", COMPANY)
        issued = settle(party, company, **how)
        again = replace(draft_of(issued), dated_on=TODAY, original=issued.original)
        once_more = settled(again, company=company, party_id=b"p" * 16, party=party, items={}, facts=FACTS)
        assert once_more.totals == issued.totals
        assert once_more.lines == issued.lines
