"""Loading a book from a snapshot: into a new encrypted file beside it, which then takes its place.

The new file is thrown away by whatever stops this; the book is as it was until the swap. What only this device has is
carried over last, under the book's lock (core.store.carrying).
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.image import ChainHead, Imaged, Kept, Row
from core.clock import Clock
from core.errors import ProtocolBroken
from core.ids import IdMaker
from core.store import log
from core.store.base import Sum, change_entry, image_entry, stamp_of
from core.store.confirmed import SHELVED, read_entry, stand_again
from core.store.engine import ANY_HAND, Progress, create_file, open_engine
from core.store.files import beside, flush
from core.store.migrate import create_schema
from core.store.older import LEADS, NEXT
from core.store.plan import Plan
from core.store.shelf import ANYBODY
from core.store.tables.store import shelf
from core.store.work import Work
from core.words import translate as _

_FAST = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144", "locking_mode = EXCLUSIVE")
_WANTED_MEANWHILE = frozenset({"places_by_paper"})
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_REMEMBERED_MAX = 50_000
_STUMBLES_MAX = 50


class Snapshot(NamedTuple):
    """What is loaded: a place in the order with its running hash, the digest there (empty: not known), the chains,
    the number of all rows, and the pages of rows, which can be gone through more than once.

    The young changes before it, to be fetched later, come after the place `older`. `scope` is the number of what this
    device carries; where it is `partial`, the rows are about its parties alone.
    """

    seq: int
    run: bytes
    digest: str
    chains: tuple[ChainHead, ...]
    row_count: int
    pages: Callable[[], Iterable[Sequence[Row]]]
    scope: int = 0
    partial: bool = False
    older: int = 0


class _Stumbled(Exception):
    """A row that this version cannot let take effect."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def new_file_of(book: Path) -> Path:
    """Where a book is loaded beside its file."""
    return beside(book, ".loading")


def load(
    book: Path, key: bytes, snapshot: Snapshot, meta: log.Meta, plan: Plan, clock: Clock, *,
    progress: Progress | None = None,
) -> Path:  # fmt: skip
    """Make the new file of a book from a snapshot, whole but for what only this device has; answers its path.

    Raises `ProtocolBroken` when what came is not what it says, and what `progress` raises; nothing is left then.
    """
    shelved: set[int] = set()
    while True:
        target = new_file_of(book)
        discard(target)
        try:
            _load(target, key, snapshot, meta, plan, clock, shelved, progress)
            return target
        except _Stumbled as stumbled:  # as one change that arrives: it waits for a version that can
            discard(target)
            shelved.add(stumbled.place)
            if len(shelved) > _STUMBLES_MAX:
                raise ProtocolBroken(
                    _("The snapshot of the service cannot be loaded.")
                ) from stumbled.__cause__
        except BaseException:
            discard(target)
            raise


def discard(target: Path) -> None:
    """Throw away what is not finished."""
    for path in (target, *(beside(target, ending) for ending in ("-wal", "-shm", "-journal"))):
        path.unlink(missing_ok=True)


def _load(
    target: Path, key: bytes, snapshot: Snapshot, meta: log.Meta, plan: Plan, clock: Clock, shelved: set[int],
    progress: Progress | None,
) -> None:  # fmt: skip
    create_file(target, key)
    engine = open_engine(target, key)
    try:
        create_schema(engine)
        with engine.connect() as connection:
            for pragma in _FAST:
                connection.exec_driver_sql(f"PRAGMA {pragma}").close()
            connection.exec_driver_sql("BEGIN")
            connection.info["door"] = ANY_HAND
            indexes = _take_indexes(connection)
            _begin(connection, meta, snapshot)
            summed = _Filling(Work(connection, plan, clock, IdMaker(clock)), shelved).fill(snapshot, progress)
            connection.info["door"] = ANY_HAND
            for sql in indexes:
                connection.exec_driver_sql(sql)
            base = log.Base(snapshot.seq, snapshot.run, summed, snapshot.chains)
            log.write_meta(connection, base=base)
            connection.commit()
            connection.info.clear()
    finally:
        engine.dispose()
    flush(target)


