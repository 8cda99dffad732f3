"""A simulated world: devices and a service, a network that fails, machines that crash, clocks that lie.

One seed makes one history. Time, ids and chance come from it alone; messages are the bytes that would travel.
"""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from core.bank.reading.statement import StatedLine
from core.book import Book, Identity
from core.changes.change import Role
from core.clock import INDIA, instant_us
from core.company.commands import save_company
from core.company.model import Udyam
from core.errors import Offline, SyncError
from core.ids import Id
from sync.client import deposits
from sync.client.enrol import invite, join, share
from sync.client.handback import declare_lost
from sync.client.owner import Owner
from sync.client.scopes import set_scope
from sync.client.transport import Reply
from sync.server import archive, backup, gathering, house, snapshots, tables
from sync.server.database import open_database, reading, writing
from sync.server.devices import people_changed
from sync.server.service import Service
from tests.core.books import CHEAP, COMPANY, PASSPHRASE
from tests.simulation.broken import Broken, expect
from tests.simulation.device import Device
from tests.simulation.filed import Told
from tests.simulation.ground import Ground
from tests.simulation.watch import Said, Watch, said
from tests.simulation.wire import CALM, URL, Crash, SimClock, Weather, Wire

BEGIN_US = instant_us(dt.datetime(2026, 11, 20, 11, tzinfo=INDIA))
YEAR_US = 365 * 86_400 * 1_000_000
_ASKING = ("knock", "prove", "pull")
"""What writes nothing to the order."""
_MINUTES_US = 600_000_000
"""What it takes to bring a backup in."""
_BESIDE = ("check_out", "check_in")
"""What stands beside the order."""
SMALL = msgspec.structs.replace(COMPANY, udyam=Udyam("UDYAM-KR-03-0001234", "small", dt.date(2022, 1, 1)))
"""A company that the MSMED Act gives interest to."""


ROLES = (Role.OWNER, Role.BOOKKEEPER, Role.AUDITOR)
"""Those that see the whole book."""


