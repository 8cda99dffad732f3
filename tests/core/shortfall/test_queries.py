"""What a book knows of a payer, and an explanation accepted in it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.company.model import Address, Registration
from core.facts import Facts
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.ledger.queries import open_item, open_items, trial_balance
from core.ledger.rules import DUE
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from core.receipts.model import Deduction
from core.receipts.queries import receipt
from core.shortfall.model import Bill, Habit, Payer
from core.shortfall.queries import payer_of
from core.shortfall.rules import explain, settling
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.receipts.dealings import given_back

pytestmark = pytest.mark.slow
FACTS = Facts.shipped()
MAY, JUNE, JULY = dt.date(2026, 5, 4), dt.date(2026, 6, 8), dt.date(2026, 7, 6)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A new book."""
    with a_book(tmp_path) as made:
        yield made


def asked(book: Book, party: Id, *, but: Id | None = None) -> tuple[Payer, list[Bill]]:
    """The payer and its bills, as of today."""
    return book.read(lambda read: payer_of(read, party, TODAY, FACTS, but=but))


def test_what_is_known_of_a_payer(book: Book) -> None:
    """Its code by the day's Act, its open bills with their values without GST, its credits, its habits."""
    lotus = a_party(book, tds_code="194C")
    paid, owed = (
        a_bill(book, lotus, 1_00_000, MAY, rate_bp=1800),
        a_bill(book, lotus, 50_000, JUNE, rate_bp=1800),
    )
    money_in(book, lotus, 1_16_000, JULY, kept_back=(Deduction("tds", 2_000_00, "1024"),))
    extra = money_in(book, lotus, 700, JULY, allocate=None)
    payer, bills = asked(book, lotus)
    assert payer.tds_codes == (("1024", 200),)
    assert payer.habits == (Habit("tds", "1024", 200, times=1),)
    assert payer.receipts == 2
    assert [(credit.paper, credit.open_paise, credit.type) for credit in payer.credits] == [
        (extra, 700_00, "RCT")
    ]
    assert [(bill.document, bill.open_paise, bill.tds_base_paise, bill.gst_base_paise) for bill in bills] == [
        (owed, 59_000_00, 50_000_00, 50_000_00)
    ]
    assert paid not in [bill.document for bill in bills]
    assert asked(book, lotus, but=extra)[0].credits == ()


def test_a_receipt_taken_back_is_no_habit(book: Book) -> None:
    """Habits are read of receipts that stand, and of the rate they bear out."""
    lotus = a_party(book)
    a_bill(book, lotus, 1_00_000, MAY, rate_bp=1800)
    money_in(book, lotus, 1_15_640, JULY, kept_back=(Deduction("tds", 2_360_00, "1024"),))
    assert asked(book, lotus)[0].habits == (Habit("tds", "1024", 200, on_gross=True, times=1),)


def test_government_keeps_gst_tds(book: Book) -> None:
    """The kind of the party tells."""
    office = Party(
        code="PWD", name="Public Works", registration=Registration(kind="government", gstin="29AAAGP0685F1Z6",
        state_code="29"), address=Address(line1="1 Fort Road", city="Bengaluru", state_code="29", pincode="560001"),
    )  # fmt: skip
    works = book.write("Party", lambda work: save_party(work, office))
    assert asked(book, works)[0].gst_tds


def test_an_accepted_explanation_settles_to_the_paisa(book: Book) -> None:
    """The receipt, the credit set off and what stays open are the explanation's; the books balance."""
    lotus = a_party(book, tds_code="194C")
    one, two = (
        a_bill(book, lotus, 1_00_000, MAY, rate_bp=1800),
        a_bill(book, lotus, 50_000, JUNE, rate_bp=1800),
    )
    earlier = money_in(book, lotus, 700, JULY, allocate=None)
    payer, bills = asked(book, lotus)
    amount = 1_77_000_00 - 3_000_00 - 700_00
    found = explain(amount, bills, payer, TODAY, FACTS)[0]
    done = settling(found)
    made = book.write("Receipt", lambda work: record_receipt(
        work, party=lotus, dated_on=TODAY, amount_paise=amount, mode="neft", deductions=found.deductions,
        allocate=done.allocate, credits_used=done.credits_used, write_offs=done.write_offs, today=TODAY,
    ))  # fmt: skip
    assert book.read(lambda read: open_items(read, party=lotus, side=DUE)) == []
    for paper in (one, two, earlier, made):
        item = book.read(lambda read, paper=paper: open_item(read, paper))
        assert item is not None
        assert item.open_paise == 0
    assert sum(book.read(trial_balance).values()) == 0
    kept = book.read(lambda read: receipt(read, made))
    assert kept is not None
    assert kept.credit_paise == 1_76_300_00


def test_a_bill_says_whether_it_is_of_services(book: Book) -> None:
    """By the codes of all its lines."""
    lotus = a_party(book)
    a_bill(book, lotus, 1_000, MAY)
    for codes in (("998719",), ("998719", "84138190")):
        lines = tuple(
            DraftLine("Pump", hsn=code, price_tenthousandths=10_000, treatment="exempt") for code in codes
        )
        draft = Draft(party=lotus, dated_on=JUNE, lines=lines)
        book.write(
            "Bill", lambda work, draft=draft: issue_document(work, draft, today=TODAY, date_confirmed=True)
        )
    assert [bill.is_of_services for bill in asked(book, lotus)[1]] == [False, True, False]


def test_money_given_back_is_no_bill_and_stops_no_question(book: Book) -> None:
    """What a receipt's money was given back by is settled by it, and is no document."""
    lotus = a_party(book)
    a_bill(book, lotus, 1_000, MAY)
    paid = money_in(book, lotus, 1_500, JUNE)
    given_back(book, paid, 500, JULY)
    payer, bills = asked(book, lotus)
    assert (payer.habits, payer.receipts, bills) == ((), 1, [])
