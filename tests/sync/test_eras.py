"""A service restored from a backup, before and after others have pushed to it: nothing is lost, seqs stay as they were
where nobody forked, and all books end alike."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from core.changes.answer import Arrived, decode_answer
from core.changes.change import Outcome, Role
from core.errors import Offline, ProtocolBroken
from core.ids import Id
from core.inbox.queries import items
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from core.store import log, retake
from sync.client import bootstrap
from sync.client.courier import courier_of
from sync.client.handback import declare_lost
from sync.client.session import ServiceRefused
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.protocol.packing import pack, unpack
from sync.server import gathering, house, snapshots, tables
from sync.server.database import open_database, reading, writing
from sync.server.service import Service
from tests.core.books import PASSPHRASE
from tests.sync.day import Shared, apart, begin, edit
from tests.sync.fleet import Device, a_fleet, a_joiner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class Row(NamedTuple):
    """An entry as a service keeps it."""

    seq: int
    device: Id
    number: int
    outcome: int
    answer: bytes
    data: bytes
    run: bytes


class Business:
    """Three devices and a service that can be put back to what a backup has."""

    def __init__(self, folder: Path, service: Service, devices: list[Device]) -> None:
        self.folder = folder
        self.service = service
        self.devices = devices
        self.restored = 0

    def backup(self) -> Path:
        file = self.folder / f"backup{self.restored}.db"
        with closing(sqlite3.connect(self.folder / self.name)) as database:
            database.execute("VACUUM INTO ?", (str(file),))
        return file

    @property
    def name(self) -> str:
        return f"restored{self.restored}.db" if self.restored else "service.db"

    def restore(self, file: Path) -> None:
        """Another machine, the backup brought in: the devices meet it at the same address, in the next era."""
        self.restored += 1
        shutil.copy(file, self.folder / self.name)
        url = f"sqlite:///{self.folder / self.name}"
        self.service.means.database.dispose()
        means = self.service.means
        self.service = Service(
            open_database(url), means.clock, random.Random(self.restored).randbytes, kinds=means.kinds
        )
        with writing(self.service.means.database) as connection:
            house.keep_number(connection, "era", house.kept_number(connection, "era", 1) + 1)
        for device in self.devices:
            device.wire.service = self.service

    def rows(self) -> list[Row]:
        kept = tables.changes.c
        with self.service.means.database.connect() as connection:
            found = connection.execute(sa.select(*(kept[name] for name in Row._fields)).order_by(kept.seq))
            return [Row(*row) for row in found]

    def standing(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that the service makes of its log."""
        told = {}
        with self.service.means.database.connect() as connection:
            for table in (tables.standing, tables.places, tables.cells, tables.buckets, tables.chains):
                told[table.name] = sorted(tuple(row) for row in connection.execute(sa.select(table)))
            told["heads"] = [
                tuple(row) for row in connection.execute(sa.select(tables.heads.c["seq", "run", "digest"]))
            ]
        return told

    def agree(self) -> None:
        """Sync to the end: no book differs from another, or from the service, and each proves itself."""
        for device in (*self.devices, *self.devices):
            device.sync()
        with self.service.means.database.connect() as connection:
            digest = connection.execute(sa.select(tables.heads.c.digest)).scalar_one()
        assert {device.digest for device in self.devices} == {digest}
        for device in self.devices:
            assert device.book.read(log.pending_count) == 0
            assert device.book.read(retake.aside_count) == 0
            assert device.book.verify().problems == ()


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    with a_fleet(tmp_path, 3) as (service, devices):
        made = Business(tmp_path, service, devices)
        yield made
        made.service.means.database.dispose()


def add(device: Device, *names: str) -> None:
    device.book.write("Parties", lambda work: [save_party(work, Party(name=name)) for name in names])


def names(device: Device) -> set[str]:
    return {row.name for row in device.book.read(parties_by_name).rows}


