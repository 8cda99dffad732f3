"""The limit that a measurement is laid beside: the bare driver writing the same rows, or asking one bare question.

Used by `bahi bench` and the speed tests; nothing of the books passes here.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from core.store import wraps
from core.store.engine import connect, create_file, open_engine
from core.store.migrate import create_schema
from core.store.tables import metadata

Rows = dict[str, list[tuple[Any, ...]]]

KEY = bytes(range(32))
CHEAP = wraps.Cost(passes=1, memory_kib=64, lanes=1)
"""A passphrase that takes no time to try, as a key from the keyring takes none."""
SEARCH = "search (rowid, text, record, kind)"


def all_rows(read: Connection) -> Rows:
    """Every row of every table, and what the search knows."""
    tables = [table.name for table in metadata.sorted_tables]
    rows = {name: [tuple(row) for row in read.exec_driver_sql(f"SELECT * FROM {name}")] for name in tables}
    found = read.exec_driver_sql("SELECT rowid, text, record, kind FROM search")
    return {**rows, SEARCH: [tuple(row) for row in found]}


def written(before: Rows, after: Rows) -> Rows:
    """The rows that a write left: new ones, and those it wrote over."""
    known = {name: set(rows) for name, rows in before.items()}
    fresh = {name: [row for row in rows if row not in known[name]] for name, rows in after.items()}
    return {name: rows for name, rows in fresh.items() if rows}


class RawFile:
    """A fresh encrypted file with the same tables, written by the bare driver."""

    def __init__(self, path: Path) -> None:
        create_file(path, KEY)
        engine = open_engine(path, KEY)
        create_schema(engine)
        engine.dispose()
        self._connection = connect(path, KEY)

    def write_seconds(self, works: Sequence[Rows]) -> float:
        """Seconds to write these rows, one transaction after the other."""
        start = time.perf_counter()
        for rows in works:
            self._connection.execute("BEGIN IMMEDIATE")
            for name, found in rows.items():
                marks = ", ".join("?" * len(found[0]))
                self._connection.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({marks})", found)
            self._connection.execute("COMMIT")
        return time.perf_counter() - start

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()


class RawReader:
    """A bare connection to a book's file, to read with."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._connection = connect(path, key, read_only=True)

    def fetch(self, sql: str) -> list[Any]:
        """Everything a question answers."""
        found: list[Any] = self._connection.execute(sql).fetchall()
        return found

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()
