"""What devices hand back to a restored service is held to the hashes, whoever they are and however they came."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.changes.answer import Arrived
from core.changes.change import Outcome
from core.errors import Offline
from core.ids import Id
from core.store import log, retake
from sync.client import bootstrap
from sync.client.session import ServiceRefused
from sync.client.transport import Reply
from sync.protocol import messages as m
from sync.protocol.packing import pack, unpack
from sync.server import snapshots
from tests.sync.business import Business, a_business, add
from tests.sync.fleet import a_joiner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    with a_business(tmp_path) as made:
        yield made


class TestForged:
    """What is handed back is held to the hashes, and to the time of gathering."""

    def test_nothing_comes_back_verbatim_while_nobody_restored_anything(self, business: Business) -> None:
        one = business.devices[0]
        entries = one.book.read(lambda read: retake.ordered(read, 0, 10, 1 << 20))
        forged = [entry for entry in entries if entry.seq == 1]
        head = one.book.facts()["seq"]
        moved = [Arrived(head + 1, *_rest(entry)) for entry in forged]
        asked = m.Handback(era=1, page=m.page_of(moved), run=b"r" * 16)
        with pytest.raises(ServiceRefused) as refused:
            one.courier.session.ask("handback", asked, m.HandedBack)
        assert refused.value.code == "HAND_BACK"

    def test_other_bytes_than_the_hashes_say_are_not_taken(self, business: Business) -> None:
        one = business.devices[0]
        file = business.backup()
        add(one, "Lotus", "Mehta")
        one.sync()
        business.restore(file)
        length = len(business.rows())
        post = one.wire.post

        def tampering(path: str, body: bytes) -> Reply:
            if path == "handback":
                signed = unpack(m.Signed, body)
                body = pack(
                    m.Signed(token=signed.token, signature=signed.signature, body=signed.body[:-1] + b"x")
                )
            return post(path, body)

        one.wire.post = tampering  # type: ignore[method-assign]
        with pytest.raises(ServiceRefused) as refused:
            one.sync()
        assert refused.value.code == "TURNED_AWAY"
        one.wire.post = post  # type: ignore[method-assign]
        runs = one.book.read(retake.Runs)
        entries = one.book.read(lambda read: retake.ordered(read, length, 10, 1 << 20))
        lies = [Arrived(*_head(entry), b"", entry.data.replace(b"Mehta", b"Mehto")) for entry in entries]
        asked = m.Handback(era=2, page=m.page_of(lies), run=runs.at(entries[-1].seq) or b"")
        with pytest.raises(ServiceRefused) as refused:
            one.courier.session.ask("handback", asked, m.HandedBack)
        assert refused.value.code == "HAND_BACK"
        assert len(business.rows()) == length
        one.sync()
        for device in business.devices:
            device.sync()
        business.agree()

    def test_answers_that_nobody_can_read_are_refused(self, business: Business) -> None:
        one = business.devices[0]
        file = business.backup()
        add(one, "Lotus")
        one.sync()
        business.restore(file)
        (entry,) = one.book.read(lambda read: retake.ordered(read, len(business.rows()), 1, 1 << 20))
        bad = Arrived(*_head(entry), b"\xc1", entry.data)
        with pytest.raises(ServiceRefused) as refused:
            one.courier.session.ask(
                "handback", m.Handback(era=2, page=m.page_of([bad]), run=b""), m.HandedBack
            )
        assert refused.value.code == "UNREADABLE"


def _head(entry: Arrived) -> tuple[int, Id, int, int, Outcome]:
    return entry.seq, entry.device, entry.epoch, entry.number, entry.outcome


def _rest(entry: Arrived) -> tuple[Id, int, int, Outcome, bytes, bytes]:
    return entry.device, entry.epoch, entry.number, entry.outcome, entry.answer, entry.data


def test_a_joiner_during_the_gathering_is_waited_for_by_nobody(business: Business, tmp_path: Path) -> None:
    one, two, three = business.devices
    business.restore(business.backup())
    one.sync()
    joiner = a_joiner(tmp_path / "late.bahi", business.service, one.book)
    business.devices.append(joiner)
    joiner.sync()
    two.sync()
    assert three.sync().note == ""
    business.agree()
    joiner.book.close()


def test_who_came_by_a_snapshot_hands_back_what_was_young_then(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service lost lies below the base of the device that comes first: it has kept it all the same."""
    one, two, three = business.devices
    backup = business.backup()
    for name in ("Lotus", "Mehta", "Nadar"):
        for device in (one, two):
            add(device, f"{name} {device.book.facts()['code']}")
            device.sync()
    rows = business.rows()
    for room in (bootstrap, snapshots):
        monkeypatch.setattr(room, "SNAPSHOT_WORTH", 2)
    monkeypatch.setattr(bootstrap, "is_far", lambda seq, head: head - seq > 2)
    three.sync()
    assert "snapshot_page" in three.wire.calls
    three.sync()
    assert three.book.read(log.base_of).seq == len(rows)
    assert three.book.facts()["older"] is None
    business.restore(backup)
    three.sync()
    assert "handback" in three.wire.calls
    assert business.rows() == rows
    business.agree()
    assert business.rows() == rows


def test_what_was_young_comes_a_few_pages_a_round_whatever_cuts_it(
    business: Business, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _two, _three = business.devices
    add(one, *(f"Party {n}" for n in range(40)))
    one.sync()
    for room in (bootstrap, snapshots):
        monkeypatch.setattr(room, "SNAPSHOT_WORTH", 2)
    monkeypatch.setattr("sync.server.log.PAGE_CHANGES_MAX", 3)
    monkeypatch.setattr("sync.client.older.PAGES_A_ROUND", 5)
    joiner = a_joiner(tmp_path / "joiner.bahi", business.service, one.book)
    post, left = joiner.wire.post, [2]

    def cut(path: str, body: bytes) -> Reply:
        left[0] -= path == "older"
        if path == "older" and left[0] == 0:
            raise Offline("cut")
        return post(path, body)

    joiner.wire.post = cut  # type: ignore[method-assign]
    rounds = 0
    while joiner.book.facts()["older"] is not None:
        rounds += 1
        try:
            joiner.sync()
        except Offline:
            continue
    assert rounds > 2
    whole = one.book.read(lambda read: [entry.data for entry in log.ordered_after(read, 0)])
    assert joiner.book.read(lambda read: [entry.data for entry in log.ordered_after(read, 0)]) == whole
    joiner.book.close()
