"""A window on the invoices of a company above the e-invoice limit, with buyers in another State and abroad."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import document, document_ids, documents_page
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.parties.commands import save_party
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY, a_book
from tests.journeys.counter import Counter, at_the_counter

METER = Item(
    code="FM-200", name="Flow meter", tax=ItemTax(hsn="90261010"), price_tenthousandths=24_500 * 10_000
)
BIG = msgspec.structs.replace(COMPANY, turnover_paise=9_00_00_000_00)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A company above the e-invoice limit; a registered buyer in another State and one abroad; two bills."""
    with a_book(tmp_path, company=BIG) as opened:
        gstin = Registration("registered", "33AAFCL2204B1ZD", "33")
        lotus = Party(
            name="Lotus Foods",
            registration=gstin,
            address=Address("7 Mount Road", "", "Chennai", "33", "600002"),
        )
        abroad = Address("1 Main Street", "", "Springfield", "96", "62701", "US")
        ocean = Party(name="Ocean Traders", registration=Registration("overseas"), address=abroad)
        buyer = opened.write("p", lambda work: save_party(work, lotus))
        opened.write("p", lambda work: save_party(work, ocean))
        opened.write("i", lambda work: save_item(work, METER))
        for on in (dt.date(2026, 3, 10), dt.date(2026, 11, 12)):
            line = DraftLine("Flow meter", None, "90261010", 2_000, "NOS", 24_500 * 10_000)
            sold = Draft(party=buyer, dated_on=on, lines=(line,))
            opened.write("d", lambda work, sold=sold: issue_document(work, sold, today=TODAY))
        yield opened


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    """The window over that book, small: what fits here fits everywhere."""
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", "contracts", size=(1180, 720)) as made:
        made.until(lambda: len(numbers(made)) == 1)
        yield made


def numbers(counter: Counter) -> list[str]:
    """The numbers in the list, from the top."""
    model = counter.view.list_page.table.model
    return [model.row(at).number for at in range(model.rowCount())]


def dialog(counter: Counter) -> Any:
    """The dialog that opens, once all of it stands."""
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    shown: Any = QApplication.activeModalWidget()
    counter.until(lambda: getattr(shown, "is_whole", True))
    return shown


def closed(counter: Counter) -> None:
    """The dialog is gone and the window at hand again."""
    counter.until(lambda: QApplication.activeModalWidget() is None)
    counter.window.activateWindow()
    QTest.qWaitForWindowActive(counter.window)


def newest(counter: Counter, type_: str = "INV") -> Any:
    """The document of the highest number."""
    row = counter.read(lambda read: documents_page(read, sort="number", type=type_)).rows[0]
    return counter.read(lambda read: document(read, row.id))


def opened(counter: Counter, number: str) -> Id:
    """Open the page of a document; answers its id."""
    [record] = counter.read(lambda read: document_ids(read, number))
    counter.window.go("invoices", record=record)
    counter.until(lambda: counter.view.document.presenter.story is not None)
    return record
