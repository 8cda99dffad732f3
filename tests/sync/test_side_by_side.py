"""Old and new programs side by side, as real processes: the service is upgraded first and under way, then the devices
one after the other; all go on syncing, and what is new is written once everybody knows it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.desks import Desks, four_desks
from tests.sync.serving import Serving

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
SEED = 7


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
    yield made
    made.end()


@pytest.fixture
def new(old: Serving) -> Iterator[Serving]:
    made = old.twin("tests.sync.newer_service")
    yield made
    made.end()


def test_service_and_devices_are_upgraded_one_by_one_and_nobody_waits(
    tmp_path: Path, old: Serving, new: Serving
) -> None:
    with four_desks(tmp_path, old.port, old.start(), SEED) as desks:
        new.start()
        for desk in desks.each[2:]:
            desk.line.leads_to = new.port
        _a_turn(desks, 1)
        for desk in desks.each[:2]:
            desk.line.leads_to = new.port
        assert old.stop() == 0

        for desk in desks.each[:2]:
            desk.update("newer")
        _a_turn(desks, 2)
        assert _pledged(desks, 0) == ["SCHEMA"], "two could not read it yet"
        desks.prove()

        for desk in desks.each[2:]:
            desk.update("newer")
        desks.all("round")  # all are heard of in this one, and told of it in the next
        desks.all("round")
        assert _pledged(desks, 0) == []
        _a_turn(desks, 3)
        desks.prove()
    assert new.stop() == 0
    assert not new.mistakes(), "\n".join(new.mistakes())


def _a_turn(desks: Desks, n: int) -> None:
    desks.turn(SEED + n)
    assert all(told and "waiting" in told for told in desks.heard())


def _pledged(desks: Desks, place: int) -> list[str]:
    """Somebody would write what is new; answers why not."""
    desk = desks.each[place]
    desk.order("pledge")
    told = desk.answer()
    assert told is not None
    refused: list[str] = told.get("refused", [])
    return refused
