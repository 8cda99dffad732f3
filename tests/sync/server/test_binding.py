"""Binding a new key at the service: by whose code, for whom, asked twice; and what an heir may hand in."""

import random
from pathlib import Path

import msgspec
import pytest

from core.changes.change import Role, chain_link
from core.parties.model import Party
from sync.client.session import ServiceRefused, ask, signed
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.protocol.limits import CODE_LASTS_S
from tests.sync.fleet import Wire
from tests.sync.server.raw import RawDevice, a_second, a_tenant, patch

LOTUS = patch(Party(name="Lotus Foods"))
RECORDS = [bytes([n]) * 16 for n in range(1, 9)]
HEIR = b"H" * 16


@pytest.fixture
def first(tmp_path: Path, engine: str) -> RawDevice:
    made = a_tenant(tmp_path)
    yield made
    made.service.means.database.dispose()


@pytest.fixture
def other(first: RawDevice) -> RawDevice:
    """A bookkeeper's device that has sent one change."""
    made = a_second(first)
    made.write("parties.edited", RECORDS[0], LOTUS)
    return made


def a_code(by: RawDevice, device: RawDevice, *, is_gone: bool = False) -> str:
    asked = m.Invite(role="auditor", device=device.device, is_gone=is_gone)
    return by.session.ask("invite", asked, m.Invited).code


def a_signer(seed: int = 7) -> Signer:
    return Signer(random.Random(seed).randbytes(32))


def bound(by: RawDevice, code: str, device: RawDevice, signer: Signer, *, is_same: bool = True) -> m.Bound:
    asked = m.Bind(
        code=code, device=device.device, public_key=signer.public_key, sealing_key=b"", is_same=is_same,
        name="till", user="Ravi", heir=HEIR,
    )  # fmt: skip
    return ask(Wire(by.service), "bind", signed(asked, signer), m.Bound)


def refused(by: RawDevice, code: str, device: RawDevice, signer: Signer, **rest: bool) -> str:
    with pytest.raises(ServiceRefused) as caught:
        bound(by, code, device, signer, **rest)
    return caught.value.code


def outbox_of(device: RawDevice, record: bytes) -> m.Push:
    """The next change of a device, as a page; it is not sent."""
    data = device.change("parties.edited", record, LOTUS)
    link = chain_link(device.link, device.device, 1, data)
    return m.Push(era=1, epoch=1, first=device.number + 1, changes=(data,), link=link)


