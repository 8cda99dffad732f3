"""Pages of a snapshot kept beside the book until it is loaded, encrypted as the book is.

Whatever stops the fetching, what came until then is there; whatever is wrong with this file, it is begun anew.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from core.errors import BookError, Damaged, NotABook, WrongKey
from core.store.engine import connect, create_file, explained
from core.store.files import beside
from core.store.loading import discard
from core.store.trouble import disk_failed

_MANIFEST = -1
_TABLE = "CREATE TABLE IF NOT EXISTS pages (number INTEGER PRIMARY KEY, data BLOB NOT NULL)"


class Spoiled(BookError):
    """What is kept cannot be read any more."""


class KeptPages:
    """The pages of one snapshot that have come, by number."""

    def __init__(self, book: Path, key: bytes) -> None:
        self._path = beside(book, ".snapshot")
        self._key = key

    def manifest(self) -> bytes | None:
        """What the pages are of; None when nothing is kept, or nothing that can be read."""
        if not self._path.exists():
            return None
        try:
            return self._read(_MANIFEST)
        except BookError:
            return None

    def begin(self, manifest: bytes) -> None:
        """Forget what is kept, and keep pages of this one."""
        self.discard()
        create_file(self._path, self._key)
        self.keep(_MANIFEST, manifest)

    def keep(self, number: int, data: bytes) -> None:
        """Keep a page, at once and for good. Raises Spoiled."""
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?)", (number, data))

    def numbers(self) -> set[int]:
        """Which pages are kept. Raises Spoiled."""
        with self._open() as connection:
            found = connection.execute("SELECT number FROM pages WHERE number >= 0").fetchall()
        return {row[0] for row in found}

    def page(self, number: int) -> bytes | None:
        """A page that is kept; None when it is not, or cannot be read."""
        try:
            return self._read(number)
        except Spoiled:
            return None

    def discard(self) -> None:
        """Keep nothing any more."""
        discard(self._path)

    def _read(self, number: int) -> bytes | None:
        with self._open() as connection:
            found = connection.execute("SELECT data FROM pages WHERE number = ?", (number,)).fetchone()
        return bytes(found[0]) if found else None

    @contextmanager
    def _open(self) -> Iterator[Any]:
        try:
            with (
                explained(self._path, self._key),
                closing(connect(self._path, self._key)) as connection,
            ):
                connection.execute(_TABLE)
                yield connection
        except (Damaged, NotABook, WrongKey) as error:
            told = disk_failed(self._path)
            raise Spoiled(told.message, remedy=told.remedy) from error
