"""A receipt being entered while others write: what changed shows beside it, and nothing typed is touched."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.book import Book, Touched
from core.clock import FixedClock
from desktop.ports import AlongRow, Choice
from desktop.screens.receipts.payers import gone_text, taken_text
from desktop.screens.receipts.presenter import EntryPresenter
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.desktop.screens.desk import Said, desk_of
from tests.desktop.screens.receipts.test_presenter import FakeEntry, entry_for, typed

D = dt.date


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def said() -> Said:
    return Said(FixedClock.on(TODAY))


@pytest.fixture
def view() -> FakeEntry:
    return FakeEntry()


def test_what_is_written_elsewhere_shows_beside_what_is_typed(
    book: Book, said: Said, view: FakeEntry
) -> None:
    """A bill of the party is settled by another device or by the command line: not what one types is touched."""
    lotus = a_party(book)
    a_bill(book, lotus, 1_000, D(2026, 9, 1))
    a_bill(book, lotus, 500, D(2026, 9, 2))
    book.listeners.append(lambda touched: [heard(touched) for heard in list(said.heard)])
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=700_00, note="by hand")
    entry.settle_line(1, 300_00)
    view.in_line = True
    money_in(book, lotus, 1_000, TODAY)
    assert len(view.bills) == 2, "nobody takes the line away under who types in it"
    view.in_line = False
    entry.settle_line(1, 400_00)
    assert [bill.item.open_paise for bill in view.bills] == [500_00]
    assert (view.settled, view.form["amount"], view.form["note"]) == ({0: 400_00}, 700_00, "by hand")
    entry.put_away()
    assert said.heard == []


def test_who_is_out_with_a_bill_is_told_while_a_receipt_is_entered(
    book: Book, said: Said, view: FakeEntry
) -> None:
    lotus = a_party(book)
    bill = a_bill(book, lotus, 1_000, D(2026, 9, 1))
    along = Out()
    desk = dataclasses.replace(desk_of(book, said), along=along)
    entry = EntryPresenter(view, desk, lotus)
    typed(entry, view, party=Choice(lotus, "Lotus Foods"))
    assert view.taken == []
    along.rows = [AlongRow("Ravi", False, 1_000_00, "18:30", frozenset({bill}))]
    for heard in said.heard:
        heard(Touched("Sync", {"checkouts": frozenset({bill})}))
    assert taken_text(view.taken) == (
        "Ravi is out with ₹ 1,000.00 of these bills until 18:30: settled here, that will be refused."
    )
    assert taken_text([dataclasses.replace(along.rows[0], is_mine=True)]) == ""


class Out:
    """Bills taken along, as they were told."""

    def __init__(self) -> None:
        self.rows: list[AlongRow] = []

    def known(self, _read: Any, _party: bytes) -> list[AlongRow]:
        return self.rows


def test_a_party_that_went_from_the_device_is_told(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    entry_for(view, book, said, lotus)
    view.form["party"] = Choice(b"g" * 16, "Gone Foods")
    for heard in said.heard:
        heard(Touched("Sync", {"parties": frozenset({lotus})}))
    assert view.warned == [gone_text()]
