"""What all tables share: one MetaData, STRICT types, and the list of tables that are no part of the books."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

Blob = sa.LargeBinary
Whole = sa.Integer
Words = sa.Text


class Day(sa.types.TypeDecorator[dt.date]):
    """A date kept as YYYY-MM-DD, so that it sorts and reads well."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: dt.date | str | None, dialect: Any) -> str | None:
        """To the file."""
        return value.isoformat() if isinstance(value, dt.date) else value

    def process_result_value(self, value: str | None, dialect: Any) -> dt.date | None:
        """From the file."""
        return dt.date.fromisoformat(value) if value else None


def table(
    name: str, *parts: sa.schema.SchemaItem, sums: tuple[str, ...] = (), plain: bool = False
) -> sa.Table:
    """A STRICT table of the book. `sums` names columns that only ever take differences (a row at nought is no row);
    `plain` keeps SQLite's rowid (for tables whose key is an INTEGER)."""
    return sa.Table(
        name, metadata, *parts, info={"sums": sums}, sqlite_strict=True, sqlite_with_rowid=plain
    )  # fmt: skip


def column(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    """A column that may not be empty unless told `nullable=True`."""
    options.setdefault("nullable", False)
    return sa.Column(name, kind, **options)


def key(name: str, kind: Any) -> sa.Column[Any]:
    """A part of the primary key."""
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)