class TestTheCode:
    def test_it_gives_the_device_another_key_and_keeps_its_role(
        self, first: RawDevice, other: RawDevice
    ) -> None:
        signer, code, first_link = a_signer(), a_code(first, other), other.link
        given = bound(first, code, other, signer)
        assert (given.device, given.letter, given.role) == (other.device, "B", "bookkeeper")
        with pytest.raises(ServiceRefused) as caught:
            other.write("parties.edited", RECORDS[1], LOTUS)
        assert caught.value.code == "TURNED_AWAY"
        again = RawDevice(first.service, first.tenant, other.device, signer)
        again.number, again.link = other.number - 1, first_link
        assert again.write("parties.edited", RECORDS[1], LOTUS).number == 2

    def test_asked_again_with_the_same_key_it_is_answered_alike(
        self, first: RawDevice, other: RawDevice
    ) -> None:
        signer, code = a_signer(), a_code(first, other)
        once = bound(first, code, other, signer)
        assert bound(first, code, other, signer) == once
        assert bound(first, a_code(first, other), other, signer) == once

    def test_it_serves_one_key_alone(self, first: RawDevice, other: RawDevice) -> None:
        code = a_code(first, other)
        bound(first, code, other, a_signer())
        assert refused(first, code, other, a_signer(8)) == "BAD_CODE"
        assert refused(first, code, other, a_signer(8), is_same=False) == "BAD_CODE"

    def test_it_serves_its_own_device_alone(self, first: RawDevice, other: RawDevice) -> None:
        assert refused(first, a_code(first, other), first, a_signer()) == "BAD_CODE"

    def test_a_code_to_join_binds_nothing_and_the_other_way_round(
        self, first: RawDevice, other: RawDevice
    ) -> None:
        code = first.session.ask("invite", m.Invite(role="owner"), m.Invited).code
        assert refused(first, code, other, a_signer()) == "BAD_CODE"
        signer = a_signer()
        asked = m.Join(
            code=a_code(first, other), device=HEIR, public_key=signer.public_key, name="x", user="y"
        )
        with pytest.raises(ServiceRefused) as caught:
            ask(Wire(first.service), "join", signed(asked, signer), m.Joined)
        assert caught.value.code == "BAD_CODE"

    def test_it_runs_out(self, first: RawDevice, other: RawDevice) -> None:
        code = a_code(first, other)
        first.service.means.clock.move(seconds=CODE_LASTS_S + 1)
        assert refused(first, code, other, a_signer()) == "BAD_CODE"

    def test_who_was_ended_binds_nothing(self, first: RawDevice, other: RawDevice) -> None:
        from tests.sync.server.test_people import a_revoke

        code = a_code(first, other)
        first.session.ask("revoke", a_revoke(first, other.device), m.People)
        assert refused(first, code, other, a_signer()) == "BAD_CODE"

    def test_only_who_holds_the_new_key_may_bring_it(self, first: RawDevice, other: RawDevice) -> None:
        code, signer = a_code(first, other), a_signer()
        asked = m.Bind(
            code=code, device=other.device, public_key=signer.public_key, sealing_key=b"", is_same=True,
            name="till", user="Ravi", heir=HEIR,
        )  # fmt: skip
        forged = msgspec.structs.replace(asked, signature=bytes(64))
        with pytest.raises(ServiceRefused) as caught:
            ask(Wire(first.service), "bind", forged, m.Bound)
        assert caught.value.code == "TURNED_AWAY"

    def test_bookkeepers_make_none(self, first: RawDevice, other: RawDevice) -> None:
        with pytest.raises(ServiceRefused) as caught:
            a_code(other, first)
        assert caught.value.code == "ROLE"


class TestTheHeir:
    def an_heir(self, first: RawDevice, other: RawDevice) -> RawDevice:
        signer = a_signer()
        given = bound(first, a_code(first, other), other, signer, is_same=False)
        assert (given.device, given.letter, given.role, given.epoch) == (HEIR, "E", "bookkeeper", 1)
        return RawDevice(first.service, first.tenant, HEIR, signer)

    def test_it_hands_in_what_the_first_had_not_sent_once(self, first: RawDevice, other: RawDevice) -> None:
        heir, page = self.an_heir(first, other), outbox_of(other, RECORDS[1])
        for _twice in range(2):
            assert heir.session.ask("hand_in", page, m.Pushed).next == 3
        assert other.session.ask("push", page, m.Pushed).next == 3, (
            "the first one goes on, and knows it again"
        )
        assert [(entry.number, entry.record) for entry in first.log()] == [(1, RECORDS[0]), (2, RECORDS[1])]

    def test_where_the_first_has_gone_on_otherwise_it_is_told(
        self, first: RawDevice, other: RawDevice
    ) -> None:
        heir, page = self.an_heir(first, other), outbox_of(other, RECORDS[1])
        other.write("parties.edited", RECORDS[2], LOTUS)
        with pytest.raises(ServiceRefused) as caught:
            heir.session.ask("hand_in", page, m.Pushed)
        assert caught.value.code == "FORKED"

    def test_once_it_has_written_itself_it_hands_in_no_more(self, first: RawDevice, other: RawDevice) -> None:
        heir, page = self.an_heir(first, other), outbox_of(other, RECORDS[1])
        heir.write("parties.edited", RECORDS[3], LOTUS)
        with pytest.raises(ServiceRefused) as caught:
            heir.session.ask("hand_in", page, m.Pushed)
        assert caught.value.code == "TURNED_AWAY"

    @pytest.mark.parametrize("role", [Role.OWNER, Role.BOOKKEEPER])
    def test_nobody_else_hands_in_for_another(self, first: RawDevice, other: RawDevice, role: Role) -> None:
        third = a_second(first, role, seed=4)
        with pytest.raises(ServiceRefused) as caught:
            third.session.ask("hand_in", outbox_of(other, RECORDS[1]), m.Pushed)
        assert caught.value.code == "TURNED_AWAY"
