"""One device at work as a process of its own, told by lines of JSON on stdin; it may be killed at any moment.

`python -m tests.sync.desk BOOK N` opens the book and says `{"ready": true}`; with `newer` behind it is a Bahi of the
future. Each order is answered by one line that names it; `work` says besides, after each commit, the highest number
that this device has used: that much is kept.
"""

import json
import random
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from core.book import Book
from core.changes.change import Outcome
from core.clock import SystemClock, today
from core.errors import BahiError, Offline, RuleBroken
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.queries import document
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party
from core.receipts.commands import record_receipt
from core.store import log
from core.store.work import Work
from sync.client import outbox, transport
from sync.client.courier import Courier, courier_of
from tests.core.books import PASSPHRASE
from tests.sync.day import a_draft
from tests.sync.newer import NEWER, OLDER, pledge

PAGE = 12
"""So few changes a page that a round has several."""

OWN_FIELDS = ("phone", "email", "contact", "notes")
"""Of the one party that all have, each device edits a field of its own: no two want the same."""

ANSWER_S = 3.0
"""So short a patience that a stalled line costs a test little."""

PLANS = {"": OLDER, "newer": NEWER}


class Desk:
    """The book, its courier, and what can be ordered."""

    def __init__(self, book: Book, courier: Courier, place: int) -> None:
        self._book = book
        self._courier = courier
        self._field = OWN_FIELDS[place % len(OWN_FIELDS)]
        self._dice = random.Random()
        self._meta = book.facts()
        [self._lotus] = book.read(_lotus)

    def work(self, seed: int, works: int) -> dict[str, Any]:
        """So many Works of business, told one by one."""
        self._dice.seed(seed)
        for _n in range(works):
            self._book.write("Work", self._dice.choice((self._edit, self._meet, self._sell)))
            say(wrote=self._book.read(self._number))
        return {}

    def round(self) -> dict[str, Any]:
        """One round; `offline` says that it was cut off, `failed` anything else."""
        try:
            return self._courier.round()._asdict()
        except Offline as error:
            return {"offline": str(error)}
        except BahiError as error:
            return {"failed": f"{type(error).__name__}: {error}"}

    def pledge(self) -> dict[str, Any]:
        """A paper of a kind that only the future knows; whether it could be written."""
        try:
            self._book.write("Pledge", lambda work: pledge(work, self._lotus, today(self._book.clock)))
        except RuleBroken as error:
            return {"refused": [problem.code for problem in error.problems]}
        say(wrote=self._book.read(self._number))
        return {}

    def proof(self) -> dict[str, Any]:
        """How the book stands, wholly proved."""
        proof, attention = self._book.verify(), self._book.read(items)
        return {
            "ok": proof.ok, "problems": [str(problem) for problem in proof.problems], "digest": proof.digest,
            "inbox": [f"{item.kind}: {item.text}" for item in attention], "seq": self._book.facts()["seq"],
            "waiting": outbox.waiting(self._book), "device": self._meta["device"].hex(),
            "log": self._book.read(_by_device), "twice": self._book.read(_numbers_twice),
            "outcomes": self._book.read(_outcomes),
        }  # fmt: skip

    def _number(self, read: Any) -> int:
        return log.chain_head(read, self._meta["device"], self._meta["epoch"])[0]

    def _edit(self, work: Work) -> None:
        known = party(work.read, self._lotus)
        assert known is not None
        text = f"{self._dice.randrange(10**10)}"
        save_party(work, msgspec.structs.replace(known, **{self._field: text}), self._lotus)

    def _meet(self, work: Work) -> None:
        save_party(work, Party(name=f"{self._field} {self._dice.randrange(10**12)}"))

    def _sell(self, work: Work) -> None:
        """A bill, the money for it, and the one settled by the other."""
        day = today(self._book.clock)
        bill = issue_document(work, a_draft(self._lotus, self._dice.randrange(1, 9_000)), today=day)
        issued = document(work.read, bill)
        assert issued is not None
        paise = issued.totals.invoice_value_paise
        paid = record_receipt(
            work, party=self._lotus, dated_on=day, amount_paise=paise, mode="neft",
            reference=f"U{self._dice.randrange(10**12)}", allocate=None, today=day,
        )  # fmt: skip
        allocate(work, credit=paid, party=self._lotus, lines=[AllocationLine(bill, paise)], on=day)


def _lotus(read: Any) -> list[bytes]:
    return [row[0] for row in read.exec_driver_sql("SELECT id FROM parties WHERE code = 'LOTUS'")]


def _by_device(read: Any) -> dict[str, list[int]]:
    """Of each device: its highest number in the order, and how many entries there are."""
    rows = read.exec_driver_sql("SELECT device, max(number), count(*) FROM changes GROUP BY device")
    return {device.hex(): [number, count] for device, number, count in rows}


def _numbers_twice(read: Any) -> list[str]:
    rows = read.exec_driver_sql("SELECT number FROM documents GROUP BY number HAVING count(*) > 1")
    return [row[0] for row in rows]


def _outcomes(read: Any) -> list[str]:
    rows = read.exec_driver_sql("SELECT DISTINCT outcome FROM changes")
    return sorted(Outcome(row[0]).name for row in rows)


def say(**told: Any) -> None:
    """One line."""
    print(json.dumps(told), flush=True)


def main(path: Path, place: int, version: str = "") -> None:
    """Do as ordered until stdin ends."""
    transport._ANSWER_S = ANSWER_S
    outbox.PAGE_CHANGES_MAX = PAGE
    with (
        Book.open(path, passphrase=PASSPHRASE, clock=SystemClock(), plan=PLANS[version]) as book,
        closing(courier_of(book, passphrase=PASSPHRASE)) as courier,
    ):
        desk = Desk(book, courier, place)
        say(ready=True)
        for line in sys.stdin:
            order = json.loads(line)
            name = order.pop("order")
            say(done=name, **getattr(desk, name)(**order))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
