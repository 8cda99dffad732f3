"""Today by keys alone: from a line to its party, from an empty book to the first steps, anew after a write."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book, Work
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.errors import Damaged
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party_by_code
from desktop.kit import Way
from desktop.ports import Place
from desktop.screens.today.lines import Chase, Line
from desktop.screens.today.view import TodayView
from tests.core.books import TODAY, a_book
from tests.desktop.screens.today.test_presenter import a_shop, bill
from tests.journeys.counter import accessible_names
from tests.journeys.program import Program, the_program

pytestmark = pytest.mark.journey
HOME = Registration(kind="unregistered", state_code="29")
THERE = Address(line1="1 Main Road", city="Mysuru", state_code="29", pincode="570001")


@pytest.fixture(name="clock")
def _clock() -> FixedClock:
    return FixedClock.on(TODAY)


@pytest.fixture(name="book")
def _book(tmp_path: Path, clock: FixedClock) -> Iterator[Book]:
    with a_book(tmp_path, clock=clock) as book:
        yield book


def view(program: Program) -> TodayView:
    found = program.window.view()
    assert isinstance(found, TodayView)
    return found


def test_enter_on_the_first_line_opens_whom_to_chase(
    qapp: QApplication, book: Book, clock: FixedClock
) -> None:
    book.write("Shop", a_shop)
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        first = program.focus()
        assert isinstance(first, Way)
        assert first.accessibleName() == "Ravi Stores"
        assert "₹ 11,800.00" in first.accessibleDescription()
        assert accessible_names(program.window) == []
        program.shot("today")
        program.press("Return")
        assert program.window.here is not None
        assert (program.window.here.screen, program.window.here.record) == ("parties", ravi(book))
        program.press("Alt+Left")
        assert program.window.here.screen == "today"
        program.press("Down")
        assert program.focus().accessibleName() == "Sita Mills", "down leads on to what falls due"


def test_the_first_line_takes_the_focus_whatever_comes_first(qapp: QApplication) -> None:
    def line(title: str) -> Line:
        return Line(title, Place("parties"))

    shown = TodayView()
    shown.show()
    shown.activateWindow()
    QTest.qWaitForWindowActive(shown)
    shown.take_focus()
    shown.show_tasks([line("Task")])
    shown.show_due([line("Due")])
    assert not isinstance(shown.focusWidget(), Way), "who is to be chased is not known yet"
    shown.show_chase(Chase((line("Chase"),), 1, 0))
    QTest.qWait(1)
    assert shown.focusWidget().accessibleName() == "Chase"
    shown.close()
    shown.deleteLater()


def test_what_is_written_shows_and_the_focus_stays(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    book.write("Shop", a_shop)
    with the_program(qapp, clock, look="dark", size=(1180, 720)) as program:
        program.root.show_book(book)
        program.settle()
        later = TODAY - dt.timedelta(days=90)
        party = ravi(book)
        assert program.root.open_book is not None
        program.root.open_book.runner.write("Bill", lambda work: bill(work, party, later, later, 50_000))
        program.until(lambda: view(program).tiles[0].number() == "₹ 1.00 L")
        assert isinstance(program.focus(), Way)
        program.shot("today_dark")


def test_an_empty_book_leads_to_the_first_invoice(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        assert program.focus().accessibleName() == "Make your first invoice"
        program.shot("today_empty")
        assert not view(program).chase.isVisible()
        went: list[Place] = []
        program.window.go = lambda screen, **at: went.append(Place(screen, **at))  # type: ignore[method-assign]
        program.press("Return")
        assert went == [Place("invoices", page="new")]


def test_a_book_that_cannot_be_read_says_so_and_tries_again(
    qapp: QApplication, book: Book, clock: FixedClock
) -> None:
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        shown = view(program)
        shown.show_failure(Damaged("The file is damaged.", remedy="Restore a backup."))
        program.shot("today_failed")
        assert shown.content() is not shown._page
        assert program.root.open_book is not None
        shown._refresh()
        program.settle()
        assert shown.content() is shown._page


def test_the_palette_finds_parties_and_papers(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    book.write("Shop", a_shop)
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        program.press("Ctrl+K")
        program.type("sita")
        program.until(
            lambda: any("Sita Mills" in entry.text for entry in program.window.palette_view.entries())
        )
        texts = [entry.text for entry in program.window.palette_view.entries()]
        assert texts[0] == "Sita Mills"
        assert any(text.startswith("A/26-27/0003") for text in texts)
        program.shot("palette")
        program.press("Return")
        assert program.window.here is not None
        assert program.window.here.screen == "parties"


def ravi(book: Book) -> bytes:
    found = book.read(lambda read: party_by_code(read, "RAVI"))
    assert found is not None
    return found


def test_parties_may_be_many(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    def many(work: Work) -> None:
        for at in range(30):
            party = save_party(
                work, Party(code=f"P{at}", name=f"Party {at:02d}", registration=HOME, address=THERE)
            )
            bill(work, party, TODAY - dt.timedelta(days=60), TODAY - dt.timedelta(days=20 + at), 1_000 + at)

    book.write("Many", many)
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        assert len(view(program).chase.findChildren(Way)) == 8
        program.shot("today_many")
