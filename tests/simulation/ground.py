"""What a history begins on: a fleet that was founded once, laid down many times from its files.

To found a tenant and enrol devices is a fifth of a short history, and each of them would do it alike. A ground is made
by the ordinary founding, joining and first business, in good weather; a history takes its files and what the harness
noted, and goes on with its own dice.
"""

import atexit
import copy
import gc
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.simulation.world import World

MEMORY = Path("/dev/shm")
_NOTED = ("now_us", "filed", "seen_at_filing", "statement", "seen", "watch")


class Ground(NamedTuple):
    """The files of a fleet, and what the harness has noted of it."""

    folder: Path
    noted: dict[str, Any]

    def lay(self, world: "World") -> None:
        """Begin a world here."""
        shutil.copytree(self.folder, world.folder, dirs_exist_ok=True)
        for name, value in copy.deepcopy(self.noted).items():
            setattr(world, name, value)


_laid: dict[tuple[str, int, int], Ground] = {}


def ground(begin: "Callable[[World], None]", devices: int, kind: int) -> Ground:
    """So many devices and their first business; `kind` tells one of the same size from another."""
    name = begin.__name__, devices, kind
    if name not in _laid:
        _laid[name] = _made(begin, devices, kind)
        gc.freeze()  # what is there by now stays: to look through it for waste was a tenth of each history
    return _laid[name]


def in_memory(prefix: str) -> "tempfile.TemporaryDirectory[str]":
    """A folder for one history, in memory where there is some."""
    return tempfile.TemporaryDirectory(prefix=prefix, dir=str(MEMORY) if MEMORY.is_dir() else None)


def _made(begin: "Callable[[World], None]", devices: int, kind: int) -> Ground:
    from tests.simulation.world import CALM, World

    folder = in_memory("bahi-ground-")
    atexit.register(folder.cleanup)
    world = World(1_000_000 + kind, Path(folder.name), devices=devices, weather=CALM)
    begin(world)
    world.close()
    return Ground(Path(folder.name), {name: getattr(world, name) for name in _NOTED})
