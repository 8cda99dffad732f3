"""Devices in the field: each carries its parties and nothing of the others, whatever is gained, lost, or comes late."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core.book import Book
from core.changes.change import Role
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
from sync.client.session import ServiceRefused
from sync.server import scopes as service_scopes
from sync.server.database import reading
from sync.server.devices import member
from sync.server.service import Service
from tests.sync.fleet import TODAY, Device, a_fleet, a_joiner

pytestmark = pytest.mark.slow
NAMES = ("Lotus Foods", "Mehta Tools", "Quartz Glass")


class Field:
    """An office, two devices in the field, and three parties with a bill of 1,180 each."""

    def __init__(self, service: Service, office: Device, first: Device, second: Device) -> None:
        self.service, self.office = service, office
        self.first, self.second = first, second
        self.parties = [
            office.book.write("p", lambda work, n=name: save_party(work, Party(name=n))) for name in NAMES
        ]
        self.bills = [bill_to(office.book, party) for party in self.parties]

    def name(self, device: Device, *at: int, is_agreed: bool = False) -> None:
        """Let a device carry these parties."""
        scopes.set_scope(
            self.office.courier.session, device.book.facts()["device"], [self.parties[n] for n in at],
            is_agreed=is_agreed,
        )  # fmt: skip

    def settle(self) -> None:
        """Let everybody hear of everything."""
        for device in (self.office, self.first, self.second) * 2:
            device.sync()


def bill_to(book: Book, party: Id) -> Id:
    line = DraftLine("Flow meter", None, "90261010", 1000, "NOS", 1_000 * 10_000)
    return book.write(
        "d", lambda work: issue_document(work, Draft(party=party, dated_on=TODAY, lines=(line,)), today=TODAY)
    )


def pay(book: Book, party: Id, bill: Id | None = None, rupees: int = 1180) -> Id:
    """Money of a party, and all of it on a bill where one is named."""
    receipt = book.write(
        "r",
        lambda work: record_receipt(
            work, party=party, dated_on=TODAY, amount_paise=rupees * 100, mode="cash", today=TODAY, allocate=None
        ),
    )  # fmt: skip
    if bill is not None:
        lines = [AllocationLine(bill, rupees * 100)]
        book.write("a", lambda work: allocate(work, credit=receipt, party=party, lines=lines, on=TODAY))
    return receipt


def everything_in(book: Book) -> bytes:
    """Every value of every row of every table, as bytes."""

    def ask(read: Connection) -> bytes:
        names = [
            row[0] for row in read.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = []
        for name in names:
            for row in read.exec_driver_sql(f'SELECT * FROM "{name}"'):
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        return b"\0".join(found)

    return book.read(ask)


def names_in(device: Device) -> set[str]:
    told = everything_in(device.book)
    return {name for name in NAMES if name.encode() in told}


def carries_what_the_service_says(field: Field, device: Device) -> bool:
    """Whether the device and the service have the same sums of what the device carries."""
    database, meta = field.service.means.database, device.book.facts()
    with reading(database, meta["tenant"]) as connection:
        asking = member(connection, meta["tenant"], meta["device"])
        assert asking is not None
        theirs = service_scopes.Shown(connection, asking).stands()
    ours = device.book.read(lambda read: mending.record_sums(read, frozenset(range(256))))
    from core.changes.digest import row_sum

    return {record: row_sum(record, stand) for record, stand in theirs.items()} == ours


def left(device: Device, bill: Id) -> int | None:
    found = device.book.read(lambda read: open_item(read, bill))
    return None if found is None else found.open_paise // 100


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    with a_fleet(tmp_path, devices=1) as (service, [office]):
        joined = [
            a_joiner(tmp_path / f"{name}.bahi", service, office.book, role=Role.FIELD, user=name)
            for name in ("Asha", "Bala")
        ]
        made = Field(service, office, *joined)
        office.sync()
        made.name(joined[0], 0)
        made.name(joined[1], 1)
        made.settle()
        yield made
        for device in joined:
            device.book.close()


def test_each_carries_its_parties_and_nothing_of_the_others(field: Field) -> None:
    assert names_in(field.office) == set(NAMES)
    assert names_in(field.first) == {NAMES[0]}
    assert names_in(field.second) == {NAMES[1]}
    for device in (field.first, field.second):
        assert device.book.verify().ok
        assert carries_what_the_service_says(field, device)
        assert device.book.facts()["seq"] == field.office.book.facts()["seq"]
        assert device.book.facts()["run"] == field.office.book.facts()["run"]
