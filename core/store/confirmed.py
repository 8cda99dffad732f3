"""What has its place in the order, as this version of the program reads it, and how it takes effect."""

from typing import Any, NamedTuple

import msgspec

from core.changes.answer import PLAIN, Answer, Arrived, decode_answer
from core.changes.change import Change, Outcome, decode_change
from core.changes.image import NO_NUMBER, imaged_by
from core.changes.keeper import is_fields
from core.changes.kind import ChangeClass, Kind
from core.changes.record import decoded
from core.ids import Id
from core.store import log
from core.store.plan import Answered
from core.store.work import Work

IN_EFFECT, NO_LONGER_HOLDS, SHELVED, SET_ASIDE, HIDDEN = range(5)
"""Why an entry is idle: a pending one that holds no more; one this version does not know; one the service could not
read; one of which this device is told its hashes alone, because it is about parties that it does not carry."""

UNREAD = "unread"
"""The little fact that something lies here which neither the service nor this version can read."""


class Confirmed(NamedTuple):
    """A change in its place in the order, as this version reads it. `kind` is None where it cannot be read."""

    kind: Kind[Any] | None
    change: Change | None
    outcome: Outcome
    answer: Answer
    seq: int
    device: Id
    number: int

    @property
    def idle(self) -> int:
        """Why it has no effect here, if it has none."""
        if self.answer.sets_aside:
            return SET_ASIDE
        return IN_EFFECT if self.kind is not None else SHELVED


def read_entry(work: Work, arrived: Arrived, data: bytes) -> Confirmed:
    """What arrived, read as far as this version can; never raises on another author's bytes."""
    change = decoded_change(data)
    answer = decode_answer(arrived.answer)
    return Confirmed(
        _kind_of(work, change), change, arrived.outcome, answer, arrived.seq, arrived.device, arrived.number
    )


def _kind_of(work: Work, change: Change | None) -> Kind[Any] | None:
    """The kind of a change that this version can read. Of class *fields* it reads what it knows of a newer shape, too;
    the rest is kept in the record's image."""
    kind = work.plan.kinds.get(change.kind) if change is not None else None
    if kind is None or change is None:
        return None
    return kind if change.schema <= kind.schema or is_fields(kind) else None


def decoded_change(data: bytes) -> Change | None:
    """A change in its bytes; None where they are none."""
    try:
        return decode_change(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def is_readable(work: Work, entry: log.Entry) -> bool:
    """Whether this version knows the kind and schema of a change that lies on the shelf."""
    return _kind_of(work, decoded_change(entry.data)) is not None


def parties_of(confirmed: Confirmed) -> tuple[Id, ...]:
    """The parties that a paper or claim names, as far as it can be read."""
    kind, change = confirmed.kind, confirmed.change
    if kind is None or change is None or is_fields(kind):
        return ()
    try:
        return kind.parties(change.record, decoded(kind.record, change.body))
    except msgspec.ValidationError:
        return ()


def number_of(confirmed: Confirmed) -> str:
    """The place of the number on a paper that the service could not read; empty where there is none, or none that this
    version can read."""
    kind, change = confirmed.kind, confirmed.change
    if kind is None or change is None or kind.change_class is not ChangeClass.ONCE:
        return ""
    try:
        return kind.effects(change.record, decoded(kind.record, change.body)).number
    except Exception:  # noqa: BLE001  what the service could not read may well be beyond the rules here, too
        return ""


def let_stand(work: Work, entry: int, confirmed: Confirmed) -> None:
    """Let a confirmed change work on rows and standing, and tell the Inbox of it."""
    kind, change = confirmed.kind, confirmed.change
    if confirmed.answer.sets_aside and kind is None and not work.meta.get(UNREAD):
        work.note(**{UNREAD: True})
    if kind is None or change is None or confirmed.outcome is Outcome.DUPLICATE:
        return
    if confirmed.answer.sets_aside:
        if number := number_of(confirmed):
            work.standing.keep_number(change.record, number)
    else:
        work.take_effect(
            kind,
            change,
            confirmed.device,
            confirmed.outcome,
            confirmed.answer,
            entry=entry,
            seq=confirmed.seq,
        )
    tell(work, confirmed)


def stand_again(work: Work, entry: log.Entry) -> None:
    """Let an entry that has its place in the order take effect as it did when it came, and tell the Inbox of it.

    Of what came with a base, an image stands as it is, and an entry whose effect is in one is only told of.
    """
    if entry.number == NO_NUMBER:
        change = decode_change(entry.data)
        kind = work.plan.kinds.get(change.kind)
        if kind is not None and not entry.idle:
            work.take_image(kind, imaged_by(change, entry.device, entry.entry))
    elif entry.entry < 0:
        tell(work, confirmed_of(work, entry))
    else:
        let_stand(work, entry.entry, confirmed_of(work, entry))


def tell(work: Work, confirmed: Confirmed) -> None:
    """Tell the Inbox of a confirmed change, if somebody needs to read of it and it can be read."""
    kind, change = confirmed.kind, confirmed.change
    if kind is None or change is None or confirmed.outcome is Outcome.DUPLICATE:
        return
    if confirmed.answer is PLAIN and confirmed.outcome is Outcome.APPLIED:  # as most are
        return
    try:
        told = Answered.of(
            kind, change, confirmed.outcome, confirmed.answer, confirmed.seq, confirmed.device, work.paper
        )
    except msgspec.ValidationError:
        if not confirmed.answer.sets_aside:
            raise
        return
    if told is not None:
        work.plan.notice(work.rows, told)


def confirmed_of(work: Work, entry: log.Entry) -> Confirmed:
    """An entry of the log that has its place in the order; what was shelved stays so."""
    if entry.idle == HIDDEN:
        return Confirmed(
            None, None, Outcome(entry.outcome), PLAIN, entry.seq or 0, entry.device, entry.number
        )
    arrived = Arrived(
        entry.seq or 0, entry.device, entry.epoch, entry.number, Outcome(entry.outcome), entry.answer, b""
    )
    confirmed = read_entry(work, arrived, entry.data)
    return confirmed._replace(kind=None) if entry.idle == SHELVED else confirmed
