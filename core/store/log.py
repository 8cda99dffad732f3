"""The change log in the book: appending at its end, reading it back, and the little facts in `meta`."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.changes.change import CHAIN_START, Outcome
from core.changes.image import ChainHead
from core.ids import Id
from core.store.engine import HAND, looked_up, written_by_hand

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
_WITHOUT_UNDO = _COLUMNS.replace("undo", "NULL")
_OLDER = "0, device, epoch, number, seq, kind, record, outcome, 0, data, link, answer, NULL"


class Base(NamedTuple):
    """Where this book's log begins: nowhere (seq 0), or at the snapshot that it was loaded from.

    `run` is the running hash there, `sum` the hash of the entries that came with it, `chains` each device's head. Of
    those entries, number 0 is the image of a record, and one with a negative local number is only told of: its effect
    is in an image.
    """

    seq: int = 0
    run: bytes = b""
    sum: bytes = b""
    chains: tuple[ChainHead, ...] = ()


NO_BASE = Base()
BLIND = "blind_after"
"""The little fact after which place things are hidden from this book about what it has, until it is loaded anew."""
_base = msgspec.msgpack.Decoder(Base)


def read_meta(connection: Connection, table: str = "meta") -> Meta:
    """All little facts of the book, by name; `table` is that of a book attached beside."""
    found = connection.exec_driver_sql(f"SELECT name, value FROM {table}")
    return {name: _meta.decode(value) for name, value in found}


def write_meta(connection: Connection, **values: Any) -> None:
    """Keep little facts of the book."""
    rows = [(name, msgspec.msgpack.encode(value)) for name, value in values.items()]
    written_by_hand(connection, HAND + "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", rows)


def base_of(connection: Connection, table: str = "meta") -> Base:
    """Where the log begins; `table` is that of a book attached beside."""
    found = looked_up(connection, f"SELECT value FROM {table} WHERE name = 'base'")
    return NO_BASE if found is None else _base.decode(found[0])


def seen_upto(meta: Meta, seq: int) -> int:
    """Up to which place of the order who writes now has seen a record whose newest change is at `seq`."""
    return min(seq, max(1, meta[BLIND])) if BLIND in meta else seq


def append(connection: Connection, entries: list[Entry]) -> None:
    """Write entries at the end of the log."""
    marks = ", ".join("?" * len(Entry._fields))
    written_by_hand(connection, HAND + f"INSERT INTO changes ({_COLUMNS}) VALUES ({marks})", entries)


def last_entry(connection: Connection) -> int:
    """The number of the newest entry; 0 for an empty log. What a base tells of counts, whatever of it has come."""
    found = connection.exec_driver_sql("SELECT coalesce(max(entry), 0) FROM changes").scalar_one()
    return max(int(found), base_of(connection).seq)


def chain_head(connection: Connection, device: Id, epoch: int) -> tuple[int, bytes]:
    """The number and link of the newest change of a device in this book."""
    sql = "SELECT number, link FROM chains WHERE device = ? AND epoch = ?"
    found = looked_up(connection, sql, device, epoch)
    return (found[0], found[1]) if found else (0, CHAIN_START)


def keep_chain_head(
    connection: Connection, device: Id, epoch: int, number: int, link: bytes, *, start: bytes = CHAIN_START
) -> None:
    """Move a device's chain on; one that is not there yet hangs on the link `start`."""
    sql = (
        HAND + "INSERT INTO chains VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (device, epoch) DO UPDATE SET number = excluded.number, link = excluded.link"
    )
    written_by_hand(connection, sql, [(device, epoch, number, link, start)])


def chain_start(connection: Connection, device: Id, epoch: int) -> bytes:
    """The link that the first change of an epoch hangs on."""
    sql = "SELECT start FROM chains WHERE device = ? AND epoch = ?"
    found: bytes | None = connection.exec_driver_sql(sql, (device, epoch)).scalar()
    return CHAIN_START if found is None else found


