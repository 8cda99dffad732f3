"""The push of the head: who may hear it, what it says, and when it ends."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from core.clock import FixedClock
from core.ids import IdMaker
from core.parties.model import Party
from sync.client.listening import Listener
from sync.client.session import ServiceRefused, Session
from sync.client.transport import HttpTransport
from sync.protocol import events
from sync.protocol import messages as m
from sync.protocol.events import line_of, seq_of
from sync.protocol.limits import TOKEN_LASTS_S
from sync.protocol.packing import request_to_sign
from sync.server import devices, tables
from sync.server.database import writing
from tests.sync.fleet import TODAY, a_service
from tests.sync.server.raw import RawDevice, a_second, a_tenant, patch
from tests.sync.server.shell import listening


class Ear:
    """What a listener of one device heard, in a thread of its own."""

    def __init__(self, session: Session, way: HttpTransport) -> None:
        self.heads: list[int] = []
        self._over = threading.Event()
        self._news = threading.Condition()
        self.stirs = 0
        listener = Listener(
            session, way, self._hear, now_s=time.monotonic, random=lambda: 0.5, wait=self._over.wait,
            stirred=self._stir,
        )  # fmt: skip
        self._thread = threading.Thread(target=listener.run, daemon=True)
        self._thread.start()

    def wait_for(self, seq: int, within_s: float = 10) -> float:
        """Seconds until this head was heard."""
        began_s = time.monotonic()
        with self._news:
            assert self._news.wait_for(lambda: seq in self.heads, within_s), (seq, self.heads)
        return time.monotonic() - began_s

    def wait_for_a_stir(self, within_s: float = 10) -> None:
        """Until it was told that something beside the order has changed."""
        with self._news:
            assert self._news.wait_for(lambda: self.stirs, within_s)

    def end(self) -> None:
        self._over.set()
        self._thread.join(5)

    def _hear(self, seq: int) -> None:
        with self._news:
            self.heads.append(seq)
            self._news.notify_all()

    def _stir(self) -> None:
        with self._news:
            self.stirs += 1
            self._news.notify_all()


class House:
    """A service on a socket with a tenant of two devices."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock.on(TODAY)
        self.service = a_service(folder, self.clock)
        self.first = a_tenant(folder, service=self.service)
        self.second = a_second(self.first)
        self.url = ""
        self._ways: list[HttpTransport] = []

    def way(self) -> HttpTransport:
        """A way of its own to the service, closed with the house."""
        self._ways.append(HttpTransport(self.url))
        return self._ways[-1]

    def close(self) -> None:
        """Let the ways and the database go."""
        for way in self._ways:
            way.close()
        self.service.means.database.dispose()

    def session(self, device: RawDevice) -> Session:
        """The device's own session, over the socket."""
        return Session(self.way(), device.session._signer, device.tenant, device.device)

    def write(self) -> None:
        """The first device sends one change over the socket."""
        raw, old = self.first, self.first.session
        raw.session = self.session(raw)
        try:
            raw.write("parties.saved", IdMaker(self.clock).new(), patch(Party(name="P")))
        finally:
            raw.session = old

    @contextmanager
    def listens(self, device: RawDevice) -> Iterator[Ear]:
        """Somebody listens as this device."""
        ear = Ear(self.session(device), self.way())
        try:
            yield ear
        finally:
            ear.end()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("sync.server.events.HEARTBEAT_S", 0.3)
    monkeypatch.setattr("sync.server.events.GAP_S", 0.02)
    made = House(tmp_path)
    with listening(made.service) as made.url:
        yield made
    made.close()


def test_a_head_is_heard_as_soon_as_it_is_committed(house: House) -> None:
    with house.listens(house.second) as ear:
        ear.wait_for(0)
        for seq in (1, 2):
            house.write()
            assert ear.wait_for(seq) < 1
        time.sleep(0.8)
        assert ear.heads == [0, 1, 2], "heartbeats say nothing"


