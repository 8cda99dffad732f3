"""The window as a screen sees it: whom it may ask, where it may go, what it is told; free of Qt.

Presenters get Runner, Hub, Navigator, Notifier, Clock, Calendar and Memory here; the window builds them.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from core.clock import Clock as Clock

T = TypeVar("T")

Tone: TypeAlias = Literal["", "danger", "warning", "success", "muted", "accent"]
Align: TypeAlias = Literal["left", "right", "centre"]
Reader: TypeAlias = Any
"""What a question may ask: the read connection that Book.read hands out."""
Work: TypeAlias = Any
"""What a command may write through: the open Work that Book.write hands out."""
Failed: TypeAlias = Callable[[Exception], None]


# --- threads and their answers ---------------------------------------------------------------


class Epoch:
    """Tells a fresh answer from a stale one: `turn` it, and every answer asked for before is dropped."""

    def __init__(self) -> None:
        self._turn = 0

    @property
    def now(self) -> int:
        """The turn that counts now."""
        return self._turn

    def turn(self) -> None:
        """Drop all answers still under way (a new question, or the screen was put away)."""
        self._turn += 1


class Runner(Protocol):
    """Runs questions, commands and network tasks off the GUI thread; answers arrive on the GUI thread.

    `failed` gets a `core.errors.BahiError` to show. Without `failed` the window shows it as a toast.
    Anything that is not a BahiError is our mistake: it goes to the crash report (and to `failed`, so that
    no page stays "loading"). An answer whose `epoch` has turned since asking is dropped, good or bad.
    """

    def read(
        self,
        question: Callable[[Reader], T],
        then: Callable[[T], None],
        failed: Failed | None = None,
        *,
        epoch: Epoch | None = None,
    ) -> None:
        """Ask the book; three questions run at once."""
        ...

    def write(
        self,
        label: str,
        command: Callable[[Work], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run one command in one Work; writes run one after the other, in the order given."""
        ...

    def network(
        self,
        task: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        epoch: Epoch | None = None,
    ) -> None:
        """Run a task that waits for the network, a printer or a slow file."""
        ...


class Touched(Protocol):
    """What one commit touched; core.store's Touched is one."""

    @property
    def label(self) -> str:
        """The write's label ("Issue invoice")."""
        ...

    @property
    def records(self) -> Mapping[str, frozenset[bytes]]:
        """Kind of record ("invoices") → ids."""
        ...

    @property
    def origin(self) -> Literal["local", "sync"]:
        """Whether this device wrote it or it came from another."""
        ...


class Hub(Protocol):
    """Tells every screen what was touched, on the GUI thread."""

    def subscribe(self, heard: Callable[[Touched], None]) -> Callable[[], None]:
        """Call `heard` after each commit until the returned function is called."""
        ...


# --- the window, as presenters see it --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the window: a screen, perhaps one record on it, perhaps one of its pages ("editor")."""

    screen: str
    record: bytes | None = None
    page: str = ""


class Navigator(Protocol):
    """Moves through the window; remembers the way back."""

    def go(self, screen: str, *, record: bytes | None = None, page: str = "") -> None:
        """Show a screen (and a record or page of it)."""
        ...

    def back(self) -> None:
        """Return to the place before this one."""
        ...


