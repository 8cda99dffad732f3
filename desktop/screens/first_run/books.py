"""Making, opening and joining books, off the GUI thread: the verbs behind the first run and every start.

The core's database is imported by the first verb, not by this file: the window paints before it.
"""

import getpass
import platform
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from core.clock import Clock
from core.company.model import Company
from core.words import translate as _

if TYPE_CHECKING:
    from core.book import Book

SUFFIX = ".bahi"


@dataclass(frozen=True, slots=True)
class NewBook:
    """A book to be made: where, for whom, and the passphrase beside the keyring (empty: none)."""

    path: Path
    company: Company
    user: str
    passphrase: str = ""


@dataclass(frozen=True, slots=True)
class Joining:
    """A book to be fetched from a service: by the code another device shows."""

    path: Path
    server: str
    code: str
    user: str = ""
    passphrase: str = ""


@dataclass(frozen=True, slots=True)
class MadeBook:
    """A book that came to be, open, and the recovery code that is shown once."""

    book: "Book"
    recovery_code: str


Told = Callable[[int, int], None]


class Shelf(Protocol):
    """The slow verbs (Books is one)."""

    def make(self, wish: NewBook) -> MadeBook:
        """Make a book."""
        ...

    def open(self, path: Path, *, passphrase: str = "", recovery_code: str = "") -> Any:
        """Open a book."""
        ...

    def join(self, wish: Joining, told: Told) -> MadeBook:
        """Fetch a company's book; `told` hears how much of how much has come, in this thread."""
        ...


class Books:
    """Makes, opens and joins books; each verb is slow (a key is stretched) and may raise a BahiError."""

    def __init__(self, clock: Clock, marks: Path | None = None) -> None:
        self._clock = clock
        self._marks = marks
        self._passphrases: dict[Path, str] = {}

    def passphrase_of(self, path: Path) -> str:
        """What was typed to open a book in this session; its device key may be wrapped by it. Empty: nothing."""
        return self._passphrases.get(path, "")

    def make(self, wish: NewBook) -> MadeBook:
        """Make a book with its company in it; one that fails half-way leaves nothing behind."""
        from core.book import Book, Identity
        from core.company.commands import save_company

        wish.path.parent.mkdir(parents=True, exist_ok=True)
        book, code = Book.create(
            wish.path,
            Identity(user=wish.user, device_name=device_name()),
            passphrase=wish.passphrase or None,
            clock=self._clock,
            marks=self._marks,
        )
        try:
            book.write(_("Company"), lambda work: save_company(work, wish.company))
        except BaseException:
            book.close()
            for left in wish.path.parent.glob(f"{wish.path.name}*"):
                left.unlink()
            raise
        self._passphrases[wish.path] = wish.passphrase
        return MadeBook(book, code)

    def open(self, path: Path, *, passphrase: str = "", recovery_code: str = "") -> "Book":
        """Open a book for writing."""
        from core.book import Book

        book = Book.open(
            path,
            passphrase=passphrase or None,
            recovery_code=recovery_code or None,
            clock=self._clock,
            marks=self._marks,
        )
        self._passphrases[path] = passphrase
        return book

    def join(self, wish: Joining, told: Told) -> MadeBook:
        """Enrol this computer by an owner's code and fetch the company's book."""
        from sync.client.enrol import join
        from sync.client.transport import HttpTransport

        wish.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(HttpTransport(wish.server)) as transport:
            made = join(
                wish.path,
                wish.server,
                wish.code,
                user=wish.user,
                device_name=device_name(),
                passphrase=wish.passphrase or None,
                clock=self._clock,
                transport=transport,
                marks=self._marks,
                progress=lambda step: told(step.received, step.head),
            )
        self._passphrases[wish.path] = wish.passphrase
        return MadeBook(made.book, made.recovery_code)


def user_name() -> str:
    """Who sits here, as the machine knows them; a start for the field "Your name"."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def device_name() -> str:
    """What this machine calls itself."""
    return platform.node() or "computer"
