"""A simulated world: devices and a service, a network that fails, machines that crash, clocks that lie.

One seed makes one history. Time, ids and chance come from it alone; messages are the bytes that would travel.
"""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from core.bank.reading.statement import StatedLine
from core.book import PLAN, Book, Identity
from core.changes.change import Role
from core.changes.kind import ChangeClass
from core.changes.record import image_of
from core.clock import INDIA, instant_us
from core.company.commands import save_company
from core.company.model import Udyam
from core.errors import Offline, RuleBroken, SyncError
from core.ids import Id, IdMaker
from core.store import log
from core.store.touched import Touched
from sync.client.courier import Courier, Round, courier_of
from sync.client.enrol import invite, join, share
from sync.client.transport import Reply
from sync.server import tables
from sync.server.database import open_database, writing
from sync.server.service import Service
from tests.core.books import CHEAP, COMPANY, PASSPHRASE
from tests.simulation.broken import Broken, expect
from tests.simulation.filed import Told, note_filed
from tests.simulation.session import Session, read_your_writes
from tests.simulation.watch import Watch, cursor_within_head, digests_agree

BEGIN_US = instant_us(dt.datetime(2026, 11, 20, 11, tzinfo=INDIA))
YEAR_US = 365 * 86_400 * 1_000_000
URL = "https://service.example"
_ASKING = ("knock", "prove", "pull")
"""What writes nothing to the order."""
SMALL = msgspec.structs.replace(COMPANY, udyam=Udyam("UDYAM-KR-03-0001234", "small", dt.date(2022, 1, 1)))
"""A company that the MSMED Act gives interest to."""


class Crash(BaseException):
    """The machine stops here; nothing may catch it but the world."""


class Weather(NamedTuple):
    """How often a message meets which fate, in per cent, and how often a machine crashes at a commit, in per mille."""

    lost: int = 10
    answer_lost: int = 10
    late: int = 8
    repeated: int = 8
    crash: int = 30
    cut: int = 4


CALM = Weather(0, 0, 0, 0, 0, 0)


class SimClock:
    """A machine's clock: the world's time and its own error. Each reading takes a microsecond."""

    def __init__(self, world: "World", error_us: int = 0) -> None:
        self._world = world
        self.error_us = error_us

    def now_us(self) -> int:
        """What this machine believes."""
        self._world.now_us += 1
        return self._world.now_us + self.error_us


class Wire:
    """A device's way to the service through the world's weather."""

    url = URL

    def __init__(self, world: "World") -> None:
        self._world = world

    def post(self, path: str, body: bytes) -> Reply:
        """Send, lose, delay or repeat."""
        world, chance = self._world, self._world.chance
        fate, weather = chance.randrange(100), world.weather
        for name in ("lost", "late", "answer_lost", "repeated", "cut"):
            fate -= getattr(weather, name)
            if fate < 0:
                break
        else:
            name = "arrives"
        world.story.append(f"{path} {name} {len(body)}")
        if name == "lost":
            raise Offline("lost")
        if name == "late":
            world.late.append((path, body))
            raise Offline("timed out; it arrives later")
        if name == "cut":
            reply = world.serve(path, body[: chance.randrange(len(body))])
            expect(400 <= reply.status < 500, f"half a request to {path} was answered with {reply.status}")
            raise Offline("half of it arrived")
        reply = world.serve(path, body)
        if name == "repeated":
            reply = world.serve(path, body)
        if name == "answer_lost":
            raise Offline("the answer was lost")
        return reply

    def close(self) -> None:
        """Nothing to let go."""


