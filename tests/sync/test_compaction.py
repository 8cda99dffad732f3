"""Compaction of all: old log is packed, live cursors go on, who was away takes a snapshot with its outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.clock import FixedClock
from core.parties.commands import save_party
from core.parties.model import Party
from core.store import log
from sync.client import bootstrap
from sync.server import archive, compaction, snapshots, tables
from sync.server.database import reading, writing
from sync.server.service import Service
from tests.desktop.command_line.runs import here
from tests.sync.fleet import TODAY, Device, a_fleet

pytestmark = pytest.mark.slow
LATER_DAYS = 60


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, list[Device]]]:
    """Three devices, and pages, parts and worth of a snapshot so small that a little log has many of them."""
    for room in (compaction, archive):
        monkeypatch.setattr(room, "PAGE_CHANGES_MAX", 20)
    with a_fleet(tmp_path, 3) as (service, devices):
        for room in (bootstrap, snapshots):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", 30)
        yield service, devices


def add(device: Device, count: int, start: int = 0) -> None:
    device.book.write(
        "Parties",
        lambda work: [save_party(work, Party(name=f"Party {n}")) for n in range(start, start + count)],
    )


def url(service: Service) -> str:
    return str(service.means.database.url)


def later(days: int = LATER_DAYS) -> FixedClock:
    """So many days after the fleet wrote."""
    clock = FixedClock.on(TODAY)
    clock.move(days=days)
    return clock


def bytes_in_log(service: Service) -> int:
    kept = tables.changes.c
    with reading(service.means.database) as connection:
        return int(connection.execute(sa.select(sa.func.sum(sa.func.length(kept.data)))).scalar_one() or 0)


def test_a_live_cursor_goes_on_and_who_was_away_takes_a_snapshot_with_its_outbox(
    fleet: tuple[Service, list[Device]],
) -> None:
    service, (one, two, away) = fleet
    add(one, 90)
    add(away, 3, 500)  # never sent before the compaction
    for device in (one, two):
        device.sync()
    add(one, 5, 100)
    one.sync()
    assert compaction.compact_all(url(service), clock=later()) > (1, 90, 0)
    assert bytes_in_log(service) == 0
    assert compaction.compact_all(url(service), clock=later()).entries == 0
    two.wire.calls.clear()
    two.sync()
    assert "snapshot_page" not in two.wire.calls
    away.sync()
    assert "snapshot_page" in away.wire.calls
    for device in (one, two, away):
        device.sync()
    assert len({device.digest for device in (one, two, away)}) == 1
    assert away.book.read(log.pending_count) == 0
    for device in (one, two, away):
        assert device.book.verify().problems == ()


def test_what_is_young_stays_as_it_is(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, _two, _away) = fleet
    add(one, 60)
    one.sync()
    before = bytes_in_log(service)
    assert compaction.compact_all(url(service), clock=later(29)).entries == 0
    assert bytes_in_log(service) == before


@pytest.mark.allow_logs
@pytest.mark.parametrize("forged", [{"answer": b"\xc0"}, {"outcome": 3}])
def test_a_log_that_does_not_prove_itself_is_told_of_and_left_alone(
    fleet: tuple[Service, list[Device]], forged: dict[str, object]
) -> None:
    service, (one, _two, _away) = fleet
    add(one, 60)
    one.sync()
    kept = tables.changes.c
    with writing(service.means.database) as connection:
        connection.execute(sa.update(tables.changes).where(kept.seq == 3).values(**forged))
    before = bytes_in_log(service)
    assert compaction.compact_all(url(service), clock=later()).unproved == 1
    assert bytes_in_log(service) == before


def test_the_command_line_compacts(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, _two, _away) = fleet
    add(one, 60)
    one.sync()
    run = here("service-compact", "--database", url(service), "--days", "0", "--json")
    assert run.code == 0
    assert '"tenants": 1' in run.out.replace('":1', '": 1')