class Notifier(Protocol):
    """Says short things without taking the focus."""

    def done(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        """Say that something was done; offer Undo where it can be undone."""
        ...

    def tell(self, text: str, *, tone: Tone = "") -> None:
        """Say something worth knowing."""
        ...

    def fail(self, error: Exception) -> None:
        """Show an error of the world or a refusal that has no form to stand in."""
        ...


@dataclass(frozen=True, slots=True)
class Period:
    """The days the window looks at, both ends included; `name` is how people call it ("2026-27")."""

    from_on: dt.date
    to_on: dt.date
    name: str = ""


class Calendar(Protocol):
    """The working date and the period chosen in the top bar."""

    def today(self) -> dt.date:
        """Today in India."""
        ...

    def working_on(self) -> dt.date:
        """The date new papers get: today, until the user sets another."""
        ...

    def period(self) -> Period:
        """The period lists and figures look at."""
        ...

    def subscribe(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` when the period or working date changes, until the returned function is called."""
        ...


class Memory(Protocol):
    """What this machine's window remembers between starts (sort orders, filters, sizes): JSON values."""

    def recall(self, name: str, otherwise: Any) -> Any:
        """The value kept under a name, or `otherwise`."""
        ...

    def keep(self, name: str, value: Any, *, private: bool = False) -> None:
        """Remember a JSON value under a name; a private one (typed words) only until the program ends."""
        ...


class Files(Protocol):
    """Proofs beside papers: sealed on this device, sent behind the changes, fetched when somebody wants to see one."""

    def add(self, about: bytes, file: Path, done: Callable[[], None], failed: Failed) -> None:
        """Attach a file to a record."""
        ...

    def look(self, row: Any, shown: Callable[[bytes | None], None], failed: Failed) -> None:
        """The bytes of an attachment (core.attachments.queries.AttachmentRow); None where they are not to be had."""
        ...


class Deposits(Protocol):
    """What revoked devices laid down: an owner lets it into the order or throws it away, online."""

    def settle(
        self, item: str, choice: str, reason: str, code: str, done: Callable[[], None], failed: Failed
    ) -> None:
        """Release or discard the deposit of an item of the Inbox."""
        ...


@dataclass(frozen=True, slots=True)
class AlongRow:
    """So much of a party's bills somebody has with him, until a moment in words; and which bills they are."""

    user: str
    is_mine: bool
    paise: int
    until: str
    bills: frozenset[bytes] = frozenset()


class Along(Protocol):
    """Bills taken along: online, and until a moment nobody else settles them. When what is out has changed, the hub
    tells of records of the kind "checkouts"."""

    def is_offered(self) -> bool:
        """Whether there is a service to ask."""
        ...

    def known(self, read: Reader, party: bytes) -> list[AlongRow]:
        """Who has a party's bills with him, as the service said last."""
        ...

    def by_party(self, read: Reader) -> Mapping[bytes, list[AlongRow]]:
        """The same for every party of whose bills some are out."""
        ...

    def take(self, party: bytes, done: Callable[[int], None], failed: Failed) -> None:
        """Take a party's bills along; `done` hears how many were not to be had."""
        ...

    def give_back(self, party: bytes, done: Callable[[int], None], failed: Failed) -> None:
        """Give them back."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a screen is given. Each screen's view.py has `make(desk) -> ScreenView`, and its actions.py, where
    it has one, `everywhere(desk) -> Sequence[Action]`: what can be done from anywhere (F8, F6)."""

    runner: Runner
    hub: Hub
    navigator: Navigator
    notifier: Notifier
    calendar: Calendar
    memory: Memory
    clock: Clock
    files: Files | None = None
    deposits: Deposits | None = None
    along: Along | None = None
    carries_all: bool = True
    """Whether the book has every party; one in the field has some, and no screen shows a sum of the company from it."""


# --- choices, actions, sync ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a ChoiceField offers: `value` is what it stands for (an id, a code, a record)."""

    value: Any
    text: str
    detail: str = ""


Suggest: TypeAlias = Callable[[Reader, str], Sequence[Choice]]
"""(reader, typed text) → choices, best first; runs on a read thread."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do: menus, shortcuts, palette and help are all read from these.

    `keys` are Qt key texts ("Ctrl+S", "F8"); the first is shown. `when` is asked before each use.
    """

    name: str
    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    when: Callable[[], bool] = _always
    icon: str = ""
    words: str = ""
    """Further words the palette finds it by."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit of the palette's search: a party, a document, a receipt; where Enter goes."""

    text: str
    detail: str
    place: Place
    icon: str = "search"


Search: TypeAlias = Callable[[Reader, str], Sequence[Finding]]
"""(reader, typed text) → findings, best first; runs on a read thread."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """How this book stands with the service; always in sight.

    local: the book is not shared. since/at: local time of day or date, ready to show. While it is syncing, `sent` is
    how many of `waiting` have left, and `received` the place reached of `head`; all are 0 while that is not known.
    """

    kind: Literal["local", "offline", "waiting", "syncing", "synced", "attention"]
    since: str = ""
    waiting: int = 0
    attention: int = 0
    sent: int = 0
    received: int = 0
    head: int = 0
    why: str = ""
    """Why it is not as it should be, in a sentence, and what to do."""


@dataclass(frozen=True, slots=True)
class RoundTold:
    """One round of sync that is over: the time of day, what it sent and took in, and why it ended early, if it did."""

    at: str
    sent: int = 0
    received: int = 0
    note: str = ""
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class SyncReport:
    """All there is to tell of sync: how it stands, the last rounds, what waits by kind, with whom and as whom."""

    state: SyncState
    rounds: Sequence[RoundTold] = ()
    waiting: Sequence[tuple[str, int]] = ()
    server: str = ""
    device: str = ""
    user: str = ""
