"""A whole profile was cloned, the device revoked, and both copies come back: what both lay down comes in, once."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from core.book import Book
from core.changes.answer import decode_answer
from core.changes.change import decode_change
from core.changes.record import decoded
from core.clock import FixedClock
from core.errors import Ended, Offline
from core.ids import Id
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.parties.queries import party
from core.returns.commands import file_return
from core.returns.covering import filings_of
from core.returns.kinds import FILED
from core.store import keys
from core.store.epochs import begin_epoch
from core.store.log import Entry
from core.store.mark import Why
from core.store.work import Work
from sync.client import deposits, second_factor
from sync.client.session import ServiceRefused
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.protocol.messages.deposits import epoch_of
from sync.protocol.packing import unpack
from sync.protocol.second_factor import code_at, step_of
from sync.server.service import Service
from tests.core.books import PASSPHRASE
from tests.sync.business import Business
from tests.sync.day import IN_OCTOBER, OCTOBER, TODAY, Shared, a_draft, begin, edit
from tests.sync.fleet import Device, Wire, a_fleet
from tests.sync.test_copies import agree, issue, receive
from tests.sync.test_people import owner_on, secret_of

pytestmark = pytest.mark.slow
ONE_A_PAGE = ("sync.client.outbox.PAGE_BYTES_MAX", 1)


class Office(NamedTuple):
    """Two owners' devices, and the desk that was cloned with all that it had waiting; `common` is its invoice."""

    service: Service
    owners: list[Device]
    desk: Device
    twin: Device
    shared: Shared
    common: Id

    @property
    def device(self) -> Id:
        """Who both copies say they are."""
        found: Id = self.desk.book.facts()["device"]
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_fleet(tmp_path, 3) as (service, fleet):
        shared = begin(fleet[0].book)
        for device in (*fleet, *fleet):
            device.sync()
        receive(fleet[2].book, shared.party, "sent long ago")
        fleet[2].sync()
        common = fleet[2].book.write(
            "Issue", lambda work: issue_document(work, a_draft(shared.party), today=TODAY)
        )
        edit(fleet[2].book, shared.party, email="lotus@example.in")
        path = fleet[2].book.path
        fleet[2].book.close()
        copied = tmp_path / "elsewhere" / path.name
        copied.parent.mkdir()
        for ending in ("", ".key", ".device"):
            shutil.copy(path.with_name(path.name + ending), copied.with_name(path.name + ending))
        books = [
            Book.open(each, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) for each in (path, copied)
        ]
        desk, twin = (Device(book, Wire(service)) for book in books)
        try:
            yield Office(service, fleet[:2], desk, twin, shared, common)
        finally:
            for book in books:
                book.close()


def both_write(office: Office) -> None:
    """Each gives the same two numbers to papers of its own, and writes what the other does not."""
    for device, phone in ((office.desk, "+919811111111"), (office.twin, "+919822222222")):
        issue(device.book, office.shared.party)
        receive(device.book, office.shared.party, phone)
    edit(office.desk.book, office.shared.party, phone="+919811111111")
    edit(office.twin.book, office.shared.party, name="Lotus Foods and Sons")
    issue(office.twin.book, office.shared.party, 300)


def waits_on(device: Device) -> list[Entry]:
    return [each for each in device.entries() if each.seq is None]


def lays_down(office: Office, device: Device) -> Id:
    """The deposit that one of the copies lays down."""
    owner = owner_on(office.owners[0])
    before = {row.deposit for row in deposits.waiting(owner)}
    with pytest.raises(Ended):
        device.sync()
    [row] = [row for row in deposits.waiting(owner) if row.deposit not in before]
    return row.deposit


def lay_down(office: Office) -> tuple[Id, Id]:
    """The desk is revoked; both copies hear so, and lay down what they hold."""
    owner_on(office.owners[0]).revoke(office.device)
    return lays_down(office, office.desk), lays_down(office, office.twin)


