"""A served process held to its own OpenAPI: schemathesis asks everything it names, well formed, ill formed, and signed
by a device that is let in; whatever comes, each answer is one that the description knows.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode, Response, SerializationContext
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    status_code_conformance,
)
from zstandard import ZstdCompressor

from sync.client.session import Session
from sync.protocol import messages as m
from sync.protocol.packing import expand, pack, request_to_sign
from sync.server.openapi import MEDIA
from sync.server.service import ROUTES
from tests.sync.serving import Serving, founded

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance]
CASES = 6
"""Of each operation and each sort."""
BYTES = "contentEncoding"
WITH_CODES = {"found", "join", "bind"}
"""Asked last: who tries ten wrong codes waits, on these paths and on the other open ones."""
load_all_checks()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
    yield made
    made.end()


def test_everything_that_is_named_is_answered_as_it_is_described(serving: Serving) -> None:
    session = founded(serving.url, serving.start())
    told: dict[str, Any] = httpx.get(f"{serving.url}/openapi.json").json()
    assert {name.removeprefix("/bahi/1/") for name in told["paths"] if name.startswith("/bahi/1/")} == {
        *ROUTES, "events",
    }  # fmt: skip
    session.ask("gathering", m.AskGathering(), m.Gathering)  # it has its token from here on
    schemathesis.serializer(MEDIA)(partial(_written, told, session))
    seen: Counter[tuple[str, int]] = Counter()
    for schema, mode in (
        (_as_signed(told), GenerationMode.POSITIVE),
        (_as_signed(told), GenerationMode.NEGATIVE),
        (told, GenerationMode.POSITIVE),
    ):
        _ask_all(schemathesis.openapi.from_dict(schema), mode, serving.url, partial(_looked_at, told, seen))
    session.transport.close()
    assert serving.stop() == 0
    answered = {path for path, status in seen if status == 200}
    assert len(answered) > len(ROUTES) / 3, "the messages that were made up are good ones often enough"
    assert not [path for path, status in seen if status >= 500]
    assert not [line for line in serving.lines() if line["level"] in ("warning", "error")]


def _looked_at(
    told: Mapping[str, Any], seen: Counter[tuple[str, int]], path: str, response: Response
) -> None:
    """An answer is counted, and its message held to the shape that is described."""
    seen[path, response.status_code] += 1
    operation = told["paths"][path]
    if "post" not in operation:
        return
    described = operation["post"]["responses"][str(response.status_code)]
    if "$ref" in described:
        described = told["components"]["responses"][described["$ref"].rpartition("/")[2]]
    shape = {**described["content"][MEDIA]["schema"], "components": told["components"]}
    message = msgspec.msgpack.decode(expand(response.content))
    Draft202012Validator(shape).validate(msgspec.json.decode(msgspec.json.encode(message)))


def _ask_all(
    schema: BaseSchema, mode: GenerationMode, url: str, looked_at: Callable[[str, Response], None]
) -> None:
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in sorted(operations, key=lambda each: each.path.rpartition("/")[2] in WITH_CODES):
        if mode is GenerationMode.NEGATIVE and operation.method == "get":
            continue  # nothing can be ill formed where nothing is asked

        @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            response = case.call_and_validate(base_url=url, checks=CHECKS, timeout=30)
            looked_at(case.path, response)

        ask()


def _as_signed(told: Mapping[str, Any]) -> dict[str, Any]:
    """The description for who signs by himself: what a signed request carries stands in place of its envelope."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    for operations in found["paths"].values():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {}).get(MEDIA, {})
        if "x-bahi-body" in content.get("schema", {}):
            content["schema"] = content["schema"]["x-bahi-body"]
            operations["post"]["x-is-signed"] = True
    return found


def _written(told: Mapping[str, Any], session: Session, context: SerializationContext, value: Any) -> bytes:
    """The bytes of a message that was made up as JSON; those of an inner one signed by the device of the session."""
    operation, path = context.case.operation.definition.raw, context.case.path.rpartition("/")[2]
    shape = operation["requestBody"]["content"][MEDIA]["schema"]
    plain = msgspec.msgpack.encode(_meant(told, shape, value))
    if not operation.get("x-is-signed"):
        return ZstdCompressor().compress(plain)
    signature = session._signer.sign(request_to_sign(path, session._token, plain))
    return pack(m.Signed(token=session._token, signature=signature, body=plain))


def _meant(told: Mapping[str, Any], schema: Any, value: Any) -> Any:
    """A value as msgpack carries it: where the schema says so, text made up for base64 becomes as many bytes."""
    while "$ref" in schema:
        schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, str) and BYTES in schema:
        given = value.encode("utf-8", "surrogatepass")[: _weight(schema.get("maxLength", len(value) * 4))]
        return given.ljust(_weight(schema.get("minLength", 0)), b"b")
    if isinstance(value, int):
        return max(-(1 << 63), min(value, (1 << 64) - 1))  # msgpack has no larger ones
    if isinstance(value, list):
        each, rest = schema.get("prefixItems", []), schema.get("items", {})
        return [_meant(told, each[n] if n < len(each) else rest, one) for n, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _meant(told, schema.get("additionalProperties", {}), one) for key, one in value.items()}
    for choice in schema.get("anyOf", ()):
        if isinstance(value, str) and BYTES in choice:
            return _meant(told, choice, value)
    return value


def _weight(characters: int) -> int:
    """How many bytes base64 makes so many characters of."""
    return characters // 4 * 3
