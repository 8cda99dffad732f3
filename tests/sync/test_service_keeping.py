"""Keeping the service with `bahi`: prepared for a role, backed up while it serves, restored, served again."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.parties.commands import save_party
from core.parties.model import Party
from sync.client.courier import courier_of
from sync.client.enrol import share
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.server.postgres import OWNER, SERVICE, Postgres
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


def bahi(*arguments: str, code: int = 0) -> Any:
    """Run the program and read its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *arguments, "--json"], capture_output=True, text=True, timeout=90,
        env=dict(os.environ), check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout or done.stderr)


class Place:
    """A database: as its owner reaches it, and as the service does."""

    def __init__(self, owned: str, served: str) -> None:
        self.owned = owned
        self.served = served


@pytest.fixture
def places(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Place, Place]:
    """The database that is served, and an empty one for its backup."""
    if engine == "sqlite":
        urls = [f"sqlite:///{tmp_path / name}" for name in ("first.db", "second.db")]
        return Place(urls[0], urls[0]), Place(urls[1], urls[1])
    server: Postgres = request.getfixturevalue("postgres")
    found = []
    for _each in range(2):
        name = server.empty()
        found.append(Place(server.url(name, OWNER), server.url(name, SERVICE)))
        bahi("service-prepare", "--database", found[-1].owned, "--role", SERVICE)
    return found[0], found[1]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def add(book: Book, name: str) -> None:
    """Write a party and send it."""
    book.write("Party", lambda work: save_party(work, Party(name=name)))
    with closing(courier_of(book, passphrase=PASSPHRASE)) as courier:
        courier.round()


def test_what_came_after_the_backup_comes_back_from_the_devices(
    tmp_path: Path, places: tuple[Place, Place], book: Book
) -> None:
    first, second = places
    serving = Serving(tmp_path, database=first.served)
    share(book, serving.url, serving.start(), passphrase=PASSPHRASE, cost=CHEAP)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            add(book, f"P {book.facts()['seq']}")

    working = threading.Thread(target=work)
    working.start()
    try:
        kept = bahi("service-backup", "--output", str(tmp_path / "kept"), "--database", first.owned)
    finally:
        stop.set()
        working.join()
    assert kept["tenants"] == 1
    add(book, "After the backup")
    before = book.facts()
    assert before["seq"] > kept["changes"]
    assert serving.stop() == 0
    restored = bahi("service-restore", str(tmp_path / "kept"), "--database", second.owned)
    assert {name: restored[name] for name in ("tenants", "changes", "rows")} == {
        name: kept[name] for name in ("tenants", "changes", "rows")
    }
    again = Serving(tmp_path, "--port", str(serving.port), database=second.served)
    again.url = serving.url
    again.start()
    add(book, "In the next era")
    after = book.facts()
    assert after["era"] > before["era"]
    assert after["seq"] == before["seq"] + 1
    assert book.verify().ok
    assert again.stop() == 0


def test_a_backup_is_not_brought_where_something_is(tmp_path: Path, places: tuple[Place, Place]) -> None:
    first, _second = places
    bahi("founding-code", "--database", first.served)
    bahi("service-backup", "--output", str(tmp_path / "kept"), "--database", first.owned)
    told = bahi("service-restore", str(tmp_path / "kept"), "--database", first.owned, code=3)
    assert "not empty" in json.dumps(told)
