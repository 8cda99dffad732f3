"""Running the service: one process, or several on PostgreSQL; with TLS, behind a proxy, or for this machine alone."""

import asyncio
import gc
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from types import FrameType
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.supervisors import Multiprocess

from core.clock import Clock, SystemClock
from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.protocol.refusals import Refused
from sync.server.database import open_database
from sync.server.events import Heads
from sync.server.limits import Limits
from sync.server.service import Service
from sync.server.settings import Settings, problems

HEADERS_S = 20.0
"""A connection may be silent, or dawdle over the head of a request, for so long."""

KEPT_S = 75
STOP_S = 30
_GARBAGE = 50_000
CONNECTIONS_MAX = 4_000
_SETTINGS = "BAHI_SERVE_SETTINGS"
_STOPS = (signal.SIGINT, signal.SIGTERM)
_log = logging.getLogger(__name__)


def serve(
    settings: Settings, *, announce: Callable[[str], None] = lambda _line: None, clock: Clock | None = None
) -> None:
    """Run the service until it is asked to stop (SIGINT, SIGTERM): requests under way are finished, streams ended.

    A second signal ends it at once. SIGHUP reads the certificate anew. `announce` is told a founding code at the first
    start, and where the service listens. Raises `RuleBroken` when it must not be started so.
    """
    from sync.server import watch

    if found := problems(settings):
        raise RuleBroken(found)
    service = service_of(settings, clock)
    if service.is_new:
        announce(_("Founding code: {code}").format(code=service.founding_code()))
    announce(_("Bahi listens on {url}").format(url=settings.address))
    watch.to_stderr()
    if settings.workers > 1:
        service.means.database.dispose()
        _serve_by_workers(settings)
    else:
        server = _Server(_config(settings, web_of(service, settings)))
        server.run()
        service.means.database.dispose()
        if not server.started:
            sys.exit(1)


def founding_code(database: str = "", *, clock: Clock | None = None) -> str:
    """Another founding code, as it is typed; the service may be running meanwhile."""
    service = service_of(Settings(database), clock)
    try:
        return service.founding_code()
    finally:
        service.means.database.dispose()


def key_code(database: str, business: Id, device: Id, *, clock: Clock | None = None) -> str:
    """A code by which a device of a business binds a new key. Raises `RuleBroken` when there is no such device."""
    service = service_of(Settings(database), clock)
    try:
        return service.key_code(business, device)
    except Refused as refused:
        raise RuleBroken([Problem("NO_DEVICE", refused.message)]) from None
    finally:
        service.means.database.dispose()


def service_of(settings: Settings, clock: Clock | None = None) -> Service:
    """The service on the database of these settings; nobody listens to it."""
    return Service(open_database(settings.url), clock or SystemClock(), os.urandom)


def web_of(service: Service, settings: Settings) -> Starlette:
    """The web application of a process: the service with its streams and limits."""
    from sync.server.app import app_of

    heads, limits = Heads(), Limits()
    means = service.means
    _collect_seldom()
    paced = Service(
        means.database, means.clock, means.random, kinds=means.kinds, told=heads.told, limits=limits
    )
    return app_of(paced, heads=heads, limits=limits, metrics_from=settings.metrics_from)


def _collect_seldom() -> None:
    """What is loaded stays as long as the process, and a page of changes makes thousands of objects that none refers
    back to: looking for circles among them each time takes a fifth of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 20)


def worker() -> Starlette:
    """The web application of one of several processes, by the settings that the first one left in the environment."""
    from sync.server import watch

    watch.to_stderr()
    settings = Settings.read(os.environ[_SETTINGS])
    return web_of(service_of(settings), settings)


def _serve_by_workers(settings: Settings) -> None:
    from sync.server.metrics import WORKERS_FOLDER

    with tempfile.TemporaryDirectory(prefix="bahi-metrics-") as folder:
        os.environ[WORKERS_FOLDER] = folder
        os.environ[_SETTINGS] = settings.as_text()
        config = _config(settings, "sync.server.serving:worker")
        _Workers(config, [config.bind_socket()]).run()


def _config(settings: Settings, app: Starlette | str) -> uvicorn.Config:
    return uvicorn.Config(
        app, factory=isinstance(app, str), host=settings.host, port=settings.port, http=PatientProtocol,
        loop="asyncio", ws="none", lifespan="on", log_config=None, log_level="warning", access_log=False,
        workers=settings.workers, proxy_headers=bool(settings.behind_proxy),
        forwarded_allow_ips=list(settings.behind_proxy), ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None, limit_concurrency=CONNECTIONS_MAX, timeout_keep_alive=KEPT_S,
        timeout_graceful_shutdown=STOP_S, server_header=False,
    )  # fmt: skip


class _Server(uvicorn.Server):
    """Ends well at the first signal and at once at the second; reads the certificate anew on SIGHUP."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to stop."""
        self.should_exit = True
        for each in _STOPS:
            signal.signal(each, signal.SIG_DFL)

    async def startup(self, sockets: Any = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if hasattr(signal, "SIGHUP"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._read_certificate)

    def _read_certificate(self) -> None:
        """New connections are greeted with the certificate as it lies on the disk now; a bad one is not taken."""
        context, config = self.config.ssl, self.config
        if context is None or not config.ssl_certfile:
            return
        try:
            context.load_cert_chain(config.ssl_certfile, config.ssl_keyfile)
        except (OSError, ValueError) as error:
            _log.error("the certificate cannot be read (%s): the one before stays", type(error).__name__)


class _Workers(Multiprocess):
    """Several processes on one socket; ends them well at the first signal and at once at the second."""

    def terminate_all(self) -> None:
        """Ask all to stop."""
        super().terminate_all()
        for each in _STOPS:
            signal.signal(each, self._end_at_once)

    def _end_at_once(self, _signal: int, _frame: FrameType | None) -> None:
        for process in self.processes:
            process.process.kill()


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, but a connection that does not bring the head of its request in time is closed."""

    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A connection: it has so long to say what it wants."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Some bytes; they give no more time unless they complete the head of a request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone."""
        self._rest()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._rest()
        elif self._hurry is None and not self.transport.is_closing():
            self._hurry = self.loop.call_later(HEADERS_S, self._give_up)

    def _rest(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _give_up(self) -> None:
        self._hurry = None
        if self.conn.their_state is h11.IDLE:
            self.transport.close()
