"""The histories have teeth: each planted bug is found within a few of them."""

import pytest

from core.errors import BahiError
from tests.simulation import planted, planted_money, planted_wire
from tests.simulation.history import prepare, run_history, run_short_history
from tests.simulation.planted import Plant
from tests.simulation.world import Broken

BUDGET = 40


@pytest.fixture(autouse=True)
def _grounds_without_bugs() -> None:
    """What histories begin on is made before a bug is planted, and kept."""
    prepare()


@pytest.mark.simulation
@pytest.mark.allow_logs  # what a planted bug makes the program stumble over
@pytest.mark.timeout(300)
@pytest.mark.parametrize("plant", planted.PLANTS + planted_money.PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(1, BUDGET + 1):
        try:
            run_history(seed)
        except (Broken, BahiError, AssertionError):
            return
    pytest.fail(f"{BUDGET} histories did not find: {plant.__doc__}")


@pytest.mark.simulation
@pytest.mark.allow_logs
@pytest.mark.timeout(300)
@pytest.mark.parametrize("plant", planted_wire.PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_of_the_wire_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(1, BUDGET + 1):
        try:
            run_short_history(seed)
        except (Broken, BahiError, AssertionError):
            return
    pytest.fail(f"{BUDGET} short histories did not find: {plant.__doc__}")
