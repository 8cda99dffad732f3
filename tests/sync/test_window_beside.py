"""A window has a book open and writes; the command line comes beside it, a process of its own, and would write too."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import SystemClock
from core.parties.commands import save_party
from core.store import log
from sync.client.enrol import invite, join, share
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.day import LOTUS
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
    yield made
    made.end()


def bahi(*arguments: str) -> tuple[int, Any]:
    """Run the program: how it ends, and its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *arguments, "--json"], capture_output=True, text=True, timeout=90,
        env={**os.environ, "BAHI_PASSPHRASE": PASSPHRASE}, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


class Window:
    """A process that has the book open, writes it and syncs it, as the window does (tests.sync.desk)."""

    def __init__(self, path: Path) -> None:
        self.kept = 0
        """The highest number that it has told of."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.desk", str(path), "0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.answer() == {"ready": True}

    def order(self, name: str, **what: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"order": name, **what}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "wrote" not in told:
                return told
            self.kept = told["wrote"]
        return {}

    def kill(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def test_a_window_is_open_while_the_command_line_writes(tmp_path: Path, server: Serving) -> None:
    """What would write is sent away without a trace, what reads is answered; killed, the window gives way at once.

    In the end both books have one digest, and all that the window and the command line have told of is there.
    """
    code = server.start()
    one, two = tmp_path / "nandi.bahi", tmp_path / "two.bahi"
    with a_book(tmp_path, clock=SystemClock()) as book:  # type: ignore[arg-type]
        book.write("Lotus", lambda work: save_party(work, LOTUS))
        share(book, server.url, code, passphrase=PASSPHRASE, cost=CHEAP)
        asked = invite(book, "owner", passphrase=PASSPHRASE)
        join(two, server.url, asked, user="Ravi", passphrase=PASSPHRASE, cost=CHEAP).book.close()
    window = Window(one)
    window.order("work", seed=1, works=12)
    for arguments in (("sync", str(one)), ("remind", str(one), "--on", "2030-01-01")):
        status, told = bahi(*arguments)
        assert status == 3, told
        assert told["problems"][0]["code"] == "IN_USE"
    window.answer()
    window.order("round")
    assert window.answer()["waiting"] == 0
    window.order("work", seed=2, works=4)
    status, _read = bahi("worklist", str(one), "--on", "2030-01-01")
    assert status == 0
    window.answer()
    window.kill()

    status, letters = bahi("remind", str(one), "--on", "2030-01-01")
    assert status == 0, letters
    for path in (one, two):
        status, told = bahi("sync", str(path))
        assert (status, told["waiting"]) == (0, 0)
    proofs = [bahi("verify", str(path))[1] for path in (one, two)]
    assert [proof["ok"] for proof in proofs] == [True, True]
    assert proofs[0]["digest"] == proofs[1]["digest"]
    with Book.open(one, passphrase=PASSPHRASE) as book:
        author = book.facts()["device"]
    for path in (one, two):
        with Book.open(path, passphrase=PASSPHRASE) as book:
            entries = book.read(lambda read: list(log.in_order(read)))
        numbers = sorted(each.number for each in entries if each.device == author)
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= window.kept
