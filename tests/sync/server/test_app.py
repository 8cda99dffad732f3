"""The HTTP shell: bodies are bounded before they are read, and nothing but POST on a known path is answered."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from core.clock import FixedClock
from core.errors import BookError, RuleBroken
from sync.protocol import messages as m
from sync.protocol.limits import REQUEST_BYTES_MAX
from sync.protocol.packing import pack, unpack
from sync.server.app import app_of
from sync.server.database import open_database
from sync.server.serving import founding_code
from sync.server.settings import Settings
from tests.sync.fleet import TODAY, a_service


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    service = a_service(tmp_path, FixedClock.on(TODAY))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # a client that comes before the service has begun to accept waits its turn
        server = uvicorn.Server(uvicorn.Config(app_of(service), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as made:
            yield made
        server.should_exit = True
        thread.join()
    service.means.database.dispose()


def test_a_knock_is_answered(client: httpx.Client) -> None:
    reply = client.post("/bahi/1/knock", content=pack(m.Knock(tenant=bytes(16), device=bytes(16))))
    assert reply.status_code == 200
    assert unpack(m.Challenge, reply.content).nonce


def test_a_body_that_is_too_large_is_refused_by_what_it_tells(client: httpx.Client) -> None:
    reply = client.post("/bahi/1/push", content=bytes(REQUEST_BYTES_MAX + 1))
    assert (reply.status_code, unpack(m.Refusal, reply.content).code) == (413, "TOO_LARGE")


def test_a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _n in range(2 * REQUEST_BYTES_MAX // (1 << 16)):
            yield bytes(1 << 16)

    assert client.post("/bahi/1/push", content=endless()).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/bahi/1/push", 405), ("POST", "/other", 404), ("GET", "/", 200), ("POST", "/bahi/1/x", 404)],
)
def test_nothing_else_is_there(client: httpx.Client, method: str, path: str, status: int) -> None:
    assert client.request(method, path).status_code == status


def test_a_founding_code_is_made_while_the_service_runs(tmp_path: Path) -> None:
    database = str(tmp_path / "deep" / "service.db")
    codes = {founding_code(database, clock=FixedClock.on(TODAY)) for _n in range(3)}
    assert len(codes) == 3
    assert all(len(code) == 11 for code in codes)


def test_a_database_is_a_path_or_a_url() -> None:
    assert Settings("a/b.db").url == "sqlite:///a/b.db"
    assert Settings("sqlite:////x.db").url == "sqlite:////x.db"
    assert Settings().url.startswith("sqlite:///")


def test_a_database_of_another_engine_is_named_plainly() -> None:
    with pytest.raises(RuleBroken, match="oracle"):
        open_database("oracle://somewhere/bahi")


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "service.db").mkdir()
    with pytest.raises(BookError, match=r"service\.db"):
        open_database(f"sqlite:///{tmp_path / 'service.db'}")
