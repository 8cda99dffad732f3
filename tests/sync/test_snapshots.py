"""A device that joins by a snapshot is as one that read the whole order, and goes on as that one does."""

import random
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from core.book import Book
from core.clock import FixedClock
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.store import log
from core.store.rows import is_all_sums
from core.store.tables import PROJECTED
from sync.client import bootstrap
from sync.server import snapshots
from sync.server.service import Service
from tests.core.exchange import busy_money
from tests.sync import day
from tests.sync.fleet import Device, a_fleet, a_joiner

pytestmark = pytest.mark.slow
NEVER, ALWAYS = 1 << 40, 0


@pytest.fixture
def worth(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Say how many changes behind a snapshot is worth loading."""

    def change(changes: int) -> None:
        for room in (snapshots, bootstrap):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", changes)

    change(NEVER)
    return change


@pytest.fixture(autouse=True)
def other_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The busy book has a party of this code already."""
    monkeypatch.setattr(day, "LOTUS", structs.replace(day.LOTUS, code="DAY"))


@pytest.fixture
def fleet(tmp_path: Path, worth: Any) -> Iterator[tuple[Service, list[Device]]]:
    with a_fleet(tmp_path) as (service, devices):
        yield service, devices


def rows(read: Any, *, is_numbered: bool) -> dict[str, list[Any]]:
    """Every projected row as it lies; what is numbered by this book's own order of arrival only if so told."""
    found: dict[str, list[Any]] = {}
    for table in PROJECTED:
        where = " OR ".join(f"{name} <> 0" for name in table.info["sums"]) if is_all_sums(table) else "1"
        local = () if is_numbered else (("standing", "entry"),)
        names = ", ".join(column.name for column in table.columns if (table.name, column.name) not in local)
        found[table.name] = sorted(
            map(tuple, read.exec_driver_sql(f"SELECT {names} FROM {table.name} WHERE {where}")), key=repr
        )
    number = "rowid, " if is_numbered else ""
    texts = read.exec_driver_sql(f"SELECT {number}text, record, kind FROM search")
    found["search"] = sorted(map(tuple, texts), key=repr)
    return found


def assert_alike(whole: Device, loaded: Device, *, is_numbered: bool = True) -> None:
    mine, theirs = (
        device.book.read(lambda read: rows(read, is_numbered=is_numbered)) for device in (whole, loaded)
    )
    for name, expected in mine.items():
        differing = [pair for pair in zip_longest(expected, theirs[name]) if pair[0] != pair[1]]
        assert not differing, f"{name}: {differing[:3]}"
    assert whole.digest == loaded.digest
    assert [told(item) for item in whole.book.read(items)] == [told(item) for item in loaded.book.read(items)]
    for device in (whole, loaded):
        proof = device.book.verify()
        assert proof.ok, [(problem.code, problem.field, problem.message) for problem in proof.problems]


def told(item: Any) -> tuple[Any, ...]:
    return item.id, item.kind, item.about, item.text, item.record, item.paper, item.winner


def busy(one: Device, two: Device, seed: int) -> day.Shared:
    """Two devices with everything: money, conflicts, refusals, papers held and contested, a wrong clock."""
    busy_money.fill(one.book, seed, rounds=1)
    shared = day.begin(one.book)
    for device in (one, two):
        device.sync()
    day.apart(one.book, shared, phone="+919811111111", reference="N1", name="Lotus Foods LLP")
    assert isinstance(two.book.clock, FixedClock)
    two.book.clock.move(days=1)
    day.edit(two.book, shared.party, notes="Seen tomorrow")
    day.apart(two.book, shared, phone="+919822222222", reference="N2", name="Lotus Foods Ltd")
    for device in (one, two, one):
        device.sync()
    return shared


def whole_and_loaded(
    folder: Path, service: Service, by: Book, worth: Any, name: str = "new"
) -> tuple[Device, Device]:
    worth(NEVER)
    whole = a_joiner(folder / f"{name}-whole.bahi", service, by)
    worth(ALWAYS)
    loaded = a_joiner(folder / f"{name}-loaded.bahi", service, by, user="Mira")
    worth(NEVER)
    assert "snapshot_page" in loaded.wire.calls
    for device in (whole, loaded):
        device.sync()
    return whole, loaded


@pytest.mark.parametrize("seed", [1, 2])
def test_joining_by_a_snapshot_is_joining_from_the_first_change(
    fleet: tuple[Service, list[Device]], tmp_path: Path, worth: Any, seed: int
) -> None:
    service, (one, two) = fleet
    shared = busy(one, two, seed)
    whole, loaded = whole_and_loaded(tmp_path, service, one.book, worth)
    try:
        base = loaded.book.read(log.base_of)
        assert base.seq
        assert loaded.book.verify().proved_from == base.seq
        assert whole.book.verify().proved_from == 0
        assert_alike(whole, loaded)
        go_on(shared, one, two, whole, loaded)
        assert_alike(whole, loaded, is_numbered=False)
        again = whole_and_loaded(tmp_path, service, one.book, worth, "later")
        assert_alike(*again)
        for device in again:
            device.book.close()
    finally:
        for device in (whole, loaded):
            device.book.close()


def go_on(shared: day.Shared, *devices: Device) -> None:
    """Each edits and takes what the others do, from what it saw; some of it conflicts, some is refused."""
    dice = random.Random(7)
    bill = devices[0].book.write(
        "Bill", lambda work: issue_document(work, day.a_draft(shared.party), today=day.TODAY)
    )
    for device in devices:
        device.sync()
    for n, device in enumerate(devices):
        day.edit(device.book, shared.party, phone=f"+9198000000{n:02d}", name=f"Lotus {n}")
        day.pay(device.book, shared._replace(invoice=bill), f"R{n}")
        device.book.write(
            "Issue",
            lambda work: issue_document(
                work, day.a_draft(shared.party, dice.randint(1, 900)), today=day.TODAY
            ),
        )
    for _turn in range(2):
        for device in devices:
            device.sync()
    assert len({device.digest for device in devices}) == 1
