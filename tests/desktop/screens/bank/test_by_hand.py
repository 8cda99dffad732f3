"""Matching by hand without a window: what is offered and found, both sides and their sums, and what is kept."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bank.money import money_unmatched
from core.bank.queries import line_rows
from core.book import Book
from core.clock import FixedClock
from core.ids import Id
from core.receipts.model import Cheque
from core.receipts.reversing import bounce_receipt, reverse_receipt
from desktop.ports import Ask
from desktop.screens.bank.by_hand import CHOSEN, LINES, MONEY, HandPresenter, Offered, Picks, kept_lines
from tests.core.bank.taking import an_account, row_of, stated
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_party, money_in
from tests.desktop.screens.bank.test_presenter import Undoable
from tests.desktop.screens.desk import desk_of

pytestmark = pytest.mark.slow
DAY = dt.date(2026, 11, 2)


class HandPage:
    """Remembers what it was told."""

    picks = Picks()

    def show_picks(self, picks: Picks) -> None:
        self.picks = picks

    def refresh(self) -> None: ...


class Table:
    """A book, an account, and matching by hand over it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.account = an_account(book)
        self.said = Undoable(FixedClock.on(TODAY))
        self.page = HandPage()
        self.over: list[bool] = []

    def begin(self, *lines: Id) -> HandPresenter:
        picks = Picks(row_of(self.book, line) for line in lines)
        made = HandPresenter(
            self.page, desk_of(self.book, self.said), self.account, picks, lambda: self.over.append(True)
        )
        self.book.listeners.append(lambda touched: [heard(touched) for heard in self.said.heard])
        return made

    def offered(self, by_hand: HandPresenter, scope: str = MONEY, text: str = "") -> list[Offered]:
        listing = by_hand.listing()
        return list(self.book.read(lambda read: listing.fetch(read, Ask(text, scope), None, 100)).rows)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with a_book(tmp_path) as book:
        yield Table(book)


def test_lines_and_money_many_to_many_are_matched_when_nothing_is_between_them(table: Table) -> None:
    book, lotus, mango = table.book, a_party(table.book), a_party(table.book, "MANGO")
    for party, rupees in ((lotus, 300), (mango, 450), (lotus, 1_250)):
        money_in(book, party, rupees, DAY)
    lines = stated(book, table.account, (DAY, 500, "BY TRANSFER"), (DAY, 250, "BY CASH"), (DAY, 1, "OTHER"))
    by_hand = table.begin(lines[0])
    assert by_hand.picks.sides.sentence == (
        "The lines are ₹ 500.00 more than the papers: Rupees Five Hundred Only."
    )
    by_hand.match()
    assert row_of(book, lines[0]).state == "open", "sides that differ are not matched"
    by_hand.turn(row for row in table.offered(by_hand, LINES) if row.id == lines[1])
    by_hand.turn(row for row in table.offered(by_hand) if row.paise != 125_000)
    assert (by_hand.picks.sides.lines_paise, by_hand.picks.sides.papers_paise) == (75_000, 75_000)
    assert {row.paise for row in table.offered(by_hand, CHOSEN)} == {50_000, 25_000, 30_000, 45_000}
    by_hand.match()
    assert table.over == [True]
    assert table.said.said[-1] == "Matched: 2 lines with 2 papers"
    claims = {row.match for row in book.read(lambda read: line_rows(read, lines[:2]))}
    assert len(claims) == 1
    assert None not in claims
    assert [money.paise for money in book.read(money_unmatched)] == [125_000]
    assert table.said.undo is not None
    table.said.undo()
    assert row_of(book, lines[0]).state == "open"
    assert book.verify().ok


def test_money_is_found_by_name_number_amount_and_day_and_the_same_amount_stands_first(table: Table) -> None:
    book, lotus, mango = table.book, a_party(table.book), a_party(table.book, "MANGO")
    money_in(book, lotus, 300, DAY)
    money_in(book, mango, 1_25_500, dt.date(2026, 9, 1), reference="UTR77712345")
    line = stated(book, table.account, (DAY, 1_25_500, "BY TRANSFER"))[0]
    by_hand = table.begin(line)
    assert [row.name for row in table.offered(by_hand)] == ["Mango Foods", "Lotus Foods"]
    for typed in ("mango", "utr777", "1,25,500", "125500", "01-09-2026", "ar/26-27/0002", "mango 01-09"):
        assert [row.name for row in table.offered(by_hand, text=typed)] == ["Mango Foods"], typed
    assert table.offered(by_hand, text="mango 300") == []


def test_two_lines_that_cancel_each_other_are_matched_without_papers(table: Table) -> None:
    lines = stated(table.book, table.account, (DAY, -80, "SMS CHRGS"), (DAY, 80, "REVERSAL SMS"))
    by_hand = table.begin(*lines)
    assert by_hand.picks.sides.sentence.startswith("The lines cancel each other")
    by_hand.match()
    assert {row_of(table.book, line).state for line in lines} == {"matched"}
    assert table.book.verify().ok


def test_money_that_the_bank_never_saw_is_matched_without_lines(table: Table) -> None:
    book, party = table.book, a_party(table.book)
    cheque = money_in(book, party, 900, DAY, mode="cheque", reference="004513", cheque=Cheque("004513", DAY))
    book.write("Back", lambda work: bounce_receipt(work, cheque, on=DAY, reason="Handed back", today=TODAY,
                                                   date_confirmed=True))  # fmt: skip
    by_hand = table.begin()
    by_hand.turn(table.offered(by_hand)[:1])
    assert not by_hand.picks.sides.can_match
    by_hand.turn(table.offered(by_hand)[1:])
    assert by_hand.picks.sides.sentence.startswith("The papers cancel each other")
    by_hand.match()
    assert book.read(money_unmatched) == []
    assert book.verify().ok


def test_going_back_loses_nothing_and_what_is_settled_meanwhile_is_left_out(table: Table) -> None:
    book, party = table.book, a_party(table.book)
    paid = money_in(book, party, 300, DAY)
    line, other = stated(book, table.account, (DAY, 500, "BY TRANSFER"), (DAY, 20, "OTHER"))
    by_hand = table.begin(line)
    by_hand.turn(table.offered(by_hand))
    kept = by_hand.picks
    assert kept_lines(kept, [row_of(book, line)]) is kept
    assert kept_lines(kept, [row_of(book, other)]) is not kept
    assert kept_lines(kept, []) is not kept
    book.write("Back", lambda work: reverse_receipt(work, paid, on=DAY, reason="Twice", today=TODAY,
                                                    date_confirmed=True))  # fmt: skip
    assert [row.id for row in table.page.picks.kept.values()] == [line]
