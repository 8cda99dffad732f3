"""PostgreSQL itself: lost connections, a server killed and started again, two workers, and who may do what."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import Outcome
from core.clock import FixedClock
from core.errors import BookError, Offline
from sync.server import schema, tables
from sync.server.database import connect, is_trouble, open_database, reading, writing
from sync.server.service import Service
from sync.server.tables.base import is_large, is_tenants, metadata
from tests.sync.fleet import TODAY, Wire
from tests.sync.server.postgres import OWNER, PARTITIONS, SERVICE, Postgres
from tests.sync.server.raw import RawDevice, a_second, a_tenant

ENGINES = ("postgresql",)
LOTUS = {1: "L", 2: "Lotus Foods"}


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    database = device.service.means.database
    yield device
    database.dispose()


class TestLost:
    def test_a_connection_that_was_lost_is_replaced_without_a_word(
        self, first: RawDevice, postgres: Postgres
    ) -> None:
        first.write("parties.edited", b"r" * 16, LOTUS)
        with postgres.admin() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s", [SERVICE]
            )
        assert first.write("parties.edited", b"s" * 16, LOTUS).seq == 2

    @pytest.mark.allow_logs
    def test_a_server_killed_and_started_again_has_all_that_was_answered_and_nothing_twice(
        self, tmp_path: Path
    ) -> None:
        server = Postgres()
        try:
            database = open_database(server.url(server.fresh()))
            service = Service(database, FixedClock.on(TODAY), random.Random(1).randbytes)
            device = a_tenant(tmp_path, service=service)
            for n in range(6):
                device.write("parties.edited", bytes([n + 1]) * 16, LOTUS)
                server.stop(signal.SIGQUIT if n % 2 else signal.SIGKILL)
                change = device.change("parties.edited", b"x" * 16, LOTUS)
                with pytest.raises(Offline):
                    device.send(change)
                device.number, device.link = n + 1, _link(device, server, n + 1)
            assert [entry.number for entry in device.log()] == [1, 2, 3, 4, 5, 6]
            database.dispose()
        finally:
            server.close()

    @pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "57014", "57P01", "53100", "53300", "25006"])
    def test_what_may_pass_is_trouble(self, first: RawDevice, code: str) -> None:
        raised = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"
        with pytest.raises(sa.exc.DBAPIError) as caught, writing(first.service.means.database) as connection:
            connection.exec_driver_sql(raised)
        assert is_trouble(caught.value)

    @pytest.mark.parametrize("code", ["42601", "42P01", "23505", "22003"])
    def test_what_will_not_pass_is_none(self, first: RawDevice, code: str) -> None:
        raised = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"
        with pytest.raises(sa.exc.DBAPIError) as caught, writing(first.service.means.database) as connection:
            connection.exec_driver_sql(raised)
        assert not is_trouble(caught.value)


def _link(device: RawDevice, server: Postgres, count: int) -> bytes:
    """Start the server again; the chain's end after so many changes."""
    server.start()
    kept = tables.changes.c
    with reading(device.service.means.database, device.tenant) as connection:
        found = connection.execute(sa.select(kept.link).order_by(kept.seq)).scalars().all()
    assert len(found) == count
    return bytes(found[-1])


def test_a_worker_needs_nothing_that_another_one_knows(first: RawDevice) -> None:
    url = first.service.means.database.url.render_as_string(hide_password=False)
    other = Service(open_database(url), FixedClock.on(TODAY), random.Random(9).randbytes)
    second = a_second(first)
    for turn in range(6):
        for device in (first, second):
            device.service = other if turn % 2 else first.service
            device.wire.service = device.service
            entry = device.write("parties.edited", bytes([turn + 1]) * 16, LOTUS)
            assert entry.outcome in (Outcome.APPLIED, Outcome.MERGED)
    assert Wire(other).post("nothing", b"").status == 404
    other.means.database.dispose()


