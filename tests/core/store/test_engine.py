"""The encrypted file: opening, failing in the right words, transactions, the guard, and a killed writer."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from core.errors import AlreadyThere, Damaged, DiskFull, InUse, NotABook, ReadOnly, WrongKey
from core.store import engine
from tests.core.store import no_root
from tests.core.store.bare_book import BareBook, count_rows, make_bare_book, put_rows


@pytest.fixture
def book(tmp_path: Path) -> BareBook:
    return make_bare_book(tmp_path, rows=300)


@pytest.fixture
def opened(book: BareBook) -> Iterator[Engine]:
    made = engine.open_engine(book.path, book.key)
    yield made
    made.dispose()


def flip(path: Path, place: int) -> None:
    """Turn the bits of one byte over."""
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)


def read_everything(book: BareBook) -> None:
    """Open the book and read every page of its one filled table."""
    opened = engine.open_engine(book.path, book.key)
    try:
        with engine.read_transaction(opened) as connection:
            connection.exec_driver_sql("SELECT max(value) FROM draft_journal").fetchall()
    finally:
        opened.dispose()


def test_a_book_is_private_encrypted_and_one_file(book: BareBook) -> None:
    content = book.path.read_bytes()
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
    assert b"SQLite" not in content
    assert b"draft_journal" not in content
    assert sorted(path.name for path in book.path.parent.iterdir()) == ["shop.bahi", "shop.bahi.key"]


def test_a_new_file_takes_no_others_place(book: BareBook) -> None:
    before = book.path.read_bytes()
    with pytest.raises(AlreadyThere) as told:
        engine.create_file(book.path, book.key)
    assert str(book.path) in told.value.message
    assert book.path.read_bytes() == before


def test_a_short_key_is_refused_before_the_file_is_touched(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        engine.create_file(tmp_path / "x.bahi", b"short")
    assert list(tmp_path.iterdir()) == []


def test_settings_that_keep_a_book_through_a_power_cut(opened: Engine) -> None:
    with engine.read_transaction(opened) as connection:

        def setting(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert setting("journal_mode") == "wal"
        assert setting("synchronous") == 2
        assert setting("foreign_keys") == 0
        assert setting("temp_store") == 2


class TestWhatIsWrong:
    """Each trouble has its own type and its own words."""

    def opening(self, book: BareBook, key: bytes | None = None) -> str:
        engine.open_engine(book.path, key or book.key).dispose()
        return "opened"

    def test_wrong_key(self, book: BareBook, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(WrongKey, match="belongs to another book"):
            self.opening(book, os.urandom(32))
        assert capfd.readouterr() == ("", "")

    def test_wrong_key_without_key_file_does_not_claim_more_than_it_knows(self, book: BareBook) -> None:
        book.path.with_name("shop.bahi.key").unlink()
        with pytest.raises(WrongKey, match="or the file is no book"):
            self.opening(book, os.urandom(32))

    def test_damaged_first_page_is_no_wrong_key(self, book: BareBook) -> None:
        flip(book.path, 100)
        with pytest.raises(Damaged) as told:
            self.opening(book)
        assert "shop.bahi" in told.value.message
        assert "backup" in told.value.remedy

    def test_damaged_page_within(self, book: BareBook) -> None:
        pages = book.path.stat().st_size // 4096
        flip(book.path, 4096 * (pages // 2) + 10)
        with pytest.raises(Damaged), engine.explained(book.path):
            read_everything(book)
        assert any(f"page {pages // 2 + 1}" in fault for fault in engine.faults(book.path, book.key))

    def test_a_sound_book_has_no_faults(self, book: BareBook) -> None:
        assert engine.faults(book.path, book.key) == []

    @pytest.mark.parametrize("length", [0, 4096 * 3, 5000])
    def test_cut_short(self, book: BareBook, length: int) -> None:
        os.truncate(book.path, length)
        with pytest.raises(Damaged), engine.explained(book.path, book.key):
            read_everything(book)

    @pytest.mark.parametrize("content", [b"", b"a letter to the bank", b"SQLite format 3\0" + bytes(8176)])
    def test_another_kind_of_file(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "letter.bahi"
        path.write_bytes(content)
        with pytest.raises(NotABook, match="is not a book of Bahi"):
            engine.open_engine(path, os.urandom(32))
        assert path.read_bytes() == content

    def test_an_encrypted_file_of_another_program(self, book: BareBook) -> None:
        with engine.connect(book.path, book.key) as connection:
            connection.execute("PRAGMA application_id = 7")
        connection.close()
        book.path.with_name("shop.bahi.key").unlink()
        with pytest.raises(WrongKey, match="no book of Bahi"):
            self.opening(book)

    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(NotABook, match="There is no file"):
            engine.open_engine(tmp_path / "none.bahi", os.urandom(32))
        assert list(tmp_path.iterdir()) == []

    def test_another_writer_at_work(self, book: BareBook) -> None:
        holder = engine.connect(book.path, book.key)
        holder.execute("BEGIN IMMEDIATE")
        other = engine.connect(book.path, book.key)
        other.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(InUse, match="Another program"), engine.explained(book.path):
            other.execute("BEGIN IMMEDIATE")
        holder.close()
        other.close()

    def test_our_own_mistakes_are_not_explained_away(self, opened: Engine, book: BareBook) -> None:
        with (
            pytest.raises(DatabaseError, match="no such table"),
            engine.explained(book.path),
            engine.read_transaction(opened) as connection,
        ):
            connection.exec_driver_sql("SELECT * FROM nowhere")


def broken_off(connection: Connection) -> None:
    """A write that an error ends half way."""
    connection.info["door"] = engine.ANY_HAND
    connection.exec_driver_sql("DELETE FROM draft_journal")
    raise ZeroDivisionError


class TestTransactions:
    def test_an_error_undoes_all_of_it(self, opened: Engine) -> None:
        with pytest.raises(ZeroDivisionError), engine.write_transaction(opened) as connection:
            broken_off(connection)
        assert count_rows(opened) == 300

    def test_a_reader_sees_one_state(self, opened: Engine) -> None:
        with engine.read_transaction(opened) as connection:
            count = text("SELECT count(*) FROM draft_journal")
            before = connection.execute(count).scalar_one()
            put_rows(opened, range(300, 310))
            assert connection.execute(count).scalar_one() == before
        assert count_rows(opened) == 310

    def test_connections_are_kept_and_used_from_any_thread(self, opened: Engine) -> None:
        seen: list[int] = []

        def look() -> None:
            with engine.read_transaction(opened) as connection:
                seen.append(id(connection.connection.driver_connection))
                connection.exec_driver_sql("SELECT count(*) FROM draft_journal").scalar_one()

        for _ in range(3):
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
        assert len(seen) == 3
        assert len(set(seen)) == 1

    def test_checkpoint_moves_pages_into_the_book(self, opened: Engine, book: BareBook) -> None:
        before = book.path.stat().st_size
        put_rows(opened, range(300, 400))
        assert book.path.stat().st_size == before
        engine.checkpoint(opened)
        assert book.path.stat().st_size > before


class TestGuard:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO meta VALUES ('a', x'00')",
            "  update meta SET value = x'00'",
            "/* harmless */ DELETE FROM meta",
            "-- note\nREPLACE INTO meta VALUES ('a', x'00')",
            "CREATE TABLE other (a)",
            "DROP TABLE meta",
            "ALTER TABLE meta ADD COLUMN more TEXT",
            "WITH gone AS (SELECT name FROM meta WHERE name = ')') DELETE FROM meta WHERE name IN gone",
        ],
    )
    def test_a_write_outside_the_door_is_our_mistake(self, opened: Engine, statement: str) -> None:
        with pytest.raises(engine.WriteOutsideTheDoor), opened.connect() as connection:
            connection.exec_driver_sql(statement)
        with pytest.raises(AssertionError), engine.write_transaction(opened) as connection:
            connection.execute(text(statement))

    def test_the_door_is_shut_behind_its_opener(self, opened: Engine) -> None:
        put_rows(opened, range(300, 301))
        with pytest.raises(engine.WriteOutsideTheDoor), engine.write_transaction(opened) as connection:
            connection.exec_driver_sql("DELETE FROM draft_journal")

    @pytest.mark.parametrize(
        ("statement", "told"),
        [
            ("SELECT replace(name, 'a', 'b') FROM meta", True),
            ("WITH some AS (SELECT * FROM meta) SELECT replace(name, 'a', 'b') FROM some", True),
            ("VALUES (1)", True),
            ("/* kept */ SELECT 1", False),
            ("PRAGMA user_version", False),
        ],
    )
    def test_reads_pass_and_are_told_first(self, opened: Engine, statement: str, told: bool) -> None:
        heard: list[str] = []
        with engine.write_transaction(opened) as connection:
            connection.info["before_read"] = heard.append
            connection.exec_driver_sql(statement).fetchall()
        assert heard == ([statement] if told else [])
        with engine.read_transaction(opened) as connection:
            connection.exec_driver_sql(statement).fetchall()
        assert len(heard) == int(told)

    def test_a_read_only_engine_writes_nothing_even_through_the_door(self, book: BareBook) -> None:
        opened = engine.open_engine(book.path, book.key, read_only=True)
        assert count_rows(opened) == 300
        with pytest.raises(ReadOnly), engine.explained(book.path):
            put_rows(opened, range(1))
        opened.dispose()


class TestFullDisk:
    def test_no_page_left(self, book: BareBook) -> None:
        pages = book.path.stat().st_size // 4096
        opened = engine.open_engine(book.path, book.key, max_pages=pages + 2)
        with pytest.raises(DiskFull, match="as it was before"), engine.explained(book.path):
            put_rows(opened, range(1000, 2000))
        assert count_rows(opened) == 300
        opened.dispose()
        assert engine.faults(book.path, book.key) == []

    @pytest.mark.processes
    def test_a_quota_of_the_system(self, tmp_path: Path) -> None:
        book = make_bare_book(tmp_path, rows=50)
        code = """
