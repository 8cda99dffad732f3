"""A desk of fakes over a real book: everything runs at once and what was asked is written down. No Qt."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from core.book import Book
from core.clock import FixedClock
from desktop.bridge.run_now import RunNow
from desktop.ports import Desk, Period, Place, Tone, Touched
from tests.core.books import TODAY


class FakeNavigator:
    """Remembers where one went."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def go(self, screen: str, *, record: bytes | None = None, page: str = "") -> None:
        """Write the place down."""
        self.places.append(Place(screen, record, page))

    def back(self) -> None:
        """Nothing here goes back."""


class FakeNotifier:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.undo: Callable[[], None] | None = None
        self.errors: list[Exception] = []

    def done(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        """Write it down."""
        self.said.append(text)
        self.undo = undo

    def tell(self, text: str, *, tone: Tone = "") -> None:
        """Write it down."""
        self.said.append(text)

    def fail(self, error: Exception) -> None:
        """Write it down."""
        self.errors.append(error)


class FakeCalendar:
    """A day that stands still."""

    def today(self) -> dt.date:
        """The day of the test books."""
        return TODAY

    def working_on(self) -> dt.date:
        """Today."""
        return TODAY

    def period(self) -> Period:
        """The year."""
        return Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31))

    def subscribe(self, heard: Callable[[], None]) -> Callable[[], None]:
        """It never changes."""
        return lambda: None


class FakeHub:
    """Tells what the book tells."""

    def __init__(self, book: Book) -> None:
        self.listeners: list[Callable[[Touched], None]] = []
        book.listeners.append(self._tell)

    def subscribe(self, heard: Callable[[Touched], None]) -> Callable[[], None]:
        """Tell from now on."""
        self.listeners.append(heard)
        return lambda: self.listeners.remove(heard)

    def _tell(self, touched: Touched) -> None:
        for heard in list(self.listeners):
            heard(touched)


class FakeMemory:
    """Remembers nothing."""

    def recall(self, name: str, otherwise: Any) -> Any:
        """Nothing was kept."""
        return otherwise

    def keep(self, name: str, value: Any, *, private: bool = False) -> None:
        """Not kept."""


class FakeDesk:
    """The fakes, and the Desk made of them."""

    def __init__(self, book: Book) -> None:
        self.navigator, self.notifier, self.hub = FakeNavigator(), FakeNotifier(), FakeHub(book)
        self.desk = Desk(
            RunNow(book),
            self.hub,
            self.navigator,
            self.notifier,
            FakeCalendar(),
            FakeMemory(),
            FixedClock.on(TODAY),
        )


class FakeView:
    """Takes every `show_…` and keeps the last of each by name, and the rows by number."""

    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}
        self.rows: dict[int, dict[str, Any]] = {}
        self.yes: Callable[[], None] | None = None

    def show_row(self, row: int, values: dict[str, Any]) -> None:
        """Keep the cells of a row."""
        self.rows.setdefault(row, {}).update(values)

    def ask_date(self, problem: Any, yes: Callable[[], None]) -> None:
        """Keep the answer for the test to give."""
        self.shown["ask_date"], self.yes = problem, yes

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.startswith(("show_", "set_", "focus_", "ask_")):
            raise AttributeError(name)

        def keep(*values: Any, **named: Any) -> None:
            self.shown[name] = values[0] if values else named

        return keep
