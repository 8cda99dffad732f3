"""The push of the head: event streams that say how far the order of a tenant has come, and nothing else. The same head
told again says that something beside the order has changed: who is there, what is taken along.

A stream looks for itself, after every wake and at every heartbeat: at its token, at its device and at the head. A wake
is only a hint, so that one that is lost costs a heartbeat and not an event. Wakes come from the pushes of this process
and, on PostgreSQL, from those of the others by NOTIFY, over one connection a process.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.events import GAP_S, HEARTBEAT_S, PATH, line_of, read_headers
from sync.protocol.refusals import Refused
from sync.server import devices, entrance, log, metrics
from sync.server.database import reading
from sync.server.devices import Member
from sync.server.route import Means

if TYPE_CHECKING:
    import psycopg

STREAMS_MAX = 2
"""Event streams that one device may hold open in one process: its own, and one that is about to be noticed as dead."""

SIGNATURE_BYTES = 64
_CHANNEL = "bahi_heads"
_RELAY_S = 0.1
_AGAIN_S = 5.0
_log = logging.getLogger(__name__)


class Waiter:
    """One open stream: whose it is, and the wake it waits for."""

    def __init__(self, tenant: Id, device: Id) -> None:
        self.tenant = tenant
        self.device = device
        self.woken = asyncio.Event()


class Heads:
    """Who waits for whose head. `told` may come from any thread; all else belongs to the loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[Id, set[Waiter]] = {}
        self._passed_on: dict[Id, int] | None = None
        self.is_closed = False

    def open(self, *, relayed: bool) -> None:
        """Begin, in this loop; `relayed` keeps what is told for the other processes."""
        self._loop = asyncio.get_running_loop()
        self._passed_on = {} if relayed else None

    def told(self, tenant: Id, seq: int) -> None:
        """The order of a tenant has come so far, and that is committed."""
        if self._loop is not None and not self.is_closed:
            self._loop.call_soon_threadsafe(self._own, tenant, seq)

    def wake(self, tenant: Id) -> None:
        """Let the streams of a tenant look."""
        for waiter in self._waiting.get(tenant, ()):
            waiter.woken.set()

    def taken(self) -> dict[Id, int]:
        """What the other processes have not been told yet, taken away."""
        told = self._passed_on or {}
        if told:
            self._passed_on = {}
        return told

    def close(self) -> None:
        """End every stream; safe in a handler of signals."""
        self.is_closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    def join(self, tenant: Id, device: Id) -> Waiter:
        """A place among those who wait, until `leave`. Raises `Refused` when the device holds enough of them."""
        others = self._waiting.setdefault(tenant, set())
        if sum(1 for other in others if other.device == device) >= STREAMS_MAX:
            raise Refused(refusals.TOO_MANY, _("This device listens already."), retry_after_s=HEARTBEAT_S)
        waiter = Waiter(tenant, device)
        others.add(waiter)
        metrics.stream_opened()
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """The stream has ended."""
        others = self._waiting.get(waiter.tenant, set())
        others.discard(waiter)
        metrics.stream_closed()
        if not others:
            self._waiting.pop(waiter.tenant, None)

    def _own(self, tenant: Id, seq: int) -> None:
        self.wake(tenant)
        if self._passed_on is not None:
            self._passed_on[tenant] = max(seq, self._passed_on.get(tenant, 0))

    def _wake_all(self) -> None:
        for tenant in list(self._waiting):
            self.wake(tenant)


class Stream(StreamingResponse):
    """The events of one device, until its token has run out, it is revoked, it goes away, or the service stops."""

    def __init__(self, means: Means, heads: Heads, token: bytes, waiter: Waiter) -> None:
        super().__init__(self._lines(), media_type="text/event-stream", headers={"cache-control": "no-store"})
        self._means = means
        self._heads = heads
        self._token = token
        self._waiter = waiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and give the place back at its end."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._heads.leave(self._waiter)

    async def _lines(self) -> AsyncIterator[str]:
        told: tuple[int, int] | None = None
        while not self._heads.is_closed:
            self._waiter.woken.clear()
            now = await run_in_threadpool(look, self._means, self._token)
            if now is None:
                return
            yield line_of(now[0] if now != told else None)
            told = now
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._waiter.woken.wait(), HEARTBEAT_S)
            if not self._heads.is_closed:
                await asyncio.sleep(GAP_S)


def asked_by(means: Means, given: Mapping[str, str]) -> tuple[bytes, Member]:
    """The token of who asks for events, and the device. Raises `Refused` as every signed request does."""
    token, signature = read_headers(given)
    if len(signature) > SIGNATURE_BYTES:
        raise Refused(refusals.TURNED_AWAY, _("The request is not signed by this device."))
    return token, entrance.let_in(means, PATH, m.Signed(token=token, signature=signature, body=b""))


def look(means: Means, token: bytes) -> tuple[int, int] | None:
    """The head, and the number of what stands beside the order, for whoever still may know them; None when the stream
    has to end."""
    grant = means.sealer.opened(token, "token", means.clock.now_us())
    if grant is None:
        return None
    try:
        with reading(means.database, grant.tenant) as connection:
            known = devices.member(connection, grant.tenant, grant.device)
            if known is None or known.state != devices.LIVE:
                return None
            head = log.head(connection, grant.tenant)
            return head.seq, head.beside
    except SQLAlchemyError as error:
        _log.warning("an event stream ends: the database is in trouble (%s)", type(error).__name__)
        return None


async def relay(url: URL, heads: Heads) -> None:
    """Pass the heads of this process to the others, and hear theirs, for ever; PostgreSQL alone.

    Told heads are gathered for a tenth of a second and sent outside of any push: NOTIFY within a transaction would
    make all commits of the database wait for each other.
    """
    import psycopg

    place = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(place, autocommit=True) as connection:
                await connection.execute(f"LISTEN {_CHANNEL}")
                await _pass_on(connection, heads)
        except (psycopg.Error, OSError) as error:
            _log.warning("heads of other processes are not heard (%s); trying again", type(error).__name__)
            await asyncio.sleep(_AGAIN_S)


async def _pass_on(connection: "psycopg.AsyncConnection[Any]", heads: Heads) -> None:
    own = connection.info.backend_pid
    while True:
        async for note in connection.notifies(timeout=_RELAY_S):
            tenant, _colon, _seq = note.payload.partition(":")
            if note.pid != own:
                heads.wake(bytes.fromhex(tenant))
        if told := heads.taken():
            notes = [f"{tenant.hex()}:{seq}" for tenant, seq in told.items()]
            await connection.execute(
                "SELECT pg_notify(%s, note) FROM unnest(%s::text[]) AS note", [_CHANNEL, notes]
            )
