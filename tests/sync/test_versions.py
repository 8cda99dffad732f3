"""Newer beside older: apps and service of two versions. Nothing is lost, nobody waits, and all end with one book."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core.book import Book
from core.clock import FixedClock
from core.closing.commands import close_books
from core.dunning.commands import run_ladder
from core.errors import DiskFull, Offline, RuleBroken, TooNew
from core.ids import Id
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party
from core.receipts.commands import record_receipt
from core.returns.commands import file_return
from core.store import log
from core.store.plan import Applied, Plan
from core.store.rows import Rows
from core.store.shelf import shelved_parties
from core.store.work import Work
from sync.client import bootstrap
from sync.client.enrol import share
from sync.client.session import ServiceRefused
from sync.server import snapshots
from sync.server.service import Service
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.day import OCTOBER, TODAY, Shared, begin, edit
from tests.sync.fleet import Device, Wire, a_joiner, a_service
from tests.sync.newer import NEWER, OLDER, PLEDGED, name_fondly, note_on_receipt, pledge
from tests.sync.test_copies import issue, receive

pytestmark = pytest.mark.slow
LATER = dt.date(2027, 1, 29)


class Business:
    """A service and devices, each at the version that it has just now."""

    def __init__(self, folder: Path, service: Service) -> None:
        self.folder = folder
        self.service = service
        self.devices: list[Device] = []
        self.open = ExitStack()

    def found(self, plan: Plan) -> Device:
        """The first device."""
        book = self.open.enter_context(a_book(self.folder, plan=plan))
        wire = Wire(self.service)
        share(book, wire.url, self.service.founding_code(), passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        return self._add(Device(book, wire))

    def join(self, name: str, plan: Plan) -> Device:
        """One more device."""
        first = self.devices[0].book
        return self._add(a_joiner(self.folder / f"{name}.bahi", self.service, first, plan=plan))

    def updated(self, device: Device, plan: Plan = NEWER) -> Device:
        """The same book under another version of the app."""
        device.book.close()
        book = Book.open(device.book.path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), plan=plan)
        at = self.devices.index(device) if device in self.devices else len(self.devices)
        self.devices[at : at + 1] = [Device(book, Wire(self.service))]
        return self.devices[at]

    def update_service(self) -> None:
        """The service is upgraded; it goes on where it was."""
        means = self.service.means
        self.service = Service(means.database, means.clock, means.random, kinds=NEWER.kinds)
        for device in self.devices:
            device.wire.service = self.service

    def _add(self, device: Device) -> Device:
        self.devices.append(device)
        return device


@pytest.fixture
def of_service() -> Plan:
    """Which version the service is of."""
    return NEWER


@pytest.fixture
def business(tmp_path: Path, of_service: Plan) -> Iterator[Business]:
    service = a_service(tmp_path, FixedClock.on(TODAY), of_service.kinds)
    made = Business(tmp_path, service)
    try:
        yield made
    finally:
        made.open.close()
        for device in made.devices:
            device.book.close()
        service.means.database.dispose()


def agree(*devices: Device) -> None:
    """Sync to the end; then all books are one, and each proves itself."""
    for device in (*devices, *devices, *devices):
        device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.verify().problems == ()
        assert device.sync().waiting == 0
        assert device.book.read(log.shelved_count) == 0


def refusal(device: Device, command: object) -> str:
    """The code with which a command is refused."""
    with pytest.raises(RuleBroken) as refused:
        device.book.write("Try", command)  # type: ignore[arg-type]
    return refused.value.problems[0].code


def references(device: Device) -> set[str]:
    return device.book.read(
        lambda read: {row[0] for row in read.exec_driver_sql("SELECT reference FROM receipts")}
    )


def nickname(device: Device, party_id: Id) -> object:
    """The new field, as the book holds it whether or not it can show it."""
    return device.book.write("Look", lambda work: (work.standing.image(party_id) or {}).get(_NICKNAME))


_NICKNAME = len(Party.__struct_fields__) + 1


def pledges(read: Connection) -> int:
    return int(
        read.exec_driver_sql("SELECT count(*) FROM changes WHERE kind = ?", (PLEDGED.name,)).scalar_one()
    )


def test_apps_older_than_the_service(business: Business) -> None:
    desk = business.found(OLDER)
    phone = business.join("phone", OLDER)
    shared = begin(desk.book)
    agree(desk, phone)
    receive(phone.book, shared.party, "cash")
    issue(desk.book, shared.party)
    agree(desk, phone)
    assert desk.book.facts()["schema"] == 1


def test_old_and_new_devices_side_by_side_and_the_old_one_updated_later(business: Business) -> None:
    desk, phone = business.found(OLDER), business.join("phone", OLDER)
    shared = begin(desk.book)
    agree(desk, phone)
    desk = business.updated(desk)
    desk.sync()
    assert desk.book.facts()["schema"] == 1
    assert refusal(desk, lambda work: pledge(work, shared.party, TODAY)) == "SCHEMA"
    assert refusal(desk, lambda work: name_fondly(work, shared.party, "Lotus-ji")) == "SCHEMA"
    like = receive(desk.book, shared.party, "as all know it")
    assert refusal(desk, lambda work: note_on_receipt(work, like, "a new word", TODAY)) == "SCHEMA"
    edit(phone.book, shared.party, phone="+919811111111")
    receive(phone.book, shared.party, "from the old phone")
    agree(desk, phone)
    assert references(phone) == {"as all know it", "from the old phone"}

    phone = business.updated(phone)
    phone.sync()
    assert phone.book.facts()["schema"] == 2
    desk.sync()
    desk.book.write("New", lambda work: pledge(work, shared.party, TODAY))
    desk.book.write("New", lambda work: name_fondly(work, shared.party, "Lotus-ji"))
    desk.book.write("New", lambda work: note_on_receipt(work, like, "a new word", TODAY))
    agree(desk, phone)
    assert nickname(phone, shared.party) == "Lotus-ji"
    assert "a new word" in references(phone)
    assert phone.book.read(pledges) == 1


class TestShelf:
    """An old device comes to a business that writes at a newer schema already."""

    @pytest.fixture
    def desk(self, business: Business) -> Device:
        return business.found(NEWER)

    @pytest.fixture
    def shared(self, desk: Device) -> Shared:
        """A party of whom the newer version has written, beside one of whom it has not."""
        shared = begin(desk.book)
        like = receive(desk.book, shared.party, "plain")
        desk.book.write("New", lambda work: note_on_receipt(work, like, "a new word", TODAY))
        desk.book.write("New", lambda work: pledge(work, shared.party, TODAY))
        desk.book.write(
            "New", lambda work: name_fondly(work, shared.party, "Lotus-ji", phone="+919811111111")
        )
        desk.sync()
        return shared

    @pytest.fixture
    def phone(self, business: Business, shared: Shared) -> Device:
        return business.join("phone", OLDER)

    def test_what_it_cannot_read_is_kept_and_the_rest_is_shown(self, phone: Device, shared: Shared) -> None:
        assert phone.book.facts()["schema"] == 2
        assert phone.book.read(log.shelved_count) == 3  # both receipts are written in the newer shape
        assert phone.book.read(shelved_parties) == {shared.party}
        known = phone.book.read(lambda read: party(read, shared.party))
        assert known is not None
        assert known.phone == "+919811111111"
        assert phone.book.verify().problems == ()

    def test_until_it_is_updated_it_decides_nothing_about_that_party(
        self, phone: Device, desk: Device, shared: Shared
    ) -> None:
        def take(work: Work) -> None:
            lines = [AllocationLine(shared.invoice, 100)]
            allocate(work, credit=mine, party=shared.party, lines=lines, on=TODAY)

        mine = receive(phone.book, shared.party, "on account")  # a receipt is a fact, and is always good
        phone.book.write(
            "Receive",
            lambda work: record_receipt(
                work, party=shared.party, dated_on=TODAY, amount_paise=700, mode="cash", today=TODAY
            ),
        )
        assert _open_paise(phone, shared.invoice) == _open_paise(desk, shared.invoice)
        assert refusal(phone, take) == "SHELVED"
        assert refusal(
            phone, lambda work: file_return(work, "GSTR1", OCTOBER, TODAY, today=TODAY, despite=True)
        ) == ("SHELVED")
        closing = dt.date(2026, 10, 31)
        assert (
            refusal(phone, lambda work: close_books(work, through=closing, today=TODAY, first_on=closing))
            == "SHELVED"
        )
        letters = phone.book.write("Remind", lambda work: run_ladder(work, on=LATER, date_confirmed=True))
        assert letters == []
        assert desk.book.write("Remind", lambda work: run_ladder(work, on=LATER, date_confirmed=True)) != []

    def test_about_others_it_goes_on(self, phone: Device, desk: Device) -> None:
        other = phone.book.write("Party", lambda work: save_party(work, Party(code="M", name="Mehta")))
        issue(phone.book, other)
        receipt = receive(phone.book, other, "Mehta pays")
        bill = phone.book.read(
            lambda read: read.exec_driver_sql(
                "SELECT id FROM documents WHERE party = ?", (other,)
            ).scalar_one()
        )
        lines = [AllocationLine(bill, 100)]
        phone.book.write(
            "Allocate", lambda work: allocate(work, credit=receipt, party=other, lines=lines, on=TODAY)
        )
        assert phone.sync().waiting == 0
        desk.sync()
        assert desk.book.verify().problems == ()

    def test_what_it_writes_over_a_record_leaves_the_new_field(
        self, phone: Device, desk: Device, shared: Shared
    ) -> None:
        edit(phone.book, shared.party, name="Lotus and Sons")
        phone.sync()
        desk.sync()
        assert nickname(desk, shared.party) == "Lotus-ji"
        known = desk.book.read(lambda read: party(read, shared.party))
        assert known is not None
        assert known.name == "Lotus and Sons"

    def test_updated_it_takes_everything_in_and_is_as_if_it_never_was_old(
        self, business: Business, phone: Device, desk: Device, shared: Shared
    ) -> None:
        edit(phone.book, shared.party, name="Lotus and Sons")
        receive(phone.book, shared.party, "still waiting")
        phone = business.updated(phone)
        assert phone.book.read(log.shelved_count) == 0
        assert phone.book.read(shelved_parties) == frozenset()
        assert references(phone) == {"plain", "a new word", "still waiting"}
        phone.book.write(
            "Allocate",
            lambda work: allocate(
                work, credit=_receipt(work.read, "plain"), party=shared.party,
                lines=[AllocationLine(shared.invoice, 100)], on=TODAY,
            ),
        )  # fmt: skip
        agree(desk, phone, business.join("third", NEWER))

    def test_it_may_come_by_a_snapshot(
        self, business: Business, desk: Device, shared: Shared, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A snapshot does not say whose a paper is: until the update nothing at all is decided."""
        for room in (snapshots, bootstrap):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", 0)
        tablet = business.join("tablet", OLDER)
        assert tablet.book.verify().proved_from > 0
        assert tablet.book.read(log.shelved_count) == 3
        mine = receive(tablet.book, shared.party, "on account")
        lines = [AllocationLine(shared.invoice, 100)]
        assert (
            refusal(
                tablet, lambda work: allocate(work, credit=mine, party=shared.party, lines=lines, on=TODAY)
            )
            == "SHELVED"
        )
        assert tablet.book.write("Remind", lambda work: run_ladder(work, on=LATER, date_confirmed=True)) == []
        tablet = business.updated(tablet)
        assert references(tablet) == {"plain", "a new word", "on account"}
        agree(desk, tablet)

    def test_killed_while_it_is_taken_down_it_begins_again(self, business: Business, phone: Device) -> None:
        def dies(_rows: Rows, _applied: Applied) -> None:
            raise KeyboardInterrupt

        deadly = NEWER._replace(projections={**NEWER.projections, PLEDGED.name: dies})
        with pytest.raises(KeyboardInterrupt):
            business.updated(phone, deadly)
        phone = business.updated(phone)
        assert phone.book.read(log.shelved_count) == 0
        agree(business.devices[0], phone)

    @pytest.mark.allow_logs
    def test_on_a_full_disk_it_opens_and_is_taken_down_another_day(
        self, business: Business, phone: Device, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_work: Work) -> None:
            raise DiskFull("full")

        with monkeypatch.context() as patch:
            patch.setattr("core.book.take_down", full)
            phone = business.updated(phone)
        assert references(phone) == set()
        phone = business.updated(phone)
        assert references(phone) == {"plain", "a new word"}

    @pytest.mark.allow_logs
    def test_what_the_new_version_stumbles_over_lies_on_alone(
        self, business: Business, phone: Device
    ) -> None:
        def stumbles(_rows: Rows, _applied: Applied) -> None:
            raise ZeroDivisionError

        faulty = NEWER._replace(projections={**NEWER.projections, PLEDGED.name: stumbles})
        phone = business.updated(phone, faulty)
        assert phone.book.read(log.shelved_count) == 1
        assert references(phone) == {"plain", "a new word"}
        assert phone.book.verify().problems == ()
        phone.sync()

    def test_a_book_that_a_newer_version_had_is_not_opened_by_an_older(
        self, business: Business, phone: Device
    ) -> None:
        phone = business.updated(phone)
        with pytest.raises(TooNew):
            business.updated(phone, OLDER)
        agree(business.devices[0], business.updated(phone))


