"""Filling a book with very many changes: the indexes are made once at the end, not a leaf at a time.

For the large book of `bahi bench` and its tests; the rows are those that any Work writes.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.store.engine import connect

_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_LARGE_CACHE = "PRAGMA cache_size = -1048576"


@contextmanager
def without_indexes(path: Path, key: bytes) -> Iterator[None]:
    """Take the indexes of a closed book away, let it be opened and filled, and make them again as they were.

    An error leaves the book without them: throw it away then.
    """
    with closing(connect(path, key)) as book:
        indexes = book.execute(_INDEXES).fetchall()
        for name, _sql in indexes:
            book.execute(f"DROP INDEX {name}")
    yield
    with closing(connect(path, key)) as book:
        for pragma in (_LARGE_CACHE, "PRAGMA synchronous = OFF"):
            book.execute(pragma)
        for _name, sql in indexes:
            book.execute(sql)
        book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
