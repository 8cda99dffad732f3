"""A business whose service can be put back to what a backup has, and what its devices do in a day."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from core.ids import Id
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from core.store import log, retake
from sync.server import house, tables
from sync.server.database import open_database, writing
from sync.server.service import Service
from tests.sync.day import Shared, apart, begin
from tests.sync.fleet import Device, a_fleet


class Row(NamedTuple):
    """An entry as a service keeps it."""

    seq: int
    device: Id
    number: int
    outcome: int
    answer: bytes
    data: bytes
    run: bytes


class Business:
    """Three devices and a service that can be put back to what a backup has."""

    def __init__(self, folder: Path, service: Service, devices: list[Device]) -> None:
        self.folder = folder
        self.service = service
        self.devices = devices
        self.restored = 0

    def backup(self) -> Path:
        file = self.folder / f"backup{self.restored}.db"
        with closing(sqlite3.connect(self.folder / self.name)) as database:
            database.execute("VACUUM INTO ?", (str(file),))
        return file

    @property
    def name(self) -> str:
        return f"restored{self.restored}.db" if self.restored else "service.db"

    def restore(self, file: Path) -> None:
        """Another machine, the backup brought in: the devices meet it at the same address, in the next era."""
        self.restored += 1
        shutil.copy(file, self.folder / self.name)
        url = f"sqlite:///{self.folder / self.name}"
        self.service.means.database.dispose()
        means = self.service.means
        self.service = Service(
            open_database(url), means.clock, random.Random(self.restored).randbytes, kinds=means.kinds
        )
        with writing(self.service.means.database) as connection:
            house.keep_number(connection, "era", house.era(connection) + 1)
        for device in self.devices:
            device.wire.service = self.service

    def rows(self) -> list[Row]:
        kept = tables.changes.c
        with self.service.means.database.connect() as connection:
            found = connection.execute(sa.select(*(kept[name] for name in Row._fields)).order_by(kept.seq))
            return [Row(*row) for row in found]

    def standing(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that the service makes of its log."""
        told = {}
        with self.service.means.database.connect() as connection:
            for table in (tables.standing, tables.places, tables.buckets, tables.chains):
                told[table.name] = sorted(tuple(row) for row in connection.execute(sa.select(table)))
            told["heads"] = [
                tuple(row) for row in connection.execute(sa.select(tables.heads.c["seq", "run", "digest"]))
            ]
        return told

    def agree(self) -> None:
        """Sync to the end: no book differs from another, or from the service, and each proves itself."""
        for device in (*self.devices, *self.devices):
            device.sync()
        with self.service.means.database.connect() as connection:
            digest = connection.execute(sa.select(tables.heads.c.digest)).scalar_one()
        assert {device.digest for device in self.devices} == {digest}
        for device in self.devices:
            assert device.book.read(log.pending_count) == 0
            assert device.book.read(retake.aside_count) == 0
            assert device.book.verify().problems == ()


@contextmanager
def a_business(folder: Path) -> Iterator[Business]:
    """One that has three devices."""
    with a_fleet(folder, 3) as (service, devices):
        made = Business(folder, service, devices)
        yield made
        made.service.means.database.dispose()


def add(device: Device, *names: str) -> None:
    device.book.write("Parties", lambda work: [save_party(work, Party(name=name)) for name in names])


def names(device: Device) -> set[str]:
    return {row.name for row in device.book.read(parties_by_name).rows}


def a_day(business: Business) -> Shared:
    """Everything that may happen to a change: applied, merged, held, refused, contested; on all three devices."""
    one, two, three = business.devices
    shared = begin(one.book)
    for device in business.devices * 2:
        device.sync()
    for n, device in enumerate(business.devices, 1):
        apart(device.book, shared, phone=f"+9198{n:08d}", reference=f"U{n}", contact=f"C{n}")
    for device in (one, two, three):
        device.sync()
    for device in business.devices:
        device.sync()
    return shared
