"""Real processes: the service as `bahi serve`, rounds as `bahi sync`, and the service killed while changes come in."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import FixedClock
from core.errors import Offline
from core.parties.commands import save_party
from core.parties.model import Party
from sync.client.courier import courier_of
from sync.client.enrol import invite, join, share
from sync.client.transport import HttpTransport
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.day import TODAY, apart, begin
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
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


def test_a_day_apart_between_real_processes(tmp_path: Path, server: Serving) -> None:
    code = server.start()
    one, two = tmp_path / "nandi.bahi", tmp_path / "two.bahi"
    with a_book(tmp_path) as book:
        share(book, server.url, code, passphrase=PASSPHRASE, cost=CHEAP)
        shared = begin(book)
    assert bahi("sync", str(one))["sent"] > 0
    code = bahi("invite", str(one), "--role", "owner")["code"]
    assert bahi("join", str(two), "--server", server.url, "--code", code, "--user", "Ravi")["received"] > 0
    for path, phone, reference in ((one, "+919811111111", "UTR1"), (two, "+919822222222", "UTR2")):
        with Book.open(path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as book:
            apart(book, shared, phone=phone, reference=reference, contact=reference)
    for path in (one, two, one):
        assert bahi("sync", str(path))["waiting"] == 0
    proofs = [bahi("verify", str(path)) for path in (one, two)]
    assert proofs[0]["digest"] == proofs[1]["digest"]
    assert all(proof["ok"] for proof in proofs)
    kinds = [sorted(item["kind"] for item in bahi("inbox", str(path))) for path in (one, two)]
    assert kinds[0] == kinds[1]
    assert set(kinds[0]) == {"conflict", "contested", "held", "late", "refused"}
    contested = next(item["id"] for item in bahi("inbox", str(one)) if item["kind"] == "contested")
    bahi("inbox", str(one), "--settle", contested, "--choice", "cancel")
    for path in (one, two):
        assert bahi("sync", str(path))["waiting"] == 0
        assert "contested" not in {item["kind"] for item in bahi("inbox", str(path))}
    assert bahi("verify", str(one))["digest"] == bahi("verify", str(two))["digest"]
    assert server.stop() == 0


def test_a_service_killed_while_changes_come_in_loses_and_repeats_nothing(
    tmp_path: Path, server: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.outbox.PAGE_CHANGES_MAX", 50)
    dice = random.Random(4)
    code = server.start()
    with a_book(tmp_path) as book:
        share(book, server.url, code, passphrase=PASSPHRASE, cost=CHEAP)
        with join(
            tmp_path / "two.bahi", server.url, invite(book, passphrase=PASSPHRASE), user="Ravi",
            passphrase=PASSPHRASE, cost=CHEAP,
        ).book as other:  # fmt: skip
            for _kill in range(6):
                book.write(
                    "Parties", lambda work: [save_party(work, Party(name=f"P {n}")) for n in range(600)]
                )
                _round_that_is_cut_off(book, server, dice.uniform(0.02, 0.3))
                server.start()
            for each in (book, other):
                with closing(courier_of(each, passphrase=PASSPHRASE)) as courier:
                    assert courier.round().waiting == 0
            assert book.facts()["seq"] == 1 + 6 * 600
            assert book.facts()["digest"] == other.facts()["digest"]
            assert other.verify().ok


def _round_that_is_cut_off(book: Book, server: Serving, after_s: float) -> None:
    """Let a round run while the service is killed under it."""
    killer = subprocess.Popen(
        [sys.executable, "-c", f"import os,time; time.sleep({after_s}); os.kill({server.process.pid}, 9)"]
    )
    courier = courier_of(book, passphrase=PASSPHRASE, transport=HttpTransport(server.url))
    try:
        courier.round()
    except Offline:
        pass
    finally:
        killer.wait(20)
        courier.close()
        assert server.ended() == -signal.SIGKILL
