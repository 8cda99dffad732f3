"""Proving a book from its log: the chain of each device, and every row rebuilt and compared.

The log is read, never the rows; what the rebuild makes must equal what the book shows.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.changes.change import CHAIN_START, Outcome, chain_link, decode_change, run_hash
from core.clock import Clock
from core.ids import Id, IdMaker
from core.problems import Problem
from core.store import log
from core.store.base import Sum
from core.store.confirmed import HIDDEN, stand_again
from core.store.engine import ANY_HAND
from core.store.older import LEADS
from core.store.plan import Plan
from core.store.retake import Runs
from core.store.rows import is_all_sums
from core.store.tables import PROJECTED, metadata
from core.store.work import Work
from core.words import translate as _


class Head(NamedTuple):
    """The end of one device's chain."""

    number: int
    link: bytes


class Chain(NamedTuple):
    """A chain as the book keeps it: its end, and the link it hangs on."""

    number: int
    link: bytes
    start: bytes


_SINCE = (
    "SELECT device, epoch, number, data, link, kind, record, idle FROM changes WHERE seq IS NULL OR seq > ? "
    "ORDER BY device, epoch, number"
)
_BENEATH = (
    "SELECT device, epoch, number, data, link, kind, record, 0 FROM older_changes WHERE seq <= ? "
    "ORDER BY device, epoch, number"
)


def chained_from(connection: Connection) -> int:
    """The place from which chains are proved here: that of the base; 0 where the older log has all of the order beneath
    it, which its running hash then shows."""
    base = log.base_of(connection)
    return 0 if not base.seq or Runs(connection).first == 0 else base.seq


def older_problems(connection: Connection, since: int) -> Iterator[Problem]:
    """Whether the older log still leads to the base where it once did; `since` is where chains are proved from."""
    if since and log.read_meta(connection).get(LEADS) == since:
        yield Problem(
            code="OLDER",
            message=_("What this book has of the time before change {seq} is not what led to it.").format(
                seq=since
            ),
            remedy=_("Restore the last good backup; the service has these changes in its archive."),
        )


def chain_problems(connection: Connection, since: int) -> Iterator[Problem]:
    """Each device's first change whose bytes or link are not what its chain says, from a place on (`chained_from`)."""
    base = log.base_of(connection)
    heads = {(chain.device, chain.epoch): Head(chain.number, chain.link) for chain in base.chains if since}
    broken: set[tuple[Id, int]] = set()
    kept = {
        (device, epoch): Chain(number, link, start)
        for device, epoch, number, link, start in connection.exec_driver_sql(
            "SELECT device, epoch, number, link, start FROM chains"
        )
    }
    entries = (
        entry
        for question in ((_SINCE,) if since else (_BENEATH, _SINCE))
        for entry in connection.exec_driver_sql(question, (base.seq,))
    )
    for device, epoch, number, data, link, kind, record, idle in entries:
        author = (device, epoch)
        head = heads.get(author) or Head(0, kept[author].start if author in kept else CHAIN_START)
        if author in broken:
            continue
        is_hidden = idle == HIDDEN  # its link is proved by the order's running hash
        is_next = number == head.number + 1 and (
            is_hidden or chain_link(head.link, device, epoch, data) == link
        )
        if not is_next or not _is_labelled(data, number, kind, record):
            broken.add(author)
            yield Problem(
                code="CHAIN",
                message=_("Change {number} of device {device} is not what its author wrote.").format(
                    number=number, device=device.hex()[:8]
                ),
                field=str(number),
                remedy=_("Restore the last good backup; the change log before this entry is proved."),
            )
        heads[author] = Head(number, link)
    beneath = {
        chain.device for chain in base.chains if since
    }  # whose older links the service's archive proves
    for author in kept.keys() - broken:
        number, link, start = kept[author]
        hangs = start == CHAIN_START or author[0] in beneath or _is_link(connection, author[0], start)
        if not hangs or Head(number, link) != heads.get(author, Head(0, start)):
            yield Problem(
                code="CHAIN_END",
                message=_("Changes are missing at the end of device {device}'s chain.").format(
                    device=author[0].hex()[:8]
                ),
                remedy=_("Restore the last good backup."),
            )


def _is_link(connection: Connection, device: Id, link: bytes) -> bool:
    """Whether a link is one of a device's own: there an epoch may begin."""
    sql = (
        "SELECT 1 FROM changes WHERE device = ? AND link = ? UNION ALL "
        "SELECT 1 FROM older_changes WHERE device = ? AND link = ? LIMIT 1"
    )
    return connection.exec_driver_sql(sql, (device, link) * 2).first() is not None


