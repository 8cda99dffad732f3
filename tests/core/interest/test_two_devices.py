"""Two devices that charge the same interest, or tax the same money, without knowing of each other."""

import datetime as dt
from pathlib import Path

import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.changes.standing import State
from core.ids import Id
from core.inbox.queries import items as inbox_items
from core.interest.commands import note_acceptance, tax_interest
from core.interest.queries import interest_on
from core.invoicing.commands import cancel_document
from core.invoicing.queries import document_rows
from core.problems import Problem
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.core.interest.dealings import SMALL, charge, interest, paper, pay
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow
JUNE = dt.date(2026, 6, 1)


def state(book: Book, record: Id) -> State:
    return book.read(lambda read: document_rows(read, [record]))[0].state


def taken(winner: Id) -> Answer:
    return Answer(problems=(Problem("TAKEN", "Another paper has already done this."),), winner=winner)


def test_the_second_note_on_the_same_interest_is_contested_until_one_is_cancelled(tmp_path: Path) -> None:
    with (
        a_book(tmp_path, company=SMALL) as here,
        a_book(tmp_path, name="b.bahi", company=None, code="B") as there,
    ):
        order = Order(here, there)
        bill = a_bill(here, a_party(here), 1_00_000, JUNE)
        order.round(here)
        first, second = charge(here, bill, dt.date(2026, 10, 1)), charge(there, bill)
        order.send(here)
        order.round(there, {"interest.booked": (Outcome.REFUSED, taken(first))})
        for book in (here, there):
            assert (state(book, first), state(book, second)) == (State.LIVE, State.CONTESTED)
            assert "contested" in {item.kind for item in book.read(inbox_items)}
            found = interest(book, bill)
            assert found.over_paise == found.booked_paise - found.interest_paise > 0
        there.write("Cancel", lambda work: cancel_document(work, second, on=TODAY, reason="charged twice"))
        order.round(there)
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert interest(book, bill).booked_paise == paper(here, first).totals.invoice_value_paise
        charge(there, bill)
        order.round(there)
        assert len(digests([here, there])) == 1
        assert [interest(book, bill).unbooked_paise for book in (here, there)] == [0, 0]


def test_the_second_note_on_the_tax_of_the_same_money_is_contested(tmp_path: Path) -> None:
    with (
        a_book(tmp_path, company=SMALL) as here,
        a_book(tmp_path, name="b.bahi", company=None, code="B") as there,
    ):
        order = Order(here, there)
        party = a_party(here)
        note = charge(here, a_bill(here, party, 1_00_000, JUNE, rate_bp=1800))
        pay(here, party, note, 500)
        order.round(here)
        first, second = (
            book.write("Tax", lambda work: tax_interest(work, note, today=TODAY, date_confirmed=True))
            for book in (here, there)
        )
        order.send(here)
        order.round(there, {"interest.taxed": (Outcome.REFUSED, taken(first))})
        for book in (here, there):
            assert (state(book, first), state(book, second)) == (State.LIVE, State.CONTESTED)
        here.write("Cancel", lambda work: cancel_document(work, second, on=TODAY, reason="taxed twice"))
        order.round(here)
        assert len(digests([here, there])) == 1


def test_acceptances_noted_on_two_devices_both_stand_and_count_alike(tmp_path: Path) -> None:
    with (
        a_book(tmp_path, company=SMALL) as here,
        a_book(tmp_path, name="b.bahi", company=None, code="B") as there,
    ):
        order = Order(here, there)
        bill = a_bill(here, a_party(here), 1_00_000, JUNE)
        order.round(here)
        for book, day in ((here, dt.date(2026, 6, 10)), (there, dt.date(2026, 6, 12))):
            book.write(
                "Accepted", lambda work, day=day: note_acceptance(work, bill, delivered_on=day, today=TODAY)
            )
        order.round(there)
        order.round(here)
        assert len(digests([here, there])) == 1
        found = [book.read(lambda read: interest_on(read, bill, TODAY)) for book in (here, there)]
        assert found[0] == found[1]
        assert found[0] is not None
        assert found[0].clock.is_noted
