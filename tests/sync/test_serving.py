"""`bahi serve` as an admin meets it: how it starts, listens, says what it does, and ends."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from core.clock import FixedClock
from core.errors import BahiError
from core.parties.commands import save_party
from core.parties.model import Party
from sync.client.courier import courier_of
from sync.client.enrol import invite, join, share
from sync.client.session import Session
from sync.client.transport import HttpTransport
from sync.protocol.events import seq_of
from sync.server.settings import Settings, problems
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.sync.client.answers import certificate
from tests.sync.day import TODAY, apart, begin
from tests.sync.fleet import a_service
from tests.sync.server.postgres import Postgres
from tests.sync.server.shell import listening
from tests.sync.serving import Serving, founded

SOON_S = 5
"""A heartbeat, with which a stream would find it out by itself, comes every 20."""

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
    yield made
    made.end()


def test_a_stop_ends_streams_finishes_what_is_under_way_and_ends_with_nought(serving: Serving) -> None:
    session = founded(serving.url, serving.start())
    with closing(HttpTransport(serving.url)) as way, session.events(way) as lines:
        assert seq_of(next(lines)) == 0
        with socket.create_connection(("127.0.0.1", serving.port)) as slow:
            slow.sendall(b"POST /bahi/1/knock HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
            time.sleep(0.3)
            serving.process.send_signal(signal.SIGTERM)
            assert not [line for line in lines if line.startswith("data")], "the stream ends of itself"
            assert serving.process.poll() is None, "a request is under way"
            slow.sendall(b"cd")
            slow.settimeout(10)
            assert slow.recv(100).startswith(b"HTTP/1.1 400"), "it is answered"
    session.transport.close()
    assert serving.ended() == 0


def test_a_second_signal_ends_it_at_once(serving: Serving) -> None:
    serving.start()
    with socket.create_connection(("127.0.0.1", serving.port)) as slow:
        slow.sendall(b"POST /bahi/1/knock HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
        time.sleep(0.3)
        serving.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert serving.process.poll() is None
        assert serving.stop(within_s=3) == -signal.SIGTERM


def test_the_certificate_is_read_anew_on_a_signal(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    made = Serving(tmp_path, "--tls-cert", str(cert), "--tls-key", str(key), tls=True)
    try:
        made.start()
        first = ssl.get_server_certificate(("127.0.0.1", made.port))
        assert first == cert.read_text()
        certificate(tmp_path)
        made.process.send_signal(signal.SIGHUP)
        renewed = _certificate_when(made, lambda seen: seen != first)
        assert renewed == cert.read_text()
        key.write_text("no key")
        made.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert ssl.get_server_certificate(("127.0.0.1", made.port)) == renewed, "a bad one is not taken"
        assert any("certificate" in line.get("message", "") for line in made.lines())
        assert made.stop() == 0
    finally:
        made.end()


def _certificate_when(made: Serving, good: object) -> str:
    for _try in range(50):
        seen = ssl.get_server_certificate(("127.0.0.1", made.port))
        if callable(good) and good(seen):
            return seen
        time.sleep(0.1)
    raise AssertionError("the certificate stays the same")


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (Settings(host="0.0.0.0"), "host"),
        (Settings(host="192.168.1.5"), "host"),
        (Settings(host="::"), "host"),
        (Settings(host="books.example.in"), "host"),
        (Settings(workers=2), "workers"),
        (Settings(tls_cert=__file__), "tls_cert"),
        (Settings(tls_cert=__file__, tls_key="/nowhere.pem"), "tls_cert"),
        (Settings(behind_proxy=("the proxy",)), "behind_proxy"),
        (Settings(metrics_from=("10.0.0.0/99",)), "metrics_from"),
    ],
)
def test_what_would_be_unsafe_or_senseless_is_not_started(settings: Settings, field: str) -> None:
    assert [problem.field for problem in problems(settings)] == [field]


@pytest.mark.parametrize(
    "settings",
    [
        Settings(), Settings(host="::1"), Settings(host="localhost"), Settings(host="0.0.0.0", is_insecure=True),
        Settings(host="0.0.0.0", behind_proxy=("10.0.0.0/8",)),
        Settings(host="::", tls_cert=__file__, tls_key=__file__), Settings("postgresql://x/y", workers=4),
    ],
)  # fmt: skip
def test_what_is_safe_is_started(settings: Settings) -> None:
    assert problems(settings) == []


def test_a_refusal_to_start_says_why_and_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop", "serve", "--database", str(tmp_path / "x.db")]
    for environment, words in (
        ({"BAHI_HOST": "0.0.0.0"}, "--behind-proxy"),
        ({"BAHI_WORKERS": "2"}, "PostgreSQL"),
    ):
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode != 0
        assert words in done.stderr + done.stdout
        assert "Traceback" not in done.stderr


def test_the_proxy_is_believed_and_nobody_else(tmp_path: Path) -> None:
    for options, status in (((), 200), (("--behind-proxy", "127.0.0.1"), 404)):
        made = Serving(tmp_path, *options)
        try:
            made.start()
            told = httpx.get(f"{made.url}/metrics", headers={"x-forwarded-for": "203.0.113.9"})
            assert told.status_code == status
            assert made.stop() == 0
        finally:
            made.end()


def test_a_connection_that_dawdles_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.serving.HEADERS_S", 1.0)
    monkeypatch.setattr("sync.server.app.BODY_S", 1.0)
    service = a_service(tmp_path, FixedClock.on(TODAY))
    begun = (
        b"",
        b"POST /bahi/1/knock HTTP/1.1\r\n",
        b"POST /bahi/1/knock HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
    )
    with listening(service) as url, ExitStack() as opened:
        port = int(url.rpartition(":")[2])
        dawdlers = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _begin in begun]
        began_s = time.monotonic()
        ends: dict[int, tuple[bytes, float]] = {}
        for dawdler, begin_so in zip(dawdlers, begun, strict=True):
            dawdler.settimeout(0.1)
            dawdler.sendall(begin_so)
        while len(ends) < len(begun) and time.monotonic() - began_s < 10:
            for n, dawdler in enumerate(dawdlers):
                with suppress(TimeoutError):
                    if n not in ends:
                        ends[n] = _answered(dawdler, b"" if n == 0 else b"y"), time.monotonic() - began_s
        assert [ends[n][0][:12] for n in sorted(ends)] == [b"", b"", b"HTTP/1.1 408"]
        assert all(0.9 < at_s < 5 for _answer, at_s in ends.values())
    service.means.database.dispose()


def _answered(dawdler: socket.socket, more: bytes) -> bytes:
    """A little more is said; answers what comes back, nothing when the connection is closed."""
    try:
        dawdler.sendall(more)
        return dawdler.recv(100)
    except ConnectionError:
        return b""


def test_a_busy_runs_logs_hold_nothing_of_what_was_written(tmp_path: Path, serving: Serving) -> None:
    code = serving.start()
    words = {code, code.replace("-", "")}
    with a_book(tmp_path) as book:
        share(book, serving.url, code, passphrase=PASSPHRASE, cost=CHEAP)
        shared = begin(book)
        meta = book.facts()
        words |= {meta["tenant"].hex(), meta["device"].hex(), meta["user"], meta["book"].hex()}
        with closing(courier_of(book, passphrase=PASSPHRASE)) as courier:
            courier.round()
            joining = invite(book, passphrase=PASSPHRASE)
            words |= {joining, "Sundaram & Sons"}
            with join(
                tmp_path / "two.bahi",
                serving.url,
                joining,
                user="Ravindranath",
                passphrase=PASSPHRASE,
                cost=CHEAP,
            ).book as other:
                apart(other, shared, phone="+919811111111", reference="UTR12345", contact="Meenakshi")
                apart(book, shared, phone="+919822222222", reference="UTR54321", contact="Parvathi")
                book.write("Party", lambda work: save_party(work, Party(name="Sundaram & Sons")))
                for each in (book, other, book):
                    with closing(courier_of(each, passphrase=PASSPHRASE)) as one:
                        one.round()
                words |= {"Ravindranath", "919811111111", "UTR12345", "Meenakshi", "Parvathi", *figures(book)}
    for path in ("/Sundaram", f"/bahi/1/{code}", "/metrics?x=Meenakshi"):
        httpx.get(serving.url + path)
        httpx.post(serving.url + path, content=b"Parvathi")
    figures_told = httpx.get(f"{serving.url}/metrics").text
    assert serving.stop() == 0
    said = serving.errors.read_text("utf-8")
    assert len(serving.lines()) > 20
    assert {line["path"] for line in serving.lines() if "path" in line} >= {
        "push",
        "pull",
        "join",
        "found",
        "other",
    }
    for word in words:
        assert word not in said, word
        assert word not in figures_told, word


def figures(book: object) -> set[str]:
    """Names and numbers of papers that stand in the book."""
    read = book.read  # type: ignore[attr-defined]
    found = read(lambda rows: rows.exec_driver_sql("SELECT number FROM documents").fetchall())
    return {row[0] for row in found if row[0] and len(row[0]) > 4} | {COMPANY_NAME}


COMPANY_NAME = "Nandi Traders"


def test_workers_share_streams_and_figures_and_end_well(tmp_path: Path, postgres: Postgres) -> None:
    made = Serving(tmp_path, "--workers", "2", database=postgres.url(postgres.fresh()))
    try:
        with a_book(tmp_path) as book:
            share(book, made.url, made.start(), passphrase=PASSPHRASE, cost=CHEAP)
            with closing(courier_of(book, passphrase=PASSPHRASE)) as courier:
                threads, heard = _listeners(made.url, courier.session)
                for n in range(6):
                    book.write("Party", partial(save_party, party=Party(name=f"P {n}")))
                    courier.round()
                    head, now_s = book.facts()["seq"], time.monotonic()
                    _wait_for(lambda head=head: all(head in one for one in heard))
                    assert all(one[head] - now_s < 1 for one in heard), (
                        "every worker's streams hear each push"
                    )
                text = httpx.get(f"{made.url}/metrics").text
                assert 'bahi_requests_total{outcome="OK",path="push"} 7.0' in text
                assert made.stop() == 0
                for thread in threads:
                    thread.join(10)
    finally:
        made.end()


def _listeners(url: str, session: Session) -> tuple[list[threading.Thread], list[dict[int, float]]]:
    """Two streams, each heard in a thread: when which head was told first. Answers once both have begun."""
    heard: list[dict[int, float]] = [{}, {}]

    def hear(into: dict[int, float]) -> None:
        with closing(HttpTransport(url)) as way, suppress(BahiError), session.events(way) as lines:
            for line in lines:
                if (seq := seq_of(line)) is not None:
                    into.setdefault(seq, time.monotonic())

    threads = [threading.Thread(target=hear, args=(into,), daemon=True) for into in heard]
    for thread in threads:
        thread.start()
    _wait_for(lambda: all(heard))
    return threads, heard


def _wait_for(there: Callable[[], bool]) -> None:
    for _try in range(1_000):
        if there():
            return
        time.sleep(0.01)
    raise AssertionError("it does not come")
