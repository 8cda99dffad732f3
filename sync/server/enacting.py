"""Letting a change take the effect that its stored outcome and answer say.

Nothing is judged, so nothing can come out otherwise than it did.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.changes.answer import Answer, Arrived, decode_answer
from core.changes.change import Outcome
from core.changes.keeper import is_fields, likeness_of
from core.changes.merge import Cell
from sync.server.gate import Read
from sync.server.standing import ServerStanding


def enact(standing: ServerStanding, read: Read, entry: Arrived) -> None:
    """Let a change take the effect that its stored outcome and answer say, as it did when it was judged."""
    change, kind = read.change, read.kind
    answer = decode_answer(entry.answer)
    if change is None or kind is None or read.why or answer.sets_aside:
        return
    if entry.outcome is Outcome.DUPLICATE or (is_fields(kind) and entry.outcome is Outcome.REFUSED):
        return
    if is_fields(kind):
        stands = read.body | answer.values
        cells = _cells(standing.cells(change.record), read.body, answer, entry, change.user, change.stamp)
        standing.enact_fields(kind, change.record, stands, entry=entry.seq, seq=entry.seq)
        standing.set_cells(change.record, cells)
        return
    likeness = likeness_of(kind, read.body, bytes(change.body))
    stands_now = standing.enact(
        kind, change.record, read.body, entry.outcome, entry=entry.seq, seq=entry.seq, likeness=likeness
    )
    if stands_now:
        standing.keep(change.record, kind, read.body)


def _cells(
    before: Mapping[int, Cell], patch: Mapping[int, Any], answer: Answer, entry: Arrived, user: str, stamp: int
) -> dict[int, Cell]:  # fmt: skip
    """The cells after a merge whose answer is known: a value in it stood already, every other came with the change."""
    after = dict(before)
    for field, value in patch.items():
        theirs = before.get(field)
        if field in answer.values and theirs is not None:
            after[field] = msgspec.structs.replace(theirs, value=answer.values[field])
        else:
            after[field] = Cell(value, answer.stamp or stamp, entry.seq, entry.device, user, entry.epoch)
    return after
