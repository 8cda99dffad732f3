"""A service restored from a backup does not undo what was decided since about people, whoever comes first."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.changes.change import Role
from core.errors import Ended, Offline, TurnedAway
from core.inbox.queries import items
from core.store import keys
from sync.client import deposits
from sync.client.handback import declare_lost, tell
from sync.client.owner import Owner
from sync.client.people import as_said, tenant_key
from sync.client.rebinding import bind
from sync.client.session import ServiceRefused
from sync.client.signer import kept_signer
from sync.protocol import messages as m
from tests.core.books import CHEAP, PASSPHRASE
from tests.sync.business import Business, add, names
from tests.sync.fleet import Device, a_fleet, a_joiner
from tests.sync.test_eras import Cut, cut_after, dies_at, reopened

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    """An owner's device and two bookkeepers', in step, all with the key of the business."""
    with a_fleet(tmp_path, 3, role=Role.BOOKKEEPER) as (service, devices):
        made = Business(tmp_path, service, devices)
        for device in devices * 2:
            device.sync()
        yield made
        made.service.means.database.dispose()


def owner_on(device: Device) -> Owner:
    return Owner(device.book, device.courier.session, device.courier.signer)


def id_of(device: Device) -> bytes:
    return bytes(device.book.facts()["device"])


def at_service(business: Business, device: Device) -> m.DeviceRow:
    """How the service has a device now."""
    staff = business.devices[0].courier.session.ask("people", m.AskStaff(), m.Staff)
    return next(row for row in staff.people.devices if row.device == id_of(device))


def ends(device: Device) -> None:
    with pytest.raises(Ended):
        device.sync()
    device.book.close()


class TestRevokedSince:
    def test_whoever_knows_brings_it_and_what_waits_is_laid_down(self, business: Business) -> None:
        one, two, three = business.devices
        file = business.backup()
        owner_on(one).revoke(id_of(two))
        three.sync()
        add(two, "Waiting")
        business.restore(file)
        three.sync()
        assert at_service(business, two).state == "ended"
        assert one.sync().note == "", "nobody waits for it"
        ends(two)
        one.sync()
        [waiting] = deposits.waiting(owner_on(one))
        assert (waiting.device, waiting.changes) == (id_of(two), 1)
        business.devices = [one, three]
        business.agree()

    def test_coming_first_itself_it_sends_nothing_new(self, business: Business) -> None:
        one, two, three = business.devices
        file = business.backup()
        owner_on(one).revoke(id_of(two), is_lost=True)
        three.sync()
        add(two, "Of a thief")
        business.restore(file)
        assert two.sync().waiting == 1, "the service gathers"
        three.sync()
        assert at_service(business, two).ending == "lost"
        ends(two)
        one.sync()
        business.devices = [one, three]
        business.agree()
        assert "Of a thief" not in names(one)

    def test_what_was_taken_of_it_is_told_to_owners(self, business: Business, tmp_path: Path) -> None:
        one, two, three = business.devices
        owner_on(one).appoint(id_of(three), Role.OWNER)
        for device in (three, one):
            device.sync()
        file = business.backup()
        owner_on(one).revoke(id_of(two))
        business.restore(file)
        three.sync()
        declare_lost(three.book, passphrase=PASSPHRASE, transport=three.wire)
        add(two, "Afterwards", "And once more")
        assert two.sync().waiting == 0, "nobody who has come knows of its end"
        one.sync()
        row = at_service(business, two)
        assert (row.state, row.late_upto - row.late_from) == ("ended", 2)
        three.sync()
        for owner in (one, three):
            [told] = [item for item in owner.book.read(items) if item.kind == "ended"]
            assert told.text.startswith("2 changes of device1 were taken after it was revoked")
        ends(two)
        business.devices = [one, three]
        business.agree()

    def test_one_that_knows_its_owner_was_ended_does_not_believe_his_notice(self, business: Business) -> None:
        """An owner's device of before the backup was revoked; put back in office by the restore it revokes others."""
        one, two, three = business.devices
        owner_on(one).appoint(id_of(two), Role.OWNER)
        for device in (two, three):
            device.sync()
        file = business.backup()
        owner_on(one).revoke(id_of(two))
        three.sync()
        business.restore(file)
        owner_on(two).revoke(id_of(three), is_lost=True)
        with pytest.raises(TurnedAway, match="no owner known here has signed"):
            three.sync()
        assert keys.names_beside(three.book.path)
        one.sync()
        assert at_service(business, two).state == "ended"
        assert at_service(business, three).state == "live", (
            "and what it did in an office it had no more is undone"
        )
        business.devices = [one, three]
        business.agree()