class TestOlderService:
    @pytest.fixture
    def of_service(self) -> Plan:
        return OLDER

    def test_an_app_newer_than_the_service(self, business: Business) -> None:
        desk, phone = business.found(OLDER), business.join("phone", OLDER)
        shared = begin(desk.book)
        agree(desk, phone)
        desk, phone = business.updated(desk), business.updated(phone)
        like = receive(desk.book, shared.party, "before")
        assert refusal(desk, lambda work: pledge(work, shared.party, TODAY)) == "SCHEMA"
        agree(desk, phone)
        business.update_service()
        desk, phone = business.updated(desk), business.updated(phone)
        agree(desk, phone)
        assert desk.book.facts()["schema"] == 2
        desk.book.write("New", lambda work: note_on_receipt(work, like, "after", TODAY))
        desk.book.write("New", lambda work: pledge(work, shared.party, TODAY))
        agree(desk, phone)
        assert references(phone) == {"before", "after"}

    def test_a_newer_app_is_not_shared_with_an_older_service(self, business: Business) -> None:
        with pytest.raises(ServiceRefused) as refused:
            business.found(NEWER)
        assert refused.value.code == "OLD_SERVICE"
        business.open.close()
        business.update_service()
        wire = Wire(business.service)
        with Book.open(business.folder / "nandi.bahi", passphrase=PASSPHRASE, plan=NEWER) as book:
            assert not book.facts()["shared"]
            share(
                book,
                wire.url,
                business.service.founding_code(),
                passphrase=PASSPHRASE,
                transport=wire,
                cost=CHEAP,
            )
            assert Device(book, wire).sync().waiting == 0


