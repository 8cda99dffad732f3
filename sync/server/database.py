"""The service's database, opened by URL: SQLite, or PostgreSQL for more than one machine of load.

On both a tenant's writes are serial and a reader sees one state. SQLite has one writer; on PostgreSQL whoever writes
for a tenant holds the row of its head to the commit (`enter`), and no other lock is ever waited for under it.
"""

import selectors
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, Connection, Engine

from core.errors import BookError, RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.server import schema

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA foreign_keys = ON",
)
_WRITES = "bahi_writes"
_BEGIN, _BEGIN_READING = "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_HOLD = "SELECT seq FROM heads WHERE tenant = decode(current_setting('bahi.tenant'), 'hex') FOR UPDATE"
_AS_TOLD = {"no_parameters": True}


def open_database(url: str, *, to_serve: bool = True) -> Engine:
    """The engine on a database, its tables made where they are not there, and older ones raised.

    `to_serve` refuses a role of PostgreSQL that would see every tenant's rows. Raises `RuleBroken` for an engine that
    is not known, `BookError` where the database cannot be opened, is of a newer version, or the role does not fit.
    """
    engine = connect(url)
    try:
        with writing(engine) as connection:
            schema.prepare(connection)
            sees_all = schema.bypasses(connection) if to_serve else None
    except BookError:
        engine.dispose()
        raise
    except (sa.exc.DatabaseError, OSError) as error:
        engine.dispose()
        raise _unopened(engine, error) from error
    if sees_all is not None:
        engine.dispose()
        raise BookError(
            _("The service will not serve as {role}: that role sees the books of every business.").format(
                role=sees_all
            ),
            remedy=_("Serve as a role without SUPERUSER and BYPASSRLS; `bahi service-prepare` lets it in."),
        )
    return engine


def connect(url: str) -> Engine:
    """The engine on a database, untouched yet. Raises `RuleBroken` for one that is not known."""
    address = sa.make_url(url.replace("postgres://", "postgresql://", 1))
    backend = address.get_backend_name()
    if backend not in _ENGINES:
        message = _("The service keeps its log in SQLite or PostgreSQL; {engine} is not known to it.")
        raise RuleBroken([Problem("DATABASE", message.format(engine=backend), "database")])
    return _ENGINES[backend](address)


