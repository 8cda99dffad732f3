"""Interest on a bill by keys alone: delivery noted, the sheet read, a note issued, its tax asked when money came."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.ids import Id
from core.invoicing.papers import INTEREST, INTEREST_TAX
from desktop.screens.invoices.paper_dialog import PaperDialog
from tests.core.books import TODAY
from tests.core.dealings import a_bill
from tests.core.interest.dealings import a_small_enterprise, paper, pay, registered
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """The book of a small enterprise."""
    with a_small_enterprise(tmp_path) as opened:
        yield opened


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    """The window over it, on its invoices."""
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", size=(1180, 720)) as opened:
        yield opened


def on_page(counter: Counter, record: Id) -> None:
    counter.window.go("invoices", record=record)
    counter.until(lambda: shown(counter) == record and counter.view.document._interest.isVisible())


def shown(counter: Counter) -> Id | None:
    told = counter.view.document._interest.presenter.told
    return told.record if told is not None else None


def back_in_window(counter: Counter) -> None:
    counter.until(lambda: QApplication.activeModalWidget() is None)
    counter.window.activateWindow()
    QTest.qWaitForWindowActive(counter.window)


def asked(counter: Counter, key: str) -> None:
    counter.press(key)
    counter.until(lambda: QApplication.activeModalWidget() is not None)


def test_from_a_late_bill_to_the_note_for_its_tax(counter: Counter) -> None:
    book = counter.book
    party = registered(book)
    bill = a_bill(book, party, 1_00_000, dt.date(2026, 6, 1), rate_bp=1800)
    on_page(counter, bill)
    counter.shot("interest")
    assert accessible_names(counter.view.document._interest) == []
    asked(counter, "Alt+D")
    counter.fill("4-6")
    counter.press("Ctrl+Return")
    back_in_window(counter)
    counter.until(
        lambda: ("Accepted on", "04-06-2026") in counter.view.document._interest.presenter.told.facts()
    )
    asked(counter, "Alt+N")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PaperDialog)
    counter.until(lambda: bool(dialog.paper._views))
    zoom = dialog.paper._zoom
    counter.press("Ctrl+-")  # the paper has the keys
    assert dialog.paper._zoom < zoom
    counter.press("Esc")
    back_in_window(counter)
    asked(counter, "Alt+C")
    counter.press("Ctrl+Return")
    back_in_window(counter)
    counter.until(lambda: shown(counter) not in (None, bill))
    note = shown(counter)
    assert note is not None
    assert paper(book, note).reason == INTEREST
    pay(book, party, note, 1_000)
    counter.until(lambda: counter.view.document._interest.presenter.told.may_tax)
    asked(counter, "Alt+G")
    counter.press("Return")
    back_in_window(counter)
    counter.until(lambda: shown(counter) not in (None, bill, note))
    made = shown(counter)
    assert made is not None
    assert paper(book, made).reason == INTEREST_TAX
    assert not counter.view.document._interest.isVisible()
