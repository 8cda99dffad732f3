"""A business that its service has lost is founded there again by an owner's device: nothing is lost, nothing twice."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from core.attachments.queries import attachments_of
from core.book import Book
from core.changes.change import Role
from core.clock import FixedClock
from core.errors import Offline, ProtocolBroken, RuleBroken
from core.store import log
from sync.client import bootstrap, enrol
from sync.client.attachments import bytes_of, send_waiting
from sync.client.handback import OutOfReach
from sync.client.owner import Owner
from sync.client.people import as_said
from sync.client.session import ServiceRefused, Session, ask, signed
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.server import snapshots, tables
from sync.server.database import open_database
from sync.server.service import Service
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.business import Business, a_day, add, names
from tests.sync.fleet import TODAY, Device, Wire, a_fleet, a_service
from tests.sync.server.raw import a_tenant
from tests.sync.test_attachments import PHOTO, put_in
from tests.sync.test_eras import Cut, cut_after, dies_at, reopened

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    """An owner's device and two bookkeepers'; another business is at the same service."""
    with a_fleet(tmp_path, 3, role=Role.BOOKKEEPER) as (service, devices):
        made = Business(tmp_path, service, devices)
        yield made
        made.service.means.database.dispose()


def emptied(business: Business) -> str:
    """The service's database is gone, and a new one begun at the same address. Answers a founding code."""
    business.restored += 1
    business.service.means.database.dispose()
    database = open_database(f"sqlite:///{business.folder / business.name}")
    business.service = Service(database, FixedClock.on(TODAY), random.Random(99).randbytes)
    for device in business.devices:
        device.wire.service = business.service
        reopened(device)
    return business.service.founding_code()


def share(device: Device, code: str) -> None:
    enrol.share(device.book, "", code, passphrase=PASSPHRASE, transport=device.wire, cost=CHEAP)


def written(business: Business) -> set[tuple[bytes, int, bytes]]:
    return {(e.device, e.number, e.data) for device in business.devices for e in device.entries() if e.number}


def ends_whole(business: Business, rows: list[object], before: set[tuple[bytes, int, bytes]]) -> None:
    """All books are alike, the old order stands as it was, and every change is there once."""
    for device in business.devices:  # they are waited for, one by one
        device.sync()
    business.agree()
    assert business.rows()[: len(rows)] == rows
    there = [(row.device, row.number, row.data) for row in business.rows()]
    assert set(there) >= before
    assert len(set(there)) == len(there)


def test_after_the_database_was_lost_every_device_goes_on(business: Business) -> None:
    one, two, _three = business.devices
    a_day(business)
    rows = business.rows()
    standing = business.standing()
    for n, device in enumerate(business.devices):
        add(device, f"Waiting {n}")
    before, tenant = written(business), one.book.facts()["tenant"]
    code = emptied(business)
    with pytest.raises(ServiceRefused, match="does not know this business") as refused:
        two.sync()
    assert refused.value.code == "NO_BUSINESS"
    assert "bahi share" in refused.value.remedy
    share(one, code)
    assert one.book.facts()["tenant"] == tenant
    assert business.rows() == rows, "seq, answer, bytes and running hash are what they were"
    assert business.standing() == standing
    assert "device1" in one.sync().note
    assert "device2" in one.sync().note
    ends_whole(business, list(rows), before)
    assert names(one) >= {f"Waiting {n}" for n in range(3)}
    assert {row.role for row in as_said(one.book.facts()).devices} == {"owner", "bookkeeper"}  # type: ignore[union-attr]


