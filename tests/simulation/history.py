"""One whole history: a seed becomes a world, lives, heals and is proved."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.simulation.fleets import live_short
from tests.simulation.life import live
from tests.simulation.mishaps import mend
from tests.simulation.proof import heal, prove
from tests.simulation.schema import schema_remembered
from tests.simulation.world import Weather, World

_MEMORY = Path("/dev/shm")


WHOLE_STEPS, SHORT_STEPS = 110, 44
STORMS = (Weather(), Weather(25, 20, 15, 15, 10), Weather(5, 25, 5, 5, 80), Weather(2, 2, 2, 2, 5))


def run_history(seed: int, *, steps: int = WHOLE_STEPS, weather: Weather | None = None) -> World:
    """A long history of the whole business."""
    return _run(seed, live, steps, weather, joins=seed % 5 == 0, rebuilds=99)


def run_short_history(seed: int, *, steps: int = SHORT_STEPS, weather: Weather | None = None) -> World:
    """A short history of many rounds and mishaps."""
    return _run(seed, live_short, steps, weather, joins=seed % 3 == 0, rebuilds=1)


def _run(
    seed: int, lived: Callable[[World, int], None], steps: int, weather: Weather | None, *,
    joins: bool, rebuilds: int,
) -> World:  # fmt: skip
    """Live one history and prove its end. Raises `Broken`, or whatever the program itself raised."""
    shape = random.Random(seed)
    devices = shape.choice((2, 2, 3, 3, 4, 5))
    stormy = weather or shape.choice(STORMS)
    place = str(_MEMORY) if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="bahi-world-", dir=place) as folder, schema_remembered():
        world = World(seed, Path(folder), devices=devices, weather=stormy)
        try:
            lived(world, steps)
            mend(world)
            heal(world)
            if joins:
                world.newcomer()
            prove(world, rebuilds=rebuilds)
        finally:
            world.close()
    return world
