"""Tenants that cannot see each other: every route there is, asked with everything that belongs to another."""

import itertools
import types
import typing
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from starlette.routing import Route

from sync.client.session import signed
from sync.protocol import events
from sync.protocol import messages as m
from sync.protocol.packing import expand, pack, request_to_sign
from sync.server import log
from sync.server.app import app_of
from sync.server.database import reading
from sync.server.service import ROUTES
from tests.sync.fleet import Wire
from tests.sync.server.neighbours import SECRET, TENANTS_TABLES, Neighbours, neighbours_in
from tests.sync.server.raw import RawDevice
from tests.sync.server.shell import listening


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Neighbours]:
    given = neighbours_in(tmp_path_factory.mktemp("walls"))
    yield given
    given.other.service.means.database.dispose()


FITTING = {"era": 1, "epoch": 1, "seq": 0, "run": b"", "people": 0, "protocol": 1}
"""What a request needs for being looked at."""


def guesses(kind: Any, given: Neighbours, turn: int) -> Any:
    """A value of a message's type that names the other tenant; each turn another of its ids and numbers."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        fitting = [one for one in _leaves(parts[0], given, turn) if _fits(one, kind)]
        return fitting[turn % len(fitting)] if fitting else guesses(parts[0], given, turn)
    if origin in (typing.Union, types.UnionType):
        return guesses(next(part for part in parts if part is not type(None)), given, turn)
    if origin in (tuple, list):
        inner = [guesses(part, given, turn + n) for n, part in enumerate(parts) if part is not Ellipsis]
        return origin(inner * (1 if len(parts) > 1 and parts[1] is not Ellipsis else 1 + turn % 2))
    if origin is dict:
        return {guesses(parts[0], given, turn): guesses(parts[1], given, turn)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        asked = {name: guesses(hint, given, turn + n) for n, (name, hint) in enumerate(_hints(kind).items())}
        return kind(**asked | {name: value for name, value in FITTING.items() if name in asked})
    return _leaves(kind, given, turn)[0]


def _leaves(kind: Any, given: Neighbours, turn: int) -> list[Any]:
    own = [given.curious.session._signer.public_key, bytes(64), b""]
    choices: dict[Any, list[Any]] = {
        bytes: [*given.ids[turn % len(given.ids) :], *given.ids[: turn % len(given.ids)], *own],
        str: [given.code, "owner", "A", "", SECRET],
        int: [turn % 4, 1, 0],
        bool: [bool(turn % 2)],
        float: [0.0],
    }
    if (isinstance(kind, type) and issubclass(kind, msgspec.Struct)) or typing.get_origin(kind) is not None:
        return [guesses(kind, given, turn)]
    return choices.get(kind, choices[bytes])


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, builtin_types=(bytes,))
    except msgspec.ValidationError:
        return False
    return True


def _hints(shape: type) -> dict[str, Any]:
    return typing.get_type_hints(shape, include_extras=True)


def rows_of(given: Neighbours) -> dict[str, list[Any]]:
    """Every row of the other tenant."""
    database = given.other.service.means.database
    with reading(database, given.other.tenant) as connection:
        return {
            table.name: sorted(
                connection.execute(sa.select(table).where(table.c.tenant == given.other.tenant))
            )
            for table in TENANTS_TABLES
        }


def test_no_route_shows_or_alters_anothers_rows(neighbours: Neighbours) -> None:
    """Routes that other rooms add are tried too. A code is the one thing that lets a stranger in."""
    curious, before = neighbours.curious, rows_of(neighbours)
    strangers_code = neighbours._replace(code="AAAAA-AAAAA")
    assert before["standing"]
    answered: set[str] = set()
    for route, turn in itertools.product(ROUTES.values(), range(24)):
        asked = guesses(route.shape, strangers_code, turn)
        wire = Wire(curious.service)
        if route.is_signed:
            body = _signed_request(curious, route.path, asked)
        else:
            body = pack(signed(asked, curious.session._signer) if hasattr(asked, "signature") else asked)
        reply = wire.post(route.path, body)
        assert reply.status != 500, (route.path, asked)
        if reply.status == 200:
            answered.add(route.path)
        told = expand(reply.body)
        assert SECRET.encode() not in told, route.path
        given = msgspec.msgpack.encode(asked)
        assert [one for one in neighbours.ids if one in told and one not in given] == [], route.path
    curious.write("parties.edited", neighbours.ids[3], {1: "C", 2: "Mine"})
    assert rows_of(neighbours) == before
    assert {"pull", "invite", "knock"} <= answered
    assert "prove" not in answered


def _signed_request(device: RawDevice, path: str, asked: m.Message) -> bytes:
    """The bytes of a request that is signed as it should be."""
    seen: list[bytes] = []
    post = device.wire.post

    def keeping(to: str, body: bytes) -> Any:
        if to == path:
            seen.append(body)
            raise _Kept
        return post(to, body)

    device.wire.post = keeping  # type: ignore[method-assign]
    try:
        device.session.ask(path, asked, m.Refusal)
    except _Kept:
        pass
    finally:
        device.wire.post = post  # type: ignore[method-assign]
    return seen[-1]


class _Kept(Exception):
    """The request is taken off its way."""


def test_no_address_of_the_app_tells_anything_of_another(neighbours: Neighbours) -> None:
    """Every address there is, taken from the app itself: asked with one's own token, and naming the other."""
    curious, database = neighbours.curious, neighbours.other.service.means.database
    token = curious.session._token or _come_in(curious)
    for _more_than_the_other in range(2):
        curious.write("parties.edited", b"D" * 16, {1: "D", 2: "Own"})
    named = [one.hex() for one in neighbours.ids] + [SECRET, neighbours.code]
    with listening(curious.service) as url, httpx.Client(base_url=url, timeout=10) as asking:
        asked = set()
        for route in app_of(curious.service).routes:
            assert isinstance(route, Route)
            addresses = (
                [route.path.format(path=path) for path in ROUTES] if "{" in route.path else [route.path]
            )
            for address, method in itertools.product(
                addresses, sorted((route.methods or {"GET"}) - {"HEAD"})
            ):
                for headers in (
                    events.headers(token, _signed_for(curious, token)),
                    _forged(neighbours, token),
                ):
                    given = {"headers": headers, "params": {"tenant": named[0], "device": named[1]}}
                    told = _first_of(asking, method, address, given)
                    assert [one for one in named if one in told] == [], (method, address)
                    if address.endswith(events.PATH) and "data:" in told:
                        assert told.split() == ["data:", str(_head(database, curious.tenant))]
                asked.add(address)
    assert {"/", "/health", "/metrics", "/openapi.json", "/bahi/1/events", "/bahi/1/pull"} <= asked
    assert _head(database, neighbours.other.tenant) != _head(database, curious.tenant)


