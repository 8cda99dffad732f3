"""A window has a book open, with something typed in it; the command line comes beside it, a process of its own, and
writes too.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import SystemClock, today
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.ledger.queries import open_items
from core.receipts.queries import receipts_page
from sync.client.enrol import invite, join, share
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.core.dealings import a_party
from tests.desktop.command_line.runs import here
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


NEW = {"code": "NEWCO", "name": "Newco", "kind": "unregistered", "address": {"state_code": "29"}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
    yield made
    made.end()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own folders are this test's, for every process of it."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def bahi(*arguments: str | Path, passphrase: str = PASSPHRASE) -> tuple[int, Any]:
    """Run the program's command line in this process, which is not the window's: how it ends, and its JSON."""
    done = here(*arguments, "--json", passphrase=passphrase)
    return done.code, done.json


def the_program(*arguments: str | Path) -> tuple[int, Any]:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments), "--json"], capture_output=True, text=True, timeout=90,
        env={**os.environ, "BAHI_PASSPHRASE": PASSPHRASE}, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


class Window:
    """A real window (tests.journeys.seat), in a process of its own."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.seat", str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._answer() == {"ready": True}

    def __call__(self, verb: str, *given: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([verb, *given]) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def until(self, holds: Callable[[], bool], within_s: float = 20) -> None:
        """Wait until something is so; nobody touches the window meanwhile."""
        over_s = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < over_s, self("words")
            time.sleep(0.1)

    def kill(self) -> None:
        """The machine's power goes."""
        self.process.kill()
        self.end()

    def end(self) -> None:
        """Whatever became of it, it is gone."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


def written(folder: Path, name: str, value: Any) -> Path:
    file = folder / name
    file.write_text(json.dumps(value), "utf-8")
    return file


@pytest.fixture
def books(tmp_path: Path, server: Serving, own: None) -> tuple[Path, Path]:
    """Two closed books of one business, with one bill of 90,000 to Lotus."""
    one, two = tmp_path / "nandi.bahi", tmp_path / "two.bahi"
    code = server.start()
    with a_book(tmp_path, clock=SystemClock()) as book:  # type: ignore[arg-type]
        lotus, now = a_party(book), today(book.clock)
        line = DraftLine(
            "Dosing pump", hsn="84138190", price_tenthousandths=90_000 * 10_000, treatment="exempt"
        )
        draft = Draft(party=lotus, dated_on=now, lines=(line,))
        book.write("Bill", lambda work: issue_document(work, draft, today=now))
        share(book, server.url, code, passphrase=PASSPHRASE, cost=CHEAP)
        asked = invite(book, "owner", passphrase=PASSPHRASE)
        join(two, server.url, asked, user="Ravi", passphrase=PASSPHRASE, cost=CHEAP).book.close()
    return one, two


def a_receipt(folder: Path, rupees: int) -> Path:
    """A file with money from Lotus for the one bill, to be issued."""
    paid = {
        "date": f"{today(SystemClock())}", "party": "LOTUS", "mode": "cash", "amount": f"{rupees}.00",
        "allocations": [{"document": "A/26-27/0001", "amount": f"{rupees}.00"}],
    }  # fmt: skip
    return written(folder, f"paid{rupees}.json", {"format": "bahi/1", "receipts": [paid]})


def types_a_receipt(window: Window) -> None:
    window("press", "F6")
    window("type", "lot")
    window("press", "Return", "Return")
    window("type", "700")
    window("press", "Return", "Return")
    window("type", "UTR7")


def test_a_window_is_open_while_the_command_line_writes(tmp_path: Path, books: tuple[Path, Path]) -> None:
    """A receipt, a party, an import and a round, while another receipt is being typed: the window runs them, shows
    them without being asked, and keeps what is typed. In the end all agree: both devices and the service.
    """
    one, two = books
    window = Window(one)
    try:
        types_a_receipt(window)
        typed = window("entry")
        assert (typed["party"], typed["amount"]) == ("Lotus Foods", 700_00)
        assert typed.pop("bills") == [["A/26-27/0001", "90,000.00"]]

        status, told = the_program("issue", one, a_receipt(tmp_path, 1_000))
        assert (status, told["receipts"][0]["number"]) == (0, "AR/26-27/0001"), "from the window's own series"
        new = written(tmp_path, "new.json", {"format": "bahi/1", "parties": [NEW]})
        assert bahi("import", one, new) == (
            0, {"dry_run": False, "new": {"parties": 1}, "changed": {}, "known": {}, "warnings": []},
        )  # fmt: skip
        new.write_text(new.read_text("utf-8").replace("Newco", "Newer Co"), "utf-8")
        assert bahi("import", one, new)[1]["changed"] == {"parties": 1}
        assert bahi("issue", two, a_receipt(tmp_path, 500))[0] == 0
        assert bahi("sync", two)[0] == 0
        assert bahi("sync", one)[0] == 0
        window.until(lambda: window("entry")["bills"] == [["A/26-27/0001", "88,500.00"]])
        assert {**window("entry"), "bills": []} == {**typed, "bills": []}, "and nothing typed is lost"
        assert window("dialog") == ""

        window("press", "Ctrl+Return")
        window("go", "parties")
        window.until(lambda: window("rows") == ["Lotus Foods", "Newer Co"])
        window.until(lambda: window("sync") == "synced")
        assert window("dialog") == ""
        window("close")
    finally:
        window.end()
    assert bahi("sync", two)[1]["waiting"] == 0
    proofs = [bahi("verify", path)[1] for path in books]
    assert [proof["ok"] for proof in proofs] == [True, True]
    assert {proof["digest"] for proof in proofs} == {digest_at(tmp_path / "service.db")}
    with Book.open(two, passphrase=PASSPHRASE) as book:
        paid = [row.amount_paise for row in book.read(receipts_page).rows]
        [bill] = book.read(open_items)
    assert sorted(paid) == [500_00, 700_00, 1_000_00]
    assert bill.open_paise == (90_000 - 2_200) * 100


def test_who_holds_the_book_is_no_window_or_dies_and_nothing_typed_is_lost(
    tmp_path: Path, books: tuple[Path, Path]
) -> None:
    """No window: sent away. A wrong passphrase: not heard. A window that is killed gives way at once."""
    one, two = books
    with Book.open(two, passphrase=PASSPHRASE):
        status, told = bahi("sync", two)
        assert (status, told["problems"][0]["code"]) == (3, "IN_USE")
    window = Window(one)
    try:
        types_a_receipt(window)
        status, told = bahi("sync", one, passphrase="another")
        assert (status, told["problems"][0]["code"]) == (3, "IN_USE")
        window("press", "Return")
    finally:
        window.kill()
    assert bahi("issue", one, a_receipt(tmp_path, 1_000))[0] == 0
    window = Window(one)
    try:
        window("press", "F6")
        window.until(lambda: window("entry")["bills"] == [["A/26-27/0001", "89,000.00"]])
        assert (window("entry")["amount"], window("entry")["reference"]) == (700_00, "UTR7")
        assert bahi("sync", one)[0] == 0, "where the killed one listened, this one does"
    finally:
        window.end()


def digest_at(database: Path) -> str:
    """The digest at the head of the service's one tenant."""
    with closing(sqlite3.connect(database)) as connection:
        [(digest,)] = connection.execute("SELECT digest FROM heads").fetchall()
    return str(digest)
