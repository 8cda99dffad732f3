"""Devices in the field: each carries its parties and nothing of the others, whatever is gained, lost, or comes late."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.attachments.commands import attach
from core.attachments.queries import attachments_of
from core.attachments.vault import Vault
from core.book import carries_all
from core.catalogue import FOR_ALL, IN_OFFICE, KINDS
from core.changes.answer import decode_answer
from core.changes.change import Outcome, Role
from core.errors import Offline
from core.inbox.queries import items
from core.items.commands import save_item
from core.items.model import Item
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.parties.commands import merge_parties, save_party
from core.parties.model import Party
from core.parties.queries import party
from core.receipts.cheques import deposit_cheques
from core.store import journal
from core.store.carrying import StillWaiting
from sync.client.attachments import bytes_of
from sync.client.owner import Owner
from sync.client.session import ServiceRefused
from sync.client.tenant_key import tenant_keys
from sync.server import scopes as service_scopes
from sync.server.database import reading
from sync.server.devices import member
from tests.sync.afield import NAMES, Field, a_field, bill_to, left, names_in, pay
from tests.sync.fleet import TODAY, Device, a_joiner

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


def outcomes(device: Device) -> list[tuple[str, Outcome]]:
    """What became of this device's own changes."""
    me = device.book.facts()["device"]
    return [(each.kind, Outcome(each.outcome)) for each in device.entries() if each.device == me]


class TestCarrying:
    def test_each_carries_its_parties_and_nothing_of_the_others(self, field: Field) -> None:
        assert names_in(field.office) == set(NAMES)
        field.is_right(field.out[0], 0)
        field.is_right(field.out[1], 1)

    def test_what_is_done_on_either_side_reaches_the_other(self, field: Field) -> None:
        asha = field.out[0]
        receipt = pay(asha.book, field.parties[0], field.bills[0], 500)
        second = bill_to(field.office.book, field.parties[0])
        pay(field.office.book, field.parties[1], field.bills[1])
        field.settle()
        assert (left(field.office, field.bills[0]), left(asha, second)) == (680, 1180)
        assert left(field.office, receipt) == 0
        assert outcomes(asha)[-2:] == [
            ("receipts.recorded", Outcome.APPLIED),
            ("ledger.allocated", Outcome.APPLIED),
        ]
        field.is_right(asha, 0)
        field.is_right(field.out[1], 1)

    def test_what_is_everybodys_reaches_all(self, field: Field) -> None:
        field.office.book.write("i", lambda work: save_item(work, Item(name="Gauge", code="G1")))
        field.settle()
        for device in field.out:
            found = device.book.read(
                lambda read: read.exec_driver_sql("SELECT name FROM items WHERE code = 'G1'").scalar()
            )
            assert found == "Gauge"

    def test_a_party_made_in_the_field_is_carried_by_who_made_it(self, field: Field) -> None:
        asha, bala = field.out
        made = asha.book.write("p", lambda work: save_party(work, Party(name="Rose Stores")))
        pay(asha.book, made, rupees=50)
        field.settle()
        office = field.office.book
        assert office.read(lambda read: party(read, made)) == Party(name="Rose Stores")
        assert bala.book.read(lambda read: party(read, made)) is None
        bill = bill_to(office, made)
        field.settle()
        assert (left(asha, bill), left(bala, bill)) == (1180, None)
        field.is_right(asha, 0)

    def test_a_slip_for_cheques_of_several_parties_is_read_as_far_as_they_are_carried(
        self, field: Field
    ) -> None:
        receipts = [pay(field.office.book, each, rupees=10, mode="cheque") for each in field.parties[:2]]
        field.office.book.write("d", lambda work: deposit_cheques(work, receipts, on=TODAY))
        field.settle()
        field.is_right(field.out[0], 0)
        field.is_right(field.out[1], 1)

    def test_one_that_joins_with_nothing_named_carries_nothing(self, alone: Field, tmp_path: Path) -> None:
        new = a_joiner(tmp_path / "new.bahi", alone.service, alone.office.book, role=Role.FIELD)
        try:
            new.sync()
            alone.is_right(new)
            assert not new.book.read(carries_all)
        finally:
            new.book.close()

    def test_every_kind_goes_somewhere(self) -> None:
        """A kind that names no party and is on neither list reaches no device in the field: it is named here."""
        assert not FOR_ALL & IN_OFFICE
        assert set(KINDS) >= FOR_ALL | IN_OFFICE


