"""The tables of a book and of a service, laid down many times: what the first was told is said again to the others.

A history begins some books and starts the service some times, and most of what that takes is to spell the same
statements anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from core.store import tables
from sync.server import database
from sync.server.tables import base

_told: dict[int, list[str]] = {}
_spelled: list[sa.Engine] = []
_on_sqlite = database._ENGINES["sqlite"]


@contextmanager
def schema_remembered() -> Iterator[None]:
    """Make tables with the statements of the first time."""
    with pytest.MonkeyPatch.context() as patch:
        for metadata in (tables.metadata, base.metadata):
            patch.setattr(metadata, "create_all", _again(metadata))
        patch.setitem(database._ENGINES, "sqlite", _spelled_once)  # type: ignore[arg-type]
        yield


def _again(metadata: sa.MetaData) -> Callable[..., None]:
    make = metadata.create_all

    def create_all(connection: Any, **named: Any) -> None:
        told = _told.get(id(metadata))
        if told is not None:
            for statement in told:
                connection.connection.dbapi_connection.execute(statement)
            return
        heard: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_told: Any) -> None:
            if statement.lstrip().startswith("CREATE"):
                heard.append(statement)

        sa.event.listen(connection, "before_cursor_execute", hear)
        make(connection, **named)
        sa.event.remove(connection, "before_cursor_execute", hear)
        _told[id(metadata)] = heard

    return create_all


def _spelled_once(address: sa.URL) -> sa.Engine:
    """A service's engine that knows how its statements are spelled from the ones before it."""
    engine = _on_sqlite(address)
    if _spelled:
        engine.dialect, engine._compiled_cache = _spelled[0].dialect, _spelled[0]._compiled_cache
    else:
        _spelled.append(engine)
    return engine