class TestRolesAndKeys:
    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.OWNER])
    def test_a_role_given_since_is_had_again(self, business: Business, role: Role) -> None:
        one, two, three = business.devices
        file = business.backup()
        owner_on(one).appoint(id_of(two), role)
        three.sync()
        business.restore(file)
        three.sync()
        assert at_service(business, two).role == role.value
        business.agree()

    def test_what_an_owner_has_decided_since_the_restore_stands(self, business: Business) -> None:
        one, two, three = business.devices
        file = business.backup()
        three.sync()
        owner_on(one).appoint(id_of(two), Role.AUDITOR)
        three.sync()
        old = as_said(one.book.facts())
        business.restore(file)
        for device in (one, two, three):
            device.sync()
        owner_on(one).appoint(id_of(two), Role.BOOKKEEPER)
        assert old is not None
        assert not tell(one.courier.session, one.book.facts()["tenant"], old)
        assert at_service(business, two).role == "bookkeeper"
        business.agree()

    def test_an_older_list_after_a_newer_changes_nothing(self, business: Business) -> None:
        one, two, _three = business.devices
        file = business.backup()
        lists = []
        for role in (Role.AUDITOR, Role.BOOKKEEPER):
            owner_on(one).appoint(id_of(two), role)
            lists.append(as_said(one.book.facts()))
        business.restore(file)
        tenant = one.book.facts()["tenant"]
        assert tell(one.courier.session, tenant, lists[0])
        assert tell(one.courier.session, tenant, lists[1])
        assert not tell(one.courier.session, tenant, lists[0])
        assert at_service(business, two).role == "bookkeeper"

    def test_a_device_that_knows_less_than_the_backup_undoes_nothing(self, business: Business) -> None:
        """Once in the era of the backup, and once more in the one after."""
        one, two, three = business.devices
        old = as_said(three.book.facts())
        assert old is not None
        owner_on(one).appoint(id_of(two), Role.AUDITOR)
        tenant = one.book.facts()["tenant"]
        for _restored in range(2):
            business.restore(business.backup())
            assert not tell(three.courier.session, tenant, old)
            assert at_service(business, two).role == "auditor"
            owner_on(one).rename(id_of(two), "Till")
            assert not tell(three.courier.session, tenant, old)
            assert at_service(business, two).name == "Till"
        business.agree()

    def test_a_key_bound_since_opens_and_the_lost_one_does_not(self, business: Business) -> None:
        one, two, three = business.devices
        file = business.backup()
        old = kept_signer(two.book.path, PASSPHRASE)
        assert old is not None
        two.book.path.with_name(f"{two.book.path.name}.device").unlink()
        code = owner_on(one).invite(Role.BOOKKEEPER, device=id_of(two), is_gone=True)
        bind(two.book, code, passphrase=PASSPHRASE, transport=two.wire, cost=CHEAP)
        three.sync()
        business.restore(file)
        three.sync()
        new = kept_signer(two.book.path, PASSPHRASE)
        assert new is not None
        assert at_service(business, two).public_key == new.public_key != old.public_key
        reopened(two)
        add(two, "By the new key")
        business.agree()


