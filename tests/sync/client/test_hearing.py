"""What became of a page is heard with its answer, and taken in while the next one is judged."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from core.changes.change import Outcome
from core.errors import Offline, ProtocolBroken
from core.inbox.queries import items
from core.parties.commands import save_party
from core.parties.model import Party
from sync.client import outbox
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.protocol.packing import expand, pack, read, unpack
from tests.sync.fleet import Device, a_fleet

PAGES = 4


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path, 2) as (_service, devices):
        yield devices


def four_pages(device: Device) -> None:
    """A party for each page that goes up, since no two find room in one."""
    device.courier._page_bytes = 1
    for n in range(PAGES):
        device.book.write("Party", lambda work, n=n: save_party(work, Party(name=f"Party {n}")))


def waiting(device: Device) -> int:
    return outbox.waiting(device.book)


def listening(device: Device, heard: Callable[[str, bytes, Reply], Reply]) -> None:
    """Let each reply pass through somebody's hands."""
    post = device.wire.post

    def passed(path: str, body: bytes) -> Reply:
        return heard(path, body, post(path, body))

    device.wire.post = passed  # type: ignore[method-assign]


def test_the_answers_come_with_the_pushes_and_one_pull_finds_nothing_more(fleet: list[Device]) -> None:
    one, two = fleet
    four_pages(one)
    one.wire.calls.clear()
    assert one.sync().waiting == 0
    assert one.wire.calls == ["push"] * PAGES + ["pull"]
    two.sync()
    assert one.digest == two.digest
    assert one.book.verify().ok


def test_each_page_is_confirmed_while_the_next_is_judged(fleet: list[Device]) -> None:
    one, _two = fleet
    four_pages(one)
    left: list[int] = []

    def heard(path: str, _body: bytes, reply: Reply) -> Reply:
        if path == "push":
            left.append(waiting(one))
        return reply

    listening(one, heard)
    one.sync()
    assert left == [PAGES, PAGES, PAGES - 1, PAGES - 2], (
        "the answer to a page is taken in once the next is sent"
    )
    assert waiting(one) == 0


def test_what_was_heard_stays_where_the_line_breaks_afterwards(fleet: list[Device]) -> None:
    one, two = fleet
    four_pages(one)
    pushes = []

    def heard(path: str, _body: bytes, reply: Reply) -> Reply:
        if path == "push":
            pushes.append(path)
            if len(pushes) == 3:
                raise Offline("the answer was lost")
        return reply

    listening(one, heard)
    with pytest.raises(Offline):
        one.sync()
    assert waiting(one) == PAGES - 2
    again = one.sync()
    assert again.waiting == 0
    assert len(pushes) == PAGES + 1, "one page is sent again, no more"
    two.sync()
    assert one.digest == two.digest


def test_where_somebody_else_has_written_the_answers_come_with_the_pull(fleet: list[Device]) -> None:
    one, two = fleet
    two.book.write("Party", lambda work: save_party(work, Party(name="Of the other")))
    two.sync()
    four_pages(one)
    told: list[int] = []

    def heard(path: str, _body: bytes, reply: Reply) -> Reply:
        if path == "push":
            told.append(len(unpack(m.Pushed, reply.body).page.by))
        return reply

    listening(one, heard)
    assert one.sync().received == 1
    assert told == [0] * PAGES
    two.sync()
    assert one.digest == two.digest


def answering(device: Device, told: Callable[[m.Pushed], m.Pushed]) -> None:
    """A service that answers each push otherwise."""

    def heard(path: str, _body: bytes, reply: Reply) -> Reply:
        return reply._replace(body=pack(told(unpack(m.Pushed, reply.body)))) if path == "push" else reply

    listening(device, heard)


def test_what_the_service_did_otherwise_is_left_to_the_pull(fleet: list[Device]) -> None:
    """All is heard, and still one edit meets a value that its author had not seen."""
    one, two = fleet
    party = one.book.write("Party", lambda work: save_party(work, Party(name="Lotus Foods")))
    one.sync()
    two.sync()
    for device, name in ((two, "Lotus Foods Pvt Ltd"), (one, "Lotus Foods Ltd")):
        device.book.write("Party", lambda work, name=name: save_party(work, Party(name=name), party))
    two.sync()
    one.courier._receive()
    told: list[m.Page] = []

    def noted(pushed: m.Pushed) -> m.Pushed:
        told.append(pushed.page)
        return pushed

    answering(one, noted)
    one.wire.calls.clear()
    assert one.sync().waiting == 0
    assert [page.outcomes for page in told] == [(Outcome.MERGED,)]
    assert one.book.read(lambda read: len([each for each in items(read) if each.kind == "conflict"])) == 1
    two.sync()
    assert one.digest == two.digest


def test_a_service_that_tells_nothing_is_pulled_from(fleet: list[Device]) -> None:
    """An older one answers how far it has come, and no more."""
    one, two = fleet
    four_pages(one)
    answering(one, lambda known: m.Pushed(next=known.next, head=known.head))
    assert one.sync().waiting == 0
    two.sync()
    assert one.digest == two.digest


def test_a_page_that_is_not_what_follows_is_not_taken(fleet: list[Device]) -> None:
    one, _two = fleet
    four_pages(one)
    before = one.book.facts()["seq"]
    answering(one, lambda known: msgspec.structs.replace(known, run=bytes(16)))
    with pytest.raises(ProtocolBroken, match="own sum"):
        one.sync()
    assert one.book.facts()["seq"] == before
    assert waiting(one) == PAGES


def test_who_names_another_place_is_told_nothing(fleet: list[Device]) -> None:
    """Its cursor is behind the head, or of a copy that knows another order: it pulls, and is put right there."""
    one, _two = fleet
    four_pages(one)
    asked: list[m.Push] = []

    def heard(path: str, body: bytes, reply: Reply) -> Reply:
        if path == "push":
            asked.append(read(m.Push, read(m.Signed, expand(body)).body))
        return reply

    listening(one, heard)
    one.sync()
    facts, next_number = one.book.facts(), asked[-1].first + len(asked[-1].changes)
    for seq, run in ((facts["seq"] - 1, facts["run"]), (facts["seq"], bytes(16)), (None, b"")):
        empty = m.Push(
            era=facts["era"], epoch=facts["epoch"], first=next_number, changes=(), link=b"", seq=seq, run=run
        )
        told = one.courier.session.ask("push", empty, m.Pushed)
        assert told.page == m.Page()