import resource
from core.store import engine
from tests.core.store.bare_book import count_rows, put_rows
book, key = folder / "shop.bahi", bytes.fromhex(given["key"])
opened = engine.open_engine(book, key)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
with engine.explained(book, key):
    put_rows(opened, range(1000, 2000))
"""
        told = no_root.run(code, tmp_path, key=book.key.hex())
        assert told.kind == "DiskFull"
        assert "Free some space" in told.remedy
        opened = engine.open_engine(book.path, book.key)
        assert count_rows(opened) == 50
        opened.dispose()
        assert engine.faults(book.path, book.key) == []


@pytest.mark.processes
class TestReadOnlyPlaces:
    OPEN = """
from core.store import engine
from tests.core.store.bare_book import count_rows, put_rows
book, key = folder / "shop.bahi", bytes.fromhex(given["key"])
opened = engine.open_engine(book, key, read_only=given["read_only"])
with engine.explained(book, key):
    if not given["read_only"]:
        put_rows(opened, range(1000, 1001))
    result = count_rows(opened)
"""

    def test_a_folder_that_may_not_be_written(self, tmp_path: Path) -> None:
        book = make_bare_book(tmp_path, rows=5)
        tmp_path.chmod(0o555)
        writing = no_root.run(self.OPEN, tmp_path, key=book.key.hex(), read_only=False)
        assert writing.kind == "ReadOnly"
        assert "Change the rights" in writing.remedy
        reading = no_root.run(self.OPEN, tmp_path, key=book.key.hex(), read_only=True)
        assert (reading.kind, reading.result) == ("done", 5)

    def test_a_file_that_may_not_be_written_or_read(self, tmp_path: Path) -> None:
        book = make_bare_book(tmp_path, rows=5)
        book.path.chmod(0o400)
        assert no_root.run(self.OPEN, tmp_path, key=book.key.hex(), read_only=False).kind == "ReadOnly"
        assert no_root.run(self.OPEN, tmp_path, key=book.key.hex(), read_only=True).result == 5
        book.path.chmod(0o000)
        assert no_root.run(self.OPEN, tmp_path, key=book.key.hex(), read_only=True).kind == "ReadOnly"

    def test_no_new_book_in_such_a_folder(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o555)
        code = """
