"""A service restored from a backup, before and after others have pushed to it: nothing is lost, seqs stay as they were
where nobody forked, and all books end alike."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.changes.answer import decode_answer
from core.changes.change import Outcome, Role
from core.errors import Offline, ProtocolBroken
from core.ids import Id
from core.inbox.commands import settle
from core.inbox.queries import items
from core.parties.queries import parties_by_name
from core.store import log, retake
from core.store.wiping import WipeOut
from sync.client import bootstrap
from sync.client.courier import courier_of
from sync.client.handback import declare_lost
from sync.client.session import ServiceRefused
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.server import gathering, house, snapshots
from sync.server.database import reading, writing
from tests.core.books import PASSPHRASE
from tests.sync.business import Business, Row, a_business, a_day, add, names
from tests.sync.day import Shared, apart, begin, edit
from tests.sync.fleet import Device, a_fleet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    with a_business(tmp_path) as made:
        yield made


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


def _begun_late(business: Business, patch: pytest.MonkeyPatch, *, has_older: bool = True) -> Device:
    """The service forked beneath the base of the third device's book, which holds what nobody else does.

    Without `has_older` it had no round since it was loaded, and so has none of the changes before its base.
    """
    one, two, three = business.devices
    shared = begin(one.book)
    for device in business.devices:
        device.sync()
    file = business.backup()
    one.wire.cut = True
    for name in ("Lotus", "Mehta", "Nadar"):
        add(two, name)
        two.sync()
    edit(two.book, shared.party, notes="Seen by two")
    two.sync()
    add(three, "Sent before it was loaded")
    with patch.context() as soon:
        for room in (bootstrap, snapshots):
            soon.setattr(room, "SNAPSHOT_WORTH", 2)
        soon.setattr(bootstrap, "is_far", lambda seq, head: head - seq > 2)
        three.sync()
    assert three.book.read(log.base_of).seq > 0
    edit(three.book, shared.party, email="three@lotus.in")
    if has_older:
        add(two, "Above the base")
        two.sync()
        three.sync()
    add(three, "Waits with three")
    business.restore(file)
    one.wire.cut = False
    add(one, "Written on")
    edit(one.book, shared.party, phone="+919800000009")
    one.sync()
    declare_lost(one.book, passphrase=PASSPHRASE, transport=one.wire)
    assert one.sync().waiting == 0
    return three


@pytest.mark.parametrize("first", [1, 2], ids=["after the others", "before them"])
def test_a_fork_beneath_the_base_of_a_book_takes_nothing_from_it(
    business: Business, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    three = _begun_late(business, monkeypatch)
    for device in (business.devices[first], *business.devices[1:]):
        device.sync()
    business.agree()
    here = {"Lotus", "Mehta", "Nadar", "Sent before it was loaded", "Waits with three", "Written on"}
    assert here <= names(three) == names(business.devices[0])
    assert three.book.read(retake.aside_count) == 0


def test_what_the_device_alone_holds_of_a_lost_order_is_handed_over(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second device never comes back: what it wrote above the third's base comes with the third."""
    one, two, three = business.devices
    _begun_late(business, monkeypatch)
    two.wire.cut = True
    for device in (three, three, one, three):
        device.sync()
    lost = {"Lotus", "Mehta", "Nadar", "Above the base", "Sent before it was loaded"}
    assert lost | {"Waits with three", "Written on"} <= names(one)
    assert one.digest == three.digest
    assert three.book.verify().problems == ()


def test_an_edit_of_what_others_wrote_before_the_base_does_not_count_as_having_it(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit is handed over too, but alone it brings nothing back."""
    _one, _two, three = business.devices
    _begun_late(business, monkeypatch, has_older=False)
    lotus = next(row.id for row in three.book.read(parties_by_name).rows if row.name == "Lotus")
    edit(three.book, lotus, notes="Edited by three")
    with pytest.raises(WipeOut, match="3 of this book's 10 records"):
        three.sync()


@pytest.mark.parametrize("comes_back", [True, False], ids=["they come", "somebody agrees"])
def test_what_others_wrote_before_the_base_is_not_let_go_until_they_come_or_somebody_agrees(
    business: Business, monkeypatch: pytest.MonkeyPatch, comes_back: bool
) -> None:
    """It had no round since it was loaded: of the second device's parties it has what they came to, not the changes. Of
    its own it kept those that it had sent and not heard of."""
    one, two, three = business.devices
    _begun_late(business, monkeypatch, has_older=False)
    before = names(three)
    for _round in range(2):
        with pytest.raises(WipeOut, match="3 of this book's 10 records"):
            three.sync()
    assert names(three) == before
    assert three.book.verify().problems == ()
    (asked,) = (item for item in three.book.read(items) if item.kind == "halt")
    assert "Sync the other devices" in asked.text
    if comes_back:
        two.sync()
    else:
        three.book.write("Settle", lambda work: settle(work, asked.id, "agree"))
    for device in (three, one, three):
        device.sync()
    assert names(three) >= {"Sent before it was loaded", "Waits with three", "Written on"}
    assert ("Lotus" in names(three)) == comes_back
    assert one.digest == three.digest
    assert [item for item in three.book.read(items) if item.kind == "halt"] == []
    assert three.book.read(retake.aside_count) == 0
    assert three.book.verify().problems == ()


def test_what_is_written_while_it_asks_did_not_see_the_new_order(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first device gave the party another phone after the restore; who overwrites that unseen is told of it."""
    one, two, three = business.devices
    _begun_late(business, monkeypatch, has_older=False)
    with pytest.raises(WipeOut):
        three.sync()
    sql = "SELECT id FROM parties WHERE name = 'Lotus Foods'"
    party = three.book.read(lambda read: read.exec_driver_sql(sql).scalar_one())
    edit(three.book, party, phone="+919800000010")
    for device in (two, three, one):
        device.sync()
    business.agree()
    for device in business.devices:
        assert "conflict" in {item.kind for item in device.book.read(items)}


def test_what_was_sent_and_not_heard_of_is_kept_until_its_place_has_come(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = _begun_late(business, monkeypatch, has_older=False)
    sql = "SELECT seq = 0, count(*) FROM older_changes GROUP BY 1"
    kept = dict(map(tuple, three.book.read(lambda read: read.exec_driver_sql(sql).fetchall())))
    assert kept[1] == 1
    sql = "SELECT record FROM older_changes WHERE seq = 0"
    record = three.book.read(lambda read: read.exec_driver_sql(sql).scalar_one())
    assert all(entry.seq for entry in three.book.read(lambda read: log.history_of(read, record)))


@pytest.mark.parametrize("commits", range(1, 6))
def test_killed_while_it_begins_anew_it_goes_on(
    business: Business, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    three = _begun_late(business, monkeypatch)
    with monkeypatch.context() as patch:
        dies_at(three, patch, commits)
        with suppress(Cut):
            three.sync()
    reopened(three)
    business.agree()
    assert {"Lotus", "Sent before it was loaded", "Waits with three", "Written on"} <= names(three)


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
