"""A book of a small enterprise, with bills that are late."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from core.book import Book
from core.company.model import Address, Registration, Udyam
from core.ids import Id
from core.interest.commands import book_interest
from core.interest.model import BillInterest
from core.interest.queries import interest_on
from core.invoicing.model import Document
from core.invoicing.queries import document
from core.ledger.model import AllocationLine
from core.parties.commands import save_party
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY, a_book
from tests.core.dealings import money_in

D = dt.date
SMALL = msgspec.structs.replace(COMPANY, udyam=Udyam("UDYAM-KR-03-0001234", "small", D(2022, 1, 1)))


@contextmanager
def a_small_enterprise(folder: Path, **rest: Any) -> Iterator[Book]:
    """A book whose company the MSMED Act gives interest to."""
    with a_book(folder, company=msgspec.structs.replace(SMALL, **rest)) as book:
        yield book


def registered(book: Book, code: str = "URBAN", **rest: object) -> Id:
    """A registered customer in Maharashtra."""
    party = Party(
        code=code, name=f"{code.title()} Mills", registration=Registration("registered", "27AAPFU0939F1ZV", "27"),
        address=Address("3 Dock Road", "", "Mumbai", "27", "400001"), terms_days=30, **rest,
    )  # fmt: skip
    return book.write("Party", lambda work: save_party(work, party))


def interest(book: Book, bill: Id, on: dt.date = TODAY, **rest: Any) -> BillInterest:
    """The interest on a bill that stands."""
    found = book.read(lambda read: interest_on(read, bill, on, **rest))
    assert found is not None
    return found


def charge(book: Book, bill: Id, upto: dt.date = TODAY) -> Id:
    """Interest on a bill charged up to a day, by a note of today."""
    return book.write(
        "Interest", lambda work: book_interest(work, bill, upto=upto, today=TODAY, date_confirmed=True)
    )


def paper(book: Book, record: Id) -> Document:
    """A document of the book."""
    found = book.read(lambda read: document(read, record))
    assert found is not None
    return found


def pay(book: Book, party: Id, bill: Id, rupees: int, on: dt.date = TODAY) -> Id:
    """Money for this bill alone."""
    return money_in(book, party, rupees, on, allocate=[AllocationLine(bill, rupees * 100)])
