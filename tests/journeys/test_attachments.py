"""Proofs beside papers, by keys: attached to a bill and a receipt, looked at, taken off with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from core.attachments.queries import attachments_of
from core.book import Book
from core.clock import FixedClock
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from desktop.kit import Way
from desktop.kit.attachments import AttachmentDialog, AttachmentsCard
from tests.core.books import TODAY, a_book
from tests.journeys.counter import Counter, at_the_counter

pytestmark = pytest.mark.journey


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as opened:
        yield opened


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "signed challan.jpg"
    Image.effect_noise((900, 1300), 60).convert("RGB").save(path)
    return path


def a_bill_and_a_receipt(book: Book) -> tuple[Id, Id]:
    party = book.write("p", lambda work: save_party(work, Party(name="Kaveri Mills")))
    line = DraftLine("Flow meter", None, "90261010", 1000, "NOS", 1_000 * 10_000)
    draft = Draft(party=party, dated_on=TODAY, lines=(line,))
    bill = book.write("d", lambda work: issue_document(work, draft, today=TODAY))
    receipt = book.write(
        "r",
        lambda work: record_receipt(
            work, party=party, dated_on=TODAY, amount_paise=180_00, mode="neft", today=TODAY
        ),
    )
    return bill, receipt


def rows_of(card: AttachmentsCard) -> list[str]:
    return [way.accessibleName() for way in card.findChildren(Way)]


def test_a_photo_is_attached_looked_at_and_taken_off(
    qapp: QApplication, book: Book, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill, receipt = a_bill_and_a_receipt(book)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_asked: ([str(photo)], ""))
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", "receipts") as counter:
        for screen, record in (("invoices", bill), ("receipts", receipt)):
            _attach_look_and_take_off(counter, screen, record)
    assert book.verify().ok


def _attach_look_and_take_off(counter: Counter, screen: str, record: Id) -> None:
    counter.window.go(screen, record=record)
    counter.until(lambda: bool(counter.view.findChildren(AttachmentsCard)))
    card = counter.view.findChildren(AttachmentsCard)[-1]
    counter.until(lambda: rows_of(card) == ["Attach a file…"])
    counter.press("Ctrl+Shift+A")
    counter.until(lambda: rows_of(card) == ["signed challan.jpg", "Attach a file…"])
    counter.shot(f"attached-{screen}")
    card.findChildren(Way)[0].click()
    counter.until(lambda: isinstance(QApplication.activeModalWidget(), AttachmentDialog))
    shown = QApplication.activeModalWidget()
    assert shown is not None
    pictures = [each for each in shown.findChildren(QLabel) if not each.pixmap().isNull()]
    assert any(each.accessibleName() == "signed challan.jpg" for each in pictures)
    counter.shot(f"photo-{screen}")
    counter.press("Alt+X")
    counter.type("wrong bill")
    counter.press("Ctrl+Return")
    counter.until(lambda: rows_of(card) == ["Attach a file…"])
    assert counter.read(lambda read: attachments_of(read, record)) == []


def test_what_cannot_be_attached_is_told(
    qapp: QApplication, book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill, _receipt = a_bill_and_a_receipt(book)
    bad = tmp_path / "run.exe"
    bad.write_bytes(b"MZ")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_asked: ([str(bad)], ""))
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", "receipts") as counter:
        counter.window.go("invoices", record=bill)
        counter.until(lambda: bool(counter.view.findChildren(AttachmentsCard)))
        card = counter.view.findChildren(AttachmentsCard)[-1]
        counter.until(lambda: rows_of(card) == ["Attach a file…"])
        counter.press("Ctrl+Shift+A")
        counter.until(
            lambda: any("Only photos" in each.text() for each in counter.window.findChildren(QLabel))
        )
        assert rows_of(card) == ["Attach a file…"]
