"""The tables of a new book, laid down many times: what the first was told is said again to the others.

A history begins some books, and most of what that takes is to spell the same statements anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

import core.store.founding as founding
from core.store.engine import ANY_HAND, write_transaction

_told: list[tuple[str, Any]] = []


@contextmanager
def schema_remembered() -> Iterator[None]:
    """Begin books with the statements of the first one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(founding, "create_schema", _again(founding.create_schema))
        yield


def _again(create_schema: Callable[[Any], None]) -> Callable[[Any], None]:
    def create(engine: Any) -> None:
        if not _told:
            sa.event.listen(engine, "before_cursor_execute", _hear)
            create_schema(engine)
            sa.event.remove(engine, "before_cursor_execute", _hear)
            return
        with write_transaction(engine) as connection:
            connection.info["door"] = ANY_HAND
            for statement, given in _told:
                connection.exec_driver_sql(statement, given)

    return create


def _hear(_connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: Any) -> None:
    if statement.lstrip().startswith(("CREATE", "INSERT")):
        _told.append((statement, given))
