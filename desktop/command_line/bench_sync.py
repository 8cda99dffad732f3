"""What sync costs: changes of eight fields from a device through the service to another, beside the bare writing.

The service is a process of its own, as `bahi serve` runs it, on SQLite and where one is named on PostgreSQL too.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.command_line.bench_measuring import PASSPHRASE, Clock, Figure, median, new_book, timed

if TYPE_CHECKING:
    from core.book import Book
    from sync.client.courier import Courier
    from sync.client.transport import Reply, Transport

CHANGES = 100_000
QUIET = 40
TOWNS = ("Pune", "Nashik", "Mysuru", "Salem", "Kochi", "Surat", "Kota")
_PATIENCE_S = 20

Way = Callable[[], "Transport"]
"""Makes one more connection to the service."""


class Counted:
    """A way to the service that counts what passes: trips, and bytes of what is asked and answered."""

    def __init__(self, way: "Transport") -> None:
        self._way = way
        self.trips = 0
        self.sent_bytes = 0
        self.received_bytes = 0

    @property
    def url(self) -> str:
        """The service's address."""
        return self._way.url

    def post(self, path: str, body: bytes) -> "Reply":
        """Send and count."""
        self.trips += 1
        self.sent_bytes += len(body)
        reply = self._way.post(path, body)
        self.received_bytes += len(reply.body)
        return reply

    def begin(self, path: str, body: bytes) -> "Callable[[], Reply]":
        """Send and count; the caller does something else meanwhile."""
        self.trips += 1
        self.sent_bytes += len(body)
        begun = self._way.begin(path, body)

        def replied() -> "Reply":
            reply = begun()
            self.received_bytes += len(reply.body)
            return reply

        return replied

    def close(self) -> None:
        """Let the connection go."""
        self._way.close()


def syncing(folder: Path, database: str = "", changes: int = CHANGES) -> list[Figure]:
    """Push, pull, a round without anything to do, a join: through a service of its own on this database.

    Who pulls is so far behind that it takes a snapshot, which the service makes then, as soon as that is worth it
    (sync.protocol.limits.SNAPSHOT_WORTH).
    """
    from sync.client.transport import HttpTransport

    folder.mkdir()
    with served(database or str(folder / "service.db")) as (url, code):
        return measured(folder, code, lambda: HttpTransport(url), changes)


@contextmanager
def served(database: str) -> Iterator[tuple[str, str]]:
    """A service in a process of its own on an empty database; its address and founding code."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "desktop", "serve", "--database", database, "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )  # its log says the time of each request, and no more
    try:
        assert process.stdout is not None
        code = process.stdout.readline().split()[-1]
        _wait_for(port)
        yield f"http://127.0.0.1:{port}", code
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_S)


def measured(
    folder: Path, code: str, way: Way, changes: int = CHANGES, clock: Clock = time.perf_counter
) -> list[Figure]:
    """Two books at the service that these ways lead to: what it takes until both have so many changes of one."""
    from core.book import raw_limit
    from sync.client.enrol import invite, join, share

    with ExitStack() as ways, new_book(folder / "one.bahi") as one:

        def opened() -> "Transport":
            made = way()
            ways.callback(made.close)
            return made

        first = Counted(opened())
        share(one, first.url, code, passphrase=PASSPHRASE, transport=first, cost=raw_limit.CHEAP)
        joining = partial(join, url=first.url, user="two", passphrase=PASSPHRASE, cost=raw_limit.CHEAP)
        made = joining(
            folder / "two.bahi", code=invite(one, passphrase=PASSPHRASE, transport=first), transport=opened()
        )
        with made.book as two:
            figures = _both(folder, (one, first), (two, Counted(opened())), changes, clock)
        late = invite(one, passphrase=PASSPHRASE, transport=opened())
        start = clock()
        joining(folder / "three.bahi", code=late, transport=opened()).book.close()
        join_s = clock() - start
    return [*figures, Figure(f"join a business of {changes:,} records", join_s, "s", figures[1].raw)]


def _both(
    folder: Path, one: "tuple[Book, Counted]", two: "tuple[Book, Counted]", changes: int, clock: Clock
) -> list[Figure]:
    from core.book import raw_limit
    from sync.client.courier import courier_of

    before, size = two[0].read(raw_limit.all_rows), _size(two[0].path)
    with (
        closing(courier_of(one[0], passphrase=PASSPHRASE, transport=one[1])) as sender,
        closing(courier_of(two[0], passphrase=PASSPHRASE, transport=two[1])) as reader,
    ):
        for courier in (sender, reader):
            courier.round()
        _write(one[0], changes)
        sent, push_s = one[1].sent_bytes, timed(sender.round, clock)
        sent = one[1].sent_bytes - sent
        received, pull_s = two[1].received_bytes, timed(reader.round, clock)
        received = two[1].received_bytes - received
        rows = raw_limit.written(before, two[0].read(raw_limit.all_rows))
        raw = raw_limit.RawFile(folder / "raw.bahi")
        raw_s, raw_size = timed(lambda: raw.write_seconds([rows]), clock), _size(folder / "raw.bahi")
        raw.close()
        while two[0].facts().get("older") is not None:  # what was young comes later, a few pages a round
            reader.round()
        return [
            Figure(f"push {changes:,} changes of eight fields", push_s, "s", raw_s),
            Figure(f"pull {changes:,} changes of eight fields", pull_s, "s", raw_s),
            Figure("a change on its way up", sent / changes, "bytes", None),
            Figure("a change on its way down", received / changes, "bytes", None),
            Figure("what the book grew by", (_size(two[0].path) - size) / 1e6, "MB", raw_size / 1e6),
            *_quiet(reader, two[1], clock),
        ]


def _quiet(courier: "Courier", way: Counted, clock: Clock) -> list[Figure]:
    """A round when nothing is new, beside a bare request, and its trips."""
    before = way.trips
    courier.round()
    trips = way.trips - before
    return [
        Figure(
            "a round with nothing to do", median(courier.round, QUIET, clock) * 1_000, "ms",
            median(lambda: way.post("nothing", b""), QUIET, clock) * 1_000,
        ),
        Figure("its trips", trips, "trips", None),
    ]  # fmt: skip


def _write(book: "Book", changes: int) -> None:
    """So many new records of eight fields, in Works of a thousand."""
    from core.parties.commands import save_party
    from core.parties.model import Party

    def parties(start: int, end: int, work: Any) -> None:
        for n in range(start, end):
            town = TOWNS[n % len(TOWNS)]
            save_party(
                work,
                Party(
                    code=f"P{n:06}", name=f"{town} Traders {n}", phone=f"+9198{n * 7919 % 10**8:08}",
                    email=f"office{n}@traders.example", contact=f"Manager {n % 89}", notes=f"Route {n % 41}",
                    group=town, salesperson=f"Agent {n % 13}",
                ),
            )  # fmt: skip

    for start in range(0, changes, 1_000):
        book.write("Parties", partial(parties, start, min(start + 1_000, changes)))


def _size(path: Path) -> int:
    """The bytes of a book with its journal."""
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*") if ".key" not in each.name)


def _wait_for(port: int) -> None:
    for _try in range(_PATIENCE_S * 20):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the service does not listen")
