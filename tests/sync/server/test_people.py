"""Who may what: every deed by every role, every answer lost and asked again, and the last owner who stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.changes.change import Role
from core.ids import Id
from core.parties.model import Party
from sync.client.session import ServiceRefused
from sync.protocol import messages as m
from sync.protocol.limits import CODE_LASTS_S
from sync.protocol.notices import notice_to_sign
from sync.protocol.second_factor import code_at, step_of
from sync.server import tables
from tests.sync.server.raw import RawDevice, a_second, a_tenant, patch

RECORDS = [bytes([n]) * 16 for n in range(1, 9)]
LOTUS = patch(Party(name="Lotus Foods"))
PAGE = b"locked by a key that the service never sees"


@pytest.fixture
def first(tmp_path: Path, engine: str) -> RawDevice:
    made = a_tenant(tmp_path)
    yield made
    made.service.means.database.dispose()


def refused(by: RawDevice, path: str, asked: m.Message, shape: type[m.Message] = m.People) -> str:
    """The code of the refusal; empty where it was done."""
    try:
        by.session.ask(path, asked, shape)
    except ServiceRefused as no:
        return no.code
    return ""


def a_revoke(by: RawDevice, device: Id, *, is_lost: bool = False, code: str = "") -> m.Revoke:
    """A revocation, signed."""
    notice = by.session._signer.sign(notice_to_sign(by.tenant, device, is_lost))
    return m.Revoke(device=device, is_lost=is_lost, notice=notice, code=code)


def appointed(by: RawDevice, device: Id, role: Role, code: str = "") -> str:
    """The code of the refusal to appoint; empty where it was done."""
    return refused(by, "appoint", m.Appoint(device=device, role=role.value, code=code))


def role_of(by: RawDevice, device: Id) -> str:
    staff = by.session.ask("people", m.AskStaff(), m.Staff)
    return next(row.role for row in staff.people.devices if row.device == device)


DEEDS: dict[str, Callable[[RawDevice, RawDevice], tuple[m.Message, type[m.Message]]]] = {
    "invite": lambda _by, _other: (m.Invite(role="bookkeeper"), m.Invited),
    "appoint": lambda _by, other: (m.Appoint(device=other.device, role="auditor"), m.People),
    "rename": lambda _by, other: (m.Rename(device=other.device, name="till"), m.People),
    "revoke": lambda by, other: (a_revoke(by, other.device), m.People),
    "seal": lambda _by, _other: (m.Seal(version=1, is_new=True, sealed=()), m.SealTaken),
    "deposits": lambda _by, _other: (m.AskDeposits(), m.Deposits),
    "factor_begin": lambda _by, _other: (m.BeginFactor(), m.FactorBegun),
}


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
@pytest.mark.parametrize("path", DEEDS)
def test_only_an_owner_may(first: RawDevice, path: str, role: Role) -> None:
    asking, other = a_second(first, role), a_second(first, seed=3)
    for device in (asking, other):
        device.write("parties.edited", RECORDS[0], LOTUS)
    asked, shape = DEEDS[path](asking, other)
    assert refused(asking, path, asked, shape) == ("" if role is Role.OWNER else "ROLE")


@pytest.mark.parametrize("path", ["appoint", "rename", "revoke"])
def test_a_deed_asked_again_is_answered_alike(first: RawDevice, path: str) -> None:
    other = a_second(first)
    other.write("parties.edited", RECORDS[0], LOTUS)
    asked, shape = DEEDS[path](first, other)
    once = first.session.ask(path, asked, shape)
    again = first.session.ask(path, asked, shape)
    assert [row.state for row in once.devices] == [row.state for row in again.devices]
    assert [row.role for row in once.devices] == [row.role for row in again.devices]


def test_a_role_holds_for_the_next_change_that_arrives(first: RawDevice) -> None:
    other = a_second(first)
    assert other.write("parties.edited", RECORDS[0], LOTUS).outcome.name == "APPLIED"
    assert appointed(first, other.device, Role.AUDITOR) == ""
    assert other.write("parties.edited", RECORDS[1], LOTUS).outcome.name == "REFUSED"


class TestTheLastOwner:
    def test_two_owners_demoting_each_other_leave_one(self, first: RawDevice) -> None:
        second = a_second(first, Role.OWNER)
        second.write("parties.edited", RECORDS[0], LOTUS)
        assert appointed(first, second.device, Role.BOOKKEEPER) == ""
        assert appointed(second, first.device, Role.BOOKKEEPER) == "ROLE"
        assert role_of(first, first.device) == "owner"

    def test_the_last_one_may_not_go(self, first: RawDevice) -> None:
        second = a_second(first)
        second.write("parties.edited", RECORDS[0], LOTUS)
        assert appointed(first, first.device, Role.AUDITOR) == "LAST_OWNER"
        assert refused(first, "revoke", a_revoke(first, first.device)) == "LAST_OWNER"

    def test_an_owner_who_was_invited_and_never_came_counts_for_nothing(self, first: RawDevice) -> None:
        a_second(first, Role.OWNER)
        assert appointed(first, first.device, Role.AUDITOR) == "LAST_OWNER"

    def test_one_of_two_may_end_itself(self, first: RawDevice) -> None:
        second = a_second(first, Role.OWNER)
        second.write("parties.edited", RECORDS[0], LOTUS)
        assert refused(second, "revoke", a_revoke(second, second.device)) == ""
        assert refused(second, "people", m.AskStaff(), m.Staff) == "REVOKED"


class TestTheEnd:
    def test_a_revoked_device_may_ask_one_thing(self, first: RawDevice) -> None:
        other = a_second(first)
        other.write("parties.edited", RECORDS[0], LOTUS)
        assert refused(first, "revoke", a_revoke(first, other.device)) == ""
        with pytest.raises(ServiceRefused) as caught:
            other.write("parties.edited", RECORDS[1], LOTUS)
        assert caught.value.code == "REVOKED"
        assert refused(other, "pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled) == "REVOKED"
        assert refused(other, "key", m.FetchKey(), m.KeyFetched) == "REVOKED"
        assert refused(other, "deposit", m.Deposit(deposit=RECORDS[2]), m.Deposited) == ""

    def test_a_live_device_lays_nothing_down(self, first: RawDevice) -> None:
        laid = m.Deposit(deposit=RECORDS[0], locked=PAGE, is_last=True, changes=1)
        assert refused(first, "deposit", laid, m.Deposited) == "TURNED_AWAY"

    def test_a_notice_that_the_owner_has_not_signed_ends_nobody(self, first: RawDevice) -> None:
        other = a_second(first)
        other.write("parties.edited", RECORDS[0], LOTUS)
        forged = a_revoke(other, other.device)
        assert refused(first, "revoke", forged) == "UNREADABLE"
        assert (
            refused(first, "revoke", m.Revoke(device=other.device, is_lost=False, notice=b"")) == "UNREADABLE"
        )

    def test_who_was_revoked_may_be_declared_lost_and_stays_so(self, first: RawDevice) -> None:
        other = a_second(first)
        other.write("parties.edited", RECORDS[0], LOTUS)
        for is_lost in (False, True, False):
            assert refused(first, "revoke", a_revoke(first, other.device, is_lost=is_lost)) == ""
        told = other.session.ask("deposit", m.Deposit(deposit=RECORDS[1]), m.Deposited)
        assert told.ending == "lost"
        laid = m.Deposit(deposit=RECORDS[1], locked=PAGE, is_last=True, changes=1)
        assert not other.session.ask("deposit", laid, m.Deposited).is_whole

    def test_with_an_owner_its_unused_codes_end(self, first: RawDevice) -> None:
        second = a_second(first, Role.OWNER)
        second.write("parties.edited", RECORDS[0], LOTUS)
        code = second.session.ask("invite", m.Invite(role="owner"), m.Invited).code
        assert refused(first, "revoke", a_revoke(first, second.device)) == ""
        with pytest.raises(ServiceRefused) as caught:
            joining(first, code)
        assert caught.value.code == "BAD_CODE"

    def test_a_new_tenant_key_is_wanted_once(self, first: RawDevice) -> None:
        two, three = a_second(first), a_second(first, seed=3)
        for device in (two, three):
            device.write("parties.edited", RECORDS[0], LOTUS)
        assert first.session.ask("seal", m.Seal(version=1, is_new=True, sealed=()), m.SealTaken).is_taken
        for device in (two, three):
            people = first.session.ask("revoke", a_revoke(first, device.device), m.People)
            assert (people.key_version, people.key_is_made) == (2, False)


def joining(by: RawDevice, code: str) -> RawDevice:
    """A device that joins by a code."""
    import random

    from sync.client.session import ask, signed
    from sync.client.signer import Signer
    from tests.sync.fleet import Wire

    signer = Signer(random.Random(99).randbytes(32))
    asked = m.Join(code=code, device=RECORDS[7], public_key=signer.public_key, name="late", user="Mala")
    joined = ask(Wire(by.service), "join", signed(asked, signer), m.Joined)
    return RawDevice(by.service, joined.tenant, asked.device, signer)


class TestDeposits:
    def a_revoked(self, first: RawDevice) -> RawDevice:
        other = a_second(first)
        other.write("parties.edited", RECORDS[0], LOTUS)
        first.session.ask("revoke", a_revoke(first, other.device), m.People)
        return other

    def laid(
        self, other: RawDevice, page: int, *, is_last: bool = False, deposit: Id = RECORDS[3]
    ) -> m.Deposited:
        asked = m.Deposit(deposit=deposit, page=page, locked=PAGE, is_last=is_last, changes=2)
        return other.session.ask("deposit", asked, m.Deposited)

    def test_pages_go_on_where_they_stopped_and_are_kept_once(self, first: RawDevice) -> None:
        other = self.a_revoked(first)
        assert self.laid(other, 1).next == 0
        assert self.laid(other, 0).next == 1
        assert self.laid(other, 0).next == 1
        done = self.laid(other, 1, is_last=True)
        assert (done.next, done.is_whole) == (2, True)
        assert self.laid(other, 2).next == 2
        [row] = first.session.ask("deposits", m.AskDeposits(), m.Deposits).rows
        assert (row.pages, row.changes, row.sealed) == (2, 2, b"")

    def test_half_a_deposit_is_told_to_nobody(self, first: RawDevice) -> None:
        other = self.a_revoked(first)
        self.laid(other, 0)
        assert first.session.ask("deposits", m.AskDeposits(), m.Deposits).rows == ()
        assert first.session.ask("people", m.AskStaff(), m.Staff).people.deposits == ()

    def test_nobody_adds_to_anothers(self, first: RawDevice) -> None:
        one = self.a_revoked(first)
        self.laid(one, 0)
        two = a_second(first, seed=5)
        two.write("parties.edited", RECORDS[0], LOTUS)
        first.session.ask("revoke", a_revoke(first, two.device), m.People)
        with pytest.raises(ServiceRefused) as caught:
            self.laid(two, 1)
        assert caught.value.code == "UNREADABLE"

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_nothing_is_thrown_away_without_a_reason(self, first: RawDevice, reason: str) -> None:
        self.laid(self.a_revoked(first), 0, is_last=True)
        asked = m.Discard(deposit=RECORDS[3], reason=reason)
        assert refused(first, "discard", asked, m.Settled) == "UNREADABLE"

    def test_thrown_away_it_is_gone_and_the_reason_kept(self, first: RawDevice) -> None:
        self.laid(self.a_revoked(first), 0, is_last=True)
        asked = m.Discard(deposit=RECORDS[3], reason="a test device")
        for _again in range(2):
            assert first.session.ask("discard", asked, m.Settled).is_settled
        assert first.session.ask("deposits", m.AskDeposits(), m.Deposits).rows == ()
        assert refused(
            first, "deposit_page", m.AskDepositPage(deposit=RECORDS[3], page=0), m.DepositPage
        ) == ("UNREADABLE")
        from sync.server.database import reading

        with reading(first.service.means.database, first.tenant) as connection:
            row = connection.execute(tables.deposits.select()).one()
        assert (row.state, row.reason, row.settled_by) == ("discarded", "a test device", first.device)


class TestTheSecondFactor:
    def now(self, first: RawDevice, secret: bytes, steps: int = 0) -> str:
        return code_at(secret, step_of(first.service.means.clock.now_us()) + steps)

    def with_one(self, first: RawDevice, recovery_key: bytes = b"") -> bytes:
        """The secret of a factor that was set with the code of one step before now."""
        secret = first.session.ask("factor_begin", m.BeginFactor(), m.FactorBegun).secret
        code = self.now(first, secret, -1)
        asked = m.ConfirmFactor(code=code, recovery_key=recovery_key)
        assert first.session.ask("factor_confirm", asked, m.FactorState).is_set
        return secret

    def test_it_is_asked_for_what_is_grave_and_each_code_once(self, first: RawDevice) -> None:
        other = a_second(first)
        other.write("parties.edited", RECORDS[0], LOTUS)
        secret = self.with_one(first)
        assert refused(first, "invite", m.Invite(role="owner"), m.Invited) == "FACTOR"
        assert appointed(first, other.device, Role.AUDITOR) == "FACTOR"
        assert refused(first, "revoke", a_revoke(first, other.device)) == "FACTOR"
        assert refused(first, "rename", m.Rename(device=other.device, name="till")) == ""
        code = self.now(first, secret)
        assert appointed(first, other.device, Role.AUDITOR, code) == ""
        assert appointed(first, other.device, Role.AUDITOR, code) == "", "its answer was lost"
        assert refused(first, "revoke", a_revoke(first, other.device, code=code)) == "BAD_CODE"
        assert refused(first, "revoke", a_revoke(first, other.device, code=self.now(first, secret, 1))) == ""

    def test_before_its_first_code_it_is_not_set(self, first: RawDevice) -> None:
        first.session.ask("factor_begin", m.BeginFactor(), m.FactorBegun)
        assert refused(first, "invite", m.Invite(role="owner"), m.Invited) == ""

    def test_guesses_are_made_to_wait(self, first: RawDevice) -> None:
        secret = self.with_one(first)
        right = self.now(first, secret)
        wrong = "000000" if right != "000000" else "000001"
        for _guess in range(5):
            assert refused(first, "invite", m.Invite(role="owner", code=wrong), m.Invited) == "BAD_CODE"
        assert refused(first, "invite", m.Invite(role="owner", code=right), m.Invited) == "FACTOR"
        first.service.means.clock.move(seconds=60)
        assert refused(first, "invite", m.Invite(role="owner", code=self.now(first, secret)), m.Invited) == ""

    def test_another_owner_takes_it_away(self, first: RawDevice) -> None:
        second = a_second(first, Role.OWNER)
        second.write("parties.edited", RECORDS[0], LOTUS)
        self.with_one(first)
        assert refused(second, "factor_remove", m.RemoveFactor(user="Asha"), m.FactorState) == ""
        assert refused(first, "invite", m.Invite(role="owner"), m.Invited) == ""

    def test_a_proof_that_is_not_the_recovery_codes_takes_nothing_away(self, first: RawDevice) -> None:
        from sync.client.signer import Signer
        from sync.protocol.second_factor import proof_to_sign

        key = Signer(bytes(range(32)))
        self.with_one(first, key.public_key)
        told = proof_to_sign(first.tenant, "Asha")
        wrong = m.RemoveFactor(user="Asha", proof=Signer(bytes(32)).sign(told))
        assert refused(first, "factor_remove", wrong, m.FactorState) == "BAD_CODE"
        assert refused(first, "factor_remove", m.RemoveFactor(user="Asha"), m.FactorState) == "FACTOR"
        right = m.RemoveFactor(user="Asha", proof=key.sign(told))
        assert refused(first, "factor_remove", right, m.FactorState) == ""

    def test_codes_and_secrets_reach_no_log(self, first: RawDevice, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        secret = self.with_one(first)
        code = self.now(first, secret)
        refused(first, "invite", m.Invite(role="owner", code=code), m.Invited)
        refused(first, "invite", m.Invite(role="owner", code=code), m.Invited)
        assert code not in caplog.text


def test_a_code_lasts_two_days(first: RawDevice) -> None:
    code = first.session.ask("invite", m.Invite(role="bookkeeper"), m.Invited).code
    first.service.means.clock.move(seconds=CODE_LASTS_S + 1)
    with pytest.raises(ServiceRefused) as caught:
        joining(first, code)
    assert caught.value.code == "BAD_CODE"


def test_last_seen_and_what_the_service_has_are_told(first: RawDevice) -> None:
    other = a_second(first)
    other.write("parties.edited", RECORDS[0], LOTUS)
    staff = first.session.ask("people", m.AskStaff(), m.Staff)
    row = next(row for row in staff.rows if row.device == other.device)
    assert (row.sent, row.ending) == (1, "")
    assert 0 < first.service.means.clock.now_us() - row.seen_at_us < 1_000
    assert staff.head == 1
