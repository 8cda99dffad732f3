"""One whole history: a seed becomes a world, lives, heals and is proved."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.client import bootstrap, mend, outbox
from sync.server import archive, log, snapshots
from tests.simulation.broken import Broken
from tests.simulation.fleets import begin_small, live_short
from tests.simulation.ground import Ground, ground, in_memory
from tests.simulation.life import begin, live
from tests.simulation.mishaps import THEMES, Theme, everybody_back
from tests.simulation.photos import prove_photos
from tests.simulation.proof import heal, prove
from tests.simulation.schema import schema_remembered
from tests.simulation.world import Weather, World

WHOLE_STEPS, SHORT_STEPS, SMALL_STEPS, FULL_STEPS = 110, 44, 14, 60
STORMS = (Weather(), Weather(25, 20, 15, 15, 10), Weather(5, 25, 5, 5, 80), Weather(2, 2, 2, 2, 5))
SIZES, SMALL_SIZES = (2, 2, 3, 3, 4, 5), (2, 2, 2, 3)
NEVER, AT_ONCE = 1 << 40, 0
ROUGH = 0.45
"""This share of the short histories has a theme: a rarer mishap that happens again and again."""
JOINED, SMALL_JOINED = 4, 16
"""In every so many histories two more devices join at the end."""

_KINDS = 2
"""So many grounds of a size."""


def run_history(seed: int, *, steps: int = WHOLE_STEPS, weather: Weather | None = None) -> World:
    """A long history of the whole business."""
    return _run(seed, begin, live, steps, weather)


def run_short_history(
    seed: int, *, steps: int = SHORT_STEPS, weather: Weather | None = None, theme: Theme | None = None
) -> World:
    """A short history of many rounds and mishaps; one of a theme is full of that."""
    return _run(seed, begin_small, live_short, steps, weather, theme)


def run_full_history(seed: int, theme: Theme) -> World:
    """A short history in which one thing happens every few steps, in between all the others."""
    return _run(seed, begin_small, live_short, FULL_STEPS, None, theme, is_full=True)


def run_small_history(seed: int) -> World:
    """A short one of few devices and few steps, for many seeds: most that is wrong shows in a small world, too."""
    return _run(seed, begin_small, live_short, SMALL_STEPS, None, sizes=SMALL_SIZES, joined=SMALL_JOINED)


def prepare() -> None:
    """Lay every ground that a history may begin on."""
    for first in (begin, begin_small):
        for devices in sorted(set(SIZES)):
            for kind in range(_KINDS):
                _ground(first, devices, kind)


def _run(
    seed: int, first: Callable[[World], None], lived: Callable[[World, int], None], steps: int,
    weather: Weather | None, theme: Theme | None = None, *, sizes: tuple[int, ...] = SIZES, joined: int = JOINED,
    is_full: bool = False,
) -> World:  # fmt: skip
    """Live one history and prove its end. Raises `Broken`, or whatever the program itself raised."""
    shape = random.Random(seed)
    devices, stormy = shape.choice(sizes), weather or shape.choice(STORMS)
    with (
        in_memory("bahi-world-") as folder,
        schema_remembered(),
        nothing_to_mend(),
        _pages_of(shape.choice((None, None, 5, 17))),
    ):
        laid = _ground(first, devices, seed % _KINDS)
        world = World(seed, Path(folder), devices=devices, weather=stormy, ground=laid)
        try:
            with snapshots_after(shape.choice((NEVER, 12))):
                drawn = shape.choice(THEMES) if 1 - shape.random() < ROUGH else None
                world.theme, world.is_full_of_it = theme or drawn, is_full
                lived(world, steps)
                everybody_back(world)
                heal(world)
            if seed % joined == 0:
                _join_both_ways(world)
            prove_photos(world)
            prove(world, rebuilds=1 if lived is live_short else 99)
        finally:
            world.close()
    return world


def _ground(first: Callable[[World], None], devices: int, kind: int) -> Ground:
    with snapshots_after(NEVER), schema_remembered():
        return ground(first, devices, kind)


def _join_both_ways(world: World) -> None:
    """One device reads the whole order, out of the archive too; another begins at a snapshot."""
    world.compact()
    for worth in (NEVER, AT_ONCE):
        with snapshots_after(worth):
            world.newcomer()
    heal(world)


@contextmanager
def snapshots_after(changes: int) -> Iterator[None]:
    """Whoever is so many changes behind begins at a snapshot."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (snapshots, bootstrap):
            patch.setattr(room, "SNAPSHOT_WORTH", changes)
        yield


@contextmanager
def nothing_to_mend() -> Iterator[None]:
    """No book differs from the service at any head: to mend it would hide what made it differ."""

    def differs(*_told: object) -> bool:
        raise Broken("a book and the service have one order, and make different things of it")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mend, "_mended", differs)
        yield


@contextmanager
def _pages_of(changes: int | None) -> Iterator[None]:
    """Pages of so few changes on all sides that a small log has many of them."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (log, archive, outbox) if changes else ():
            patch.setattr(room, "PAGE_CHANGES_MAX", changes)
        yield
