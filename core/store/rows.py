"""The only hand that writes rows: gathers them, writes them in bulk, and notes how to take each step back.

Projections call it; nothing else does. Inserts, sums and rows put whole are gathered until something reads the table;
`set` and `drop` are for the few rows that are written over, and are written at once, as `put` is while a journal asks
for the row that was there.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.store.engine import HAND, looked_up, written_by_hand
from core.store.tables import metadata

Step = tuple[Any, ...]
"""One step to take back: ("insert", table, key) · ("add", table, key, sums) · ("row", table, key, row or None) ·
("text", rowid, before)."""

_WHOLE_MAX = (1 << 63) - 1
_PLAIN = frozenset({str, bytes, type(None)})
_FIXED_MAX = 4096
_MANY = 16
_NEWEST_TEXT = "/* kept */ SELECT max(id) FROM search_content"


class Rows:
    """Row writes of one Work. `journal`, when set, gathers the steps that take the writes back."""

    def __init__(self, connection: Connection, touch: Callable[[str, Id], None]) -> None:
        self._connection = connection
        self.touch = touch
        self.journal: list[Step] | None = None
        self._inserts: dict[str, list[tuple[Any, ...]]] = {}
        self._sums: dict[str, dict[tuple[Any, ...], list[int]]] = {}
        self._puts: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {}
        self._texts: dict[int, tuple[str, Id, str] | None] = {}
        self.dirty: set[str] = set()
        self._kept: dict[tuple[str, tuple[Any, ...]], tuple[Any, ...] | None] = {}
        self._fixed: dict[tuple[str, tuple[Any, ...]], tuple[Any, ...]] = {}
        self._by_key: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {}

    def insert(self, table: sa.Table, **values: Any) -> None:
        """A new row; columns that are not named are empty."""
        names, key_at = _columns(table)
        row = _plain_row(values.values() if tuple(values) == names else _in_order(table, values))
        name = table.name
        if name in self._puts:
            self._flush_table(name)
        gathered = self._inserts.get(name)
        if gathered is None:
            gathered = self._inserts[name] = []
            self.dirty.add(name)
        gathered.append(row)
        if self.journal is not None:
            self.journal.append(("insert", str(name), tuple(row[at] for at in key_at)))

    def add(self, table: sa.Table, row_key: tuple[Any, ...], **sums: int) -> None:
        """Add to the sums of a row; where the table holds nothing but sums the row comes to be when not there."""
        key, name, places = _plain_row(row_key), table.name, _sum_places(table)
        if name in self._puts:
            self._flush_table(name)
        gathered = self._sums.get(name)
        if gathered is None:
            gathered = self._sums[name] = {}
            self.dirty.add(name)
        row = gathered.get(key)
        if row is None:
            row = gathered[key] = [0] * len(places)
        for sum_name, paise in sums.items():
            row[places[sum_name]] += paise
        if self.journal is not None:
            step = [sums.get(sum_name, 0) for sum_name in places]
            self.journal.append(("add", str(name), key, step))

    def put(self, table: sa.Table, **values: Any) -> None:
        """A row as it stands now, new or written over."""
        names, key_at = _columns(table)
        row = _plain_row(values.values() if tuple(values) == names else _in_order(table, values))
        key = (row[key_at[0]],) if len(key_at) == 1 else tuple([row[at] for at in key_at])
        if self.journal is not None:
            self._overwrite(table, key, row)
            return
        name = table.name
        if name in self._inserts or name in self._sums:
            self._flush_table(name)
        gathered = self._puts.get(name)
        if gathered is None:
            gathered = self._puts[name] = {}
        gathered[key] = row
        if self._kept:
            self._kept.pop((str(name), key), None)
        self.dirty.add(name)

    def set(self, table: sa.Table, row_key: tuple[Any, ...], **values: Any) -> None:
        """Some columns of a row that is there."""
        names, _ = _columns(table)
        key = _plain_row(row_key)
        before = self._row(table, key)
        assert before is not None, f"{table.name} has no such row"
        now = dict(zip(names, before, strict=True)) | {name: _plain(value) for name, value in values.items()}
        self._overwrite(table, key, tuple(now[name] for name in names), before)

    def has(self, table: sa.Table, row_key: tuple[Any, ...]) -> bool:
        """Whether a row is there; a book that carries only some parties lacks those of the others."""
        return self._row(table, _plain_row(row_key)) is not None

    def drop(self, table: sa.Table, row_key: tuple[Any, ...]) -> None:
        """Take a row away."""
        self._overwrite(table, _plain_row(row_key), None)

    def kept(self, table: sa.Table, row_key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """A row that a projection must know, of a table written by `put` alone; remembered until it is written."""
        known = (str(table.name), _plain_row(row_key))
        if known not in self._kept:
            self._kept[known] = self._row(table, known[1])
        return self._kept[known]

    def fixed(self, table: sa.Table, row_key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """A row of a table written by `insert` and `add` alone, for its columns that are no sums; None when it is not
        there. Sums still gathered are not in it."""
        known = (str(table.name), _plain_row(row_key))
        found = self._fixed.get(known)
        if found is None:
            found = self._gathered(table).get(known[1])
            if found is None:
                found = looked_up(self._connection, _select_sql(table), *known[1])
            if found is None:
                return None
            if len(self._fixed) >= _FIXED_MAX:
                self._fixed.clear()
            self._fixed[known] = found
        return found

    def _gathered(self, table: sa.Table) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """The new rows of a table that are not written yet, by their keys."""
        found = self._by_key.setdefault(str(table.name), {})
        rows = self._inserts.get(table.name, [])
        _names_of, key_at = _columns(table)
        for row in rows[len(found) :]:
            found[tuple(row[at] for at in key_at)] = row
        return found

    def forget(self) -> None:
        """Remember no row: every row was taken away beneath."""
        self._kept.clear()
        self._fixed.clear()

    def find_by(self, entry: int, record: Id, kind: str, text: str) -> None:
        """Let a new paper be found by these words; `entry` is its log entry."""
        self._texts[entry] = (text, record, kind)
        self.dirty.add("search")
        if self.journal is not None:
            self.journal.append(("text", entry, None))

    def find_again_by(self, entry: int, record: Id, kind: str, text: str) -> None:
        """The words a record that changes is found by now; empty text lets it be found no more."""
        if self.journal is not None:
            self._flush_table("search")
            found = self._connection.exec_driver_sql(
                "SELECT text, record, kind FROM search WHERE rowid = ?", (entry,)
            ).fetchone()
            self.journal.append(("text", entry, tuple(found) if found else None))
        self._texts[entry] = (text, record, kind) if text else None
        self.dirty.add("search")

    def flush(self) -> None:
        """Write what was gathered."""
        for name in list(self.dirty):
            self._flush_table(name)

    def undo(self, steps: Sequence[Step]) -> None:
        """Take steps back, last first; what was gathered must be flushed."""
        self._fixed.clear()
        for what, *rest in reversed(steps):
            if what == "text":
                self._write_text(rest[0], tuple(rest[1]) if rest[1] else None)
                continue
            table = metadata.tables[rest[0]]
            key = tuple(rest[1])
            if what == "insert":
                self._write_row(table, key, None)
            elif what == "row":
                self._write_row(table, key, tuple(rest[2]) if rest[2] is not None else None)
            else:
                self._connection.exec_driver_sql(*_sum_step(table, [(key, [-paise for paise in rest[2]])]))

    def _overwrite(
        self, table: sa.Table, key: tuple[Any, ...], row: tuple[Any, ...] | None, before: Any = ...
    ) -> None:
        self._flush_table(table.name)
        if before is ...:
            before = self._row(table, key)
        if self.journal is not None:
            self.journal.append(("row", str(table.name), key, before))
        self._write_row(table, key, row)

    def _row(self, table: sa.Table, key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        self._flush_table(table.name)
        return looked_up(self._connection, _select_sql(table), *key)

    def _write_row(self, table: sa.Table, key: tuple[Any, ...], row: tuple[Any, ...] | None) -> None:
        self._kept.pop((str(table.name), key), None)
        if row is None:
            self._connection.exec_driver_sql(_delete_sql(table), key)
        else:
            self._connection.exec_driver_sql(_replace_sql(table), row)

    def _write_text(self, entry: int, row: tuple[Any, ...] | None) -> None:
        self._connection.exec_driver_sql(HAND + "DELETE FROM search WHERE rowid = ?", (entry,))
        if row is not None:
            sql = HAND + "INSERT INTO search (rowid, text, record, kind) VALUES (?, ?, ?, ?)"
            self._connection.exec_driver_sql(sql, (entry, *row))

    def _flush_table(self, name: str) -> None:
        if name not in self.dirty:
            return
        self.dirty.discard(name)
        if name == "search":
            self._flush_texts()
            return
        table = metadata.tables[name]
        self._by_key.pop(name, None)
        if rows := self._inserts.pop(name, None):
            written_by_hand(self._connection, _insert_sql(table), rows)
        if sums := self._sums.pop(name, None):
            written_by_hand(self._connection, *_sum_step(table, sums.items()))
        if puts := self._puts.pop(name, None):
            written_by_hand(self._connection, _replace_sql(table), list(puts.values()))

    def _flush_texts(self) -> None:
        texts, self._texts = self._texts, {}
        gone = [(entry,) for entry, row in texts.items() if row is None]
        found = [(entry, *row) for entry, row in texts.items() if row is not None]
        if gone:
            self._connection.exec_driver_sql(HAND + "DELETE FROM search WHERE rowid = ?", gone)
        newest = self._newest_text() if len(found) >= _MANY else max(texts)
        self._write_texts("INSERT OR REPLACE", [row for row in found if row[0] <= newest])
        self._write_texts("INSERT", [row for row in found if row[0] > newest])  # spares looking for each

    def _newest_text(self) -> int:
        return self._connection.exec_driver_sql(_NEWEST_TEXT).scalar() or 0

    def _write_texts(self, verb: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            sql = HAND + verb + " INTO search (rowid, text, record, kind) VALUES (?, ?, ?, ?)"
            written_by_hand(self._connection, sql, rows)


def _plain_row(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values as the file keeps them. A thousand invoices are 160,000: what is plain already is seen without a call."""
    row = tuple(values)
    for value in row:
        kind = type(value)
        if (
            kind is str or kind is bytes or value is None or (kind is int and -_WHOLE_MAX <= value <= _WHOLE_MAX)
        ):  # fmt: skip
            continue
        return tuple([value if type(value) in _PLAIN else _plain(value) for value in row])
    return row