class Device:
    """One book on one machine, and what was written there."""

    def __init__(self, world: "World", path: Path, clock: SimClock, chance: random.Random) -> None:
        self.world = world
        self.path = path
        self.clock = clock
        self.ids = IdMaker(clock, chance.randbytes)
        self.book: Book
        self.courier: Courier
        self.seen: dict[int, dict[int, Any]] = {}
        """By change number: the image of its record as its author saw it."""
        self.session = Session()
        self.plan = PLAN
        """What the app of this machine knows."""

    @property
    def name(self) -> str:
        """As it is called in what a history says."""
        return self.path.stem

    def knows(self, kind: str) -> bool:
        """Whether the app of this machine knows a kind of change."""
        return kind in self.plan.kinds

    def adopt(self, book: Book) -> None:
        """Run on this open book from now on."""
        self.book = book
        book.listeners.append(self._after_commit)
        sa.event.listen(book._engine, "commit", self._before_commit)

    def meet(self) -> None:
        """Make the courier anew, as a fresh process would."""
        self.courier = courier_of(self.book, passphrase=PASSPHRASE, transport=Wire(self.world))

    def sync(self) -> Round | None:
        """One round; None when it was cut off."""
        try:
            done = self.courier.round()
            self.book.read(lambda read: note_filed(read, self.world.filed))
            self.look()
            return done
        except Offline:
            self.look()
            return None
        except Crash:
            self.restart()
            return None

    def look(self) -> None:
        """Somebody reads the book: what it shows must agree with what it showed, and with what others show."""
        meta, watch = self.book.facts(), self.world.watch
        self.book.read(lambda read: self.session.read(read, meta["device"], self.name))
        cursor_within_head(meta["seq"], len(watch.order), self.name)
        if not self.book.read(log.pending_count) and not self.book.read(log.shelved_count):
            digests_agree(watch.digests, meta["seq"], meta["digest"], self.name)

    def write(self, label: str, command: Callable[[Any], Any]) -> Any:
        """One local write; None when a rule refused it or the machine crashed."""
        number = self._last_number()

        def watched(work: Any) -> Any:
            record = work.record

            def record_watched(kind: Any, about: Id, body: Any) -> bool:
                before = dict(work.standing.image(about) or {})
                written: bool = record(kind, about, body)
                if written:
                    nonlocal number
                    number += 1
                    pending[number] = before
                    if kind.change_class is ChangeClass.FIELDS:
                        fields[about] = msgspec.msgpack.decode(
                            msgspec.msgpack.encode(image_of(body)), type=dict[int, Any]
                        )
                return written

            work.record = record_watched
            return command(work)

        pending: dict[int, dict[int, Any]] = {}
        fields: dict[Id, dict[int, Any]] = {}
        try:
            result = self.book.write(label, watched)
            self.book.read(lambda read: read_your_writes(read, fields, self.name))
        except RuleBroken:
            return None
        except Crash:
            self.restart()
            result = None
        kept = self._last_number()
        self.seen.update({n: before for n, before in pending.items() if n <= kept})
        self.look()
        return result

    def restart(self) -> None:
        """The process is gone; another opens the file as it lies."""
        self.book._engine.dispose()
        assert self.book._lock is not None
        self.book._lock.release()
        self.adopt(
            Book.open(self.path, passphrase=PASSPHRASE, clock=self.clock, ids=self.ids, plan=self.plan)
        )
        self.meet()
        self.look()

    def _last_number(self) -> int:
        def last(read: Any) -> int:
            meta = log.read_meta(read)
            return log.chain_head(read, meta["device"], meta["epoch"])[0]

        return self.book.read(last)

    def _before_commit(self, _connection: Any) -> None:
        self.world.maybe_crash()

    def _after_commit(self, _touched: Touched) -> None:
        self.world.maybe_crash()


