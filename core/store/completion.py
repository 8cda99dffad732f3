"""The rows that a paper makes beyond those it made while it was held: how an accepted paper comes to stand.

A projection says in one go what a paper becomes, held or standing. It is asked twice: what it tells of the held paper
is there already and is only noted, and of the standing one everything is written but that.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa

from core.ids import Id
from core.store.plan import Applied, Projection
from core.store.rows import Rows


def complete(rows: Rows, projection: Projection, applied: Applied, held: Applied) -> None:
    """Write what `applied` makes beyond `held`, the same paper."""
    completion = Completion(rows)
    projection(completion, held)
    completion.is_noting = False
    projection(completion, applied)


class Completion(Rows):
    """Stands before the rows of a Work and lets through what was not noted."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._noted: Counter[Any] = Counter()
        self.is_noting = True
        self.touch = rows.touch

    def insert(self, table: sa.Table, **values: Any) -> None:
        """A new row."""
        if self._is_new("insert", table.name, *sorted(values.items())):
            self._rows.insert(table, **values)

    def add(self, table: sa.Table, row_key: tuple[Any, ...], **sums: int) -> None:
        """Add to the sums of a row."""
        if self._is_new("add", table.name, row_key, *sorted(sums.items())):
            self._rows.add(table, row_key, **sums)

    def put(self, table: sa.Table, **values: Any) -> None:
        """A row as it stands now."""
        if self._is_new("put", table.name, *sorted(values.items())):
            self._rows.put(table, **values)

    def set(self, table: sa.Table, row_key: tuple[Any, ...], **values: Any) -> None:
        """Some columns of a row that is there."""
        if self._is_new("set", table.name, row_key, *sorted(values.items())):
            self._rows.set(table, row_key, **values)

    def drop(self, table: sa.Table, row_key: tuple[Any, ...]) -> None:
        """Take a row away."""
        if self._is_new("drop", table.name, row_key):
            self._rows.drop(table, row_key)

    def kept(self, table: sa.Table, row_key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """A row as it is."""
        return self._rows.kept(table, row_key)

    def fixed(self, table: sa.Table, row_key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """A row as it is."""
        return self._rows.fixed(table, row_key)

    def find_by(self, entry: int, record: Id, kind: str, text: str) -> None:
        """Let a paper be found by these words."""
        if self._is_new("text", entry, record, kind, text):
            self._rows.find_by(entry, record, kind, text)

    def find_again_by(self, entry: int, record: Id, kind: str, text: str) -> None:
        """The words a record is found by now."""
        if self._is_new("text again", entry, record, kind, text):
            self._rows.find_again_by(entry, record, kind, text)

    def _is_new(self, *step: Any) -> bool:
        if self.is_noting:
            self._noted[step] += 1
            return False
        if self._noted[step]:
            self._noted[step] -= 1
            return False
        return True
