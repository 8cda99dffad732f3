"""The histories have teeth: each planted bug is found within a few of them."""

from collections.abc import Callable
from functools import partial

import pytest

from core.errors import BahiError
from tests.simulation import planted, planted_money, planted_wire
from tests.simulation.history import prepare, run_history, run_short_history
from tests.simulation.mishaps import Theme, field_work, profile_cloned, rest_declared_lost
from tests.simulation.planted import Plant
from tests.simulation.world import Broken, World

BUDGET = 40
FIRST = {
    "cursor_before_rows": 25, "two_returns_of_a_period_stand": 17, "covered_paper_is_cancelled": 16,
    "the_old_order_counts_as_seen": 18, "handed_back_by_nobody_known": 66,
}  # fmt: skip
"""Where the first that finds it comes late, the histories before it are not lived each time."""
THEMES: dict[str, Theme] = {
    "a_clone_is_taken_for_itself": profile_cloned, "the_old_order_counts_as_seen": rest_declared_lost,
    "handed_back_by_nobody_known": rest_declared_lost, "nobody_asks_who_has_a_bill": field_work,
    "nothing_is_hidden": field_work, "what_a_device_may_write_is_not_asked": field_work,
}  # fmt: skip
"""What alone shows it."""


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
    _find(plant, run_history)


@pytest.mark.simulation
@pytest.mark.allow_logs
@pytest.mark.timeout(300)
@pytest.mark.parametrize("plant", planted_wire.PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_of_the_wire_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    _find(plant, partial(run_short_history, theme=THEMES.get(plant.__name__)))


def _find(plant: Plant, lived: Callable[[int], World]) -> None:
    first = FIRST.get(plant.__name__, 1)
    for seed in range(first, first + BUDGET):
        try:
            lived(seed)
        except (Broken, BahiError, AssertionError):
            return
    pytest.fail(f"{BUDGET} histories from {first} on did not find: {plant.__doc__}")