from core.store import engine
engine.create_file(folder / "new.bahi", bytes(32))
"""
        assert no_root.run(code, tmp_path).kind == "ReadOnly"


@pytest.mark.processes
@pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")
def test_a_killed_writer_leaves_the_last_commit(book: BareBook) -> None:
    """Each transaction writes two rows; what was reported as committed is there, and never half of one."""
    code = """
import sys
from pathlib import Path
from core.store import engine
from tests.core.store.bare_book import put_rows
opened = engine.open_engine(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
number = 1000
while True:
    put_rows(opened, range(number, number + 2))
    number += 2
    print(number, flush=True)
"""
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, str(book.path), book.key.hex()],
            cwd=no_root.ROOT,
            env={**os.environ, "PYTHONPATH": str(no_root.ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        reported = [int(writer.stdout.readline()) for _ in range(20)][-1]
        writer.send_signal(signal.SIGKILL)
        reported = max([reported, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        writer.wait()
        writer.stdout.close()
        opened = engine.open_engine(book.path, book.key)
        kept = count_rows(opened) - 300
        assert kept % 2 == 0
        assert kept >= reported - 1000
        with engine.write_transaction(opened) as connection:
            connection.info["door"] = engine.ANY_HAND
            connection.exec_driver_sql("DELETE FROM draft_journal WHERE kept_at_us >= 1000")
        opened.dispose()
        assert engine.faults(book.path, book.key) == []