def test_what_changes_beside_the_order_is_heard_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is there, what is taken along: the head is told once more, at once, and not at the next heartbeat."""
    monkeypatch.setattr("sync.server.events.HEARTBEAT_S", 30)
    with house.listens(house.second) as ear:
        ear.wait_for(0)
        for path, asked in (("check_in", m.CheckIn()), ("rename", _renamed(house))):
            ear.stirs = 0
            house.session(house.first).ask(path, asked, m.People if path == "rename" else m.CheckOuts)
            ear.wait_for_a_stir(within_s=5)
        assert ear.heads == [0]


def _renamed(house: House) -> m.Rename:
    return m.Rename(device=house.second.device, name="Till")


def test_other_tenants_hear_nothing(house: House, tmp_path: Path) -> None:
    stranger = a_tenant(tmp_path, seed=9, service=house.service)
    with house.listens(stranger) as ear:
        ear.wait_for(0)
        house.write()
        time.sleep(0.8)
        assert ear.heads == [0]


def lines_until_it_ends(house: House, device: RawDevice, then: object = None) -> list[str]:
    """The lines of one stream, which the service must end by itself; `then` happens once it has begun."""
    found = []
    with house.session(device).events(house.way()) as lines:
        for line in lines:
            found.append(line)
            if len(found) == 1 and callable(then):
                then()
    return found


def test_a_revoked_device_is_cut_off(house: House) -> None:
    def revoke() -> None:
        kept = tables.devices.c
        with writing(house.service.means.database, house.second.tenant) as connection:
            connection.execute(
                sa.update(tables.devices)
                .where(kept.device == house.second.device)
                .values(state=devices.ENDED)
            )

    lines = lines_until_it_ends(house, house.second, revoke)
    assert seq_of(lines[0]) == 0
    with pytest.raises(ServiceRefused), house.session(house.second).events(house.way()):
        pass


def test_a_stream_ends_with_its_token_and_begins_with_a_new_one(house: House) -> None:
    with house.listens(house.second) as ear:
        ear.wait_for(0)
        house.clock.move(seconds=TOKEN_LASTS_S + 1)
        house.write()
        ear.wait_for(1, within_s=15)
    lines_until_it_ends(house, house.second, lambda: house.clock.move(seconds=TOKEN_LASTS_S + 1))


def test_without_a_good_token_and_signature_nothing_is_heard(house: House) -> None:
    session = house.session(house.first)
    session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled)
    token, signer = session._token, session._signer
    good = signer.sign(request_to_sign(events.PATH, token, b""))
    address = f"{house.url}/bahi/1/events"
    with httpx.stream("GET", address, headers=events.headers(token, good)) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
    other = house.second.session._signer.sign(request_to_sign(events.PATH, token, b""))
    push = signer.sign(request_to_sign("push", token, b""))
    bad = [(b"", b""), (token, b""), (token, other), (token, push), (token[:-1], good), (token, good * 9)]
    for wrong_token, signature in bad:
        reply = httpx.get(address, headers=events.headers(wrong_token, signature))
        assert reply.status_code in (401, 403)
    assert (
        httpx.get(address, headers={events.TOKEN: "é".encode("latin1"), events.SIGNATURE: "%"}).status_code
        == 401
    )
    assert httpx.get(address, params={events.TOKEN: "x"}).status_code == 401


def test_a_device_holds_two_streams_and_no_more(house: House) -> None:
    session = house.session(house.first)
    way = house.way()
    with session.events(way) as one, session.events(way) as two:
        assert seq_of(next(one)) == seq_of(next(two)) == 0
        with pytest.raises(Exception, match="busy") as refused, session.events(way):
            pass
        assert refused.value.retry_after_s > 0  # type: ignore[attr-defined]
    deadline_s = time.monotonic() + 5
    while True:
        try:
            with session.events(house.way()) as again:
                assert seq_of(next(again)) == 0
            return
        except Exception:
            assert time.monotonic() < deadline_s, "a place is given back when its stream has gone"
            time.sleep(0.1)


def test_an_event_is_a_number_and_nothing_else_is_one() -> None:
    assert seq_of(line_of(12).splitlines()[0]) == 12
    assert [
        seq_of(line) for line in (":", "", "data: x", "data: -1", "data: ١", "event: 1", "data: " + "9" * 30)
    ] == [None] * 7
    assert line_of(None).startswith(":")