class TestGaining:
    def test_the_partys_history_comes(self, alone: Field) -> None:
        asha = alone.out[0]
        alone.name(asha, 0, 2)
        asha.sync()
        alone.is_right(asha, 0, 2)
        assert left(asha, alone.bills[2]) == 1180

    def test_outbox_typing_and_the_inbox_are_carried(self, alone: Field) -> None:
        asha = alone.out[0]
        asha.book.write("t", lambda work: journal.keep(work, "receipt/new", b"half typed", 7))
        receipt = pay(asha.book, alone.parties[0], alone.bills[0])
        alone.name(asha, 0, 2)
        asha.wire.cut = True
        with pytest.raises(Offline):
            asha.sync()
        asha.wire.cut = False
        asha.sync()
        alone.office.sync()
        alone.is_right(asha, 0, 2)
        assert asha.book.read(lambda read: journal.recall(read, "receipt/new")) == b"half typed"
        assert (left(asha, receipt), left(asha, alone.bills[0])) == (0, 0)
        assert left(alone.office, alone.bills[0]) == 0

    @pytest.mark.parametrize("path", ["snapshot", "snapshot_page", "pull"])
    def test_cut_off_anywhere_the_next_round_goes_on(self, alone: Field, path: str) -> None:
        asha = alone.out[0]
        alone.name(asha, 0, 2)
        post, cut = asha.wire.post, [True]

        def once(asked: str, body: bytes) -> Any:
            if asked == path and cut:
                cut.clear()
                post(asked, body)
                raise Offline("the answer is lost")
            return post(asked, body)

        asha.wire.post = once  # type: ignore[assignment,method-assign]
        with pytest.raises(Offline):
            asha.sync()
        asha.sync()
        alone.is_right(asha, 0, 2)

    def test_who_comes_back_from_the_field_carries_everything(self, alone: Field) -> None:
        asha, office = alone.out[0], alone.office
        owner = Owner(office.book, office.courier.session, office.courier.signer)
        owner.appoint(asha.book.facts()["device"], Role.BOOKKEEPER)
        asha.sync()
        assert asha.digest == office.digest
        assert names_in(asha) == set(NAMES)
        assert asha.book.read(carries_all)
        assert asha.book.verify().ok
        owner.appoint(asha.book.facts()["device"], Role.FIELD)
        asha.sync()
        alone.is_right(asha, 0)


