"""What the service says of itself: health, figures, logs and its description; and nothing of what it was told."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import msgspec
import pytest

from core.clock import FixedClock
from core.ids import IdMaker
from core.parties.model import Party
from sync.client.session import signed
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.packing import pack, request_to_sign, unpack
from sync.server import openapi
from sync.server.app import app_of
from sync.server.limits import Limits
from sync.server.service import ROUTES
from sync.server.watch import Lines, path_of
from tests.sync.fleet import TODAY, a_service
from tests.sync.server.raw import RawDevice, a_tenant, patch
from tests.sync.server.shell import listening


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    service = a_service(tmp_path, FixedClock.on(TODAY))
    yield a_tenant(tmp_path, service=service)
    service.means.database.dispose()


@pytest.fixture
def client(first: RawDevice) -> Iterator[httpx.Client]:
    with listening(first.service, limits=Limits()) as url, httpx.Client(base_url=url) as made:
        yield made


def test_health_says_version_and_era_and_nothing_else(client: httpx.Client) -> None:
    reply = client.get("/health")
    assert reply.status_code == 200
    assert set(reply.json()) == {"status", "version", "protocol", "era"}
    assert reply.json()["era"] == 1


def test_a_service_without_its_database_is_not_well(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.health.reading", lambda _database: 1 / 0)
    reply = client.get("/health")
    assert (reply.status_code, reply.json()["status"]) == (503, "trouble")


def test_figures_count_what_was_asked_and_name_nobody(client: httpx.Client, first: RawDevice) -> None:
    before = figure(client, "bahi_changes_taken_total{")
    first.write("parties.saved", IdMaker(first.clock).new(), patch(Party(name="Hidden & Sons")))
    client.post("/bahi/1/knock", content=pack(m.Knock(tenant=first.tenant, device=first.device)))
    client.post("/bahi/1/Hidden", content=b"")
    text = client.get("/metrics").text
    assert 'bahi_requests_total{outcome="OK",path="knock"}' in text
    assert 'bahi_requests_total{outcome="NO_SUCH_PATH",path="other"}' in text
    assert figure(client, "bahi_changes_taken_total{") == before + 1
    assert "Hidden" not in text
    assert first.tenant.hex() not in text
    assert first.device.hex() not in text


def figure(client: httpx.Client, name: str) -> float:
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def test_every_answer_carries_an_id_that_the_log_knows(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bahi.requests"):
        reply = client.post("/bahi/1/knock", content=pack(m.Knock(tenant=bytes(16), device=bytes(16))))
        client.get("/Asha/secret")
    lines = [
        json.loads(Lines().format(record)) for record in caplog.records if record.name == "bahi.requests"
    ]
    knock, other = lines
    assert knock["id"] == reply.headers["x-request-id"]
    assert (knock["path"], knock["status"], knock["outcome"]) == ("knock", 200, "OK")
    assert knock["in"] > 0
    assert knock["out"] > 0
    assert (other["path"], other["status"]) == ("other", 404)


def test_an_error_is_told_by_its_type_and_place_and_never_by_its_words() -> None:
    try:
        raise ValueError("Asha owes 5,000")
    except ValueError as error:
        record = logging.LogRecord(
            "sync", logging.ERROR, "", 1, "failed", (), (type(error), error, error.__traceback__)
        )
    line = json.loads(Lines().format(record))
    assert line["error"] == "ValueError"
    assert line["places"][0].startswith("test_watch.py:")
    assert "Asha" not in json.dumps(line)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/bahi/1/push", "push"), ("/bahi/1/events", "events"), ("/health", "health"), ("/", "/"),
        ("/bahi/1/Nandi", "other"), ("/Nandi", "other"), ("/bahi/2/push", "other"),
    ],
)  # fmt: skip
def test_a_path_is_named_by_the_service_alone(path: str, name: str) -> None:
    assert path_of(path) == name


def test_the_description_names_every_route_with_its_shapes_and_refusals(client: httpx.Client) -> None:
    told = client.get("/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    for route in ROUTES.values():
        operation = told["paths"][f"/bahi/1/{route.path}"]["post"]
        assert {"200", "400", "413", "429", "503"} <= set(operation["responses"]), route.path
        assert route.shape.__name__ in told["components"]["schemas"]
        assert openapi.answer_of(route).__name__ in told["components"]["schemas"]
        assert isinstance(openapi.answer_of(route), type)
    answers = json.dumps(told["components"]["responses"])
    assert all(code in answers for code in refusals.STATUS)


def test_the_description_points_at_nothing_that_is_not_there(client: httpx.Client) -> None:
    text = client.get("/openapi.json").text
    told = json.loads(text)
    pointed = {part.split('"')[0] for part in text.split('"$ref":"#/')[1:]}
    assert pointed
    for place in pointed:
        found = told
        for name in place.split("/"):
            found = found[name]


@pytest.mark.parametrize(("address", "status"), [("10.1.2.3", 200), ("127.0.0.1", 404), ("::1", 404)])
def test_figures_are_for_those_who_may_read_them(first: RawDevice, address: str, status: int) -> None:
    way = httpx.ASGITransport(app_of(first.service, metrics_from=("10.0.0.0/8",)), client=(address, 1))

    async def asked() -> int:
        async with httpx.AsyncClient(transport=way, base_url="http://bahi") as client:
            return (await client.get("/metrics")).status_code

    assert anyio.run(asked) == status


def test_an_address_that_guesses_codes_is_told_to_wait(client: httpx.Client) -> None:
    signer = Signer(bytes(range(32)))
    join = m.Join(code="AAAAA-AAAAA", device=bytes(16), public_key=signer.public_key, name="x", user="x")
    replies = [client.post("/bahi/1/join", content=pack(signed(join, signer))) for _n in range(12)]
    assert [reply.status_code for reply in replies] == [403] * 10 + [429] * 2
    assert unpack(m.Refusal, replies[-1].content).code == "TOO_MANY"
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 6


def test_a_signed_push_posted_twice_is_answered_alike_and_taken_once(
    client: httpx.Client, first: RawDevice
) -> None:
    posted: list[bytes] = []
    plain_post = first.wire.post
    first.wire.post = lambda path, body: posted.append(body) or plain_post(path, body)  # type: ignore[method-assign]
    first.write("parties.saved", IdMaker(first.clock).new(), patch(Party(name="Once")))
    push = posted[-1]
    again = [client.post("/bahi/1/push", content=push) for _n in range(3)]
    assert {reply.status_code for reply in again} == {200}
    assert {unpack(m.Pushed, reply.content).next for reply in again} == {first.number + 1}
    assert len(first.log()) == first.number
    elsewhere = client.post("/bahi/1/pull", content=push)
    assert elsewhere.status_code == 403, "what is signed for one path is of no use on another"


def test_what_is_forged_or_cut_is_refused(client: httpx.Client, first: RawDevice, tmp_path: Path) -> None:
    session = first.session
    session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled)
    body = msgspec.msgpack.encode(m.Pull(era=1, seq=0, run=b"", people=0))
    good = m.Signed(
        token=session._token,
        signature=session._signer.sign(request_to_sign("pull", session._token, body)),
        body=body,
    )
    assert client.post("/bahi/1/pull", content=pack(good)).status_code == 200
    other = a_tenant(tmp_path, seed=7, service=first.service)
    forged = [
        (msgspec.structs.replace(good, token=bytes(len(good.token))), 401),
        (msgspec.structs.replace(good, token=good.token[:-1]), 401),
        (msgspec.structs.replace(good, signature=bytes(64)), 403),
        (msgspec.structs.replace(good, signature=b""), 403),
        (msgspec.structs.replace(good, body=body + b"\xc0"), 403),
        (
            msgspec.structs.replace(
                good, signature=other.session._signer.sign(request_to_sign("pull", good.token, body))
            ),
            403,
        ),
    ]
    for message, status in forged:
        assert client.post("/bahi/1/pull", content=pack(message)).status_code == status
    whole = pack(good)
    for length in range(0, len(whole), 7):
        assert client.post("/bahi/1/pull", content=whole[:length]).status_code == 400