def confirmed_heads(connection: Connection, device: Id) -> dict[int, tuple[int, bytes]]:
    """The number and link of the last confirmed change of each epoch of a device."""
    heads = {
        each.epoch: (each.number, each.link) for each in base_of(connection).chains if each.device == device
    }
    sql = (
        "SELECT epoch, number, link FROM changes WHERE device = ? AND epoch = ? AND seq IS NOT NULL AND number > 0 "
        "ORDER BY number DESC LIMIT 1"
    )
    for epoch in chain_ends(connection, device):
        found = connection.exec_driver_sql(sql, (device, epoch)).fetchone()
        if found is not None and found[1] > heads.get(epoch, (0, b""))[0]:
            heads[epoch] = (found[1], found[2])
    return heads


def pending_epochs(connection: Connection) -> list[tuple[int, int, int]]:
    """The epochs that have changes without an answer, oldest first: each with the first and last of their numbers."""
    sql = "SELECT epoch, min(number), max(number) FROM changes WHERE outcome = ? GROUP BY epoch ORDER BY min(entry)"
    return [tuple(row) for row in connection.exec_driver_sql(sql, (int(Outcome.PENDING),))]


def drop_chain(connection: Connection, device: Id, epoch: int) -> None:
    """Forget a chain of which nothing is left."""
    connection.exec_driver_sql(HAND + "DELETE FROM chains WHERE device = ? AND epoch = ?", (device, epoch))


def chain_ends(connection: Connection, device: Id) -> dict[int, int]:
    """The last number of each epoch of a device, as far as this book has it."""
    found = connection.exec_driver_sql("SELECT epoch, number FROM chains WHERE device = ?", (device,))
    return {row[0]: row[1] for row in found}


def issuing_code(meta: Meta) -> str:
    """What the series begin with that this book issues from: its device's code, or that of its last epoch as a copy."""
    code: str = meta.get("issuing_code") or meta["code"]
    return code


def last_confirmed_link(connection: Connection, device: Id) -> bytes:
    """The link of the change of a device that the service has confirmed last; the start of all where it has none."""
    sql = (
        "SELECT link FROM changes WHERE device = ? AND seq IS NOT NULL AND length(link) > 0 "
        "ORDER BY seq DESC LIMIT 1"
    )
    found: bytes | None = connection.exec_driver_sql(sql, (device,)).scalar()
    if found is not None:
        return found
    heads = [each for each in base_of(connection).chains if each.device == device]
    return max(heads, key=lambda each: each.epoch).link if heads else CHAIN_START


def entry_of(connection: Connection, device: Id, epoch: int, number: int) -> int:
    """The local number of the last of one author's changes up to a number; 0 where the book has none."""
    sql = "SELECT entry FROM changes WHERE device = ? AND epoch = ? AND number <= ? ORDER BY number DESC LIMIT 1"
    return int(connection.exec_driver_sql(sql, (device, epoch, number)).scalar() or 0)


def first_of(connection: Connection, record: Id) -> bytes:
    """The change that made a record; empty where the book began later than it was made."""
    sql = "SELECT data FROM changes WHERE record = ? ORDER BY entry LIMIT 1"
    return bytes(connection.exec_driver_sql(sql, (record,)).scalar() or b"")


def entry_at(connection: Connection, entry: int) -> Entry:
    """One entry by its local number."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE entry = ?"
    return Entry(*connection.exec_driver_sql(sql, (entry,)).one())


def entries_by_author(connection: Connection, device: Id, epoch: int, first: int, last: int) -> list[Entry]:
    """A run of one author's entries, by its numbers."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE device = ? AND epoch = ? AND number BETWEEN ? AND ? ORDER BY number"
    return [Entry(*row) for row in connection.exec_driver_sql(sql, (device, epoch, first, last))]


