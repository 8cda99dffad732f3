"""The service's promises: any retry gets the same answer, gaps are answered, forks and strangers are turned away."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from core.changes.change import Outcome, Role, chain_link
from core.parties.model import Party
from sync.client.session import ServiceRefused, ask, signed
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.protocol.limits import CODE_LASTS_S, PAGE_BYTES_MAX, PAGE_CHANGES_MAX, TOKEN_LASTS_S
from sync.protocol.packing import pack, unpack
from sync.server import tables
from sync.server.database import writing
from tests.sync.fleet import Wire
from tests.sync.server.raw import RawDevice, a_second, a_tenant, patch

RECORDS = [bytes([n]) * 16 for n in range(1, 9)]
LOTUS = patch(Party(name="Lotus Foods"))


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    yield device
    device.service.means.database.dispose()


def refused(device: RawDevice, path: str, message: m.Message, answer: type[m.Message] = m.Pushed) -> str:
    """The code with which a request is refused."""
    with pytest.raises(ServiceRefused) as caught:
        device.session.ask(path, message, answer)
    return caught.value.code


def some(device: RawDevice, count: int) -> list[bytes]:
    """So many changes of this device, numbered on from its last."""
    made = []
    for n in range(count):
        made.append(device.change("parties.edited", RECORDS[n], LOTUS))
        device.number += 1
    device.number -= count
    return made


def push_of(device: RawDevice, first: int, changes: list[bytes], link: bytes) -> m.Push:
    link_after = link
    for data in changes:
        link_after = chain_link(link_after, device.device, 1, data)
    return m.Push(era=1, epoch=1, first=first, changes=tuple(changes), link=link_after)


class TestPush:
    def test_a_push_sent_again_is_answered_again_and_taken_once(self, first: RawDevice) -> None:
        push = push_of(first, 1, some(first, 3), first.link)
        answers = {first.session.ask("push", push, m.Pushed).next for _again in range(3)}
        assert answers == {4}
        assert [entry.number for entry in first.log()] == [1, 2, 3]

    def test_a_push_that_overlaps_adds_only_what_is_new(self, first: RawDevice) -> None:
        changes = some(first, 5)
        first.session.ask("push", push_of(first, 1, changes[:3], first.link), m.Pushed)
        after_one = chain_link(first.link, first.device, 1, changes[0])
        answer = first.session.ask("push", push_of(first, 2, changes[1:], after_one), m.Pushed)
        assert (answer.next, answer.head) == (6, 5)
        assert [entry.number for entry in first.log()] == [1, 2, 3, 4, 5]

    def test_a_gap_is_answered_with_the_number_expected(self, first: RawDevice) -> None:
        changes = some(first, 5)
        answer = first.session.ask("push", push_of(first, 3, changes[2:], bytes(32)), m.Pushed)
        assert (answer.next, answer.head) == (1, 0)

    def test_other_changes_under_used_numbers_are_a_fork(self, first: RawDevice) -> None:
        changes = some(first, 3)
        first.session.ask("push", push_of(first, 1, changes, first.link), m.Pushed)
        other = [*changes[:2], first.change("parties.edited", RECORDS[7], LOTUS)]
        assert refused(first, "push", push_of(first, 1, other, first.link)) == "FORKED"
        assert refused(first, "push", push_of(first, 4, changes[:1], bytes(32))) == "FORKED"
        assert len(first.log()) == 3

    def test_a_chain_that_ends_elsewhere_is_refused_whole(self, first: RawDevice) -> None:
        push = msgspec.structs.replace(push_of(first, 1, some(first, 2), first.link), link=b"x" * 32)
        assert refused(first, "push", push) == "FORKED"
        assert first.log() == []

    def test_a_page_of_too_many_or_too_large_changes_is_refused(self, first: RawDevice) -> None:
        many = m.Push(era=1, epoch=1, first=1, changes=(b"",) * (PAGE_CHANGES_MAX + 1), link=b"")
        assert refused(first, "push", many) == "UNREADABLE"
        large = m.Push(era=1, epoch=1, first=1, changes=(bytes(PAGE_BYTES_MAX + 1),), link=b"")
        assert refused(first, "push", large) == "TOO_LARGE"

    def test_an_empty_push_asks_where_to_go_on(self, first: RawDevice) -> None:
        first.send(*some(first, 2))
        assert first.session.ask("push", push_of(first, 1, [], b""), m.Pushed).next == 3


class TestManyAtOnce:
    def test_devices_that_push_at_once_make_one_gapless_order_that_no_reader_skips(
        self, first: RawDevice
    ) -> None:
        others = [a_second(first, Role.OWNER, seed=seed) for seed in range(50, 54)]
        reader = a_second(first, Role.AUDITOR, seed=60)
        done = threading.Event()

        def write(device: RawDevice) -> None:
            for n in range(25):
                push = push_of(
                    device,
                    n + 1,
                    [device.change("parties.edited", device.device, {1: f"{n}", 2: "X"})],
                    device.link,
                )
                device.session.ask("push", push, m.Pushed)
                device.number, device.link = n + 1, push.link

        def read() -> list[int]:
            seen, run = [0], b""
            while not done.is_set() or seen[-1] < 100:
                pulled = reader.session.ask("pull", m.Pull(era=1, seq=seen[-1], run=run, people=0), m.Pulled)
                seen += [entry.seq for entry in m.entries_of(pulled.page)]
                run = pulled.run
            return seen

        with ThreadPoolExecutor(5) as pool:
            reading = pool.submit(read)
            list(pool.map(write, others))
            done.set()
            assert reading.result(30) == list(range(101))
        assert {entry.outcome for entry in first.log()} == {Outcome.APPLIED}


class TestPull:
    def test_the_whole_order_comes_in_pages_and_ones_own_come_bare(self, first: RawDevice) -> None:
        second = a_second(first)
        first.send(*some(first, 4))
        second.write("parties.edited", RECORDS[6], LOTUS)
        pulled = second.session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0, epoch=1), m.Pulled)
        entries = m.entries_of(pulled.page)
        assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
        assert [bool(entry.data) for entry in entries] == [True] * 4 + [False]
        assert {entry.outcome for entry in entries} == {Outcome.APPLIED}
        rest = second.session.ask(
            "pull", m.Pull(era=1, seq=5, run=pulled.run, people=pulled.people.version), m.Pulled
        )
        assert (m.entries_of(rest.page), rest.head, rest.people) == ([], 5, None)
        assert rest.digest == pulled.digest != ""

    @pytest.mark.parametrize(("seq", "run"), [(1, b""), (0, b"x" * 16), (9, b"x" * 16)])
    def test_a_place_in_the_order_that_is_not_known_is_refused(
        self, first: RawDevice, seq: int, run: bytes
    ) -> None:
        first.send(*some(first, 2))
        assert refused(first, "pull", m.Pull(era=1, seq=seq, run=run, people=0), m.Pulled) == "HAND_BACK"

    def test_pages_end_at_their_weight(self, first: RawDevice) -> None:
        second = a_second(first)
        big = {1: "L", 2: "Lotus", 13: "n" * 400_000}
        first.send(*(first.change("parties.edited", RECORDS[0], big),))
        for n in range(1, 4):
            first.write("parties.edited", RECORDS[n], big)
        seq, run, pages = 0, b"", 0
        while seq < 4:
            pulled = second.session.ask("pull", m.Pull(era=1, seq=seq, run=run, people=0), m.Pulled)
            entries = m.entries_of(pulled.page)
            assert sum(len(entry.data) for entry in entries) <= PAGE_BYTES_MAX
            assert bool(pulled.digest) == (entries[-1].seq == 4)
            seq, run, pages = entries[-1].seq, pulled.run, pages + 1
        assert pages == 2


class TestComingIn:
    def test_a_token_runs_out_and_is_renewed_without_a_word(self, first: RawDevice) -> None:
        first.send(*some(first, 1))
        first.service.means.clock.move(seconds=TOKEN_LASTS_S + 1)
        first.wire.calls.clear()
        first.write("parties.edited", RECORDS[1], LOTUS)
        assert first.wire.calls == ["push", "knock", "prove", "push"]

    def test_a_token_is_of_no_use_without_its_key(self, first: RawDevice) -> None:
        first.send(*some(first, 1))
        token = first.session._token
        thief = Signer(random.Random(9).randbytes(32))
        body = msgspec.msgpack.encode(m.Pull(era=1, seq=0, run=b"", people=0))
        stolen = m.Signed(token=token, signature=thief.sign(body), body=body)
        with pytest.raises(ServiceRefused) as caught:
            ask(first.wire, "pull", stolen, m.Pulled)
        assert caught.value.code == "TURNED_AWAY"

    def test_a_signature_serves_one_path_alone(self, first: RawDevice) -> None:
        first.send(*some(first, 1))
        seen: list[bytes] = []
        post = first.wire.post
        first.wire.post = lambda path, body: seen.append(body) or post(path, body)  # type: ignore[method-assign]
        first.session.ask("push", push_of(first, 1, [], b""), m.Pushed)
        assert first.service.handle("push", seen[-1]).status == 200
        assert first.service.handle("invite", seen[-1]).status == 403

    @pytest.mark.parametrize("token", [b"", b"x" * 40, b"x" * 256])
    def test_an_invented_token_is_none(self, first: RawDevice, token: bytes) -> None:
        reply = first.service.handle("pull", pack(m.Signed(token=token, signature=b"", body=b"")))
        assert (reply.status, unpack(m.Refusal, reply.body).code) == (401, "TOKEN")

    def test_a_challenge_must_be_ones_own_and_fresh(self, first: RawDevice) -> None:
        signer = first.session._signer
        nonce = ask(first.wire, "knock", m.Knock(tenant=first.tenant, device=first.device), m.Challenge).nonce
        first.service.means.clock.move(seconds=61)
        proof = m.Prove(tenant=first.tenant, device=first.device, nonce=nonce)
        with pytest.raises(ServiceRefused) as caught:
            ask(first.wire, "prove", signed(proof, signer), m.Token)
        assert caught.value.code == "TOKEN"
        nonce = ask(first.wire, "knock", m.Knock(tenant=first.tenant, device=bytes(16)), m.Challenge).nonce
        proof = m.Prove(tenant=first.tenant, device=first.device, nonce=nonce)
        with pytest.raises(ServiceRefused):
            ask(first.wire, "prove", signed(proof, signer), m.Token)

    def test_a_device_that_ended_is_turned_away_at_its_next_request(self, first: RawDevice) -> None:
        second = a_second(first)
        second.write("parties.edited", RECORDS[0], LOTUS)
        with writing(first.service.means.database, first.tenant) as connection:
            ended = sa.update(tables.devices).where(tables.devices.c.device == second.device)
            connection.execute(ended.values(state="ended"))
        assert refused(second, "push", push_of(second, 1, [], b"")) == "REVOKED"

    def test_what_is_no_request_is_refused_cleanly(self, first: RawDevice) -> None:
        for path, body in (("pull", b""), ("push", b"\x28\xb5\x2f\xfd"), ("found", pack(m.Invite(role="x")))):
            reply = first.service.handle(path, body)
            assert (reply.status, unpack(m.Refusal, reply.body).code) == (400, "UNREADABLE")
        assert first.service.handle("nothing", b"").status == 404

    def test_another_version_is_told_to_upgrade(self, first: RawDevice) -> None:
        knock = m.Knock(tenant=first.tenant, device=first.device, protocol=2)
        assert first.service.handle("knock", pack(knock)).status == 426


class TestPeople:
    def test_tenants_do_not_see_each_other(self, first: RawDevice) -> None:
        other = a_tenant(Path(), seed=5, service=first.service)
        first.send(*some(first, 2))
        (entry,) = other.send(other.change("parties.edited", RECORDS[0], LOTUS))
        assert (entry.seq, entry.outcome) == (1, Outcome.APPLIED)
        pulled = other.session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled)
        assert pulled.head == 1
        assert [row.device for row in pulled.people.devices] == [other.device]

    def test_only_an_owner_invites(self, first: RawDevice) -> None:
        second = a_second(first, Role.BOOKKEEPER)
        assert refused(second, "invite", m.Invite(role="owner"), m.Invited) == "ROLE"
        assert refused(first, "invite", m.Invite(role="king"), m.Invited) == "UNREADABLE"

    def test_nobody_is_invited_before_the_first_device_sent_everything(self, tmp_path: Path) -> None:
        dice = random.Random(3)
        first = a_tenant(tmp_path)
        signer, device = Signer(dice.randbytes(32)), dice.randbytes(16)
        found = m.Found(
            code=first.service.founding_code(), book=bytes(16), company="", device=device, epoch=1,
            public_key=signer.public_key, name="", letter="A", user="Asha", series=("A",), upto=2,
        )  # fmt: skip
        tenant = ask(first.wire, "found", signed(found, signer), m.Founded).tenant
        slow = RawDevice(first.service, tenant, device, signer)
        assert refused(slow, "invite", m.Invite(role="field"), m.Invited) == "NOT_READY"
        slow.send(*some(slow, 2))
        assert slow.session.ask("invite", m.Invite(role="field"), m.Invited).code
        first.service.means.database.dispose()

    def test_a_founding_code_founds_once_and_answers_its_founder_again(self, first: RawDevice) -> None:
        code = first.service.founding_code()

        def founding(seed: int) -> m.Founded:
            dice = random.Random(seed)
            signer = Signer(dice.randbytes(32))
            found = m.Found(
                code=code.lower(), book=bytes(16), company="", device=dice.randbytes(16), epoch=1,
                public_key=signer.public_key, name="", letter="A", user="Asha", series=("A",), upto=0,
            )  # fmt: skip
            return ask(Wire(first.service), "found", signed(found, signer), m.Founded)

        assert founding(7).tenant == founding(7).tenant
        with pytest.raises(ServiceRefused) as caught:
            founding(8)
        assert caught.value.code == "BAD_CODE"

    def test_an_invitation_serves_again_until_its_device_came_in(self, first: RawDevice) -> None:
        code = first.session.ask("invite", m.Invite(role="field"), m.Invited).code

        def joining(seed: int) -> RawDevice:
            dice = random.Random(seed)
            signer, device = Signer(dice.randbytes(32)), dice.randbytes(16)
            asked = m.Join(code=code, device=device, public_key=signer.public_key, name="", user="Ravi")
            joined = ask(Wire(first.service), "join", signed(asked, signer), m.Joined)
            assert (joined.letter, joined.role) == ("B", "field")
            return RawDevice(first.service, joined.tenant, device, signer)

        joining(10)
        second = joining(11)
        second.write("parties.edited", RECORDS[0], LOTUS)
        joining(11)
        with pytest.raises(ServiceRefused) as caught:
            joining(12)
        assert caught.value.code == "BAD_CODE"

    def test_a_code_runs_out(self, first: RawDevice) -> None:
        code = first.session.ask("invite", m.Invite(role="field"), m.Invited).code
        first.service.means.clock.move(seconds=CODE_LASTS_S + 1)
        signer = Signer(bytes(32))
        asked = m.Join(code=code, device=bytes(16), public_key=signer.public_key, name="", user="Ravi")
        with pytest.raises(ServiceRefused) as caught:
            ask(first.wire, "join", signed(asked, signer), m.Joined)
        assert caught.value.code == "BAD_CODE"

    def test_device_codes_never_look_like_another_devices_series(self, first: RawDevice) -> None:
        letters = []
        for seed in range(20, 40):
            second = a_second(first, seed=seed)
            second.write("parties.edited", RECORDS[0], {1: f"{seed}", 2: "X"})
            pulled = second.session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled)
            letters += [row.code for row in pulled.people.devices if row.device == second.device]
            owned = [row.series for row in pulled.people.series]
            assert len(owned) == len(set(owned))
        assert letters[:3] == ["B", "E", "G"]
        assert not {*"CDRNVFHQPSXY", "A"} & set(letters)
        assert letters[9:14] == ["W", "Z", "A2", "B2", "E2"]
