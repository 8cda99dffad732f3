"""How the service's answers become rows of the Inbox, alike on every device.

A row's id is made of the change's place in the order, the row's count and the record, so verify makes it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from core.changes.answer import Lost
from core.changes.change import Outcome
from core.changes.kind import ChangeClass
from core.changes.record import Record, field_name
from core.changes.stamp import instant_of
from core.clock import india_date
from core.ids import Id
from core.inbox.kinds import ACCEPTED, VOIDED
from core.inbox.model import Attention, Told, Wanted, encode_told
from core.store.plan import Answered, Applied, Projection
from core.store.rows import Rows
from core.store.tables.inbox import inbox

_NAMES = ("name", "legal_name", "title", "number", "code")
"""The fields that a record of class *fields* may be called by, the best first."""


class _Row(NamedTuple):
    kind: Attention
    told: Told
    paper: Id | None = None
    winner: Id | None = None
    device: Id = b""
    user: str = ""
    stamp: int = 0


def notice(rows: Rows, answered: Answered) -> None:
    """Tell the Inbox of a change that did not simply pass: a lost value, a held paper, a refused change."""
    for count, row in enumerate(_rows_of(answered)):
        stamped = row._replace(stamp=row.stamp or answered.answer.stamp)
        _tell(rows, answered, f"{answered.seq}.{count}.{answered.record.hex()}", stamped, seq=answered.seq)
    if answered.answer.stamp:
        _note_clock(rows, answered)


def tell_released(rows: Rows, applied: Applied, *, paper: Id, opened: Mapping[Id, int]) -> None:
    """Tell the Inbox which bills are open again (paise by bill) since a paper was taken back; nothing if none is.

    The row's id is that of the change, so that every device makes the same row.
    """
    if not opened:
        return
    told = msgspec.structs.replace(
        _paper_told(applied.body),
        number=getattr(applied.paper(paper), "number", ""),
        reason=getattr(applied.body, "cause", ""),
        wanted=tuple(
            Wanted(bill, getattr(_body(applied, bill), "number", ""), paise) for bill, paise in opened.items()
        ),
    )
    _tell(rows, applied, f"released.{applied.record.hex()}", _Row(Attention.RELEASED, told, paper))


def tell_leaning(rows: Rows, applied: Applied, papers: Sequence[Id]) -> None:
    """Tell the Inbox of a paper or claim that leans on held ones, whatever becomes of it by itself.

    The row's id is that of the two, so that every device makes the same row.
    """
    for paper in papers:
        told = msgspec.structs.replace(
            _paper_told(applied.body), winner_number=getattr(_body(applied, paper), "number", "")
        )
        row = _Row(Attention.LEANING, told, applied.record, paper)
        _tell(rows, applied, f"leaning.{applied.record.hex()}.{paper.hex()}", row)


def project_decision(rows: Rows, applied: Applied) -> None:
    """No row: how the paper stands says it."""
    rows.touch("inbox", applied.body.paper)


def _note_clock(rows: Rows, answered: Answered) -> None:
    """One row a device and day whose clock ran ahead, however many changes it wrote meanwhile."""
    day = india_date(instant_of(answered.answer.stamp))
    row = _Row(Attention.CLOCK, Told(lost=answered.stamp), stamp=answered.answer.stamp)
    _tell(rows, answered, f"clock.{day.isoformat()}.{answered.device.hex()}", row, seq=answered.seq)


def _tell(rows: Rows, about: Answered | Applied, key: str, row: _Row, *, seq: int = 0) -> None:
    """One row of the Inbox about a change, whose device, user and stamp are the row's where it names no other."""
    rows.put(
        inbox,
        id=key,
        kind=row.kind.value,
        of=about.kind.name,
        record=about.record,
        paper=row.paper,
        winner=row.winner,
        device=row.device or about.device,
        user=row.user or about.user,
        stamp=row.stamp or about.stamp,
        seq=seq,
        told=encode_told(row.told),
    )
    rows.touch("inbox", about.record)


