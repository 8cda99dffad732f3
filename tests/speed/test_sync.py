"""What sync costs, as ratios to the bare writing of the same rows in the same run, and on the wire as bytes.

Both sides in one process and in processor time, which other programs on the machine change little.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from core.clock import SystemClock
from desktop.command_line.bench_measuring import Figure
from desktop.command_line.bench_sync import measured
from desktop.command_line.program import collect_seldom
from sync.client import bootstrap
from sync.protocol.limits import SNAPSHOT_WORTH
from sync.server import snapshots
from tests.speed.test_bench import least, ratio
from tests.sync.fleet import Wire, a_service

CHANGES, GOES = 4_000, 5
PUSH, PULL, JOIN = 5, 4, 5
"""How many times the bare writing of what arrives at a book, at the most."""
BYTES_MAX = 40


def figures(folder: Path, worth: int = SNAPSHOT_WORTH) -> dict[str, Figure]:
    """Every figure by its name: of several goes, each with its own service and books and in a fresh process, which has
    nothing of other tests to look through for waste."""
    goes = []
    for n in range(GOES):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            goes.append(process.submit(measured_once, folder / str(n), worth).result())
    return {same[0].name: least(same) for same in zip(*goes, strict=True)}


def measured_once(folder: Path, worth: int) -> list[Figure]:
    """What one go found; a snapshot is worth loading for who is so far behind."""
    collect_seldom()
    folder.mkdir()
    service = a_service(folder, SystemClock())
    with pytest.MonkeyPatch.context() as patch:
        for room in (bootstrap, snapshots):
            patch.setattr(room, "SNAPSHOT_WORTH", worth)
        found = measured(
            folder, service.founding_code(), lambda: Wire(service), CHANGES, clock=time.process_time
        )
    service.means.database.dispose()
    return found


def named(found: dict[str, Figure], beginning: str) -> Figure:
    """The figure whose name begins so."""
    (figure,) = (figure for figure in found.values() if figure.name.startswith(beginning))
    return figure


@pytest.mark.speed
@pytest.mark.timeout(300)
def test_push_and_pull_stay_near_the_bare_writing_and_small_on_the_wire(tmp_path: Path) -> None:
    found = figures(tmp_path)
    assert ratio(named(found, "push")) <= PUSH
    assert ratio(named(found, "pull")) <= PULL
    for way in ("up", "down"):
        figure = named(found, f"a change on its way {way}")
        print(f"{figure.name}: {figure.figure:.1f} bytes")
        assert figure.figure is not None
        assert figure.figure <= BYTES_MAX
    assert named(found, "its trips").figure == 1


@pytest.mark.speed
@pytest.mark.timeout(300)
def test_a_snapshot_is_loaded_near_the_bare_writing_of_its_rows(tmp_path: Path) -> None:
    found = figures(tmp_path, CHANGES // 2)
    assert ratio(named(found, "pull")) <= JOIN
    assert ratio(named(found, "join")) <= JOIN
