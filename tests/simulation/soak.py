"""Many histories, for the night: in blocks, on several processors, and from where it stopped.

What was lived is kept in a file, a line a block; a run that is started again with the same file leaves it out.
"""

import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from core.clock import SystemClock, india_date
from core.errors import BahiError
from tests.simulation.broken import Broken
from tests.simulation.history import run_full_history, run_history, run_short_history, run_small_history
from tests.simulation.mishaps import FULL_OF
from tests.simulation.world import World

BLOCK = 20
LONG_EACH, FULL_AT, SHORT_EACH = 20, 10, 4
"""Of every twenty histories one is a long one and one is full of a rarer mishap, of the others every fourth is a short
one, and the rest are small."""


class Lived(NamedTuple):
    """A block of seeds, and what was broken of it, by seed."""

    first: int
    last: int
    seconds: float
    broken: dict[int, str]


def live(first: int, last: int) -> Lived:
    """Live these histories; what is broken is told, and the next one lived."""
    start, broken = time.process_time(), {}
    for seed in range(first, last + 1):
        lived = _of(seed)
        try:
            lived(seed)
        except (Broken, BahiError, AssertionError) as wrong:
            broken[seed] = f"{lived.__name__}: {type(wrong).__name__}: {wrong}"
    return Lived(first, last, time.process_time() - start, broken)


def _of(seed: int) -> Callable[[int], World]:
    if seed % LONG_EACH == 0:
        return run_history
    if seed % LONG_EACH == FULL_AT:
        return full_history
    return run_short_history if seed % SHORT_EACH == 0 else run_small_history


def full_history(seed: int) -> World:
    """One that is full of this or that."""
    return run_full_history(seed, FULL_OF[seed // LONG_EACH % len(FULL_OF)])


def live_all(first: int, last: int, kept: Path, workers: int) -> Iterator[Lived]:
    """Live all that the file does not know yet, and keep there what was lived; what is broken is lived again."""
    done = {block.first for block in read(kept) if not block.broken}
    blocks = [(at, min(at + BLOCK - 1, last)) for at in range(first, last + 1, BLOCK) if at not in done]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool, kept.open("a", encoding="utf-8") as out:
        for told in as_completed([pool.submit(live, *block) for block in blocks]):
            out.write(json.dumps(told.result()) + "\n")
            out.flush()
            yield told.result()


def read(kept: Path) -> list[Lived]:
    """What was lived before."""
    lines = kept.read_text("utf-8").splitlines() if kept.exists() else []
    return [Lived(*json.loads(line)) for line in lines]


def as_row(blocks: list[Lived]) -> str:
    """What docs/measured.md keeps of it."""
    now_us = SystemClock().now_us()
    count = sum(block.last - block.first + 1 for block in blocks)
    broken = sorted(seed for block in blocks for seed in map(int, block.broken))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    seeds = f"{min(block.first for block in blocks)} to {max(block.last for block in blocks)}"
    seconds = sum(block.seconds for block in blocks)
    return (
        f"| {india_date(now_us):%d-%m-%Y} | {machine} | {count} of seeds {seeds} | {seconds:.0f} s of processor | "
        f"{len(broken)} broken {broken or ''}|"
    )
