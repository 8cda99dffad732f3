"""Versions: the steps and the tables say the same, and an upgrade ends whole or leaves the book as it was."""

import datetime as dt
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from core.errors import Damaged, InUse, NotABook, ReadOnly, TooNew
from core.store import engine, keys, migrate
from core.store.tables import metadata
from tests.core.store import no_root
from tests.core.store.bare_book import PASSPHRASE, BareBook, count_rows, make_bare_book

DAY = dt.date(2026, 4, 1)
KEY = bytes(range(32))

STEP = """
from alembic import op
import sqlalchemy as sa

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {deed}
"""


def in_file(folder: Path, name: str) -> Engine:
    engine.create_file(folder / name, KEY)
    return engine.open_engine(folder / name, KEY)


def schema(opened: Engine) -> dict[str, object]:
    """Everything SQLite knows of each table, index and trigger, whatever way it was written down."""
    with engine.read_transaction(opened) as connection:

        def ask(pragma: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {pragma}")]

        found: dict[str, object] = {}
        for _schema, name, kind, columns, without_rowid, strict in ask("table_list"):
            if str(name).startswith("sqlite_") or name == "alembic_version":
                continue
            found[f"{name}"] = (kind, columns, without_rowid, strict, sorted(ask(f"table_xinfo({name})")))
            for _place, index, unique, _origin, partial in ask(f"index_list({name})"):
                found[f"{name}.{index}"] = (unique, partial, ask(f"index_xinfo({index})"))
        texts = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%' OR type = 'trigger' "
            "OR (type = 'index' AND sql LIKE '% WHERE %')"
        )
        for name, sql in texts:
            said = sql.partition(" WHERE ")[2] if sql.startswith("CREATE INDEX") else sql
            found[f"{name} says"] = re.sub(r"[\s\"()]+", " ", said).strip()
    return found


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Engine]:
    opened = in_file(tmp_path, "migrated.bahi")
    migrate.run_steps(opened)
    yield opened
    opened.dispose()


def test_migrations_equal_tables(tmp_path: Path, migrated: Engine) -> None:
    made = in_file(tmp_path, "made.bahi")
    migrate.create_schema(made)
    expected = schema(made)
    made.dispose()
    assert schema(migrated) == expected
    assert set(metadata.tables) <= set(expected)


def test_the_comparison_sees_what_differs(tmp_path: Path, migrated: Engine) -> None:
    before = schema(migrated)
    for statement in (
        "ALTER TABLE meta ADD COLUMN more TEXT",
        "CREATE INDEX more ON meta (value)",
        "DROP INDEX changes_pending",
        "CREATE INDEX changes_pending ON changes (entry) WHERE outcome = 1",
        "CREATE TABLE loose (a TEXT)",
        "CREATE TRIGGER noise AFTER INSERT ON meta BEGIN SELECT 1; END",
    ):
        with engine.write_transaction(migrated) as connection:
            connection.info["door"] = engine.ANY_HAND
            connection.exec_driver_sql(statement)
        after = schema(migrated)
        assert after != before, statement
        before = after


def test_every_table_is_strict(tmp_path: Path) -> None:
    made = in_file(tmp_path, "made.bahi")
    migrate.create_schema(made)
    with engine.read_transaction(made) as connection:
        listed = connection.exec_driver_sql("PRAGMA table_list").fetchall()
    made.dispose()
    strict = {name for _schema, name, _kind, _columns, _rowid, is_strict in listed if is_strict}
    assert set(metadata.tables) <= strict


def test_head_is_alembics_head() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    steps = ScriptDirectory.from_config(config)
    assert steps.get_heads() == [migrate.HEAD]
    assert tuple(step.revision for step in reversed(list(steps.walk_revisions()))) == migrate.VERSIONS


def test_version_of(tmp_path: Path, migrated: Engine) -> None:
    with engine.read_transaction(migrated) as connection:
        assert migrate.version_of(connection) == migrate.HEAD
    empty = in_file(tmp_path, "empty.bahi")
    with engine.read_transaction(empty) as connection:
        assert migrate.version_of(connection) is None
    empty.dispose()
    plain = sqlite3.connect(":memory:")
    assert migrate.version_of(plain) is None
    plain.close()


@pytest.mark.processes
def test_opening_and_making_a_book_never_load_alembic(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from core.store import backup, engine, keys, lock, migrate
assert "sqlalchemy" not in sys.modules and "sqlcipher3" not in sys.modules and "keyring" not in sys.modules
engine.create_file(Path(sys.argv[1]), bytes(32))
opened = engine.open_engine(Path(sys.argv[1]), bytes(32))
migrate.create_schema(opened)
with engine.read_transaction(opened) as connection:
    assert migrate.version_of(connection) == migrate.HEAD
assert not any(name.startswith(("alembic", "sqlalchemy.orm", "mako")) for name in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "shop.bahi")], cwd=no_root.ROOT, check=True)


