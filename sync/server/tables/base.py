"""How the service's tables are made: tenant first in every key; the same on SQLite and on larger engines."""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

Blob, Words = sa.LargeBinary(), sa.Text()
Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)