def _rows_of(answered: Answered) -> Iterator[_Row]:
    if answered.outcome is Outcome.HELD:
        told = _paper_told(answered.body)
        yield _Row(
            Attention.HELD, msgspec.structs.replace(told, problems=answered.answer.problems), answered.record
        )
    elif answered.outcome is Outcome.REFUSED and answered.answer.sets_aside:
        yield _Row(Attention.REFUSED, Told(problems=answered.answer.problems))
    elif answered.outcome is Outcome.REFUSED:
        if answered.kind.change_class is ChangeClass.FIELDS:
            yield _refused_fields(answered)
        else:
            yield from _refused_claim(answered)
    elif answered.outcome in (Outcome.APPLIED, Outcome.MERGED):
        for lost in answered.answer.lost:
            yield _conflict(answered, lost)


def _conflict(answered: Answered, lost: Lost) -> _Row:
    shape = answered.kind.record
    told = Told(
        name_field=_name_field(shape),
        field=lost.field,
        field_name=field_name(shape, lost.field),
        lost=lost.value,
        won=lost.winner_value,
        lost_shown=_named(shape, lost.field, lost.value),
        won_shown=_named(shape, lost.field, lost.winner_value),
        won_device=lost.winner_device,
        won_user=lost.winner_user,
        won_stamp=lost.winner_stamp,
    )
    return _Row(Attention.CONFLICT, told, device=lost.device, user=lost.user, stamp=lost.stamp)


def _refused_fields(answered: Answered) -> _Row:
    shape = answered.kind.record
    told = Told(
        problems=answered.answer.problems,
        name_field=_name_field(shape),
        fields=tuple(shape.__struct_fields__),
    )
    return _Row(Attention.REFUSED, told)


def _refused_claim(answered: Answered) -> Iterator[_Row]:
    effects = answered.kind.effects(answered.record, answered.body)
    asked = [(paper, paise) for paper, paise in effects.takes]
    held = dict.fromkeys(paper for _place, paper in effects.holds)
    asked += [(paper, 0) for paper in (*effects.ends, *held, *effects.accepts, *effects.voids)]
    bodies = {paper: _body(answered, paper) for paper, _paise in asked}
    if answered.record in held:  # it wanted its places for itself: no paper is contested by that
        bodies[answered.record] = answered.body
    wanted = tuple(Wanted(paper, getattr(bodies[paper], "number", ""), paise) for paper, paise in asked)
    winner = answered.answer.winner
    winner_number = getattr(_body(answered, winner), "number", "") if winner else ""
    told = _paper_told(bodies[wanted[0].paper] if wanted else None)
    told = msgspec.structs.replace(
        told, problems=answered.answer.problems, wanted=wanted, winner_number=winner_number
    )
    yield _Row(Attention.REFUSED, told, wanted[0].paper if wanted else None, winner)
    for paper in held:
        if paper == answered.record:
            continue
        contested = msgspec.structs.replace(
            _paper_told(bodies[paper]), problems=answered.answer.problems, winner_number=winner_number
        )
        yield _Row(Attention.CONTESTED, contested, paper, winner)


def _body(answered: Answered | Applied, paper: Id) -> Any:
    try:
        return answered.paper(paper)
    except KeyError:  # a paper this book does not have (yet): it is then named by nothing
        return None


def _paper_told(body: Any) -> Told:
    buyer = getattr(body, "buyer", None)
    return Told(
        type=getattr(body, "type", ""),
        number=getattr(body, "number", "") or _of_period(body),
        name=getattr(buyer, "name", "") or getattr(body, "name", ""),
    )


def _of_period(body: Any) -> str:
    """What a filed return is called, which has no number: "GSTR1 2026-10"; empty for other papers."""
    return f"{getattr(body, 'form', '')} {getattr(body, 'period', '')}".strip()


def _name_field(shape: type[Record]) -> int:
    names = shape.__struct_fields__
    return next((names.index(name) + 1 for name in _NAMES if name in names), 0)


def _named(shape: type[Record], field: int, value: Any) -> Any:
    """A field's value with its parts by name, so that it can be read without the shape."""
    fields = msgspec.structs.fields(shape)
    if not 1 <= field <= len(fields):
        return value
    try:
        return _spread(msgspec.convert(value, fields[field - 1].type, builtin_types=(bytes,)))
    except msgspec.ValidationError:  # written by a newer version than this one
        return value


def _spread(value: Any) -> Any:
    if isinstance(value, Record):
        return {name: _spread(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [_spread(part) for part in value]
    return msgspec.to_builtins(value, builtin_types=(bytes,))


PROJECTIONS: dict[str, Projection] = {ACCEPTED.name: project_decision, VOIDED.name: project_decision}
