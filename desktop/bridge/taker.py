"""Takes subcommands of the command line while a window holds the book: they are run here, on the book as it is open.

What they write is a commit as any other: the screens hear of it, and what is being typed stays.
"""

import contextlib
import json
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from desktop import handing
from desktop.handing import Asked

if TYPE_CHECKING:
    from multiprocessing.connection import Connection, Listener

    from core.book import Book

Run = Callable[[Asked, "Book", Callable[[str, str], None]], int]
"""Runs a subcommand on a book and tells what it prints; answers its exit code."""

_AWAKE_S, _LEAVE_S = 1.0, 10.0
_log = logging.getLogger(__name__)


class Taker(QObject):
    """Listens for one book from `start` to `close`; one subcommand at a time."""

    _was_run = Signal(str)

    def __init__(self, book: "Book", run: Run, done: Callable[[str], None], parent: QObject) -> None:
        """`done` hears the name of each subcommand that was run, on the GUI thread."""
        super().__init__(parent)
        self._book = book
        self._run = run
        self._address = handing.address_of(book.key)
        self._one_at_a_time = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="bahi-taker", daemon=True)
        self._was_run.connect(done, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Listen; without a place to do so, subcommands that would write are sent away as before."""
        self._thread.start()

    def close(self) -> None:
        """Take no more; what runs may end."""
        from multiprocessing.connection import Client

        self._over.set()
        with contextlib.suppress(OSError):
            Client(self._address).close()  # a thread that waits for the next one does not hear of a closing
        if self._thread.is_alive():
            self._thread.join(_AWAKE_S)
        if self._one_at_a_time.acquire(timeout=_LEAVE_S):
            self._one_at_a_time.release()

    def _listen(self) -> None:
        from multiprocessing.connection import Listener

        try:
            if sys.platform != "win32":
                Path(self._address).unlink(
                    missing_ok=True
                )  # of a window that was killed: this one holds the book
            listener = Listener(self._address)
        except OSError as error:
            _log.warning("subcommands cannot be taken (%s)", type(error).__name__)
            return
        with listener:
            while not self._over.is_set():
                self._accept(listener)

    def _accept(self, listener: "Listener") -> None:
        with contextlib.suppress(OSError):
            connection = listener.accept()
            threading.Thread(target=self._take, args=(connection,), name="bahi-handed", daemon=True).start()

    def _take(self, connection: "Connection[Any, Any]") -> None:
        """Run what one caller asks, if it shows that it has the book's key."""
        with connection, contextlib.suppress(OSError, EOFError):
            if self._over.is_set() or not handing.knows(connection, self._book.key, is_window=True):
                return
            asked = handing.unpacked(connection.recv_bytes(handing.ASKED_BYTES_MAX))
            with self._one_at_a_time:
                if self._over.is_set():
                    return
                code = self._run(asked, self._book, lambda kind, text: _tell(connection, kind, text))
            self._was_run.emit(asked.name)
            _tell(connection, "exit", code)


def _tell(connection: "Connection[Any, Any]", kind: str, value: str | int) -> None:
    with contextlib.suppress(OSError):  # who asked has gone: what was begun is ended all the same
        connection.send_bytes(json.dumps([kind, value]).encode())
