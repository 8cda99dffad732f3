"""Pending changes step back and take effect again; and every row is made anew from the log."""

from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from core.changes.change import Change, Outcome
from core.changes.judge import judge_claim, judge_fields, judge_paper
from core.changes.keeper import likeness_of
from core.changes.kind import ChangeClass, Kind
from core.changes.record import decoded, from_image, patch_of
from core.changes.standing import Stand, State
from core.store import log
from core.store.confirmed import IN_EFFECT, NO_LONGER_HOLDS, decoded_change, stand_again
from core.store.engine import HAND
from core.store.tables import PROJECTED
from core.store.work import Work

BATCH = 2_000
"""Entries taken at once where a whole log is gone through."""


class Stumbled(Exception):
    """An entry that this version cannot let take effect."""

    def __init__(self, entry: int) -> None:
        super().__init__(entry)
        self.entry = entry


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
            change = decoded_change(entry.data)
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
    """Make every row anew from what is confirmed; what is pending has no effect until it is replayed.

    Raises `Stumbled`.
    """
    for table in PROJECTED:
        work.read.exec_driver_sql(HAND + f"DELETE FROM {table.name}")
    work.read.exec_driver_sql(HAND + "DELETE FROM search")
    work.standing.forget()
    work.rows.forget()
    work.forget_bodies()
    for count, entry in enumerate(log.confirmed(work.read), 1):
        try:
            stand_again(work, entry)
        except Exception as error:
            raise Stumbled(entry.entry) from error
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
        patch = patch_of(change.body)
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
