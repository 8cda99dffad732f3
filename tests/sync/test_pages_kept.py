"""Pages of a snapshot that lie beside a book: the next round goes on with them, whatever became of the file."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.parties.commands import save_party
from core.parties.model import Party
from core.store.pages import KeptPages
from core.store.work import Work
from sync.client import bootstrap
from sync.client.transport import Offline, Reply
from sync.protocol.messages import Manifest
from sync.protocol.packing import read
from sync.server import snapshots
from tests.sync.fleet import Device, Wire, a_fleet

PAGE = 4096
ENOUGH = 3

Spoil = Callable[[Path], None]


class Breaking(Wire):
    """A line that breaks after some pages of a snapshot."""

    def post(self, path: str, body: bytes) -> Reply:
        if path == "snapshot_page" and self.calls.count(path) == ENOUGH:
            self.calls.append("broken")
            raise Offline("broken")
        return super().post(path, body)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another_kind(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" * 1_000)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 2 * PAGE])


def at_its_head(path: Path) -> None:
    overwrite(path, 0)


def in_its_list(path: Path) -> None:
    overwrite(path, 1)


def in_what_it_keeps(path: Path) -> None:
    overwrite(path, path.stat().st_size // PAGE // 2)


def at_its_end(path: Path) -> None:
    overwrite(path, path.stat().st_size // PAGE - 1)


def overwrite(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE)


def write(book: Book, count: int) -> None:
    """Parties with so much to say that a page takes several of the file's."""
    words = random.Random(count)

    def command(work: Work) -> None:
        for n in range(count):
            save_party(work, Party(code=f"P{n}", name=f"Party {n}", notes=words.randbytes(2_000).hex()))

    book.write("Parties", command)


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Device]]:
    """Two devices; the second is to load a snapshot of many pages and was stopped after some."""
    with a_fleet(tmp_path) as (service, [desk, other]):
        write(desk.book, 30)
        desk.sync()
        for room in (snapshots, bootstrap):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", 0)
        monkeypatch.setattr(snapshots, "PAGE_BYTES_MAX", 40_000)
        with pytest.raises(Offline):
            Device(other.book, Breaking(service)).sync()
        yield [desk, other]


def kept_of(device: Device) -> KeptPages:
    return KeptPages(device.book.path, device.book.key)


def test_what_was_fetched_is_not_asked_for_again(fleet: list[Device]) -> None:
    desk, other = fleet
    manifest = read(Manifest, kept_of(other).manifest() or b"")
    assert kept_of(other).numbers() == set(range(ENOUGH))
    other.sync()
    assert other.digest == desk.digest
    assert other.wire.calls.count("snapshot_page") == len(manifest.pages) - ENOUGH > 0


@pytest.mark.parametrize(
    "spoil",
    [
        emptied,
        of_another_kind,
        cut_short,
        at_its_head,
        in_its_list,
        in_what_it_keeps,
        at_its_end,
        Path.unlink,
    ],
)
def test_what_was_spoiled_there_is_fetched_again(fleet: list[Device], spoil: Spoil) -> None:
    desk, other = fleet
    path = other.book.path.with_name(f"{other.book.path.name}.snapshot")
    spoil(path)
    other.sync()
    assert other.digest == desk.digest
    assert other.book.verify().ok
    assert other.book.facts().get("unfit_snapshot") is None
    assert not path.exists()


def test_what_is_spoiled_while_it_is_loaded_is_fetched_again(
    fleet: list[Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, other = fleet
    fetch = bootstrap._fetch

    def spoiled(session: object, kept: KeptPages, manifest: object, tell: object) -> None:
        fetch(session, kept, manifest, tell)  # type: ignore[arg-type]
        kept.keep(1, b"spoiled")
        in_what_it_keeps(other.book.path.with_name(f"{other.book.path.name}.snapshot"))

    monkeypatch.setattr(bootstrap, "_fetch", spoiled)
    other.sync()
    assert other.digest == desk.digest
    assert other.book.verify().ok
    assert other.book.facts().get("unfit_snapshot") is None
