"""Four devices over bad lines to a real `bahi serve`, on each engine: nothing lost, nothing twice, nobody asked.

And over restarts of every kind: in order, by a kill, and rolling, with the old and the new process on one database.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.desks import Desks, four_desks
from tests.sync.faults import FAULTS, Moment, Strike
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


def test_restarts_of_every_kind_are_nothing_to_the_devices(tmp_path: Path, serving: Serving) -> None:
    new = serving.twin()
    try:
        with four_desks(tmp_path, serving.port, serving.start(), SEED) as desks:
            _cut_short(desks, serving, signal.SIGTERM)
            assert serving.ended() == 0
            serving.start()
            _cut_short(desks, serving, signal.SIGKILL)
            assert serving.ended() == -signal.SIGKILL
            serving.start()
            new.start()
            _rolled(desks, serving, new)
            desks.prove()
        assert new.stop() == 0
        assert not new.mistakes(), "\n".join(new.mistakes())
    finally:
        new.end()


def _cut_short(desks: Desks, serving: Serving, how: int) -> None:
    """A turn of everybody, in which the service is told to end while it answers."""
    line = desks.each[0].line
    line.strike = Strike(2, Moment.SENT, 0.0, lambda: serving.process.send_signal(how))
    desks.turn(SEED + how)
    desks.heard()
    assert line.strike is None


def _rolled(desks: Desks, old: Serving, new: Serving) -> None:
    """Everybody goes over from the old process to the new one, one by one, at work; then the old one ends."""
    for n, desk in enumerate(desks):
        desk.line.leads_to = new.port
        desks.turn(SEED + 100 + n)
        told = desks.heard()
        assert not any(one and "offline" in one for one in told)
    assert old.stop() == 0
