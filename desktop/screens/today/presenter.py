"""Today asks its questions side by side, shows each answer as it comes, and asks again when something was touched."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from desktop.ports import Calendar, Epoch, Hub, Navigator, Place, Reader, Runner, Touched
from desktop.screens.today import lines
from desktop.screens.today.lines import Chase, Line, Part


class View(Protocol):
    """The parts of the screen; each is told its content, an empty one says what that means."""

    def show_steps(self, steps: Sequence[Line]) -> None:
        """What to do first; none: the book is in use."""
        ...

    def show_figures(self, tiles: Sequence[Line]) -> None:
        """The four figures."""
        ...

    def show_ages(self, parts: Sequence[Part]) -> None:
        """What is owed by age."""
        ...

    def show_chase(self, chase: Chase) -> None:
        """Whom to chase."""
        ...

    def show_due(self, due: Sequence[Line]) -> None:
        """What falls due."""
        ...

    def show_tasks(self, tasks: Sequence[Line]) -> None:
        """What waits."""
        ...

    def show_failure(self, error: Exception) -> None:
        """The book could not be read."""
        ...

    def is_seen(self) -> bool:
        """Whether somebody looks at it now."""
        ...


class Today:
    """Decides when to ask and where lines lead."""

    def __init__(
        self, view: View, runner: Runner, hub: Hub, navigator: Navigator, calendar: Calendar
    ) -> None:
        self._view = view
        self._runner = runner
        self._navigator = navigator
        self._calendar = calendar
        self._epoch = Epoch()
        self._shown_on: dt.date | None = None
        self._stops = [hub.subscribe(self._on_touched), calendar.subscribe(self.refresh)]

    def come(self) -> None:
        """The user comes here: ask on the first visit and on a new day; else what stands is still true."""
        if self._shown_on != self._calendar.today():
            self.refresh()

    def refresh(self) -> None:
        """Ask everything anew; answers still under way are dropped."""
        on = self._shown_on = self._calendar.today()
        self._epoch.turn()
        view = self._view
        self._ask(lambda read: lines.figures(read, on), view.show_figures)
        self._ask(lines.first_steps, view.show_steps)
        self._ask(lambda read: lines.chase(read, on), view.show_chase)
        self._ask(lambda read: lines.ages(read, on), view.show_ages)
        self._ask(lambda read: lines.falling_due(read, on), view.show_due)
        self._ask(lambda read: lines.tasks(read, on), view.show_tasks)

    def go(self, place: Place) -> None:
        """A line was taken."""
        self._navigator.go(place.screen, record=place.record, page=place.page)

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        for stop in self._stops:
            stop()

    def _ask(self, question: Callable[[Reader], Any], show: Callable[[Any], None]) -> None:
        self._runner.read(question, show, self._view.show_failure, epoch=self._epoch)

    def _on_touched(self, touched: Touched) -> None:
        if not touched.records:  # somebody types
            return
        if self._view.is_seen():
            self.refresh()
        else:
            self._shown_on = None  # what stands is asked anew when somebody comes
