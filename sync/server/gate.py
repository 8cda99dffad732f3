"""The gate: what becomes of each change that arrives. A paper is never refused, and no bytes can stop the queue.

The features' own rules judge, over the service's own standing, with the role that the author's device holds now.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

from core.changes.answer import PLAIN, Answer
from core.changes.change import Actor, Change, Outcome, decode_change
from core.changes.judge import (
    Verdict,
    given_up_of,
    judge_claim,
    judge_fields,
    judge_paper,
    month_of_papers,
    taken_place,
)
from core.changes.keeper import likeness_of
from core.changes.kind import ChangeClass, Effects, Kind
from core.changes.merge import Edit, merge
from core.changes.record import decoded, from_image, patch_of
from core.changes.stamp import clamped
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.protocol.limits import CLOCK_TOLERANCE_S
from sync.server.database import is_trouble
from sync.server.standing import ServerStanding

if TYPE_CHECKING:
    from sync.server.checkouts import Out

_log = logging.getLogger(__name__)
_PAISE_MAX = 1 << 53
_ID_BYTES = 16
_FIELDS_MAX = 256
_DEPTH_MAX = 16
_NESTED = frozenset({dict, list})
_STRANGE = re.compile(rb"\xcf[\x80-\xff]|[\xca\xcb]")
"""How msgpack begins an unsigned integer of 2**63 or more, and a float; other bytes may look so by chance."""
UNKNOWN_KIND = "UNKNOWN_KIND"
"""Why a change cannot be judged: it is of a newer version than this service."""
CLOCK_AHEAD = "CLOCK_AHEAD"
"""The flag of changes whose author's clock runs ahead; their stamps were clamped."""


class Read(NamedTuple):
    """A change as far as it can be read; `why` is the code of what is wrong with it, empty when nothing is."""

    change: Change | None
    kind: Kind[Any] | None
    body: Any
    effects: Effects | None
    why: str

    @property
    def named(self) -> tuple[str, Id]:
        """The kind and record that it names; nothing where it cannot be read."""
        change = self.change
        return (change.kind, change.record) if change is not None else ("", b"")


class Ruling(NamedTuple):
    """What became of a change."""

    outcome: Outcome
    answer: Answer


_APPLIED = Ruling(Outcome.APPLIED, PLAIN)


class Within(Protocol):
    """The parties that the author carries (sync.server.scopes)."""

    def problem(self, read: Read, is_known: Callable[[Id], bool]) -> Problem | None:
        """Why a change is not its author's to make."""
        ...