class TestLosing:
    def test_its_rows_leave_the_device(self, alone: Field) -> None:
        asha = alone.out[0]
        alone.name(asha, 0, 2)
        asha.sync()
        asha.book.write("t", lambda work: journal.keep(work, "receipt/a", b"\x81Quartz Glass", 7))
        asha.book.write("t", lambda work: journal.keep(work, "receipt/b", b"\x81Lotus Foods", 7))
        alone.name(asha, 0)
        asha.sync()
        alone.is_right(asha, 0)
        assert asha.book.read(lambda read: journal.places(read, "receipt/")) == ["receipt/b"]
        assert not asha.book.path.with_name(asha.book.path.name + ".snapshot").exists()

    def test_what_was_recorded_before_it_was_known_is_applied(self, alone: Field) -> None:
        asha = alone.out[0]
        alone.name(asha, 2, is_agreed=True)
        receipt = pay(asha.book, alone.parties[0], alone.bills[0])
        asha.sync()
        alone.office.sync()
        assert left(alone.office, alone.bills[0]) == 0
        assert left(alone.office, receipt) == 0
        alone.is_right(asha, 2)
        assert asha.book.read(items) == []

    def test_nothing_goes_while_something_waits(self, alone: Field, monkeypatch: pytest.MonkeyPatch) -> None:
        asha = alone.out[0]
        alone.name(asha, 2, is_agreed=True)
        loaded = asha.book.load
        late: list[Any] = []

        def while_it_loads(*given: Any, **named: Any) -> Any:
            if not late:
                late.append(pay(asha.book, alone.parties[0], alone.bills[0]))
            return loaded(*given, **named)

        monkeypatch.setattr(asha.book, "load", while_it_loads)
        asha.sync()
        assert names_in(asha) == {NAMES[0]}, "it was written while the book was loaded beside"
        with pytest.raises(StillWaiting):
            asha.book.read(
                lambda read: __import__("core.store.carrying").store.carrying.refuse_while_waiting(read)
            )
        asha.sync()
        alone.office.sync()
        alone.is_right(asha, 2)
        assert left(alone.office, late[0]) == 0

    def test_what_comes_after_it_was_known_is_held_or_refused_in_words(self, alone: Field) -> None:
        """An app that was tampered with writes about a party that it carries no more."""
        asha, office = alone.out[0], alone.office
        alone.name(asha, 1, is_agreed=True)
        pay(asha.book, alone.parties[0], alone.bills[0])
        meta = asha.book.facts()
        with reading(alone.service.means.database, meta["tenant"]) as connection:
            asking = member(connection, meta["tenant"], meta["device"])
            assert asking is not None
            number = service_scopes.in_force(connection, asking).number
        service_scopes.works_by(alone.service.means, asking, number)
        asha.sync()
        office.sync()
        told = [(row.kind, row.text) for row in office.book.read(items)]
        assert {kind for kind, _text in told} == {"held", "refused"}
        assert left(office, alone.bills[0]) == 1180
        held, refused = [
            decode_answer(each.answer).problems[0].message
            for each in office.entries()
            if each.device == meta["device"]
        ][-2:]
        assert held == refused == "This device does not carry the party that this is about."
        office.sync()
        asha.sync()
        assert {row.kind for row in asha.book.read(items)} == {"held", "refused"}

    def test_a_number_is_never_given_again(self, alone: Field) -> None:
        asha, office = alone.out[0], alone.office
        alone.name(asha, 0, 2)
        asha.sync()
        for at in (0, 2, 2):
            pay(asha.book, alone.parties[at], rupees=10)
        for named in ((0,), (2,), (0,)):
            alone.name(asha, *named, is_agreed=True)
            asha.sync()
            pay(asha.book, alone.parties[named[0]], rupees=10)
        asha.sync()
        office.sync()
        numbers = office.book.read(
            lambda read: [row[0] for row in read.exec_driver_sql("SELECT number FROM receipts")]
        )
        assert sorted(numbers) == [f"BR/26-27/{n:04}" for n in range(1, 7)]
        assert office.book.read(items) == []
        assert asha.book.read(items) == []
        alone.is_right(asha, 0)

    def test_its_files_leave_the_device(self, alone: Field) -> None:
        asha = alone.out[0]
        alone.name(asha, 0, 2)
        asha.sync()
        for carried in (alone.parties[0], alone.parties[2]):
            sealed = Vault(asha.book.path).seal(b"\xff\xd8\xff" + carried, tenant_keys(asha.book))
            asha.book.write(
                "a", lambda work, p=carried, s=sealed: attach(  # type: ignore[misc]
                work, p, s, name="slip.jpg", today=TODAY)
            )  # fmt: skip
        alone.name(asha, 0)
        asha.sync()
        alone.office.sync()
        alone.is_right(asha, 0)
        files = Vault(asha.book.path)
        assert len(files.sent()) == 1
        assert files.unsent() == []
        [row] = alone.office.book.read(lambda read: attachments_of(read, alone.parties[2]))
        assert (
            bytes_of(alone.office.book, alone.office.courier.session, row)
            == b"\xff\xd8\xff" + alone.parties[2]
        )

    def test_more_than_half_is_agreed_to(self, alone: Field) -> None:
        asha = alone.out[0]
        alone.name(asha, 0, 1, 2)
        with pytest.raises(ServiceRefused, match="would lose 2 of the 3 parties") as refused:
            alone.name(asha, 0)
        assert refused.value.code == "AGREE"
        asha.sync()
        alone.is_right(asha, 0, 1, 2)
        alone.name(asha, 0, 1)
        alone.name(asha, 0)
        alone.name(asha, is_agreed=True)
        asha.sync()
        alone.is_right(asha)


class TestMerged:
    def test_who_carries_one_of_two_that_were_merged_carries_both(self, field: Field) -> None:
        asha, bala = field.out
        field.office.book.write("m", lambda work: merge_parties(work, field.parties[2], field.parties[0]))
        field.settle()
        field.settle()
        field.is_right(asha, 0, 2)
        field.is_right(bala, 1)
        assert left(asha, field.bills[2]) == 1180
        receipt = pay(asha.book, field.parties[0])
        asha.book.write(
            "a",
            lambda work: allocate(
                work, credit=receipt, party=field.parties[0], lines=[AllocationLine(field.bills[2], 1180_00)], on=TODAY
            ),
        )  # fmt: skip
        field.settle()
        assert left(field.office, field.bills[2]) == 0
        field.is_right(asha, 0, 2)

    def test_naming_one_names_the_other(self, field: Field) -> None:
        bala = field.out[1]
        field.office.book.write("m", lambda work: merge_parties(work, field.parties[2], field.parties[0]))
        field.office.sync()
        field.name(bala, 1, 0)
        field.settle()
        field.is_right(bala, 0, 1, 2)
