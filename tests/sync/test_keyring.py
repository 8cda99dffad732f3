"""The named history of a keyring lost: an owner binds a new key, the outbox goes up, and nothing is lost or doubled."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from core.book import Book
from core.changes.change import Role
from core.clock import FixedClock
from core.errors import Offline, RuleBroken, TurnedAway
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.queries import document
from core.numbering.rules import is_copy_series
from core.parties.queries import party
from core.store import log
from core.store.work import Work
from sync.client.courier import courier_of
from sync.client.owner import Owner
from sync.client.people import tenant_key
from sync.client.rebinding import bind
from sync.client.transport import Reply
from sync.server.service import Service
from tests.core.books import CHEAP, PASSPHRASE, TODAY
from tests.sync.day import Shared, a_draft, begin, edit, pay
from tests.sync.fleet import Device, Wire, a_fleet

pytestmark = pytest.mark.slow


class Deaf(Wire):
    """A wire on which the answer to one path is lost, once."""

    deaf_to = ""

    def post(self, path: str, body: bytes) -> Reply:
        reply = super().post(path, body)
        if path == self.deaf_to:
            self.deaf_to = ""
            raise Offline("the answer was lost")
        return reply


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(book: Book, commit: int) -> Iterator[None]:
    """The process is killed before its next commit but so many."""
    left, plain = [commit], book.write

    def write(label: str, command: Callable[[Work], object]) -> object:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return plain(label, command)

    book.write = write  # type: ignore[method-assign, assignment]
    try:
        with suppress(Killed):
            yield
    finally:
        book.write = plain  # type: ignore[method-assign]


class Office:
    """A desk whose key may get lost, with an owner beside it who can let it in again."""

    def __init__(self, folder: Path, service: Service, desk: Device, owner: Device, shared: Shared) -> None:
        self.folder = folder
        self.service = service
        self.desk = desk
        self.owner = owner
        self.shared = shared
        self.opened: list[Book] = []

    def key_lost(self, book: Book) -> None:
        """The keyring is wiped: here, the file that stands for it."""
        book.path.with_name(f"{book.path.name}.device").unlink()

    def copied(self) -> Book:
        """The desk's book as it lies, copied to another computer; its key does not come along."""
        self.desk.book.close()
        path = self.folder / "laptop" / "nandi.bahi"
        path.parent.mkdir()
        for ending in ("", ".key"):
            shutil.copy(self.folder / f"nandi.bahi{ending}", path.with_name(path.name + ending))
        self.desk = Device(self.open(self.desk.book.path, "marks"), Wire(self.service))
        return self.open(path, "other marks")

    def open(self, path: Path, marks: str) -> Book:
        book = Book.open(path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), marks=self.folder / marks)
        self.opened.append(book)
        return book

    def code(self, *, is_gone: bool = False) -> str:
        """What the owner gives for the desk's device."""
        asking = Owner(self.owner.book, self.owner.courier.session, self.owner.courier.signer)
        return asking.invite(Role.OWNER, device=self.desk.book.facts()["device"], is_gone=is_gone)

    def bound(self, book: Book, wire: Wire | None = None, code: str = "") -> Device:
        """The book with its new key."""
        wire = wire or Wire(self.service)
        bind(book, code or self.code(), passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        return Device(book, wire)

    def after(self, book: Book, code: str) -> Device:
        """The book once it is let in: what was cut off is done again where it says so."""
        try:
            device = Device(book, Wire(self.service))
            device.sync()
        except (RuleBroken, TurnedAway):
            device = self.bound(book, code=code)
        return device


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_fleet(tmp_path, 2, marks=tmp_path / "marks") as (service, [desk, owner]):
        shared = begin(desk.book)
        desk.sync()
        owner.sync()
        found = Office(tmp_path, service, desk, owner, shared)
        try:
            yield found
        finally:
            for book in found.opened:
                book.close()


def issue(book: Book, shared: Shared) -> str:
    record = book.write("Issue", lambda work: issue_document(work, a_draft(shared.party), today=TODAY))
    paper = book.read(lambda read: document(read, record))
    assert paper is not None
    return paper.number


def works_offline(book: Book, shared: Shared) -> str:
    """Two papers, a claim and a field wait; answers the number of the bill."""
    number = issue(book, shared)
    pay(book, shared, "UTR1")
    edit(book, shared.party, name="Lotus and Sons")
    return number


def agree(*devices: Device) -> None:
    for device in (*devices, *devices, *devices):
        device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.read(log.pending_count) == 0
        assert device.book.verify().ok


def numbers(book: Book) -> list[str]:
    found = book.read(
        lambda read: read.exec_driver_sql("SELECT number FROM documents ORDER BY number").fetchall()
    )
    return [row[0] for row in found]


def named(book: Book, shared: Shared) -> str:
    kept = book.read(lambda read: party(read, shared.party))
    assert kept is not None
    return kept.name


class TestOnTheSameComputer:
    def test_it_is_the_same_device_in_a_new_epoch_and_its_outbox_goes_up(self, office: Office) -> None:
        book, device = office.desk.book, office.desk.book.facts()["device"]
        before = works_offline(book, office.shared)
        office.key_lost(book)
        with pytest.raises(RuleBroken) as caught:
            courier_of(book, passphrase=PASSPHRASE)
        assert caught.value.problems[0].code == "DEVICE_KEY"
        epoch = book.facts()["epoch"]
        desk = office.bound(book)
        assert (book.facts()["device"], book.facts()["epoch"] > epoch) == (device, True)
        after = issue(book, office.shared)
        assert is_copy_series(after.split("/")[0], "A"), "papers are numbered in a series of their own"
        agree(desk, office.owner)
        assert {before, after} <= set(numbers(office.owner.book))
        assert named(office.owner.book, office.shared) == "Lotus and Sons"
        epochs = {entry.epoch for entry in office.owner.entries() if entry.device == device}
        assert epochs == {epoch, book.facts()["epoch"]}, "what waited went under its old numbers"
        assert not [item for item in office.owner.book.read(items) if item.kind in ("held", "refused")]
        assert tenant_key(book) == tenant_key(office.owner.book)

    def test_the_old_key_lets_nobody_in_any_more(self, office: Office) -> None:
        old = office.desk.courier
        office.key_lost(office.desk.book)
        office.bound(office.desk.book)
        with pytest.raises(TurnedAway):
            old.round()

    def test_a_key_that_works_is_not_taken_away(self, office: Office) -> None:
        with pytest.raises(RuleBroken) as caught:
            office.bound(office.desk.book)
        assert caught.value.problems[0].code == "HAS_KEY"
        office.desk.sync()

    def test_the_code_of_another_device_binds_nothing(self, office: Office) -> None:
        asking = Owner(office.owner.book, office.owner.courier.session, office.owner.courier.signer)
        code = asking.invite(Role.OWNER, device=office.owner.book.facts()["device"])
        office.key_lost(office.desk.book)
        with pytest.raises(TurnedAway):
            office.bound(office.desk.book, code=code)
        agree(office.bound(office.desk.book), office.owner)

    @pytest.mark.parametrize("path", ["bind", "knock", "prove", "push", "pull"])
    def test_cut_off_anywhere_it_is_done_again(self, office: Office, path: str) -> None:
        book = office.desk.book
        number = works_offline(book, office.shared)
        office.key_lost(book)
        wire, code = Deaf(office.service), office.code()
        wire.deaf_to = path
        with pytest.raises(Offline):
            office.bound(book, wire, code)
        desk = office.bound(book, wire, code) if book.facts()["binding"] else Device(book, wire)
        agree(desk, office.owner)
        assert numbers(office.owner.book).count(number) == 1

    @pytest.mark.parametrize("commit", range(5))
    def test_killed_between_any_two_commits_it_goes_on(self, office: Office, commit: int) -> None:
        book, code = office.desk.book, office.code()
        number = works_offline(book, office.shared)
        office.key_lost(book)
        with killed_at(book, commit):
            office.bound(book, code=code)
        agree(office.after(book, code), office.owner)
        assert numbers(office.owner.book).count(number) == 1

    def test_cut_off_it_is_done_again_by_another_code(self, office: Office) -> None:
        book = office.desk.book
        office.key_lost(book)
        wire = Deaf(office.service)
        wire.deaf_to = "bind"
        with pytest.raises(Offline):
            office.bound(book, wire)
        agree(office.bound(book, wire), office.owner)


class TestOnAnotherComputer:
    def test_it_goes_on_as_a_second_device_and_hands_in_what_waited(self, office: Office) -> None:
        first = office.desk.book.facts()["device"]
        number = works_offline(office.desk.book, office.shared)
        book = office.copied()
        laptop = office.bound(book)
        facts = book.facts()
        assert (facts["device"] != first, facts["code"], facts["epoch"]) == (True, "E", 1)
        agree(office.desk, laptop, office.owner)
        assert numbers(office.owner.book).count(number) == 1
        authors = {entry.device for entry in office.owner.entries() if entry.kind == "invoicing.issued"}
        assert authors == {first}, "it stands under its own device's name"
        assert tenant_key(book) == tenant_key(office.owner.book)
        assert issue(book, office.shared).split("/")[0] == "E"
        agree(office.desk, laptop, office.owner)

    def test_what_the_first_sent_meanwhile_is_there_once(self, office: Office) -> None:
        number = works_offline(office.desk.book, office.shared)
        book = office.copied()
        office.desk.sync()
        issue(office.desk.book, office.shared)
        laptop = office.bound(book)
        agree(office.desk, laptop, office.owner)
        assert numbers(office.owner.book).count(number) == 1

    def test_where_the_first_went_on_otherwise_it_is_written_anew(self, office: Office) -> None:
        book = office.copied()
        number = works_offline(book, office.shared)
        edit(office.desk.book, office.shared.party, phone="+919811111111")
        issue(office.desk.book, office.shared)
        office.desk.sync()
        laptop = office.bound(book)
        agree(office.desk, laptop, office.owner)
        assert named(office.owner.book, office.shared) == "Lotus and Sons"
        assert number in numbers(office.owner.book)

    def test_where_the_first_was_never_sent_before_its_end_it_is_written_anew(self, office: Office) -> None:
        number = works_offline(office.desk.book, office.shared)
        book, code = office.copied(), office.code()
        wire = Deaf(office.service)
        wire.deaf_to = "hand_in"
        with pytest.raises(Offline):
            office.bound(book, wire, code)
        asking = Owner(office.owner.book, office.owner.courier.session, office.owner.courier.signer)
        asking.revoke(office.desk.book.facts()["device"], is_lost=True)
        laptop = office.bound(book, wire, code)
        agree(laptop, office.owner)
        assert numbers(office.owner.book).count(number) == 1

    @pytest.mark.parametrize("path", ["bind", "knock", "prove", "hand_in", "push", "pull"])
    def test_cut_off_anywhere_it_is_done_again(self, office: Office, path: str) -> None:
        number = works_offline(office.desk.book, office.shared)
        book = office.copied()
        edit(book, office.shared.party, phone="+919811111111")
        wire, code = Deaf(office.service), office.code()
        wire.deaf_to = path
        try:
            laptop = office.bound(book, wire, code)
        except Offline:
            laptop = office.bound(book, wire, code) if book.facts()["binding"] else Device(book, wire)
        agree(office.desk, laptop, office.owner)
        assert numbers(office.owner.book).count(number) == 1

    @pytest.mark.parametrize("commit", range(5))
    def test_killed_between_any_two_commits_it_goes_on(self, office: Office, commit: int) -> None:
        number = works_offline(office.desk.book, office.shared)
        book, code = office.copied(), office.code()
        with killed_at(book, commit):
            office.bound(book, code=code)
        laptop = office.after(book, code)
        agree(office.desk, laptop, office.owner)
        assert numbers(office.owner.book).count(number) == 1
        assert book.facts()["code"] == "E"

    def test_the_owner_who_knows_that_the_old_one_is_gone_lets_it_be_the_same(self, office: Office) -> None:
        device = office.desk.book.facts()["device"]
        number = works_offline(office.desk.book, office.shared)
        book = office.copied()
        laptop = office.bound(book, code=office.code(is_gone=True))
        assert book.facts()["device"] == device
        agree(laptop, office.owner)
        assert numbers(office.owner.book).count(number) == 1
        with pytest.raises(TurnedAway):
            office.desk.sync()