def sense(entry: Entry) -> tuple[Id, str, int, bytes]:
    """A change without its numbers."""
    change = decode_change(entry.data)
    return entry.record, entry.kind, change.stamp, bytes(change.body)


def in_order(office: Office) -> Counter[tuple[Id, str, int, bytes]]:
    """What the order has of the device, and how often."""
    return Counter(sense(each) for each in office.owners[1].entries() if each.device == office.device)


def all_once(office: Office, *waited: list[Entry]) -> None:
    """Both owners' books are one and prove themselves, and all that waited anywhere is there exactly once."""
    agree(*office.owners)
    there = in_order(office)
    assert set(there.values()) == {1}
    assert {sense(each) for entries in waited for each in entries} <= set(there)
    assert deposits.waiting(owner_on(office.owners[0])) == []


@pytest.mark.parametrize("is_twin_first", [False, True])
def test_both_are_released_in_either_order(office: Office, is_twin_first: bool) -> None:
    both_write(office)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    laid = lay_down(office)
    first, second = reversed(laid) if is_twin_first else laid
    owner = owner_on(office.owners[0])
    deposits.release(owner, first)
    deposits.release(owner, second)
    all_once(office, *waited)
    papers = [each for each in office.owners[1].book.read(items) if each.kind == "held"]
    assert len(papers) == 1 + 2 + 3
    said = [
        {problem.code for problem in decode_answer(each.answer).problems}
        for each in office.owners[1].entries()
        if each.device == office.device and each.epoch == epoch_of(second)
    ]
    assert len(said) == len(waited[not is_twin_first]) - 2, "what both had waiting is taken once"
    assert [codes for codes in said if "NUMBER_USED" in codes] == [{"DEPOSITED", "NUMBER_USED"}] * 2
    kept = office.owners[1].book.read(lambda read: party(read, office.shared.party))
    assert kept is not None
    assert (kept.name, kept.phone, kept.email) == (
        "Lotus Foods and Sons", "+919811111111", "lotus@example.in",
    )  # fmt: skip
    assert deposits.release(owner, second) == 0
    all_once(office, *waited)


@pytest.mark.parametrize("is_heard", [False, True])
def test_killed_between_any_two_pages_and_gone_on_with_by_either_owner(
    office: Office, monkeypatch: pytest.MonkeyPatch, is_heard: bool
) -> None:
    """With each answer that says something new, heard or lost; the one owner's device and the other's in turn."""
    monkeypatch.setattr(*ONE_A_PAGE)
    both_write(office)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    first, second = lay_down(office)
    deposits.release(owner_on(office.owners[0]), first)
    heard: set[tuple[int, bytes]] = set()
    broken = 0
    for turn in range(30):
        by = office.owners[turn % 2]
        with monkeypatch.context() as patch:
            patch.setattr(by.wire, "post", dying(by, heard, is_heard=is_heard))
            try:
                deposits.release(owner_on(by), second)
                break
            except Offline:
                broken += 1
    pages, parted = len(waited[1]), len(waited[1]) - 2
    assert broken == pages + parted - is_heard
    all_once(office, *waited)


def dying(device: Device, heard: set[tuple[int, bytes]], *, is_heard: bool) -> Callable[[str, bytes], Reply]:
    """The first answer to a release that says what none has said before is the last that comes, or is lost."""
    plain, is_over = device.wire.post, [False]

    def post(path: str, body: bytes) -> Reply:
        if is_over[0] and path == "release":
            raise Offline("killed")
        reply = plain(path, body)
        if path == "release":
            settled = unpack(m.Settled, reply.body)
            is_over[0] = (settled.next, settled.start) not in heard
            heard.add((settled.next, settled.start))
            if is_over[0] and not is_heard:
                raise Offline("killed")
        return reply

    return post


