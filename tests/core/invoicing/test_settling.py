"""A draft settled: both sides, place, figures, postings and warnings, by tables and properties."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.company.model import Address, Company, Registration
from core.facts import Facts
from core.invoicing.model import Charge, Document, Draft, DraftLine, Original, Totals
from core.invoicing.proof import problems_with_document
from core.invoicing.rules import problems_with_figures, settled, tax_reason, warning_text
from core.ledger.model import Account
from core.ledger.rules import balanced
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import BANYAN, BILL, BILL_PAISE, LOTUS, PUMP, PUMPS, WALK_IN

FACTS = Facts.shipped()
PARTY_ID = b"p" * 16
SEZ = msgspec.structs.replace(LOTUS, registration=Registration("sez", "33AAFCL2204B1ZD", "33"))
ABROAD = Party(code="ACME", name="Acme", registration=Registration("overseas"), address=Address(country="US"))


def settle(draft: Draft = BILL, party: Party = LOTUS, company: Company = COMPANY, **changes: Any) -> Document:
    draft = msgspec.structs.replace(draft, **{"dated_on": TODAY, **changes})
    document = settled(draft, company=company, party_id=PARTY_ID, party=party, items={}, facts=FACTS)
    return msgspec.structs.replace(document, number="A/1")


def posted(document: Document) -> dict[str, int]:
    return {posting.account: posting.paise for posting in document.postings}


def test_between_states_it_is_igst() -> None:
    document = settle()
    assert document.totals == Totals(
        taxable_paise=520_900, igst_paise=87_795, round_off_paise=5, invoice_value_paise=BILL_PAISE
    )
    assert (document.supply, document.place_of_supply, document.place_name) == ("INTER", "33", "Tamil Nadu")
    assert posted(document) == {
        "debtors": BILL_PAISE, "sales": -520_900, "output_igst": -87_795, "round_off": -5
    }  # fmt: skip
    assert tax_reason(document) == "IGST: supplied from Karnataka to Tamil Nadu (33)."
    assert list(problems_with_document(document)) == []


def test_within_the_state_it_is_two_halves() -> None:
    document = settle(party=BANYAN)
    assert (document.totals.cgst_paise, document.totals.sgst_paise) == (43_898, 43_898)
    assert document.supply == "INTRA"
    assert tax_reason(document) == "CGST and SGST: supplied within Karnataka (29)."


def test_the_bill_of_the_interchange_file() -> None:
    line = document_line = settle().lines[0]
    assert (line.gross_paise, line.discount_paise, line.taxable_paise) == (500_000, 25_000, 475_000)
    assert document_line.spread_paise == 0


def test_under_reverse_charge_the_buyer_owes_the_tax() -> None:
    document = settle(reverse_charge=True, rounding="none")
    assert document.totals.igst_paise == 87_795
    assert document.totals.invoice_value_paise == 520_900
    assert posted(document) == {"debtors": 520_900, "sales": -520_900}
    assert "reverse charge" in tax_reason(document)


@pytest.mark.parametrize(("party", "place"), [(SEZ, "33"), (ABROAD, "96")])
def test_under_lut_the_rate_stays_and_the_tax_is_nought(party: Party, place: str) -> None:
    document = settle(party=party, with_payment=False, rounding="none")
    assert (document.supply, document.place_of_supply) == ("INTER", place)
    assert [line.rate_bp for line in document.lines] == [1_800, 500]
    assert (document.totals.igst_paise, document.totals.invoice_value_paise) == (0, 520_900)
    assert "LUT" in tax_reason(document)
    assert settle(party=party, with_payment=True).totals.igst_paise == 87_795


def test_payment_of_igst_is_no_question_within_the_country() -> None:
    shipped = settle(party=ABROAD, with_payment=False, ship_to=Address(state_code="27"))
    assert (shipped.with_payment, shipped.place_of_supply) == (None, "27")
    assert shipped.totals.igst_paise == 87_795


def test_a_credit_note_posts_the_other_way_and_is_due_at_once() -> None:
    invoice = settle()
    note = settle(type="CRN", original=Original("A/1", TODAY))
    assert posted(note) == {account: -paise for account, paise in posted(invoice).items()}
    assert note.totals == invoice.totals
    assert (note.due_on, note.reason) == (TODAY, "other")


@pytest.mark.parametrize(
    ("party_days", "company_days", "days"), [(None, 30, 30), (45, 30, 45), (0, 30, 0), (None, 0, 0)]
)
def test_due_by_the_terms_of_party_or_company(party_days: int | None, company_days: int, days: int) -> None:
    document = settle(
        party=msgspec.structs.replace(LOTUS, terms_days=party_days),
        company=msgspec.structs.replace(COMPANY, terms_days=company_days),
    )
    assert document.due_on == TODAY + dt.timedelta(days)


def test_discount_and_charges_on_the_whole_are_spread_and_told() -> None:
    charges = (Charge("Freight", 10_000, taxed=True), Charge("Toll", 5_000, taxed=False))
    document = settle(discount_paise=20_900, charges=charges, rounding="none")
    assert document.totals.taxable_paise == 520_900 - 20_900 + 10_000
    assert document.totals.other_charges_paise == 5_000
    assert sum(line.spread_paise for line in document.lines) == 10_000 - 20_900
    assert [line.discount_paise for line in document.lines] == [25_000, 0], (
        "a line's own discount stays its own"
    )
    assert posted(document)["other_charges"] == -5_000
    assert list(problems_with_document(document)) == []


def test_a_negative_line_is_borne_by_its_fellows_and_kept_as_asked() -> None:
    back = msgspec.structs.replace(PUMPS, description="Pump returned", quantity_thousandths=-1_000)
    document = settle(lines=(PUMPS, back), rounding="none")
    assert [line.taxable_paise for line in document.lines] == [356_250, 0]
    assert [line.gross_paise for line in document.lines] == [500_000, -125_000]
    assert list(problems_with_document(document)) == []
    assert problems_with_figures(document, FACTS) == []


def test_price_with_tax_keeps_its_promise() -> None:
    line = DraftLine(
        "Tea", hsn="09024020", price_tenthousandths=1_000_000, price_includes_tax=True, rate_bp=500
    )
    document = settle(lines=(line,), rounding="none", party=BANYAN)
    assert document.totals.invoice_value_paise == 10_000
    assert (document.lines[0].taxable_paise, document.totals.round_off_paise) == (9_524, 0)
    assert list(problems_with_document(document)) == []


def test_words_left_out_come_from_the_item() -> None:
    line = DraftLine(item=b"i" * 16, price_tenthousandths=10_000)
    document = settled(
        Draft(dated_on=TODAY, lines=(line,)), company=COMPANY, party_id=PARTY_ID, party=LOTUS,
        items={b"i" * 16: PUMP}, facts=FACTS,
    )  # fmt: skip
    settled_line = document.lines[0]
    assert (settled_line.description, settled_line.item_code, settled_line.hsn) == (
        "Dosing pump",
        "PUMP",
        "84138190",
    )


@pytest.mark.parametrize(
    ("changes", "party", "company", "code"),
    [
        ({}, WALK_IN, {}, "POS_ASSUMED"),
        ({"place_of_supply": "28"}, LOTUS, {}, "POS_RETIRED"),
        ({"lines": (msgspec.structs.replace(PUMPS, rate_bp=1_700),)}, LOTUS, {}, "RATE_UNKNOWN"),
        ({"lines": (msgspec.structs.replace(PUMPS, hsn=""),)}, LOTUS, {}, "HSN_MISSING"),
        (
            {"lines": (msgspec.structs.replace(PUMPS, hsn="8413"),)},
            LOTUS,
            {"turnover_paise": 10**11},
            "HSN_SHORT",
        ),
        ({"lines": (msgspec.structs.replace(PUMPS, hsn="84138"),)}, LOTUS, {}, "HSN_LENGTH"),
        ({"lines": (msgspec.structs.replace(PUMPS, unit="PUMPFUL"),)}, LOTUS, {}, "UNIT_UNKNOWN"),
        (
            {"lines": (msgspec.structs.replace(PUMPS, discount_tenthousandths_pct=1_000_000),)},
            LOTUS,
            {},
            "ZERO_VALUE",
        ),
        ({}, LOTUS, {"address": Address(state_code="29")}, "SELLER_ADDRESS"),
        ({"type": "CRN", "original": Original("X", dt.date(2025, 3, 31))}, LOTUS, {}, "NOTE_LATE"),
    ],
)
def test_a_warning_is_kept_and_worded(
    changes: dict[str, Any], party: Party, company: dict[str, Any], code: str
) -> None:
    document = settle(party=party, company=msgspec.structs.replace(COMPANY, **company), **changes)
    assert document.warnings == (code,)
    assert warning_text(code) != code
    assert settle().warnings == ()


def test_a_note_within_its_year_and_november_is_in_time() -> None:
    assert settle(type="CRN", original=Original("X", dt.date(2025, 4, 1))).warnings == ()


LINES = st.builds(
    DraftLine,
    description=st.just("Article"),
    hsn=st.sampled_from(["84138190", "61169200", ""]),
    quantity_thousandths=st.integers(1, 10**7),
    price_tenthousandths=st.integers(0, 10**9),
    price_includes_tax=st.booleans(),
    discount_tenthousandths_pct=st.sampled_from([0, 0, 50_000, 333_333, 1_000_000]),
    treatment=st.sampled_from(["taxable", "taxable", "taxable", "nil", "exempt", "non_gst"]),
    rate_bp=st.sampled_from([0, 25, 500, 1_200, 1_800, 4_000]),
    cess_rate_bp=st.sampled_from([0, 0, 1_200]),
    cess_per_unit_tenthousandths=st.sampled_from([0, 0, 40_000]),
)
DRAFTS = st.builds(
    Draft,
    type=st.sampled_from(["INV", "CRN", "DBN"]),
    rounding=st.sampled_from(["none", "rupee"]),
    reverse_charge=st.booleans(),
    lines=st.lists(LINES, min_size=1, max_size=8).map(tuple),
    charges=st.sampled_from(
        [(), (Charge("Freight", 12_345),), (Charge("Toll", 999, False), Charge("Box", 7))]
    ),
    applicable_percent_bp=st.sampled_from([10_000, 6_500]),
    with_payment=st.sampled_from([None, False, True]),
)


@given(DRAFTS, st.sampled_from([LOTUS, BANYAN, WALK_IN, SEZ, ABROAD]))
def test_whatever_is_settled_proves_itself_and_balances(draft: Draft, party: Party) -> None:
    document = settle(draft, party)
    assert list(problems_with_document(document)) == []
    assert balanced(document.postings)
    sign = -1 if document.type == "CRN" else 1
    owed = sum(each.paise for each in document.postings if each.account == Account.DEBTORS)
    assert owed == sign * document.totals.invoice_value_paise
    assert document.totals.cgst_paise == document.totals.sgst_paise
    if document.rounding == "rupee":
        assert document.totals.invoice_value_paise % 100 == 0