def a_day(business: Business) -> Shared:
    """Everything that may happen to a change: applied, merged, held, refused, contested; on all three devices."""
    one, two, three = business.devices
    shared = begin(one.book)
    for device in business.devices * 2:
        device.sync()
    for n, device in enumerate(business.devices, 1):
        apart(device.book, shared, phone=f"+9198{n:08d}", reference=f"U{n}", contact=f"C{n}")
    for device in (one, two, three):
        device.sync()
    for device in business.devices:
        device.sync()
    return shared


def test_what_a_restored_service_has_lost_comes_back_as_it_was(business: Business) -> None:
    one, two, three = business.devices
    add(one, "Before")
    business.agree()
    file = business.backup()
    shared = a_day(business)
    rows, standing = business.rows(), business.standing()
    assert {Outcome(row.outcome) for row in rows} > {Outcome.MERGED, Outcome.HELD, Outcome.REFUSED}
    for n, device in enumerate(business.devices):
        edit(device.book, shared.party, phone=f"+9197{n:08d}")
        add(device, f"Pending {n}")
    business.restore(file)
    assert len(business.rows()) < len(rows)
    first = one.sync()
    assert business.rows() == rows, "seq, answer, bytes and running hash are what they were"
    assert business.standing() == standing
    assert first.waiting == 2
    assert "device1" in first.note
    assert "device2" in first.note
    assert one.book.facts()["era"] == 2
    assert two.sync().waiting == 2
    assert three.sync().waiting == 0, "the last of them has come: what is new is taken"
    business.agree()
    assert business.rows()[: len(rows)] == rows
    assert names(one) >= {"Before", "Pending 0", "Pending 1", "Pending 2"}


def test_a_device_far_behind_the_backup_only_takes_the_new_era(business: Business) -> None:
    one, two, three = business.devices
    add(one, "One")
    one.sync()
    file = business.backup()
    business.restore(file)
    for device in (two, three, one):
        device.sync()
    assert [device.book.facts()["era"] for device in business.devices] == [2, 2, 2]
    business.agree()


def test_nothing_new_is_taken_until_every_live_device_has_come(business: Business) -> None:
    one, two, three = business.devices
    business.restore(business.backup())
    for device in (one, two):
        add(device, f"By {device.book.path.stem}")
        assert device.sync().waiting == 1
    with reading(business.service.means.database) as connection:
        tenant = one.book.facts()["tenant"]
        assert [name for _device, name in gathering.awaited(connection, tenant)] == ["device2"]
    assert one.sync().waiting == 1, "asked again and again, it waits; there is no error"
    assert three.sync().note == ""
    assert one.sync().waiting == 0
    business.agree()


def test_only_an_owner_declares_the_rest_lost(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 3, role=Role.BOOKKEEPER) as (service, devices):
        business = Business(tmp_path, service, devices)
        one, two, _three = devices
        business.restore(business.backup())
        add(one, "New")
        assert one.sync().waiting == 1
        with pytest.raises(ServiceRefused) as refused:
            declare_lost(two.book, passphrase=PASSPHRASE, transport=two.wire)
        assert refused.value.code == "ROLE"
        told = declare_lost(one.book, passphrase=PASSPHRASE, transport=one.wire)
        assert told == m.Gathering(gathering=False)
        assert declare_lost(one.book, passphrase=PASSPHRASE, transport=one.wire) == told
        assert one.sync() == (1, 0, 0, 0, "")
        business.agree()
        business.service.means.database.dispose()


def forked(business: Business) -> Shared:
    """The backup is old; two devices know more, and a third, which knows no more, meets the service and writes on."""
    one, two, three = business.devices
    shared = begin(one.book)
    for device in business.devices * 2:
        device.sync()
    file = business.backup()
    one.wire.cut = True
    for n, device in enumerate((two, three), 2):
        apart(device.book, shared, phone=f"+9198{n:08d}", reference=f"U{n}", contact=f"C{n}")
        device.sync()
    two.sync()
    edit(two.book, shared.party, email="two@lotus.in")
    add(two, "Pending of two")
    add(three, "Pending of three")
    one.wire.cut = False
    business.restore(file)
    apart(one.book, shared, phone="+919800000009", reference="U9", contact="C9")
    one.sync()
    declare_lost(one.book, passphrase=PASSPHRASE, transport=one.wire)
    assert one.sync().waiting == 0
    return shared


