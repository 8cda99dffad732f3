"""The description of the service, OpenAPI 3.1: made from the routes and the shapes of their messages.

A message travels as msgpack under zstd. Its schema is that of the JSON it would be: arrays where the fields stand in
order, bytes as base64. The body of a signed request is the signed envelope; what its `body` holds is named there.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from sync.protocol import events, refusals
from sync.protocol import messages as m
from sync.server.health import program_version
from sync.server.route import Route
from sync.server.service import ROUTES

MEDIA = "application/x-bahi"
_REF = "#/components/schemas/{name}"
_OPEN = (
    refusals.UNREADABLE, refusals.BAD_CODE, refusals.TURNED_AWAY, refusals.NO_BUSINESS, refusals.TOO_SLOW,
    refusals.TOO_LARGE, refusals.TOO_MANY, refusals.FAILED, refusals.TROUBLE,
)  # fmt: skip


def description() -> dict[str, Any]:
    """The whole description, ready to be written as JSON."""
    routes = list(ROUTES.values())
    shapes = _shapes(routes)
    _roots, schemas = msgspec.json.schema_components(shapes, ref_template=_REF)
    for schema in schemas.values():
        if not schema.get("prefixItems", True):
            del schema["prefixItems"]  # of a message without fields; JSON Schema wants one at least
    paths = {f"/bahi/1/{route.path}": {"post": _operation(route)} for route in routes}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bahi, the sync service",
            "version": program_version(),
            "description": "Messages are msgpack under zstd; the schemas show them as JSON, bytes in base64.",
        },
        "paths": paths | _plain_paths(),
        "components": {"schemas": schemas, "responses": _refusals()},
    }


def _shapes(routes: Iterable[Route]) -> list[Any]:
    shapes: list[Any] = [m.Signed, m.Refusal]
    for route in routes:
        shapes += [route.shape, answer_of(route)]
    return list(dict.fromkeys(shapes))


def answer_of(route: Route) -> type[m.Message]:
    """The shape of a route's answer, as its function declares it."""
    found: type[m.Message] = route.answer.__annotations__["return"]
    return found


def statuses(route: Route) -> list[int]:
    """Every status that a request of this route may be answered with."""
    named = refusals.STATUS if route.is_signed else _OPEN + _asked_openly(route)
    return sorted({200, *(refusals.STATUS[code] for code in named)})


def _asked_openly(route: Route) -> tuple[str, ...]:
    """What an open route may be refused with besides: it is asked by a version, for a token, or before its time."""
    return (refusals.UPGRADE, refusals.TOKEN, refusals.NOT_READY)


def _operation(route: Route) -> dict[str, Any]:
    words = (route.answer.__doc__ or route.path).strip().splitlines()[0]
    return {
        "operationId": route.path,
        "summary": words.partition(" Raises ")[0],
        "requestBody": {"required": True, "content": {MEDIA: {"schema": _request(route)}}},
        "responses": {str(status): _answer(route, status) for status in statuses(route)},
    }


def _request(route: Route) -> dict[str, Any]:
    shape = {"$ref": _REF.format(name=route.shape.__name__)}
    if not route.is_signed:
        return shape
    return {
        "allOf": [{"$ref": _REF.format(name=m.Signed.__name__)}],
        "description": f"`body` is the msgpack of {route.shape.__name__}, not packed on its own.",
        "x-bahi-body": shape,
    }


def _answer(route: Route, status: int) -> dict[str, Any]:
    if status != 200:
        return {"$ref": f"#/components/responses/{status}"}
    shape = answer_of(route)
    content = {MEDIA: {"schema": {"$ref": _REF.format(name=shape.__name__)}}}
    return {"description": (shape.__doc__ or "").strip().splitlines()[0], "content": content}


def _refusals() -> dict[str, Any]:
    """One answer a status, with the codes that it may carry."""
    found: dict[str, Any] = {}
    for status in sorted(set(refusals.STATUS.values())):
        codes = [code for code, means in refusals.STATUS.items() if means == status]
        told: dict[str, Any] = {
            "description": f"Refused: {', '.join(codes)}",
            "content": {MEDIA: {"schema": {"$ref": _REF.format(name=m.Refusal.__name__)}}},
        }
        if status == refusals.STATUS[refusals.TOO_MANY]:
            told["headers"] = {
                "retry-after": {"schema": {"type": "integer"}, "description": "Seconds to wait."}
            }
        found[str(status)] = told
    return found


def _plain_paths() -> dict[str, Any]:
    refused = {
        str(refusals.STATUS[code]): {"$ref": f"#/components/responses/{refusals.STATUS[code]}"}
        for code in (
            refusals.TOKEN,
            refusals.TURNED_AWAY,
            refusals.NO_BUSINESS,
            refusals.TOO_MANY,
            refusals.TROUBLE,
        )
    }
    named = [
        {"name": name, "in": "header", "schema": {"type": "string"}}
        for name in (events.TOKEN, events.SIGNATURE)
    ]
    return {
        f"/bahi/1/{events.PATH}": {
            "get": {
                "operationId": "events",
                "summary": "The head of the order each time it moves, as server-sent events.",
                "parameters": named,
                "responses": {"200": _media("The stream: `data: SEQ`.", "text/event-stream"), **refused},
            }
        },
        "/health": _get("health", "Whether the service can answer.", "application/json", 503),
        "/metrics": _get("metrics", "The figures, for Prometheus.", "text/plain", 404),
        "/openapi.json": _get("openapi", "This description.", "application/json"),
    }


def _get(name: str, words: str, media: str, *others: int) -> dict[str, Any]:
    answers = {"200": _media(words, media)} | {str(status): _media("Not now.", media) for status in others}
    return {"get": {"operationId": name, "summary": words, "responses": answers}}


def _media(words: str, media: str) -> dict[str, Any]:
    return {"description": words, "content": {media: {}}}
