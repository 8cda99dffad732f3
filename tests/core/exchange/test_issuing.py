"""Issuing from a file: numbered here, dated today, through every check of the window; or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.errors import RuleBroken
from core.exchange import answers
from core.exchange.issuing import Issued, issue_file
from core.invoicing.queries import documents_page
from core.paper import document_link
from core.problems import Problem
from tests.core.books import TODAY, a_book
from tests.core.exchange.samples import INVOICE, NOTE, RECEIPT, Json, a_file, source, take

BARE = {key: value for key, value in INVOICE.items() if key not in ("number", "date", "due_date")}
BARE_RECEIPT = {"party": "LOTUS", "amount": "1000.00", "mode": "upi"}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def issue(book: Book, file: Json, **how: bool) -> Issued:
    return book.write("Issue", lambda work: issue_file(work, source(file), today=TODAY, **how))


def refused(book: Book, file: Json) -> list[Problem]:
    with pytest.raises(RuleBroken) as caught:
        issue(book, file)
    assert book.read(lambda read: documents_page(read)).rows == []
    return list(caught.value.problems)


def test_papers_are_numbered_here_and_dated_today(book: Book) -> None:
    issued = issue(book, a_file(documents=[BARE], receipts=[BARE_RECEIPT]))
    shown = book.read(
        lambda read: answers.show(read, issued.documents[0], lambda d, p: document_link(d, open_paise=p))
    )
    assert (shown["number"], shown["date"], shown["due_date"]) == ("A/26-27/0001", "2026-11-20", "2026-12-20")
    assert shown["totals"]["invoice_value"] == "6087.00"
    assert shown["open"] == "6087.00"
    assert shown["upi_link"].startswith("upi://pay?pa=nandi@okbank")
    received = book.read(lambda read: answers.receipt(read, issued.receipts[0]))
    assert (received["number"], received["on_account"]) == ("AR/26-27/0001", "1000.00")


def test_a_receipt_settles_what_it_names(book: Book) -> None:
    issue(book, a_file(documents=[BARE]))
    paid = {**BARE_RECEIPT, "allocations": [{"document": "A/26-27/0001", "amount": "1000"}]}
    issue(book, a_file(receipts=[paid]))
    (row,) = book.read(lambda read: documents_page(read)).rows
    assert row.open_paise == 508_700


def shown(book: Book, record: bytes) -> Json:
    return book.read(lambda read: answers.show(read, record, lambda _document, _paise: ""))


def test_a_challan_and_the_invoice_made_from_it(book: Book) -> None:
    challan = {**BARE, "type": "CHL", "purpose": "job_work", "totals": None}
    (moved,) = issue(book, a_file(documents=[challan])).documents
    assert (shown(book, moved)["number"], shown(book, moved)["open"]) == ("AH/26-27/0001", "0.00")
    source_paper = {"type": "CHL", "number": "AH/26-27/0001", "date": "2026-11-20"}
    (billed,) = issue(book, a_file(documents=[{**BARE, "source": source_paper}])).documents
    assert shown(book, billed)["source"] == source_paper


def test_an_advance_gets_its_receipt_voucher(book: Book) -> None:
    given = {"party": "LOTUS", "amount": "11800", "gst_rate": "18", "description": "Mobilisation"}
    (record,) = issue(book, a_file(advances=[given])).advances
    told = book.read(lambda read: answers.voucher(read, record))
    assert (told["number"], told["on_account"], told["for"]) == ("AV/26-27/0001", "11800.00", "services")
    assert told["tax"] == {
        "taxable": "10000.00", "igst": "1800.00", "cgst": "0.00", "sgst": "0.00", "cess": "0.00",
    }  # fmt: skip
    with pytest.raises(KeyError):
        book.read(lambda read: answers.voucher(read, b"nobody"))


def test_a_paper_is_amended_once_its_return_is_filed(book: Book) -> None:
    take(book, a_file(documents=[INVOICE]))
    amended = {**BARE, "totals": None, "amends": {"number": "NI/26-27/0042", "date": "2026-05-04"}}
    with pytest.raises(RuleBroken) as caught:
        issue(book, a_file(documents=[amended]))
    assert [(each.code, each.field) for each in caught.value.problems] == [
        ("NOT_FILED", "documents[0].amends")
    ]
    take(book, a_file(filed=["2026-05"]))
    (record,) = issue(book, a_file(documents=[amended])).documents
    told = shown(book, record)
    assert (told["section"], told["open"], told["return_period"]) == ("b2ba", "0.00", "2026-11")


def test_a_filed_month_keeps_its_papers_from_being_cancelled(book: Book) -> None:
    take(book, a_file(documents=[INVOICE], filed=["2026-05"]))
    gone = {"type": "INV", "number": "NI/26-27/0042", "date": "2026-05-04", "reason": "keyed twice"}
    with pytest.raises(RuleBroken) as caught:
        take(book, a_file(cancelled=[gone]))
    assert [each.field for each in caught.value.problems] == ["cancelled[0].document"]
    with a_book(Path(book.path).parent, name="other.bahi") as other:
        take(other, a_file(documents=[INVOICE], filed=["2026-05"], cancelled=[gone]))
        assert other.verify().ok


REFUSED = {
    "a paper with a number": ({"documents": [INVOICE]}, "NUMBERED", "documents[0].number"),
    "a receipt with a number": ({"receipts": [RECEIPT]}, "NUMBERED", "receipts[0].number"),
    "nothing": ({}, "REQUIRED", "documents"),
    "what belongs to import": (
        {"documents": [BARE], "opening": [{"number": "1", "date": "2026-01-01", "party": "LOTUS", "amount": "5"}]},
        "ONLY_IMPORT", "opening",
    ),
    "another kind of buyer": ({"documents": [{**BARE, "category": "sez"}]}, "ONLY_IMPORT", "documents[0].category"),
    "a date to come": ({"documents": [{**BARE, "date": "2026-11-21"}]}, "FUTURE_DATE", "documents[0].date"),
    "totals that are not so": (
        {"documents": [{**BARE, "totals": {"taxable": "1"}}]}, "TOTALS", "documents[0].totals.taxable",
    ),
    "a line of the wrong HSN": (
        {"documents": [{**BARE, "lines": [{**INVOICE["lines"][0], "hsn": "84X"}]}]},
        "LINE", "documents[0].lines[0].hsn",
    ),
    "an advance with a number": (
        {"advances": [{"number": "RV-1", "party": "LOTUS", "amount": "118", "gst_rate": "18"}]},
        "NUMBERED", "advances[0].number",
    ),
    "an advance set against a bill": (
        {"advances": [{"party": "LOTUS", "amount": "118", "gst_rate": "18",
                       "adjusted": [{"document": "X", "date": "2026-11-20", "amount": "1"}]}]},
        "ONLY_IMPORT", "advances[0].adjusted",
    ),
    "an advance for services without a rate": (
        {"advances": [{"party": "LOTUS", "amount": "118"}]}, "REQUIRED", "advances[0].gst_rate",
    ),
    "filed returns": ({"documents": [BARE], "filed": ["2026-05"]}, "ONLY_IMPORT", "filed"),
    "a note without its invoice": (
        {"documents": [{**NOTE, "number": None, "date": None, "original": None}]}, "REQUIRED", "documents[0].original",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "code", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_what_may_not_be_issued_is_named(book: Book, keys: Json, code: str, field: str) -> None:
    problems = refused(book, a_file(**keys))
    assert (code, field) in [(problem.code, problem.field) for problem in problems]
    assert all(problem.file == "sample.json" for problem in problems)


def test_one_bad_paper_leaves_no_number_used(book: Book) -> None:
    bad = {**BARE, "party": "NOBODY"}
    refused(book, a_file(documents=[BARE, bad]))
    issued = issue(book, a_file(documents=[BARE]))
    shown = book.read(lambda read: answers.show(read, issued.documents[0], lambda _d, _p: ""))
    assert shown["number"] == "A/26-27/0001"


def test_a_doubtful_date_must_be_confirmed(book: Book) -> None:
    late = TODAY.replace(year=2027)
    issue(book, a_file(documents=[BARE]))
    with pytest.raises(RuleBroken) as caught:
        book.write("Issue", lambda work: issue_file(work, source(a_file(documents=[BARE])), today=late))
    assert caught.value.problems[0].code == "DATE_CHECK"
    file = source(a_file(documents=[BARE]))
    assert book.write("Issue", lambda work: issue_file(work, file, today=late, date_confirmed=True)).documents