def _plain(value: Any) -> Any:
    """A value as the file keeps it. A number beyond 64 bits comes of a hostile paper, which stands whole in the log."""
    kind = type(value)
    if kind is int and not -_WHOLE_MAX <= value <= _WHOLE_MAX:
        return _WHOLE_MAX if value > 0 else -_WHOLE_MAX
    return value.isoformat() if kind is dt.date else value


def _in_order(table: sa.Table, values: dict[str, Any]) -> Iterable[Any]:
    """The values of a row in the order of its columns; those that are not named are empty."""
    assert values.keys() <= _names(table), f"{table.name} has no {sorted(values.keys() - _names(table))}"
    return map(values.get, _columns(table)[0])


@cache
def _columns(table: sa.Table) -> tuple[tuple[str, ...], tuple[int, ...]]:
    names = tuple(column.name for column in table.columns)
    return names, tuple(names.index(column.name) for column in table.primary_key)


@cache
def _sum_places(table: sa.Table) -> dict[str, int]:
    """Where each of a table's sums stands in its row of sums."""
    return {name: place for place, name in enumerate(table.info["sums"])}


@cache
def _names(table: sa.Table) -> frozenset[str]:
    return frozenset(_columns(table)[0])


@cache
def _insert_sql(table: sa.Table) -> str:
    names, _ = _columns(table)
    return HAND + f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


