"""Rows as the driver gives them: the harness reads so much that SQLAlchemy's dressing of each was a tenth of it."""

from typing import Any

from sqlalchemy.engine import Connection


def rows_of(read: Connection, sql: str, *given: Any) -> list[tuple[Any, ...]]:
    """The rows that a statement gives in the transaction of this connection."""
    found: list[tuple[Any, ...]] = read.connection.dbapi_connection.execute(sql, given).fetchall()  # type: ignore[union-attr]
    return found
