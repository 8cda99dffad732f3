"""One whole history: a seed becomes a world, lives, heals and is proved."""

import random
import tempfile
from pathlib import Path

from tests.simulation.life import live
from tests.simulation.proof import heal, prove
from tests.simulation.schema import schema_remembered
from tests.simulation.world import Weather, World

_MEMORY = Path("/dev/shm")


def run_history(seed: int, *, steps: int = 110, weather: Weather | None = None) -> World:
    """Live one history and prove its end. Raises `Broken`, or whatever the program itself raised."""
    shape = random.Random(seed)
    devices = shape.choice((2, 2, 3, 3, 4, 5))
    stormy = shape.choice(
        (Weather(), Weather(25, 20, 15, 15, 10), Weather(5, 25, 5, 5, 80), Weather(2, 2, 2, 2, 5))
    )
    stormy = weather or stormy
    place = str(_MEMORY) if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="bahi-world-", dir=place) as folder, schema_remembered():
        world = World(seed, Path(folder), devices=devices, weather=stormy)
        try:
            live(world, steps)
            heal(world)
            if seed % 5 == 0:
                world.newcomer()
            prove(world)
        finally:
            world.close()
    return world