def test_a_backup_older_than_the_business(tmp_path: Path) -> None:
    """Another business was there already: its order and its era stay as they are."""
    clock = FixedClock.on(TODAY)
    service = a_service(tmp_path, clock)
    other = a_tenant(tmp_path, service=service)
    with a_book(tmp_path) as book:
        business = Business(tmp_path, service, [])
        file = business.backup()
        wire = Wire(service)
        enrol.share(
            book, wire.url, service.founding_code(), passphrase=PASSPHRASE, transport=wire, cost=CHEAP
        )
        one = Device(book, wire)
        business.devices = [one]
        add(one, "Since the backup")
        one.sync()
        rows = business.rows()
        add(one, "Waiting")
        before = written(business)
        business.restore(file)
        with pytest.raises(ServiceRefused, match="does not know this business"):
            one.sync()
        share(one, business.service.founding_code())
        assert one.sync().waiting == 0
        assert business.rows()[: len(rows)] == rows
        assert written(business) == {(row.device, row.number, row.data) for row in business.rows()} >= before
        assert book.verify().ok
        with business.service.means.database.connect() as connection:
            kept = tables.heads.c
            digest = connection.execute(sa.select(kept.digest).where(kept.tenant == book.facts()["tenant"]))
            assert digest.scalar_one() == one.digest
        other.wire.service = business.service
        pulled = other.session.ask("people", m.AskStaff(), m.Staff)
        assert [row.device for row in pulled.people.devices] == [other.device]
        business.service.means.database.dispose()


