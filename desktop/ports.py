"""What presenters and columns may ask for and speak in: protocols and plain records, free of Qt.

Presenters get Runner, Hub, Navigator, Notifier, Clock, Calendar and Memory here; the window builds them.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from core.clock import Clock as Clock

T = TypeVar("T")
Row = TypeVar("Row")

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


# --- lists -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list: how a row reads in it. `width` counts characters of the table's font."""

    name: str
    title: str
    text: Callable[[Row], str]
    align: Align = "left"
    width: int = 14
    tone: Callable[[Row], Tone] | None = None
    sortable: bool = False
    stretch: bool = False
    """Takes the width left over."""
    detail: Callable[[Row], str] | None = None
    """A second, quiet text after the first in the same cell."""
    pill: bool = False
    """Drawn as a pill: shape and text carry the meaning, tone only supports it."""
    paise: Callable[[Row], int] | None = None
    """The sum behind the text, for workbooks, where the text says more than the figure ("500.00 Cr")."""
    shares: Callable[[Row], Sequence[int]] | None = None
    """Parts of a whole in thousandths, drawn as one bar after the text; the text says the same."""
    gives_way: int = 0
    """Where room is short the columns with 1 go from sight first, then those with 2; files and papers keep them all."""


Row_co = TypeVar("Row_co", covariant=True)


class PageLike(Protocol[Row_co]):
    """Rows of one fetch, and the key to go on after (None: no more); the queries' own Page is one."""

    @property
    def rows(self) -> Sequence[Row_co]:
        """The rows, in the order asked."""
        ...

    @property
    def next_key(self) -> Any:
        """What the next fetch gets as `after_key`."""
        ...


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A PageLike for columns and presenters that put rows together themselves."""

    rows: Sequence[Row]
    next_key: Any = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a list: what was typed into its filter, its chosen scope and its sort column."""

    text: str = ""
    scope: str = ""
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """One chip above a list ("Open", "Overdue"): narrows the question."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an empty list says, and the one action it offers."""

    title: str
    text: str = ""
    action: str = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """Everything a PagedTable needs to know of a list; made by a screen's columns.py or presenter."""

    name: str
    """Sort, scope and filter are remembered under this name."""
    columns: Sequence[Column[Row]]
    fetch: Callable[[Reader, Ask, Any, int], PageLike[Row]]
    """(reader, ask, after_key, limit) → the next rows in the order asked; runs on a read thread."""
    reread: Callable[[Reader, Ask, Sequence[bytes]], Sequence[Row]]
    """(reader, ask, ids) → those rows as they are now; one left out no longer answers the question."""
    row_id: Callable[[Row], bytes]
    shows: frozenset[str]
    """Kinds of record (keys of Touched.records) whose ids are the ids of these rows."""
    depends: frozenset[str] = frozenset()
    """Kinds of record that rows draw from under other ids: when touched, the list is read again."""
    scopes: Sequence[Scope] = ()
    sort: str = ""
    descending: bool = False
    nothing: Nothing = field(default_factory=lambda: Nothing(""))
    """Shown when the list is empty without a filter."""

    @classmethod
    def whole(
        cls,
        name: str,
        columns: Sequence[Column[Row]],
        rows: Callable[[Reader], Sequence[Row]],
        row_id: Callable[[Row], bytes],
        *,
        depends: frozenset[str],
        nothing: Nothing,
    ) -> "Listing[Row]":
        """A list so short that it is read whole, in an order of its own; what is typed is looked for in its texts."""

        def answer(reader: Reader, ask: Ask, _after: Any = None, _limit: int = 0) -> Page[Row]:
            typed = ask.text.casefold()
            told = ((row, " ".join(column.text(row) for column in columns)) for row in rows(reader))
            return Page([row for row, text in told if typed in text.casefold()])

        def reread(reader: Reader, ask: Ask, _ids: Sequence[bytes]) -> Sequence[Row]:
            return answer(reader, ask).rows

        return cls(name, columns, answer, reread, row_id, frozenset(), depends, nothing=nothing)


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
