"""The reconciliation adds up on every day: cheques on their way, lines not in the book, matches made across days."""

import datetime as dt
from pathlib import Path

import pytest

from core.bank.accepting import match_lines, set_aside
from core.bank.commands import save_account
from core.bank.model import BankAccount
from core.bank.reconciling import Reconciliation, book_paise, reconciliation
from core.book import Book
from core.ids import Id
from core.ledger.queries import trial_balance
from core.receipts.model import Cheque
from core.receipts.reversing import bounce_receipt, reverse_receipt
from tests.core.bank.taking import an_account, stated
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_party, money_in

pytestmark = pytest.mark.slow


def july(day: int) -> dt.date:
    return dt.date(2026, 7, day)


def at(book: Book, account: Id, day: dt.date) -> Reconciliation:
    return book.read(lambda read: reconciliation(read, account, day))


def test_it_adds_up_on_every_day_of_a_busy_month(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        body = BankAccount(name="Current", number="1", opening_paise=50_000_00)
        account = book.write("Account", lambda work: save_account(work, body))
        party = a_party(book)
        transfer = money_in(book, party, 1000, july(2))
        cheque = money_in(book, party, 4000, july(3), mode="cheque", cheque=Cheque("004512", july(3)))
        money_in(book, party, 777, july(4), mode="cash")
        wrong = money_in(book, party, 55, july(5))
        book.write("Wrong", lambda work: reverse_receipt(work, wrong, on=july(6), reason="Twice", today=TODAY,
                                                         date_confirmed=True))  # fmt: skip
        bounced = {"reason": "Funds", "charges_paise": 295_00, "today": TODAY, "date_confirmed": True}
        bounce = book.write("Bounce", lambda work: bounce_receipt(work, cheque, on=july(9), **bounced))
        lines = stated(
            book, account, (july(3), 1000, "NEFT"), (july(7), 4000, "CLG 4512"), (july(8), -250, "SMS CHRG"),
            (july(9), -4000, "RTN 4512"), (july(11), -295, "RTN CHRG"), (july(12), 12_345, "BY TRANSFER"),
            balance_rupees=50_000,
        )  # fmt: skip
        for papers, matched in (
            ([transfer], lines[:1]),
            ([cheque], lines[1:2]),
            ([bounce], [lines[3], lines[4]]),
        ):
            book.write("Match", lambda work, p=papers, m=matched: match_lines(work, m, p, today=TODAY))
        book.write("Aside", lambda work: set_aside(work, lines[2], reason="bank_charge", today=TODAY))
        for day in range(1, 16):
            told = at(book, account, july(day))
            assert told.difference_paise == 0, day
            assert told.book_paise == book.read(lambda read, on=july(day): book_paise(read, account, on))
        first, middle, end = (at(book, account, july(day)) for day in (2, 9, 15))
        assert ([m.paper for m in first.uncleared], first.statement_paise) == ([transfer], None)
        assert {m.paper for m in middle.uncleared} == {bounce, *[wrong], middle.uncleared[1].paper}
        assert [row.id for row in middle.lines] == [lines[3]], "the match of the 9th has a line of the 11th"
        assert [(each.reason, each.paise) for each in middle.aside] == [("bank_charge", -250_00)]
        assert (end.lines_paise, end.statement_paise, end.stated_on) == (12_345_00, 62_800_00, july(12))
        assert end.book_paise == 50_000_00 + book.read(trial_balance)["bank"]


def test_a_line_that_no_statement_brought_is_a_difference(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account = an_account(book)
        stated(book, account, (july(1), 100, "A"), balance_rupees=0)
        stated(book, account, (july(5), 100, "B"), balance_rupees=400)
        assert at(book, account, july(5)).difference_paise == 300_00


def test_two_accounts_each_have_their_own_money(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        one, two = an_account(book), an_account(book, "Savings", "999")
        party = a_party(book)
        here, there = (
            money_in(book, party, 100, july(1)),
            money_in(book, party, 200, july(1), bank_account=two),
        )
        moved = money_in(book, party, 300, july(1))
        line = stated(book, two, (july(2), 300, "NEFT"))[0]
        book.write("Match", lambda work: match_lines(work, [line], [moved], today=TODAY))
        first, second = at(book, one, july(3)), at(book, two, july(3))
        assert ([m.paper for m in first.uncleared], first.book_paise) == ([here], 100_00)
        assert ([m.paper for m in second.uncleared], second.book_paise) == ([there], 500_00)
        assert second.difference_paise == 0
