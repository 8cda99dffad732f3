"""PaperView: a real PDF on the screen, zoomed, saved, printed; a broken one says so."""

import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize, QPdfWriter
from PySide6.QtWidgets import QFileDialog, QLabel
from reportlab.pdfgen.canvas import Canvas

from desktop.kit import PaperView
from desktop.kit.paper_view import pages_of, paint_pages
from tests.desktop.kit.shop import Shop


@pytest.fixture(scope="module")
def pdf() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842))
    for number in (1, 2):
        canvas.rect(100, 700, 200, 60, fill=1)
        canvas.drawString(100, 600, f"Page {number}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@pytest.fixture
def view(qtbot):
    made = PaperView(Shop().now(), file_name=lambda: "INV-1.pdf")
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_pages_are_drawn_as_they_are(pdf):
    pages = pages_of(pdf, 1.0, 1.0)
    assert [page.size().toTuple() for page in pages] == [(595, 842), (595, 842)]
    assert pages[0].pixelColor(200, 842 - 730).lightness() == 0
    assert pages[0].pixelColor(500, 500).lightness() == 255


def test_a_paper_is_shown_page_by_page_and_zoomed(qtbot, view, pdf):
    with qtbot.waitSignal(view.shown) as told:
        view.show_pdf(pdf)
    assert told.args == [2]
    page = next(one for one in view.findChildren(object) if getattr(one, "accessibleName", str)() == "Page 1")
    wide = page.width()
    view.zoom_by(1)
    assert page.width() == round(wide * 1.25)
    view.zoom_by(-1)
    view.zoom_by(-1)
    assert page.width() == round(wide * 0.9)
    view.fit_width()
    assert abs(page.width() - (view.width() - 48)) < 40


def test_keys_stay_with_a_paper_while_it_is_drawn_and_zoom_it_then(qtbot, view, pdf):
    view.activateWindow()
    view.setFocus()
    assert view.isAncestorOf(view.focusWidget())
    with qtbot.waitSignal(view.shown):
        view.show_pdf(pdf)
    held = view.focusWidget()
    assert held.accessibleName() == "Pages"
    page = next(one for one in view.findChildren(object) if getattr(one, "accessibleName", str)() == "Page 1")
    wide = page.width()
    qtbot.keyClick(held, "+", Qt.KeyboardModifier.ControlModifier)
    assert page.width() > wide
    qtbot.keyClick(held, "-", Qt.KeyboardModifier.ControlModifier)
    assert page.width() == wide


def test_a_broken_paper_says_so(view, monkeypatch):
    from core.errors import Offline

    def broken(*_given):
        raise Offline("The paper is damaged.")

    monkeypatch.setattr("desktop.kit.paper_view.pages_of", broken)
    view.show_pdf(b"no pdf")
    assert "This paper could not be shown" in {label.text() for label in view.findChildren(QLabel)}


def test_a_paper_is_saved_where_the_user_says(view, pdf, tmp_path, monkeypatch):
    place = tmp_path / "INV-1.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(place), ""))
    view.show_pdf(pdf)
    view.save()
    assert place.read_bytes() == pdf


def test_printing_paints_each_page_on_a_sheet(qapp, pdf, tmp_path):
    place = tmp_path / "printed.pdf"
    printer = QPdfWriter(str(place))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    paint_pages(printer, pages_of(pdf, 2.0, 1.0))
    del printer
    printed = pages_of(place.read_bytes(), 1.0, 1.0)
    assert len(printed) == 2
    dark = [x for x in range(printed[0].width()) if printed[0].pixelColor(x, 140).lightness() < 60]
    assert dark