def _is_labelled(data: bytes, number: int, kind: str, record: Id) -> bool:
    """Whether the columns beside a change say what its bytes say; unreadable bytes say nothing against them."""
    try:
        change = decode_change(data)
    except msgspec.MsgspecError:
        return True
    return (change.number, change.kind, change.record) == (number, kind, record)


def order_problems(connection: Connection, run: bytes, seq: int) -> Iterator[Problem]:
    """Whether the confirmed order is gapless, its running hash is the cursor's, and all else waits for an answer."""
    base = log.base_of(connection)
    found, at = base.run, base.seq
    sql = "SELECT seq, link, outcome, answer FROM changes WHERE seq > ? ORDER BY seq"
    for place, link, outcome, answer in connection.exec_driver_sql(sql, (base.seq,)):
        at += 1
        if place != at:
            break
        found = run_hash(found, link, Outcome(outcome), answer)
    astray = connection.exec_driver_sql("SELECT 1 FROM changes WHERE (seq IS NULL) <> (outcome = 0) LIMIT 1")
    if at != seq or found != run or astray.first() is not None:
        yield Problem(
            code="ORDER",
            message=_("The order of confirmed changes is not the one the service gave (at {seq}).").format(
                seq=at
            ),
            remedy=_("Restore the last good backup and sync."),
        )


def base_problems(connection: Connection) -> Iterator[Problem]:
    """Whether what the book was loaded from is as it came."""
    base = log.base_of(connection)
    summed = Sum()
    for entry in log.entries_up_to(connection, base.seq):
        summed.add(entry)
    if base.seq and summed.value != base.sum:
        yield Problem(
            code="BASE",
            message=_("What this book began with (up to change {seq}) is not as the service sent it.").format(
                seq=base.seq
            ),
            remedy=_("Restore the last good backup, or join again."),
        )


def rebuild(source: Connection, target: Engine, plan: Plan, clock: Clock) -> str:
    """Make every row anew from the log of `source` in the empty `target`; answers the digest it ends with."""
    meta = log.read_meta(source)
    with target.begin() as connection:
        connection.info["door"] = ANY_HAND
        metadata.create_all(connection)
        log.write_meta(connection, **{**meta, "digest": "0", "shared": False})
        for table in ("chains", "devices", "series"):
            _copy(source, connection, metadata.tables[table])
        work = Work(connection, plan, clock, IdMaker(clock))
        for entry in log.in_order(source):
            _take(work, entry)
        work.flush()
        connection.info.clear()
    return work.standing.digest.text


def _copy(source: Connection, target: Connection, table: sa.Table) -> None:
    rows = [tuple(row) for row in source.exec_driver_sql(f"SELECT * FROM {table.name}")]
    if rows:
        marks = ", ".join("?" * len(table.columns))
        target.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", rows)


def _take(work: Work, entry: log.Entry) -> None:
    work.take_log([entry])
    if entry.seq is not None:
        stand_again(work, entry)
    elif not entry.idle:
        change = decode_change(entry.data)
        work.take_effect(
            work.plan.kinds[entry.kind], change, entry.device, Outcome.PENDING, entry=entry.entry
        )


def row_problems(shown: Connection, proved: Connection) -> Iterator[Problem]:
    """The tables of the book that differ from what its log makes."""
    for table in PROJECTED:
        if _differ(_sorted(shown, table), _sorted(proved, table)):
            yield Problem(
                code="ROW",
                message=_("The table {table} shows something the change log does not say.").format(
                    table=table.name
                ),
                field=table.name,
                remedy=_("Restore the last good backup, or sync this device anew from the service."),
            )
    if _differ(_texts(shown), _texts(proved)):
        yield Problem(code="ROW", message=_("The search index differs from the change log."), field="search")


def _differ(shown: Iterator[Any], proved: Iterator[Any]) -> bool:
    return any(mine != theirs for mine, theirs in zip_longest(shown, proved))


def _sorted(connection: Connection, table: sa.Table) -> Iterator[tuple[Any, ...]]:
    order = ", ".join(column.name for column in table.primary_key)
    where = ""
    if is_all_sums(table):
        where = "WHERE " + " OR ".join(f"{name} <> 0" for name in table.info["sums"])
    names = ", ".join(column.name for column in table.columns)
    found = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} {where} ORDER BY {order}")
    while batch := found.fetchmany(1000):
        yield from (tuple(row) for row in batch)


def _texts(connection: Connection) -> Iterator[tuple[Any, ...]]:
    found = connection.exec_driver_sql("SELECT rowid, text, record, kind FROM search ORDER BY rowid")
    yield from (tuple(row) for row in found)