def test_two_owners_release_the_two_page_by_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the one is in the order when the other comes, which parts in the middle."""
    monkeypatch.setattr(*ONE_A_PAGE)
    both_write(office)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    first, second = lay_down(office)
    one, two = office.owners
    common_two_and_one_of_its_own = {(1, b""), (2, b"")}
    with monkeypatch.context() as patch:
        patch.setattr(one.wire, "post", dying(one, common_two_and_one_of_its_own, is_heard=True))
        with pytest.raises(Offline):
            deposits.release(owner_on(one), first)
    deposits.release(owner_on(two), second)
    deposits.release(owner_on(one), first)
    all_once(office, *waited)
    epochs = Counter(each.epoch for each in one.entries() if each.device == office.device)
    assert epochs[epoch_of(first)] == 0
    assert epochs[epoch_of(second)] == len(waited[1]) - 2


def test_what_one_had_sent_before_it_was_revoked_stands_and_the_other_is_released(office: Office) -> None:
    """Its numbers are used in the order itself: the desk sent all and has nothing to lay down."""
    both_write(office)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    office.desk.sync()
    owner_on(office.owners[0]).revoke(office.device)
    deposits.release(owner_on(office.owners[0]), lays_down(office, office.twin))
    all_once(office, *waited)


def test_an_epoch_that_the_second_began_goes_on_in_the_one_of_its_deposit(office: Office) -> None:
    """Its series are its own, and its papers in them wait for an owner for no other reason."""
    both_write(office)
    office.twin.book.write("Move", lambda work: begin_epoch(work, Why.MOVED))
    number = issue(office.twin.book, office.shared.party)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    assert len({each.epoch for each in waited[1]}) == 2
    first, second = lay_down(office)
    for each in (first, second):
        deposits.release(owner_on(office.owners[0]), each)
    all_once(office, *waited)
    last = [each for each in office.owners[1].entries() if each.device == office.device][-1]
    assert (last.epoch, last.number) == (epoch_of(second), len(waited[1]) - 2)
    assert [problem.code for problem in decode_answer(last.answer).problems] == ["DEPOSITED"]
    [held] = [
        each for each in office.owners[1].book.read(items) if each.kind == "held" and number in each.about
    ]
    assert held.choices


def test_released_again_at_a_restored_service_it_is_passed_over(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup says that both wait; the owners have handed back what was released since."""
    monkeypatch.setattr(*ONE_A_PAGE)
    both_write(office)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    first, second = lay_down(office)
    business = Business(tmp_path, office.service, office.owners)
    file = business.backup()
    for each in (first, second):
        deposits.release(owner_on(office.owners[0]), each)
    all_once(office, *waited)
    rows = business.rows()
    business.restore(file)
    agree(*office.owners)
    assert business.rows() == rows
    for each in (second, first):
        deposits.release(owner_on(office.owners[1]), each)
    all_once(office, *waited)
    assert business.rows() == rows
    business.service.means.database.dispose()


def test_what_follows_a_deposit_that_waits_is_released_after_it(office: Office) -> None:
    owner = owner_on(office.owners[0])
    owner.revoke(office.device)
    first, _waited = cut_off_and_written_on(office)
    assert isinstance(office.service.means.clock, FixedClock)
    office.service.means.clock.move(seconds=1)
    second = lays_down(office, office.desk)
    later = waits_on(office.desk)
    with pytest.raises(ServiceRefused) as refused:
        deposits.release(owner, second)
    assert refused.value.code == "NOT_READY"
    for each in (first, second):
        deposits.release(owner, each)
    all_once(office, later)
    own = [each.epoch for each in office.owners[0].entries() if each.device == office.device]
    assert set(own) == {1}


def test_what_one_copy_wrote_as_it_ended_comes_in_after_the_other_took_its_place(office: Office) -> None:
    """The desk lays down twice and the twin's is released first: what the desk's second follows has other numbers."""
    both_write(office)
    owner = owner_on(office.owners[0])
    owner.revoke(office.device)
    first, waited = cut_off_and_written_on(office)
    second = lays_down(office, office.desk)
    later = waits_on(office.desk)
    assert len(later) == len(waited) + 2
    twins = waits_on(office.twin)
    third = lays_down(office, office.twin)
    for each in (third, first, second):
        deposits.release(owner, each)
    all_once(office, later, twins)
    own = [each.epoch for each in office.owners[0].entries() if each.device == office.device]
    assert own.count(epoch_of(second)) == 2


