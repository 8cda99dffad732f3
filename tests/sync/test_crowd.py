"""Many devices at once against the service as it is run: nobody's cursor skips, and how long they wait."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from core.changes.change import Outcome
from core.clock import SystemClock
from sync.server.database import open_database
from sync.server.service import Service
from tests.sync.crowd import CHANGES_A_PUSH, Crowd, a_crowd
from tests.sync.server.postgres import Postgres
from tests.sync.server.test_order import check_order
from tests.sync.serving import Serving

BOUND_S = 0.5


@contextmanager
def crowd_before(
    folder: Path, server: Postgres, *, tenants: int, each: int, turn_s: float, services: int = 1
) -> Iterator[tuple[Crowd, Service]]:
    """A crowd, and so many `bahi serve` on one database before it; at the end the order is looked through."""
    url = server.url(server.fresh())
    database = open_database(url)
    behind = Service(database, SystemClock(), random.Random(1).randbytes)
    members = a_crowd(folder, behind, tenants, each)
    with ExitStack() as running:
        running.callback(database.dispose)
        serving = []
        for n in range(services):
            (folder / f"{n}").mkdir()
            serving.append(Serving(folder / f"{n}", database=url))
            serving[-1].start()
            running.callback(serving[-1].stop)
        yield Crowd([each.url for each in serving], members, turn_s=turn_s), behind
        by_tenant = Counter[bytes]()
        for member in members:
            by_tenant[member.tenant] += member.number
        for tenant, count in by_tenant.items():
            check_order(behind, tenant, count)
        for member in members:
            assert member.seq == by_tenant[member.tenant]
            assert set(member.outcomes) <= {Outcome.APPLIED, Outcome.MERGED}
        for each in serving:
            assert {line.get("outcome") for line in each.lines()} <= {"OK"}


@pytest.mark.processes
@pytest.mark.timeout(180)
def test_two_services_on_one_database_keep_one_order(tmp_path: Path, postgres: Postgres) -> None:
    with crowd_before(tmp_path, postgres, tenants=3, each=8, turn_s=0.8, services=2) as (crowd, _behind):
        crowd.work(8)
        assert sum(1 for one in crowd.asked if one.path == "push") > 24


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_five_hundred_devices_of_fifty_businesses(tmp_path: Path) -> None:
    seconds = float(os.environ.get("BAHI_SOAK_SECONDS", "300"))
    server = Postgres("fsync=on", "full_page_writes=on")
    try:
        with crowd_before(tmp_path, server, tenants=50, each=10, turn_s=10) as (crowd, _behind):
            crowd.work(seconds)
            pushes = sum(1 for one in crowd.asked if one.path == "push")
            print(
                f"\n{len(crowd.asked)} requests in {seconds:.0f} s, {pushes} of them pushes of {CHANGES_A_PUSH} "
                f"changes; generator late by {sorted(crowd.late_s)[int(0.95 * len(crowd.late_s))] * 1000:.0f} ms (95 %)"
            )
            for path in ("pull", "push", ""):
                shares = "  ".join(
                    f"{share:.0%} {crowd.within(share, path) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99)
                )
                print(f"{path or 'all':5} {shares}")
            assert crowd.within(0.95) < BOUND_S
    finally:
        server.close()
