"""The service over HTTP: one POST a path, bodies bounded before anything is read of them."""

import os
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from core.clock import Clock, SystemClock
from core.words import translate as _
from sync.protocol import refusals
from sync.protocol.limits import REQUEST_BYTES_MAX
from sync.protocol.messages import Refusal
from sync.protocol.packing import pack
from sync.server.database import open_database
from sync.server.service import Service
from sync.server.settings import Settings

_MEDIA = "application/x-bahi"


def app_of(service: Service) -> Starlette:
    """The web application around a service."""

    async def answer(request: Request) -> Response:
        body = await _bounded(request)
        if body is None:
            refusal = pack(Refusal(code=refusals.TOO_LARGE, message=_("The request is too large.")))
            return Response(refusal, refusals.STATUS[refusals.TOO_LARGE], media_type=_MEDIA)
        reply = await run_in_threadpool(service.handle, request.path_params["path"], body)
        return Response(reply.body, reply.status, media_type=_MEDIA)

    async def alive(_request: Request) -> Response:
        return Response("Bahi\n", media_type="text/plain")

    return Starlette(routes=[Route("/", alive), Route("/bahi/1/{path}", answer, methods=["POST"])])


async def _bounded(request: Request) -> bytes | None:
    """The body, or None when it is longer than a request may be; no more than that is ever held."""
    told = request.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > REQUEST_BYTES_MAX:
        return None
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > REQUEST_BYTES_MAX:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def serve(
    database: str = "", port: int | None = None, host: str | None = None, *,
    announce: Callable[[str], None] = lambda _line: None, clock: Clock | None = None,
) -> None:  # fmt: skip
    """Run the service until it is asked to stop (SIGINT, SIGTERM); requests under way are finished.

    `announce` is told a founding code at the first start, and where the service listens.
    """
    import uvicorn

    settings = _settings(database, port, host)
    service = _service(settings, clock)
    if service.is_new:
        announce(_("Founding code: {code}").format(code=service.founding_code()))
    announce(_("Bahi listens on {url}").format(url=f"http://{settings.host}:{settings.port}"))
    uvicorn.run(
        app_of(service), host=settings.host, port=settings.port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=10, server_header=False,
    )  # fmt: skip


def founding_code(database: str = "", *, clock: Clock | None = None) -> str:
    """Another founding code, as it is typed; the service may be running meanwhile."""
    return _service(_settings(database, None, None), clock).founding_code()


def _settings(database: str, port: int | None, host: str | None) -> Settings:
    blank = Settings()
    return Settings(database, host or blank.host, blank.port if port is None else port)


def _service(settings: Settings, clock: Clock | None) -> Service:
    return Service(open_database(settings.url), clock or SystemClock(), os.urandom)