def written(device: Device) -> set[tuple[Id, int, bytes]]:
    return {(entry.device, entry.number, entry.data) for entry in device.entries()}


def test_after_new_pushes_what_was_lost_is_judged_anew_and_nothing_goes(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = business.devices
    forked(business)
    before = written(two) | written(three) | written(one)
    taken, take_back = [], retake.take_back
    monkeypatch.setattr(
        retake, "take_back", lambda work, seq, run: taken.append(take_back(work, seq, run)) or taken[-1]
    )
    done = two.sync()
    assert done.waiting == 0
    assert taken == [18], "the two days of nine changes that the backup does not have"
    business.agree()
    assert {(row.device, row.number, row.data) for row in business.rows()} >= before
    assert written(one) == written(two) == written(three) >= before
    billed = [decode_answer(row.answer) for row in business.rows() if row.outcome == Outcome.REFUSED]
    assert billed, "the milestone was billed by the first to arrive, and the others are told so"
    for device in business.devices:
        assert {"refused", "contested"} <= {item.kind for item in device.book.read(items)}
        assert names(device) >= {"Lotus Foods", "Pending of two", "Pending of three"}


def test_a_device_that_never_comes_back_has_its_changes_handed_back_by_others(business: Business) -> None:
    one, two, three = business.devices
    forked(business)
    device = three.book.facts()["device"]
    confirmed = {(e.device, e.number, e.data) for e in three.entries() if e.seq is not None}
    three.wire.cut = True
    two.sync()
    one.sync()
    mine = {each for each in confirmed if each[0] == device}
    assert mine <= written(one), "two knew them, and handed them back under three's name"
    three.wire.cut = False
    business.agree()


def test_restored_twice_it_gathers_twice(business: Business) -> None:
    one, two, three = business.devices
    file = business.backup()
    a_day(business)
    rows = business.rows()
    business.restore(file)
    two.sync()
    business.restore(file)
    for device in (three, one, two):
        device.sync()
    assert [device.book.facts()["era"] for device in business.devices] == [2, 2, 2]
    business.agree()
    assert business.rows()[: len(rows)] == rows


class Cut(BaseException):
    """The process is killed here."""


def reopened(device: Device) -> None:
    """As a fresh process would go on."""
    device.courier = courier_of(device.book, passphrase=PASSPHRASE, transport=device.wire)


def cut_after(device: Device, calls: int) -> Callable[[str, bytes], Reply]:
    """A wire that dies after so many requests: the last one is done at the service, and its answer is lost."""
    post, left = type(device.wire).post, [calls]

    def dying(path: str, body: bytes) -> Reply:
        reply = post(device.wire, path, body)
        left[0] -= 1
        if left[0] < 0:
            raise Offline("cut")
        return reply

    return dying


@pytest.mark.parametrize("is_forked", [False, True], ids=["nobody forked", "after new pushes"])
def test_killed_at_every_step_it_ends_the_same(
    business: Business, monkeypatch: pytest.MonkeyPatch, is_forked: bool
) -> None:
    """The line dies after each request in turn, and the process before each commit in turn; small pages."""
    monkeypatch.setattr("sync.client.handback.PAGE_CHANGES_MAX", 7)
    monkeypatch.setattr("sync.server.log.PAGE_CHANGES_MAX", 7)
    monkeypatch.setattr("sync.client.outbox.PAGE_CHANGES_MAX", 7)
    one, two, three = business.devices
    rows: list[Row] = []
    if is_forked:
        forked(business)
        before = written(one) | written(two) | written(three)
    else:
        file = business.backup()
        a_day(business)
        rows = business.rows()
        for n, device in enumerate(business.devices):
            add(device, f"Pending {n}")
        before = written(one) | written(two) | written(three)
        business.restore(file)
    dice = random.Random(11)
    for kill in range(40):
        device = dice.choice(business.devices)
        with monkeypatch.context() as patch:
            if kill % 2:
                patch.setattr(device.wire, "post", cut_after(device, dice.randrange(1, 12)))
            else:
                dies_at(device, patch, dice.randrange(1, 5))
            try:
                device.sync()
            except (Offline, Cut):
                pass
        reopened(device)
    business.agree()
    assert business.rows()[: len(rows)] == rows
    assert {(row.device, row.number, row.data) for row in business.rows()} >= before


def dies_at(device: Device, patch: pytest.MonkeyPatch, commits: int) -> None:
    """The process of a device dies before its n-th commit from now."""
    left = [commits]
    transact = device.book._transact

    def dying(label: str, command: Callable[..., object], origin: str) -> object:
        def deadly(work: object) -> object:
            result = command(work)
            left[0] -= 1
            if not left[0]:
                raise Cut
            return result

        return transact(label, deadly, origin)

    patch.setattr(device.book, "_transact", dying)


def test_a_service_that_was_put_back_in_silence_is_told_of(business: Business) -> None:
    """An old file was copied in place and nothing said: nothing is taken back, and the words say what to do."""
    one, _two, _three = business.devices
    file = business.backup()
    add(one, "Later")
    one.sync()
    rows = business.rows()
    business.restore(file)
    with writing(business.service.means.database) as connection:
        house.keep_number(connection, "era", 1)
    with pytest.raises(ProtocolBroken, match="service-restored"):
        one.sync()
    assert "Later" in names(one)
    url = str(business.service.means.database.url)
    begun = [gathering.begin_era(url) for _twice in range(2)]
    assert 2 < begun[0] < begun[1]
    one.sync()
    assert business.rows() == rows
    business.agree()


class TestForged:
    """What is handed back is held to the hashes, and to the time of gathering."""

    def test_nothing_comes_back_verbatim_while_nobody_restored_anything(self, business: Business) -> None:
        one = business.devices[0]
        entries = one.book.read(lambda read: retake.ordered(read, 0, 10, 1 << 20))
        forged = [entry for entry in entries if entry.seq == 1]
        head = one.book.facts()["seq"]
        moved = [Arrived(head + 1, *_rest(entry)) for entry in forged]
        asked = m.Handback(era=1, page=m.page_of(moved), run=b"r" * 16)
        with pytest.raises(ServiceRefused) as refused:
            one.courier.session.ask("handback", asked, m.HandedBack)
        assert refused.value.code == "HAND_BACK"

    def test_other_bytes_than_the_hashes_say_are_not_taken(self, business: Business) -> None:
        one = business.devices[0]
        file = business.backup()
        add(one, "Lotus", "Mehta")
        one.sync()
        business.restore(file)
        length = len(business.rows())
        post = one.wire.post

        def tampering(path: str, body: bytes) -> Reply:
            if path == "handback":
                signed = unpack(m.Signed, body)
                body = pack(
                    m.Signed(token=signed.token, signature=signed.signature, body=signed.body[:-1] + b"x")
                )
            return post(path, body)

        one.wire.post = tampering  # type: ignore[method-assign]
        with pytest.raises(ServiceRefused) as refused:
            one.sync()
        assert refused.value.code == "TURNED_AWAY"
        one.wire.post = post  # type: ignore[method-assign]
        runs = one.book.read(retake.Runs)
        entries = one.book.read(lambda read: retake.ordered(read, length, 10, 1 << 20))
        lies = [Arrived(*_head(entry), b"", entry.data.replace(b"Mehta", b"Mehto")) for entry in entries]
        asked = m.Handback(era=2, page=m.page_of(lies), run=runs.at(entries[-1].seq) or b"")
        with pytest.raises(ServiceRefused) as refused:
            one.courier.session.ask("handback", asked, m.HandedBack)
        assert refused.value.code == "HAND_BACK"
        assert len(business.rows()) == length
        one.sync()
        for device in business.devices:
            device.sync()
        business.agree()

    def test_answers_that_nobody_can_read_are_refused(self, business: Business) -> None:
        one = business.devices[0]
        file = business.backup()
        add(one, "Lotus")
        one.sync()
        business.restore(file)
        (entry,) = one.book.read(lambda read: retake.ordered(read, len(business.rows()), 1, 1 << 20))
        bad = Arrived(*_head(entry), b"\xc1", entry.data)
        with pytest.raises(ServiceRefused) as refused:
            one.courier.session.ask(
                "handback", m.Handback(era=2, page=m.page_of([bad]), run=b""), m.HandedBack
            )
        assert refused.value.code == "UNREADABLE"


def _head(entry: Arrived) -> tuple[int, Id, int, int, Outcome]:
    return entry.seq, entry.device, entry.epoch, entry.number, entry.outcome


def _rest(entry: Arrived) -> tuple[Id, int, int, Outcome, bytes, bytes]:
    return entry.device, entry.epoch, entry.number, entry.outcome, entry.answer, entry.data


def test_a_joiner_during_the_gathering_is_waited_for_by_nobody(business: Business, tmp_path: Path) -> None:
    one, two, three = business.devices
    business.restore(business.backup())
    one.sync()
    joiner = a_joiner(tmp_path / "late.bahi", business.service, one.book)
    business.devices.append(joiner)
    joiner.sync()
    two.sync()
    assert three.sync().note == ""
    business.agree()
    joiner.book.close()


def test_who_came_by_a_snapshot_hands_back_what_was_young_then(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service lost lies below the base of the device that comes first: it has kept it all the same."""
    one, two, three = business.devices
    backup = business.backup()
    for name in ("Lotus", "Mehta", "Nadar"):
        for device in (one, two):
            add(device, f"{name} {device.book.facts()['code']}")
            device.sync()
    rows = business.rows()
    for room in (bootstrap, snapshots):
        monkeypatch.setattr(room, "SNAPSHOT_WORTH", 2)
    monkeypatch.setattr(bootstrap, "is_far", lambda seq, head: head - seq > 2)
    three.sync()
    assert "snapshot_page" in three.wire.calls
    assert three.book.read(log.base_of).seq == len(rows)
    assert three.book.facts()["older"] is None
    business.restore(backup)
    three.sync()
    assert "handback" in three.wire.calls
    assert business.rows() == rows
    business.agree()
    assert business.rows() == rows


def test_what_was_young_comes_a_few_pages_a_round_whatever_cuts_it(
    business: Business, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _two, _three = business.devices
    add(one, *(f"Party {n}" for n in range(40)))
    one.sync()
    for room in (bootstrap, snapshots):
        monkeypatch.setattr(room, "SNAPSHOT_WORTH", 2)
    monkeypatch.setattr("sync.server.log.PAGE_CHANGES_MAX", 3)
    monkeypatch.setattr("sync.client.older.PAGES_A_ROUND", 5)
    joiner = a_joiner(tmp_path / "joiner.bahi", business.service, one.book)
    post, left = joiner.wire.post, [2]

    def cut(path: str, body: bytes) -> Reply:
        left[0] -= path == "older"
        if path == "older" and left[0] == 0:
            raise Offline("cut")
        return post(path, body)

    joiner.wire.post = cut  # type: ignore[method-assign]
    rounds = 0
    while joiner.book.facts()["older"] is not None:
        rounds += 1
        try:
            joiner.sync()
        except Offline:
            continue
    assert rounds > 2
    whole = one.book.read(lambda read: [entry.data for entry in log.ordered_after(read, 0)])
    assert joiner.book.read(lambda read: [entry.data for entry in log.ordered_after(read, 0)]) == whole
    joiner.book.close()
