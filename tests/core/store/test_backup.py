"""Backups: consistent while the book is written, proved when made, refused when broken, never over anything."""

import errno
import json
import os
import stat
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import AlreadyThere, BahiError, BookError, Damaged, DiskFull, NotABook, TooNew, WrongKey
from core.store import backup, engine, keys, migrate
from tests.core.store import no_root
from tests.core.store.bare_book import BOOK_ID, PASSPHRASE, BareBook, count_rows, make_bare_book, put_rows

MADE_AT_US = 1_790_000_000_000_000


@pytest.fixture
def book(tmp_path: Path) -> BareBook:
    (tmp_path / "books").mkdir()
    return make_bare_book(tmp_path / "books", rows=200)


@pytest.fixture
def saved(book: BareBook, tmp_path: Path) -> Path:
    """A backup of the book, in its own folder."""
    folder = tmp_path / "backups"
    folder.mkdir()
    target = folder / "shop.bahibackup"
    backup.backup(book.path, book.key, target, made_at_us=MADE_AT_US)
    return target


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A free name in an empty folder."""
    (tmp_path / "new").mkdir()
    return tmp_path / "new" / "shop.bahi"


def rows_of(path: Path, key: bytes) -> int:
    opened = engine.open_engine(path, key)
    count = count_rows(opened)
    opened.dispose()
    return count


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_there_and_back(book: BareBook, saved: Path, target: Path) -> None:
    manifest = backup.restore(saved, target)
    assert manifest == backup.read_manifest(saved)
    assert (manifest.book_id, manifest.made_at_us, manifest.version) == (BOOK_ID, MADE_AT_US, migrate.HEAD)
    assert manifest.name == "shop.bahi"
    key = keys.open_key(target, passphrase=PASSPHRASE)
    assert keys.open_key(target, passphrase=None, recovery_code=book.recovery_code) == key == book.key
    assert rows_of(target, key) == 200
    assert engine.faults(target, key) == []
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(target.parent) == ["shop.bahi", "shop.bahi.key", "shop.bahi.restored"]


def test_a_restored_book_is_marked_until_settled(book: BareBook, saved: Path, target: Path) -> None:
    backup.restore(saved, target)
    assert backup.restore_note(target)
    assert not backup.restore_note(book.path)
    backup.settle_restored_copy(target)
    assert not backup.restore_note(target)


def test_one_private_file_and_nothing_in_the_clear(saved: Path) -> None:
    assert names(saved.parent) == ["shop.bahibackup"]
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert b"draft_journal" not in saved.read_bytes()


def test_the_devices_own_key_stays_behind(book: BareBook, tmp_path: Path) -> None:
    keys.store_secret(book.path, "signing", bytes(32), PASSPHRASE)
    backup.backup(book.path, book.key, tmp_path / "b.bahibackup", made_at_us=MADE_AT_US)
    with zipfile.ZipFile(tmp_path / "b.bahibackup") as packed:
        assert sorted(packed.namelist()) == ["book.bahi", "book.bahi.key", "manifest.json"]


def test_of_a_book_that_is_written_meanwhile(book: BareBook, tmp_path: Path, target: Path) -> None:
    """Rows come in pairs; a copy has whole transactions, and all that were committed before it began."""
    opened = engine.open_engine(book.path, book.key)
    stop = threading.Event()

    def write() -> None:
        number = 1000
        while not stop.is_set():
            put_rows(opened, range(number, number + 2))
            number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for round_ in range(3):
            before = count_rows(opened)
            packed = tmp_path / f"{round_}.bahibackup"
            backup.backup(book.path, book.key, packed, made_at_us=MADE_AT_US)
            backup.restore(packed, target.with_name(f"{round_}.bahi"))
            kept = rows_of(target.with_name(f"{round_}.bahi"), book.key)
            assert kept >= before
            assert kept % 2 == 0
    finally:
        stop.set()
        writer.join()
        opened.dispose()


def test_an_older_backup_is_replaced_by_a_proved_one(book: BareBook, saved: Path, target: Path) -> None:
    opened = engine.open_engine(book.path, book.key)
    put_rows(opened, range(500, 510))
    opened.dispose()
    backup.backup(book.path, book.key, saved, made_at_us=MADE_AT_US + 1)
    assert names(saved.parent) == ["shop.bahibackup"]
    backup.restore(saved, target)
    assert rows_of(target, book.key) == 210


def test_a_damaged_book_is_not_backed_up(book: BareBook, saved: Path) -> None:
    before = saved.read_bytes()
    content = bytearray(book.path.read_bytes())
    content[4096 * 20 + 9] ^= 1
    book.path.write_bytes(content)
    with pytest.raises(Damaged, match=r"book shop\.bahi is damaged"):
        backup.backup(book.path, book.key, saved, made_at_us=MADE_AT_US)
    assert saved.read_bytes() == before
    assert names(saved.parent) == ["shop.bahibackup"]


def test_a_copy_with_faults_is_no_backup(
    book: BareBook, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()
    monkeypatch.setattr(backup, "faults", lambda path, key: ["row 3 missing from index"])
    with pytest.raises(Damaged):
        backup.backup(book.path, book.key, saved, made_at_us=MADE_AT_US)
    assert saved.read_bytes() == before


def test_a_copy_is_of_one_moment_however_long_it_takes(
    book: BareBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_PAGES_A_STEP", 5)
    opened = engine.open_engine(book.path, book.key)
    steps: list[int] = []

    def write(done: int, _whole: int) -> None:
        steps.append(done)
        put_rows(opened, range(1000 + len(steps), 1001 + len(steps)))

    engine.copy_book(book.path, book.key, tmp_path / "copy.bahi", progress=write)
    assert count_rows(opened) == 200 + len(steps)
    opened.dispose()
    assert len(steps) > 5
    assert steps == sorted(steps)
    assert rows_of(tmp_path / "copy.bahi", book.key) == 200


def test_a_disk_that_fills_at_the_last_step_keeps_nothing(
    saved: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = backup.place

    def full(part: Path, name: Path, *, fresh: bool = False) -> None:
        if name == target:
            raise OSError(errno.ENOSPC, "No space left on device", str(name))
        place(part, name, fresh=fresh)

    monkeypatch.setattr(backup, "place", full)
    with pytest.raises(DiskFull):
        backup.restore(saved, target)
    assert names(target.parent) == []


def test_a_wrong_key_makes_no_backup(book: BareBook, tmp_path: Path) -> None:
    with pytest.raises(WrongKey):
        backup.backup(book.path, os.urandom(32), tmp_path / "b.bahibackup", made_at_us=MADE_AT_US)
    assert names(tmp_path) == ["books"]


def test_progress_is_told_and_may_cancel(book: BareBook, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    packed = tmp_path / "b.bahibackup"
    backup.backup(
        book.path,
        book.key,
        packed,
        made_at_us=MADE_AT_US,
        progress=lambda done, whole: told.append((done, whole)),
    )
    assert told[-1][0] == told[-1][1] == book.path.stat().st_size // 4096
    before = packed.read_bytes()

    class Cancelled(Exception):
        pass

    def cancel(_done: int, _whole: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        backup.backup(book.path, book.key, packed, made_at_us=MADE_AT_US, progress=cancel)
    assert packed.read_bytes() == before
    assert names(tmp_path) == ["b.bahibackup", "books"]


@pytest.mark.parametrize("ending", ["", ".key", ".restored", "-wal"])
def test_nothing_is_restored_over(saved: Path, target: Path, ending: str) -> None:
    there = target.with_name(target.name + ending)
    there.write_bytes(b"mine")
    with pytest.raises(AlreadyThere, match=there.name.replace(".", r"\.")):
        backup.restore(saved, target)
    assert names(target.parent) == [there.name]
    assert there.read_bytes() == b"mine"


def rewritten(saved: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Pack the backup anew with other contents."""
    with zipfile.ZipFile(saved) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    with zipfile.ZipFile(saved, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def manifest_with(**fields: object) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **fields}).encode()

    return change


