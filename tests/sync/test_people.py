"""Named histories of people and devices: revoked with an outbox, lost, two owners at each other, a keyring lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.change import Role
from core.errors import Ended, KeyMissing, Offline, RuleBroken, TurnedAway, WrongKey
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.parties.queries import party
from core.store import keys
from sync.client import deposits, second_factor
from sync.client.owner import Owner
from sync.client.people import tenant_key
from sync.client.session import ServiceRefused
from sync.client.transport import Reply
from sync.protocol.second_factor import code_at, step_of
from sync.server.service import Service
from tests.core.books import PASSPHRASE, TODAY
from tests.sync.day import Shared, a_draft, begin, edit, pay
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[tuple[Service, Device, Device, Shared]]:
    """An owner's device and a bookkeeper's, in step."""
    with a_fleet(tmp_path, 2, role=Role.BOOKKEEPER) as (service, fleet):
        shared = begin(fleet[0].book)
        for device in (*fleet, *fleet):
            device.sync()
        yield service, fleet[0], fleet[1], shared


def owner_on(device: Device) -> Owner:
    return Owner(device.book, device.courier.session, device.courier.signer)


def works_offline(device: Device, shared: Shared) -> None:
    """What an outbox holds: two papers, a claim on one that all know, and a field."""
    device.book.write("Sale", lambda work: issue_document(work, a_draft(shared.party), today=TODAY))
    pay(device.book, shared, "UTR1")
    edit(device.book, shared.party, name="Lotus and Sons")


def answers_lost(device: Device, path: str, times: int = 1) -> None:
    """The next answers to a path do not come back."""
    plain = device.wire.post
    left = [times]

    def deaf(asked: str, body: bytes) -> Reply:
        reply = plain(asked, body)
        if asked == path and left[0]:
            left[0] -= 1
            raise Offline("the answer was lost")
        return reply

    device.wire.post = deaf  # type: ignore[method-assign]


def revoked(owner: Device, device: Device, *, is_lost: bool = False) -> None:
    owner_on(owner).revoke(device.book.facts()["device"], is_lost=is_lost)


def the_deposit(owner: Device) -> bytes:
    [row] = deposits.waiting(owner_on(owner))
    assert row.is_mine
    return row.deposit


Apart = tuple[Service, Device, Device, Shared]


class TestRevokedWithAnOutbox:
    def test_it_lies_with_the_owners_and_the_key_is_gone(self, apart: Apart) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        with pytest.raises(Ended, match="changes that had not been sent lie sealed with the owners"):
            device.sync()
        assert keys.names_beside(device.book.path) == frozenset()
        assert tenant_key(device.book) is None
        device.book.close()
        with pytest.raises((KeyMissing, WrongKey)):
            Book.open(device.book.path, passphrase=PASSPHRASE)

    def test_an_owner_sees_what_is_in_it_and_releases_it(self, apart: Apart) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        waiting = device.book.facts()
        assert waiting["shared"]
        revoked(owner, device)
        with pytest.raises(Ended):
            device.sync()
        owner.sync()
        deposit = the_deposit(owner)
        told = [item for item in owner.book.read(items) if item.kind == "deposit"]
        assert [item.choices for item in told] == [("release", "discard")]
        inside = deposits.contents(owner_on(owner), deposit)
        assert (inside.papers, inside.claims, inside.fields, inside.unknown) == (2, 1, 1, 0)
        assert deposits.release(owner_on(owner), deposit) == 4
        owner.sync()
        held = [item for item in owner.book.read(items) if item.kind == "held"]
        assert len(held) == 2, "papers wait for an owner's word"
        kept = owner.book.read(lambda read: party(read, shared.party))
        assert kept is not None
        assert kept.name == "Lotus and Sons"
        assert not [item for item in owner.book.read(items) if item.kind == "deposit"]
        assert owner.book.verify().ok

    def test_released_twice_it_is_there_once(self, apart: Apart) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        with pytest.raises(Ended):
            device.sync()
        deposit = the_deposit(owner)
        answers_lost(owner, "release")
        with pytest.raises(Offline):
            deposits.release(owner_on(owner), deposit)
        assert deposits.release(owner_on(owner), deposit) == 0
        owner.sync()
        there = device.book.facts()["device"]
        own = [entry for entry in owner.entries() if entry.device == there]
        assert [entry.number for entry in own] == list(range(1, len(own) + 1))

    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_cut_off_anywhere_it_goes_on(self, apart: Apart, times: int) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        answers_lost(device, "deposit", times)
        for _try in range(times):
            with pytest.raises(Offline):
                device.sync()
            assert keys.names_beside(device.book.path), "nothing is destroyed before it is acknowledged"
        with pytest.raises(Ended):
            device.sync()
        assert deposits.contents(owner_on(owner), the_deposit(owner)).papers == 2

    def test_what_is_written_meanwhile_goes_too(self, apart: Apart) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        answers_lost(device, "deposit", 2)
        for _try in range(2):
            with pytest.raises(Offline):
                device.sync()
        edit(device.book, shared.party, phone="+919811111111")
        with pytest.raises(Ended):
            device.sync()
        rows = deposits.waiting(owner_on(owner))
        assert sorted(row.changes for row in rows) == [1, 4]
        for row in rows:
            deposits.release(owner_on(owner), row.deposit)
        owner.sync()
        kept = owner.book.read(lambda read: party(read, shared.party))
        assert kept is not None
        assert (kept.name, kept.phone) == ("Lotus and Sons", "+919811111111")

    def test_a_large_outbox_goes_in_pages(self, apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        monkeypatch.setattr("sync.client.outbox.PAGE_BYTES_MAX", 1)
        with pytest.raises(Ended):
            device.sync()
        assert device.wire.calls.count("deposit") == 5
        assert deposits.release(owner_on(owner), the_deposit(owner)) == 4
        assert owner.wire.calls.count("release") == 4

    def test_thrown_away_it_is_gone(self, apart: Apart) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        with pytest.raises(Ended):
            device.sync()
        deposit = the_deposit(owner)
        with pytest.raises(RuleBroken):
            deposits.discard(owner_on(owner), deposit, "  ")
        deposits.discard(owner_on(owner), deposit, "entered again by hand")
        assert deposits.waiting(owner_on(owner)) == []
        with pytest.raises(RuleBroken):
            deposits.contents(owner_on(owner), deposit)

    def test_the_tenant_key_is_renewed_for_those_who_stay(self, apart: Apart) -> None:
        _service, owner, device, _shared = apart
        before = tenant_key(owner.book)
        revoked(owner, device)
        owner.sync()
        assert tenant_key(owner.book) != before
        with pytest.raises(Ended, match="Everything written here had been sent"):
            device.sync()


class TestLost:
    def test_it_destroys_its_keys_at_once_and_lays_nothing_down(self, apart: Apart) -> None:
        _service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device, is_lost=True)
        with pytest.raises(Ended, match="lost"):
            device.sync()
        assert keys.names_beside(device.book.path) == frozenset()
        assert deposits.waiting(owner_on(owner)) == []
        owner.sync()
        assert owner.book.verify().ok

    def test_a_stranger_who_plays_the_service_ends_nobody(self, apart: Apart) -> None:
        service, owner, device, shared = apart
        works_offline(device, shared)
        revoked(owner, device)
        device_id = device.book.facts()["device"]
        from sqlalchemy import update

        from sync.server import tables

        with service.means.database.begin() as connection:
            forged = owner.book.facts()["device"] + bytes(64)
            row = tables.devices.c.device == device_id
            connection.execute(update(tables.devices).where(row).values(notice=forged, ending="lost"))
        with pytest.raises(TurnedAway, match="no owner known here has signed"):
            device.sync()
        assert keys.names_beside(device.book.path)


class TestTwoOwners:
    def test_demoting_each_other_leaves_one(self, tmp_path: Path) -> None:
        with a_fleet(tmp_path, 2) as (_service, fleet):
            one, two = fleet
            here, there = one.book.facts()["device"], two.book.facts()["device"]
            owner_on(one).appoint(there, Role.BOOKKEEPER)
            with pytest.raises(ServiceRefused) as caught:
                owner_on(two).appoint(here, Role.BOOKKEEPER)
            assert caught.value.code == "ROLE"
            two.sync()
            assert (one.book.facts()["role"], two.book.facts()["role"]) == ("owner", "bookkeeper")

    def test_a_lost_answer_is_no_second_deed(self, tmp_path: Path) -> None:
        with a_fleet(tmp_path, 2) as (_service, fleet):
            one, two = fleet
            there = two.book.facts()["device"]
            for path, deed in (
                ("appoint", lambda: owner_on(one).appoint(there, Role.FIELD)),
                ("rename", lambda: owner_on(one).rename(there, "Ravi's phone")),
                ("revoke", lambda: owner_on(one).revoke(there)),
            ):
                answers_lost(one, path)
                with pytest.raises(Offline):
                    deed()
                deed()
            row = next(row for row in owner_on(one).staff().people.devices if row.device == there)
            assert (row.role, row.name, row.state) == ("field", "Ravi's phone", "ended")


class TestTheSecondFactor:
    def test_set_by_its_first_code_and_taken_away_by_the_recovery_code(self, apart: Apart) -> None:
        service, owner, device, _shared = apart
        recovery = keys.change_recovery_code(owner.book.path, owner.book.key)
        acting, clock = owner_on(owner), service.means.clock
        secret = secret_of(second_factor.begin(acting))
        state = second_factor.confirm(
            acting, code_at(secret, step_of(clock.now_us())), recovery_code=recovery
        )
        assert (state.is_set, state.is_recoverable) == (True, True)
        there = device.book.facts()["device"]
        with pytest.raises(ServiceRefused) as caught:
            acting.revoke(there)
        assert caught.value.code == "FACTOR"
        second_factor.remove(acting, recovery_code=recovery)
        acting.revoke(there)

    def test_a_recovery_code_of_another_book_sets_nothing(self, apart: Apart) -> None:
        service, owner, device, _shared = apart
        other = keys.change_recovery_code(device.book.path, device.book.key)
        acting = owner_on(owner)
        code = code_at(secret_of(second_factor.begin(acting)), step_of(service.means.clock.now_us()))
        with pytest.raises(WrongKey):
            second_factor.confirm(acting, code, recovery_code=other)
        assert not second_factor.is_set(acting).is_set


def secret_of(address: str) -> bytes:
    """What the app on the phone reads from the QR code."""
    import base64
    from urllib.parse import parse_qs, urlsplit

    [told] = parse_qs(urlsplit(address).query)["secret"]
    return base64.b32decode(told)
