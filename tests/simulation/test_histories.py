"""Seeded histories of devices and a service; at the end every book is equal and nothing was lost.

A failing seed is named in the failure; `run_history(seed)` or `run_short_history(seed)` lives it again, step by step
the same. `make soak SEEDS=1:100000` lives so many, and goes on where it was stopped.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BahiError
from tests.simulation import soak
from tests.simulation.history import run_full_history, run_history, run_short_history, run_small_history
from tests.simulation.mishaps import FULL_OF, THEMES, Theme
from tests.simulation.world import Broken, World

WHOLE, SHORT, SMALL, FULL, BLOCK = 120, 380, 80, 20, 10
CASSETTE = json.loads(Path(__file__).with_name("cassette.json").read_text("utf-8"))
"""The seeds that found something, and what."""
Lived = Callable[[int], World]


def _blocks(count: int) -> pytest.MarkDecorator:
    """So many histories, from the first seed on, a block a test."""
    return pytest.mark.parametrize("first", range(1, count + 1, BLOCK))


def _live_block(lived: Lived, first: int) -> None:
    for seed in range(first, first + BLOCK):
        _live(lived, seed)


@pytest.mark.simulation
@pytest.mark.timeout(600)
@_blocks(WHOLE)
def test_every_book_ends_equal_and_nothing_is_lost(first: int) -> None:
    _live_block(run_history, first)


@pytest.mark.simulation
@pytest.mark.timeout(600)
@_blocks(SHORT)
def test_fleets_in_bad_weather_end_equal_and_nothing_is_lost(first: int) -> None:
    _live_block(run_short_history, first)


@pytest.mark.simulation
@pytest.mark.timeout(600)
@_blocks(SMALL)
def test_small_worlds_end_equal_and_nothing_is_lost(first: int) -> None:
    _live_block(run_small_history, first)


@pytest.mark.simulation
@pytest.mark.timeout(600)
@pytest.mark.parametrize("theme", FULL_OF, ids=lambda theme: theme.__name__)
@_blocks(FULL)
def test_what_seldom_meets_ends_equal_and_nothing_is_lost(first: int, theme: Theme) -> None:
    _live_block(lambda seed: run_full_history(seed, theme), first)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_more_histories_than_a_day_has() -> None:
    """What came out is printed as docs/measured.md keeps it; KEPT says where it is noted, to go on from there."""
    first, last = (int(seed) for seed in os.environ.get("SEEDS", "1001:3000").split(":"))
    kept = Path(os.environ.get("KEPT", "build/soak/histories.jsonl"))
    for block in soak.live_all(first, last, kept, int(os.environ.get("WORKERS", "2"))):
        for seed, wrong in block.broken.items():
            print(f"seed {seed}, {wrong}", flush=True)
    latest = {block.first: block for block in soak.read(kept)}
    print(soak.as_row(list(latest.values())), flush=True)
    wrong = {seed: said for block in latest.values() for seed, said in block.broken.items()}
    assert not wrong, f"these seeds are not mended: {wrong}"


@pytest.mark.simulation
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "seed", "theme"), [(entry["history"], entry["seed"], entry.get("theme")) for entry in CASSETTE]
)
def test_what_was_broken_once_is_whole(name: str, seed: int, theme: str | None) -> None:
    """Every seed that ever found something in the program is lived again."""
    themes = {each.__name__: each for each in (*THEMES, *FULL_OF)}
    if name == "full":
        _live(lambda again: run_full_history(again, themes[theme or ""]), seed)
    elif name in ("long", "small"):
        _live(run_history if name == "long" else run_small_history, seed)
    else:
        _live(lambda again: run_short_history(again, theme=themes[theme] if theme else None), seed)


@pytest.mark.simulation
def test_a_seed_makes_the_same_history_again() -> None:
    assert run_history(7, steps=40).story == run_history(7, steps=40).story
    assert run_short_history(9).story == run_short_history(9).story


def _live(lived: Lived, seed: int) -> None:
    try:
        lived(seed)
    except (Broken, BahiError, AssertionError) as wrong:
        pytest.fail(f"{lived.__name__}({seed}): {type(wrong).__name__}: {wrong}")
