"""What the bank's screen shows: the line looked at, the figures above the list, what its view can do. Free of Qt."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from core.bank.model import Match, SetAside
from core.bank.proposal import Proposal
from core.bank.queries import AccountRow, LineRow
from core.ids import Id


class Looked(NamedTuple):
    """The line looked at, what it may be, and which of that is looked at; of a settled line, what was claimed."""

    row: LineRow
    choices: tuple[Proposal, ...] = ()
    at: int = 0
    claim: Match | SetAside | None = None
    is_waiting: bool = False

    @property
    def chosen(self) -> Proposal | None:
        """The choice looked at."""
        return self.choices[self.at] if self.choices else None


class Figures(NamedTuple):
    """What stands above the list. `certain` are all that one keystroke takes."""

    book_paise: int = 0
    stated_paise: int | None = None
    stated_on: str = ""
    open_lines: int = 0
    certain: int = 0
    certain_in_paise: int = 0
    certain_out_paise: int = 0
    new_receipts: int = 0


class BankView(Protocol):
    """What the presenter may ask of the screen."""

    def show_accounts(self, rows: Sequence[AccountRow], chosen: Id | None) -> None: ...
    def show_figures(self, figures: Figures, *, is_looking: bool) -> None: ...
    def show_looked(self, looked: Looked | None) -> None: ...
    def show_progress(self, done: int, total: int) -> None: ...
    def show_chosen(self, count: int, paise: int) -> None: ...
    def refresh(self) -> None: ...
    def ask(self, title: str, text: str, yes: str, run: Callable[[], None]) -> None: ...
