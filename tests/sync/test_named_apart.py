"""Histories that have a name and no room of their own: what two devices do apart, and how it ends on both."""

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.changes.change import Role
from core.clock import FixedClock
from core.company.model import Registration
from core.dunning.commands import remind_party
from core.errors import Ended, RuleBroken
from core.inbox.model import InboxItem
from core.inbox.queries import items
from core.invoicing.commands import issue_document, save_draft
from core.invoicing.queries import document
from core.parties.queries import party
from core.returns.commands import file_return
from core.returns.queries import filed_returns, return_periods
from core.store import log
from sync.client import deposits
from sync.client.owner import Owner
from sync.client.session import ServiceRefused
from tests.core.books import PASSPHRASE, TODAY
from tests.sync.day import IN_OCTOBER, OCTOBER, Shared, a_draft, begin, edit, pay
from tests.sync.fleet import Device, Wire, a_fleet

pytestmark = pytest.mark.slow
LATE = TODAY + dt.timedelta(days=60)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[list[Device], Shared]]:
    with a_fleet(tmp_path) as (_service, fleet):
        shared = begin(fleet[0].book)
        agree(fleet)
        yield fleet, shared


def agree(fleet: Sequence[Device]) -> None:
    """Sync to the end: every book ends with one digest and proves itself, nothing waits, and all hold the same log."""
    for device in (*fleet, *fleet):
        device.sync()
    assert len({device.digest for device in fleet}) == 1
    logs = [
        [(each.device, each.epoch, each.number, each.data) for each in device.entries()] for device in fleet
    ]
    assert all(each == logs[0] for each in logs)
    for device in fleet:
        assert device.book.read(log.pending_count) == 0
        assert device.book.verify().problems == ()


def told(device: Device, kind: str) -> list[InboxItem]:
    return [item for item in device.book.read(items) if item.kind == kind]


def test_a_return_filed_offline_while_papers_of_its_month_are_still_out(
    office: tuple[list[Device], Shared],
) -> None:
    """What the return's author had not seen goes into the next one, flagged; what it had is covered."""
    fleet, shared = office
    one, two = fleet
    old = msgspec.structs.replace(a_draft(shared.party, 300), dated_on=IN_OCTOBER)
    seen = one.book.write("Issue", lambda work: issue_document(work, old, today=TODAY, date_confirmed=True))
    out = two.book.write("Issue", lambda work: issue_document(work, old, today=TODAY, date_confirmed=True))
    filed = one.book.write(
        "File", lambda work: file_return(work, "GSTR1", OCTOBER, TODAY, today=TODAY, despite=True)
    )
    two.sync()
    agree(fleet)
    for device in fleet:
        assert [each.id for each in device.book.read(filed_returns)] == [filed]
        periods = device.book.read(lambda read: return_periods(read, [seen, out]))
        assert periods == {seen: OCTOBER, out: "2026-11"}
        assert [item.paper for item in told(device, "late")] == [out]


def test_one_draft_billed_on_two_copies_of_its_device(tmp_path: Path) -> None:
    """A draft is its device's alone; where that is there twice, the first to arrive has it, the other is contested."""
    with a_fleet(tmp_path, marks=tmp_path / "marks") as (service, [desk, other]):
        shared = begin(desk.book)
        text = a_draft(shared.party, 700)
        draft = desk.book.write("Draft", lambda work: save_draft(work, text))
        agree([desk, other])
        with pytest.raises(RuleBroken, match="Another device owns this draft"):
            other.book.write("Issue", lambda work: issue_document(work, text, today=TODAY, draft_id=draft))
        desk.book.close()
        (tmp_path / "laptop").mkdir()
        for ending in ("", ".key", ".device"):
            shutil.copy(tmp_path / f"nandi.bahi{ending}", tmp_path / "laptop" / f"nandi.bahi{ending}")
        twins = [
            Device(
                Book.open(
                    folder / "nandi.bahi", passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), marks=folder / "marks"
                ),
                Wire(service),
            )
            for folder in (tmp_path, tmp_path / "laptop")
        ]  # fmt: skip
        made = [
            twin.book.write("Issue", lambda work: issue_document(work, text, today=TODAY, draft_id=draft))
            for twin in twins
        ]
        agree([*twins, other])
        for device in (*twins, other):
            papers = [device.book.read(lambda read, each=each: document(read, each)) for each in made]
            assert len({paper.number for paper in papers if paper is not None}) == 2
            assert [item.paper for item in told(device, "contested")] == [made[1]]
        for twin in twins:
            twin.book.close()


