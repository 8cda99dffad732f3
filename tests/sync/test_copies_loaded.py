"""A copy of a book that is loaded anew from a snapshot proves itself, also where its original wrote on."""

import shutil
from pathlib import Path

import pytest

from core.book import Book
from core.changes.change import CHAIN_START
from core.clock import FixedClock
from core.store import log
from sync.client import bootstrap
from sync.server import snapshots
from tests.core.books import PASSPHRASE
from tests.sync.day import TODAY, begin, edit
from tests.sync.fleet import Device, Wire, a_fleet

pytestmark = pytest.mark.slow


def test_its_epoch_hangs_on_a_link_that_lies_beneath_the_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_fleet(tmp_path, marks=tmp_path / "marks") as (service, [desk, other]):
        shared = begin(desk.book)
        desk.sync()
        desk.book.close()
        laptop = tmp_path / "laptop"
        laptop.mkdir()
        for ending in ("", ".key", ".device"):
            shutil.copy(tmp_path / f"nandi.bahi{ending}", laptop / f"nandi.bahi{ending}")
        opened = [
            Book.open(folder / "nandi.bahi", passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), marks=folder / "marks")
            for folder in (tmp_path, laptop)
        ]  # fmt: skip
        desk, copy = (Device(book, Wire(service)) for book in opened)
        for n in range(40):
            edit(desk.book, shared.party, phone=f"+9198222222{n}")
        desk.sync()
        for room in (snapshots, bootstrap):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", 0)
        copy.sync()
        assert copy.book.facts()["epoch"] > 1
        device = copy.book.facts()["device"]
        link = copy.book.read(lambda read: log.last_confirmed_link(read, device))
        assert len(link) == len(CHAIN_START), "not that of a paper in the base, which has none"
        proof = copy.book.verify()
        assert (proof.problems, bool(proof.proved_from)) == ((), True)
        edit(copy.book, shared.party, email="laptop@lotus.in")
        for device in (copy, desk, other):
            assert device.sync().waiting == 0
        assert copy.book.verify().ok
        assert len({device.digest for device in (desk, other, copy)}) == 1
        for book in opened:
            book.close()
