"""A bank account in a test's book, and lines of its statement."""

import datetime as dt

from core.bank.accepting import Accepted, accept
from core.bank.commands import import_lines, save_account
from core.bank.model import BankAccount
from core.bank.proposal import Proposal
from core.bank.proposals import proposals
from core.bank.queries import LineRow, line_rows
from core.bank.reading.statement import StatedLine
from core.book import Book
from core.ids import Id
from tests.core.books import TODAY

JUNE, JULY, AUGUST = dt.date(2026, 6, 10), dt.date(2026, 7, 10), dt.date(2026, 8, 10)
UTR = "HDFCN52026071012345678"


def an_account(book: Book, name: str = "Current account", number: str = "000111222333") -> Id:
    body = BankAccount(name=name, bank="Example Bank", number=number)
    return book.write("Account", lambda work: save_account(work, body))


def stated(
    book: Book, account: Id, *lines: tuple[dt.date, int, str], balance_rupees: int | None = None
) -> list[Id]:
    """Take lines of (day, rupees, text) in; answers the ids of those that are new."""
    whole, made = balance_rupees, []
    for place, (day, rupees, text) in enumerate(lines):
        whole = None if whole is None else whole + rupees
        balance = None if whole is None else whole * 100
        made.append(StatedLine(day, rupees * 100, text, balance_paise=balance, place=place))
    return list(book.write("Statement", lambda work: import_lines(work, account, made)).new)


def found_for(book: Book, account: Id) -> list[Proposal]:
    return book.read(lambda read: proposals(read, account, TODAY))


def take(book: Book, proposal: Proposal, **rest: bool) -> Accepted:
    given = {"date_confirmed": True, **rest}
    return book.write("Accept", lambda work: accept(work, proposal, today=TODAY, **given))


def row_of(book: Book, line: Id) -> LineRow:
    return book.read(lambda read: line_rows(read, [line])[0])
