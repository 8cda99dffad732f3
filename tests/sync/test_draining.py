"""Weeks of work drain with no setting touched: page by page, whatever cuts the way or narrows it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Offline
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from core.store import log
from sync.client.courier import Courier, Progress
from sync.client.session import ServiceRefused
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX, REQUEST_BYTES_MAX
from sync.protocol.packing import expand, read
from sync.server.service import Service
from tests.sync.fleet import Device, a_fleet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
PLAIN, LARGE, NOTE = 2_600, 6, 300_000
"""More than a page of small changes, and as many large ones as need two pages of bytes."""


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[Service, list[Device]]]:
    with a_fleet(tmp_path) as made:
        yield made


def weeks_of_work(device: Device, plain: int = PLAIN, large: int = LARGE) -> int:
    """An outbox with small changes and large ones that nothing packs; answers how many wait."""
    dice = random.Random(1)
    device.book.write(
        "Parties", lambda work: [save_party(work, Party(name=f"Party {n}")) for n in range(plain)]
    )
    for n in range(large):
        notes = dice.randbytes(NOTE // 2).hex()
        device.book.write("Notes", lambda work: save_party(work, Party(name=f"L {n}", notes=notes)))  # noqa: B023
    return device.book.read(log.pending_count)


class Narrow:
    """A way that cuts off every so often after the service has answered, and lets no large message through."""

    def __init__(self, device: Device, *, lost_each: int = 0, most_bytes: int = REQUEST_BYTES_MAX) -> None:
        self._post = device.wire.post
        self._lost_each, self._most_bytes = lost_each, most_bytes
        self.pushes: list[tuple[int, int, int]] = []
        """First number, count and bytes of each page that the service saw."""
        self.turned_away = 0
        device.wire.post = self.post  # type: ignore[method-assign]

    def post(self, path: str, body: bytes) -> Reply:
        if len(body) > self._most_bytes:
            self.turned_away += 1
            return Reply(413, b"<html>413 Request Entity Too Large</html>")
        reply = self._post(path, body)
        if path == "push":
            push = read(m.Push, read(m.Signed, expand(body)).body)
            self.pushes.append((push.first, len(push.changes), sum(map(len, push.changes))))
            if self._lost_each and len(self.pushes) % self._lost_each == 0:
                raise Offline("the answer is lost")
        return reply


def drained(device: Device, told: list[Progress]) -> int:
    """Rounds of new processes until nothing waits; answers how many were cut off."""
    cut = 0
    while device.book.read(log.pending_count):
        again = Courier(device.book, device.wire, device.courier.signer)
        again.progress = told.append
        try:
            again.round()
        except Offline:
            cut += 1
    return cut


def test_a_large_outbox_drains_over_a_way_that_is_cut_again_and_again(
    fleet: tuple[Service, list[Device]],
) -> None:
    _service, (one, two) = fleet
    count = weeks_of_work(one)
    way, told = Narrow(one, lost_each=2), list[Progress]()
    assert drained(one, told) >= 2
    assert all(
        changes <= PAGE_CHANGES_MAX and weight <= PAGE_BYTES_MAX for _first, changes, weight in way.pushes
    )
    sent = sum(changes for _first, changes, _weight in way.pushes)
    longest = max(changes for _first, changes, _weight in way.pushes)
    assert sent - count <= longest * (len(way.pushes) // 2), "a lost answer costs one page at most"
    pushing = [each for each in told if each.waiting]
    assert pushing
    assert all(0 < each.sent <= each.waiting <= count for each in pushing)
    two.sync()
    assert one.digest == two.digest
    assert two.book.verify().problems == ()


def test_pages_that_are_too_large_for_the_way_are_split(fleet: tuple[Service, list[Device]]) -> None:
    _service, (one, two) = fleet
    weeks_of_work(one, plain=3_000, large=0)
    way = Narrow(one, most_bytes=12_000)
    one.sync()
    assert one.book.read(log.pending_count) == 0
    assert way.turned_away
    assert max(weight for _first, _count, weight in way.pushes) < PAGE_BYTES_MAX // 4
    two.sync()
    assert one.digest == two.digest


def test_one_change_that_the_way_never_lets_through_is_told_and_all_else_stays(
    fleet: tuple[Service, list[Device]],
) -> None:
    _service, (one, two) = fleet
    two.book.write("Party", lambda work: save_party(work, Party(name="From two")))
    two.sync()
    weeks_of_work(one, plain=10, large=1)
    Narrow(one, most_bytes=50_000)
    for _turn in range(2):
        with pytest.raises(ServiceRefused) as refused:
            one.sync()
        assert refused.value.code == "TOO_LARGE"
        assert "large message" in refused.value.remedy
    assert "From two" in {row.name for row in one.book.read(parties_by_name).rows}
    assert one.book.read(log.pending_count) >= 1
    assert one.book.verify().problems == ()
    del one.wire.post
    one.sync()
    two.sync()
    assert one.digest == two.digest


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_a_hundred_thousand_changes_drain(fleet: tuple[Service, list[Device]]) -> None:
    """The long run: in `make soak`. A million were drained once by hand (docs/measured.md)."""
    _service, (one, two) = fleet
    for start in range(0, 100_000, 1_000):
        one.book.write(
            "Parties",
            lambda work: [save_party(work, Party(name=f"P {n}")) for n in range(start, start + 1_000)],  # noqa: B023
        )
    way, told = Narrow(one, lost_each=20), list[Progress]()
    assert drained(one, told) == len(way.pushes) // 20
    two.sync()
    assert one.digest == two.digest