def test_asked_again_it_is_founded_once(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, _three = business.devices
    Owner(one.book, one.courier.session, one.courier.signer).appoint(two.book.facts()["device"], Role.OWNER)
    for device in business.devices:
        device.sync()
    before, rows = written(business), business.rows()
    code = emptied(business)
    with monkeypatch.context() as patch:
        patch.setattr(one.wire, "post", answer_lost(one, "found"))
        with pytest.raises(Offline):
            share(one, code)
    other_code = business.service.founding_code()
    share(two, other_code)
    share(one, code)
    ends_whole(business, list(rows), before)
    assert a_founding(business, other_code), "the second owner's code was not used up"


def answer_lost(device: Device, path: str) -> object:
    post = device.wire.post

    def deaf(asked: str, body: bytes) -> object:
        reply = post(asked, body)
        if asked == path:
            raise Offline("the answer was lost")
        return reply

    return deaf


def a_founding(business: Business, code: str) -> bytes:
    """Another business is founded by a code."""
    signer = Signer(bytes(range(32)))
    found = m.Found(
        code=code, book=bytes(16), company="", device=b"D" * 16, epoch=1, public_key=signer.public_key, name="",
        letter="A", user="Mala", series=("A",), upto=0,
    )  # fmt: skip
    return bytes(ask(business.devices[0].wire, "found", signed(found, signer), m.Founded).tenant)


def test_killed_at_every_step_it_ends_the_same(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.client.handback.PAGE_CHANGES_MAX", 7)
    a_day(business)
    rows = business.rows()
    for n, device in enumerate(business.devices):
        add(device, f"Waiting {n}")
    before = written(business)
    code = emptied(business)
    dice = random.Random(5)
    for kill in range(14):
        device = business.devices[0] if kill < 6 else dice.choice(business.devices)
        with monkeypatch.context() as patch:
            if kill % 2:
                patch.setattr(device.wire, "post", cut_after(device, dice.randrange(1, 9)))
            else:
                dies_at(device, patch, dice.randrange(1, 4))
            try:
                share(device, code) if device is business.devices[0] else device.sync()
            except (Offline, Cut, ServiceRefused):
                pass
        reopened(device)
    share(business.devices[0], code)
    ends_whole(business, list(rows), before)


def test_one_revoked_before_stays_out_and_one_that_knows_more_tells_it(business: Business) -> None:
    """The owner who founds it again had not heard of the last deeds: the seal is another service's, and so an owner
    does them once more; what he knew stands."""
    one, two, three = business.devices
    Owner(one.book, one.courier.session, one.courier.signer).revoke(two.book.facts()["device"])
    three.sync()
    code = emptied(business)
    share(one, code)
    three.sync()
    staff = one.courier.session.ask("people", m.AskStaff(), m.Staff)
    assert {row.device: row.state for row in staff.people.devices}[two.book.facts()["device"]] == "ended"
    business.devices = [one, three]
    business.agree()


def test_founded_by_one_that_came_by_a_snapshot_another_hands_back(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The founder holds the order from its base on alone; whoever holds it from the beginning brings it."""
    one, two, three = business.devices
    Owner(one.book, one.courier.session, one.courier.signer).appoint(three.book.facts()["device"], Role.OWNER)
    three.sync()
    for name in ("Lotus", "Mehta", "Nadar"):
        for device in (one, two):
            add(device, f"{name} {device.book.facts()['code']}")
            device.sync()
    for room in (bootstrap, snapshots):
        monkeypatch.setattr(room, "SNAPSHOT_WORTH", 2)
    monkeypatch.setattr(bootstrap, "is_far", lambda seq, head: head - seq > 2)
    three.sync()
    assert three.book.read(log.base_of).seq > 0
    rows, before = business.rows(), written(business)
    code = emptied(business)
    with pytest.raises(OutOfReach, match="earlier state than this book can prove") as told:
        share(three, code)
    assert "a device that was there longer" in told.value.remedy
    one.sync()
    two.sync()
    assert business.rows() == rows
    ends_whole(business, list(rows), before)


def test_files_are_offered_once_more(business: Business) -> None:
    one, two, _three = business.devices
    two.sync()
    photo = put_in(one)
    for device in (one, two):
        device.sync()
    assert send_waiting(one.book, one.courier.session) == 1
    code = emptied(business)
    share(one, code)
    assert send_waiting(one.book, one.courier.session) == 1
    two.sync()
    [seen] = two.book.read(lambda read: attachments_of(read, photo.about))
    assert bytes_of(two.book, two.courier.session, seen) == PHOTO


class TestWhoMay:
    def test_only_an_owner_founds_it_again(self, business: Business) -> None:
        two = business.devices[1]
        code = emptied(business)
        with pytest.raises(RuleBroken, match="Only an owner's device"):
            share(two, code)

    def test_no_code_no_business(self, business: Business) -> None:
        emptied(business)
        with pytest.raises(ServiceRefused, match="not known"):
            share(business.devices[0], "AAAAA-AAAAA")

    def test_a_used_code_founds_no_other(self, business: Business) -> None:
        code = emptied(business)
        a_founding(business, code)
        with pytest.raises(ServiceRefused, match="used already"):
            share(business.devices[0], code)

    def test_a_stranger_with_a_code_gets_nothing_of_it(self, business: Business) -> None:
        """Who knows the names and keys of a business and has a code founds it as if it were his: nobody hands him
        anything."""
        one, two, three = business.devices
        add(one, "Secret")
        said, facts = as_said(one.book.facts()), one.book.facts()
        assert said is not None
        code = emptied(business)
        stranger = Signer(bytes(range(32)))
        mine = msgspec.structs.replace(
            said.devices[0],
            device=b"X" * 16,
            public_key=stranger.public_key,
            role="owner",
            code="Z",
            state="live",
        )
        people = msgspec.structs.replace(said, devices=(*said.devices, mine))
        again = m.Again(tenant=facts["tenant"], era=facts["era"], people=people)
        asked = m.Found(
            code=code, book=facts["book"], company="", device=b"X" * 16, epoch=1, public_key=stranger.public_key,
            name="", letter="Z", user="Mala", series=("Z",), upto=0, again=again,
        )  # fmt: skip
        wire = Wire(business.service)
        ask(wire, "found", signed(asked, stranger), m.Founded)
        session = Session(wire, stranger, facts["tenant"], b"X" * 16)
        for device in (two, three):
            with pytest.raises(ProtocolBroken, match="not by an owner whom this computer knows"):
                device.sync()
        pulled = session.ask("meet", m.Meet(era=1, seq=0, run=b""), m.Met)
        assert pulled.head == 0
        assert business.rows() == []

    def test_the_owner_who_founds_must_hold_the_key_that_is_known(self, business: Business) -> None:
        one = business.devices[0]
        said, facts = as_said(one.book.facts()), one.book.facts()
        assert said is not None
        code = emptied(business)
        thief = Signer(bytes(range(32)))
        again = m.Again(tenant=facts["tenant"], era=facts["era"], people=said)
        asked = m.Found(
            code=code, book=facts["book"], company="", device=facts["device"], epoch=1,
            public_key=thief.public_key, name="", letter="A", user="Asha", series=("A",), upto=0, again=again,
        )  # fmt: skip
        with pytest.raises(ServiceRefused, match="Only an owner"):
            ask(one.wire, "found", signed(asked, thief), m.Founded)


def test_while_it_is_gone_work_goes_on(business: Business) -> None:
    one = business.devices[0]
    emptied(business)
    add(one, "Meanwhile")
    book: Book = one.book
    with pytest.raises(ServiceRefused):
        one.sync()
    assert book.read(log.pending_count) == 1
    assert book.verify().ok
