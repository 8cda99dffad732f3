"""What the service says of itself while it runs: one line of JSON a request, on stderr, and its figures.

A line holds the path, the status, milliseconds, bytes and a random id that goes back as a header. It never holds a
tenant, a device, a person, an amount, a code or a token: paths that are not the service's own are called "other", and
of an error only its type and places in the program are told, never its message.
"""

import datetime as dt
import json
import logging
import secrets
import sys
import time
import traceback
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.protocol import refusals
from sync.server import metrics
from sync.server.service import ROUTES

REQUEST_ID = "x-request-id"
OUTCOME = "outcome"
OTHER = "other"
PREFIX = "/bahi/1/"
_PLACES = {"/": "/", "/health": "health", "/metrics": "metrics", "/openapi.json": "openapi"}
_requests = logging.getLogger("bahi.requests")


class Watch:
    """Around the application: times each request, gives it an id, logs and counts it when it has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told: dict[str, Any] = {"id": secrets.token_hex(8), "path": path_of(scope["path"]), "status": 0}
        sizes = {"in": 0, "out": 0}
        began_s = time.perf_counter()

        async def received() -> Message:
            message = await receive()
            sizes["in"] += len(message.get("body", b""))
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message.setdefault("headers", []).append((REQUEST_ID.encode(), told["id"].encode()))
            sizes["out"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, received, sent)
        except Exception:
            scope.setdefault("state", {})[OUTCOME] = refusals.FAILED
            raise
        finally:
            seconds = time.perf_counter() - began_s
            outcome = scope.get("state", {}).get(OUTCOME) or _plain_outcome(told["status"])
            metrics.asked(told["path"], outcome, seconds, sizes["in"], sizes["out"])
            _requests.info(
                "request", extra={"told": told | {"outcome": outcome, "ms": round(seconds * 1000, 1)} | sizes}
            )


def path_of(path: str) -> str:
    """The name by which a path is logged and counted: one of the service's own, or "other"."""
    if path in _PLACES:
        return _PLACES[path]
    name = path.removeprefix(PREFIX)
    return name if path.startswith(PREFIX) and (name in ROUTES or name == "events") else OTHER


def _plain_outcome(status: int) -> str:
    if not status:
        return "GONE"  # who asked went away before the answer
    return "OK" if status < 400 else f"HTTP_{status}"


class Lines(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        told = getattr(record, "told", None)
        if told is not None:
            line |= told
        else:
            line |= {"room": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["places"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False)


def to_stderr() -> None:
    """Log in lines of JSON on stderr; what libraries say below a warning is left out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _requests.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
