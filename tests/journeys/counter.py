"""A window over a real book, worked by keys alone: threads, hub and shell as in the program.

Screens of other rooms stand in as bare pages that only remember where one went.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.book import Book
from core.clock import Clock
from desktop import theme
from desktop.bridge import NoMemory, ThreadRunner, TouchedHub
from desktop.bridge.files import BookFiles
from desktop.bridge.line import Line
from desktop.kit import ScreenView
from desktop.ports import Action, Desk, Place
from desktop.shell import MainWindow, OpenBook, Screen

SHOTS = Path(__file__).parents[2] / "build" / "screens"
_OTHERS = ("invoices", "contracts", "today", "settings")


class BarePage(ScreenView):
    """Another room's screen: it is there, and shows nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None

    def show_place(self, place: Place) -> None:
        """Remember it."""
        self.place = place


class Counter:
    """The window with its book, as whoever works at it has it."""

    def __init__(self, book: Book, clock: Clock, screens: Sequence[str], size: tuple[int, int]) -> None:
        self.book = book
        self.crashes: list[Exception] = []
        self.memory = NoMemory()
        self.hub = TouchedHub()
        book.listeners.append(self.hub.announce)
        self.window = MainWindow(clock, self.memory)
        self.runner = ThreadRunner(
            book, on_error=self.window.notifier.fail, on_crash=self.crashes.append, parent=self.window
        )
        self.desk = Desk(
            self.runner, self.hub, self.window, self.window.notifier, self.window.calendar, self.memory, clock,
            BookFiles(book, self.runner, Line(book, "")),
        )  # fmt: skip
        self.window.resize(*size)
        self.window.open_book(self._opened(screens), self.runner)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()
        self.window.go(screens[0])

    def _opened(self, screens: Sequence[str]) -> OpenBook:
        def made() -> list[Screen]:
            made = {name: partial(_made, name, self.desk) for name in screens}
            made |= {name: BarePage for name in _OTHERS if name not in screens}
            return [
                Screen(name, name.capitalize(), name, make, f"Alt+{place}" if place < 10 else "")
                for place, (name, make) in enumerate(made.items(), 1)
            ]

        def actions() -> list[Action]:
            found: list[Action] = []
            for name in screens:
                try:
                    found += import_module(f"desktop.screens.{name}.actions").everywhere(self.desk)
                except ModuleNotFoundError:
                    continue
            return found

        return OpenBook("Nandi Instruments", made, actions, lambda _reader, _typed: [])

    # --- keys

    def press(self, *keys: str) -> None:
        """Press keys one after the other where the focus is: "F6", "Ctrl+Return", "Esc"."""
        for key in keys:
            whole = QKeySequence(key)[0]
            QTest.keyClick(self._focus(), whole.key(), whole.keyboardModifiers())
            self.settle()

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        QTest.keyClicks(self._focus(), text)
        self.settle()

    def fill(self, *texts: str) -> None:
        """Type each text and go on by Enter; an empty one leaves the field as it is."""
        for text in texts:
            if text:
                self.type(text)
            self.press("Return")

    def settle(self, pause_ms: int = 0) -> None:
        """Wait until no answer is under way and all that was heard is shown."""
        QTest.qWait(max(pause_ms, 1))
        for _turn in range(400):
            QApplication.processEvents()
            if not self.runner.under_way:
                break
            QTest.qWait(5)
        QApplication.processEvents()
        assert not self.crashes, self.crashes[0]

    def _focus(self) -> QWidget:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            return dialog.focusWidget() or dialog
        if not self.window.isActiveWindow():
            self.window.activateWindow()  # what a window system does when a dialog goes
            QApplication.processEvents()
        return self.window.focusWidget() or self.window

    # --- what is there

    @property
    def view(self) -> Any:
        """The screen shown."""
        return self.window.view()

    def here(self) -> tuple[str, str]:
        """The screen and page shown."""
        place = self.window.here
        return ("", "") if place is None else (place.screen, place.page)

    def read(self, question: Callable[[Any], Any]) -> Any:
        """Ask the book."""
        return self.book.read(question)

    def until(self, holds: Callable[[], bool], limit_ms: int = 15_000) -> None:
        """Wait until something is so."""
        for _turn in range(limit_ms // 10):
            self.settle()
            if holds():
                return
            QTest.qWait(10)
        raise AssertionError("it did not come to be so")

    def shot(self, name: str) -> Path:
        """Keep a picture of the window."""
        self.settle(30)
        SHOTS.mkdir(parents=True, exist_ok=True)
        file = SHOTS / f"{name}.png"
        dialog = QApplication.activeModalWidget()
        (dialog or self.window).grab().save(str(file))
        return file

    def close(self) -> None:
        """Close as the program does."""
        for view in list(self.window._views.values()):
            view.put_away()
        self.window.hide()
        assert self.runner.close()
        self.book.listeners.remove(self.hub.announce)
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, 0)
        QApplication.processEvents()


@contextmanager
def at_the_counter(
    app: QApplication, book: Book, clock: Clock, *screens: str, size: tuple[int, int] = (1440, 900),
    look: theme.ThemeName = "light",
) -> Iterator[Counter]:  # fmt: skip
    """A window over an open book, with these screens real; it stands on the first."""
    theme.apply(app, look)
    counter = Counter(book, clock, screens, size)
    counter.settle()
    try:
        yield counter
    finally:
        counter.close()


def accessible_names(widget: QWidget) -> list[QWidget]:
    """Widgets that take the focus by Tab and have no name for a screen reader."""
    nameless = []
    for child in widget.findChildren(QWidget):
        takes = bool(child.focusPolicy() & Qt.FocusPolicy.TabFocus) and child.isVisibleTo(widget)
        said = child.accessibleName() or (child.text() if hasattr(child, "text") else "")
        if takes and not said and child.focusProxy() is None:
            nameless.append(child)
    return nameless


def _made(name: str, desk: Desk) -> ScreenView:
    made = import_module(f"desktop.screens.{name}.view").make(desk)
    assert isinstance(made, ScreenView)
    return made
