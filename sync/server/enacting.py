"""Letting a change take the effect that its stored outcome and answer say.

Nothing is judged, so nothing can come out otherwise than it did.
"""

from msgspec.structs import replace

from core.changes.answer import Answer, Arrived, decode_answer
from core.changes.change import Outcome
from core.changes.keeper import is_fields, likeness_of
from core.changes.merge import Cells, Edit, edit_by_field, without, written_over
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
        written = Edit(
            answer.stamp or change.stamp, entry.seq, entry.device, change.user, entry.epoch, read.body
        )
        cells = _cells(standing.cells(change.record), written, answer)
        standing.enact_fields(kind, change.record, stands, entry=entry.seq, seq=entry.seq)
        standing.set_cells(change.record, cells)
        return
    likeness = likeness_of(kind, read.body, bytes(change.body))
    stands_now = standing.enact(
        kind, change.record, read.body, entry.outcome, entry=entry.seq, seq=entry.seq, likeness=likeness
    )
    if stands_now:
        standing.keep(change.record, kind, read.body)


def _cells(before: Cells, written: Edit, answer: Answer) -> Cells:
    """The cells after a merge whose answer is known: a value in it stood already, every other came with the change."""
    edits = edit_by_field(before)
    stood = {field: value for field, value in answer.values.items() if field in edits}
    after = written_over(before, without(written, stood))
    return tuple(
        replace(each, values={field: stood.get(field, value) for field, value in each.values.items()})
        if each is not written and not stood.keys().isdisjoint(each.values)
        else each
        for each in after
    )
