"""From nothing to the first screen by keys alone: a book made, its code kept, locked, unlocked, and joined."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.company.queries import company
from core.invoicing.queries import documents_page
from core.store import wraps
from desktop.ports import Place
from desktop.screens.first_run.view import FirstRunView
from tests.core.books import CHEAP, COMPANY, PASSPHRASE, TODAY, a_book
from tests.journeys.program import Program, the_program

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase that is stretched in no time."""
    made = Book.create.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Book, "create", classmethod(lambda cls, *a, **k: made(cls, *a, **{**k, "cost": CHEAP}))
    )
    assert wraps.STRONG != CHEAP


def page(program: Program) -> FirstRunView:
    found = program.window.findChild(FirstRunView)
    assert found is not None
    return found


def test_a_book_is_made_by_keys_alone(qapp: QApplication, tmp_path: Path) -> None:
    with the_program(qapp, FixedClock.on(TODAY)) as program:
        program.root.start(None)
        program.settle()
        program.shot("first_run_welcome")
        program.press("Return")  # the first way: a new book
        program.fill("29AAKCN5519Q1ZK", "Nandi Instruments Private Limited", "Nandi Instruments")
        form = page(program).new
        assert form.value("state").text == "Karnataka"
        assert form.value("pan") == "AAKCN5519Q"
        program.fill("", "", "14 Residency Road", "Bengaluru", "560025", "9800000000", "a@nandi.example")
        program.fill("nandi@okbank")
        assert form.value("path").endswith("Nandi Instruments.bahi")
        program.press("Ctrl+A")
        program.fill("Asha")
        program.press("Ctrl+A")
        program.fill(str(tmp_path / "books" / "nandi"))
        program.shot("first_run_new")
        program.fill("short", "short")
        assert "8 characters" in form.problem_of("passphrase")
        program.press("Ctrl+A")
        program.fill(PASSPHRASE)
        program.press("Ctrl+A")
        program.type(PASSPHRASE)
        program.press("Ctrl+Return")
        program.until(lambda: bool(page(program).code.code()))
        program.shot("first_run_code")
        code = page(program).code.code()
        assert len(code) > 20

        assert program.root.open_book is None, "nobody comes past the code without a yes"
        program.press("Space", "Return")
        program.until(lambda: program.root.open_book is not None)
        kept = program.book.read(company)
        assert kept.registration.gstin == "29AAKCN5519Q1ZK"
        assert kept.bank.upi_id == "nandi@okbank"
        assert kept.address.city == "Bengaluru"
        assert program.book.facts()["user"] == "Asha"
        assert program.window.here is not None
        assert program.window.here.screen == "today"
        program.shot("first_run_today")

    with Book.open(tmp_path / "books" / "nandi.bahi", recovery_code=code) as book:
        assert book.read(company) == kept


def test_the_first_invoice_follows_by_keys_alone(qapp: QApplication, tmp_path: Path) -> None:
    """Customer and item are made as they are typed: from the first line of Today to a numbered invoice."""
    clock = FixedClock.on(TODAY)
    with a_book(tmp_path, clock=clock) as made, the_program(qapp, clock) as program:
        program.root.show_book(made)
        program.settle()
        program.press("Return")  # Make your first invoice
        program.until(lambda: program.window.here == Place("invoices", page="new"))
        program.type("Zenith Pumps")
        editor = program.window.view().editor
        program.until(lambda: editor.head._party._chooser.is_open)
        program.press("Return")
        program.until(lambda: QApplication.activeModalWidget() is not None)
        program.fill("", "27AAPFU0939F1ZV", "", "", "4 Dock Road", "Mumbai")
        program.press("Ctrl+Return")
        window_again(program)
        program.fill("", "", "", "")
        program.type("Pump seal")
        cell = editor.grid.view
        program.until(lambda: cell.indexWidget(cell.currentIndex()).chooser.is_open)
        program.press("Return")
        program.until(lambda: QApplication.activeModalWidget() is not None)
        program.fill("", "", "PS-1", "84139190", "", "1.5k")
        program.press("Ctrl+Return")
        window_again(program)
        program.fill("4")
        program.press("Ctrl+Return")
        program.until(lambda: bool(made.read(lambda read: documents_page(read).rows)))
        row = made.read(lambda read: documents_page(read).rows[0])
        assert (row.number, row.party_name, row.taxable_paise) == ("A/26-27/0001", "Zenith Pumps", 6_000_00)
        program.window.go("today")
        program.settle()
        assert program.focus().accessibleName() == "Today", (
            "the first steps are done, and no line is there yet"
        )
        program.shot("first_run_first_invoice")


def window_again(program: Program) -> None:
    """The dialog has closed and the window is at hand again (offscreen nobody else sees to that)."""
    program.until(lambda: QApplication.activeModalWidget() is None)
    program.window.activateWindow()
    QTest.qWaitForWindowActive(program.window)


def test_a_locked_book_opens_with_its_passphrase(qapp: QApplication, tmp_path: Path) -> None:
    clock = FixedClock.on(TODAY)
    with a_book(tmp_path, clock=clock) as made:
        path = made.path
    with the_program(qapp, clock, look="dark", size=(1180, 720)) as program:
        program.root.start(path)
        program.until(lambda: program.window.findChild(FirstRunView) is not None)
        program.fill("not this one", "")
        assert program.root.open_book is None
        program.shot("first_run_locked")
        program.fill(PASSPHRASE, "")
        program.until(lambda: program.root.open_book is not None)
        assert program.book.read(company) == COMPANY
        assert program.root.recent() == [path]
        assert program.root.shelf.passphrase_of(path) == PASSPHRASE


def test_a_low_window_follows_the_field_one_types_in(qapp: QApplication, tmp_path: Path) -> None:
    with the_program(qapp, FixedClock.on(TODAY), size=(1180, 720)) as program:
        program.root.start(None)
        program.press("Return")
        form = page(program).new
        form.set_values({"legal_name": "Nandi", "state": "29", "path": str(tmp_path / "x.bahi")})
        for _field in form.values():
            program.press("Tab" if program.focus().accessibleName() == "Once more" else "Return")
            assert not program.focus().visibleRegion().isEmpty(), program.focus().accessibleName()


def test_a_book_in_use_elsewhere_is_told_and_another_way_offered(qapp: QApplication, tmp_path: Path) -> None:
    clock = FixedClock.on(TODAY)
    with a_book(tmp_path, clock=clock) as made, the_program(qapp, clock) as program:
        program.root.start(made.path)
        program.until(lambda: program.window.findChild(FirstRunView) is not None)
        assert "nandi.bahi" in page(program).welcome.banner.text()
        program.shot("first_run_in_use")
        program.press("Down", "Down", "Return")
        assert page(program).join.isVisible()
        program.press("Esc")
        assert page(program).welcome.isVisible()
