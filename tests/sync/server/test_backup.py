"""The service's backup: one state of all tenants, made while it serves; restored whole or not at all, in an era of its
own."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import zstandard

from core.changes.change import Outcome, run_hash
from core.clock import FixedClock
from core.errors import BookError
from sync.server import schema, tables
from sync.server.backup import Kept, backup, restore
from sync.server.database import connect, open_database, reading, writing
from sync.server.service import Service
from sync.server.tables.base import metadata
from tests.core.dealings import a_party
from tests.sync import fleet
from tests.sync.fleet import TODAY, Device, a_fleet
from tests.sync.server.neighbours import neighbours_in
from tests.sync.server.postgres import OWNER, SERVICE, Postgres
from tests.sync.server.raw import RawDevice, a_tenant

CLOCK = FixedClock.on(TODAY)
HEAD, TAIL = len(b"BAHI SERVICE 1\n"), bytes.fromhex("502a4d1808000000") + b"BAHI END"


def as_owner(url: str) -> str:
    return url.replace(f"//{SERVICE}@", f"//{OWNER}@")


def url_of(service: Service) -> str:
    """The database of a service, as its owner reaches it."""
    return as_owner(service.means.database.url.render_as_string(hide_password=False))


def rows_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    engine = connect(url)
    with reading(engine) as connection:
        schema.see_all(connection)
        found = {
            table.name: sorted(tuple(row) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def are_empty(url: str) -> bool:
    return {name for name, rows in rows_of(url).items() if rows} <= {"service"}


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    yield device
    device.service.means.database.dispose()


@pytest.fixture
def kept(tmp_path: Path, first: RawDevice) -> Path:
    """A backup of a small service."""
    first.write("parties.edited", b"r" * 16, {1: "L", 2: "Lotus Foods"})
    backup(url_of(first.service), tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def empty(tmp_path: Path, engine: str) -> str:
    """Another database, of the same engine."""
    (tmp_path / "new").mkdir()
    return as_owner(fleet.database_url(tmp_path / "new"))


def test_everything_comes_back_in_the_next_era(
    tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.backup._BLOCK_BYTES", 500)
    given = neighbours_in(tmp_path)
    given.other.service.means.database.dispose()
    told: list[tuple[int, int]] = []
    url = url_of(given.other.service)
    written = backup(url, tmp_path / "kept", lambda done, of: told.append((done, of)))
    restored = restore(empty, tmp_path / "kept", clock=CLOCK)
    before, after = rows_of(url), rows_of(empty)
    eras = [dict(rows.pop("service")) for rows in (before, after)]
    assert (before, eras[0]["secret"]) == (after, eras[1]["secret"])
    assert before["changes"]
    assert before["codes"]
    era = int.from_bytes(eras[1]["era"], "big")
    assert era > 1
    rows = sum(len(found) for found in before.values())
    assert written == restored == Kept(2, len(before["changes"]), rows + len(eras[0]))
    assert told[-1] == (written.rows, written.rows)
    assert len(told) > sum(1 for found in before.values() if found)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600


def test_one_backup_restored_twice_has_two_eras(tmp_path: Path, kept: Path, empty: str) -> None:
    eras = []
    clock = FixedClock.on(TODAY)
    (tmp_path / "third").mkdir()
    for url in (empty, as_owner(fleet.database_url(tmp_path / "third"))):
        restore(url, kept, clock=clock)
        clock.move(seconds=1)
        eras.append(dict(rows_of(url)["service"])["era"])
    assert eras[0] != eras[1]


def test_a_backup_made_while_others_write_has_one_state(tmp_path: Path, first: RawDevice, empty: str) -> None:
    stop, began = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            first.write("parties.edited", b"r" * 16, {1: "L", 2: f"{first.number}"})
            began.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert began.wait(20)
        for n in range(3):
            backup(url_of(first.service), tmp_path / f"kept{n}")
    finally:
        stop.set()
        writer.join()
    restore(empty, tmp_path / "kept2")
    rows = rows_of(empty)
    columns = tables.changes.columns.keys()
    changes = sorted(
        (dict(zip(columns, row, strict=True)) for row in rows["changes"]), key=lambda row: row["seq"]
    )
    run = b""
    for row in changes:
        run = run_hash(run, row["link"], Outcome(row["outcome"]), row["answer"])
    heads = dict(zip(tables.heads.columns.keys(), rows["heads"][0], strict=True))
    assert (heads["seq"], heads["run"]) == (len(changes), run)
    assert 0 < len(changes) <= first.number
    assert [row[3] for row in rows["chains"]] == [len(changes)]


class TestDamaged:
    """A file that is not whole brings nothing."""

    def refused(self, url: str, file: Path, words: str = "no whole backup") -> None:
        with pytest.raises(BookError, match=words):
            restore(url, file)
        assert are_empty(url)

    def test_torn_anywhere(self, kept: Path, empty: str, tmp_path: Path) -> None:
        whole = kept.read_bytes()
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(whole[HEAD:])
        torn = tmp_path / "torn"
        for length in range(0, len(whole), max(len(whole) // 12, 1)):
            torn.write_bytes(whole[:length])
            self.refused(empty, torn)
        for length in range(0, len(plain), max(len(plain) // 12, 1)):
            torn.write_bytes(whole[:HEAD] + zstandard.ZstdCompressor().compress(plain[:length]) + TAIL)
            self.refused(empty, torn)

    def test_a_bit_turned(self, kept: Path, empty: str, tmp_path: Path) -> None:
        whole = kept.read_bytes()
        for place in range(0, len(whole), max(len(whole) // 20, 1)):
            wrong = tmp_path / "wrong"
            wrong.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
            with pytest.raises(BookError):
                restore(empty, wrong)
            assert are_empty(empty)

    def test_something_else(self, empty: str, tmp_path: Path) -> None:
        other = tmp_path / "other"
        self.refused(empty, other)
        begin = b"BAHI SERVICE 1\n"
        for data in (b"", begin, b"SQLite format 3\0" * 99, begin + bytes(99), begin + bytes(99) + TAIL):
            other.write_bytes(data)
            self.refused(empty, other)
        endless = (1 << 31).to_bytes(4, "big") + bytes(1 << 20)
        other.write_bytes(begin + zstandard.ZstdCompressor().compress(endless) + TAIL)
        self.refused(empty, other)

    def test_of_another_version(
        self, first: RawDevice, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(schema, "SCHEMA", schema.SCHEMA + 1)
            with pytest.raises(BookError, match="no tables of this version"):
                backup(url_of(first.service), tmp_path / "kept")
        backup(url_of(first.service), tmp_path / "kept")
        open_database(empty).dispose()
        whole = (tmp_path / "kept").read_bytes()
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(whole[HEAD:])
        begin = plain.index(b"begin") + len(b"begin")
        assert plain[begin] == schema.SCHEMA
        newer = plain[:begin] + bytes([schema.SCHEMA + 1]) + plain[begin + 1 :]
        (tmp_path / "newer").write_bytes(whole[:HEAD] + zstandard.ZstdCompressor().compress(newer) + TAIL)
        self.refused(empty, tmp_path / "newer", "version of Bahi")


def test_a_database_that_was_used_is_not_restored_into(first: RawDevice, kept: Path) -> None:
    url = url_of(first.service)
    before = rows_of(url)
    with pytest.raises(BookError, match="not empty"):
        restore(url, kept)
    assert rows_of(url) == before


def test_what_keeps_a_backup_from_being_made_is_said_and_leaves_no_file(
    tmp_path: Path, first: RawDevice, engine: str, postgres: Postgres
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    url = url_of(first.service)
    cases = {"cannot be written": (url, out / "no" / "kept")}
    if engine == "sqlite":
        (tmp_path / "other.db").write_bytes(b"no database" * 99)
        cases["There is no service's database"] = (f"sqlite:///{out / 'none.db'}", out / "kept")
        cases["cannot be read"] = (f"sqlite:///{tmp_path / 'other.db'}", out / "kept")
    else:
        served_as = url.replace(f"//{OWNER}@", f"//{SERVICE}@")
        cases["does not see every business"] = (served_as, out / "kept")
        cases["no tables of this version"] = (postgres.url(postgres.empty(), OWNER), out / "kept")
        cases["cannot be read"] = (postgres.url("no_such_database", OWNER), out / "kept")
    for words, (place, file) in cases.items():
        with pytest.raises(BookError, match=words) as caught:
            backup(place, file)
        assert caught.value.remedy or words.startswith("There")
        assert list(out.iterdir()) == []


def test_a_full_disk_leaves_the_backup_before(
    tmp_path: Path, kept: Path, first: RawDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept.read_bytes()

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.server.backup.os.fsync", full)
    with pytest.raises(BookError, match="cannot be written"):
        backup(url_of(first.service), kept)
    assert kept.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.slow
def test_devices_hand_back_what_a_restored_service_has_lost(tmp_path: Path, empty: str, twice: bool) -> None:
    with a_fleet(tmp_path) as (service, devices):
        _add(devices[0], "Before")
        backup(url_of(service), tmp_path / "kept")
        _add(devices[1], "After")
        devices[0].sync()
        places = [empty]
        if twice:
            (tmp_path / "third").mkdir()
            places.append(as_owner(fleet.database_url(tmp_path / "third")))
        for n, place in enumerate(places):
            restore(place, tmp_path / "kept", clock=FixedClock(CLOCK.now_us() + n * 1_000_000))
            served = place.replace(f"//{OWNER}@", f"//{SERVICE}@")
            again = Service(open_database(served), CLOCK, lambda count: bytes(count))
            for device in devices:
                device.wire.service = again
            devices[0].sync()
            _add(devices[0], f"Later {n}")
            for device in (*devices, *devices):
                assert device.sync().waiting == 0 or device is devices[0]
            with writing(again.means.database, devices[0].book.facts()["tenant"]) as connection:
                digest = connection.execute(sa.select(tables.heads.c.digest)).scalar_one()
            assert {device.digest for device in devices} == {digest}
            again.means.database.dispose()
        for device in devices:
            assert device.book.verify().ok
            assert device.book.facts()["era"] > 2


def _add(device: Device, name: str) -> None:
    a_party(device.book, name, name=name)
    device.sync()
