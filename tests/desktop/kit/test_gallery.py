"""The gallery is photographed in both themes: nothing blank, nothing clipped, everything named."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.kit import Elided, gallery

ALBUM = Path(__file__).resolve().parents[3] / "build" / "gallery"


def framed(page: QWidget) -> QWidget:
    window = QWidget()
    window.setProperty("part", "canvas")
    inside = QVBoxLayout(window)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.addWidget(page)
    window.resize(1180, 820)
    return window


@pytest.fixture(params=list(gallery.PAGES))
def page(request, qtbot):
    window = framed(gallery.PAGES[request.param]())
    window.setObjectName(request.param)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.wait(200)
    return window


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


@pytest.mark.parametrize("name", theme.THEMES)
def test_each_page_is_drawn_in_each_theme(qapp, page, name):
    theme.apply(qapp, name)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QApplication.processEvents()
    picture = page.grab()
    ALBUM.mkdir(parents=True, exist_ok=True)
    picture.save(str(ALBUM / f"{page.objectName()}-{name}.png"))
    seen = colours(picture.toImage())
    assert theme.colour("canvas").rgb() in seen
    assert theme.colour("ink").rgb() in seen or theme.colour("ink_soft").rgb() in seen
    assert len(seen) > 30


def test_no_label_or_button_is_clipped(page):
    clipped = []
    for kind in (QLabel, QAbstractButton):
        for widget in page.findChildren(kind):
            text = widget.text()
            if not text or not widget.isVisible() or isinstance(widget, Elided):
                continue
            needed = widget.sizeHint()
            if getattr(widget, "wordWrap", bool)():
                is_clipped = widget.heightForWidth(widget.width()) > widget.height()
            else:
                is_clipped = needed.width() > widget.width() or needed.height() > widget.height() + 1
            if is_clipped:
                clipped.append((text, needed.toTuple(), widget.size().toTuple()))
    assert clipped == []


def test_no_part_stands_outside_its_parent(page):
    outside = []
    for widget in page.findChildren(QWidget):
        parent = widget.parentWidget()
        is_scrolled = parent is not None and parent.objectName() == "qt_scrollarea_viewport"
        if not widget.isVisible() or parent is None or is_scrolled or widget.isWindow():
            continue
        if not parent.rect().contains(widget.geometry()):
            outside.append((type(widget).__name__, widget.geometry().getRect(), parent.size().toTuple()))
    assert outside == []


def test_everything_that_takes_the_focus_has_a_name(page):
    unnamed = [
        widget
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QTableView)
        for widget in page.findChildren(kind)
        if widget.isVisible()
        and widget.objectName() != "qt_tableview_cornerbutton"
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert unnamed == []


def test_the_whole_gallery_opens_and_turns_dark(qapp, qtbot):
    window = gallery.gallery()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    next(one for one in window.findChildren(QAbstractButton) if one.text() == "Light or dark").click()
    assert theme.current() == "dark"