class TestOpening:
    def test_a_role_that_sees_all_is_not_served_as(self, postgres: Postgres) -> None:
        name = postgres.fresh()
        with pytest.raises(BookError, match="every business"):
            open_database(postgres.url(name, "postgres"))
        open_database(postgres.url(name, "postgres"), to_serve=False).dispose()
        postgres.drop(name)

    def test_a_role_that_may_not_make_the_tables_is_told_who_may(self, postgres: Postgres) -> None:
        name = postgres.empty()
        with pytest.raises(BookError, match="not ready") as caught:
            open_database(postgres.url(name))
        assert "service-prepare" in caught.value.remedy
        postgres.drop(name)

    def test_the_owner_makes_them_at_the_first_start_and_is_walled_in_too(self, postgres: Postgres) -> None:
        name = postgres.empty()
        engine = open_database(postgres.url(name, OWNER))
        a_row = {"tenant": b"A" * 16, "seq": 0, "run": b"", "digest": "0"}
        with (
            pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
            writing(engine) as connection,
        ):
            connection.execute(sa.insert(tables.heads).values(a_row))
        engine.dispose()
        postgres.drop(name)

    def test_a_server_that_is_not_there_is_told_without_a_password(self, tmp_path: Path) -> None:
        with pytest.raises(BookError, match="cannot be opened") as caught:
            open_database(f"postgresql://bahi:secret@/bahi?host={tmp_path}")
        assert "secret" not in str(caught.value)


@pytest.fixture(scope="module")
def catalogue(postgres: Postgres) -> Iterator[sa.Connection]:
    name = postgres.fresh()
    engine = connect(postgres.url(name, "postgres"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    postgres.drop(name)


class TestSpread:
    """What lets PostgreSQL, or Citus, spread the tables by tenant; read in the catalogues."""

    def test_every_unique_index_and_reference_of_a_tenants_table_holds_the_tenant(
        self, catalogue: sa.Connection
    ) -> None:
        named = [table.name for table in metadata.sorted_tables if is_tenants(table)]
        asked = sa.text("""
            SELECT c.relname, i.indexrelid::regclass::text AS name, 'tenant' = ANY(
                SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY(i.indkey))
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            WHERE i.indisunique AND c.relname = ANY(:named)
            UNION ALL
            SELECT c.relname, k.conname, 'tenant' = ANY(
                SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY(k.conkey))
                AND 'tenant' = ANY(
                SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attnum = ANY(k.confkey))
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            WHERE k.contype = 'f' AND c.relname = ANY(:named)""")
        found = catalogue.execute(asked, {"named": named}).all()
        assert {row[0] for row in found} == set(named)
        assert [row for row in found if not row[2]] == []

    def test_no_sequence_runs_over_all_tenants(self, catalogue: sa.Connection) -> None:
        asked = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
        assert catalogue.exec_driver_sql(asked).all() == []

    def test_the_large_tables_stand_in_partitions_by_tenant(self, catalogue: sa.Connection) -> None:
        for table in (table for table in metadata.sorted_tables if is_large(table)):
            told = catalogue.exec_driver_sql(f"SELECT pg_get_partkeydef('{table.name}'::regclass)").scalar()
            parts = catalogue.exec_driver_sql(
                f"SELECT count(*) FROM pg_inherits WHERE inhparent = '{table.name}'::regclass"
            ).scalar()
            assert (told, parts) == ("HASH (tenant)", PARTITIONS)
        assert {"changes", "standing", "places"} <= {t.name for t in metadata.tables.values() if is_large(t)}

    def test_security_by_row_is_forced_on_every_table_and_part_of_the_tenants(
        self, catalogue: sa.Connection
    ) -> None:
        asked = """SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"""
        walled = dict(catalogue.exec_driver_sql(asked).all())
        open_tables = {name for name, is_walled in walled.items() if not is_walled}
        assert open_tables == {table.name for table in metadata.sorted_tables if not is_tenants(table)}
        assert open_tables == {"codes", "service"}

    def test_who_serves_owns_nothing_and_reaches_no_part_directly(self, catalogue: sa.Connection) -> None:
        owned = catalogue.exec_driver_sql(
            f"SELECT count(*) FROM pg_class WHERE relowner = '{SERVICE}'::regrole"
        ).scalar()
        part = catalogue.exec_driver_sql(
            f"SELECT has_table_privilege('{SERVICE}', 'changes_000', 'SELECT, INSERT, UPDATE, DELETE')"
        ).scalar()
        assert (owned, part) == (0, False)
        assert schema.bypasses(catalogue) == "postgres"
