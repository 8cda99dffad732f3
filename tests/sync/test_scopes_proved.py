"""Devices in the field prove what they carry, are told nothing else, and find their way to a restored service."""

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from core.book import Book
from core.changes.change import Role
from core.clock import FixedClock
from core.errors import Offline, ProtocolBroken
from core.ids import Id
from core.parties.commands import merge_parties, save_party
from core.parties.model import Party
from core.store import log
from core.store.engine import HAND
from sync.client import bootstrap, scopes
from sync.client.handback import declare_lost
from sync.client.owner import Owner
from sync.client.rebinding import bind
from sync.client.session import ServiceRefused
from sync.protocol import messages as m
from sync.protocol.packing import expand
from sync.server import belongings, snapshots
from tests.core.books import CHEAP, PASSPHRASE
from tests.sync.afield import NAMES, Field, a_field, bad_weather, bill_to, left, pay
from tests.sync.fleet import TODAY, Device, Wire

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """With Asha and Bala."""
    with a_field(tmp_path) as made:
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Field]:
    """With Asha alone."""
    with a_field(tmp_path, devices=1) as made:
        yield made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_dealt_and_named_each_carries_its_own(field: Field, seed: int) -> None:
    """Random deals in bad weather on three devices that sync when they please, while what two of them carry changes."""
    chance = random.Random(seed)
    receipts: list[Id] = []

    def named() -> None:
        device = chance.choice(field.out)
        with suppress(Offline):
            field.name(device, *chance.sample(range(3), chance.randrange(4)), is_agreed=True)

    def dealt() -> None:
        n = chance.randrange(3)
        able = [each for each in (field.office, *field.out) if left(each, field.bills[n]) is not None]
        device = chance.choice(able)
        open_rupees = left(device, field.bills[n]) or 0
        bill = field.bills[n] if open_rupees >= 10 and chance.random() < 0.7 else None
        receipts.append(pay(device.book, field.parties[n], bill, 10))

    def billed() -> None:
        bill_to(field.office.book, chance.choice(field.parties))

    def renamed() -> None:
        n = chance.randrange(3)
        party = Party(name=NAMES[n], phone=f"98{chance.randrange(10**8):08}")
        field.office.book.write("e", lambda work: save_party(work, party, field.parties[n]))

    def synced() -> None:
        with suppress(Offline):
            chance.choice((field.office, *field.out)).sync()

    with bad_weather(field, chance):
        for _step in range(50):
            chance.choice((named, dealt, dealt, billed, renamed, synced, synced, synced))()
    field.settle()
    field.settle()
    told = {row.device: row.parties for row in scopes.who_carries(field.office.courier.session)}
    for device in field.out:
        carried = told[device.book.facts()["device"]]
        field.is_right(device, *(n for n, party in enumerate(field.parties) if party in carried))
    assert all(left(field.office, receipt) is not None for receipt in receipts), "nothing is lost"
    assert field.office.book.verify().ok


class TestWalls:
    def test_only_owners_name_and_only_for_the_field(self, alone: Field) -> None:
        asha, office = alone.out[0], alone.office
        with pytest.raises(ServiceRefused) as refused:
            scopes.set_scope(asha.courier.session, asha.book.facts()["device"], alone.parties)
        assert refused.value.code == "ROLE"
        with pytest.raises(ServiceRefused) as refused:
            scopes.set_scope(office.courier.session, office.book.facts()["device"], alone.parties)
        assert refused.value.code == "ROLE"
        with pytest.raises(ServiceRefused, match="no such party"):
            scopes.set_scope(office.courier.session, asha.book.facts()["device"], [alone.bills[0]])
        assert [row.parties for row in scopes.who_carries(asha.courier.session)] == [(alone.parties[0],)]
        assert len(scopes.who_carries(office.courier.session)) == 1

    def test_no_route_tells_of_other_parties(self, alone: Field) -> None:
        asha = alone.out[0]
        ask, era = asha.courier.session.ask, asha.book.facts()["era"]
        foreign = (alone.parties[1], alone.bills[1])
        told = ask("entries", m.AskEntries(records=foreign), m.Entries)
        assert told.entries == ()
        records = ask("records", m.AskRecords(buckets=tuple(range(256))), m.Records).records
        assert not {row.record for row in records} & set(foreign)
        whole = ask("pull", m.Pull(era=era, seq=0, run=b"", people=0), m.Pulled)
        mine = ask(
            "pull", m.Pull(era=era, seq=0, run=b"", people=0, scope=asha.book.facts()["scope"]), m.Pulled
        )
        for answer in (whole, mine):
            assert not any(b"Mehta" in data for data in answer.page.data)
        assert not any(b"Lotus" in data for data in whole.page.data), "by another scope not even its own"
        manifest = ask("snapshot", m.AskSnapshot(anew=True), m.Manifest)
        for number in range(len(manifest.pages)):
            page = ask("snapshot_page", m.AskSnapshotPage(seq=manifest.seq, page=number), m.SnapshotPage).data
            assert b"Mehta" not in expand(page)
            assert b"Lotus" in expand(page)


