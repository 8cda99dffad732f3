"""The device's side of the order: takes pending effects away, applies what arrived in seq order, replays.

A page and its cursor are one transaction. The service's outcome is taken as sent; only pending changes are judged.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from core.changes.answer import Arrived, decode_answer
from core.changes.change import Change, Outcome, chain_link, decode_change, run_hash
from core.changes.judge import judge_claim, judge_fields, judge_paper
from core.changes.keeper import likeness_of
from core.changes.kind import ChangeClass, Kind
from core.changes.record import decoded, from_image
from core.changes.standing import Stand, State
from core.errors import ProtocolBroken
from core.ids import Id
from core.store import log
from core.store.plan import Answered
from core.store.work import Work
from core.words import translate as _


class Replica:
    """Applies pages of the ordered log within one Work."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.read
        self._own = (work.actor.device, work.meta["epoch"])

    def apply(self, page: Sequence[Arrived]) -> None:
        """Apply entries that follow on the cursor; raises `ProtocolBroken` when they do not."""
        pending = log.pending(self._connection)
        meets = bool(pending) and self._meets(page, pending)
        if meets:
            self._take_away(pending)
        confirmed: set[int] = set()
        for arrived in page:
            self._check_order(arrived)
            if (arrived.device, arrived.epoch) == self._own:
                confirmed.add(self._confirm(arrived, again=meets))
            else:
                self._take_in(arrived)
        if meets:
            self._replay(entry for entry in pending if entry.entry not in confirmed)

    def _check_order(self, arrived: Arrived) -> None:
        meta = self._work.meta
        if arrived.seq != meta.get("seq", 0) + 1:
            raise ProtocolBroken(_("The service sent entries out of order; nothing of the page was taken."))
        meta["seq"] = arrived.seq

    def _confirm(self, arrived: Arrived, *, again: bool) -> int:
        found = log.entry_by_author(self._connection, *self._own, arrived.number)
        if found is None or found.outcome != Outcome.PENDING:
            raise ProtocolBroken(_("The service confirmed a change that this device does not have open."))
        change = decode_change(found.data)
        self._connection.exec_driver_sql(
            "UPDATE changes SET seq = ?, outcome = ?, answer = ?, idle = 0, undo = NULL WHERE entry = ?",
            (arrived.seq, int(arrived.outcome), arrived.answer, found.entry),
        )
        self._run_on(found.link, arrived)
        kind = self._work.plan.kinds[found.kind]
        if again:
            self._enact(kind, change, arrived, found.entry)
        else:
            self._seen_at(change.record, arrived.seq)
        self._tell(kind, change, arrived)
        return found.entry

    def _take_in(self, arrived: Arrived) -> None:
        change = decode_change(arrived.data)
        number, link = log.chain_head(self._connection, arrived.device, arrived.epoch)
        if change.number != number + 1:
            raise ProtocolBroken(_("A device's changes are missing in what the service sent."))
        link = chain_link(link, arrived.device, arrived.epoch, arrived.data)
        log.keep_chain_head(self._connection, arrived.device, arrived.epoch, change.number, link)
        self._run_on(link, arrived)
        self._work.see_stamp(change.stamp)
        entry = self._work.next_entry()
        kind = self._work.plan.kinds.get(change.kind)
        known = kind is not None and change.schema <= kind.schema
        row = log.Entry(
            entry, arrived.device, arrived.epoch, change.number, arrived.seq, change.kind, change.record,
            int(arrived.outcome), 0 if known else 2, arrived.data, link, arrived.answer, None,
        )  # fmt: skip
        log.append(self._connection, [row])
        if kind is not None and known:
            self._enact(kind, change, arrived, entry)
            self._tell(kind, change, arrived)

    def _run_on(self, link: bytes, arrived: Arrived) -> None:
        meta = self._work.meta
        meta["run"] = run_hash(meta.get("run", b""), link, Outcome(arrived.outcome), arrived.answer)

    def _enact(self, kind: Kind[Any], change: Change, arrived: Arrived, entry: int) -> None:
        if arrived.outcome == Outcome.DUPLICATE:
            return
        self._work.take_effect(
            kind, change, arrived.device, Outcome(arrived.outcome), decode_answer(arrived.answer),
            entry=entry, seq=arrived.seq,
        )  # fmt: skip

    def _seen_at(self, record: Id, seq: int) -> None:
        standing = self._work.standing
        if (stand := standing.stand(record)) is not None:
            standing.set_stand(record, stand._replace(seq=seq))

    def _tell(self, kind: Kind[Any], change: Change, arrived: Arrived) -> None:
        answer, outcome = decode_answer(arrived.answer), Outcome(arrived.outcome)
        told = Answered.of(kind, change, outcome, answer, arrived.seq, arrived.device, self._work.paper)
        if told is not None:
            self._work.plan.notice(self._work.rows, told)

    def _meets(self, page: Iterable[Arrived], pending: Sequence[log.Entry]) -> bool:
        by_number = {entry.number: entry for entry in pending}
        foreign: list[Arrived] = []
        for arrived in page:
            if (arrived.device, arrived.epoch) != self._own:
                foreign.append(arrived)
                continue
            own = by_number.get(arrived.number)
            if arrived.outcome != Outcome.APPLIED or (own is not None and own.idle):
                return True
        if not foreign:
            return False
        mine: set[Any] = set()
        for entry in pending:
            mine |= self._keys(decode_change(entry.data))
        return any(mine & self._keys(decode_change(arrived.data)) for arrived in foreign)

    def _keys(self, change: Change) -> set[Any]:
        keys: set[Any] = {change.record}
        kind = self._work.plan.kinds.get(change.kind)
        if kind is None or kind.change_class is ChangeClass.FIELDS:
            return keys
        effects = kind.effects(change.record, decoded(kind.record, change.body))
        keys.update(paper for paper, _paise in effects.takes)
        keys.update(place for place, _paper in effects.holds)
        keys.update(paper for _place, paper in effects.holds)
        keys.update(effects.ends, effects.rests, {effects.number} - {""})
        return keys

    def _take_away(self, pending: Sequence[log.Entry]) -> None:
        work = self._work
        work.flush()
        for entry in reversed(pending):
            if entry.idle:
                continue
            assert entry.undo is not None, "a pending change of a shared book knows how it is taken back"
            rows, standing = msgspec.msgpack.decode(entry.undo)
            work.rows.undo(rows)
            for what, key, value in reversed(standing):
                if what == "stand" and value is not None:
                    value = Stand(value[0], State(value[1]), *value[2:])
                work.standing.restore((what, key, value))
        work.forget_bodies()

    def _replay(self, pending: Iterable[log.Entry]) -> None:
        work = self._work
        for entry in pending:
            change = decode_change(entry.data)
            kind = work.plan.kinds[change.kind]
            idle, undo = 1, None
            if self._still_holds(kind, change):
                work.journalled()
                work.take_effect(kind, change, entry.device, Outcome.PENDING, entry=entry.entry)
                idle, undo = 0, work.journal()
            self._connection.exec_driver_sql(
                "UPDATE changes SET idle = ?, undo = ? WHERE entry = ?", (idle, undo, entry.entry)
            )

    def _still_holds(self, kind: Kind[Any], change: Change) -> bool:
        standing, actor = self._work.standing, self._work.actor
        if kind.change_class is ChangeClass.FIELDS:
            patch = msgspec.msgpack.decode(change.body, type=dict[int, Any])
            body = from_image(kind.record, {**(standing.image(change.record) or {}), **patch})
            return judge_fields(kind, change.record, body, patch, standing, actor).outcome is Outcome.APPLIED
        body = decoded(kind.record, change.body)
        likeness = likeness_of(kind, body, bytes(change.body))
        if kind.change_class is ChangeClass.CLAIM:
            return (
                judge_claim(kind, change.record, body, likeness, standing, actor).outcome is Outcome.APPLIED
            )
        verdict = judge_paper(kind, change.record, body, likeness, standing, actor)
        return verdict.outcome is not Outcome.DUPLICATE
