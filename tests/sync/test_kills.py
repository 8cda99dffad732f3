"""kill -9 of devices, service and database at seeded points, and restarts of every kind, against a real `bahi serve`.

After each kill the file of who died is whole to its last page; in the end every book is proved, all agree, nothing
that was told is lost, nothing is there twice, no person is asked anything, and at most a page was sent again a kill.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.sync.desks import Desks, four_desks
from tests.sync.kills import Kill, Killer
from tests.sync.server.postgres import Postgres
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
SEED = 20261121
PROVED_EACH = 25
DURABLE = ("fsync=on", "full_page_writes=on")
KILLS = [10, pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(0)])]


@pytest.mark.parametrize("kills", KILLS)
def test_kills_of_devices_and_of_a_service_on_sqlite(tmp_path: Path, kills: int) -> None:
    _killed(tmp_path, Serving(tmp_path), None, kills)


@pytest.mark.parametrize("kills", KILLS)
def test_kills_of_devices_service_and_database_on_postgresql(tmp_path: Path, kills: int) -> None:
    server = Postgres(*DURABLE)
    try:
        _killed(tmp_path, Serving(tmp_path, database=server.url(server.fresh())), server, kills)
    finally:
        server.close()


def _killed(folder: Path, serving: Serving, postgres: Postgres | None, kills: int) -> None:
    done: Counter[Kill] = Counter()
    try:
        with four_desks(folder, serving.port, serving.start(), SEED) as desks:
            killer = Killer(desks, serving, postgres, SEED)
            for n in range(1, kills + 1):
                done[killer.kill()] += 1
                if n % PROVED_EACH == 0:
                    desks.prove()
            desks.prove()
        assert serving.stop() == 0
    finally:
        serving.end()
    _told(done, desks)
    assert not serving.mistakes(), "\n".join(serving.mistakes())


def _told(done: Counter[Kill], desks: Desks) -> None:
    again = [pages for desk in desks for pages in desk.line.resent()]
    for kill, times in sorted(done.items()):
        print(f"{kill.victim:9} {kill.moment:10} {times}")
    print(f"seed {SEED}: {done.total()} kills; {len(again)} pages sent again, {sum(again)} changes")
