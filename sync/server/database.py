"""The service's database: opened by URL, one writer at a time, readers that see one state."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Engine

from core.errors import BookError, RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.server.tables import metadata

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA cache_size = -65536",
    "PRAGMA trusted_schema = OFF",
)


def open_database(url: str) -> Engine:
    """The engine on a database, its tables made where they are not there.

    Raises `RuleBroken` for an engine that is not known, `BookError` where the database cannot be opened.
    """
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        message = _("The service keeps its log in SQLite; {engine} is not known to it yet.")
        problem = Problem("DATABASE", message.format(engine=address.get_backend_name()), "database")
        raise RuleBroken([problem])
    engine = sa.create_engine(address, pool_size=16, max_overflow=32)
    sa.event.listen(engine, "connect", _prepare)
    try:
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        with writing(engine) as connection:
            metadata.create_all(connection)
    except (sa.exc.DatabaseError, OSError) as error:
        engine.dispose()
        raise BookError(
            _("The service's database {name} cannot be opened.").format(name=address.database),
            remedy=_("Choose a file that may be written, and that is a database of the service."),
        ) from error
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are ours: BEGIN IMMEDIATE, or BEGIN for one state
    for pragma in _PRAGMAS:
        connection.execute(pragma)


@contextmanager
def writing(engine: Engine, tenant: Id | None = None) -> Iterator[Connection]:
    """A write transaction, committed at its end; any error undoes all of it.

    It sees the rows of this tenant and of no other; without one, only what belongs to no tenant (see `enter`).
    """
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if tenant is not None:
            enter(connection, tenant)
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def reading(engine: Engine, tenant: Id | None = None) -> Iterator[Connection]:
    """A connection that sees one state, of this tenant alone."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        if tenant is not None:
            enter(connection, tenant)
        try:
            yield connection
        finally:
            connection.rollback()


def enter(connection: Connection, tenant: Id) -> None:
    """Work for a tenant until the end of this transaction; SQLite knows no rows of others, so it asks nothing."""


@cache
def _upsert(table: sa.Table) -> Any:
    statement = sqlite_insert(table)
    rest = {
        column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


def put(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows whole, new or over those of the same key."""
    if rows:
        connection.execute(_upsert(table), rows)
