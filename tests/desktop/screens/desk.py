"""A desk for presenters without a window: answers at once, remembers what was said and where one went."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from core.clock import FixedClock, today
from desktop.bridge.run_now import RunNow
from desktop.ports import Desk, Period, Place, Tone


class Said:
    """A Navigator, Notifier, Hub, Calendar and Memory in one, for looking at."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.places: list[Place] = []
        self.said: list[str] = []
        self.heard: list[Callable[[Any], None]] = []
        self.kept: dict[str, Any] = {}
        self._undo: Callable[[], None] | None = None

    def go(self, screen: str, *, record: bytes | None = None, page: str = "") -> None:
        self.places.append(Place(screen, record, page))

    def back(self) -> None:
        self.places.append(Place("back"))

    def done(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        self.said.append(text)
        self._undo = undo

    def undo(self) -> None:
        assert self._undo is not None
        self._undo()

    def tell(self, text: str, *, tone: Tone = "") -> None:
        self.said.append(text)

    def fail(self, error: Exception) -> None:
        self.said.append(str(error))

    def subscribe(self, heard: Callable[..., None]) -> Callable[[], None]:
        self.heard.append(heard)
        return lambda: self.heard.remove(heard)

    def today(self) -> dt.date:
        return today(self.clock)

    def working_on(self) -> dt.date:
        return self.today()

    def period(self) -> Period:
        return Period(self.today(), self.today())

    def recall(self, name: str, otherwise: Any) -> Any:
        return self.kept.get(name, otherwise)

    def keep(self, name: str, value: Any, *, private: bool = False) -> None:
        self.kept[name] = value


def desk_of(book: Any, said: Said) -> Desk:
    """A desk at which everything runs at once."""
    return Desk(RunNow(book), said, said, said, said, said, said.clock)