class TestJoinedSince:
    def test_it_brings_itself_back_with_all_that_it_wrote(self, business: Business, tmp_path: Path) -> None:
        one = business.devices[0]
        file = business.backup()
        four = a_joiner(tmp_path / "four.bahi", business.service, one.book, role=Role.BOOKKEEPER)
        add(four, "Of the new one")
        four.sync()
        one.sync()
        rows = business.rows()
        business.devices.append(four)
        business.restore(file)
        with pytest.raises(ServiceRefused, match="not one of the business's"):
            four.courier.session.ask("people", m.AskStaff(), m.Staff)
        four.sync()
        assert business.rows() == rows, "it is known again, and has handed back what all had"
        add(four, "Later")
        business.agree()
        assert tenant_key(four.book) == tenant_key(one.book)
        four.book.close()

    def test_revoked_since_too_it_stays_out(self, business: Business, tmp_path: Path) -> None:
        one, _two, three = business.devices
        file = business.backup()
        four = a_joiner(tmp_path / "four.bahi", business.service, one.book)
        four.sync()
        three.sync()
        owner_on(one).revoke(id_of(four))
        business.devices.append(four)
        business.restore(file)
        one.sync()
        assert at_service(business, four).state == "ended"
        ends(four)


class TestForged:
    @pytest.mark.parametrize("part", ["role", "state", "public_key", "version", "era"])
    def test_a_list_with_one_thing_altered_is_no_news(self, business: Business, part: str) -> None:
        one, two, _three = business.devices
        file = business.backup()
        owner_on(one).appoint(id_of(two), Role.AUDITOR)
        said = as_said(one.book.facts())
        assert said is not None
        business.restore(file)
        if part in ("version", "era"):
            lie = msgspec.structs.replace(said, **{part: getattr(said, part) - 1})
        else:
            other = {"role": "owner", "state": "ended", "public_key": bytes(32)}[part]
            rows = [msgspec.structs.replace(row, **{part: other}) for row in said.devices]
            lie = msgspec.structs.replace(said, devices=tuple(rows))
        assert not tell(two.courier.session, two.book.facts()["tenant"], lie)
        assert tell(two.courier.session, two.book.facts()["tenant"], said)

    def test_a_device_that_keeps_fewer_fields_brings_it_too(self, business: Business) -> None:
        """An older app drops what it does not know; the seal covers what every version has."""
        one, two, _three = business.devices
        file = business.backup()
        owner_on(one).appoint(id_of(two), Role.AUDITOR)
        said = as_said(one.book.facts())
        assert said is not None
        business.restore(file)
        rows = tuple(msgspec.structs.replace(row, late_from=0, late_upto=9) for row in said.devices)
        fewer = msgspec.structs.replace(said, devices=rows, deposits=(), key_is_made=False)
        assert tell(two.courier.session, two.book.facts()["tenant"], fewer)
        assert (at_service(business, two).role, at_service(business, two).late_upto) == ("auditor", 0)

    def test_a_list_is_no_news_to_a_service_that_was_not_restored_nor_to_another_tenant(
        self, business: Business
    ) -> None:
        one, two, _three = business.devices
        tenant, old = one.book.facts()["tenant"], as_said(one.book.facts())
        assert old is not None
        owner_on(one).appoint(id_of(two), Role.AUDITOR)
        assert not tell(one.courier.session, tenant, old)
        business.restore(business.backup())
        assert not tell(one.courier.session, bytes(16), old)


def test_killed_at_every_step_it_ends_the_same(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line dies after each request in turn, and the process before each commit in turn."""
    one, two, three = business.devices
    file = business.backup()
    owner_on(one).revoke(id_of(two))
    owner_on(one).appoint(id_of(three), Role.OWNER)
    add(three, "Since")
    for device in (three, one):
        device.sync()
    rows = business.rows()
    add(one, "Waiting")
    business.restore(file)
    dice = random.Random(7)
    for kill in range(12):
        device = dice.choice([one, three])
        with monkeypatch.context() as patch:
            if kill % 2:
                patch.setattr(device.wire, "post", cut_after(device, dice.randrange(1, 8)))
            else:
                dies_at(device, patch, dice.randrange(1, 4))
            try:
                device.sync()
            except (Offline, Cut):
                pass
        reopened(device)
    business.devices = [one, three]
    business.agree()
    assert business.rows()[: len(rows)] == rows
    assert (at_service(business, two).state, at_service(business, three).role) == ("ended", "owner")
    ends(two)