@cache
def _replace_sql(table: sa.Table) -> str:
    return _insert_sql(table).replace("INSERT", "INSERT OR REPLACE", 1)


def _where(table: sa.Table) -> str:
    return " AND ".join(f"{column.name} = ?" for column in table.primary_key)


@cache
def _select_sql(table: sa.Table) -> str:
    return f"SELECT {', '.join(_columns(table)[0])} FROM {table.name} WHERE {_where(table)}"


@cache
def _delete_sql(table: sa.Table) -> str:
    return HAND + f"DELETE FROM {table.name} WHERE {_where(table)}"


def is_all_sums(table: sa.Table) -> bool:
    """Whether a table holds keys and sums and nothing else, so that a row at nought is no row."""
    return bool(table.info["sums"]) and len(table.primary_key) + len(table.info["sums"]) == len(table.columns)


def _sum_step(
    table: sa.Table, sums: Iterable[tuple[tuple[Any, ...], list[int]]]
) -> tuple[str, list[tuple[Any, ...]]]:
    if is_all_sums(table):
        return _upsert_sql(table), [(*key, *row) for key, row in sums]
    return _update_sql(table), [(*row, *key) for key, row in sums]


@cache
def _upsert_sql(table: sa.Table) -> str:
    keys = [column.name for column in table.primary_key]
    names = [*keys, *table.info["sums"]]
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in table.info["sums"])
    return (
        HAND + f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    )


@cache
def _update_sql(table: sa.Table) -> str:
    added = ", ".join(f"{name} = {name} + ?" for name in table.info["sums"])
    return HAND + f"UPDATE {table.name} SET {added} WHERE {_where(table)}"
