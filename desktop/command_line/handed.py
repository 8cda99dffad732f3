"""Subcommands that are handed to the window which holds the book: asked there, and run here for another process.

One process at a time writes a book. While it is a window, a subcommand that would write is run by it, on the book as it
has it open; what it prints goes back to who asked, and its exit code is theirs.
"""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from desktop import handing
from desktop.handing import Asked

if TYPE_CHECKING:
    from core.book import Book

Tell = Callable[[str, str], None]
"""Told on which stream ("out" or "err") a text was printed."""

_USAGE, _WORLD = 2, 3
_STREAMS = {"out": lambda: sys.stdout, "err": lambda: sys.stderr}


class Held(NamedTuple):
    """The book that this process, a window, holds, and the passphrase of whoever asks it to work on that."""

    book: "Book"
    passphrase: str | None


HELD: ContextVar[Held | None] = ContextVar("held", default=None)
_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def remembering(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """The subcommand, which remembers what it was given, so that it can be handed over."""

    @wraps(function)
    def run(**given: Any) -> None:
        _ASKED.set(Asked(name, given, None))
        function(**given)

    return run


def ask_window(path: Path, passphrase: str | None) -> int | None:
    """Let the window that holds this book run the subcommand; its exit code, or None where no window listens.

    Raises `BahiError` when the window goes before it has answered.
    """
    from multiprocessing.connection import Client

    from core.book import Book
    from core.errors import BahiError, BookError
    from core.words import translate as _

    asked = _ASKED.get()
    if asked is None:
        return None
    try:
        with Book.open(path, passphrase=passphrase, read_only=True) as book:
            key = book.key
        data = handing.packed(asked._replace(passphrase=passphrase))
        connection = Client(handing.address_of(key))
    except (BookError, TypeError, OSError):
        return None
    with connection:
        try:
            if not handing.knows(connection, key, is_window=False):
                return None
        except (OSError, EOFError):
            return None
        try:
            connection.send_bytes(data)
            return _listen(connection)
        except (OSError, EOFError):
            raise BahiError(
                _("The window that has the book was closed meanwhile."),
                remedy=_("Look what is there, then try again."),
            ) from None


def run_for(asked: Asked, book: "Book", tell: Tell) -> int:
    """Run a subcommand on the book that this process holds; what it prints is told. Answers its exit code."""
    from desktop.command_line.program import functions

    function = functions().get(asked.name)
    if function is None:
        return _USAGE
    held = HELD.set(Held(book, asked.passphrase))
    try:
        # Nothing else in a window prints, so the streams of the process may be lent for this while.
        with redirect_stdout(_Stream("out", tell)), redirect_stderr(_Stream("err", tell)):
            function(**asked.given)
    except typer.Exit as ended:
        return ended.exit_code
    except typer.BadParameter as wrong:
        tell("err", f"{wrong.message}\n")
        return _USAGE
    except Exception:  # noqa: BLE001  `answering` has told it; a window goes on
        return _WORLD
    finally:
        HELD.reset(held)
    return 0


class _Stream(io.TextIOBase):
    """A stream that passes on what is printed."""

    def __init__(self, name: str, tell: Tell) -> None:
        self._name = name
        self._tell = tell

    def write(self, text: str) -> int:
        """Pass it on."""
        self._tell(self._name, text)
        return len(text)


def _listen(connection: Any) -> int:
    """Print what the window's run prints, until it has ended."""
    while True:
        kind, value = json.loads(connection.recv_bytes())
        if kind == "exit":
            return int(value)
        stream = _STREAMS[kind]()
        stream.write(value)
        stream.flush()
