"""Tenants that cannot see each other: what stands between them when a statement forgets to name its own."""

import random
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from sync.server import tables
from sync.server.database import connect, enter, reading, writing
from sync.server.tables.base import TENANT
from tests.sync.server.neighbours import TENANTS_TABLES, Neighbours, neighbours_in
from tests.sync.server.postgres import OWNER, PARTITIONS, SERVICE, Postgres

ENGINES = ("postgresql",)


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Neighbours]:
    given = neighbours_in(tmp_path_factory.mktemp("walls"))
    yield given
    given.other.service.means.database.dispose()


@pytest.fixture(params=TENANTS_TABLES, ids=lambda table: table.name)
def table(request: pytest.FixtureRequest, neighbours: Neighbours, postgres: Postgres) -> Iterator[sa.Table]:
    """A table in which the other tenant has a row."""
    table: sa.Table = request.param
    owner = connect(_as(neighbours, "postgres"))
    with owner.begin() as connection:
        kept = table.c.tenant
        count = sa.select(sa.func.count()).select_from(table).where(kept == neighbours.other.tenant)
        if not connection.execute(count).scalar_one():
            connection.execute(sa.insert(table).values(_a_row(table, neighbours.other.tenant)))
    yield table
    owner.dispose()


def test_nothing_of_another_is_read_written_or_taken_away(table: sa.Table, neighbours: Neighbours) -> None:
    database, other = neighbours.curious.service.means.database, neighbours.other.tenant
    name = next(column.name for column in table.columns)
    with reading(database, neighbours.curious.tenant) as connection:
        assert connection.execute(sa.select(table).where(table.c.tenant == other)).all() == []
        assert {row.tenant for row in connection.execute(sa.select(table))} <= {neighbours.curious.tenant}
    with reading(database) as connection:
        assert connection.execute(sa.select(table)).all() == []
    with writing(database, neighbours.curious.tenant) as connection:
        moved = sa.update(table).where(table.c.tenant == other).values({name: b"Z" * 16})
        assert connection.execute(moved).rowcount == 0
        assert connection.execute(sa.delete(table).where(table.c.tenant == other)).rowcount == 0
    for row in (_a_row(table, other), _a_row(table, b"N" * 16)):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
            writing(database, neighbours.curious.tenant) as connection,
        ):
            connection.execute(sa.insert(table).values(row))
    with reading(database, other) as connection:
        assert connection.execute(sa.select(table)).first() is not None


def test_a_row_is_not_handed_over_to_another(table: sa.Table, neighbours: Neighbours) -> None:
    database = neighbours.curious.service.means.database
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        writing(database, neighbours.other.tenant) as connection,
    ):
        connection.execute(sa.update(table).values({TENANT: neighbours.curious.tenant}))


def test_no_part_of_a_large_table_is_reached_directly(neighbours: Neighbours) -> None:
    for n in range(PARTITIONS):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            reading(neighbours.curious.service.means.database, neighbours.other.tenant) as connection,
        ):
            connection.exec_driver_sql(f"SELECT * FROM changes_{n:03}")


def test_what_one_request_entered_the_next_one_has_left(neighbours: Neighbours) -> None:
    database = neighbours.curious.service.means.database
    with writing(database) as connection:
        enter(connection, neighbours.other.tenant)
        assert connection.execute(sa.select(tables.changes)).first() is not None
    for _again in range(12):
        with reading(database) as connection:
            assert connection.execute(sa.select(tables.changes)).all() == []


def test_only_the_owner_may_see_all_and_only_where_it_says_so(neighbours: Neighbours) -> None:
    asked = "SELECT set_config('bahi.whole', 'yes', true); SELECT count(*) FROM changes"
    seen = {}
    for role in (SERVICE, OWNER):
        place = _as(neighbours, role)
        with psycopg.connect(place) as connection:
            cursor = connection.execute(asked)
            cursor.nextset()
            seen[role] = cursor.fetchone()
            connection.rollback()
            assert connection.execute("SELECT count(*) FROM changes").fetchone() == (0,)
    assert seen[SERVICE] == (0,)
    assert seen[OWNER] > (0,)


def _as(given: Neighbours, role: str) -> str:
    url = given.other.service.means.database.url.set(drivername="postgresql", username=role)
    return url.render_as_string(hide_password=False)


def _a_row(table: sa.Table, tenant: bytes) -> dict[str, Any]:
    """A row of that tenant that no other row is like."""
    dice = random.Random(table.name)
    made: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type.python_type
        made[column.name] = (
            dice.randbytes(16) if kind is bytes else dice.randbytes(4).hex() if kind is str else 7
        )
    return made | {TENANT: tenant}
