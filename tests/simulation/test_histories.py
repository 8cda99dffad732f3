"""Seeded histories of devices and a service; at the end every book is equal and nothing was lost.

A failing seed is named in the failure; `run_history(seed)` or `run_short_history(seed)` lives it again, step by step
the same. `make soak SEEDS=1:100000` lives so many; it says how far it came, and goes on from any seed.
"""

import datetime as dt
import os
import platform
import time
from collections.abc import Callable

import pytest

from core.errors import BahiError
from tests.simulation.history import run_history, run_short_history
from tests.simulation.world import Broken, World

WHOLE, SHORT, BLOCK = 140, 380, 10
TOLD_EVERY = 500
Lived = Callable[[int], World]


@pytest.mark.simulation
@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(1, WHOLE + 1, BLOCK))
def test_every_book_ends_equal_and_nothing_is_lost(first: int) -> None:
    for seed in range(first, first + BLOCK):
        _live(run_history, seed)


@pytest.mark.simulation
@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(1, SHORT + 1, BLOCK))
def test_fleets_in_bad_weather_end_equal_and_nothing_is_lost(first: int) -> None:
    for seed in range(first, first + BLOCK):
        _live(run_short_history, seed)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_more_histories_than_a_day_has() -> None:
    """Every third one is long; what came out is printed as docs/measured.md keeps it."""
    first, last = (int(seed) for seed in os.environ.get("SEEDS", "1001:2000").split(":"))
    start, wrong = time.monotonic(), []
    for seed in range(first, last + 1):
        lived = run_history if seed % 3 == 0 else run_short_history
        try:
            lived(seed)
        except (Broken, BahiError, AssertionError) as broken:
            wrong.append(seed)
            print(f"seed {seed}, {lived.__name__}: {type(broken).__name__}: {broken}", flush=True)
        if (seed - first + 1) % TOLD_EVERY == 0 or seed == last:
            print(_told(first, seed, wrong, time.monotonic() - start), flush=True)
    assert not wrong, f"these seeds are not mended: {wrong}"


@pytest.mark.simulation
def test_a_seed_makes_the_same_history_again() -> None:
    assert run_history(7, steps=40).story == run_history(7, steps=40).story
    assert run_short_history(9).story == run_short_history(9).story


def _live(lived: Lived, seed: int) -> None:
    try:
        lived(seed)
    except (Broken, BahiError, AssertionError) as wrong:
        pytest.fail(f"{lived.__name__}({seed}): {type(wrong).__name__}: {wrong}")


def _told(first: int, last: int, wrong: list[int], seconds: float) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    return (
        f"| {dt.date.today():%d-%m-%Y} | {machine} | {first} to {last} | {last - first + 1} in {seconds:.0f} s | "
        f"{len(wrong)} broken {wrong or ''} |"
    )