class World:
    """One history in the making."""

    def __init__(self, seed: int, folder: Path, *, devices: int, weather: Weather = Weather()) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.folder = folder
        self.now_us = BEGIN_US
        self.weather = CALM
        self.late: list[tuple[str, bytes]] = []
        self.filed: dict[str, Told] = {}
        """What each filed return told when a device first saw it in the order, by period."""
        self.seen_at_filing: dict[Id, frozenset[Id]] = {}
        """By filed return: every document that was in the book of who filed it."""
        self.statement: list[StatedLine] = []
        """The bank's file, as far as the bank has told."""
        self.devices: list[Device] = []
        self.watch = Watch()
        self.story: list[str] = []
        """What happened, in short: two histories of one seed have the same."""
        self._clock = SimClock(self)
        self._stormy = weather
        self._start_service()
        self._found(devices)

    def serve(self, path: str, body: bytes) -> Reply:
        """Hand a request to the service, which may crash before or after its commit."""
        try:
            reply = self.service.handle(path, body)
        except Crash:
            self._start_service()
            self.watch.look(self._database)
            raise Offline("the service went away") from None
        if path not in _ASKING:
            self.watch.look(self._database)
        if self._crashes():
            self._start_service()
            raise Offline("the service went away after its commit")
        return Reply(reply.status, reply.body)

    def storm(self) -> None:
        """Let the weather begin."""
        self.weather = self._stormy

    def calm(self) -> None:
        """Heal: what was late is gone for good or arrives now, and nothing fails any more."""
        self.weather = CALM
        while self.late:
            self.deliver_late()

    def deliver_late(self) -> None:
        """Let one late message arrive, in no order."""
        if self.late:
            path, body = self.late.pop(self.chance.randrange(len(self.late)))
            try:
                self.serve(path, body)
            except Offline:
                pass

    def wait(self) -> None:
        """Time goes by: seconds, minutes or days; sometimes a clock is set wrong or right."""
        self.now_us += self.chance.choice((1, 30, 600, 20_000, 90_000)) * 1_000_000
        if self.chance.randrange(25) == 0:
            clock = self.chance.choice(self.devices).clock
            clock.error_us = self.chance.choice((0, 0, -YEAR_US, YEAR_US, -3_600_000_000, 200_000_000))
        if self.chance.randrange(12) == 0:
            self.appoint(self.chance.choice(self.devices[1:]), self.chance.choice(list(Role)))

    def maybe_crash(self) -> None:
        """Stop the machine here, now and then."""
        if self._crashes():
            raise Crash

    def newcomer(self) -> Device:
        """One more device, invited by the first; it fetches everything from the beginning."""
        n = len(self.devices)
        device = Device(self, self.folder / f"device{n}.bahi", SimClock(self), self._dice())
        code = invite(self.devices[0].book, Role.OWNER, passphrase=PASSPHRASE, transport=Wire(self))
        made = join(
            device.path, URL, code, user=f"User {n}", device_name=f"device {n}", passphrase=PASSPHRASE,
            clock=device.clock, ids=device.ids, transport=Wire(self), random=self._dice().randbytes, cost=CHEAP,
        )  # fmt: skip
        device.adopt(made.book)
        device.meet()
        self.devices.append(device)
        return device

    def close(self) -> None:
        """Let every file go."""
        for device in self.devices:
            device.book.close()
        self._database.dispose()

    def _found(self, devices: int) -> None:
        first = Device(self, self.folder / "device0.bahi", SimClock(self), self._dice())
        book, _code = Book.create(
            first.path, Identity("User 0", "device 0"), passphrase=PASSPHRASE, clock=first.clock, ids=first.ids,
            cost=CHEAP,
        )  # fmt: skip
        first.adopt(book)
        book.write("Company", lambda work: save_company(work, SMALL))
        code = self.service.founding_code()
        share(
            first.book, URL, code, passphrase=PASSPHRASE, transport=Wire(self),
            random=self._dice().randbytes, cost=CHEAP,
        )  # fmt: skip
        first.meet()
        self.devices.append(first)
        for _more in range(1, devices):
            self.newcomer()

    def appoint(self, device: Device, role: Role) -> None:
        """An owner sets a role at the service; the device hears of it when it next pulls."""
        at, known = tables.devices.c, device.book.facts()["device"]
        calm, self.weather = self.weather, CALM
        with writing(self._database) as connection:
            connection.execute(sa.update(tables.devices).where(at.device == known).values(role=role.value))
            connection.execute(sa.update(tables.tenants).values(people=tables.tenants.c.people + 1))
        self.weather = calm

    def _dice(self) -> random.Random:
        return random.Random(self.chance.getrandbits(64))

    def _start_service(self) -> None:
        if hasattr(self, "_database"):
            self._database.dispose()
        self._database = open_database(f"sqlite:///{self.folder / 'service.db'}")
        sa.event.listen(self._database, "commit", lambda _connection: self.maybe_crash())
        calm, self.weather = self.weather, CALM
        self.service = Service(self._database, self._clock, self._dice().randbytes)
        self.weather = calm

    def _crashes(self) -> bool:
        return bool(self.weather.crash) and self.chance.randrange(1000) < self.weather.crash


__all__ = ["Broken", "Crash", "Device", "SyncError", "Weather", "World", "expect"]
