"""The Devices page decides: shared, invited, who may what, guarded by a second factor; what is refused is said."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import FixedClock
from core.errors import Offline, RuleBroken, TurnedAway
from core.problems import Problem
from desktop.screens.settings.carrying import Carrying
from desktop.screens.settings.devices import Devices
from desktop.screens.settings.devices_shown import DepositShown, Shown, invitation_text, shown
from desktop.screens.settings.office import BookFacts, Office
from desktop.screens.settings.staff_office import Staff, StaffOffice, WaitingDeposit
from sync.client.deposits import Contents
from sync.client.session import ServiceRefused
from sync.client.staff import Colleague
from tests.core.books import TODAY, a_book
from tests.desktop.screens.desk import Said, desk_of

pytestmark = pytest.mark.slow
DESK, TILL, GONE = (bytes([n]) * 16 for n in (1, 2, 3))
SEEN_US = 1_795_300_000_000_000
COLLEAGUES = [
    Colleague(DESK, "A", "desk", "Asha", "owner", "live", True, SEEN_US, 0, "0.1.0"),
    Colleague(TILL, "B", "Till", "Ravi", "bookkeeper", "live", False, SEEN_US, 7, "0.0.9"),
    Colleague(GONE, "D", "", "Mina", "field", "lost", False),
]


class FakeDevices:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.shown: Shown | None = None
        self.is_shared: bool | None = None
        self.has_lost_key = False
        self.code: tuple[str, str, str] = ("", "", "")
        self.forgotten = ("", False)
        self.refusal: Exception | None = None
        self.asked: list[tuple[Any, bool]] = []
        self.address = ""
        self.progress = (0, 0)
        self.carried: list[tuple[Colleague, Carrying]] = []
        self.agreed: list[tuple[str, Callable[[], None]]] = []
        self.closed = 0

    def show_unshared(self) -> None:
        self.is_shared = False

    def show_shared(self, shown: Shown) -> None:
        self.is_shared, self.shown, self.has_lost_key = True, shown, False

    def show_lost_key(self, text: str) -> None:
        self.has_lost_key = True

    def show_forgotten(self, server: str, text: str, *, may_found: bool) -> None:
        self.forgotten = (text, may_found)

    def show_code(self, code: str, server: str, text: str) -> None:
        self.code = (code, server, text)

    def ask_device(self, one: Colleague, *, is_guarded: bool) -> None:
        self.asked.append((one, is_guarded))

    def ask_factor(self, address: str) -> None:
        self.address = address

    def ask_deposit(self, deposit: DepositShown, *, is_guarded: bool) -> None:
        self.asked.append((deposit, is_guarded))

    def tell_progress(self, done: int, count: int) -> None:
        self.progress = (done, count)

    def ask_carried(self, one: Colleague, carrying: Carrying, desk: Any) -> None:
        self.carried.append((one, carrying))

    def ask_agreed(self, text: str, yes: Callable[[], None]) -> None:
        self.agreed.append((text, yes))

    def close_sheet(self) -> None:
        self.closed += 1

    def show_refusal(self, error: Exception) -> None:
        self.refusal = error

    def set_busy(self, is_busy: bool) -> None:
        pass


class FakeStaff(StaffOffice):
    """A service that answers as it is told."""

    def __init__(self, book: Book) -> None:
        super().__init__(book, "")
        self.error: Exception | None = None
        self.is_guarded: bool | None = False
        self.deeds: list[tuple[Any, ...]] = []
        self.waiting = 0
        self.deposits: Sequence[WaitingDeposit] = ()

    def staff(self) -> Staff:
        return Staff(COLLEAGUES, SEEN_US, self.waiting, self.deposits)

    def look(self) -> bool | None:
        self._or_refuse()
        return self.is_guarded

    def invite(self, role: str, code: str) -> str:
        self._or_refuse()
        return f"CODE-{role}{code}"

    def change(self, one: Colleague, name: str, role: str, code: str) -> None:
        self._or_refuse()
        self.deeds.append(("change", one.code, name, role, code))

    def revoke(self, device: bytes, code: str, *, is_lost: bool) -> None:
        self._or_refuse()
        self.deeds.append(("revoke", device, code, is_lost))

    def carried(self, device: bytes) -> frozenset[bytes]:
        self._or_refuse()
        return frozenset()

    def carry(self, device: bytes, parties: Iterable[bytes], *, is_agreed: bool) -> None:
        if not is_agreed:
            raise ServiceRefused("AGREE", "Van would lose 3 of the 4 parties it carries.")
        self.deeds.append(("carry", device, sorted(parties)))

    def begin_factor(self) -> str:
        return "otpauth://totp/x"

    def contents(self, deposit: bytes) -> Contents:
        return Contents(2, 1, 0, 1, ())

    def release(self, deposit: bytes, code: str) -> int:
        self.deeds.append(("release", deposit, code))
        return 4

    def bind(self, code: str) -> None:
        self._or_refuse()
        self.deeds.append(("bind", code))

    def _or_refuse(self) -> None:
        if self.error is not None:
            raise self.error


class FakeOffice(Office):
    """An office of a shared book, or of one that is not shared yet."""

    def __init__(self, book: Book, *, server: str = "http://s", role: str = "owner") -> None:
        self.told: list[str] = []
        super().__init__(book, "", lambda: self.told.append("on"), Path("facts"))
        self.staff = FakeStaff(book)
        self.people = self.staff
        self.server, self.role = server, role

    def facts(self) -> BookFacts:
        return BookFacts(Path("/books/nandi.bahi"), "A", "Asha", self.role, self.server)

    def share(self, url: str, code: str, told: Callable[[int, int], None]) -> None:
        told(2, 5)
        if self.staff.error is not None:
            raise self.staff.error
        self.server = url


@pytest.fixture(name="said")
def _said() -> Said:
    return Said(FixedClock.on(TODAY))


@pytest.fixture(name="book", scope="module")
def _book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with a_book(tmp_path_factory.mktemp("devices")) as book:
        yield book


def made(book: Book, said: Said, **given: str) -> tuple[Devices, FakeDevices, FakeOffice]:
    view, office = FakeDevices(), FakeOffice(book, **given)
    presenter = Devices(view, desk_of(book, said), office)
    presenter.load()
    return presenter, view, office


def test_a_book_is_shared_and_a_device_invited(book: Book, said: Said) -> None:
    presenter, view, office = made(book, said, server="")
    assert view.is_shared is False
    office.staff.error = TurnedAway("This code is not known.")
    presenter.share("http://s", "X")
    assert isinstance(view.refusal, TurnedAway)
    assert office.told == []
    office.staff.error = None
    presenter.share("http://s", "AB-CD")
    assert view.is_shared is True
    assert (office.told, view.progress) == (["on"], (2, 5))
    assert view.shown is not None
    assert ("Service", "http://s") in view.shown.facts
    presenter.invite("bookkeeper")
    assert view.code == ("CODE-bookkeeper", "http://s", invitation_text())
    office.staff.error = Offline("Not in reach.")
    presenter.invite("owner")
    assert isinstance(view.refusal, Offline)


def test_each_device_is_said_with_its_role_and_when_it_was_seen(book: Book, said: Said) -> None:
    _presenter, view, _office = made(book, said)
    assert view.shown is not None
    assert [(line.title, line.state, line.note) for line in view.shown.devices] == [
        ("A · desk", "At work", "this device"),
        ("B · Till", "At work", "7 changes sent"),
        ("D", "Lost", ""),
    ]
    assert view.shown.devices[1].detail == "Ravi · Bookkeeper · seen 22-11-2026 03:56 · version 0.0.9"
    assert view.shown.as_of.startswith("As of 22-11-2026")


def test_what_waits_here_is_said(book: Book, said: Said) -> None:
    presenter, view, office = made(book, said)
    office.staff.waiting = 3
    presenter.load()
    assert view.shown is not None
    assert ("Waiting", "3 changes") in view.shown.facts
    assert view.shown.devices[0].note == "this device, 3 changes waiting"


def test_an_owner_changes_and_ends_devices(book: Book, said: Said) -> None:
    presenter, view, office = made(book, said)
    presenter.open(TILL)
    [(one, is_guarded)] = view.asked
    assert (one.code, is_guarded) == ("B", False)
    presenter.change(one, " Shop ", "auditor", "")
    presenter.revoke(one, "", is_lost=True)
    assert office.staff.deeds == [("change", "B", "Shop", "auditor", ""), ("revoke", TILL, "", True)]
    assert said.said == ["Saved", "Till is revoked"]
    presenter.open(GONE)
    assert len(view.asked) == 1, "nothing is left to be done to one that ended"


def test_nobody_else_may(book: Book, said: Said) -> None:
    presenter, view, _office = made(book, said, role="bookkeeper")
    presenter.open(TILL)
    assert "Only an owner" in str(view.refusal)
    assert view.asked == []
    assert view.shown is not None
    assert view.shown.is_owner is False


def test_where_a_second_factor_is_set_it_is_asked_for(book: Book, said: Said) -> None:
    presenter, view, office = made(book, said)
    office.staff.error = ServiceRefused("FACTOR", "Type the six digits.")
    presenter.invite("field")
    assert presenter.is_guarded, "another device of this user has set it meanwhile"
    office.staff.error = None
    presenter.open(TILL)
    assert view.asked[-1][1] is True
    office.staff.is_guarded = True
    presenter.look()
    assert view.shown is not None
    assert view.shown.is_guarded is True
    presenter.begin_factor()
    assert view.address.startswith("otpauth:")


def test_a_deposit_is_opened_and_released(book: Book, said: Said) -> None:
    presenter, view, office = made(book, said)
    office.staff.deposits = [WaitingDeposit(b"d" * 16, GONE, 4, SEEN_US)]
    presenter.load()
    assert view.shown is not None
    assert [(line.title, line.state) for line in view.shown.deposits] == [("Deposit of D", "4 changes")]
    presenter.open_deposit(b"d" * 16)
    shown = view.asked[-1][0]
    assert shown.facts == [
        ("Papers", "2"),
        ("Claims", "1"),
        ("Edits", "0"),
        ("Not known to this version", "1"),
    ]
    presenter.release(shown.deposit, "123456")
    assert office.staff.deeds == [("release", b"d" * 16, "123456")]


@pytest.mark.parametrize(
    "error", [RuleBroken([Problem("DEVICE_KEY", "gone")]), ServiceRefused("TURNED_AWAY", "not signed")]
)
def test_a_lost_key_is_asked_for_until_it_is_there(book: Book, said: Said, error: Exception) -> None:
    presenter, view, office = made(book, said)
    office.staff.error = error
    presenter.look()
    assert view.has_lost_key
    presenter.load()
    assert view.has_lost_key
    office.staff.error = None
    presenter.bind("AB-CD")
    assert office.staff.deeds == [("bind", "AB-CD")]
    assert not view.has_lost_key


@pytest.mark.parametrize("role", ["owner", "bookkeeper"])
def test_a_service_that_forgot_the_business_is_given_it_back_by_an_owner(
    book: Book, said: Said, role: str
) -> None:
    presenter, view, office = made(book, said, role=role)
    office.staff.error = ServiceRefused("NO_BUSINESS", "The service does not know this business (any more).")
    presenter.look()
    text, may_found = view.forgotten
    assert may_found is (role == "owner")
    assert ("founding code" in text) is may_found
    assert "Nothing is lost" in text
    assert not view.has_lost_key


def test_out_of_reach_what_was_told_last_stays(book: Book, said: Said) -> None:
    presenter, view, office = made(book, said)
    office.staff.error = Offline("Not in reach.")
    presenter.look()
    assert view.refusal is None
    assert view.shown is not None


def test_what_a_device_carries_is_named_and_much_that_goes_is_asked_for_once_more(
    book: Book, said: Said
) -> None:
    view, office = FakeDevices(), FakeOffice(book)
    devices = Devices(view, desk_of(book, said), office)
    van = COLLEAGUES[1]
    devices.ask_carried(van)
    [(one, found)] = view.carried
    assert (one, found.picks, found.before) == (van, [], frozenset())
    wanted, before = frozenset({b"a"}), frozenset({b"b", b"c"})
    devices.carry(van, wanted, before)
    [(text, yes)] = view.agreed
    assert (text, office.people.deeds, said.said) == ("Van would lose 3 of the 4 parties it carries.", [], [])
    yes()
    assert office.people.deeds == [("carry", TILL, [b"a"])]
    assert said.said == ["Till carries 1 party from its next sync on"]
    said.undo()
    assert office.people.deeds[-1] == ("carry", TILL, [b"b", b"c"])


def test_a_field_device_says_how_many_parties_it_carries(book: Book) -> None:
    van = COLLEAGUES[1]._replace(role="field")
    facts = BookFacts(Path("x"), "A", "Asha", "owner", "http://s")
    lines = [
        shown(facts, Staff([van], SEEN_US, 0, (), carried), is_guarded=False).devices[0]
        for carried in ({}, {TILL: (0, True)}, {TILL: (4, True)}, {TILL: (5, False)})
    ]
    assert [("carries" in line.detail, line.note, line.tone) for line in lines] == [
        (False, "7 changes sent", "success"), (False, "carries no party yet", "warning"),
        (True, "7 changes sent", "success"), (False, "7 changes sent", "success"),
    ]  # fmt: skip
    assert "will carry 5 parties from its next sync" in lines[3].detail
