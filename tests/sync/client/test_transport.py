"""The only HTTP: every way it can fail becomes one of the errors a round knows."""

import threading
from contextlib import closing
from typing import Any

import pytest

from core.errors import Offline, ProtocolBroken, TurnedAway
from sync.client import transport
from sync.client.session import ServiceRefused, ask
from sync.client.transport import HttpTransport
from sync.protocol import messages as m
from sync.protocol.packing import pack
from tests.sync.client.answers import Answer, a_server, hangs_up, says

KNOCK = m.Knock(tenant=bytes(16), device=bytes(16))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (hangs_up, Offline),
        (says(200, b"half", length=400), Offline),
        (says(500, b"boom"), Offline),
        (says(503, pack(m.Refusal(code="TROUBLE"))), Offline),
        (says(429, b""), Offline),
        (says(200, b"<html>a hotel's welcome page</html>"), ProtocolBroken),
        (says(302, b""), ProtocolBroken),
        (says(404, b"not found"), ProtocolBroken),
        (says(200, bytes(3 << 20)), ProtocolBroken),
        (says(403, pack(m.Refusal(code="TURNED_AWAY", message="No."))), TurnedAway),
    ],
    ids=[
        "hangs up",
        "half an answer",
        "500",
        "503",
        "429",
        "a portal",
        "redirect",
        "404",
        "endless",
        "turned away",
    ],
)
def test_every_failure_has_its_error(answer: Answer, error: type[Exception]) -> None:
    with a_server(answer) as url, closing(HttpTransport(url)) as way, pytest.raises(error):
        ask(way, "knock", KNOCK, m.Challenge)


def test_an_answer_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_server(says(200, pack(m.Challenge(nonce=b"n")))) as url, closing(HttpTransport(url + "/")) as way:
        assert way.url == url
        assert ask(way, "knock", KNOCK, m.Challenge).nonce == b"n"


def test_a_request_is_under_way_while_its_sender_does_something_else() -> None:
    go, answer = threading.Event(), says(200, b"told")

    def slow(handler: Any) -> None:
        assert go.wait(5)
        answer(handler)

    with a_server(slow) as url, closing(HttpTransport(url)) as way:
        reply = way.begin("knock", b"")
        go.set()  # nobody would come to this, had the sender to wait
        assert reply().body == b"told"
        assert reply().body == b"told", "asked again, it is the same reply"


def test_a_request_that_fails_says_so_when_its_reply_is_asked_for() -> None:
    with a_server(hangs_up) as url, closing(HttpTransport(url)) as way:
        reply = way.begin("knock", b"")
        with pytest.raises(Offline):
            reply()


def test_a_refusal_carries_its_code() -> None:
    answer = says(410, pack(m.Refusal(code="CURSOR", message="unknown")))
    with a_server(answer) as url, closing(HttpTransport(url)) as way, pytest.raises(ServiceRefused) as caught:
        ask(way, "knock", KNOCK, m.Challenge)
    assert caught.value.code == "CURSOR"


def test_a_service_that_never_answers_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_ANSWER_S", 0.2)
    done = threading.Event()
    with a_server(lambda _handler: done.wait(5) and None) as url, closing(HttpTransport(url)) as way:
        with pytest.raises(Offline):
            ask(way, "knock", KNOCK, m.Challenge)
        done.set()


def test_nobody_there_is_offline() -> None:
    with a_server(says(200, b"")) as url:
        pass
    with closing(HttpTransport(url)) as way, pytest.raises(Offline):
        ask(way, "knock", KNOCK, m.Challenge)


@pytest.mark.parametrize("url", ["service.example", "ftp://service.example", "http://", "file:///etc/passwd"])
def test_what_is_no_address_is_told_at_once(url: str) -> None:
    with pytest.raises(TurnedAway):
        HttpTransport(url)
