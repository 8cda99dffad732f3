"""What a Work must know of the features: their kinds, how each becomes rows, and who tells the Inbox."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from core.changes.answer import Answer
from core.changes.change import Change, Outcome
from core.changes.kind import ChangeClass, Kind
from core.changes.record import decoded
from core.changes.standing import State
from core.ids import Id, RandomBytes
from core.store.rows import Rows


class Applied(NamedTuple):
    """A change taking effect, as a projection sees it.

    `body` is the whole record (for class *fields*: with the patch in, and `before` as it was or None). A paper of
    state HELD is shown and keeps its number, but posts nothing. `paper(id)` reads another paper's record. `released`
    are the claims that this change has undone, as `paper` reads them. `bears_number` is False for a held paper whose
    number is another's.
    """

    kind: Kind[Any]
    record: Id
    body: Any
    before: Any
    state: State
    entry: int
    stamp: int
    device: Id
    user: str
    paper: Callable[[Id], Any]
    released: tuple[Id, ...] = ()
    bears_number: bool = True


class Answered(NamedTuple):
    """A confirmed change whose answer somebody should read: merged with a loss, held, refused or flagged.

    `body` is the whole paper or claim; None for class *fields*.
    """

    kind: Kind[Any]
    record: Id
    body: Any
    outcome: Outcome
    answer: Answer
    seq: int
    device: Id
    number: int
    user: str
    stamp: int
    paper: Callable[[Id], Any]

    @classmethod
    def of(
        cls, kind: Kind[Any], change: Change, outcome: Outcome, answer: Answer, seq: int, device: Id,
        paper: Callable[[Id], Any],
    ) -> "Answered | None":  # fmt: skip
        """What the Inbox is told of a confirmed change; None when nobody needs to read of it."""
        if outcome is Outcome.APPLIED and not answer.flags and not answer.lost:
            return None
        body = None if kind.change_class is ChangeClass.FIELDS else decoded(kind.record, change.body)
        return cls(
            kind, change.record, body, outcome, answer, seq, device, change.number,
            change.user, change.stamp, paper,
        )  # fmt: skip


Projection = Callable[[Rows, Applied], None]
Notice = Callable[[Rows, Answered], None]

Leaning = Callable[[Rows, Applied, Sequence[Id]], None]
"""Tells of a paper or claim that takes effect and leans on held papers."""


def together(*features: Mapping[str, Projection]) -> dict[str, Projection]:
    """What each kind becomes in all rooms: where several take one kind, one after the other in this order."""
    found: dict[str, Projection] = {}
    for feature in features:
        for name, projection in feature.items():
            found[name] = _after(found[name], projection) if name in found else projection
    return found


def _after(first: Projection, then: Projection) -> Projection:
    def both(rows: Rows, applied: Applied) -> None:
        first(rows, applied)
        then(rows, applied)

    return both


class Numbering(NamedTuple):
    """How series are named: all of one code, and the code of a copy of a device's book (drawn by chance)."""

    series_of: Callable[[str], tuple[str, ...]]
    code_of_copy: Callable[[str, RandomBytes], str]


def _untold(_rows: Rows, _applied: Applied, _papers: Sequence[Id]) -> None:
    """Nobody is told."""


class Plan(NamedTuple):
    """The features of this version: kinds by name, a projection for each kind, and the Inbox's projection.

    `numbering` tells how the series of a book are named (core.numbering.rules), `leaning` the Inbox of what leans on a
    held paper.
    """

    kinds: Mapping[str, Kind[Any]]
    projections: Mapping[str, Projection]
    notice: Notice
    numbering: Numbering
    leaning: Leaning = _untold