class Gate:
    """Judges the changes of one device's push, one after the other, and lets them take effect in the standing."""

    def __init__(
        self, kinds: Mapping[str, Kind[Any]], standing: ServerStanding, actor: Actor, now_us: int
    ) -> None:
        self._kinds = kinds
        self._standing = standing
        self._actor = actor
        self._now_us = now_us
        self.epoch = 0
        """The epoch of the device's changes that are judged now."""
        self.holds_papers = False
        """Whether every paper is held for an owner: those of a device that was revoked before they arrived."""
        self.within: Within | None = None
        """What a device in the field may write about; None for any other."""
        self.out: Out | None = None
        """The bills that devices have with them; nobody else settles those."""

    def read(self, number: int, data: bytes) -> Read:
        """Read one change; never raises."""
        try:
            change = decode_change(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return Read(None, None, None, None, "UNREADABLE")
        kind = self._kinds.get(change.kind)
        if change.number != number or len(change.record) != _ID_BYTES:
            return Read(change, kind, None, None, "UNREADABLE")
        if kind is None or change.schema > kind.schema:
            return Read(change, None, None, None, UNKNOWN_KIND)
        try:
            return self._read_body(change, kind)
        except Exception as error:  # noqa: BLE001  a rule that fails on strange input must not stop the queue
            _log.info("change of kind %s cannot be read: %s", change.kind, type(error).__name__)
            return Read(change, kind, None, None, "UNREADABLE")

    def warm(self, changes: Sequence[Read]) -> None:
        """Load what the judgement of a page will ask for."""
        records = [read.change.record for read in changes if read.change is not None and not read.why]
        places: list[str] = []
        for effects in (read.effects for read in changes if read.effects is not None):
            records += [paper for paper, _paise in effects.takes]
            records += [month_of_papers(effects.posts_on)] if effects.posts_on is not None else []
            records += [given_up_of(paper) for paper, _paise in effects.gives_up]
            records += [
                *effects.ends,
                *effects.rests,
                *effects.undoes,
                *(paper for _place, paper in effects.holds),
            ]
            places += [place for place, _paper in effects.holds]
            places += [taken_place(paper) for paper, _paise in effects.takes]
            places += [effects.number] if effects.number else []
        self._standing.warm(records, places)

    def rule(self, read: Read, seq: int) -> Ruling:
        """Judge a change that has its place in the order, and let it take effect."""
        change, kind = read.change, read.kind
        if read.why or change is None or kind is None:
            return _set_aside(read)
        stamp = clamped(change.stamp, self._now_us, tolerance_us=CLOCK_TOLERANCE_S * 1_000_000)
        standing = self._standing
        standing.journal = []
        try:
            foreign = self.within.problem(read, self._is_known) if self.within is not None else None
            ruling = self._ruled(change, kind, read.body, seq, stamp, foreign)
        except Exception as error:
            if is_trouble(error):
                raise  # the world's fault, not the change's: the whole push is asked for again
            _log.info("change of kind %s cannot be judged: %s", change.kind, type(error).__name__)
            steps, standing.journal = standing.journal, None
            for step in reversed(steps or ()):
                standing.restore(step)
            ruling = self._unjudged(read, change, kind, seq)
        finally:
            standing.journal = None
        if stamp == change.stamp:
            return ruling
        answer = msgspec.structs.replace(
            ruling.answer, stamp=stamp, flags=(*ruling.answer.flags, CLOCK_AHEAD)
        )
        return ruling._replace(answer=answer)

    def _unjudged(self, read: Read, change: Change, kind: Kind[Any], seq: int) -> Ruling:
        """A rule broke over the change: a paper is held, so that its number stays used; all else is set aside."""
        if kind.change_class is not ChangeClass.ONCE:
            return _set_aside(read._replace(why="UNREADABLE"))
        likeness = likeness_of(kind, read.body, bytes(change.body))
        self._standing.enact(
            kind, change.record, read.body, Outcome.HELD, entry=seq, seq=seq, likeness=likeness
        )
        problem = Problem(code="UNJUDGED", message=_("The service could not judge this paper."))
        return Ruling(Outcome.HELD, Answer(problems=(problem,)))

    def _read_body(self, change: Change, kind: Kind[Any]) -> Read:
        if _holds_strange_number(bytes(change.body)):
            return Read(change, kind, None, None, "UNREADABLE")
        if kind.change_class is ChangeClass.FIELDS:
            patch = patch_of(change.body)
            fits = len(patch) <= _FIELDS_MAX and (_is_flat(patch) or _depth(patch) <= _DEPTH_MAX)
            return Read(change, kind, patch, None, "" if fits else "UNREADABLE")
        body = decoded(kind.record, change.body)
        effects = kind.effects(change.record, body)
        sums = [paise for _paper, paise in (*effects.opens, *effects.takes)]
        if any(abs(paise) > _PAISE_MAX for paise in sums):
            return Read(change, kind, None, None, "UNREADABLE")
        return Read(change, kind, body, effects, "")

    def _is_known(self, record: Id) -> bool:
        return self._standing.stand(record) is not None

    def _ruled(
        self, change: Change, kind: Kind[Any], body: Any, seq: int, stamp: int, foreign: Problem | None
    ) -> Ruling:
        if kind.change_class is ChangeClass.FIELDS:
            if foreign is not None:
                return Ruling(Outcome.REFUSED, Answer(problems=(foreign,)))
            return self._merged(change, kind, body, seq, stamp)
        likeness = likeness_of(kind, body, bytes(change.body))
        judge = judge_paper if kind.change_class is ChangeClass.ONCE else judge_claim
        verdict = judge(kind, change.record, body, likeness, self._standing, self._actor)
        if self.holds_papers and kind.change_class is ChangeClass.ONCE:
            verdict = _held(verdict)
        if foreign is not None:
            verdict = _not_carried(verdict, foreign, kind)
        if kind.change_class is ChangeClass.CLAIM and verdict.outcome is Outcome.APPLIED:
            verdict = self._unless_out(kind.effects(change.record, body), verdict)
        if verdict.outcome is not Outcome.DUPLICATE:
            stands = self._standing.enact(
                kind, change.record, body, verdict.outcome, entry=seq, seq=seq, likeness=likeness
            )
            if stands:
                self._standing.keep(change.record, kind, body)
        return _ruling(verdict, kind.flags(body))

    def _unless_out(self, effects: Effects, verdict: Verdict) -> Verdict:
        """The verdict on a claim that is good by itself, unless another device has its bill with it."""
        if self.out is None or not effects.takes:
            return verdict
        problem = self.out.problem(effects, self._actor.device, self._standing)
        if problem is not None:
            return Verdict(Outcome.REFUSED, (problem,))
        self.out.settled(effects, self._actor.device)
        return verdict

    def _merged(self, change: Change, kind: Kind[Any], patch: dict[int, Any], seq: int, stamp: int) -> Ruling:
        standing, record = self._standing, change.record
        written = Edit(stamp, seq, self._actor.device, change.user, self.epoch, patch)
        merged = merge(standing.cells(record), written, base=change.base)
        stands = patch | merged.values if merged.values else patch
        before = standing.image(record)
        body = from_image(kind.record, {**before, **stands} if before else stands)
        verdict = judge_fields(kind, record, body, patch, standing, self._actor)
        if verdict.outcome is Outcome.REFUSED:
            return _ruling(verdict)
        standing.enact_fields(kind, record, stands, entry=seq, seq=seq)
        standing.set_cells(record, merged.cells)
        if not merged.values and not merged.lost:
            return _APPLIED
        return Ruling(Outcome.MERGED, Answer(values=merged.values, lost=merged.lost))


def _holds_strange_number(body: bytes) -> bool:
    """Whether a body carries a float, or an integer that no book can store. Looks closer only on suspicion."""
    if (
        b"\xcf" not in body and b"\xca" not in body and b"\xcb" not in body
    ):  # far quicker to see, and mostly so
        return False
    return _STRANGE.search(body) is not None and _is_strange(msgspec.msgpack.decode(body))


def _is_strange(value: object) -> bool:
    if isinstance(value, dict):
        return any(_is_strange(part) for part in (*value.keys(), *value.values()))
    if isinstance(value, list):
        return any(_is_strange(part) for part in value)
    return isinstance(value, float) or (isinstance(value, int) and value >= 1 << 63)


def _held(verdict: Verdict) -> Verdict:
    """A paper that came by a deposit: an owner decides about it, whatever else is said of it."""
    if verdict.outcome is Outcome.DUPLICATE:
        return verdict
    problem = Problem(
        code="DEPOSITED", message=_("It came from a device that was revoked before it arrived.")
    )
    return verdict._replace(outcome=Outcome.HELD, problems=(problem, *verdict.problems))


def _not_carried(verdict: Verdict, foreign: Problem, kind: Kind[Any]) -> Verdict:
    """What is about a party that its author does not carry: a paper is held, a claim refused."""
    if verdict.outcome is Outcome.DUPLICATE:
        return verdict
    outcome = Outcome.HELD if kind.change_class is ChangeClass.ONCE else Outcome.REFUSED
    return verdict._replace(outcome=outcome, problems=(foreign, *verdict.problems))


def _ruling(verdict: Verdict, flags: tuple[str, ...] = ()) -> Ruling:
    return Ruling(verdict.outcome, Answer(problems=verdict.problems, winner=verdict.winner, flags=flags))


def _set_aside(read: Read) -> Ruling:
    """A change that cannot be judged keeps its place in the order and takes effect nowhere."""
    paper = read.kind is None or read.kind.change_class is ChangeClass.ONCE
    message = {
        UNKNOWN_KIND: _("The service does not know this kind of change yet."),
        "UNREADABLE": _("The service could not read this change."),
    }[read.why]
    return Ruling(
        Outcome.HELD if paper else Outcome.REFUSED,
        Answer(problems=(Problem(code=read.why, message=message),)),
    )


def _is_flat(patch: Mapping[int, Any]) -> bool:
    """Whether no value of a patch holds others; asked of every edit, so without looking further."""
    return _NESTED.isdisjoint(map(type, patch.values()))


def _depth(value: Any) -> int:
    """How deep a value is nested; what is deeper than may be is not looked into."""
    depth, layer = 0, [value]
    while layer and depth <= _DEPTH_MAX:
        depth += 1
        inner: list[Any] = []
        for part in layer:
            if isinstance(part, Mapping):
                inner += part.values()
            elif isinstance(part, list | tuple):
                inner += part
        layer = inner
    return depth
