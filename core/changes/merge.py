"""Merging of class *fields*, per field and by the service alone: the newest stamp wins, the loser is kept.

A conflict is a value that the writer had not seen: it stood above the writer's base and came from elsewhere, be it
another copy of the same device's book.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from core.changes.answer import Lost
from core.changes.record import in_order
from core.ids import Id


class Edit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one edit wrote into a record: who, when and at which seq, and of its values by field those that stand."""

    stamp: int
    seq: int
    device: Id
    user: str
    epoch: int
    values: dict[int, Any]


Cells = tuple[Edit, ...]
"""The fields of one record as they stand at the service, by the edit that wrote each; no field is in two of them."""


class Merged(NamedTuple):
    """The cells after the change, the values that differ from its patch, and what was lost."""

    cells: Cells
    values: dict[int, Any]
    lost: tuple[Lost, ...]


def merge(cells: Cells, incoming: Edit, *, base: int) -> Merged:
    """Bring an edit into the cells."""
    if not cells:  # a new record, as most are
        return Merged((incoming,), {}, ())
    edits = edit_by_field(cells)
    mine: dict[int, Any] = {}
    values: dict[int, Any] = {}
    lost: list[Lost] = []
    for field, value in incoming.values.items():
        other = edits.get(field)
        if other is None or other.seq <= base or _author(other) == _author(incoming):
            mine[field] = value
            continue
        wins = (incoming.stamp, incoming.device) > (other.stamp, other.device)
        if wins:
            mine[field] = value
        else:
            values[field] = other.values[field]
        if value != other.values[field]:
            winner, loser = (incoming, other) if wins else (other, incoming)
            lost.append(_lost(field, loser, winner))
    return Merged(written_over(cells, msgspec.structs.replace(incoming, values=mine)), values, tuple(lost))


def edit_by_field(cells: Cells) -> dict[int, Edit]:
    """The edit that wrote each field."""
    return {field: edit for edit in cells for field in edit.values}


def written_over(cells: Cells, newest: Edit) -> Cells:
    """The cells after one more edit; one that nothing is left of goes."""
    left = (*(without(edit, newest.values) for edit in cells), newest)
    return tuple(edit for edit in left if edit.values)


def without(edit: Edit, fields: Iterable[int]) -> Edit:
    """An edit without some fields."""
    gone = set(fields)
    if gone.isdisjoint(edit.values):
        return edit
    return msgspec.structs.replace(
        edit, values={field: value for field, value in edit.values.items() if field not in gone}
    )


def values_in(cells: Cells) -> Mapping[int, Any]:
    """Every field's value, in the fields' order."""
    if len(cells) == 1:
        return in_order(cells[0].values)
    return in_order({field: value for edit in cells for field, value in edit.values.items()})


def _author(edit: Edit) -> tuple[Id, int]:
    """Who knows of a value without having seen it arrive: its device, and of that the one copy of the book."""
    return edit.device, edit.epoch


def _lost(field: int, loser: Edit, winner: Edit) -> Lost:
    return Lost(
        field, loser.values[field], loser.device, loser.user, loser.stamp,
        winner.values[field], winner.device, winner.user, winner.stamp,
    )  # fmt: skip
