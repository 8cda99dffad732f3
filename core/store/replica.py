"""The device's side of the order: what arrived is applied in seq order, beneath what is still pending.

A page and its cursor are one transaction. The service's outcome is taken as sent; only pending changes are judged.
Pending ones step back (their effect is taken away) as soon as an arrived one would otherwise come on top of them,
and are replayed after the page.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.changes.answer import Answer, Arrived, decode_answer
from core.changes.change import CHAIN_START, Change, Outcome, chain_link, decode_change, run_hash
from core.changes.image import NO_NUMBER
from core.changes.judge import judge_claim, judge_fields, judge_paper
from core.changes.keeper import likeness_of
from core.changes.kind import ChangeClass, Kind
from core.changes.record import decoded, from_image
from core.changes.standing import Stand, State
from core.errors import Forked, ProtocolBroken
from core.ids import Id
from core.store import log
from core.store.engine import HAND
from core.store.plan import Answered
from core.store.tables import PROJECTED
from core.store.work import Work
from core.words import translate as _

IN_EFFECT, NO_LONGER_HOLDS, SHELVED, SET_ASIDE = range(4)
"""Why an entry is idle: a pending one that holds no more; one this version does not know; one the service could not
read."""

BATCH = 2_000
"""Entries taken at once where a whole log is gone through."""


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
    change = _decoded(data)
    kind = work.plan.kinds.get(change.kind) if change is not None else None
    if kind is not None and change is not None and change.schema > kind.schema:
        kind = None
    outcome, answer = Outcome(arrived.outcome), decode_answer(arrived.answer)
    return Confirmed(kind, change, outcome, answer, arrived.seq, arrived.device, arrived.number)


def _decoded(data: bytes) -> Change | None:
    try:
        return decode_change(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def let_stand(work: Work, entry: int, confirmed: Confirmed) -> None:
    """Let a confirmed change work on rows and standing, and tell the Inbox of it."""
    kind, change = confirmed.kind, confirmed.change
    if kind is None or change is None or confirmed.outcome is Outcome.DUPLICATE:
        return
    if not confirmed.answer.sets_aside:
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
            work.take_image(kind, change, entry.device, entry=entry.entry)
    elif entry.entry < 0:
        tell(work, confirmed_of(work, entry))
    else:
        let_stand(work, entry.entry, confirmed_of(work, entry))


def tell(work: Work, confirmed: Confirmed) -> None:
    """Tell the Inbox of a confirmed change, if somebody needs to read of it and it can be read."""
    kind, change = confirmed.kind, confirmed.change
    if kind is None or change is None or confirmed.outcome is Outcome.DUPLICATE:
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
    arrived = Arrived(
        entry.seq or 0, entry.device, entry.epoch, entry.number, Outcome(entry.outcome), entry.answer, b""
    )
    confirmed = read_entry(work, arrived, entry.data)
    return confirmed._replace(kind=None) if entry.idle == SHELVED else confirmed


Numbered = tuple[int, int]
"""A change of this device: its epoch, and its number there."""


def _records(page: Sequence[Arrived], mine: Mapping[Numbered, log.Entry]) -> Iterator[Id]:
    """The records that a page speaks of, as far as they can be read."""
    for arrived in page:
        if (change := _decoded(arrived.data)) is not None:
            yield change.record
        elif (found := mine.get((arrived.epoch, arrived.number))) is not None:
            yield found.record


class Replica:
    """Applies pages of the ordered log within one Work.

    With `shelve` what others wrote enters the log and waits there without effect, as a newer version's changes do.
    """

    def __init__(self, work: Work, *, shelve: bool = False) -> None:
        self._work = work
        self._shelve = shelve
        self._connection = work.read
        self._device = work.actor.device
        self._starts: dict[tuple[Id, int], bytes] = {}
        self._heads: dict[tuple[Id, int], tuple[int, bytes]] = {}
        self._answers: list[tuple[Any, ...]] = []
        self._waiting = log.pending_count(self._connection)
        self._has_stepped_back = False

    def apply(self, page: Sequence[Arrived], *, run: bytes | None = None) -> None:
        """Apply entries that follow on the cursor, to the running hash `run` where one is given.

        Raises `ProtocolBroken` when the entries do not follow, or end elsewhere; nothing of the page is then taken.
        """
        mine = self._own_entries(page)
        self._work.standing.warm(_records(page, mine))
        for arrived in page:
            self._check_order(arrived)
            found = mine.get((arrived.epoch, arrived.number)) if arrived.device == self._device else None
            if found is not None:
                self._confirm(arrived, found)
            else:
                self._take_in(arrived)
        self._keep_answers()
        for author, head in self._heads.items():
            start = self._starts.get(author, CHAIN_START)
            log.keep_chain_head(self._connection, *author, *head, start=start)
        if self._has_stepped_back:
            replay(self._work)
        if run is not None and self._work.meta.get("run", b"") != run:
            raise ProtocolBroken(
                _("What the service sent does not agree with its own sum; nothing of it was taken.")
            )

    def _check_order(self, arrived: Arrived) -> None:
        meta = self._work.meta
        if arrived.seq != meta.get("seq", 0) + 1:
            raise ProtocolBroken(_("The service sent entries out of order; nothing of the page was taken."))
        meta["seq"] = arrived.seq

    def _own_entries(self, page: Sequence[Arrived]) -> dict[Numbered, log.Entry]:
        """What this book has of the changes that its device wrote, in whichever epoch."""
        numbers: dict[int, list[int]] = defaultdict(list)
        for arrived in page:
            if arrived.device == self._device:
                numbers[arrived.epoch].append(arrived.number)
        return {
            (epoch, entry.number): entry
            for epoch, asked in numbers.items()
            for entry in log.entries_by_author(self._connection, self._device, epoch, min(asked), max(asked))
        }

    def _confirm(self, arrived: Arrived, found: log.Entry) -> None:
        if found.outcome != Outcome.PENDING:
            raise ProtocolBroken(_("The service confirmed a change that this device does not have open."))
        if arrived.data and arrived.data != found.data:
            raise Forked(_("Another copy of this book has used this device's numbers for other changes."))
        confirmed = read_entry(self._work, arrived, found.data)
        plain = confirmed.outcome is Outcome.APPLIED and not found.idle
        if not plain:
            self._step_back()
        self._run_on(found.link, arrived)
        self._answers.append(
            (arrived.seq, int(arrived.outcome), arrived.answer, confirmed.idle, found.entry)
        )  # fmt: skip
        self._waiting -= 1
        if self._has_stepped_back:
            let_stand(self._work, found.entry, confirmed)
        else:
            assert confirmed.change is not None
            self._seen_at(confirmed.change.record, arrived.seq)
            tell(self._work, confirmed)

    def _take_in(self, arrived: Arrived) -> None:
        if not arrived.data and arrived.device == self._device:  # told as one this book has written itself
            raise Forked(_("Another copy of this book has written under this device's numbers."))
        if self._waiting:
            self._step_back()
        author = (arrived.device, arrived.epoch)
        number, link = self._heads.get(author) or log.chain_head(self._connection, *author)
        if arrived.number != number + 1:
            raise ProtocolBroken(_("A device's changes are missing in what the service sent."))
        if arrived.number == 1:
            link = self._starts[author] = arrived.start
        link = chain_link(link, *author, arrived.data)
        self._heads[author] = (arrived.number, link)
        self._run_on(link, arrived)
        confirmed = read_entry(self._work, arrived, arrived.data)
        if self._shelve:
            confirmed = confirmed._replace(kind=None)
        change = confirmed.change
        entry = self._work.next_entry()
        name, record = (change.kind, change.record) if change else ("", b"")
        row = log.Entry(
            entry, *author, arrived.number, arrived.seq, name, record,
            int(arrived.outcome), confirmed.idle, arrived.data, link, arrived.answer, None,
        )  # fmt: skip
        self._work.take_log([row])
        if change is not None:
            self._work.see_stamp(confirmed.answer.stamp or change.stamp)
        let_stand(self._work, entry, confirmed)

    def _run_on(self, link: bytes, arrived: Arrived) -> None:
        meta = self._work.meta
        meta["run"] = run_hash(meta.get("run", b""), link, Outcome(arrived.outcome), arrived.answer)

    def _seen_at(self, record: Id, seq: int) -> None:
        standing = self._work.standing
        if (stand := standing.stand(record)) is not None:
            standing.set_stand(record, stand._replace(seq=seq))

    def _keep_answers(self) -> None:
        if self._answers:
            self._connection.exec_driver_sql(
                HAND
                + "UPDATE changes SET seq = ?, outcome = ?, answer = ?, idle = ?, undo = NULL WHERE entry = ?",
                self._answers,
            )
            self._answers = []

    def _step_back(self) -> None:
        """Take the effect of everything pending away, once a page."""
        if self._has_stepped_back:
            return
        self._keep_answers()
        self._has_stepped_back = True
        step_back(self._work)


def step_back(work: Work) -> None:
    """Take the effect of everything pending away, newest first; `replay` brings it again."""
    work.flush()
    if _some_cannot_step_back(work.read):
        start_over(work)
    else:
        _take_away(work)
    work.forget_bodies()


def replay(work: Work) -> None:
    """Let everything pending take effect again, in the order it was written; a claim that holds no more waits."""
    after = 0
    while batch := log.pending(work.read, after_entry=after, limit=BATCH):
        kept = []
        for entry in batch:
            idle, undo = NO_LONGER_HOLDS, None
            change = _decoded(entry.data)
            kind = work.plan.kinds.get(change.kind) if change is not None else None
            if kind is not None and change is not None and _still_holds(work, kind, change):
                work.journalled()
                work.take_effect(kind, change, entry.device, Outcome.PENDING, entry=entry.entry)
                idle, undo = IN_EFFECT, work.journal()
            work.rows.touch(entry.kind.partition(".")[0], entry.record)
            kept.append((idle, undo, entry.entry))
        work.read.exec_driver_sql(HAND + "UPDATE changes SET idle = ?, undo = ? WHERE entry = ?", kept)
        after = batch[-1].entry
        _cool(work, len(batch))


def start_over(work: Work) -> None:
    """Make every row anew from what is confirmed; what is pending has no effect until it is replayed."""
    for table in PROJECTED:
        work.read.exec_driver_sql(HAND + f"DELETE FROM {table.name}")
    work.read.exec_driver_sql(HAND + "DELETE FROM search")
    work.standing.forget()
    work.rows.forget()
    work.forget_bodies()
    for count, entry in enumerate(log.confirmed(work.read), 1):
        stand_again(work, entry)
        if count % BATCH == 0:
            _cool(work, BATCH)


def make_anew(work: Work) -> None:
    """Make every row anew from the log: what is confirmed, then what is pending on top of it."""
    work.flush()
    start_over(work)
    replay(work)


def _some_cannot_step_back(read: Connection) -> bool:
    """Changes of before the book was shared do not know how they are taken back."""
    sql = "SELECT 1 FROM changes WHERE outcome = 0 AND undo IS NULL AND idle = 0 LIMIT 1"
    return read.exec_driver_sql(sql).first() is not None


def _take_away(work: Work) -> None:
    before = log.last_entry(work.read) + 1
    while batch := log.pending_before(work.read, before, BATCH):
        for entry in batch:
            work.rows.touch(entry.kind.partition(".")[0], entry.record)
            if entry.idle or entry.undo is None:
                continue
            rows, standing = msgspec.msgpack.decode(entry.undo)
            work.rows.undo(rows)
            for what, key, value in reversed(standing):
                if what == "stand" and value is not None:
                    value = Stand(value[0], State(value[1]), *value[2:])
                    work.rows.touch(value.kind.partition(".")[0], key)
                work.standing.restore((what, key, value))
        before = batch[-1].entry
        _cool(work, len(batch))


def _cool(work: Work, done: int) -> None:
    """Write what was gathered and remember no row, so that a long log takes no more room than a short one."""
    if done < BATCH:
        return
    work.flush()
    work.standing.cool()
    work.rows.forget()
    work.forget_bodies()


def _still_holds(work: Work, kind: Kind[Any], change: Change) -> bool:
    standing, actor = work.standing, work.actor
    if kind.change_class is ChangeClass.FIELDS:
        patch = msgspec.msgpack.decode(change.body, type=dict[int, Any])
        body = from_image(kind.record, {**(standing.image(change.record) or {}), **patch})
        return judge_fields(kind, change.record, body, patch, standing, actor).outcome is Outcome.APPLIED
    body = decoded(kind.record, change.body)
    likeness = likeness_of(kind, body, bytes(change.body))
    if kind.change_class is ChangeClass.CLAIM:
        return judge_claim(kind, change.record, body, likeness, standing, actor).outcome is Outcome.APPLIED
    known = standing.stand(change.record)  # a paper stands, whatever arrived; unless its id is another's
    if known is None or known.state is not State.HELD:
        return known is None
    fresh = judge_paper(kind, change.record, body, likeness, standing, actor)
    return fresh.outcome is Outcome.APPLIED
