"""Importing the interchange file: all or nothing, settled by our rules, known again when it comes twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.changes.standing import State
from core.errors import RuleBroken
from core.exchange.finding import find_paper
from core.exchange.report import TriedOut
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import document, document_ids
from core.ledger.queries import balance, open_item, trial_balance
from core.parties.queries import party, party_by_code
from core.problems import Problem
from core.receipts.queries import receipt, receipt_ids
from core.store.read import stand_of
from tests.core.books import TODAY, a_book
from tests.core.exchange.samples import (
    COMPANY,
    GLOVES_LINE,
    INVOICE,
    LOTUS,
    NOTE,
    PUMP,
    PUMP_LINE,
    RECEIPT,
    WALKIN,
    Json,
    a_file,
    on,
    source,
    take,
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def refused(book: Book, file: Json) -> list[Problem]:
    before = book.read(trial_balance)
    with pytest.raises(RuleBroken) as caught:
        take(book, file)
    assert book.read(trial_balance) == before
    return list(caught.value.problems)


def doc(book: Book, number: str) -> Any:
    (record,) = book.read(lambda read: document_ids(read, number))
    return record, book.read(lambda read: document(read, record))


def test_the_sample_comes_in_with_figures_and_balances(book: Book) -> None:
    report = take(book, a_file(documents=[INVOICE, NOTE], receipts=[RECEIPT]))
    assert report.new == {"parties": 2, "items": 1, "documents": 2, "receipts": 1}
    record, invoice = doc(book, "ni/26-27/0042")
    totals = invoice.totals
    assert (totals.taxable_paise, totals.igst_paise, totals.round_off_paise) == (520_900, 87_795, 5)
    assert (invoice.series, invoice.origin, invoice.buyer.name) == ("imported", "imported", "Lotus Foods")
    lotus = book.read(lambda read: party_by_code(read, "lotus"))
    assert lotus is not None
    assert book.read(lambda read: balance(read, lotus)) == -140_125  # the note lies on account
    item = book.read(lambda read: open_item(read, record))
    assert item is not None
    assert item.open_paise == 0
    assert book.verify().ok


def test_what_the_file_allocates_comes_before_what_a_note_takes_by_rule(book: Book) -> None:
    take(book, a_file(documents=[INVOICE, NOTE]))
    record, _invoice = doc(book, "NI/26-27/0042")
    item = book.read(lambda read: open_item(read, record))
    assert item is not None
    assert item.open_paise == 608_700 - 140_125


def test_a_note_that_says_what_it_settles_takes_nothing_by_rule(book: Book) -> None:
    take(book, a_file(documents=[INVOICE, {**NOTE, "allocations": []}]))
    record, _invoice = doc(book, "NI/26-27/0042")
    item = book.read(lambda read: open_item(read, record))
    assert item is not None
    assert item.open_paise == 608_700


def test_the_same_file_twice_changes_nothing(book: Book) -> None:
    file = a_file(documents=[INVOICE, NOTE], receipts=[RECEIPT])
    take(book, file)
    digest = book.verify().digest
    again = take(book, file)
    assert again.is_empty
    assert again.known == {"parties": 2, "items": 1, "documents": 2, "receipts": 1}
    assert book.verify().digest == digest


def test_figures_written_otherwise_are_the_same_paper(book: Book) -> None:
    take(book, a_file(documents=[INVOICE]))
    line = {**PUMP_LINE, "price": 1250, "quantity": "4.000"}
    same = {**INVOICE, "lines": [line, GLOVES_LINE], "totals": {"igst": "877.95"}}
    assert take(book, a_file(documents=[same])).known["documents"] == 1


def test_a_trial_says_what_would_come_and_takes_nothing_in(book: Book) -> None:
    with pytest.raises(TriedOut) as caught:
        take(book, a_file(documents=[INVOICE]), dry_run=True)
    assert caught.value.report.new["documents"] == 1
    assert book.read(lambda read: party_by_code(read, "LOTUS")) is None
    assert book.read(lambda read: document_ids(read, "NI/26-27/0042")) == []


def test_only_named_fields_of_a_known_party_change(book: Book) -> None:
    take(book, a_file())
    changed = {"code": "lotus", "phone": "+914412345678", "terms_days": None}
    report = take(book, {"format": "bahi/1", "parties": [changed]})
    assert report.changed == {"parties": 1}
    record = book.read(lambda read: party_by_code(read, "LOTUS"))
    assert record is not None
    kept = book.read(lambda read: party(read, record))
    assert kept is not None
    assert (kept.code, kept.name, kept.phone, kept.terms_days) == (
        "LOTUS",
        "Lotus Foods",
        "+914412345678",
        None,
    )
    assert kept.registration.gstin == LOTUS["gstin"]


def test_a_cancelled_paper_keeps_its_number_and_owes_nothing(book: Book) -> None:
    gone = {"type": "INV", "number": "NI/26-27/0042", "date": "2026-05-04", "reason": "keyed twice"}
    file = a_file(documents=[INVOICE], cancelled=[gone])
    take(book, file)
    record, _invoice = doc(book, "NI/26-27/0042")
    stand = book.read(lambda read: stand_of(read, record))
    assert stand is not None
    assert stand.state is State.CANCELLED
    assert take(book, file).is_empty
    assert sum(book.read(trial_balance).values()) == 0
    assert book.read(trial_balance).get("debtors", 0) == 0


def test_a_cancelled_number_without_its_paper_is_kept_as_used(book: Book) -> None:
    gone = {"type": "INV", "number": "NI/26-27/0043", "date": "2026-05-05", "reason": "keyed twice"}
    file = a_file(documents=[INVOICE], cancelled=[gone])
    assert take(book, file).new["cancelled"] == 1
    assert take(book, file).is_empty
    record, kept = doc(book, "NI/26-27/0043")
    assert (kept.totals.invoice_value_paise, kept.lines, kept.buyer.name) == (0, (), "")
    stand = book.read(lambda read: stand_of(read, record))
    assert stand is not None
    assert stand.state is State.CANCELLED
    (problem,) = refused(book, a_file(documents=[{**INVOICE, "number": "NI/26-27/0043"}]))
    assert problem.code == "DUPLICATE"
    assert book.verify().ok


def test_category_buyer_and_seller_of_a_paper_stand_on_it_alone(book: Book) -> None:
    said = {
        **INVOICE,
        "category": "sez",
        "with_payment": False,
        "buyer": {"name": "Lotus Foods (SEZ unit)"},
        "seller": {"legal_name": "Nandi Instruments"},
        "totals": {"igst": "0", "invoice_value": "5209"},
    }
    take(book, a_file(documents=[said]))
    _record, kept = doc(book, "NI/26-27/0042")
    assert (kept.buyer.kind, kept.buyer.name, kept.seller.legal_name) == (
        "sez", "Lotus Foods (SEZ unit)", "Nandi Instruments",
    )  # fmt: skip


def test_discount_and_charges_on_the_whole_and_the_applicable_per_cent(book: Book) -> None:
    line = {"description": "Seeds", "hsn": "12099190", "quantity": "10", "price": "100", "gst_rate": "5"}
    file = {
        "type": "INV", "number": "W-1", "date": "2026-05-04", "party": "WALKIN", "discount": "100.00",
        "charges": [{"description": "Freight", "amount": "20.00", "taxed": True},
                    {"description": "Insurance", "amount": "7.50", "taxed": False}],
        "applicable_percent": "65", "lines": [line],
        "totals": {"taxable": "920.00", "cgst": "14.95", "sgst": "14.95", "other_charges": "7.50",
                   "invoice_value": "957.40"},
    }  # fmt: skip
    take(book, a_file(documents=[file]))
    _record, kept = doc(book, "W-1")
    assert kept.totals.invoice_value_paise == 95_740


def test_receipts_keep_their_deductions_and_their_rest_on_account(book: Book) -> None:
    part = {**RECEIPT, "allocations": [{"document": "NI/26-27/0042", "amount": "5000"}]}
    take(book, a_file(documents=[INVOICE], receipts=[part]))
    (record,) = book.read(lambda read: receipt_ids(read, "NI/RC/0009"))
    kept = book.read(lambda read: receipt(read, record))
    assert kept is not None
    assert (kept.credit_paise, kept.deductions[0].code) == (608_700, "1024")
    item = book.read(lambda read: open_item(read, record))
    assert item is not None
    assert item.open_paise == 108_700


def test_a_contract_with_what_was_certified_and_billed(book: Book) -> None:
    contract = {
        "code": "C1", "title": "Water plant", "party": "LOTUS", "value": "100000",
        "milestones": [
            {"title": "Design", "amount": "5209", "certified": {"on": "2026-05-01", "by": "R. Iyer"},
             "billed": {"number": "NI/26-27/0042", "date": "2026-05-04"}},
            {"title": "Erection", "position": 1, "pct": "40"},
        ],
    }  # fmt: skip
    file = a_file(documents=[INVOICE], contracts=[contract])
    assert take(book, file).new["contracts"] == 1
    assert take(book, file).is_empty
    from core.milestones.queries import contract_by_code, milestones_of

    record = book.read(lambda read: contract_by_code(read, "c1"))
    assert record is not None
    stages = book.read(lambda read: milestones_of(read, record))
    assert [(stage.state.value, stage.amount_paise) for stage in stages] == [
        ("billed", 520_900), ("planned", 4_000_000),
    ]  # fmt: skip


BROKEN: dict[str, tuple[Json, str, str]] = {
    "an unknown party": ({"documents": [{**INVOICE, "party": "LOTSU"}]}, "UNKNOWN_PARTY", "documents[0].party"),
    "an unknown item": (
        {"documents": [{**INVOICE, "lines": [{**PUMP_LINE, "item": "PMUP"}]}]},
        "UNKNOWN_ITEM", "documents[0].lines[0].item",
    ),
    "a taxable line without a rate": (
        {"documents": [{**INVOICE, "lines": [GLOVES_LINE, {"description": "x", "price": "1"}]}]},
        "REQUIRED", "documents[0].lines[1].gst_rate",
    ),
    "a price too fine": (
        {"documents": [{**INVOICE, "lines": [{**PUMP_LINE, "price": "1.00001"}]}]},
        "FIGURE", "documents[0].lines[0].price",
    ),
    "a price beyond all measure": (
        {"documents": [{**INVOICE, "lines": [{**PUMP_LINE, "price": "1e999999"}]}]},
        "FIGURE", "documents[0].lines[0].price",
    ),
    "totals that are not so": (
        {"documents": [{**INVOICE, "totals": {"invoice_value": "6088.00"}}]},
        "TOTALS", "documents[0].totals.invoice_value",
    ),
    "tax that is not so": (
        {"documents": [{**INVOICE, "totals": {"igst": "877.96"}}]}, "TOTALS", "documents[0].totals.igst",
    ),
    "no lines": ({"documents": [{**INVOICE, "lines": []}]}, "REQUIRED", "documents[0].lines"),
    "no number": ({"documents": [{**INVOICE, "number": None}]}, "REQUIRED", "documents[0].number"),
    "a number that is none": (
        {"documents": [{**INVOICE, "number": "NI 42"}]}, "NUMBER_CHARACTERS", "documents[0].number",
    ),
    "a number twice in the file": (
        {"documents": [INVOICE, {**INVOICE, "number": "ni/26-27/0042"}]}, "DUPLICATE", "documents[1].number",
    ),
    "a receipt's number twice": (
        {"documents": [INVOICE], "receipts": [RECEIPT, RECEIPT]}, "DUPLICATE", "receipts[1].number",
    ),
    "more allocated than is open": (
        {"documents": [INVOICE], "receipts": [
            {**RECEIPT, "amount": "9000", "allocations": [{"document": "NI/26-27/0042", "amount": "6087.01"}]}]},
        "OPEN_AMOUNT", "receipts[0].allocations[0].amount",
    ),
    "more allocated than received": (
        {"documents": [INVOICE], "receipts": [{**RECEIPT, "amount": "10", "deductions": []}]},
        "OPEN_AMOUNT", "receipts[0].allocations[0].amount",
    ),
    "another party's bill": (
        {"documents": [INVOICE], "receipts": [{**RECEIPT, "party": "WALKIN"}]},
        "PARTY", "receipts[0].allocations[0].document",
    ),
    "a bill that is not there": (
        {"receipts": [RECEIPT]}, "NO_DOCUMENT", "receipts[0].allocations[0].document",
    ),
    "a TDS code of another day": (
        {"documents": [INVOICE], "receipts": [
            {**RECEIPT, "deductions": [{"kind": "tds", "code": "194C", "amount": "104"}]}]},
        "TDS_CODE", "receipts[0].deductions[0].code",
    ),
    "another company": ({"company": {**COMPANY, "gstin": "27AAPFU0939F1ZV"}}, "COMPANY", "company.gstin"),
    "a party's GSTIN mistyped": (
        {"parties": [{**LOTUS, "gstin": "33AAFCL2204B1ZE"}]}, "CHECK_DIGIT", "parties[0].gstin",
    ),
    "a party's code twice": ({"parties": [LOTUS, {**LOTUS, "code": "lotus"}]}, "DUPLICATE", "parties[1].code"),
    "an item's HSN": ({"items": [{**PUMP, "hsn": "84A"}]}, "HSN", "items[0].hsn"),
    "a cancelled number that is none": (
        {"cancelled": [{"type": "INV", "number": "NI 1", "date": "2026-05-05"}]},
        "NUMBER_CHARACTERS", "cancelled[0].number",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "code", "field"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_is_named_with_file_line_and_field(
    book: Book, keys: Json, code: str, field: str
) -> None:
    file = a_file(**keys)
    problems = refused(book, file)
    assert (code, field) in [(problem.code, problem.field) for problem in problems]
    for problem in problems:
        assert problem.file == "sample.json"
        assert problem.line is not None
        assert problem.message
    assert book.read(lambda read: party_by_code(read, "LOTUS")) is None


def test_both_figures_are_told_where_totals_differ(book: Book) -> None:
    (problem,) = refused(book, a_file(documents=[{**INVOICE, "totals": {"taxable": "5200.00"}}]))
    assert "5200.00" in problem.message
    assert "5209.00" in problem.message


def test_a_rounded_value_may_be_stated_before_rounding(book: Book) -> None:
    take(book, a_file(documents=[{**INVOICE, "totals": {"invoice_value": "6086.95"}}]))


def test_everything_wrong_is_told_at_once(book: Book) -> None:
    file = a_file(
        parties=[{**LOTUS, "gstin": "33AAFCL2204B1ZE"}, WALKIN],
        documents=[{**INVOICE, "party": "WALKIN", "number": "bad number"}, {**NOTE, "party": "NOBODY"}],
    )
    fields = {problem.field for problem in refused(book, file)}
    assert {"parties[0].gstin", "documents[0].number", "documents[1].party"} <= fields


def test_a_number_used_for_something_else_is_a_duplicate(book: Book) -> None:
    take(book, a_file(documents=[INVOICE]))
    other = {**INVOICE, "lines": [GLOVES_LINE], "totals": None}
    (problem,) = refused(book, a_file(documents=[other]))
    assert (problem.code, problem.field) == ("DUPLICATE", "documents[0].number")


def test_two_years_may_share_a_number_which_is_then_ambiguous(book: Book) -> None:
    old = {**INVOICE, "date": "2026-03-04", "due_date": None}
    file = a_file(documents=[INVOICE, old], receipts=[RECEIPT])
    (problem,) = refused(book, file)
    assert problem.code == "AMBIGUOUS"
    assert "04-05-2026" in problem.message
    assert "04-03-2026" in problem.message
    said = {**RECEIPT, "allocations": [{"document": "NI/26-27/0042", "date": "2026-05-04", "amount": "6087"}]}
    take(book, a_file(documents=[INVOICE, old], receipts=[said]))
    with pytest.raises(RuleBroken):
        book.read(lambda read: find_paper(read, "NI/26-27/0042"))
    found = book.read(lambda read: find_paper(read, "NI/26-27/0042", on=on("2026-03-04")))
    assert found.dated_on == on("2026-03-04")


def test_the_place_of_a_walk_in_is_assumed_with_a_warning(book: Book) -> None:
    blank = {"code": "NOWHERE", "name": "Somebody", "kind": "unregistered"}
    bill = {"type": "INV", "number": "W-1", "date": "2026-05-04", "party": "NOWHERE", "lines": [GLOVES_LINE]}
    report = take(book, a_file(parties=[blank], documents=[bill]))
    assert "POS_ASSUMED" in [warning.code for warning in report.warnings]


def test_a_paper_of_this_house_comes_back_as_itself(book: Book) -> None:
    from core.exchange.exporting import encoded_file, export_book
    from core.exchange.importing import import_files
    from core.exchange.reading import read_source

    take(book, a_file())
    lotus = book.read(lambda read: party_by_code(read, "LOTUS"))
    line = DraftLine(description="Service", hsn="998719", unit="NA", price_tenthousandths=10_000_000)
    book.write("Issue", lambda work: issue_document(work, Draft(party=lotus, lines=(line,)), today=TODAY))
    data = encoded_file(book.read(export_book), Path("out.json"))
    report = book.write("Import", lambda work: import_files(work, [read_source(data, "out.json")]))
    assert report.is_empty
    assert report.known["documents"] == 1


def test_a_first_file_without_a_company_is_fine_in_a_book(book: Book) -> None:
    assert take(book, {"format": "bahi/1", "parties": [WALKIN]}).new == {"parties": 1}
    assert source({"format": "bahi/1"}).file.company is None
