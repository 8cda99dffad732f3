"""The schema's number: made once, raised in one transaction, and a newer one is left alone."""

from pathlib import Path
from types import MappingProxyType

import pytest
import sqlalchemy as sa

from core.errors import BookError
from sync.server import schema, tables
from sync.server.database import connect, open_database, reading, writing
from sync.server.tables.base import is_tenants, metadata
from tests.sync import fleet
from tests.sync.server.postgres import OWNER, SERVICE


@pytest.fixture
def url(tmp_path: Path, engine: str) -> str:
    """A database as its owner opens it."""
    return fleet.database_url(tmp_path).replace(f"//{SERVICE}@", f"//{OWNER}@")


def number(url: str) -> int | None:
    engine = connect(url)
    kept = tables.service.c
    with reading(engine) as connection:
        found = connection.execute(sa.select(kept.value).where(kept.name == "schema")).scalar()
    engine.dispose()
    return None if found is None else int.from_bytes(found, "big")


def set_number(url: str, value: int) -> None:
    engine = connect(url)
    with writing(engine) as connection:
        raised = sa.update(tables.service).where(tables.service.c.name == "schema")
        connection.execute(raised.values(value=value.to_bytes(2, "big")))
    engine.dispose()


def test_opening_again_makes_nothing_anew(url: str) -> None:
    for _again in range(3):
        engine = open_database(url)
        with writing(engine) as connection:
            connection.execute(sa.delete(tables.service).where(tables.service.c.name == "x"))
            connection.execute(sa.insert(tables.service).values(name="x", value=b"kept"))
        engine.dispose()
    assert number(url) == schema.SCHEMA


def test_a_newer_database_is_left_alone(url: str) -> None:
    open_database(url).dispose()
    set_number(url, schema.SCHEMA + 1)
    with pytest.raises(BookError, match="newer version") as caught:
        open_database(url)
    assert "Upgrade" in caught.value.remedy
    assert number(url) == schema.SCHEMA + 1


def test_an_older_database_is_raised_step_by_step_or_not_at_all(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(url).dispose()
    now = schema.SCHEMA

    def adds(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE added (tenant INTEGER)")

    def fails(connection: sa.Connection) -> None:
        connection.exec_driver_sql("INSERT INTO added (no_such_column) VALUES (1)")

    monkeypatch.setattr(schema, "SCHEMA", now + 2)
    monkeypatch.setattr(schema, "STEPS", MappingProxyType({now + 1: adds, now + 2: fails}))
    with pytest.raises(BookError):
        open_database(url)
    engine = connect(url)
    assert not sa.inspect(engine).has_table("added")
    engine.dispose()
    assert number(url) == now
    monkeypatch.setattr(schema, "STEPS", MappingProxyType({now + 1: adds, now + 2: lambda _connection: None}))
    open_database(url).dispose()
    assert number(url) == now + 2


def test_the_page_on_scale_spreads_every_table_that_there_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "scale.md").read_text("utf-8")
    for table in metadata.sorted_tables:
        how = (
            f"create_distributed_table('{table.name}', 'tenant'"
            if is_tenants(table)
            else (f"create_reference_table('{table.name}')")
        )
        assert page.count(how) == 1, table.name