def _on_sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        try:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unopened(address, error) from error
    sqlite3.register_adapter(bytes, bytes)  # else it looks for an adapter of each value
    sqlite3.register_adapter(type(None), lambda none: none)
    engine = sa.create_engine(address, pool_size=16, max_overflow=32, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _on_postgresql(address: URL) -> Engine:
    """Transactions are begun by `_begin`, with all they need in one round trip."""
    engine = sa.create_engine(
        address.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=10, hide_parameters=True,
        isolation_level="AUTOCOMMIT", connect_args={"application_name": "bahi", "connect_timeout": 10},
    )  # fmt: skip
    sa.event.listen(engine, "connect", _send_lists_as_they_are)
    sa.event.listen(engine, "checkout", _let_go_if_lost)
    return engine


def _send_lists_as_they_are(connection: Any, _record: object) -> None:
    """Columns of bytes travel as bytes, not spelled out in hexadecimal digits."""
    from psycopg.types.array import ListBinaryDumper

    connection.adapters.register_dumper(list, ListBinaryDumper)


def _let_go_if_lost(connection: Any, _record: object, _asking: object) -> None:
    """A connection that PostgreSQL has ended is replaced before it is used: unasked, it has something to say."""
    with selectors.DefaultSelector() as ready:
        ready.register(connection.fileno(), selectors.EVENT_READ)
        if ready.select(0):
            raise sa.exc.DisconnectionError


_ENGINES: Mapping[str, Callable[[URL], Engine]] = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are ours: BEGIN IMMEDIATE, or BEGIN for one state
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _unopened(place: Engine | URL, error: Exception) -> BookError:
    address = place.url if isinstance(place, Engine) else place
    if isinstance(error, sa.exc.ProgrammingError):
        return BookError(
            _("The service's tables are not ready in {name}, and {role} may not make them.").format(
                name=address.database, role=address.username
            ),
            remedy=_("Make them as the database's owner: `bahi service-prepare --database URL --role ROLE`."),
        )
    if address.get_backend_name() == "sqlite":
        remedy = _("Choose a file that may be written, and that is a database of the service.")
    else:
        remedy = _("See whether PostgreSQL runs there, and lets this role in.")
    return BookError(
        _("The service's database {name} cannot be opened.").format(name=address.database), remedy=remedy
    )


@contextmanager
def writing(engine: Engine, tenant: Id | None = None) -> Iterator[Connection]:
    """A write transaction, committed at its end; any error undoes all of it.

    It sees the rows of this tenant and of no other; without one, only what belongs to no tenant (see `enter`).
    """
    with engine.connect() as connection:
        try:
            if schema.is_postgresql(connection):
                connection.execution_options(**{_WRITES: True})
                _tell(connection, _BEGIN, *_entering(connection, tenant))
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def reading(engine: Engine, tenant: Id | None = None) -> Iterator[Connection]:
    """A connection that sees one state, of this tenant alone."""
    with engine.connect() as connection:
        try:
            if schema.is_postgresql(connection):
                _tell(connection, _BEGIN_READING, *_entering(connection, tenant))
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection
        finally:
            connection.rollback()


def enter(connection: Connection, tenant: Id) -> None:
    """Work for a tenant until the end of this transaction; where it writes, hold the tenant's head until then.

    SQLite is asked nothing: there every statement names its tenant, and there is one writer.
    """
    if schema.is_postgresql(connection):
        _tell(connection, *_entering(connection, tenant))


def _entering(connection: Connection, tenant: Id | None) -> tuple[str, ...]:
    if tenant is None:
        return ()
    enters = f"SET LOCAL bahi.tenant = '{tenant.hex()}'"
    return (enters, _HOLD) if connection.get_execution_options().get(_WRITES) else (enters,)


def _tell(connection: Connection, *statements: str) -> None:
    """Send statements of our own in one round trip; PostgreSQL alone takes several at once."""
    connection.exec_driver_sql("; ".join(statements), execution_options=_AS_TOLD).close()


def find(
    connection: Connection, table: sa.Table, columns: tuple[str, ...], **by: Any
) -> sa.CursorResult[*tuple[Any, ...]]:
    """Some columns of the rows that have these values; a list means any of it."""
    return connection.execute(
        _finding(table, columns, tuple((name, type(by[name]) is list) for name in by)), by
    )


def alter(connection: Connection, table: sa.Table, by: Mapping[str, Any], **values: Any) -> None:
    """Give the rows that have these values others."""
    named = {f"of_{name}": value for name, value in by.items()}
    connection.execute(_altering(table, tuple(by), tuple(values)), named | values)


@cache
def _finding(table: sa.Table, columns: tuple[str, ...], by: tuple[tuple[str, bool], ...]) -> Any:
    """Built once: to build a statement takes longer than to ask it."""
    given = []
    for name, is_any in by:
        value: sa.BindParameter[Any] = sa.bindparam(name, expanding=is_any)
        given.append(table.c[name].in_(value) if is_any else table.c[name] == value)
    return sa.select(*(table.c[name] for name in columns)).where(*given)


@cache
def _altering(table: sa.Table, by: tuple[str, ...], values: tuple[str, ...]) -> Any:
    given = [table.c[name] == sa.bindparam(f"of_{name}") for name in by]
    return sa.update(table).where(*given).values({name: sa.bindparam(name) for name in values})


def put(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows whole, new or over those of the same key; of two with one key the last."""
    if rows:
        put_rows(connection, table, _told(table, rows))


def put_rows(connection: Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """The same of rows as tuples, each of the table's columns in their order."""
    if not rows:
        return
    if not schema.is_postgresql(connection):
        connection.exec_driver_sql(_written(table, is_over=True), list(rows))
        return
    key_at = [at for at, column in enumerate(table.columns) if column.primary_key]
    last = {tuple(row[at] for at in key_at): row for row in rows}
    connection.execute(_unnested(table, is_over=True), _arrays(table, list(last.values())))


def add(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows whole, in one round trip."""
    if rows:
        add_rows(connection, table, _told(table, rows))


def add_rows(connection: Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """The same of rows as tuples, each of the table's columns in their order."""
    if not rows:
        return
    if schema.is_postgresql(connection):
        connection.execute(_unnested(table, is_over=False), _arrays(table, rows))
    else:
        connection.exec_driver_sql(_written(table, is_over=False), list(rows))


@cache
def _written(table: sa.Table, *, is_over: bool) -> str:
    """The statement for SQLite's own driver, which takes thousands of rows in a fraction of the time."""
    names = [column.name for column in table.columns]
    marks = ", ".join("?" * len(names))
    verb = "INSERT OR REPLACE" if is_over else "INSERT"
    return f"{verb} INTO {table.name} ({', '.join(map(_quoted, names))}) VALUES ({marks})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _told(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows as tuples in the order of the columns, of which every table has two and more."""
    return list(map(itemgetter(*(column.name for column in table.columns)), rows))


@cache
def _unnested(table: sa.Table, *, is_over: bool) -> Any:
    """INSERT … SELECT … FROM unnest: one statement and one array a column, however many rows."""
    given = [sa.bindparam(column.name, type_=postgresql.ARRAY(column.type)) for column in table.columns]
    columns = [sa.column(column.name, column.type) for column in table.columns]
    source = sa.func.unnest(*given).table_valued(*columns, name="given").render_derived()
    statement = postgresql.insert(table).from_select(
        [column.name for column in columns], sa.select(*source.c)
    )
    if not is_over:
        return statement
    keys, rest = list(table.primary_key), _rest(table, statement.excluded)
    if not rest:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def _rest(table: sa.Table, excluded: Any) -> dict[str, Any]:
    return {column.name: excluded[column.name] for column in table.columns if not column.primary_key}


def _arrays(table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {
        column.name: list(values)
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
    }


def is_trouble(error: Exception) -> bool:
    """Whether an error of the database is the world's, so that the same request may succeed later."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    lost = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, sa.exc.TimeoutError)
    return isinstance(error, lost)