class World:
    """One history in the making."""

    def __init__(
        self, seed: int, folder: Path, *, devices: int, weather: Weather = Weather(), ground: Ground | None = None
    ) -> None:  # fmt: skip
        """Where a ground is given, its devices are there already, with what they have written."""
        self.seed = seed
        self.chance = random.Random(seed)
        self.folder = folder
        self.now_us = BEGIN_US
        self.weather = CALM
        self.late: list[tuple[str, bytes, Id | None]] = []
        self.filed: dict[str, Told] = {}
        """What each filed return told when a device first saw it in the order, by period."""
        self.seen_at_filing: dict[Id, frozenset[Id]] = {}
        """By filed return: every document that was in the book of who filed it."""
        self.statement: list[StatedLine] = []
        """The bank's file, as far as the bank has told."""
        self.devices: list[Device] = []
        self.seen: dict[Said, dict[int, Any]] = {}
        """By change that was written: the image of its record as its author saw it."""
        self.forgiven: set[Said] = set()
        """Written on a machine that was lost, or put back to its backup: it may be gone."""
        self.watch = Watch()
        self.field: set[Id] = set()
        """The devices that ever were sent out."""
        self.theme: Callable[[World], None] | None = None
        """A rarer mishap that happens here again and again; there is field work then, too."""
        self.is_full_of_it = False
        """Whether nothing else happens so often."""
        self.photos: dict[bytes, bytes] = {}
        """What was photographed, by the file's address."""
        self.story: list[str] = []
        """What happened, in short: two histories of one seed have the same."""
        self._clock = SimClock(self)
        self._stormy = weather
        self._kept_upto: int | None = None
        self._restored = self._made = 0
        self._has_joined = False
        """Whether somebody has joined since the service's backup."""
        if ground is not None:
            ground.lay(self)
        self._start_service()
        if ground is not None:
            self._open(devices)
        else:
            self._found(devices)

    def serve(self, path: str, body: bytes, device: Id | None = None) -> Reply:
        """Hand a request of a device to the service, which may crash before or after its commit."""
        self.watch.is_releasing = path == "release"
        if path == "push" and device is not None and self.field:
            self.watch.note_carried(self.database, device)
        try:
            reply = self.service.handle(path, body)
        except Crash:
            self._start_service()
            self._watch(path, device)
            raise Offline("the service went away") from None
        self._watch(path, device)
        if self._crashes():
            self._start_service()
            raise Offline("the service went away after its commit")
        return Reply(reply.status, reply.body)

    def _watch(self, path: str, device: Id | None) -> None:
        if path in _BESIDE:
            self.watch.note_outs(self.database)
        elif path not in _ASKING:
            self.watch.look(self.database, self.now_us, device if path == "handback" else None)

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
            path, body, device = self.late.pop(self.chance.randrange(len(self.late)))
            try:
                self.serve(path, body, device)
            except Offline:
                pass

    def wait(self) -> None:
        """Time goes by: seconds, minutes or days; sometimes a clock is set wrong or right."""
        self.now_us += self.chance.choice((1, 30, 600, 20_000, 90_000)) * 1_000_000
        if self.chance.randrange(25) == 0:
            clock = self.chance.choice(self.devices).clock
            clock.error_us = self.chance.choice((0, 0, -YEAR_US, YEAR_US, -3_600_000_000, 200_000_000))
        if self.chance.randrange(12) == 0:
            self.appoint(self.chance.choice(self.devices[1:]), self.chance.choice(ROLES))

    def maybe_crash(self) -> None:
        """Stop the machine here, now and then."""
        if self._crashes():
            raise Crash

    def newcomer(self) -> Device:
        """One more device, invited by the first; the line is good while it joins."""
        device = self._another()
        self._in_calm(lambda: self._join(device))
        self.devices.append(device)
        self._has_joined = True
        return device

    def copied(self, original: Device, *, with_marks: bool = False) -> Device:
        """The files of a book as they lie, copied to another computer; now and then with all that lies around them."""
        twin = self._another()
        original.copy_to(twin, with_marks=with_marks)
        if with_marks:
            self.watch.clones.add(twin.id)
        self.devices.append(twin)
        return twin

    def revoke(self, device: Device, *, is_lost: bool) -> None:
        """The first device's owner ends another; one that is lost is never seen again."""
        known = device.id
        twins = [each for each in self.devices if each.id == known]
        self._in_calm(lambda: self._owner().revoke(known, is_lost=is_lost))
        for each in twins:
            each.is_ending = True
            if is_lost:
                self.bury(each)

    def bury(self, device: Device) -> None:
        """A device is at its end: whatever was never sent nor laid down is gone with it."""
        expect(device.is_ending, f"{device.name} ended itself, and nobody had asked for that")
        self.forgiven |= device.written() - self.watch.heard()
        self.devices.remove(device)
        device.book.close()

    def release_deposits(self) -> None:
        """The owner lets in what revoked devices have laid down."""
        self._in_calm(self._release_all)

    def appoint(self, device: Device, role: Role) -> None:
        """An owner sets a role at the service; the device hears of it when it next pulls."""
        at, known = tables.devices.c, device.id

        def set_role() -> None:
            with writing(self.database) as connection:
                decided = {"role": role.value, "set_era": house.era(connection, self.tenant)}
                connection.execute(sa.update(tables.devices).where(at.device == known).values(**decided))
                people_changed(connection, self.tenant)

        self._in_calm(set_role)

    def send_out(self, device: Device, parties: list[Id]) -> None:
        """An owner sends a device into the field with some parties; one that is there is given others."""
        self.field.add(device.id)
        self.appoint(device, Role.FIELD)
        first, known = self.devices[0], device.id
        self._in_calm(
            lambda: first.ask(lambda: set_scope(first.courier.session, known, parties, is_agreed=True))
        )

    def back_up_service(self) -> None:
        """Write a backup of the service while it serves."""
        backup.backup(self._url, self._backup)
        self._has_joined = False
        self._kept_upto = len(self.watch.order)

    def has_backup(self) -> bool:
        """Whether the service has a backup that it may go back to."""
        return self._kept_upto is not None

    def put_service_back(self) -> bool:
        """The service's machine is replaced, and the last backup brought in; False when there is none that fits."""
        known = max(device.book.facts()["seq"] for device in self.devices)
        is_unheard_of = (
            self.is_full_of_it and self._has_joined
        )  # nobody else may know who joined: it is invited anew
        if (
            self._kept_upto is None
            or known > len(self.watch.order)
            or not self.is_of_one_mind()
            or is_unheard_of
        ):
            return False
        self.database.dispose()
        self._restored += 1
        self.now_us += _MINUTES_US
        backup.restore(self._url, self._backup, clock=self._clock)
        self.watch.fall_back(self._kept_upto, known)
        self._start_service()
        self.watch.note_outs(self.database)
        with reading(self.database, self.tenant) as connection:
            known = set(connection.execute(sa.select(tables.devices.c.device)).scalars())
        if any(device.id not in known for device in self.devices):
            self.watch.may_fork = True  # it waits for nobody whom it has not heard of
        if self.field:
            self.forgive_let_go()
        return True

    def forgive_let_go(self) -> None:
        """What devices in the field have sent, and let go with its parties, is gone with a service that loses it."""
        with reading(self.database, self.tenant) as connection:
            entries = archive.entries_after(connection, self.tenant, 0, 1 << 30)
            held = {said(each.device, each.data) for each in entries}
        held = held.union(*(device.held() for device in self.devices))
        self.forgiven |= {what for what in self.seen.keys() - held if what.device in self.field}

    def is_of_one_mind(self) -> bool:
        """Whether nobody shows the order of before a fork any more."""
        return all(self.watch.is_current(device.session.order) for device in self.devices)

    def declare_lost(self) -> None:
        """The owner who knows least lets the service wait for nobody any more, and goes on; what others hold is judged
        anew."""
        facts = [(device.book.facts()["seq"], n, device) for n, device in enumerate(self.devices)]
        owners = [each for each in facts if each[2].book.facts()["role"] == Role.OWNER.value]
        one = min(owners)[2]
        self.watch.may_fork = True

        def declared() -> None:
            one.ask(lambda: declare_lost(one.book, passphrase=PASSPHRASE, transport=Wire(self, one.id)))
            one.meet()
            one.sync()

        self._in_calm(declared)

    def is_gathering(self) -> bool:
        """Whether the service waits for what its devices still hold."""
        with reading(self.database) as connection:
            return not gathering.state(connection, self.tenant).is_done

    def compact(self) -> None:
        """A snapshot is made, and the log before it archived; the service may crash at it."""
        try:
            if snapshots.make(self.service.means, self.tenant):
                archive.compact(self.database, self.tenant, self._clock.now_us(), days=0)
        except Crash:
            self._start_service()
        self.watch.look(self.database, self.now_us)

    def close(self) -> None:
        """Let every file go."""
        for device in self.devices:
            device.book.close()
        self.database.dispose()

    @property
    def tenant(self) -> Id:
        """The business."""
        found: Id = self.devices[0].book.facts()["tenant"]
        return found

    def _open(self, devices: int) -> None:
        """Open the books that lie here."""
        for _n in range(devices):
            device = self._another()
            device.open()
            self.devices.append(device)

    def _found(self, devices: int) -> None:
        first = self._another()
        book, _code = Book.create(
            first.path, Identity("User 0", "device 0"), passphrase=PASSPHRASE, clock=first.clock, ids=first.ids,
            cost=CHEAP, marks=first.marks,
        )  # fmt: skip
        first.adopt(book)
        book.write("Company", lambda work: save_company(work, SMALL))
        share(
            first.book, URL, self.service.founding_code(), passphrase=PASSPHRASE, transport=Wire(self),
            random=self.dice().randbytes, cost=CHEAP,
        )  # fmt: skip
        first.meet()
        self.devices.append(first)
        for _more in range(1, devices):
            self.newcomer()

    def _another(self) -> Device:
        path = self.folder / f"device{self._made}.bahi"
        self._made += 1
        return Device(self, path, SimClock(self), self.dice())

    def _join(self, device: Device) -> None:
        code = invite(self.devices[0].book, Role.OWNER, passphrase=PASSPHRASE, transport=Wire(self))
        made = join(
            device.path, URL, code, user=f"User {self._made}", device_name=device.name, passphrase=PASSPHRASE,
            clock=device.clock, ids=device.ids, transport=Wire(self), random=self.dice().randbytes, cost=CHEAP,
            marks=device.marks,
        )  # fmt: skip
        device.adopt(made.book)
        device.meet()

    def _owner(self) -> Owner:
        first = self.devices[0]
        return Owner(first.book, first.courier.session, first.courier.signer)

    def _release_all(self) -> None:
        owner = self._owner()
        for each in deposits.waiting(owner):
            deposits.release(owner, each.deposit)

    def _in_calm(self, deed: Callable[[], None]) -> None:
        """Do what is only done while the line is good."""
        weather, self.weather = self.weather, CALM
        try:
            deed()
        finally:
            self.weather = weather

    def dice(self) -> random.Random:
        """Dice of somebody's own."""
        return random.Random(self.chance.getrandbits(64))

    @property
    def _backup(self) -> Path:
        return self.folder / "service.bahibackup"

    @property
    def _url(self) -> str:
        return f"sqlite:///{self.folder / f'service{self._restored or str()}.db'}"

    def _start_service(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()
        self._in_calm(self._open_service)

    def _open_service(self) -> None:
        self.database = open_database(self._url)
        sa.event.listen(self.database, "commit", lambda _connection: self.maybe_crash())
        self.service = Service(self.database, self._clock, self.dice().randbytes)

    def _crashes(self) -> bool:
        return bool(self.weather.crash) and self.chance.randrange(1000) < self.weather.crash


__all__ = ["CALM", "Broken", "Device", "SyncError", "Weather", "World", "expect"]
