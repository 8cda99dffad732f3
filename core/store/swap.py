"""Putting one file in the place of another while a book is open: readers are let out first, and nobody in meanwhile."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import Connection

from core.ids import Id
from core.store.engine import connect
from core.store.files import place


class Turnstile:
    """Lets any number of readers in, and shuts once they have left; a reader may read again within his reading."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_shut = False
        self._mine = threading.local()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside; waits while it is shut."""
        depth: int = getattr(self._mine, "depth", 0)
        with self._changed:
            while self._is_shut and not depth:
                self._changed.wait()
            self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Nobody inside, and nobody let in until the end; one at a time."""
        with self._changed:
            self._is_shut = True
            while self._inside:
                self._changed.wait()
        try:
            yield
        finally:
            with self._changed:
                self._is_shut = False
                self._changed.notify_all()


def swap_in(made: Path, book: Path, key: bytes) -> None:
    """Give a finished file the book's name; no connection of this process is open on either.

    Raises InUse (through `explained`) while another process reads the book, which is then as it was.
    """
    for path in (made, book):
        with closing(connect(path, key)) as connection:
            connection.execute("PRAGMA busy_timeout = 1000")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    place(made, book)


def everything(read: Connection) -> dict[str, frozenset[Id]]:
    """All records that stand, by feature."""
    found: dict[str, set[Id]] = defaultdict(set)
    for kind, record in read.exec_driver_sql("SELECT kind, record FROM standing"):
        found[kind.partition(".")[0]].add(record)
    return {feature: frozenset(records) for feature, records in found.items()}
