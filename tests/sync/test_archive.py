"""Compaction: the log moves into the archive, and nobody who reads it can tell."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import CHAIN_START, Outcome, Role, chain_link, run_hash
from core.errors import RuleBroken
from core.ids import Id
from core.ledger.commands import release
from core.parties.commands import save_party
from core.parties.model import Party
from core.store.work import Work
from sync.client import bootstrap
from sync.client.session import ServiceRefused
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.packing import plain, unpack
from sync.server import archive, log, ordering, snapshots, tables
from sync.server.database import reading, writing
from sync.server.devices import Member, member
from sync.server.service import Service
from tests.core.exchange import busy_money
from tests.sync import day
from tests.sync.fleet import Device, a_fleet, a_joiner

pytestmark = pytest.mark.slow
PART = 23


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts and pages of few changes, so that a small log has many of both."""
    monkeypatch.setattr(archive, "PAGE_CHANGES_MAX", PART)
    monkeypatch.setattr(log, "PAGE_CHANGES_MAX", 17)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[Service, list[Device]]]:
    with a_fleet(tmp_path) as (service, devices):
        busy_money.fill(devices[0].book, 3, rounds=1)
        for device in devices:
            device.sync()
        yield service, devices


def asking(service: Service, device: Device) -> Member:
    facts = device.book.facts()
    with reading(service.means.database, facts["tenant"]) as connection:
        found = member(connection, facts["tenant"], facts["device"])
    assert found is not None
    return found


def pulls(service: Service, by: Member) -> list[bytes]:
    """What a pull from every cursor there is gives, byte for byte but for the time of day."""
    with reading(service.means.database, by.tenant) as connection:
        kept = tables.changes.c
        found = connection.execute(
            sa.select(kept.seq, kept.run).where(kept.tenant == by.tenant).order_by(kept.seq)
        )
        cursors = [(0, b""), *map(tuple, found)]
    pulled = [
        ordering.pull(service.means, by, m.Pull(era=1, seq=seq, run=run, people=1 << 40, epoch=epoch))
        for seq, run in cursors
        for epoch in (0, by.epoch)
    ]
    return [plain(each.page) + each.run + f"{each.head} {each.digest}".encode() for each in pulled]


def compacted(service: Service, tenant: Id, days: int = 0) -> int:
    snapshots.make(service.means, tenant)
    return archive.compact(service.means.database, tenant, service.means.clock.now_us() + 1, days=days)


def archived(service: Service, tenant: Id) -> int:
    with reading(service.means.database, tenant) as connection:
        return archive.archived_upto(connection, tenant)


def test_a_pull_from_any_cursor_gives_what_it_gave_before(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, two) = fleet
    readers = [asking(service, device) for device in (one, two)]
    before = [pulls(service, reader) for reader in readers]
    head = one.book.facts()["seq"]
    assert compacted(service, readers[0].tenant) == head > 3 * PART
    assert [pulls(service, reader) for reader in readers] == before
    with reading(service.means.database, readers[0].tenant) as connection:
        kept = tables.changes.c
        left = connection.execute(
            sa.select(sa.func.sum(sa.func.length(kept.data) + sa.func.length(kept.answer)))
        )
        assert left.scalar_one() == 0
    assert compacted(service, readers[0].tenant) == 0


def test_a_download_goes_on_over_a_compaction(
    fleet: tuple[Service, list[Device]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, (one, _two) = fleet
    tenant = asking(service, one).tenant
    dice = random.Random(1)
    handle = service.handle

    def meanwhile(path: str, body: bytes) -> object:
        if path == "pull" and dice.random() < 0.5:
            snapshots.make(service.means, tenant)
            archive.archive_part(service.means.database, tenant, service.means.clock.now_us() + 1)
        return handle(path, body)

    monkeypatch.setattr(service, "handle", meanwhile)
    late = a_joiner(tmp_path / "late.bahi", service, one.book)
    one.sync()
    late.sync()
    assert late.digest == one.digest
    assert late.book.verify().ok
    late.book.close()


def test_what_is_archived_still_serves_the_gate(
    fleet: tuple[Service, list[Device]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims that lie in the archive are undone, and a snapshot is made from there."""
    service, (one, two) = fleet
    tenant = asking(service, one).tenant
    assert compacted(service, tenant)
    claims = two.book.read(
        lambda read: [
            row[0] for row in read.exec_driver_sql("SELECT DISTINCT claim FROM allocations ORDER BY claim")
        ]
    )
    undone = [two.book.write("Undo", lambda work, claim=claim: tried(work, claim)) for claim in claims]
    assert any(undone)
    two.sync()
    one.sync()
    assert one.digest == two.digest
    for room in (snapshots, bootstrap):
        monkeypatch.setattr(room, "SNAPSHOT_WORTH", 0)
    late = a_joiner(tmp_path / "late.bahi", service, one.book)
    assert late.book.verify().proved_from
    assert late.digest == one.digest
    late.book.close()


def tried(work: Work, claim: Id) -> bool:
    try:
        release(work, claim, on=day.TODAY)
    except RuleBroken:
        return False
    return True


def test_only_what_a_snapshot_has_and_what_is_old_is_archived(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, _two) = fleet
    tenant = asking(service, one).tenant
    now_us = service.means.clock.now_us()
    assert archive.compact(service.means.database, tenant, now_us, days=0) == 0
    snapshots.make(service.means, tenant)
    assert archive.compact(service.means.database, tenant, now_us, days=1) == 0
    assert archive.compact(service.means.database, tenant, now_us + 10**9, days=0) > 0


def test_an_owner_reads_the_whole_log_and_proves_it(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, two) = fleet
    owner = asking(service, one)
    compacted(service, owner.tenant)
    day.edit(
        two.book,
        two.book.write("Party", lambda work: save_party(work, Party(name="New"))),
        phone="+919800000009",
    )
    two.sync()
    run, seq, links = b"", 0, {}
    while (part := archive.part(service.means, owner, m.AskArchive(after=seq))).first:
        assert (part.first, part.before) == (seq + 1, run)
        packed = unpack(m.ArchivedLog, part.data)
        for entry in m.entries_of(packed.page):
            author = (entry.device, entry.epoch)
            link = links[author] = chain_link(links.get(author, CHAIN_START), *author, entry.data)
            run, seq = run_hash(run, link, Outcome(entry.outcome), entry.answer), entry.seq
        assert (part.last, part.run, len(packed.arrived_at_us)) == (seq, run, part.last - part.first + 1)
    with reading(service.means.database, owner.tenant) as connection:
        head = log.head(connection, owner.tenant)
    assert (head.seq, head.run) == (seq, run)
    assert archived(service, owner.tenant) < seq


def test_who_is_no_owner_does_not_read_the_archive(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 2, role=Role.BOOKKEEPER) as (_service, (_one, two)):
        with pytest.raises(ServiceRefused) as refused:
            two.courier.session.ask("archive", m.AskArchive(), m.ArchivePart)
        assert refused.value.code == refusals.ROLE


def test_a_log_that_is_not_what_its_hashes_say_is_left_alone(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, _two) = fleet
    tenant = asking(service, one).tenant
    snapshots.make(service.means, tenant)
    kept = tables.changes.c
    with writing(service.means.database, tenant) as connection:
        connection.execute(
            sa.update(tables.changes).where(kept.tenant == tenant, kept.seq == 3).values(outcome=3)
        )
    with pytest.raises(archive.NotProved):
        archive.compact(service.means.database, tenant, service.means.clock.now_us() + 1, days=0)
    assert archived(service, tenant) == 0
