"""The encrypted file as an engine: connections, transactions, and the guard of the one door.

Errors of the file, the disk and the key leave here as BookError with words and a remedy (`explained`).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.store.files import beside, flush
from core.store.trouble import explained, unreadable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = [
    "ANY_HAND",
    "HAND",
    "Progress",
    "WriteOutsideTheDoor",
    "checkpoint",
    "connect",
    "copy_book",
    "create_file",
    "explained",
    "faults",
    "looked_up",
    "open_engine",
    "read_transaction",
    "write_transaction",
    "written_by_hand",
]

KEY_BYTES = 32
HAND = "/* hand */ "
"""What every write of the store's own begins with; through the door of a Work nothing else passes."""
ANY_HAND = ""
"""The door of whoever makes or mends a whole file: any write passes."""
APPLICATION_ID = 0x42414849  # "BAHI", in the header of every book
_WAIT_SECONDS = 10.0
_KEPT_CONNECTIONS = 8
_BUSIEST_CONNECTIONS = 24
_PAGES_A_STEP = 2_000

Progress = Callable[[int, int], None]
"""Told how much of how much is done; it may raise to cancel."""

# Measured on 1,000 invoices and on single commits: pages of 8 or 16 KiB win 10 % in bulk and lose 20 to 60 %
# a commit; 32 MiB of cache read a warm book at a plain file's speed and 64 MiB no faster; a longer log of
# pages keeps checkpoints out of commits (`checkpoint` runs them in a quiet moment); mmap has no effect on
# encrypted pages. FULL costs 1.6 times NORMAL a commit, and with it a book survives the power cut.
_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 4000",
)
_EVERYONE = (
    "PRAGMA cache_size = -32768",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA trusted_schema = OFF",
)


class WriteOutsideTheDoor(AssertionError):
    """A statement would write outside a Work: our own mistake, stopped before it reached the file."""


def connect(path: Path, key: bytes, *, read_only: bool = False, max_pages: int | None = None) -> Any:
    """A bare sqlcipher3 connection to a book: for the first page of a start, copies and checks.

    Never creates a file. Transactions are the caller's own; wrap the whole use in `explained`.
    """
    connection = _driver().connect(
        _address(path, read_only),
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_WAIT_SECONDS,
    )
    try:
        _unlock(connection, key)
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise unreadable(path, key)
        for pragma in _EVERYONE if read_only else _WRITER + _EVERYONE:
            connection.execute(pragma)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        if max_pages is not None:
            connection.execute(f"PRAGMA max_page_count = {int(max_pages)}")
    except BaseException:
        connection.close()
        raise
    return connection


@cache
def _driver() -> Any:
    """sqlcipher3, told that bytes and None are bound as they are: unless an adapter says so it looks for one by raising
    two errors each, which took three quarters of the time of writing a row."""
    from sqlcipher3 import dbapi2

    dbapi2.register_adapter(bytes, bytes)
    dbapi2.register_adapter(type(None), {}.get)
    return dbapi2


def _address(path: Path, read_only: bool) -> str:
    """The file as a URI that never creates it.

    A reader opens it as a writer does where he may, so that the last one to close leaves one file; query_only
    keeps him from writing. A closed book in a folder of others is read as it lies.
    """
    address = path.absolute().as_uri()
    folder_is_ours = os.access(path.parent, os.W_OK)
    if not read_only or (folder_is_ours and os.access(path, os.W_OK)):
        return f"{address}?mode=rw"
    if folder_is_ours or beside(path, "-wal").exists():
        return f"{address}?mode=ro"
    return f"{address}?mode=ro&immutable=1"


def _unlock(connection: Any, key: bytes) -> None:
    """Hand the raw key over; a short key would be taken silently, so its length is checked."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a book key has {KEY_BYTES} bytes")
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to the user's terminal
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def create_file(path: Path, key: bytes) -> None:
    """Make an empty encrypted book, readable by its owner alone; AlreadyThere where a file stands."""
    with explained(path, key):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with closing(_driver().connect(str(path), isolation_level=None)) as connection:
                _unlock(connection, key)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def open_engine(path: Path, key: bytes, *, read_only: bool = False, max_pages: int | None = None) -> "Engine":
    """An engine on a book, tried with one connection: a wrong key or a damaged head is told at once.

    Connections are pooled, the one used last first, so that each thread finds a warm one.
    Dispose of the engine to close the file.
    """
    from sqlalchemy import URL, QueuePool, create_engine, event

    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=_driver(),
        creator=lambda: connect(path, key, read_only=read_only, max_pages=max_pages),
        poolclass=QueuePool,
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=_BUSIEST_CONNECTIONS - _KEPT_CONNECTIONS,
        pool_use_lifo=True,
    )
    event.listen(engine, "before_cursor_execute", _guard)
    try:
        with explained(path, key), engine.connect():
            return engine
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def write_transaction(engine: "Engine") -> Iterator["Connection"]:
    """One write transaction from BEGIN IMMEDIATE to its commit; any error undoes all of it.

    The caller opens the door: `connection.info["door"]` is what a write must begin with to pass (HAND for a Work,
    ANY_HAND where the file itself is made). It is shut behind him.
    """
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.info.pop("door", None)
            connection.info.pop("before_read", None)


@contextmanager
def read_transaction(engine: "Engine") -> Iterator["Connection"]:
    """A connection that sees one state of the book, whatever is written meanwhile."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()


