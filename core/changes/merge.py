"""Merging of class *fields*, per field and by the service alone: the newest stamp wins, the loser is kept.

A conflict is a value that the writer had not seen: it stood above the writer's base and came from elsewhere, be it
another copy of the same device's book.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from core.changes.answer import Lost
from core.ids import Id


class Cell(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One field as it stands at the service: the value, and who wrote it when and at which seq."""

    value: Any
    stamp: int
    seq: int
    device: Id
    user: str
    epoch: int = 0


class Merged(NamedTuple):
    """The cells after the change, the values that differ from its patch, and what was lost."""

    cells: dict[int, Cell]
    values: dict[int, Any]
    lost: tuple[Lost, ...]


def merge(cells: Mapping[int, Cell], patch: Mapping[int, Any], *, incoming: Cell, base: int) -> Merged:
    """Bring a patch into the cells. `incoming` carries stamp, seq, device and user; its value is not read."""
    by = (incoming.stamp, incoming.seq, incoming.device, incoming.user, incoming.epoch)
    if not cells:  # a new record, as most are
        return Merged({field: Cell(value, *by) for field, value in patch.items()}, {}, ())
    after = dict(cells)
    values: dict[int, Any] = {}
    lost: list[Lost] = []
    for field, value in patch.items():
        theirs = cells.get(field)
        mine = Cell(value, *by)
        unseen = theirs is not None and theirs.seq > base and _author(theirs) != _author(incoming)
        if theirs is None or not unseen:
            after[field] = mine
            continue
        wins = (mine.stamp, mine.device) > (theirs.stamp, theirs.device)
        winner, loser = (mine, theirs) if wins else (theirs, mine)
        if not wins:
            values[field] = theirs.value
        after[field] = winner
        if mine.value != theirs.value:
            lost.append(_lost(field, loser, winner))
    return Merged(after, values, tuple(lost))


def _author(cell: Cell) -> tuple[Id, int]:
    """Who knows of a cell without having seen it arrive: its device, and of that the one copy of the book."""
    return cell.device, cell.epoch


def _lost(field: int, loser: Cell, winner: Cell) -> Lost:
    return Lost(
        field, loser.value, loser.device, loser.user, loser.stamp,
        winner.value, winner.device, winner.user, winner.stamp,
    )  # fmt: skip