def test_what_follows_a_deposit_thrown_away_is_released_all_the_same(office: Office) -> None:
    owner = owner_on(office.owners[0])
    owner.revoke(office.device)
    first, waited = cut_off_and_written_on(office)
    second = lays_down(office, office.desk)
    later = [each for each in waits_on(office.desk) if sense(each) not in {sense(one) for one in waited}]
    deposits.discard(owner, first, "a test")
    deposits.release(owner, second)
    agree(*office.owners)
    there = in_order(office)
    assert [there[sense(each)] for each in later] == [1, 1]
    assert not [each for each in waited if sense(each) in there]


def cut_off_and_written_on(office: Office) -> tuple[Id, list[Entry]]:
    """The desk's deposit is whole and it did not hear so; then two more things are written. What waited before."""
    waited, plain = waits_on(office.desk), office.desk.wire.post
    heard: list[str] = []

    def deaf(path: str, body: bytes) -> Reply:
        reply = plain(path, body)
        heard.append(path)
        if heard.count("deposit") == 2:  # asked what is expected, then laid down
            raise Offline("the answer was lost")
        return reply

    office.desk.wire.post = deaf  # type: ignore[method-assign]
    with pytest.raises(Offline):
        office.desk.sync()
    office.desk.wire.post = plain  # type: ignore[method-assign]
    [row] = deposits.waiting(owner_on(office.owners[0]))
    receive(office.desk.book, office.shared.party, "later")
    edit(office.desk.book, office.shared.party, terms_days=45)
    return row.deposit, waited


def test_a_return_that_the_second_filed_covers_the_same_papers(office: Office) -> None:
    def issue_in_october(work: Work) -> Id:
        late = msgspec.structs.replace(a_draft(office.shared.party), dated_on=IN_OCTOBER)
        return issue_document(work, late, today=TODAY, date_confirmed=True)

    receive(office.desk.book, office.shared.party, "desk")
    covered = office.twin.book.write("Issue", issue_in_october)
    office.twin.book.write(
        "File", lambda work: file_return(work, "GSTR1", OCTOBER, TODAY, today=TODAY, despite=True)
    )
    before = office.twin.book.read(lambda read: filings_of(read)["GSTR1", OCTOBER])
    first, second = lay_down(office)
    for each in (first, second):
        deposits.release(owner_on(office.owners[0]), each)
    agree(*office.owners)
    [filed] = [kept for kept in office.owners[1].entries() if kept.kind == FILED.name]
    said = decoded(FILED.record, decode_change(filed.data).body)
    author = "SELECT c.epoch, c.number FROM changes c WHERE c.record = ?"
    place = office.owners[1].book.read(lambda read: read.exec_driver_sql(author, (covered,)).one())
    assert (said.epoch, said.covers_number) == tuple(place) == (epoch_of(second), 1)
    assert dict(said.covers_earlier)[1] == before.covers_numbers[1] - 1


def test_one_code_of_the_second_factor_releases_a_deposit_that_parts(office: Office) -> None:
    both_write(office)
    waited = [waits_on(office.desk), waits_on(office.twin)]
    first, second = lay_down(office)
    owner, clock = owner_on(office.owners[0]), office.service.means.clock
    assert isinstance(clock, FixedClock)
    recovery = keys.change_recovery_code(owner.book.path, owner.book.key)
    secret = secret_of(second_factor.begin(owner))
    second_factor.confirm(owner, code_at(secret, step_of(clock.now_us())), recovery_code=recovery)
    for each in (first, second):
        clock.move(seconds=60)
        deposits.release(owner, each, code=code_at(secret, step_of(clock.now_us())))
    all_once(office, *waited)
