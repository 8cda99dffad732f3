"""An office and two devices in the field, and what can be asked of them."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import Connection

from core.book import Book
from core.changes.change import Role
from core.changes.digest import row_sum
from core.errors import Offline
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from core.store import mending
from sync.client import scopes
from sync.client.transport import Reply
from sync.server import house
from sync.server import scopes as service_scopes
from sync.server.database import open_database, reading, writing
from sync.server.devices import member
from sync.server.service import Service
from tests.sync.fleet import TODAY, Device, a_fleet, a_joiner

NAMES = ("Lotus Foods", "Mehta Tools", "Quartz Glass")


class Field:
    """An office, two devices in the field, and three parties with a bill of 1,180 each."""

    def __init__(self, folder: Path, service: Service, office: Device, out: list[Device]) -> None:
        self.folder, self.service, self.office, self.out = folder, service, office, out
        self.parties = [
            office.book.write("p", lambda work, n=name: save_party(work, Party(name=n)))  # type: ignore[misc]
            for name in NAMES
        ]
        self.bills = [bill_to(office.book, party) for party in self.parties]

    def name(self, device: Device, *at: int, is_agreed: bool = False) -> None:
        """Let a device carry these parties and no others."""
        scopes.set_scope(
            self.office.courier.session, device.book.facts()["device"], [self.parties[n] for n in at],
            is_agreed=is_agreed,
        )  # fmt: skip

    def settle(self) -> None:
        """Let everybody hear of everything."""
        for device in (self.office, *self.out) * 2:
            device.sync()

    def backup(self) -> Path:
        """The service as it is now."""
        file = self.folder / "backup.db"
        with closing(sqlite3.connect(self.folder / "service.db")) as database:
            database.execute("VACUUM INTO ?", (str(file),))
        return file

    def restore(self, file: Path) -> None:
        """Another machine with the backup brought in, in the next era."""
        shutil.copy(file, self.folder / "restored.db")
        means = self.service.means
        means.database.dispose()
        url = f"sqlite:///{self.folder / 'restored.db'}"
        self.service = Service(open_database(url), means.clock, random.Random(9).randbytes, kinds=means.kinds)
        with writing(self.service.means.database) as connection:
            house.keep_number(connection, "era", house.era(connection) + 1)
        for device in (self.office, *self.out):
            device.wire.service = self.service

    def is_right(self, device: Device, *at: int) -> None:
        """Assert that a device carries these parties, no trace of the others, and stands as the service says."""
        meta = device.book.facts()
        assert names_in(device) == {NAMES[n] for n in at}
        assert device.book.verify().problems == ()
        with reading(self.service.means.database, meta["tenant"]) as connection:
            asking = member(connection, meta["tenant"], meta["device"])
            assert asking is not None
            theirs = service_scopes.Shown(connection, asking).stands()
        ours = device.book.read(lambda read: mending.record_sums(read, frozenset(range(256))))
        assert {record: row_sum(record, stand) for record, stand in theirs.items()} == ours
        assert not meta.get("differs")
        assert meta["seq"] == self.office.book.facts()["seq"]
        assert meta["run"] == self.office.book.facts()["run"]


@contextmanager
def a_field(folder: Path, devices: int = 2) -> Iterator[Field]:
    """Asha carries the first party, Bala the second; the third is the office's alone."""
    with a_fleet(folder, devices=1) as (service, [office]):
        out = [
            a_joiner(folder / f"{name}.bahi", service, office.book, role=Role.FIELD, user=name)
            for name in ("Asha", "Bala")[:devices]
        ]
        made = Field(folder, service, office, out)
        office.sync()
        for n, device in enumerate(out):
            made.name(device, n)
        made.settle()
        yield made
        for device in out:
            device.book.close()
        made.service.means.database.dispose()


@contextmanager
def bad_weather(field: Field, chance: random.Random) -> Iterator[None]:
    """One request in eight is cut, or its answer lost."""
    devices = (field.office, *field.out)
    plain = [device.wire.post for device in devices]

    def shaky(post: Callable[[str, bytes], Reply]) -> Callable[[str, bytes], Reply]:
        def posted(path: str, body: bytes) -> Reply:
            dice = chance.random()
            if dice < 0.05:
                raise Offline("cut")
            reply = post(path, body)
            if dice < 0.12:
                raise Offline("the answer is lost")
            return reply

        return posted

    for device, post in zip(devices, plain, strict=True):
        device.wire.post = shaky(post)  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        for device, post in zip(devices, plain, strict=True):
            device.wire.post = post  # type: ignore[method-assign]


def bill_to(book: Book, party: Id) -> Id:
    """A bill of 1,180 to a party."""
    line = DraftLine("Flow meter", None, "90261010", 1000, "NOS", 1_000 * 10_000)
    draft = Draft(party=party, dated_on=TODAY, lines=(line,))
    return book.write("d", lambda work: issue_document(work, draft, today=TODAY))


def pay(book: Book, party: Id, bill: Id | None = None, rupees: int = 1180, mode: str = "cash") -> Id:
    """Money of a party, and all of it on a bill where one is named."""
    receipt = book.write(
        "r",
        lambda work: record_receipt(
            work, party=party, dated_on=TODAY, amount_paise=rupees * 100, mode=mode, today=TODAY, allocate=None
        ),
    )  # fmt: skip
    if bill is not None:
        lines = [AllocationLine(bill, rupees * 100)]
        book.write("a", lambda work: allocate(work, credit=receipt, party=party, lines=lines, on=TODAY))
    return receipt


def names_in(device: Device) -> set[str]:
    """Which of the parties' names stand anywhere in the raw rows of a book."""

    def ask(read: Connection) -> bytes:
        names = [
            row[0] for row in read.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = []
        for name in names:
            for row in read.exec_driver_sql(f'SELECT * FROM "{name}"'):
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        return b"\0".join(found).lower()

    told = device.book.read(ask)
    return {name for name in NAMES if name.lower().encode() in told}


def left(device: Device, paper: Id) -> int | None:
    """What is open of a paper in rupees; None where the book does not have it."""
    found = device.book.read(lambda read: open_item(read, paper))
    return None if found is None else found.open_paise // 100
