"""The program's own root over a real book, worked by keys alone: what `bahi` builds, without its event loop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.clock import Clock
from core.words import use_language
from desktop import theme
from desktop.app import Root
from desktop.bridge import NoMemory

SHOTS = Path(__file__).parents[2] / "build" / "screens"


class Program:
    """The window and whoever sits before it."""

    def __init__(self, app: QApplication, clock: Clock, size: tuple[int, int]) -> None:
        self.root = Root(app, clock, NoMemory())
        self.window = self.root.window
        self.window.resize(*size)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()

    def press(self, *keys: str) -> None:
        """Press keys one after the other where the focus is."""
        for key in keys:
            whole = QKeySequence(key)[0]
            QTest.keyClick(self.focus(), whole.key(), whole.keyboardModifiers())
            self.settle()

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        QTest.keyClicks(self.focus(), text)
        self.settle()

    def fill(self, *texts: str) -> None:
        """Type each text and go on by Enter; an empty one leaves the field as it is."""
        for text in texts:
            if text:
                self.type(text)
            self.press("Return")

    def focus(self) -> QWidget:
        """What takes the keys now."""
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            return dialog.focusWidget() or dialog
        return self.window.focusWidget() or self.window

    def settle(self) -> None:
        """Wait until no answer is under way."""
        QTest.qWait(1)
        for _turn in range(2_000):
            QApplication.processEvents()
            under_way = self.root.aside.under_way
            if self.root.open_book is not None:
                under_way += self.root.open_book.runner.under_way
            if not under_way:
                break
            QTest.qWait(5)
        QApplication.processEvents()

    def until(self, holds: Callable[[], bool], limit_ms: int = 8_000) -> None:
        """Wait until something is so."""
        for _turn in range(limit_ms // 10):
            self.settle()
            if holds():
                return
            QTest.qWait(10)
        raise AssertionError("it did not come to be so")

    @property
    def book(self) -> Any:
        """The open book."""
        assert self.root.open_book is not None
        return self.root.open_book.book

    def shot(self, name: str) -> Path:
        """Keep a picture of the window."""
        self.settle()
        QTest.qWait(30)
        SHOTS.mkdir(parents=True, exist_ok=True)
        file = SHOTS / f"{name}.png"
        (QApplication.activeModalWidget() or self.window).grab().save(str(file))
        return file

    def close(self) -> None:
        """Close as the program does."""
        self.window.close()
        self.window.deleteLater()
        self.root.deleteLater()
        QApplication.sendPostedEvents(None, 0)
        QApplication.processEvents()


@contextmanager
def the_program(
    app: QApplication, clock: Clock, *, size: tuple[int, int] = (1440, 900), look: theme.ThemeName = "light"
) -> Iterator[Program]:
    """The program with its window shown and nothing opened yet."""
    theme.apply(app, look)
    program = Program(app, clock, size)
    try:
        yield program
    finally:
        program.close()
        use_language("en")
