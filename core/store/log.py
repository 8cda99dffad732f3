"""The change log in the book: appending at its end, reading it back, and the little facts in `meta`."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.changes.change import CHAIN_START, Outcome
from core.ids import Id
from core.store.engine import HAND

Meta = dict[str, Any]
_meta = msgspec.msgpack.Decoder()


class Entry(NamedTuple):
    """A row of the log. `idle` 1: a pending claim without effect; 2: of a kind this version does not know."""

    entry: int
    device: Id
    epoch: int
    number: int
    seq: int | None
    kind: str
    record: Id
    outcome: int
    idle: int
    data: bytes
    link: bytes
    answer: bytes
    undo: bytes | None


_COLUMNS = ", ".join(Entry._fields)


def read_meta(connection: Connection) -> Meta:
    """All little facts of the book, by name."""
    found = connection.exec_driver_sql("SELECT name, value FROM meta")
    return {name: _meta.decode(value) for name, value in found}


def write_meta(connection: Connection, **values: Any) -> None:
    """Keep little facts of the book."""
    rows = [(name, msgspec.msgpack.encode(value)) for name, value in values.items()]
    connection.exec_driver_sql(HAND + "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", rows)


def append(connection: Connection, entries: list[Entry]) -> None:
    """Write entries at the end of the log."""
    marks = ", ".join("?" * len(Entry._fields))
    connection.exec_driver_sql(
        HAND + f"INSERT INTO changes ({_COLUMNS}) VALUES ({marks})", [tuple(e) for e in entries]
    )


def last_entry(connection: Connection) -> int:
    """The number of the newest entry; 0 for an empty log."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(entry), 0) FROM changes").scalar_one())


def chain_head(connection: Connection, device: Id, epoch: int) -> tuple[int, bytes]:
    """The number and link of the newest change of a device in this book."""
    found = connection.exec_driver_sql(
        "SELECT number, link FROM chains WHERE device = ? AND epoch = ?", (device, epoch)
    ).fetchone()
    return (found[0], found[1]) if found else (0, CHAIN_START)


def keep_chain_head(
    connection: Connection, device: Id, epoch: int, number: int, link: bytes, *, start: bytes = CHAIN_START,
    code: str = "",
) -> None:  # fmt: skip
    """Move a device's chain on; one that is not there yet hangs on the link `start`."""
    connection.exec_driver_sql(
        HAND + "INSERT INTO chains VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (device, epoch) DO UPDATE SET number = excluded.number, link = excluded.link",
        (device, epoch, number, link, start, code),
    )


def chain_start(connection: Connection, device: Id, epoch: int) -> bytes:
    """The link that the first change of an epoch hangs on."""
    sql = "SELECT start FROM chains WHERE device = ? AND epoch = ?"
    found: bytes | None = connection.exec_driver_sql(sql, (device, epoch)).scalar()
    return CHAIN_START if found is None else found


def copy_codes(connection: Connection, device: Id) -> list[str]:
    """What the series of the epochs that this book has begun as a copy begin with."""
    sql = "SELECT code FROM chains WHERE device = ? AND code <> '' ORDER BY epoch"
    return [code for (code,) in connection.exec_driver_sql(sql, (device,))]


def entry_of(connection: Connection, device: Id, epoch: int, number: int) -> int:
    """The local number of the last of one author's changes up to a number; 0 where the book has none."""
    sql = "SELECT entry FROM changes WHERE device = ? AND epoch = ? AND number <= ? ORDER BY number DESC LIMIT 1"
    return int(connection.exec_driver_sql(sql, (device, epoch, number)).scalar() or 0)


def entry_at(connection: Connection, entry: int) -> Entry:
    """One entry by its local number."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE entry = ?"
    return Entry(*connection.exec_driver_sql(sql, (entry,)).one())


def entries_by_author(connection: Connection, device: Id, epoch: int, first: int, last: int) -> list[Entry]:
    """A run of one author's entries, by its numbers."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE device = ? AND epoch = ? AND number BETWEEN ? AND ? ORDER BY number"
    return [Entry(*row) for row in connection.exec_driver_sql(sql, (device, epoch, first, last))]


def pending(connection: Connection, *, after_entry: int = 0, limit: int = -1) -> list[Entry]:
    """This device's changes that the service has not yet answered in its order, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE outcome = ? AND entry > ? ORDER BY entry LIMIT ?"
    found = connection.exec_driver_sql(sql, (int(Outcome.PENDING), after_entry, limit))
    return [Entry(*row) for row in found]


def pending_count(connection: Connection) -> int:
    """How many changes wait for the service."""
    sql = "SELECT count(*) FROM changes WHERE outcome = ?"
    return int(connection.exec_driver_sql(sql, (int(Outcome.PENDING),)).scalar_one())


def shelved_count(connection: Connection) -> int:
    """How many changes wait for a version of the program that knows them."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM changes WHERE idle = 2").scalar_one())


def in_order(connection: Connection) -> Iterator[Entry]:
    """The whole log as it took effect: what is confirmed by seq, then what is pending as written."""
    yield from confirmed(connection)
    yield from _entries(connection, "seq IS NULL ORDER BY entry")


def confirmed(connection: Connection) -> Iterator[Entry]:
    """What has its place in the order, in that order."""
    return _entries(connection, "seq IS NOT NULL ORDER BY seq")


def _entries(connection: Connection, where: str) -> Iterator[Entry]:
    found = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM changes WHERE {where}")
    while batch := found.fetchmany(500):
        yield from (Entry(*row) for row in batch)


def history_of(connection: Connection, record: Id) -> list[Entry]:
    """Every change of a record, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE record = ? ORDER BY entry"
    return [Entry(*row) for row in connection.exec_driver_sql(sql, (record,))]
