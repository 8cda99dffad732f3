"""One book on one machine of a simulated world: what is written there, what it shows, how it crashes and is copied."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from core.book import PLAN, Book, restore_book
from core.changes.kind import ChangeClass
from core.changes.record import image_of
from core.errors import Ended, Offline, RuleBroken, SyncError
from core.ids import Id, IdMaker
from core.store import log, wiping
from core.store.touched import Touched
from sync.client.courier import Courier, Round, courier_of
from sync.client.handback import OutOfReach
from tests.core.books import PASSPHRASE
from tests.simulation.filed import note_filed
from tests.simulation.rows import rows_of
from tests.simulation.session import Session, read_your_writes, written
from tests.simulation.watch import Place, Said, cursor_within_head, digests_agree, said
from tests.simulation.wire import Crash, SimClock, Wire

if TYPE_CHECKING:
    from tests.simulation.world import World

FILES = ("", ".key", ".device")
"""What a book is on the disk, by how the names end."""
_HELD = " UNION ".join(
    f"SELECT device, data FROM {table} WHERE length(data) > 0 AND number > 0"
    for table in ("changes", "older_changes", "taken_back")
)
_WAITING = "SELECT epoch, number, data FROM changes WHERE device = ? AND seq IS NULL"


class Device:
    """One book on one machine, and what was written there."""

    def __init__(self, world: "World", path: Path, clock: SimClock, chance: random.Random) -> None:
        self.world = world
        self.path = path
        self.clock = clock
        self.ids = IdMaker(clock, chance.randbytes)
        self.book: Book
        self.courier: Courier
        self.session = Session()
        self.waits_for_others = False
        """Whether its book begins later than what a service that was put back has, so that another must sync first."""
        self.plan = PLAN
        """What the app of this machine knows."""
        self.marks = path.with_name(f"{path.stem} marks")
        self.is_ending = False
        """Revoked, and it has not heard of it yet."""

    @property
    def name(self) -> str:
        """As it is called in what a history says."""
        return self.path.stem

    @property
    def id(self) -> Id:
        """The device that this book is of; copies of a book are of one device."""
        found: Id = self.book.facts()["device"]
        return found

    def knows(self, kind: str) -> bool:
        """Whether the app of this machine knows a kind of change."""
        return kind in self.plan.kinds

    def adopt(self, book: Book) -> None:
        """Run on this open book from now on."""
        self.book = book
        book.listeners.append(self._after_commit)
        sa.event.listen(book._engine, "commit", self._before_commit)

    def open(self) -> None:
        """Open the book as it lies."""
        self.adopt(
            Book.open(
                self.path, passphrase=PASSPHRASE, clock=self.clock, ids=self.ids, plan=self.plan, marks=self.marks
            )
        )  # fmt: skip
        self.meet()

    def meet(self) -> None:
        """Make the courier anew, as a fresh process would."""
        self.courier = courier_of(self.book, passphrase=PASSPHRASE, transport=Wire(self.world, self.id))

    def sync(self) -> Round | None:
        """One round; None when it was cut off, when the device is at its end, or when others must sync first."""
        self.waits_for_others = False
        try:
            done = self.courier.round()
            self.book.read(self._filed_and_shown)
            return done
        except Offline:
            self.look()
            return None
        except (OutOfReach, wiping.WipeOut):
            self.waits_for_others = True
            self.look()
            return None
        except Ended:
            self.world.bury(self)
            return None
        except Crash:
            self.restart()
            return None

    def agree(self) -> None:
        """A person agrees that what no device brings back any more is gone."""
        if self.book.facts().get(wiping.HALTED):
            self.write("Agree", wiping.agree)
            self.world.forgive_let_go()

    def ask(self, deed: Callable[[], Any]) -> None:
        """Something that is done at the service, online; it may be refused, or go wrong on the way."""
        try:
            deed()
        except SyncError:
            pass
        except Crash:
            self.restart()
        self.look()

    def look(self) -> None:
        """Somebody reads the book: what it shows must agree with what it showed, and with what others show."""
        self.book.read(self._shown)

    def _filed_and_shown(self, read: Any) -> None:
        note_filed(read, self.world.filed)
        self._shown(read)

    def _shown(self, read: Any) -> None:
        meta, watch = log.read_meta(read), self.world.watch
        unfinished = self.session.read(read, meta, self.name, watch.forks, watch.heard)
        cursor_within_head(meta["seq"], watch.reach, self.name)
        if not any(unfinished) and watch.is_current(self.session.order) and not meta.get("partial"):
            digests_agree(watch.digests, meta["seq"], meta["digest"], self.name)

    def write(self, label: str, command: Callable[[Any], Any]) -> Any:
        """One local write; None when a rule refused it or the machine crashed."""

        def watched(work: Any) -> Any:
            record = work.record

            def record_watched(kind: Any, about: Id, body: Any) -> bool:
                before = dict(work.standing.image(about) or {})
                written: bool = record(kind, about, body)
                if written:
                    pending[Place(work.actor.device, work.meta["epoch"], work.number)] = before
                    if kind.change_class is ChangeClass.FIELDS:
                        fields[about] = msgspec.msgpack.decode(
                            msgspec.msgpack.encode(image_of(body)), type=dict[int, Any]
                        )
                return written

            work.record = record_watched
            return command(work)

        def written_and_shown(read: Any) -> None:
            read_your_writes(read, fields, self.name)
            self._note(read, pending)
            self._shown(read)

        pending: dict[Place, dict[int, Any]] = {}
        fields: dict[Id, dict[int, Any]] = {}
        try:
            result = self.book.write(label, watched)
            self.book.read(written_and_shown)
            return result
        except RuleBroken:
            return None
        except Crash:
            self.restart()
            self.book.read(lambda read: self._note(read, pending))
            return None

    def _note(self, read: Any, made: dict[Place, dict[int, Any]]) -> None:
        """Keep what the authors of these changes saw, as far as the changes are here."""
        device = log.read_meta(read)["device"]
        for epoch, number, data in rows_of(read, _WAITING, device):
            before = made.get(Place(device, epoch, number))
            if before is not None:
                self.world.seen[said(device, data)] = before

    def held(self) -> set[Said]:
        """Every change that lies anywhere in this book with all it says."""
        return self.book.read(lambda read: {said(*row) for row in rows_of(read, _HELD)})

    def written(self) -> set[Said]:
        """Everything that this device has written, as this book has it."""
        device = self.id
        return self.book.read(lambda read: written(read, device))

    def restart(self) -> None:
        """The process is gone; another opens the file as it lies."""
        self._let_go()
        self.open()
        self.look()

    def back_up(self) -> None:
        """Write a backup, as Bahi writes one; the one of before goes."""
        self._night().unlink(missing_ok=True)
        self.book.backup(self._night())

    def has_backup(self) -> bool:
        """Whether there is a backup to go back to."""
        return self._night().exists()

    def put_back(self) -> None:
        """The disk is replaced, and the last backup restored; what was written since and never sent is gone."""
        before = self.written()
        self.book.close()
        for ending in ("", ".key", "-wal", "-shm", ".restored"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        restore_book(self._night(), self.path)
        self.session = Session()
        self.open()
        self.world.forgiven |= before - self.written()
        self.look()

    def copy_to(self, twin: "Device", *, with_marks: bool) -> None:
        """The files are copied to another computer as they lie, and both go on.

        With the marks that books leave beside them neither knows that it is a copy.
        """
        self.book.close()
        if with_marks:
            shutil.copytree(self.marks, twin.marks)
        for ending in FILES:
            shutil.copy(
                self.path.with_name(self.path.name + ending), twin.path.with_name(twin.path.name + ending)
            )
        self.open()
        twin.plan = self.plan
        twin.open()

    def _night(self) -> Path:
        return self.path.with_suffix(".bahibackup")

    def _let_go(self) -> None:
        self.book._engine.dispose()
        assert self.book._lock is not None
        self.book._lock.release()

    def _before_commit(self, _connection: Any) -> None:
        self.world.maybe_crash()

    def _after_commit(self, _touched: Touched) -> None:
        self.world.maybe_crash()
