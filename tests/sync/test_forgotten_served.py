"""A business that a served service does not know: its database begun anew, or restored from before it was founded."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import FixedClock
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from core.store import log
from sync.client.courier import courier_of
from sync.client.enrol import invite, join, share
from sync.client.session import ServiceRefused
from sync.server import backup, serving
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.day import TODAY, apart, begin
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Serving]:
    (tmp_path / "one").mkdir()
    made = Serving(tmp_path / "one")
    yield made
    made.end()


def bahi(*arguments: str) -> Any:
    """Run the program and read its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *arguments, "--json"], capture_output=True, text=True, timeout=60,
        env={**os.environ, "BAHI_PASSPHRASE": PASSPHRASE}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def synced(book: Book) -> int:
    """A round; answers how many changes wait after it."""
    with closing(courier_of(book, passphrase=PASSPHRASE)) as courier:
        return courier.round().waiting


def whole_log(book: Book) -> list[tuple[int, bytes, int, bytes]]:
    return book.read(lambda read: [(e.seq or 0, e.device, e.number, e.data) for e in log.in_order(read)])


def ended_alike(one: Book, two: Book, before: list[tuple[int, bytes, int, bytes]]) -> None:
    """Both books are one, the old order stands as it was, and what waited came on top of it."""
    assert one.facts()["digest"] == two.facts()["digest"]
    assert whole_log(one) == whole_log(two)
    assert whole_log(two)[: len(before)] == before
    assert len(whole_log(two)) == len(before) + 1
    assert "Waiting" in {row.name for row in one.read(parties_by_name).rows}
    assert one.verify().ok
    assert two.verify().ok


@pytest.mark.parametrize("is_restored", [False, True], ids=["begun anew", "from before it was founded"])
def test_it_is_founded_again_and_both_devices_go_on(
    tmp_path: Path, first: Serving, is_restored: bool
) -> None:
    code = first.start()
    kept = tmp_path / "kept"
    backup.backup(f"sqlite:///{first.folder / 'service.db'}", kept)
    (tmp_path / "two").mkdir()
    database = str(tmp_path / "two" / "service.db")
    second = Serving(tmp_path / "two", "--port", str(first.port), database=database)
    second.url = first.url
    with a_book(tmp_path) as one:
        share(one, first.url, code, passphrase=PASSPHRASE, cost=CHEAP)
        shared = begin(one)
        synced(one)
        joined = join(
            tmp_path / "two.bahi", first.url, invite(one, "owner", passphrase=PASSPHRASE), user="Ravi",
            passphrase=PASSPHRASE, cost=CHEAP, clock=FixedClock.on(TODAY),
        )  # fmt: skip
        with joined.book as two:
            for n, book in enumerate((one, two), 1):
                apart(book, shared, phone=f"+9198{n:08d}", reference=f"U{n}", contact=f"C{n}")
            for book in (one, two, one):
                synced(book)
            before = whole_log(one)
            assert [entry[0] for entry in before] == list(range(1, len(before) + 1))
            two.write("Party", lambda work: save_party(work, Party(name="Waiting")))
            first.stop()
            if is_restored:
                backup.restore(f"sqlite:///{database}", kept)
            second.start()
            try:
                with pytest.raises(ServiceRefused, match="does not know this business"):
                    synced(one)
                one.close()
                bahi("share", str(one.path), "--server", first.url, "--code", serving.founding_code(database))
                assert synced(two) == 0, "of both it was the last: what is new is taken"
                with Book.open(one.path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as again:
                    assert synced(again) == 0
                    ended_alike(again, two, before)
            finally:
                second.stop()
    assert second.mistakes() == []