def checkpoint(engine: "Engine") -> None:
    """Move finished pages from the write-ahead log into the book; waits for nobody. For quiet moments."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def copy_book(book: Path, key: bytes, target: Path, *, progress: Progress | None = None) -> None:
    """Copy a book, open or not, as it stood at one moment, into a new file under the same key.

    The copy is one whole file without a write-ahead log, flushed to the disk; writers are not kept waiting.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(book, key, read_only=True)) as source:
        source.execute("BEGIN")  # one snapshot: a write meanwhile would start the copy again
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(_driver().connect(str(target), isolation_level=None)) as copy:
            _unlock(copy, key)
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            source.backup(copy, pages=_PAGES_A_STEP, progress=_told(progress))
            copy.execute("PRAGMA journal_mode = DELETE")
    flush(target)


def _told(progress: Progress | None) -> Callable[[int, int, int], None] | None:
    """The driver counts what is left; people count what is done."""
    if progress is None:
        return None
    return lambda _state, left, pages: progress(pages - left, pages)


def faults(path: Path, key: bytes) -> list[str]:
    """Everything wrong with the pages of a book, in the words of the engine; empty when it is sound.

    Reads every page: for verify, backups and upgrades, never for opening.
    """
    with explained(path, key), closing(connect(path, key, read_only=True)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA cipher_integrity_check")]
        return found + _structure_faults(connection)


def _structure_faults(connection: Any) -> list[str]:
    """What the engine's own check of trees, rows and indexes finds."""
    try:
        return [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    except _driver().DatabaseError as error:
        return [str(error)]


def looked_up(connection: "Connection", sql: str, *values: Any) -> tuple[Any, ...] | None:
    """The first row a question finds, asked of the driver without the detours of a result that can do everything.

    For what a Work asks dozens of times. Nobody is told before it reads: what is gathered of these tables must be
    written, or in the hands of whoever asks.
    """
    driver: Any = connection.connection.driver_connection
    row: tuple[Any, ...] | None = driver.execute(sql, values).fetchone()
    return row


def written_by_hand(connection: "Connection", sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows by one statement through the open door, without detours."""
    _guard(connection, None, sql, rows, None, True)
    driver: Any = connection.connection.driver_connection
    driver.executemany(sql, rows)


_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER"})
_READS = frozenset({"SELECT", "VALUES"})


def _guard(
    connection: "Connection", _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """Let reads pass (after whoever asked to know of them) and writes only through an open door."""
    verb = _verb(statement)
    if verb in _READS:
        before_read: Callable[[str], None] | None = connection.info.get("before_read")
        if before_read is not None:
            before_read(statement)
    elif verb in _WRITES:
        door: str | None = connection.info.get("door")
        if door is None or not statement.startswith(door):
            raise WriteOutsideTheDoor(f"{verb} past the one door: {statement[:80]}")


@lru_cache(maxsize=4096)
def _verb(statement: str) -> str:
    """The verb of a statement in capitals; of WITH … the verb its tables are made for.

    A read that begins with a comment is the store's own, and nobody is told of it.
    """
    import re

    text = re.sub(r"--[^\n]*|/\*.*?\*/", " ", statement, flags=re.DOTALL)
    first = re.match(r"\s*([A-Za-z]+)", text)
    if first is None:
        return ""
    verb = first[1].upper()
    if verb in _READS and statement.startswith("/*"):
        return ""
    if verb != "WITH":
        return verb
    text = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", " ", text)
    inner = re.compile(r"\([^()]*\)")
    while inner.search(text):
        text = inner.sub(" ", text)
    main = re.search(r"\b(SELECT|VALUES|INSERT|UPDATE|DELETE|REPLACE)\b", text, flags=re.IGNORECASE)
    return main[1].upper() if main else verb
