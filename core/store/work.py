"""Work: an open write transaction on a book, and the one door every write to it passes.

A change that passes is judged, enters the log with its chain link, and its projection gathers the rows, all in
one transaction. Work never commits by itself and never asks what day it is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.answer import PLAIN, Answer
from core.changes.change import (
    Actor,
    Change,
    Outcome,
    Role,
    content_hash,
    decode_change,
    encode_change,
)
from core.changes.digest import Digest
from core.changes.image import Imaged
from core.changes.judge import judge_claim, judge_fields, judge_paper
from core.changes.keeper import likeness_of
from core.changes.kind import ChangeClass, Effects, Kind
from core.changes.record import Record, decoded, encoded, from_image, image_of, patch_between, patch_of
from core.changes.stamp import StampMaker
from core.changes.standing import Recorded, Stand, State
from core.changes.versions import Written, not_in_force, shape_in_force, shortened
from core.clock import Clock
from core.errors import RuleBroken
from core.ids import Id, IdMaker
from core.store import log
from core.store.completion import complete
from core.store.engine import HAND
from core.store.leaning import project
from core.store.pen import Pen
from core.store.plan import Applied, Plan
from core.store.rows import Rows
from core.store.shelf import refuse_over_shelved
from core.store.standing import BookStanding
from core.store.tables import UNLOGGED
from core.store.touched import Touched

S = TypeVar("S", bound=Record)


class Work:
    """An open write transaction. Commands take it, record changes through it, and read with `work.read`."""

    def __init__(
        self, connection: Connection, plan: Plan, clock: Clock, ids: IdMaker, *,
        before_first: Callable[["Work"], None] | None = None,
    ) -> None:  # fmt: skip
        self.plan = plan
        self.meta = log.read_meta(connection)
        self.actor = Actor(self.meta["device"], self.meta["user"], Role(self.meta["role"]))
        self.memo: dict[Any, Any] = {}
        self._connection = connection
        self._ids = ids
        self._stamps = StampMaker(clock, self.meta.get("stamp", 0))
        self._touched: dict[str, set[Id]] = defaultdict(set)
        self.rows = Rows(connection, self._touch)
        self.standing = BookStanding(
            connection, Digest(int(self.meta.get("digest", "0"), 16)), self._recorded
        )
        self._pen = Pen(connection, self.actor.device, self.meta["epoch"])
        self._bodies: dict[Id, Any] = {}
        self._fresh: set[Id] = set()
        self._keeps_undo = bool(self.meta.get("shared"))
        self._before_first = before_first
        connection.info["door"] = HAND
        connection.info["before_read"] = self._before_read

    @property
    def number(self) -> int:
        """The number of the last change that this book has of its present epoch."""
        return self._pen.number

    def settle(self) -> None:
        """Before the first change, and before a number is taken: a book that is a copy becomes itself, once."""
        settle, self._before_first = self._before_first, None
        if settle is not None:
            settle(self)

    def issuing_code(self) -> str:
        """What the series begin with from which papers are numbered now."""
        self.settle()
        return log.issuing_code(self.meta)

    def random(self, count: int) -> bytes:
        """So many random bytes."""
        return self._ids.random(count)

    def next_stamp(self) -> int:
        """A reading of this device's clock, greater than all before."""
        return self._stamps.next()

    def turn_epoch(self, epoch: int, start: bytes | None = None, *, device: Id | None = None) -> None:
        """Go on under another epoch, from number 1, in a chain hung on the link `start`, else on the last link.

        With `device`, as another one from now on.
        """
        self.flush()
        self.actor = msgspec.structs.replace(self.actor, device=device or self.actor.device)
        self._pen.turn(epoch, start, device)
        self.note(epoch=epoch)

    def renumber(self, rewritten: Sequence[tuple[log.Entry, bytes]]) -> list[log.Entry]:
        """Put entries that have no place in the order yet under the present epoch's next numbers, with these bytes."""
        return self._pen.renumber(rewritten)

    @property
    def read(self) -> Connection:
        """A connection that sees what this Work has written so far; for queries only."""
        return self._connection

    def new_id(self) -> Id:
        """A fresh id for a record that this Work makes."""
        record = self._ids.new()
        self._fresh.add(record)
        return record

    def record(self, kind: Kind[S], record: Id, body: S) -> bool:
        """Write one change: judged, logged, projected. False when it changes nothing or is here already.

        It is written as the schema in force has it. Raises `RuleBroken` with the Problems when the judgement is against
        it; nothing is then written of it.
        """
        assert kind.name in self.plan.kinds, f"{kind.name} is not in the catalogue"
        kind = self.plan.kinds[kind.name]
        self.settle()
        shape = shape_in_force(kind, self.meta.get("schema") if self._keeps_undo else None)
        if kind.change_class is ChangeClass.FIELDS:
            return self._record_fields(kind, record, body, shape)
        if kind.waits:
            refuse_over_shelved(self._connection, kind.parties(record, body), self.memo)
        canonical = encoded(body) if shape.fields is None else shortened(body, shape.fields)
        if canonical is None:
            raise not_in_force()
        likeness = likeness_of(kind, body, canonical)
        fresh = record in self._fresh
        self._fresh.discard(record)
        if kind.change_class is ChangeClass.ONCE:
            verdict = judge_paper(kind, record, body, likeness, self.standing, self.actor, fresh=fresh)
        else:
            verdict = judge_claim(kind, record, body, likeness, self.standing, self.actor)
        if verdict.outcome is Outcome.DUPLICATE:
            return False
        if verdict.outcome is not Outcome.APPLIED:
            raise RuleBroken(verdict.problems)
        self._write(kind, record, body, canonical, shape.schema, likeness=likeness, fresh=fresh)
        return True

    def paper(self, record: Id) -> Any:
        """The whole record of a paper or claim, from the log. KeyError when the book has none."""
        if record in self._bodies:
            return self._bodies[record]
        stand = self.standing.stand(record)
        if stand is None or self.plan.kinds[stand.kind].change_class is ChangeClass.FIELDS:
            raise KeyError(record.hex())
        kind = self.plan.kinds[stand.kind]
        data = log.entry_at(self._connection, stand.entry).data
        body = decoded(kind.record, decode_change(data).body)
        self._bodies[record] = body
        return body

    def keep(self, table: sa.Table, **values: Any) -> None:
        """Write a row of a table that is no part of the books; its room calls this."""
        assert table.name in UNLOGGED, f"{table.name} is written by changes alone"
        self._unjournalled(lambda: self.rows.put(table, **values))

    def let_go(self, table: sa.Table, *row_key: Any) -> None:
        """Take away a row of a table that is no part of the books."""
        assert table.name in UNLOGGED, f"{table.name} is written by changes alone"
        self._unjournalled(lambda: self.rows.drop(table, row_key))

    def note(self, **facts: Any) -> None:
        """Keep little facts of the book (see tables.store.meta)."""
        self.meta.update(facts)
        log.write_meta(self._connection, **facts)

    def see_stamp(self, stamp: int) -> None:
        """Take note of a stamp as the order has it, clamped where its author's clock ran ahead."""
        self.meta["newest_stamp"] = max(self.meta.get("newest_stamp", 0), stamp)
        self._stamps.see(stamp)

    def trust_the_clock(self) -> None:
        """Nothing waits here: stamps go on from the order's newest, not from what a wrong clock made of them."""
        self._stamps.last = self.meta.get("newest_stamp") or self._stamps.last

    def take_log(self, entries: list[log.Entry]) -> None:
        """Put entries that have their place already at the end of the log."""
        self._pen.put(entries)
        if self._pen.is_full:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        self.rows.flush()
        self.standing.flush()
        self._pen.flush()

    def close(self, label: str, origin: str = "local") -> Touched:
        """Write everything, keep the ends of chain, clock and digest; tell what was touched."""
        self.flush()
        self._pen.keep()
        newest = self.meta.get("newest_stamp", 0)
        self.note(stamp=self._stamps.last, newest_stamp=newest, digest=self.standing.digest.text)
        self._connection.info["before_read"] = None
        records = {feature: frozenset(found) for feature, found in self._touched.items()}
        return Touched(label, records, "sync" if origin == "sync" else "local")

    def next_entry(self) -> int:
        """The local number of the entry that comes next."""
        return self._pen.next_entry()

    def take_effect(
        self, kind: Kind[Any], change: Change, device: Id, outcome: Outcome, answer: Answer = PLAIN, *,
        entry: int, seq: int = 0, body: Any = None, likeness: bytes = b"", fresh: bool = False,
    ) -> None:  # fmt: skip
        """Let a change work on what stands and on the rows; the one road for local, arrived and replayed ones."""
        record = change.record
        before: Any = None
        state, bears_number = State.LIVE, True
        if kind.change_class is ChangeClass.FIELDS:
            if outcome is Outcome.REFUSED:
                return
            patch = patch_of(change.body) | answer.values
            image = self.standing.image(record)
            before = from_image(kind.record, image) if image is not None else None
            self.standing.released = []
            self.standing.enact_fields(kind, record, patch, entry=entry, seq=seq)
            body = from_image(kind.record, self.standing.image(record) or {})
            first = self.standing.stand(record)
            entry = first.entry if first else entry
        else:
            body = decoded(kind.record, change.body) if body is None else body
            likeness = likeness or likeness_of(kind, body, bytes(change.body))
            shown = self.standing.enact(
                kind, record, body, outcome, entry=entry, seq=seq, likeness=likeness, fresh=fresh
            )  # fmt: skip
            self._touch_effects(self.standing.declared, self.standing.released)
            for paper in self.standing.accepted:
                self._complete(paper)
            if not shown:
                return
            self._bodies[record] = body
            if outcome is Outcome.HELD:
                number = self.standing.declared.number
                state, bears_number = State.HELD, not number or self.standing.holder(number) == record
        self._touch(kind.name.partition(".")[0], record)
        applied = Applied(
            kind, record, body, before, state, entry, change.stamp, device, change.user, self.paper,
            tuple(self.standing.released), bears_number,
        )  # fmt: skip
        project(self.plan, self.rows, self.standing, applied, change)

    def take_image(self, kind: Kind[Any], imaged: Imaged) -> bool:
        """Let a record that is not there yet stand as the base of the book has it; False where it cannot be read."""
        record, entry = imaged.record, imaged.entry
        try:
            body = from_image(kind.record, patch_of(imaged.image))
        except msgspec.ValidationError:
            return False
        stand = Stand(kind.name, State.LIVE, entry, content_hash(imaged.image), 0, 0, 0, imaged.seq)
        self.standing.begin_with(record, stand, imaged.image)
        self._touch(kind.name.partition(".")[0], record)
        applied = Applied(
            kind, record, body, None, State.LIVE, entry, imaged.stamp, imaged.device, imaged.user, self.paper
        )
        self.plan.projections[kind.name](self.rows, applied)
        return True

    def _complete(self, paper: Id) -> None:
        """Write what a paper makes now that it stands, beyond what it made while it was held."""
        stand = self.standing.stand(paper)
        assert stand is not None
        kind, body = self.plan.kinds[stand.kind], self.paper(paper)
        self._pen.flush()
        written = log.entry_at(self._connection, stand.entry)
        change = decode_change(written.data)
        applied = Applied(
            kind, paper, body, None, State.LIVE, stand.entry, change.stamp, written.device, change.user,
            self.paper, tuple(self.standing.released),
        )  # fmt: skip
        complete(self.rows, self.plan.projections[kind.name], applied, applied._replace(state=State.HELD))
        self._touch(kind.name.partition(".")[0], paper)
        self._touch_effects(kind.effects(paper, body), self.standing.released)

    def journalled(self) -> None:
        """Begin to note how to take the next change's effect back."""
        self.rows.journal, self.standing.journal = [], []

    def journal(self) -> bytes:
        """What `journalled` has noted since, as bytes."""
        noted = msgspec.msgpack.encode((self.rows.journal, self.standing.journal))
        self.rows.journal = self.standing.journal = None
        return noted

    def forget_bodies(self) -> None:
        """Drop the papers read so far; effects were taken away beneath them."""
        self._bodies.clear()
        self.memo.clear()

    def _record_fields(self, kind: Kind[S], record: Id, body: S, shape: Written) -> bool:
        before = self.standing.image(record)
        patch = patch_between(before or {}, image_of(body), kind.record)
        if shape.fields is not None and max(patch, default=0) > shape.fields:
            raise not_in_force()
        if not patch and before is not None:
            return False
        verdict = judge_fields(kind, record, body, patch, self.standing, self.actor)
        if verdict.problems:
            raise RuleBroken(verdict.problems)
        self._write(kind, record, body, msgspec.msgpack.encode(patch), shape.schema)
        return True

    def _write(
        self,
        kind: Kind[Any],
        record: Id,
        body: Any,
        canonical: bytes,
        schema: int,
        *,
        likeness: bytes = b"",
        fresh: bool = False,
    ) -> None:
        known = None if fresh else self.standing.stand(record)
        pen = self._pen
        change = Change(
            pen.number + 1, pen.work_number, self.actor.user, self.actor.role.value, kind.name, record,
            schema, self._stamps.next(), log.seen_upto(self.meta, known.seq) if known else 0, msgspec.Raw(canonical),
        )  # fmt: skip
        data = encode_change(change)
        pen.number_next(data)
        entry = pen.next_entry()
        if self._keeps_undo:
            self.journalled()
        self.take_effect(
            kind,
            change,
            self.actor.device,
            Outcome.PENDING,
            entry=entry,
            body=body,
            likeness=likeness,
            fresh=fresh,
        )
        pen.write(entry, kind.name, record, data, self.journal() if self._keeps_undo else None)
        if pen.is_full:
            self.flush()

    def _recorded(self, record: Id) -> Recorded | None:
        stand = self.standing.stand(record)
        kind = self.plan.kinds.get(stand.kind) if stand is not None else None
        if kind is None or kind.change_class is ChangeClass.FIELDS:
            return None
        return Recorded(kind, self.paper(record))

    def _touch(self, feature: str, record: Id) -> None:
        self._touched[feature].add(record)

    def _touch_effects(self, effects: Effects, released: Iterable[Id]) -> None:
        papers = [paper for paper, _paise in effects.takes] + [paper for _place, paper in effects.holds]
        papers += [paper for claim in released for paper, _paise in self.standing.effects_of(claim).takes]
        papers += [*effects.ends, *effects.rests, *effects.undoes, *effects.accepts, *effects.voids]
        for paper in set(papers):
            stand = self.standing.stand(paper)
            if stand is not None:
                self._touch(stand.kind.partition(".")[0], paper)

    def _unjournalled(self, write: Any) -> None:
        kept, self.rows.journal = self.rows.journal, None
        try:
            write()
        finally:
            self.rows.journal = kept

    def _before_read(self, statement: str) -> None:
        if statement.startswith("/* kept */"):  # the keeper's own look-up: what it gathered is in its hands
            return
        for name in self.rows.dirty:
            if name in statement:
                self.rows.flush()
                break
        if self._pen.has_gathered and "changes" in statement:
            self._pen.flush()
        if self.standing.is_dirty and (
            "standing" in statement or "places" in statement or "images" in statement
        ):
            self.standing.flush()
