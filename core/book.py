"""Book, the roof: one company's encrypted file, opened, read, written and proved.

It hands the features' kinds and projections to Work, draws each transaction once, and tells who listens what
every commit touched.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine

from core.changes.answer import Arrived
from core.changes.change import Actor, Role
from core.changes.versions import schema_of
from core.clock import Clock, SystemClock, today
from core.errors import BookError, DiskFull
from core.ids import Id, IdMaker
from core.ledger.queries import trial_balance
from core.numbering.rules import series_of
from core.problems import Problem
from core.rooms import PLAN, PROJECTIONS
from core.store import journal, keys, log, raw_limit, wraps
from core.store.backup import backup as write_backup
from core.store.backup import restore as restore_files
from core.store.backup import settle_restored_copy
from core.store.bulk import without_indexes
from core.store.carrying import carry_over, lost_records, refuse_while_waiting
from core.store.devices import device_rows, series_rows
from core.store.engine import (
    Progress,
    checkpoint,
    faults,
    open_engine,
    read_transaction,
    write_transaction,
)
from core.store.epochs import settle
from core.store.founding import Identity, new_file
from core.store.loading import Snapshot, discard, load
from core.store.lock import BookLock
from core.store.mark import Marks, Why
from core.store.migrate import refuse_other_version, too_new, upgrade
from core.store.plan import Plan
from core.store.proof import Proof, prove
from core.store.read import carries_all
from core.store.replica import Replica
from core.store.search import search
from core.store.swap import Turnstile, everything, swap_in
from core.store.taking_down import is_due, is_newer, take_down, take_note
from core.store.touched import Touched
from core.store.trouble import explained
from core.store.wiping import refuse_wipe_out
from core.store.work import Work
from core.words import translate as _

T = TypeVar("T")
_log = logging.getLogger(__name__)
_NONE: frozenset[Id] = frozenset()


class Book:
    """An open book. `read` from any thread; `write` and `apply` from one at a time."""

    def __init__(
        self,
        path: Path,
        engine: Engine,
        key: bytes,
        *,
        clock: Clock,
        ids: IdMaker,
        lock: BookLock | None,
        plan: Plan,
        marks: Marks | None = None,
    ) -> None:
        self.path = path
        self.clock = clock
        self.key = key
        self.listeners: list[Callable[[Touched], None]] = []
        self._engine = engine
        self._ids = ids
        self._lock = lock
        self._plan = plan
        self._marks = marks or Marks(None, path)
        self._writer = threading.Lock()
        self._readers = Turnstile()
        self._is_open = True
        self._facts: log.Meta | None = None
        self.turn = 0
        """How often this book was written, or loaded anew, since it was opened."""

    @classmethod
    def create(
        cls, path: Path, identity: Identity, *, passphrase: str | None, clock: Clock | None = None,
        ids: IdMaker | None = None, plan: Plan = PLAN, cost: wraps.Cost = wraps.STRONG, marks: Path | None = None,
    ) -> tuple["Book", str]:  # fmt: skip
        """Make a new book and open it; answers it with the recovery code, which is shown once.

        `marks` is the folder of the user's own where books leave their marks (core.store.mark); None: no marks.

        Raises `AlreadyThere`, `KeyMissing` (neither keyring nor passphrase), `ReadOnly`, `DiskFull`, `InUse`.
        """
        clock = clock or SystemClock()
        ids = ids or IdMaker(clock)
        lock = BookLock(path)
        lock.acquire()
        try:
            made = new_file(path, identity, passphrase, ids, cost, series_of(identity.code))
            kept = Marks(marks, path)
            book = cls(path, made[0], made[1].key, clock=clock, ids=ids, lock=lock, plan=plan, marks=kept)
            book._transact("", _begin, "local")
        except BaseException:
            lock.release()
            raise
        return book, made[1].recovery_code

    @classmethod
    def open(
        cls, path: Path, *, passphrase: str | None = None, recovery_code: str | None = None, read_only: bool = False,
        clock: Clock | None = None, ids: IdMaker | None = None, plan: Plan = PLAN, marks: Path | None = None,
    ) -> "Book":  # fmt: skip
        """Open a book, brought up to this version's schema first. Raises the BookErrors of core.errors.

        `marks` is the folder where books leave their marks; a book that is a copy becomes itself before its first
        change (core.store.epochs).
        """
        clock = clock or SystemClock()
        with explained(path):
            path.stat()  # where no book is, no lock is left behind
        lock = None if read_only else BookLock(path)
        if lock is not None:
            lock.acquire()
        try:
            key = keys.open_key(path, passphrase=passphrase, recovery_code=recovery_code)
            if read_only:
                refuse_other_version(path, key)
            else:
                upgrade(path, key, on=today(clock), check=_weighed)
            engine = open_engine(path, key, read_only=read_only)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        kept = Marks(None if read_only else marks, path)
        book = cls(
            path, engine, key, clock=clock, ids=ids or IdMaker(clock), lock=lock, plan=plan, marks=kept
        )
        try:
            book.take_over()
        except BaseException:
            book.close()
            raise
        return book

    @property
    def is_read_only(self) -> bool:
        """Whether this process may only look."""
        return self._lock is None

    @property
    def schema(self) -> int:
        """The newest schema that this version of the program knows."""
        return schema_of(self._plan.kinds)

    def close(self) -> None:
        """Close the file, then let others have it; a book that is closed stays so."""
        with self._writer:
            if not self._is_open:
                return
            self._is_open = False
            if self._lock is not None:
                checkpoint(self._engine)
            self._engine.dispose()
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def read(self, question: Callable[[Connection], T]) -> T:
        """Ask the book; the question sees one state of it."""
        self._assert_open()
        with (
            self._readers.passing(),
            explained(self.path, self.key),
            read_transaction(self._engine) as connection,
        ):
            return question(connection)

    def write(self, label: str, command: Callable[[Work], T]) -> T:
        """Run a command in one transaction. Any error leaves the book as it was."""
        result, touched = self._transact(label, command, "local")
        self._tell(touched)
        return result

    def apply(self, page: Sequence[Arrived], cursor: Mapping[str, Any], *, shelve: bool = False) -> Touched:
        """Take in a page of the ordered log with its cursor, in one transaction (see store.replica)."""

        def take_in(work: Work) -> None:
            Replica(work, shelve=shelve).apply(page, run=cursor.get("run"))
            work.note(**{**cursor, "seq": work.meta.get("seq", 0), "run": work.meta.get("run", b"")})

        _none, touched = self._transact(_("Sync"), take_in, "sync")
        self._tell(touched)
        return touched

    def load(
        self, snapshot: Snapshot, *, era: int, is_agreed: bool = False, past_fork: bool = False,
        progress: Progress | None = None,
    ) -> Touched:  # fmt: skip
        """Load this book anew from a snapshot of the service; what only this device has is carried over.

        The work goes on beside until the new file takes the old one's place. Raises `RuleBroken` (WIPE_OUT) when a
        fifth of it would go (`past_fork`, one record) and nobody agreed, `StillWaiting` when it is to carry others and
        changes wait, `Forked`, `ProtocolBroken`, `InUse`, or what `progress` raises; the book is then as it was.
        """
        facts = {**self.facts(), "era": era}
        is_renewed = snapshot.scope != facts.get("scope", 0)
        if past_fork:  # what waits is put aside and sent first; then it is loaded by what it carries now
            snapshot = snapshot._replace(scope=facts.get("scope", 0))
        made = load(self.path, self.key, snapshot, facts, self._plan, self.clock, progress=progress)
        try:
            with self._writer, self._readers.shut(), explained(self.path, self.key):
                self._assert_open()
                with read_transaction(self._engine) as connection:
                    lost, held = lost_records(connection, made, self.key)
                    before = everything(connection) if is_renewed else {}
                    if is_renewed and not past_fork:
                        refuse_while_waiting(connection)
                    elif not is_agreed:
                        refuse_wipe_out(lost, held, past_fork=past_fork)
                carry_over(
                    self.path, made, self.key, self._plan, self.clock, self._ids,
                    lets_go=is_renewed and lost > 0, past_fork=past_fork,
                )  # fmt: skip
                self._engine.dispose()
                swap_in(made, self.path, self.key)
                self._engine = open_engine(self.path, self.key)
                self._forget_facts()
        finally:
            discard(made)
        now = self.read(everything) if self.listeners else {}  # who shows what is gone hears of it too
        records = {kind: now.get(kind, _NONE) | before.get(kind, _NONE) for kind in {*now, *before}}
        self._tell(touched := Touched(_("Sync"), records, "sync"))
        return touched

    def actor(self) -> Actor:
        """Who writes in this book."""
        meta = self.facts()
        return Actor(meta["device"], meta["user"], Role(meta["role"]))

    def facts(self) -> log.Meta:
        """The little facts of the book: ids, device, cursor, whether it is shared.

        Whoever holds the lock alone writes them: they are read once after each write.
        """
        known, turn = self._facts, self.turn
        if known is None or self.is_read_only:
            known = self.read(log.read_meta)
            self._facts = known if turn == self.turn else None
        return dict(known)

    def _forget_facts(self) -> None:
        self.turn += 1
        self._facts = None

    def verify(self) -> Proof:
        """Prove the file, the chains, the order and every row; reads all of it."""
        with (
            self._readers.passing(),
            explained(self.path, self.key),
            read_transaction(self._engine) as shown,
        ):
            found = [Problem(code="PAGES", message=fault) for fault in faults(self.path, self.key)]
            return prove(shown, self._plan, self.clock, found, is_balanced=_is_balanced)

    def backup(self, target: Path) -> None:
        """Write a backup beside the work going on, and prove it; DiskFull, ReadOnly or Damaged else."""
        write_backup(self.path, self.key, target, made_at_us=self.clock.now_us())

    def _transact(self, label: str, command: Callable[[Work], T], origin: str) -> tuple[T, Touched]:
        with self._writer, explained(self.path, self.key):
            self._assert_open()
            try:
                with write_transaction(self._engine) as connection:
                    work = Work(connection, self._plan, self.clock, self._ids, before_first=self._settle)
                    before = work.meta["epoch"], work.number
                    result = command(work)
                    touched = work.close(label, origin)
            finally:
                self._forget_facts()
            if (work.meta["epoch"], work.number) != before:
                self._marks.keep(work.meta, work.number)
                settle_restored_copy(self.path)
            return result, touched

    def settle(self) -> None:
        """Make the home of a new book here; one that is a copy becomes itself at once."""
        self._transact("", lambda work: work.settle(), "local")

    def _settle(self, work: Work) -> None:
        settle(work, self._marks)

    @property
    def installation(self) -> str:
        """Which installation this is; empty where no marks are kept."""
        return self._marks.installation

    def take_over(self) -> None:
        """Take the book over from the version that had it last: what that one could not read takes effect.

        Raises `TooNew` where that was a newer one than this.
        """
        facts, kinds = self.facts(), self._plan.kinds
        if is_newer(facts, kinds):
            raise too_new(self.path)
        if self.is_read_only or not is_due(facts, kinds):
            return
        try:
            self._transact("", take_down, "local")
        except DiskFull:
            _log.warning("there is no room to take the book over; the next opening does it")
        except BookError:
            raise
        except Exception as error:  # noqa: BLE001  a book must open, whatever lies on its shelf
            _log.error("the shelf was left as it is: %s", type(error).__name__)
            self._transact("", take_note, "local")

    def why_copy(self) -> Why | None:
        """Why this file is a copy that has not begun its own epoch yet; None when it is none."""

        def ask(read: Connection) -> Why | None:
            meta = log.read_meta(read)
            return self._marks.why_copy(meta, log.chain_head(read, meta["device"], meta["epoch"])[0])

        return self.read(ask)

    def _assert_open(self) -> None:
        """A late thread must not open the file again: another process may have it by now."""
        assert self._is_open, "this book was closed"

    def _tell(self, touched: Touched) -> None:
        for listener in self.listeners:
            listener(touched)


def waiting_to_sync(read: Connection) -> int:
    """How many changes wait for the service; nought in a book that is not shared."""
    return log.pending_count(read) if log.read_meta(read).get("shared") else 0


def restore_book(source: Path, target: Path) -> None:
    """Bring a book and its key file back from a backup under a new name, never over anything that stands there.

    Raises `AlreadyThere`, `NotABook`, `Damaged`, `TooNew`, `DiskFull` or `ReadOnly`, and then leaves nothing behind.
    """
    restore_files(source, target)


def _begin(work: Work) -> None:
    work.settle()
    take_note(work)


def _is_balanced(connection: Connection) -> bool:
    return sum(trial_balance(connection).values()) == 0


def _weighed(connection: Connection) -> Mapping[str, int]:
    """What an upgrade may not change: the trial balance and how much there is."""
    sql = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM receipts)"
    written, received = connection.exec_driver_sql(sql).one()
    counts = {"changes": log.last_entry(connection), "documents": written, "receipts": received}
    return {**counts, **{f"balance {account}": paise for account, paise in trial_balance(connection).items()}}


__all__ = [
    "PLAN",
    "PROJECTIONS",
    "Book",
    "Identity",
    "Proof",
    "Touched",
    "Work",
    "carries_all",
    "device_rows",
    "journal",
    "raw_limit",
    "search",
    "series_of",
    "series_rows",
    "waiting_to_sync",
    "without_indexes",
]