def _take_indexes(connection: Connection) -> list[str]:
    found = [tuple(row) for row in connection.exec_driver_sql(_INDEXES)]
    taken = [(name, sql) for name, sql in found if name not in _WANTED_MEANWHILE]
    for name, _sql in taken:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return [sql for _name, sql in taken]


def _begin(connection: Connection, meta: log.Meta, snapshot: Snapshot) -> None:
    facts = {name: value for name, value in meta.items() if name not in ("base", log.BLIND)}
    place: dict[str, Any] = {
        "seq": snapshot.seq,
        "run": snapshot.run,
        "scope": snapshot.scope,
        "partial": snapshot.partial,
    }
    place[NEXT] = None if snapshot.partial or snapshot.older >= snapshot.seq else snapshot.older
    place[LEADS] = None
    log.write_meta(connection, **{**facts, **place, "digest": "0"})
    for chain in snapshot.chains:
        log.keep_chain_head(
            connection, chain.device, chain.epoch, chain.number, chain.link, start=chain.start
        )


class _Filling:
    """Rows of a snapshot taken into an empty book."""

    def __init__(self, work: Work, shelved: set[int]) -> None:
        self._work = work
        self._shelved = shelved
        self._has_shelved = False
        self._summed = Sum()
        self._entries: list[log.Entry] = []
        self._newest = 0

    def fill(self, snapshot: Snapshot, progress: Progress | None) -> bytes:
        """Take everything in; answers the sum of the base. Raises `ProtocolBroken` where the digest is another."""
        work, done = self._work, 0
        for page in snapshot.pages():
            for row in page:
                entry = self._image(row) if isinstance(row, Imaged) else self._change(row)
                self._summed.add(entry)
            done += len(page)
            self._write()
            if progress is not None:
                progress(done, snapshot.row_count)
        digest = work.standing.digest.text
        work.close(_("Sync"), "sync")
        told = snapshot.digest
        if done != snapshot.row_count or (
            told and not self._has_shelved and int(told, 16) != int(digest, 16)
        ):
            raise ProtocolBroken(
                _("The snapshot of the service is not what it says; nothing of it was taken.")
            )
        return self._summed.value

    def _image(self, imaged: Imaged) -> log.Entry:
        work = self._work
        kind = work.plan.kinds.get(imaged.kind)
        is_idle = kind is None or imaged.seq in self._shelved
        entry = image_entry(imaged, SHELVED if is_idle else 0)
        self._entries.append(entry)
        self._newest = max(self._newest, imaged.stamp)
        if kind is None or is_idle:
            self._has_shelved = True
            return entry
        try:
            work.take_image(kind, imaged)
        except Exception as error:
            raise _Stumbled(imaged.seq) from error
        return entry

    def _change(self, kept: Kept) -> log.Entry:
        work, arrived = self._work, kept.arrived
        confirmed = read_entry(work, arrived, arrived.data)
        idle = SHELVED if arrived.seq in self._shelved else confirmed.idle
        entry = change_entry(kept, confirmed.change, idle)
        self._entries.append(entry)
        self._newest = max(self._newest, stamp_of(kept, confirmed.change))
        if idle == SHELVED:
            self._has_shelved = True
            work.keep(shelf, seq=entry.seq, party=ANYBODY)
        self._put_log()  # another's effect may look it up
        try:
            stand_again(work, entry)
        except Exception as error:
            raise _Stumbled(arrived.seq) from error
        return entry

    def _put_log(self) -> None:
        self._work.take_log(self._entries)
        self._entries = []

    def _write(self) -> None:
        self._put_log()
        self._work.see_stamp(self._newest)
        self._work.flush()
        self._forget()

    def _forget(self) -> None:
        standing = self._work.standing
        if len(standing.stands) + len(standing.places) > _REMEMBERED_MAX:
            for kept in (standing.stands, standing.places, standing.images):
                kept.clear()
        self._work.forget_bodies()
        self._work.rows.forget()