def test_a_worker_that_is_older_than_the_one_beside_it_judges_nothing_that_it_does_not_know(
    business: Business,
) -> None:
    """While a service of several processes is upgraded: what the new one has let in, the old one leaves to it."""
    desk, phone = business.found(NEWER), business.join("phone", NEWER)
    shared = begin(desk.book)
    agree(desk, phone)
    like = receive(desk.book, shared.party, "before")
    desk.sync()
    means = business.service.means
    desk.wire.service = Service(means.database, means.clock, means.random, kinds=OLDER.kinds)
    receive(desk.book, shared.party, "every version knows it")
    desk.book.write("New", lambda work: note_on_receipt(work, like, "a new word", TODAY))
    desk.book.write("New", lambda work: pledge(work, shared.party, TODAY))
    with pytest.raises(Offline):
        desk.sync()
    assert desk.book.read(log.pending_count) >= 2
    desk.wire.service = business.service
    agree(desk, phone)
    assert references(phone) == {"before", "every version knows it", "a new word"}
    assert phone.book.read(pledges) == 1


def test_below_the_minimum_version_the_outbox_waits_and_what_comes_is_taken_in(business: Business) -> None:
    desk, phone = business.found(OLDER), business.join("phone", OLDER)
    shared = begin(desk.book)
    agree(desk, phone)
    receive(phone.book, shared.party, "waits on the phone")
    desk = business.updated(desk)
    business.service.means = business.service.means._replace(schema_min=2)
    number = issue(desk.book, shared.party)
    desk.sync()
    with pytest.raises(ServiceRefused) as refused:
        phone.sync()
    assert refused.value.code == "UPGRADE"
    assert "Nothing is lost" in refused.value.remedy
    assert "Update Bahi on this computer" in refused.value.remedy
    assert number in {
        row[0]
        for row in phone.book.read(lambda read: read.exec_driver_sql("SELECT number FROM documents").all())
    }
    receive(phone.book, shared.party, "written on meanwhile")
    phone = business.updated(phone)
    agree(desk, phone)
    assert references(desk) == {"waits on the phone", "written on meanwhile"}


def _open_paise(device: Device, paper: Id) -> int:
    sql = "SELECT open_paise FROM open_items WHERE paper = ?"
    return int(device.book.read(lambda read: read.exec_driver_sql(sql, (paper,)).scalar_one()))


def _receipt(read: Connection, reference: str) -> Id:
    found: Id = read.exec_driver_sql("SELECT id FROM receipts WHERE reference = ?", (reference,)).scalar_one()
    return found
