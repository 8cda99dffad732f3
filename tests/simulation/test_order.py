"""No order of arrival changes a balance: the same deeds, done apart, are pushed by the devices in every order."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.changes.change import Outcome, decode_change
from tests.simulation.ground import ground, in_memory
from tests.simulation.life import Clerk, begin
from tests.simulation.proof import arrived, prove
from tests.simulation.world import CALM, World

DEVICES, ACTS, SEEDS = 2, 9, range(1, 7)
_OWN = (
    "SELECT p.paper, p.account, sum(p.paise) FROM postings p JOIN standing s ON s.record = p.paper "
    "WHERE s.kind NOT IN ('receipts.reversed', 'ledger.released', 'invoicing.cancelled') "
    "GROUP BY p.paper, p.account"
)
"""What papers and write-offs post themselves; what takes back posts what there is to be taken back."""


class Told(NamedTuple):
    """What a world ends with: what took effect, each paper's postings, balances, and what is open."""

    effective: frozenset[bytes]
    posted: dict[bytes, Counter[str]]
    balances: list[Any]
    open_items: list[Any]


@pytest.mark.simulation
@pytest.mark.timeout(300)
def test_the_order_in_which_devices_push_changes_no_balance() -> None:
    alike = 0
    for seed in SEEDS:
        first, *others = (_apart(seed, order) for order in itertools.permutations(range(DEVICES)))
        for other in others:
            for paper in first.effective & other.effective:
                assert first.posted.get(paper) == other.posted.get(paper), (seed, paper.hex())
            if first.effective == other.effective:
                alike += 1
                assert first.balances == other.balances, seed
                assert first.open_items == other.open_items, seed
    assert alike >= 2, "in hardly a history does all take effect in every order: fewer acts would show more"


def _apart(seed: int, order: tuple[int, ...]) -> Told:
    """Each device acts for itself; then they push in this order."""
    with in_memory("bahi-order-") as folder:
        laid = ground(begin, DEVICES, seed)
        world = World(seed, Path(folder), devices=DEVICES, weather=CALM, ground=laid)
        try:
            for device in world.devices:
                for _act in range(ACTS):
                    Clerk(device, world.chance).act()
            for place in (*order, *order):
                world.devices[place].sync()
            prove(world)
            return world.devices[0].book.read(lambda read: _told(read, world))
        finally:
            world.close()


def _told(read: Any, world: World) -> Told:
    effective = {
        decode_change(row.data).record
        for row in arrived(world)
        if row.outcome in (Outcome.APPLIED, Outcome.MERGED)
    }
    posted: dict[bytes, Counter[str]] = {}
    for paper, account, paise in read.exec_driver_sql(_OWN):
        posted.setdefault(paper, Counter())[account] += paise
    balances = read.exec_driver_sql(
        "SELECT account, party, paise FROM balances WHERE paise <> 0 ORDER BY 1, 2"
    )
    items = read.exec_driver_sql("SELECT paper, open_paise FROM open_items ORDER BY 1")
    return Told(frozenset(effective), posted, list(map(tuple, balances)), list(map(tuple, items)))