class TestProving:
    @pytest.mark.allow_logs
    def test_damage_is_mended_from_what_it_carries(self, alone: Field) -> None:
        asha = alone.out[0]

        def spoil(work: Any) -> None:
            work.read.exec_driver_sql(HAND + "UPDATE standing SET open_paise = 1 WHERE open_paise > 1")
            work.note(proved=0)

        asha.book.write("spoil", spoil)
        asha.sync()
        alone.is_right(asha, 0)

    def test_a_hidden_entry_that_is_tampered_with_is_found(self, alone: Field) -> None:
        asha = alone.out[0]
        bill_to(alone.office.book, alone.parties[2])
        bill_to(alone.office.book, alone.parties[2])
        alone.settle()
        assert asha.book.verify().ok

        def spoil(work: Any) -> None:
            sql = "UPDATE changes SET link = zeroblob(32) WHERE entry = (SELECT max(entry) FROM changes WHERE idle = 4)"
            work.read.exec_driver_sql(HAND + sql)

        asha.book.write("spoil", spoil)
        assert {problem.code for problem in asha.book.verify().problems} & {"CHAIN", "CHAIN_END", "ORDER"}

    def test_a_page_that_hides_what_it_should_not_is_not_taken(self, alone: Field) -> None:
        """Whoever alters a hash on the way is found out by the running hash."""
        asha = alone.out[0]
        bill_to(alone.office.book, alone.parties[2])
        alone.office.sync()
        take = asha.book.apply

        def forged(page: Any, cursor: Any, **named: Any) -> Any:
            return take([replace(each, link=bytes(32)) for each in page], cursor, **named)

        asha.book.apply = forged  # type: ignore[method-assign]
        with pytest.raises(ProtocolBroken):
            asha.sync()
        asha.book.apply = take  # type: ignore[method-assign]
        asha.sync()
        alone.is_right(asha, 0)

    def test_one_far_behind_joins_by_what_is_shown_of_a_snapshot(
        self, alone: Field, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asha = alone.out[0]
        for room in (snapshots, bootstrap):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", 0)
        for _n in range(12):
            bill_to(alone.office.book, alone.parties[0])
            bill_to(alone.office.book, alone.parties[1])
        alone.office.sync()
        alone.office.sync()
        asha.wire.calls.clear()
        before = asha.book.facts()["seq"]
        monkeypatch.setattr(bootstrap, "is_far", lambda _seq, _head: asha.book.facts()["seq"] == before)
        asha.sync()
        assert "snapshot_page" in asha.wire.calls
        assert asha.book.read(log.base_of).seq > 0
        alone.is_right(asha, 0)

    def test_the_order_is_gone_through_once(self, alone: Field, monkeypatch: pytest.MonkeyPatch) -> None:
        gone: list[int] = []
        found = belongings._found

        def counting(connection: Any, tenant: Any, kinds: Any, entries: Any) -> Any:
            gone.extend(entry.seq for entry in entries)
            return found(connection, tenant, kinds, entries)

        monkeypatch.setattr(belongings, "_found", counting)
        bill_to(alone.office.book, alone.parties[0])
        alone.settle()
        assert gone == sorted(set(gone))
        assert len(gone) == 1


class TestRestored:
    def test_a_service_restored_gathers_from_the_office_first(self, field: Field) -> None:
        asha = field.out[0]
        backup = field.backup()
        bill_to(field.office.book, field.parties[1])
        receipt = pay(asha.book, field.parties[0], field.bills[0])
        field.settle()
        field.restore(backup)
        with pytest.raises(ProtocolBroken, match="begins later than"):
            asha.sync()
        field.office.sync()
        for device in field.out:
            device.sync()
        field.settle()
        assert left(field.office, receipt) == 0
        field.is_right(asha, 0)
        field.is_right(field.out[1], 1)

    def test_a_scope_named_since_has_another_number_than_one_of_before(self, alone: Field) -> None:
        """The backup does not know that the device was named others: it must not count up to the same number."""
        asha = alone.out[0]
        backup = alone.backup()
        alone.name(asha, 1, is_agreed=True)
        alone.settle()
        alone.is_right(asha, 1)
        alone.restore(backup)
        alone.office.sync()
        asha.sync()
        asha.wire.cut = True
        alone.name(asha, 2, is_agreed=True)
        asha.wire.cut = False
        alone.settle()
        alone.is_right(asha, 2)

    def test_away_while_it_is_named_others_by_a_restored_service(self, alone: Field) -> None:
        asha = alone.out[0]
        backup = alone.backup()
        alone.name(asha, 1, is_agreed=True)
        alone.settle()
        alone.restore(backup)
        asha.wire.cut = True
        alone.office.sync()
        declare_lost(alone.office.book, passphrase=PASSPHRASE, transport=alone.office.wire)
        alone.office.sync()
        alone.name(asha, 2, is_agreed=True)
        asha.wire.cut = False
        alone.settle()
        alone.is_right(asha, 2)

    def test_where_the_office_is_lost_its_own_changes_are_sent_again(
        self, alone: Field, tmp_path: Path
    ) -> None:
        asha = alone.out[0]
        backup = alone.backup()
        bill_to(alone.office.book, alone.parties[1])
        alone.office.sync()
        receipt = pay(asha.book, alone.parties[0], alone.bills[0])
        asha.sync()
        alone.restore(backup)
        office = alone.office
        declare_lost(office.book, passphrase=PASSPHRASE, transport=office.wire)
        asha.sync()
        alone.settle()
        assert left(office, receipt) == 0
        assert left(office, alone.bills[0]) == 0
        alone.is_right(asha, 0)


def test_on_every_engine(engine: str, tmp_path: Path) -> None:
    """Carried, gained, lost, merged, made in the field and written too late: on SQLite and on PostgreSQL."""
    assert engine
    with a_field(tmp_path) as field:
        asha, bala = field.out
        field.is_right(asha, 0)
        field.name(asha, 0, 2)
        made = bala.book.write("p", lambda work: save_party(work, Party(name="Rose Stores")))
        pay(bala.book, made, rupees=50)
        field.settle()
        field.is_right(asha, 0, 2)
        field.name(asha, 2)
        receipt = pay(asha.book, field.parties[0], field.bills[0])
        field.office.book.write("m", lambda work: merge_parties(work, field.parties[1], field.parties[2]))
        field.settle()
        field.settle()
        field.is_right(asha, 1, 2)
        field.is_right(bala, 1, 2)
        assert (left(field.office, receipt), left(field.office, field.bills[0])) == (0, 0)


def test_an_heir_carries_what_its_book_did(tmp_path: Path) -> None:
    """The book of a device in the field is copied to another computer, whose key is bound by an owner's code."""
    with a_field(tmp_path, devices=1) as field:
        [asha] = field.out
        late = pay(asha.book, field.parties[0], field.bills[0])
        path = tmp_path / "tablet" / "asha.bahi"
        path.parent.mkdir()
        for ending in ("", ".key"):
            shutil.copy(
                asha.book.path.with_name(asha.book.path.name + ending), path.with_name(path.name + ending)
            )
        owner = Owner(field.office.book, field.office.courier.session, field.office.courier.signer)
        code = owner.invite(Role.FIELD, device=asha.book.facts()["device"])
        wire = Wire(field.service)
        with Book.open(
            path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), marks=tmp_path / "marks"
        ) as book:
            bind(book, code, passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
            tablet = Device(book, wire)
            tablet.sync()
            field.settle()
            tablet.sync()
            assert tablet.book.facts()["device"] != asha.book.facts()["device"]
            field.is_right(tablet, 0)
            field.is_right(asha, 0)
            assert left(field.office, late) == 0
            assert left(field.office, field.bills[0]) == 0