def pending(connection: Connection, *, after_entry: int = 0, limit: int = -1) -> list[Entry]:
    """This device's changes that the service has not yet answered in its order, oldest first; without their undo."""
    sql = f"SELECT {_WITHOUT_UNDO} FROM changes WHERE outcome = ? AND entry > ? ORDER BY entry LIMIT ?"
    found = connection.exec_driver_sql(sql, (int(Outcome.PENDING), after_entry, limit))
    return [Entry(*row) for row in found]


def pending_before(connection: Connection, before_entry: int, limit: int) -> list[Entry]:
    """This device's changes without an answer below a place in this book's log, newest first."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE outcome = ? AND entry < ? ORDER BY entry DESC LIMIT ?"
    found = connection.exec_driver_sql(sql, (int(Outcome.PENDING), before_entry, limit))
    return [Entry(*row) for row in found]


def pending_count(connection: Connection) -> int:
    """How many changes wait for the service."""
    sql = "SELECT count(*) FROM changes WHERE outcome = ?"
    return int(connection.exec_driver_sql(sql, (int(Outcome.PENDING),)).scalar_one())


def shelved_count(connection: Connection) -> int:
    """How many changes wait for a version of the program that knows them."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM changes WHERE idle = 2").scalar_one())


def shelved(connection: Connection) -> list[Entry]:
    """The changes that wait for a version of the program that knows them."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE idle = 2 ORDER BY entry"
    return [Entry(*row) for row in connection.exec_driver_sql(sql)]


def in_order(connection: Connection) -> Iterator[Entry]:
    """The whole log as it took effect: what is confirmed by seq, then what is pending as written."""
    yield from confirmed(connection)
    yield from _entries(connection, "seq IS NULL ORDER BY entry")


def confirmed(connection: Connection) -> Iterator[Entry]:
    """What has its place in the order, in that order: the base, then every change since."""
    return _entries(connection, "seq IS NOT NULL ORDER BY seq, number")


def entries_up_to(connection: Connection, seq: int) -> Iterator[Entry]:
    """What has its place in the order up to a seq, in that order."""
    sql = f"SELECT {_COLUMNS} FROM changes WHERE seq <= ? ORDER BY seq, number"
    return _batches(connection, sql, seq)


def ordered_after(connection: Connection, seq: int) -> Iterator[Entry]:
    """The changes that this book holds whole beyond a place in the order, in that order: those of its older log, then
    those since its base. What the base tells of is not among them."""
    base = base_of(connection).seq
    sql = f"SELECT {_OLDER} FROM older_changes WHERE seq > ? AND seq <= ? ORDER BY seq"
    yield from _batches(connection, sql, seq, base)
    sql = f"SELECT {_COLUMNS} FROM changes WHERE seq > ? ORDER BY seq"
    yield from _batches(connection, sql, max(seq, base))


def unheard(connection: Connection) -> list[Entry]:
    """What this device had sent when its book was loaded, and whose places it has not heard of since, in its order."""
    sql = f"SELECT {_OLDER} FROM older_changes WHERE seq = 0 ORDER BY epoch, number"
    return list(_batches(connection, sql))


def _entries(connection: Connection, where: str) -> Iterator[Entry]:
    return _batches(connection, f"SELECT {_COLUMNS} FROM changes WHERE {where}")


def _batches(connection: Connection, sql: str, *given: Any) -> Iterator[Entry]:
    found = connection.exec_driver_sql(sql, given)
    while batch := found.fetchmany(500):
        yield from (Entry(*row) for row in batch)


def history_of(connection: Connection, record: Id) -> list[Entry]:
    """Every change of a record that this book holds, oldest first; its older log and its base included."""
    sql = f"SELECT {_OLDER} FROM older_changes WHERE record = ? AND seq > 0 ORDER BY seq"
    older = [Entry(*row) for row in connection.exec_driver_sql(sql, (record,))]
    sql = f"SELECT {_COLUMNS} FROM changes WHERE record = ? ORDER BY seq IS NULL, seq, number, entry"
    return older + [Entry(*row) for row in connection.exec_driver_sql(sql, (record,))]
