"""A round resumes where it stopped, refuses what does not agree, and costs one question when nothing is new."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from core.changes.change import Outcome, Role
from core.errors import Offline, ProtocolBroken, RuleBroken
from core.inbox.queries import items
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name, party
from core.store import log
from sync.client import outbox
from sync.client.courier import Courier, Round, courier_of
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.protocol.packing import pack, unpack
from sync.server import tables
from tests.core.books import PASSPHRASE, a_book
from tests.sync.fleet import Device, Wire, a_fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path, 2) as (_service, devices):
        yield devices


def add(device: Device, count: int = 1, **fields: Any) -> list[bytes]:
    return device.book.write(
        "Parties", lambda work: [save_party(work, Party(name=f"Party {n}", **fields)) for n in range(count)]
    )


def names(device: Device) -> list[str]:
    return [row.name for row in device.book.read(parties_by_name).rows]


def test_what_one_writes_the_other_reads(fleet: list[Device]) -> None:
    one, two = fleet
    add(one, 3)
    assert one.sync() == Round(sent=3, received=0, waiting=0, inbox=0)
    assert two.sync() == Round(sent=0, received=3, waiting=0, inbox=0)
    assert names(two) == ["Party 0", "Party 1", "Party 2"]
    assert one.digest == two.digest


def test_nothing_new_is_one_question(fleet: list[Device]) -> None:
    for device in fleet:
        device.sync()
        device.wire.calls.clear()
        assert device.sync() == Round(0, 0, 0, 0)
        assert device.wire.calls == ["pull"]


def test_offline_everything_waits_and_nothing_is_lost(fleet: list[Device]) -> None:
    one, two = fleet
    one.wire.cut = True
    add(one, 2)
    with pytest.raises(Offline):
        one.sync()
    assert outbox.waiting(one.book) == 2
    one.wire.cut = False
    assert one.sync().sent == 2
    assert two.sync().received == 2


def test_a_push_whose_answer_was_lost_is_not_sent_twice_into_the_order(fleet: list[Device]) -> None:
    one, two = fleet
    add(one, 2)
    post = one.wire.post

    def answer_lost(path: str, body: bytes) -> Reply:
        post(path, body)
        raise Offline("lost")

    one.wire.post = answer_lost  # type: ignore[method-assign]
    with pytest.raises(Offline):
        one.sync()
    one.wire.post = post  # type: ignore[method-assign]
    assert one.sync().waiting == 0
    assert two.sync().received == 2
    assert one.digest == two.digest


def test_many_pages_resume_where_the_line_broke(fleet: list[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE_CHANGES_MAX", 10)
    monkeypatch.setattr("sync.server.log.PAGE_CHANGES_MAX", 10)
    one, two = fleet
    add(one, 45)
    post, left = one.wire.post, [3]

    def breaks_after_three(path: str, body: bytes) -> Reply:
        if path == "push":
            left[0] -= 1
            if left[0] < 0:
                raise Offline("broken")
        return post(path, body)

    one.wire.post = breaks_after_three  # type: ignore[method-assign]
    with pytest.raises(Offline):
        one.sync()
    one.wire.post = post  # type: ignore[method-assign]
    one.wire.calls.clear()
    again = Courier(one.book, one.wire, one.courier.session._signer)
    assert again.round().waiting == 0
    assert one.wire.calls.count("push") == 2, "what was heard before the line broke is not sent again"
    two.wire.calls.clear()
    assert two.sync().received == 45
    assert two.wire.calls.count("pull") == 5


def test_with_much_pending_several_pages_are_taken_in_at_once(
    fleet: list[Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step replays what is pending; a step a page would make two full outboxes quadratic."""
    monkeypatch.setattr("sync.server.log.PAGE_CHANGES_MAX", 10)
    one, two = fleet
    add(one, 45)
    add(two, 45)
    one.sync()
    steps = []
    apply = two.book.apply
    monkeypatch.setattr(
        two.book, "apply", lambda page, cursor: steps.append(len(page)) or apply(page, cursor)
    )
    assert two.sync() == Round(sent=45, received=45, waiting=0, inbox=45)  # of one name each, there and here
    assert steps == [90]
    one.sync()
    assert one.digest == two.digest
    assert two.book.verify().problems == ()


def test_two_rounds_at_once_are_one_after_the_other(fleet: list[Device]) -> None:
    one, two = fleet
    add(two, 30)
    two.sync()
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _n: one.sync(), range(4)))
    assert sum(done.received for done in rounds) == 30
    assert one.digest == two.digest


def test_pages_end_at_their_weight(fleet: list[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE_BYTES_MAX", 3000)
    one, _two = fleet
    add(one, 5, notes="n" * 1400)
    parcel = one.book.read(lambda read: outbox.parcel(read, 0))
    assert parcel is not None
    assert len(parcel.changes) == 1 + 1
    add(one, 1, notes="n" * 5000)
    number = one.book.read(log.pending)[-1].number
    parcel = one.book.read(lambda read: outbox.parcel(read, number - 1))
    assert parcel is not None
    assert len(parcel.changes) == 1, "a page always takes one, however large"


def test_a_page_that_was_tampered_with_is_not_taken(fleet: list[Device]) -> None:
    one, two = fleet
    add(one, 2)
    one.sync()
    post = two.wire.post

    def tampering(path: str, body: bytes) -> Reply:
        reply = post(path, body)
        if path != "pull":
            return reply
        pulled = unpack(m.Pulled, reply.body)
        data = tuple(d.replace(b"Party 1", b"Party 9") for d in pulled.page.data)
        page = msgspec.structs.replace(pulled.page, data=data)
        return Reply(200, pack(msgspec.structs.replace(pulled, page=page)))

    two.wire.post = tampering  # type: ignore[method-assign]
    before = two.book.facts()
    with pytest.raises(ProtocolBroken):
        two.sync()
    assert two.book.facts() == before
    two.wire.post = post  # type: ignore[method-assign]
    assert two.sync().received == 2


def test_a_role_that_changed_comes_down_and_binds(fleet: list[Device]) -> None:
    one, two = fleet
    device = two.book.facts()["device"]
    with one.wire.service.means.database.begin() as connection:
        connection.execute(
            sa.update(tables.devices).where(tables.devices.c.device == device).values(role="auditor")
        )
        connection.execute(sa.update(tables.tenants).values(people=tables.tenants.c.people + 1))
    two.sync()
    assert two.book.actor().role is Role.AUDITOR
    with pytest.raises(RuleBroken):
        add(two)


def test_what_a_role_may_not_write_any_more_goes_to_the_inbox(fleet: list[Device]) -> None:
    """The author still believed himself a bookkeeper; the service knows better, and nothing is lost in silence."""
    one, two = fleet
    (record,) = add(two)
    device = two.book.facts()["device"]
    with one.wire.service.means.database.begin() as connection:
        connection.execute(
            sa.update(tables.devices).where(tables.devices.c.device == device).values(role="auditor")
        )
    assert two.sync().inbox == 1
    assert two.book.read(lambda read: party(read, record)) is None
    assert [entry.outcome for entry in two.book.read(lambda r: log.history_of(r, record))] == [
        Outcome.REFUSED
    ]
    assert [item.kind for item in two.book.read(items)] == ["refused"]
    assert two.book.verify().ok


def test_a_book_that_is_not_shared_says_so(tmp_path: Path) -> None:
    with a_book(tmp_path) as book, pytest.raises(RuleBroken, match="not shared"):
        courier_of(book, passphrase=PASSPHRASE, transport=Wire(None))  # type: ignore[arg-type]
