"""Four devices over bad lines to a real `bahi serve`, on each engine: nothing lost, nothing twice, nobody asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.desks import Desks, four_desks
from tests.sync.faults import FAULTS
from tests.sync.server.postgres import Postgres
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
SEED = 20261121
GOOD = 6
"""So many requests pass for each nine that do not."""


@pytest.fixture(params=["sqlite", "postgresql"])
def serving(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serving]:
    database = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        database = server.url(server.fresh())
    made = Serving(tmp_path, database=database)
    yield made
    made.end()


def test_a_bad_line_loses_nothing_doubles_nothing_and_asks_nobody(tmp_path: Path, serving: Serving) -> None:
    with four_desks(tmp_path, serving.port, serving.start(), SEED) as desks:
        turns = _turns_until_every_fault_was_met(desks)
        desks.prove()
        print(f"seed {SEED}: {turns} turns, {sum(desk.broken for desk in desks)} rounds cut off")
    assert serving.stop() == 0
    assert not serving.mistakes(), "\n".join(serving.mistakes())


def _turns_until_every_fault_was_met(desks: Desks) -> int:
    for desk in desks:
        desk.line.shuffle(GOOD)
    turns = 0
    while any(desk.line.deck for desk in desks):
        turns += 1
        desks.turn(SEED + turns)
        desks.heard()
    assert all(set(FAULTS) <= set(desk.line.seen) for desk in desks)
    return turns
