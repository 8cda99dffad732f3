"""What a person sees of each trouble on the way to the service: the state in the corner, and the words if any."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QApplication

from sync.client import transport
from sync.client.session import ask
from sync.client.transport import HttpTransport
from sync.protocol import messages as m
from sync.protocol.packing import pack
from tests.desktop.bridge.test_rounds import Told
from tests.sync.client.answers import Answer, a_server, certificate, hangs_up, says, serving

KNOCK = m.Knock(tenant=bytes(16), device=bytes(16))
HTML = b"<html><body>Welcome to the Grand Hotel. Sign in.</body></html>"


class Sees(NamedTuple):
    """The state, a part of the words of the banner ("" for none), and the least seconds to the next try."""

    kind: str
    words: str = ""
    waits_s: float = 0.0


OFFLINE = Sees("offline")
TROUBLES: dict[str, tuple[Answer, Sees]] = {
    "reset at once": (hangs_up, OFFLINE),
    "reset in mid-body": (says(200, b"half", length=4000), OFFLINE),
    "a mistake of the service": (says(500, pack(m.Refusal(code="FAILED"))), OFFLINE),
    "the database in trouble": (says(503, pack(m.Refusal(code="TROUBLE"))), OFFLINE),
    "a proxy without its service": (says(502, HTML), OFFLINE),
    "a gateway that waited too long": (says(504, HTML), OFFLINE),
    "a proxy at rest": (says(503, HTML, Retry_After="600"), Sees("offline", "", 599)),
    "too many requests": (
        says(429, pack(m.Refusal(code="TOO_MANY")), Retry_After="90"),
        Sees("offline", "", 89),
    ),
    "too slow a line": (says(408, pack(m.Refusal(code="TOO_SLOW"))), OFFLINE),
    "a nonsensical wait": (says(429, b"", Retry_After="Wed, 21 Oct 2026"), OFFLINE),
    "a hotel's page": (says(200, HTML), Sees("attention", "no service of Bahi")),
    "a redirect": (
        says(302, HTML, Location="https://login.example"),
        Sees("attention", "no service of Bahi"),
    ),
    "another site": (says(404, HTML), Sees("attention", "no service of Bahi")),
    "compressed against all asking": (
        says(200, HTML, Content_Encoding="gzip"),
        Sees("attention", "no service"),
    ),
    "endless": (says(200, bytes(3 << 20)), Sees("attention", "more than it may")),
    "turned away": (
        says(403, pack(m.Refusal(code="TURNED_AWAY", message="This device was revoked."))),
        Sees("attention", "revoked"),
    ),
}


@pytest.fixture(name="told")
def _told(qapp: QApplication) -> Iterator[Told]:
    made = Told(qapp)
    yield made
    made.rounds.stop()
    made.rounds.deleteLater()


def check(told: Told, url: str, sees: Sees) -> None:
    """A round against this address ends so, and the next is due after a while, never not at all."""
    with closing(HttpTransport(url)) as way:
        try:
            ask(way, "knock", KNOCK, m.Challenge)
        except Exception as caught:
            error = caught
        else:
            raise AssertionError("nothing went wrong")
    told.start()
    told.runner.answer(error)
    assert told.kind == sees.kind
    said = " ".join(str(each) for each in told.errors)
    assert (sees.words in said) if sees.words else not said
    assert sees.waits_s <= told.rounds.due_in_s <= max(sees.waits_s * 1.3, 7)
    assert "Traceback" not in said
    assert "lost" in said or not sees.words or sees.words in ("revoked", "more than it may")


@pytest.mark.parametrize("name", TROUBLES)
def test_a_trouble(name: str, told: Told) -> None:
    answer, sees = TROUBLES[name]
    with a_server(answer) as url:
        check(told, url, sees)


def test_a_name_that_is_not_found(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    check(told, "https://books.example.in", OFFLINE)


def test_nobody_there(told: Told) -> None:
    with a_server(says(200, b"")) as url:
        pass
    check(told, url, OFFLINE)


def test_no_answer_in_time(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_ANSWER_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        check(told, f"http://127.0.0.1:{silent.getsockname()[1]}", OFFLINE)


@pytest.mark.parametrize(
    ("name", "days"), [("127.0.0.1", (-1, 30)), ("127.0.0.1", (-30, -1)), ("127.0.0.1", (5, 30))],
    ids=["signed by nobody known", "run out", "not yet valid"],
)  # fmt: skip
def test_a_certificate_that_is_not_good(told: Told, tmp_path: Path, name: str, days: tuple[int, int]) -> None:
    files = certificate(tmp_path, name, from_days=days[0], to_days=days[1])
    with a_server(says(200, b""), serving(*files)) as url:
        check(told, url, Sees("attention", "certificate"))


def test_a_certificate_of_another_name(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = certificate(tmp_path, "books.example.in")
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with a_server(says(200, b""), serving(cert, key)) as url:
        check(told, url, Sees("attention", "certificate"))


def test_a_service_that_speaks_no_tls(told: Told) -> None:
    with a_server(says(200, b"")) as url:
        check(told, url.replace("http://", "https://"), Sees("attention", "TLS"))
