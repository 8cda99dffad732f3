"""Four desks of one business: each a process with a book of its own (tests.sync.desk), behind a line of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from core.clock import SystemClock
from core.parties.commands import save_party
from core.store.engine import faults as faults_of_pages
from sync.client.enrol import invite, join, share
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.day import LOTUS
from tests.sync.desk import PAGE
from tests.sync.faults import Line, Lines

COUNT = 4
CHANGES_OF_A_WORK = 3
"""A killed desk may have committed one Work more than it could tell of: a bill, its money, and their settling."""


class Desk:
    """One process, started and started again."""

    def __init__(self, place: int, path: Path, key: bytes, line: Line) -> None:
        self.path = path
        self.line = line
        self.kept = self.kills = self.broken = 0
        self.version = ""
        self._place = place
        self._key = key
        self.process: subprocess.Popen[str]

    def start(self) -> None:
        """Start it and wait until its book is open."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.desk", str(self.path), str(self._place), self.version],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.answer() == {"ready": True}

    def order(self, name: str, **what: Any) -> None:
        """Say what is to be done; who was killed does not hear it."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"order": name, **what}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return

    def answer(self, wrote: Callable[[], None] = lambda: None) -> dict[str, Any] | None:
        """Its next answer, None when it has ended; `wrote` is called after each Work that it has told of."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "wrote" not in told:
                self.broken += "offline" in told
                assert "failed" not in told, told
                return told
            self.kept = told["wrote"]
            wrote()
        return None

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()

    def stop(self) -> None:
        """Let it close its book and end; or take leave of one that was killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait(30)
        self.process.stdout.close()

    def update(self, version: str) -> None:
        """The same book under another version of the program."""
        self.stop()
        self.version = version
        self.start()

    def revive(self) -> None:
        """After a kill: the file is whole to its last page, and its process begins again."""
        self.stop()
        assert faults_of_pages(self.path, self._key) == []
        self.kills += 1
        self.start()


class Desks:
    """All of them, ordered together."""

    def __init__(self, desks: list[Desk]) -> None:
        self.each = desks

    def __iter__(self) -> Iterator[Desk]:
        return iter(self.each)

    def leads_to(self, port: int) -> None:
        """Where every line leads."""
        for desk in self.each:
            desk.line.leads_to = port

    def turn(self, seed: int, works: int = 2) -> None:
        """Everybody works, then everybody syncs, at once."""
        for place, desk in enumerate(self.each):
            desk.order("work", seed=seed * COUNT + place, works=works)
            desk.order("round")

    def heard(self) -> list[dict[str, Any] | None]:
        """What became of a turn; who was killed says nothing."""
        return [desk.answer() and desk.answer() for desk in self.each]

    def rest(self) -> None:
        """The lines are good: round after round until nobody has anything to say."""
        for desk in self.each:
            desk.line.deck.clear()
        for _round in range(12):
            told = self.all("round")
            if not any(one.get("sent") or one.get("received") or "offline" in one for one in told):
                return
        raise AssertionError(f"it does not come to rest: {told}")

    def prove(self) -> None:
        """Nothing is lost, nothing is there twice, nobody is asked anything, and little was sent again."""
        self.rest()
        proofs = self.all("proof")
        for proof in proofs:
            assert proof["ok"], proof["problems"]
            assert (proof["waiting"], proof["inbox"]) == (0, []), proof
        assert len({(proof["digest"], proof["seq"]) for proof in proofs}) == 1
        assert len({json.dumps(proof["log"], sort_keys=True) for proof in proofs}) == 1
        for desk, proof in zip(self.each, proofs, strict=True):
            number, count = proof["log"][proof["device"]]
            assert number == count, "each number of a device stands in the order once"
            assert desk.kept <= number <= desk.kept + CHANGES_OF_A_WORK * desk.kills, "what was told is there"
            assert proof["twice"] == []
            assert set(proof["outcomes"]) <= {"APPLIED", "MERGED"}
            again = desk.line.resent()
            assert len(again) <= desk.broken + desk.kills
            assert max(again, default=0) <= PAGE

    def close(self) -> None:
        """Let all of them end."""
        for desk in self.each:
            desk.stop()

    def all(self, order: str) -> list[dict[str, Any]]:
        """Everybody does this, at once; answers what they say."""
        for desk in self.each:
            desk.order(order)
        told = [desk.answer() for desk in self.each]
        assert all(told)
        return [one for one in told if one is not None]


@contextmanager
def four_desks(folder: Path, port: int, code: str, seed: int) -> Iterator[Desks]:
    """A business founded with this code at the service on a port: four books in step, each open in its process."""
    lines = Lines()
    try:
        ways = [lines.line(port, seed * COUNT + place) for place in range(COUNT)]
        with ExitStack() as opened:
            first = opened.enter_context(a_book(folder, clock=SystemClock()))  # type: ignore[arg-type]
            first.write("Party", lambda work: save_party(work, LOTUS))
            share(first, ways[0].url, code, passphrase=PASSPHRASE, cost=CHEAP)
            books = [first]
            for place, way in enumerate(ways[1:], 1):
                joining = invite(first, "owner", passphrase=PASSPHRASE)
                path = folder / f"desk{place}.bahi"
                made = join(path, way.url, joining, user=f"U{place}", passphrase=PASSPHRASE, cost=CHEAP)
                books.append(opened.enter_context(made.book))
            each = [Desk(place, book.path, book.key, ways[place]) for place, book in enumerate(books)]
        desks = Desks(each)
        for desk in each:
            desk.start()
        try:
            desks.rest()
            yield desks
            desks.close()
        finally:
            for desk in each:
                desk.kill()
                desk.stop()
    finally:
        lines.close()