def test_one_step_of_the_ladder_taken_on_two_devices(office: tuple[list[Device], Shared]) -> None:
    """Both letters were given and stand; the first to arrive has the step, the second is contested."""
    fleet, shared = office
    letters = [
        device.book.write(
            "Remind", lambda work: remind_party(work, shared.party, on=LATE, date_confirmed=True)
        )
        for device in fleet
    ]
    assert all(letters)
    agree(fleet)
    for device in fleet:
        assert [item.paper for item in told(device, "contested")] == [letters[1]]


def test_a_gstin_corrected_here_and_the_state_there(office: tuple[list[Device], Shared]) -> None:
    """They are one field, so that no party ever has the GSTIN of one state and the address of another."""
    fleet, shared = office
    one, two = fleet
    here = Registration("registered", "29AAGCB7383J1Z4", "29")
    there = Registration("unregistered", "", "27")
    edit(one.book, shared.party, registration=here)
    edit(two.book, shared.party, registration=there)
    agree(fleet)
    for device in fleet:
        known = device.book.read(lambda read: party(read, shared.party))
        assert known is not None
        assert known.registration in (here, there)
        [conflict] = told(device, "conflict")
        sides = sorted((conflict.mine, conflict.theirs))
        assert sides[0].startswith("registered, 29AAGCB7383J1Z4, 29")
        assert sides[1].startswith("unregistered, 27")


class TestPeople:
    @pytest.fixture
    def apart(self, tmp_path: Path) -> Iterator[tuple[list[Device], Shared]]:
        """An owner's two devices and a bookkeeper's, in step; the last has work that was never sent."""
        with a_fleet(tmp_path, 3) as (_service, fleet):
            shared = begin(fleet[0].book)
            agree(fleet)
            sold = a_draft(shared.party)
            fleet[2].book.write("Sale", lambda work: issue_document(work, sold, today=TODAY))
            pay(fleet[2].book, shared, "UTR1")
            edit(fleet[2].book, shared.party, name="Lotus and Sons")
            yield fleet, shared

    def test_a_device_revoked_with_an_outbox(self, apart: tuple[list[Device], Shared]) -> None:
        """What it had not sent lies with the owners, and is let in under its own numbers: all books end alike."""
        [one, two, gone], shared = apart
        waiting = {(each.device, each.number, each.data) for each in gone.entries() if each.seq is None}
        owner = owner_on(one)
        owner.revoke(gone.book.facts()["device"])
        with pytest.raises(Ended):
            gone.sync()
        [row] = deposits.waiting(owner)
        assert deposits.release(owner, row.deposit) == len(waiting)
        agree([one, two])
        for device in (one, two):
            assert {(each.device, each.number, each.data) for each in device.entries()} >= waiting
            assert len(told(device, "held")) == 2
            known = device.book.read(lambda read: party(read, shared.party))
            assert known is not None
            assert known.name == "Lotus and Sons"

    def test_a_device_that_was_lost(self, apart: tuple[list[Device], Shared]) -> None:
        """What it had sent stays, and the others end alike; what it had not sent went with its key."""
        [one, two, gone], _shared = apart
        device = gone.book.facts()["device"]
        sent = [each.number for each in one.entries() if each.device == device]
        owner_on(one).revoke(device, is_lost=True)
        with pytest.raises(Ended, match="lost"):
            gone.sync()
        agree([one, two])
        for each in (one, two):
            assert [entry.number for entry in each.entries() if entry.device == device] == sent
        assert deposits.waiting(owner_on(one)) == []

    def test_two_owners_demote_each_other(self, apart: tuple[list[Device], Shared]) -> None:
        """The first to arrive is heard, and one owner stays; what the other had written is judged as it is now."""
        [one, two, three], shared = apart
        edit(two.book, shared.party, phone="+919822222222")
        owner_on(one).appoint(two.book.facts()["device"], Role.BOOKKEEPER)
        with pytest.raises(ServiceRefused) as refused:
            owner_on(two).appoint(one.book.facts()["device"], Role.BOOKKEEPER)
        assert refused.value.code == "ROLE"
        agree([one, two, three])
        assert [device.book.facts()["role"] for device in (one, two)] == ["owner", "bookkeeper"]


def owner_on(device: Device) -> Owner:
    return Owner(device.book, device.courier.session, device.courier.signer)