def flipped(parts: dict[str, bytes]) -> None:
    parts["book.bahi"] = parts["book.bahi"][:-1] + bytes([parts["book.bahi"][-1] ^ 1])


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (flipped, Damaged, "is damaged"),
        (lambda parts: parts.update({"book.bahi.key": b"{}"}), Damaged, "is damaged"),
        (lambda parts: parts.update({"manifest.json": b"[]"}), Damaged, "is damaged"),
        (lambda parts: parts.pop("book.bahi.key"), NotABook, "is not a backup"),
        (lambda parts: parts.update({"../../evil": b"x"}), NotABook, "is not a backup"),
        (lambda parts: parts.update({"manifest.json": b" " * 20_000}), NotABook, "is not a backup"),
        (manifest_with(parts={}), Damaged, "is damaged"),
        (manifest_with(book="nobody"), Damaged, "is damaged"),
        (manifest_with(format=2), TooNew, "newer Bahi"),
        (manifest_with(version="9999"), TooNew, "newer Bahi"),
    ],
)
def test_a_hostile_backup(
    saved: Path,
    target: Path,
    change: Callable[[dict[str, bytes]], None],
    kind: type[BookError],
    words: str,
) -> None:
    rewritten(saved, change)
    with pytest.raises(kind, match=words) as told:
        backup.restore(saved, target)
    assert type(told.value) is kind
    assert told.value.remedy
    assert names(target.parent) == []


def test_a_packed_bomb_is_not_unpacked(saved: Path, target: Path) -> None:
    with zipfile.ZipFile(saved) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(NotABook):
        backup.restore(saved, target)
    assert names(target.parent) == []


def test_cut_short_flipped_or_something_else(saved: Path, target: Path) -> None:
    whole = saved.read_bytes()
    for length in (0, 3, 100, len(whole) // 2, len(whole) - 10):
        saved.write_bytes(whole[:length])
        with pytest.raises((Damaged, NotABook)) as told:
            backup.restore(saved, target)
        assert isinstance(told.value, Damaged) is (length >= 4)
    for place in range(200, len(whole), len(whole) // 23):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        with pytest.raises(BahiError):
            backup.restore(saved, target)
    assert names(target.parent) == []
    with pytest.raises(NotABook, match="There is no file"):
        backup.restore(saved.with_name("none"), target)


@pytest.mark.processes
def test_no_rights_and_no_room(book: BareBook, saved: Path, target: Path) -> None:
    code = """
import resource
from core.store import backup
book = Path(given["book"])
if given["limit"]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (given["limit"], given["limit"]))
if given["act"] == "backup":
    backup.backup(book, bytes.fromhex(given["key"]), folder / "b.bahibackup", made_at_us=1)
else:
    backup.restore(Path(given["saved"]), folder / "shop.bahi")
"""
    given = {"book": str(book.path), "key": book.key.hex(), "saved": str(saved)}
    for act in ("backup", "restore"):
        assert no_root.run(code, target.parent, act=act, limit=50_000, **given).kind == "DiskFull"
        target.parent.chmod(0o555)
        assert no_root.run(code, target.parent, act=act, limit=0, **given).kind == "ReadOnly"
        target.parent.chmod(0o755)
        assert names(target.parent) == []
