"""A service and devices in one process: requests go straight to the service as the bytes that would travel."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.book import PLAN, Book
from core.catalogue import KINDS
from core.changes.change import Role
from core.changes.kind import Kind
from core.clock import FixedClock
from core.errors import Offline
from core.store import log
from core.store.plan import Plan
from sync.client.courier import Courier, Round, courier_of
from sync.client.enrol import invite, join, share
from sync.client.transport import Reply, Transport
from sync.server import tables
from sync.server.database import open_database
from sync.server.service import Service
from tests.core.books import CHEAP, COMPANY, PASSPHRASE, a_book

TODAY = dt.date(2026, 11, 20)


class Wire(Transport):
    """A transport without a network; `cut` makes it offline, `calls` counts what was asked."""

    def __init__(self, service: Service, url: str = "https://service.example") -> None:
        self.service = service
        self._url = url
        self.cut = False
        self.calls: list[str] = []
        self.bytes_sent = 0
        self.bytes_received = 0

    @property
    def url(self) -> str:
        """The service's address."""
        return self._url

    def post(self, path: str, body: bytes) -> Reply:
        """Hand the request over and bring the answer back."""
        if self.cut:
            raise Offline("cut")
        self.calls.append(path)
        reply = self.service.handle(path, body)
        self.bytes_sent += len(body)
        self.bytes_received += len(reply.body)
        return Reply(reply.status, reply.body)

    def close(self) -> None:
        """Nothing to let go."""


class Device:
    """One open book with its way to the service."""

    def __init__(self, book: Book, wire: Wire) -> None:
        self.book = book
        self.wire = wire
        self.courier: Courier = courier_of(book, passphrase=PASSPHRASE, transport=wire)

    def sync(self) -> Round:
        """One round."""
        return self.courier.round()

    @property
    def digest(self) -> str:
        """The digest the book ends with."""
        return str(self.book.facts()["digest"])

    def entries(self) -> list[log.Entry]:
        """The whole log in order."""
        return self.book.read(lambda read: list(log.in_order(read)))


def database_url(folder: Path) -> str:
    """Where a service's database is made: a file, unless a test's fixture says otherwise (tests.sync.conftest)."""
    return f"sqlite:///{folder / 'service.db'}"


def a_service(
    folder: Path, clock: FixedClock, kinds: Mapping[str, Kind[Any]] = KINDS, seed: int = 1
) -> Service:
    """A service on a database of its own."""
    database = open_database(database_url(folder))
    return Service(database, clock, random.Random(seed).randbytes, kinds=kinds)


@contextmanager
def a_fleet(
    folder: Path, devices: int = 2, *, plan: Plan = PLAN, company: Any = COMPANY, role: Role = Role.OWNER,
    marks: Path | None = None,
) -> Iterator[tuple[Service, list[Device]]]:  # fmt: skip
    """A founded tenant with so many devices, all in step; `marks` is where the first leaves its marks."""
    clock = FixedClock.on(TODAY)
    service = a_service(folder, clock, plan.kinds)
    fleet: list[Device] = []
    try:
        with a_book(folder, plan=plan, company=company, marks=marks) as first:
            wire = Wire(service)
            share(first, wire.url, service.founding_code(), passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
            fleet.append(Device(first, wire))
            for n in range(1, devices):
                fleet.append(a_joiner(folder / f"device{n}.bahi", service, first, plan=plan, role=role))
            for device in fleet:
                device.sync()
            yield service, fleet
    finally:
        for device in fleet[1:]:
            device.book.close()
        service.means.database.dispose()


def a_joiner(
    path: Path, service: Service, by: Book, *, plan: Plan = PLAN, role: Role = Role.OWNER, user: str = "Ravi"
) -> Device:
    """One more device, invited by an owner's book."""
    wire = Wire(service)
    code = invite(by, role, passphrase=PASSPHRASE, transport=wire)
    made = join(
        path, wire.url, code, user=user, device_name=path.stem, passphrase=PASSPHRASE,
        clock=FixedClock.on(TODAY), transport=wire, cost=CHEAP, plan=plan,
    )  # fmt: skip
    return Device(made.book, wire)


def want_another(service: Service, version: int) -> None:
    """What a revocation asks for."""
    with service.means.database.begin() as connection:
        tenant = connection.execute(tables.tenants.select()).one().tenant
        row = {"tenant": tenant, "version": version, "is_made": 0}
        connection.execute(tables.tenant_keys.insert().values(row))
        connection.execute(tables.tenants.update().values(people=tables.tenants.c.people + 1))
