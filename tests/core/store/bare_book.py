"""A book with nothing but its tables, for the tests of what lies below the log."""

import os
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from core.store import engine, keys, migrate
from core.store.wraps import LIGHT

BOOK_ID = bytes.fromhex("0198aabbccdd7000800000000000002a")
PASSPHRASE = "nine camels walk"


class BareBook(NamedTuple):
    """Where it lies and what opens it."""

    path: Path
    key: bytes
    recovery_code: str


def make_bare_book(folder: Path, name: str = "shop.bahi", rows: int = 0) -> BareBook:
    """Make a book with its key file and tables; `rows` fills the draft journal, about 1 KiB each."""
    path = folder / name
    made = keys.make_keys(path, BOOK_ID, PASSPHRASE, cost=LIGHT)
    engine.create_file(path, made.key)
    opened = engine.open_engine(path, made.key)
    migrate.create_schema(opened)
    put_rows(opened, range(rows))
    opened.dispose()
    return BareBook(path, made.key, made.recovery_code)


def put_rows(opened: Engine, numbers: range) -> None:
    """Write rows of the draft journal in one transaction."""
    if not numbers:
        return
    with engine.write_transaction(opened) as connection:
        connection.info["door"] = engine.ANY_HAND
        connection.exec_driver_sql(
            "INSERT INTO draft_journal VALUES (?, ?, ?)",
            [(f"place {number}", os.urandom(1000), number) for number in numbers],
        )


def count_rows(opened: Engine) -> int:
    """How many rows `put_rows` left."""
    with engine.read_transaction(opened) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM draft_journal").scalar_one())
