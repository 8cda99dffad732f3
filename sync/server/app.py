"""The service over HTTP: one POST a path, bodies bounded in size and time before anything is read of them."""

import asyncio
import contextlib
import ipaddress
import logging
import math
import signal
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.words import translate as _
from sync.protocol import events as stream
from sync.protocol import refusals
from sync.protocol.limits import REQUEST_BYTES_MAX
from sync.protocol.refusals import Refused
from sync.server import events, metrics
from sync.server.events import Heads
from sync.server.health import Health
from sync.server.limits import Limits, place_of
from sync.server.openapi import MEDIA, description
from sync.server.service import ROUTES, Reply, Service, refusal
from sync.server.settings import LOCAL, network
from sync.server.watch import OUTCOME, Watch

BODY_S = 20.0
BODY_BYTES_A_SECOND = 4096
"""A body may take so long, and as much longer as this pace makes of its size: a slow line passes, a stalled one not."""

_log = logging.getLogger(__name__)


def app_of(
    service: Service, *, heads: Heads | None = None, limits: Limits | None = None,
    metrics_from: tuple[str, ...] = LOCAL,
) -> Starlette:  # fmt: skip
    """The web application around a service; `heads` and `limits` are those that the service tells and asks."""
    shell = _Shell(service, heads or Heads(), limits or Limits(), metrics_from)
    routes = [
        Route("/", shell.alive),
        Route("/health", shell.health),
        Route("/metrics", shell.metrics),
        Route("/openapi.json", shell.openapi),
        Route(f"/bahi/1/{stream.PATH}", shell.events),
        Route("/bahi/1/{path}", shell.answer, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=shell.lifespan, middleware=[Middleware(Watch)])


class _Shell:
    """What each address answers."""

    def __init__(self, service: Service, heads: Heads, limits: Limits, metrics_from: tuple[str, ...]) -> None:
        self._service = service
        self._heads = heads
        self._limits = limits
        self._health = Health(service.means)
        self._metrics_from = [found for name in metrics_from if (found := network(name))]

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """From start to stop: heads are passed between processes, and a signal to stop ends the streams first."""
        url = self._service.means.database.url
        is_shared = url.get_backend_name() == "postgresql"
        self._heads.open(relayed=is_shared)
        _end_streams_first(self._heads)
        task = asyncio.create_task(events.relay(url, self._heads)) if is_shared else None
        try:
            yield
        finally:
            self._heads.close()
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def answer(self, request: Request) -> Response:
        """Something that is asked by POST."""
        path = request.path_params["path"]
        address = place_of(request.client.host if request.client else "")
        wait_s = self._limits.arriving(ROUTES.get(path), address)
        if wait_s:
            message = _("Too much is asked from this address; wait a little.")
            return _response(request, refusal(Refused(refusals.TOO_MANY, message, retry_after_s=wait_s)))
        try:
            body = await bounded(request)
            reply = await run_in_threadpool(self._service.handle, path, body)
        except Refused as refused:
            reply = refusal(refused)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception:  # noqa: BLE001  a mistake of ours: logged, and the device tries again
            _log.exception("a request could not be answered")
            reply = refusal(Refused(refusals.TROUBLE, _("The service is in trouble; try again.")))
            reply = reply._replace(status=500)
        self._limits.refused(reply.outcome, address)
        metrics.pool(self._service.means.database)
        return _response(request, reply)

    async def events(self, request: Request) -> Response:
        """The stream of events of a device."""
        means = self._service.means
        try:
            token, asking = await run_in_threadpool(events.asked_by, means, request.headers)
            if wait_s := self._limits.asking(asking.tenant, asking.device):
                raise Refused(refusals.TOO_MANY, retry_after_s=wait_s)
            waiter = self._heads.join(asking.tenant, asking.device)
        except Refused as refused:
            return _response(request, refusal(refused))
        return events.Stream(means, self._heads, token, waiter)

    async def alive(self, _request: Request) -> Response:
        """A word for whoever looks with a browser."""
        return Response("Bahi\n", media_type="text/plain")

    async def health(self, _request: Request) -> Response:
        """Whether the service can answer."""
        return await self._health.answer()

    async def metrics(self, request: Request) -> Response:
        """The figures, for the addresses that may read them; others find nothing here."""
        if not self._may_read_metrics(request):
            return Response("Not Found", 404, media_type="text/plain")
        return Response(await run_in_threadpool(metrics.text), headers={"content-type": metrics.MEDIA})

    async def openapi(self, _request: Request) -> Response:
        """The description of everything that can be asked."""
        return JSONResponse(description())

    def _may_read_metrics(self, request: Request) -> bool:
        try:
            address: Any = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        return any(address in each for each in self._metrics_from if each.version == address.version)


def _response(request: Request, reply: Reply) -> Response:
    setattr(request.state, OUTCOME, reply.outcome)
    headers = {"cache-control": "no-store"}
    if reply.retry_after_s:
        headers["retry-after"] = str(math.ceil(reply.retry_after_s))
    if reply.outcome in (refusals.TOO_LARGE, refusals.TOO_SLOW):
        headers["connection"] = "close"
    return Response(reply.body, reply.status, media_type=MEDIA, headers=headers)


async def bounded(request: Request) -> bytes:
    """The body; no more than a request may weigh is ever held. Raises `Refused`: TOO_LARGE, TOO_SLOW."""
    told = request.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > REQUEST_BYTES_MAX:
        raise Refused(refusals.TOO_LARGE, _("The request is too large."))
    body, began_s = bytearray(), time.monotonic()
    parts = request.stream()
    while True:
        left_s = began_s + BODY_S + len(body) / BODY_BYTES_A_SECOND - time.monotonic()
        try:
            part = await asyncio.wait_for(anext(parts, None), max(left_s, 0))
        except TimeoutError:
            raise Refused(refusals.TOO_SLOW, _("The request did not come in time.")) from None
        if part is None:
            return bytes(body)
        body += part
        if len(body) > REQUEST_BYTES_MAX:
            raise Refused(refusals.TOO_LARGE, _("The request is too large."))


def _end_streams_first(heads: Heads) -> None:
    """Let a signal to stop end the event streams before the server waits for what is under way."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stop(got: int, frame: Any, before: Any = before) -> None:
            heads.close()
            if callable(before):
                before(got, frame)

        signal.signal(number, stop)