@pytest.fixture
def book(tmp_path: Path) -> BareBook:
    return make_bare_book(tmp_path, rows=50)


class NextVersion:
    """A Bahi that knows one step more than the one that made the book."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._steps = folder / "migrations"
        shutil.copytree(Path(migrate.__file__).with_name("migrations"), self._steps)
        self.number = f"{int(migrate.HEAD) + 1:04}"
        self._before = migrate.HEAD
        monkeypatch.setattr(migrate, "_STEPS", self._steps)
        monkeypatch.setattr(migrate, "VERSIONS", (*migrate.VERSIONS, self.number))
        monkeypatch.setattr(migrate, "HEAD", self.number)

    def does(self, deed: str) -> None:
        """Say what the step does."""
        written = STEP.format(number=self.number, before=self._before, deed=deed)
        (self._steps / "versions" / f"{self.number}_next.py").write_text(written)


@pytest.fixture
def next_version(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> NextVersion:
    return NextVersion(tmp_path_factory.mktemp("next 100%"), monkeypatch)


def state(path: Path, key: bytes) -> tuple[str | None, int]:
    """Version and number of rows."""
    opened = engine.open_engine(path, key)
    with engine.read_transaction(opened) as connection:
        version = migrate.version_of(connection)
    rows = count_rows(opened)
    opened.dispose()
    return version, rows


def figures(connection: Connection) -> dict[str, int]:
    found = connection.exec_driver_sql("SELECT count(*), sum(kept_at_us) FROM draft_journal").one()
    return {"rows": found[0], "sum": found[1]}


def names(book: BareBook) -> list[str]:
    return sorted(path.name for path in book.path.parent.iterdir())


ADDS = 'op.execute("CREATE TABLE more (a TEXT PRIMARY KEY NOT NULL) STRICT")'


class TestUpgrade:
    def test_nothing_to_do(self, book: BareBook) -> None:
        before = book.path.read_bytes()
        assert migrate.upgrade(book.path, book.key, on=DAY) is None
        assert book.path.read_bytes() == before
        assert names(book) == ["shop.bahi", "shop.bahi.key"]

    def test_whole_with_a_restore_point(self, book: BareBook, next_version: NextVersion) -> None:
        old_version = migrate.VERSIONS[-2]
        next_version.does(ADDS)
        point = migrate.upgrade(book.path, book.key, on=DAY, check=figures)
        assert point == book.path.with_name(f"shop.2026-04-01.before-{next_version.number}.bahi")
        assert state(book.path, book.key) == (next_version.number, 50)
        assert engine.faults(book.path, book.key) == []
        assert names(book) == [point.name, f"{point.name}.key", "shop.bahi", "shop.bahi.key"]
        assert state(point, keys.open_key(point, passphrase=PASSPHRASE)) == (old_version, 50)
        assert point.stat().st_ino != book.path.stat().st_ino
        assert point.stat().st_nlink == book.path.stat().st_nlink == 1
        assert migrate.upgrade(book.path, book.key, on=DAY) is None

    def test_with_writes_still_in_the_log(self, book: BareBook, next_version: NextVersion) -> None:
        """A killed window leaves a write-ahead log; its commits are the book's."""
        code = """
import os, sys
from pathlib import Path
from core.store import engine
from tests.core.store.bare_book import put_rows
put_rows(engine.open_engine(Path(sys.argv[1]), bytes.fromhex(sys.argv[2])), range(100, 110))
os._exit(0)
"""
        subprocess.run(
            [sys.executable, "-c", code, str(book.path), book.key.hex()], cwd=no_root.ROOT, check=True
        )
        assert book.path.with_name("shop.bahi-wal").stat().st_size > 0
        next_version.does(ADDS)
        point = migrate.upgrade(book.path, book.key, on=DAY)
        assert point is not None
        assert state(book.path, book.key)[1] == state(point, book.key)[1] == 60

    def test_twice_on_one_day(self, book: BareBook, next_version: NextVersion) -> None:
        next_version.does(ADDS)
        first = migrate.upgrade(book.path, book.key, on=DAY)
        assert first is not None
        shutil.copy2(first, book.path)
        second = migrate.upgrade(book.path, book.key, on=DAY)
        assert second == first.with_name(first.name.replace(".bahi", "-2.bahi"))

    def test_where_files_have_no_second_name(
        self, book: BareBook, next_version: NextVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_links(*_names: object, **_how: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr("os.link", no_links)
        next_version.does(ADDS)
        point = migrate.upgrade(book.path, book.key, on=DAY)
        assert point is not None
        assert state(point, book.key) == (migrate.VERSIONS[-2], 50)
        assert state(book.path, book.key) == (next_version.number, 50)

    @pytest.mark.parametrize(
        ("deed", "error", "words"),
        [
            ('op.execute("UPDATE draft_journal SET kept_at_us = 0")', migrate.UpgradeRefused, "change sum"),
            ('op.execute("DELETE FROM draft_journal")', migrate.UpgradeRefused, "change rows, sum"),
            (ADDS + '; op.execute("no sql")', Exception, "syntax error"),
            (ADDS + "; raise KeyboardInterrupt", KeyboardInterrupt, "^$"),
        ],
    )
    def test_failing_leaves_the_book_as_it_was(
        self,
        book: BareBook,
        next_version: NextVersion,
        deed: str,
        error: type[BaseException],
        words: str,
    ) -> None:
        before = book.path.read_bytes()
        next_version.does(deed)
        with pytest.raises(error, match=words):
            migrate.upgrade(book.path, book.key, on=DAY, check=figures)
        assert book.path.read_bytes() == before
        assert names(book) == ["shop.bahi", "shop.bahi.key"]
        assert state(book.path, book.key) == (migrate.VERSIONS[-2], 50)

    def test_a_damaged_copy_is_never_swapped_in(
        self, book: BareBook, next_version: NextVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        next_version.does(ADDS)
        monkeypatch.setattr(migrate, "faults", lambda path, key: ["page 3"])
        before = book.path.read_bytes()
        with pytest.raises(Damaged):
            migrate.upgrade(book.path, book.key, on=DAY)
        assert book.path.read_bytes() == before

    def test_while_someone_reads(self, book: BareBook, next_version: NextVersion) -> None:
        next_version.does(ADDS)
        reader = engine.connect(book.path, book.key, read_only=True)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM draft_journal").fetchone()
        with pytest.raises(InUse):
            migrate.upgrade(book.path, book.key, on=DAY)
        reader.close()
        assert names(book) == ["shop.bahi", "shop.bahi.key"]
        assert state(book.path, book.key) == (migrate.VERSIONS[-2], 50)

    def test_a_book_of_a_newer_bahi(self, book: BareBook) -> None:
        opened = engine.open_engine(book.path, book.key)
        with engine.write_transaction(opened) as connection:
            connection.info["door"] = engine.ANY_HAND
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        opened.dispose()
        with pytest.raises(TooNew, match="newer Bahi") as told:
            migrate.upgrade(book.path, book.key, on=DAY)
        assert "newest Bahi" in told.value.remedy
        with pytest.raises(TooNew):
            migrate.refuse_other_version(book.path, book.key)

    def test_a_reader_of_an_older_book(self, book: BareBook, next_version: NextVersion) -> None:
        next_version.does(ADDS)
        with pytest.raises(ReadOnly, match="older Bahi"):
            migrate.refuse_other_version(book.path, book.key)
        migrate.upgrade(book.path, book.key, on=DAY)
        migrate.refuse_other_version(book.path, book.key)

    def test_a_copy_that_is_not_whole_is_never_swapped_in(
        self, book: BareBook, next_version: NextVersion
    ) -> None:
        """While someone has the copy open its last pages may lie outside it."""
        next_version.does(ADDS)
        strangers = []

        def looks(connection: Connection) -> dict[str, int]:
            strangers.append(engine.connect(Path(str(connection.engine.url.database)), book.key))
            return figures(connection)

        before = book.path.read_bytes()
        with pytest.raises(InUse):
            migrate.upgrade(book.path, book.key, on=DAY, check=looks)
        for stranger in strangers:
            stranger.close()
        assert book.path.read_bytes() == before

    def test_a_file_without_tables(self, tmp_path: Path) -> None:
        in_file(tmp_path, "empty.bahi").dispose()
        with pytest.raises(NotABook):
            migrate.upgrade(tmp_path / "empty.bahi", KEY, on=DAY)

    @pytest.mark.processes
    def test_no_rights_and_no_room(self, book: BareBook, next_version: NextVersion) -> None:
        next_version.does(ADDS)
        code = """
import datetime, resource
from core.store import migrate
migrate._STEPS, migrate.HEAD = Path(given["steps"]), given["head"]
migrate.VERSIONS = (*migrate.VERSIONS, migrate.HEAD)
if given["limit"]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (given["limit"], given["limit"]))
migrate.upgrade(folder / "shop.bahi", bytes.fromhex(given["key"]), on=datetime.date(2026, 4, 1))
"""
        given = {"steps": str(migrate._STEPS), "head": next_version.number, "key": book.key.hex()}
        folder, before = book.path.parent, book.path.read_bytes()
        assert no_root.run(code, folder, limit=90_000, **given).kind == "DiskFull"
        folder.chmod(0o555)
        assert no_root.run(code, folder, limit=0, **given).kind == "ReadOnly"
        folder.chmod(0o755)
        assert book.path.read_bytes() == before
        assert names(book) == ["shop.bahi", "shop.bahi.key"]
