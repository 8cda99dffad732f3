"""The service's tables in a database: made once, numbered, raised by steps; on PostgreSQL walled off by tenant.

Row-level security is forced on every table of the tenants, so that it binds the tables' owner too: a transaction
sees the rows of the tenant it has entered (`bahi.tenant`) and of no other. The owner alone may see all of them, and
only where it says so (`bahi.whole`), which backup and restore do.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.errors import BookError
from core.words import translate as _
from sync.server import tables
from sync.server.tables.base import is_large, is_tenants, metadata

SCHEMA = 1
"""The number of the schema as it is written here."""

PARTITIONS = 32
"""Into how many parts PostgreSQL splits a large table; fixed when it is made."""

STEPS: Mapping[int, Callable[[Connection], None]] = MappingProxyType({})
"""What raises a database from the number before to this one; none is needed yet."""

_NAME = "schema"
_OWN = "tenant = decode(current_setting('bahi.tenant', true), 'hex')"
_WHOLE = "current_setting('bahi.whole', true) = 'yes'"
_ONE_AT_A_TIME = 0x62616869


def prepare(connection: Connection, *, partitions: int = PARTITIONS) -> None:
    """Make the tables where there are none, raise older ones to the present number; all in this transaction.

    Raises `BookError` for a database of a newer version.
    """
    if _number(connection) == SCHEMA:
        return
    if is_postgresql(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    number = _number(connection)
    if number is None:
        _create(connection, partitions)
        connection.execute(sa.insert(tables.service).values(name=_NAME, value=_kept(SCHEMA)))
        return
    if number > SCHEMA:
        raise _newer(number)
    for step in range(number + 1, SCHEMA + 1):
        STEPS[step](connection)
    kept = tables.service.c
    connection.execute(sa.update(tables.service).where(kept.name == _NAME).values(value=_kept(SCHEMA)))


def check(connection: Connection) -> None:
    """Raises `BookError` unless the database has the tables of this version."""
    number = _number(connection)
    if number is not None and number > SCHEMA:
        raise _newer(number)
    if number != SCHEMA:
        raise BookError(
            _("There are no tables of this version of the service."),
            remedy=_("Start the service on this database once, or make them with `bahi service-prepare`."),
        )


def protect(connection: Connection, table: sa.Table, partitions: int = PARTITIONS) -> None:
    """On PostgreSQL: give a table that was just made its partitions, and wall its tenants off from each other."""
    names = [table.name]
    if is_large(table):
        names += [f"{table.name}_{n:03}" for n in range(partitions)]
        for n, name in enumerate(names[1:]):
            _run(
                connection,
                f"CREATE TABLE {name} PARTITION OF {table.name} "
                f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {n})",
            )
    if is_tenants(table):
        for name in names:
            _run(connection, f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        _run(connection, f"CREATE POLICY own ON {table.name} USING ({_OWN})")
        _run(connection, f"CREATE POLICY whole ON {table.name} TO CURRENT_USER USING ({_WHOLE})")


def grant(connection: Connection, role: str) -> None:
    """Let a role serve: read and write rows of the tables, and nothing else."""
    named = connection.dialect.identifier_preparer.quote_identifier(role)
    for table in metadata.sorted_tables:
        _run(connection, f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO {named}")


def bypasses(connection: Connection) -> str | None:
    """The role of this connection, where PostgreSQL would show it every tenant's rows; None where it does not."""
    if not is_postgresql(connection):
        return None
    asked = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
    found: str | None = connection.exec_driver_sql(asked).scalar()
    return found


def sees_all(connection: Connection) -> bool:
    """Whether this role may see the rows of every tenant, once it says so (`see_all`)."""
    if not is_postgresql(connection) or bypasses(connection) is not None:
        return True
    asked = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'heads'::regclass"
    return bool(connection.exec_driver_sql(asked).scalar())


def see_all(connection: Connection) -> None:
    """Work on the rows of every tenant until the end of this transaction; the tables' owner alone may."""
    if is_postgresql(connection):
        connection.execute(sa.select(sa.func.set_config("bahi.whole", "yes", True)))


def is_postgresql(connection: Connection) -> bool:
    """Whether this is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def _create(connection: Connection, partitions: int) -> None:
    known = set(sa.inspect(connection).get_table_names())
    metadata.create_all(connection)
    if is_postgresql(connection):
        for table in metadata.sorted_tables:
            if table.name not in known:
                protect(connection, table, partitions)


def _number(connection: Connection) -> int | None:
    if not sa.inspect(connection).has_table(tables.service.name):
        return None
    kept = tables.service.c
    found = connection.execute(sa.select(kept.value).where(kept.name == _NAME)).scalar()
    return None if found is None else int.from_bytes(found, "big")


def _newer(number: int) -> BookError:
    message = _("The service's database is of a newer version of Bahi (schema {number}, here {known}).")
    return BookError(
        message.format(number=number, known=SCHEMA), remedy=_("Upgrade Bahi where the service runs.")
    )


def _kept(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