def _come_in(device: RawDevice) -> bytes:
    device.session._come_in()
    return device.session._token


def _signed_for(device: RawDevice, token: bytes) -> bytes:
    return device.session._signer.sign(request_to_sign(events.PATH, token, b""))


def _forged(given: Neighbours, token: bytes) -> dict[str, str]:
    """One's own token with the other's name put where a tenant might stand in it."""
    wrong = token.replace(given.curious.tenant, given.other.tenant)
    wrong = wrong if wrong != token else given.other.tenant + token[16:]
    return events.headers(wrong, _signed_for(given.curious, wrong))


def _first_of(asking: httpx.Client, method: str, address: str, given: dict[str, Any]) -> str:
    """The head and the beginning of what comes, of a stream its first event."""
    with asking.stream(method, address, **given) as answer:
        parts = (
            answer.iter_bytes()
            if "event-stream" in answer.headers.get("content-type", "")
            else [answer.read()]
        )
        first = next(iter(parts), b"")
        plain = first if method == "GET" or not first else expand(first)
        assert answer.status_code < 500, address
        return f"{answer.headers}" * ("event-stream" not in str(answer.headers)) + plain.decode(
            "utf-8", "replace"
        )


def _head(database: sa.Engine, tenant: bytes) -> int:
    with reading(database, tenant) as connection:
        return log.head(connection, tenant).seq
