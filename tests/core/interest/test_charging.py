"""Interest charged by a debit note, taxed when it is received, given up; in the ledger and in the returns."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.book import Book
from core.company.commands import save_company
from core.company.model import Registration
from core.einvoice.rules import has_einvoice
from core.errors import RuleBroken
from core.exchange.exporting import encoded_file, export_book
from core.exchange.importing import import_files
from core.exchange.reading import read_source
from core.facts import Facts
from core.ids import Id
from core.interest.commands import book_interest, book_interest_on, tax_interest, waive_interest
from core.interest.queries import charged_until, interest_awaiting_tax
from core.invoicing.commands import cancel_document, issue_document, keep_imported
from core.invoicing.model import Buyer, Document, Draft, DraftLine, Original, Seller, Totals
from core.invoicing.papers import CREDIT_NOTE, INTEREST, INTEREST_TAX
from core.invoicing.posting import postings_for
from core.invoicing.queries import document_ids
from core.invoicing.rules import problems_with_document
from core.ledger.commands import write_off
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item, trial_balance
from core.paper.clauses import clauses
from core.paper.payment import asked_paise
from core.receipts.commands import settle_bills, undo_allocation
from core.receipts.queries import settlements
from core.receipts.reversing import reverse_receipt
from core.returns.commands import file_return
from core.returns.gstr1 import gstr1
from core.returns.preflight import preflight
from core.returns.queries import month_of
from core.words import translate
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.core.interest.dealings import (
    SMALL,
    a_small_enterprise,
    charge,
    interest,
    paper,
    pay,
    registered,
)

D = dt.date
FACTS = Facts.shipped()
JUNE = D(2026, 6, 1)
LAKH = 1_00_000
pytestmark = pytest.mark.slow


def refused(book: Book, verb: Callable[..., Any], *about: Any, **how: Any) -> set[str]:
    """The codes with which a verb is refused."""
    with pytest.raises(RuleBroken) as broken:
        book.write("Try", lambda work: verb(work, *about, **how))
    return {problem.code for problem in broken.value.problems}


def tax(book: Book, note: Id, **how: Any) -> Id:
    return book.write("Tax", lambda work: tax_interest(work, note, today=TODAY, **how))


def waiting(book: Book, on: dt.date = TODAY) -> list[tuple[Id, int]]:
    found = book.read(lambda read: interest_awaiting_tax(read, on))
    return [(each.note, each.awaiting_paise) for each in found]


def charge_of_august(book: Book, party: Id) -> Id:
    """Interest on an old bill charged on 5 August."""
    bill, day = a_bill(book, party, LAKH, D(2026, 1, 1), rate_bp=1800), D(2026, 8, 5)
    return book.write(
        "Interest", lambda work: book_interest(work, bill, upto=day, today=day, date_confirmed=True)
    )


def told(book: Book, period: str = "2026-11") -> dict[str, Any]:
    month = book.read(lambda read: month_of(read, period, facts=FACTS))
    return gstr1(month, FACTS)


def test_interest_is_charged_without_tax_and_stands_in_no_return(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        bill = a_bill(book, registered(book), LAKH, JUNE, rate_bp=1800)
        run = interest(book, bill).interest_paise
        note = paper(book, charge(book, bill))
        assert (note.type, note.reason, note.original) == (
            "DBN", INTEREST, Original("A/26-27/0001", JUNE, bill),
        )  # fmt: skip
        assert note.lines[0].description == "Interest on A/26-27/0001 from 17-06-2026 to 20-11-2026"
        assert (note.lines[0].hsn, note.lines[0].rate_bp, note.place_of_supply) == ("84138190", 1800, "27")
        assert note.totals == Totals(taxable_paise=run, invoice_value_paise=run)
        assert {p.account: p.paise for p in note.postings} == {"debtors": run, "interest": -run}
        assert not list(problems_with_document(note))
        assert not has_einvoice(note)
        assert any("GST at the bill's rate (18%) falls due" in text for text in clauses(note, translate))
        return_ = told(book)
        assert "cdnr" not in return_
        assert not any(section.startswith("hsn") for section in return_)
        docs = [group for group in return_["doc_issue"]["doc_det"] if group["doc_num"] == 4]
        assert docs[0]["docs"][0]["net_issue"] == 1, "its number is used, and Table 13 says so"
        assert book.read(trial_balance)["interest"] == -run
        assert book.verify().ok


def test_what_was_charged_is_not_charged_again_and_the_reckoning_goes_on(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        bill = a_bill(book, a_party(book), LAKH, JUNE)
        first = paper(book, charge(book, bill, D(2026, 9, 17)))
        assert first.totals.invoice_value_paise == 4181_98
        assert book.read(lambda read: charged_until(read, bill)) == D(2026, 9, 17)
        now = interest(book, bill)
        assert now.booked_paise == 4181_98
        assert now.unbooked_paise == now.interest_paise - 4181_98
        second = paper(book, charge(book, bill))
        assert second.lines[0].description.endswith("from 17-09-2026 to 20-11-2026")
        assert interest(book, bill).unbooked_paise == 0
        whole = first.totals.invoice_value_paise + second.totals.invoice_value_paise
        assert whole == now.interest_paise, "booked in two parts, it comes to the same"
        assert refused(book, book_interest, bill, upto=TODAY, today=TODAY) == {"NO_INTEREST"}
        assert refused(book, book_interest, bill, upto=TODAY + dt.timedelta(days=1), today=TODAY) == {
            "FUTURE"
        }


def test_a_bill_with_several_rates_shares_the_interest_by_what_each_was_to_be_paid(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        lines = tuple(
            DraftLine(
                "Goods", hsn=hsn, price_tenthousandths=rupees * 10_000, rate_bp=rate, treatment=treatment
            )
            for hsn, rupees, rate, treatment in (
                ("84138190", 50_000, 1800, "taxable"),
                ("84138190", 10_000, 1800, "taxable"),
                ("3926", 20_000, 500, "taxable"),
                ("9983", 8_200, 0, "exempt"),
            )
        )
        draft = Draft(party=registered(book), dated_on=JUNE, lines=lines)
        bill = book.write("Bill", lambda work: issue_document(work, draft, today=TODAY, date_confirmed=True))
        note = paper(book, charge(book, bill, D(2026, 7, 17)))
        # 1,00,000 with tax: 70,800, 21,000 and 8,200, a month at 1.375 %
        assert [(line.hsn, line.unit, line.taxable_paise) for line in note.lines] == [
            ("84138190", "OTH", 973_50),
            ("3926", "OTH", 288_75),
            ("9983", "NA", 112_75),
        ]


def test_its_tax_falls_due_with_the_money_and_is_asked_by_a_note_of_that_day(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = registered(book)
        bill = a_bill(book, party, LAKH, JUNE, rate_bp=1800)
        note = charge(book, bill)
        assert waiting(book) == []
        pay(book, party, note, 1_000, TODAY)
        assert waiting(book) == [(note, 1_000_00)]
        assert waiting(book, TODAY - dt.timedelta(days=1)) == []
        before = book.read(trial_balance)
        made = tax(book, note)
        asked = paper(book, made)
        assert (asked.reason, asked.dated_on, asked.source) == (INTEREST_TAX, TODAY, note)
        assert asked.totals.igst_paise == 180_00
        assert asked.totals.invoice_value_paise == 1_180_00
        assert {p.account: p.paise for p in asked.postings} == {"debtors": 180_00, "output_igst": -180_00}
        assert not list(problems_with_document(asked))
        assert asked_paise(asked) == 180_00
        after = book.read(trial_balance)
        assert after["interest"] == before["interest"]
        assert after["output_igst"] == before["output_igst"] - 180_00
        item = book.read(lambda read: open_item(read, made))
        assert item is not None
        assert item.open_paise == 180_00
        [group] = told(book)["cdnr"]
        [row] = group["nt"]
        assert (row["ntty"], row["nt_num"], row["val"]) == ("D", asked.number, 1180)
        assert row["itms"][0]["itm_det"] == {"txval": 1000, "rt": 18, "iamt": 180, "csamt": 0}
        assert waiting(book) == []
        assert refused(book, tax_interest, note, today=TODAY) == {"NO_INTEREST"}
        assert has_einvoice(asked)
        assert book.verify().ok


def test_a_second_receipt_is_taxed_by_itself(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        note = charge(book, a_bill(book, party, LAKH // 2, JUNE, rate_bp=500))
        pay(book, party, note, 700)
        tax(book, note)
        pay(book, party, note, 300)
        assert waiting(book) == [(note, 300_00)]
        second = paper(book, tax(book, note))
        assert second.totals.taxable_paise == 300_00
        b2cs = told(book)["b2cs"]
        assert [(row["rt"], row["txval"], row["pos"]) for row in b2cs] == [(5, 1000, "33")]


def test_the_tax_on_each_months_receipts_is_that_months(tmp_path: Path) -> None:
    """CGST Act, s. 12(6) and 13(6): supplied when it is received, each part by itself."""
    with a_small_enterprise(tmp_path) as book:
        party = registered(book)
        note = charge_of_august(book, party)
        for rupees, day in ((600, D(2026, 8, 20)), (500, D(2026, 10, 15)), (400, D(2026, 8, 25))):
            pay(book, party, note, rupees, day)
        found = book.read(lambda read: interest_awaiting_tax(read, TODAY))
        assert [(each.received_on, each.awaiting_paise) for each in found] == [
            (D(2026, 8, 25), 1_000_00), (D(2026, 10, 15), 500_00),
        ]  # fmt: skip
        made = [paper(book, tax(book, note, date_confirmed=True)) for _month in found]
        assert [(each.dated_on, each.totals.taxable_paise, each.totals.igst_paise) for each in made] == [
            (D(2026, 8, 25), 1_000_00, 180_00), (D(2026, 10, 15), 500_00, 90_00),
        ]  # fmt: skip
        assert waiting(book) == []
        pay(book, party, note, 70, D(2026, 8, 28))
        [late] = book.read(lambda read: interest_awaiting_tax(read, TODAY))
        assert (late.received_on, late.awaiting_paise) == (D(2026, 8, 28), 70_00), (
            "October's note is October's"
        )


def test_what_is_undone_was_no_interest_and_moves_no_day(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = registered(book)
        note = charge_of_august(book, party)
        pay(book, party, note, 1_000, D(2026, 8, 20))
        wrong = pay(book, party, note, 500, D(2026, 9, 15))
        [made] = book.read(lambda read: settlements(read, wrong))
        book.write("Undo", lambda work: undo_allocation(work, made.claim, on=D(2026, 11, 10), reason="x"))
        for on in (D(2026, 9, 30), TODAY):
            found = book.read(lambda read, on=on: interest_awaiting_tax(read, on))
            assert [(each.received_on, each.awaiting_paise) for each in found] == [(D(2026, 8, 20), 1_000_00)]
        line = AllocationLine(note, 300_00)
        book.write("Settle", lambda work: settle_bills(work, wrong, allocate=[line], on=D(2026, 11, 10)))
        assert waiting(book) == [(note, 1_000_00), (note, 300_00)]


def test_the_note_is_dated_the_receipts_day_until_its_return_is_filed(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, LAKH, JUNE, rate_bp=1800)
        draft_day = D(2026, 10, 5)
        note = book.write(
            "Interest",
            lambda work: book_interest(work, bill, upto=draft_day, today=draft_day, date_confirmed=True),
        )
        pay(book, party, note, 500, D(2026, 10, 20))
        found = book.read(lambda read: preflight(read, "2026-10", TODAY, FACTS))
        [untaxed] = [each for each in found if each.code == "INTEREST_UNTAXED"]
        assert (untaxed.severity, untaxed.record, untaxed.place) == ("blocks", note, "invoices")
        assert "500.00 of interest was received by 20-10-2026" in untaxed.message
        assert paper(book, tax(book, note)).dated_on == D(2026, 10, 20)
        assert not [
            each
            for each in book.read(lambda read: preflight(read, "2026-10", TODAY, FACTS))
            if each.code == "INTEREST_UNTAXED"
        ]
        pay(book, party, note, 100, D(2026, 10, 25))
        book.write(
            "File",
            lambda work: file_return(work, "GSTR1", "2026-10", D(2026, 11, 11), today=TODAY, despite=True),
        )
        late = [
            each.severity
            for each in book.read(lambda read: preflight(read, "2026-11", TODAY, FACTS))
            if each.code == "INTEREST_UNTAXED"
        ]
        assert late == ["warns"]
        assert paper(book, tax(book, note)).dated_on == TODAY


def test_a_waiver_or_credit_is_no_money_and_ends_the_interest_on_it(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, LAKH, JUNE, rate_bp=1800)
        note = charge(book, bill)
        run = interest(book, bill).interest_paise
        book.write(
            "Off",
            lambda work: write_off(work, paper=note, paise=100_00, reason="settlement", on=TODAY),
        )
        given = paper(book, book.write("Waive", lambda work: waive_interest(work, note, today=TODAY)))
        assert (given.type, given.reason, given.totals.invoice_value_paise) == (
            CREDIT_NOTE, INTEREST, run - 100_00,
        )  # fmt: skip
        assert {p.account: p.paise for p in given.postings} == {
            "debtors": 100_00 - run, "interest": run - 100_00,
        }  # fmt: skip
        assert waiting(book) == []
        assert interest(book, bill).settled_paise == run
        assert "cdnr" not in told(book)
        assert "b2cs" not in told(book)
        assert refused(book, waive_interest, note, today=TODAY) == {"OPEN_AMOUNT"}


def test_money_taken_back_is_not_taxed(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        note = charge(book, a_bill(book, party, LAKH, JUNE, rate_bp=1800))
        receipt = pay(book, party, note, 500)
        book.write(
            "Back", lambda work: reverse_receipt(work, receipt, on=TODAY, reason="keyed twice", today=TODAY)
        )
        assert waiting(book) == []


def test_the_note_can_be_cancelled_and_the_days_charged_anew(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        bill = a_bill(book, a_party(book), LAKH, JUNE)
        note = charge(book, bill)
        assert refused(book, cancel_document, bill, on=TODAY, reason="x") == {"LEANED_ON"}
        book.write("Cancel", lambda work: cancel_document(work, note, on=TODAY, reason="not charged"))
        found = interest(book, bill)
        assert (found.booked_paise, found.unbooked_paise) == (0, found.interest_paise)
        assert paper(book, charge(book, bill)).totals.invoice_value_paise == found.interest_paise
        assert book.verify().ok


def test_several_bills_at_once_each_by_its_note(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        bills = [a_bill(book, party, LAKH, day) for day in (JUNE, D(2026, 7, 1), TODAY)]
        notes = book.write("All", lambda work: book_interest_on(work, bills, upto=TODAY, today=TODAY))
        assert [paper(book, note).original.document for note in notes] == bills[:2]  # type: ignore[union-attr]


def test_interest_on_an_opening_balance_asks_for_its_rate(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        value = LAKH * 100
        totals = Totals(invoice_value_paise=value)
        opening = Document(
            type="INV", number="OLD/77", series="imported", dated_on=D(2026, 3, 1), due_on=D(2026, 3, 31),
            seller=Seller("Nandi Instruments Private Limited", gstin="29AAKCN5519Q1ZK"),
            buyer=Buyer(party, name="Lotus Foods"), place_of_supply="33", origin="imported", opening=True,
            totals=totals, postings=postings_for("INV", totals, opening=True), stated=b"s" * 16,
        )  # fmt: skip
        bill = b"\x01" * 6 + b"\x80" + b"\x02" * 9
        book.write("Opening", lambda work: keep_imported(work, bill, opening))
        note = charge(book, bill)
        [line] = paper(book, note).lines
        assert (line.hsn, line.treatment) == ("", "non_gst")
        pay(book, party, note, 100)
        assert refused(book, tax_interest, note, today=TODAY) == {"RATE"}
        made = paper(book, tax(book, note, hsn="84138190", rate_bp=1800))
        assert (made.totals.igst_paise, made.lines[0].hsn) == (18_00, "84138190")
        assert waiting(book) == []


def test_who_charges_no_tax_waits_for_none(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        exempt = charge(book, a_bill(book, party, LAKH, JUNE))
        pay(book, party, exempt, 100)
        assert waiting(book) == []
        plain = msgspec.structs.replace(SMALL, registration=Registration("unregistered", "", "29"))
        book.write("Company", lambda work: save_company(work, plain))
        bill = a_bill(book, party, LAKH, JUNE)
        note = charge(book, bill)
        pay(book, party, note, 100)
        assert waiting(book) == []
        assert book.verify().ok


def test_an_exported_book_charges_and_taxes_alike_where_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    with a_small_enterprise(tmp_path) as book, a_book(tmp_path / "far", company=None) as far:
        party = registered(book)
        bill = a_bill(book, party, LAKH, JUNE, rate_bp=1800)
        note = charge(book, bill)
        pay(book, party, note, 1_000)
        tax(book, note)
        pay(book, party, note, 200)
        data = encoded_file(book.read(export_book), tmp_path / "out.json")
        far.write("Import", lambda work: import_files(work, [read_source(data, "out.json")]))
        assert far.read(trial_balance) == book.read(trial_balance)
        [there] = far.read(lambda read: document_ids(read, paper(book, bill).number))
        assert msgspec.json.encode(interest(far, there)[4:]) == msgspec.json.encode(interest(book, bill)[4:])
        assert [paise for _note, paise in waiting(far)] == [200_00]
        assert far.verify().ok


def test_what_such_a_note_posts_is_proved_alike_on_every_device(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = registered(book)
        note = charge(book, a_bill(book, party, LAKH, JUNE, rate_bp=1800))
        pay(book, party, note, 1_000)
        charged, taxed = paper(book, note), paper(book, tax(book, note))

        def codes(document: Document, **changes: object) -> set[str]:
            altered = msgspec.structs.replace(document, **changes)
            return {problem.code for problem in problems_with_document(altered)}

        as_sales = postings_for("DBN", charged.totals)
        assert codes(charged, postings=as_sales) == {"POSTINGS"}
        assert codes(charged, reason="price") == {"SUMS", "POSTINGS"}, "any other note bears its tax"
        assert codes(taxed, replaces=None) == {"CHOICE", "POSTINGS"}
        assert codes(taxed, replaces=Totals()) == {"CHOICE", "POSTINGS"}
        assert codes(taxed, reason="price") == {"CHOICE"}
