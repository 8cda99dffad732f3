"""One order a tenant: whoever writes holds the head to the commit, so that no number is skipped and no cursor skips."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.answer import decode_answer
from core.changes.change import Outcome, Role, run_hash
from core.ids import Id
from sync.protocol import messages as m
from sync.server import tables
from sync.server.database import reading, writing
from sync.server.service import Service
from tests.sync.server.raw import RawDevice, a_second, a_tenant

PUSHES = 12


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    yield device
    device.service.means.database.dispose()


def write_some(device: RawDevice) -> None:
    """So many pushes of two changes, each over a record that others write too."""
    for n in range(PUSHES):
        for _of_two in range(2):
            device.write("parties.edited", bytes([n + 1]) * 16, {1: f"{n}", 2: "X"})


def read_all(reader: RawDevice, upto: int) -> list[int]:
    """Every seq that a cursor passes on its way, pulled while others push."""
    seen: list[int] = []
    run, seq = b"", 0
    while seq < upto:
        pulled = reader.session.ask("pull", m.Pull(era=1, seq=seq, run=run, people=0), m.Pulled)
        seen += [entry.seq for entry in m.entries_of(pulled.page)]
        run, seq = pulled.run, seen[-1] if seen else 0
    return seen


def check_order(service: Service, tenant: Id, count: int) -> None:
    """The log has every number once, its running hash is unbroken, and the head stands at its end."""
    with reading(service.means.database, tenant) as connection:
        kept = tables.changes.c
        rows = connection.execute(
            sa.select(tables.changes).where(kept.tenant == tenant).order_by(kept.seq)
        ).all()
        head = connection.execute(sa.select(tables.heads).where(tables.heads.c.tenant == tenant)).one()
    assert [row.seq for row in rows] == list(range(1, count + 1))
    run = b""
    for row in rows:
        assert decode_answer(row.answer).problems == ()
        run = run_hash(run, row.link, Outcome(row.outcome), row.answer)
        assert row.run == run
    assert (head.seq, head.run) == (count, run)


def test_eight_who_push_at_once_make_one_gapless_order_a_tenant(first: RawDevice) -> None:
    crowd = [first, *(a_second(first, Role.OWNER, seed=seed) for seed in range(50, 54))]
    reader = a_second(first, Role.AUDITOR, seed=60)
    alone = [a_tenant(Path(), seed=seed, service=first.service) for seed in range(70, 73)]
    expected = 2 * PUSHES * len(crowd)
    with ThreadPoolExecutor(9) as pool:
        cursor = pool.submit(read_all, reader, expected)
        list(pool.map(write_some, [*crowd, *alone]))
        assert cursor.result(60) == list(range(1, expected + 1))
    check_order(first.service, first.tenant, expected)
    for device in alone:
        check_order(first.service, device.tenant, 2 * PUSHES)


def test_a_push_waits_for_who_writes_for_its_tenant_and_is_judged_by_what_that_left(first: RawDevice) -> None:
    written = threading.Event()

    def push() -> None:
        first.write("parties.edited", b"r" * 16, {1: "L", 2: "Lotus"})
        written.set()

    with ThreadPoolExecutor(1) as pool:
        with writing(first.service.means.database, first.tenant) as connection:
            pushed = pool.submit(push)
            assert not written.wait(0.3)
            ended = sa.update(tables.devices).where(tables.devices.c.tenant == first.tenant)
            connection.execute(ended.values(role="auditor"))
        pushed.result(30)
    assert [entry.outcome for entry in first.log()] == [Outcome.REFUSED]
