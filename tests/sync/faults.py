"""A bad line on loopback: a proxy between one device and the service that does to each request what a deck says.

It reads HTTP by whole messages, so that it can cut one in half, answer for the service, or send a request twice. A
`Strike` is a hand that comes down at a moment of a request: the kill tests hang their victims on it.
"""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from enum import Enum, auto
from typing import Any, NamedTuple

from sync.protocol import messages as m
from sync.protocol.packing import Unreadable, expand, read

_RESET = struct.pack("ii", 1, 0)
_ERRORS = (OSError, EOFError, asyncio.IncompleteReadError)


class Fault(Enum):
    """What becomes of one request."""

    PASS = auto()
    RESET_BEFORE = auto()
    RESET_AFTER = auto()
    STALL = auto()
    HALF_REQUEST = auto()
    HALF_ANSWER = auto()
    TROUBLE = auto()
    TROUBLE_AFTER = auto()
    TWICE = auto()
    TRICKLE = auto()


FAULTS = tuple(fault for fault in Fault if fault is not Fault.PASS)


class Moment(Enum):
    """A moment of a request, as the proxy sees it."""

    CAME = auto()
    HALF_SENT = auto()
    SENT = auto()
    ANSWERED = auto()
    TOLD = auto()


class Strike(NamedTuple):
    """What is done at a moment of the n-th request from now on, so many seconds into it."""

    after: int
    moment: Moment
    delay_s: float
    hand: Callable[[], None]


class Sent(NamedTuple):
    """A push as the device sent it: its epoch, first number, and how many changes."""

    epoch: int
    first: int
    count: int


class _Said(NamedTuple):
    head: bytes
    body: bytes

    @property
    def path(self) -> str:
        return self.head.split(b" ", 2)[1].decode().rpartition("/")[2]

    @property
    def whole(self) -> bytes:
        return self.head + self.body


class Line:
    """The line of one device: listens on a port of its own, and leads to the port that `leads_to` names."""

    def __init__(self, lines: "Lines", leads_to: int, seed: int) -> None:
        self.leads_to = leads_to
        self.deck: list[Fault] = []
        self.seen: list[Fault] = []
        self.pushes: list[Sent] = []
        self.strike: Strike | None = None
        self._dice = random.Random(seed)
        self._server: asyncio.Server
        self.port = lines.run(self._open())
        self.url = f"http://127.0.0.1:{self.port}"

    def shuffle(self, good: int, times: int = 1) -> None:
        """A new deck: each fault so often, among so many requests that pass."""
        self.deck = [*FAULTS] * times + [Fault.PASS] * good
        self._dice.shuffle(self.deck)

    async def _open(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=4 << 20)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Listen no more."""
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the device, request after request."""
        try:
            while True:
                said = await _message(reader)
                self._note(said)
                fault = self.deck.pop() if self.deck else Fault.PASS
                self.seen.append(fault)
                await self._pass(said, fault, writer)
        except (*_ERRORS, asyncio.CancelledError):
            _reset(writer)

    async def _pass(self, said: _Said, fault: Fault, writer: asyncio.StreamWriter) -> None:
        strike = self._due()
        await _struck(strike, Moment.CAME)
        if fault is Fault.RESET_BEFORE:
            raise EOFError
        if fault is Fault.STALL:
            await asyncio.sleep(3600)
        if fault is Fault.TROUBLE:
            await _tell(writer, _trouble(503))
            return
        if fault is Fault.TWICE:
            await self._asked(said, Fault.PASS, None)
        answer = await self._asked(said, fault, strike)
        await _struck(strike, Moment.ANSWERED)
        if fault is Fault.RESET_AFTER:
            raise EOFError
        if fault is Fault.HALF_ANSWER:
            await _tell(writer, answer.head + answer.body[: len(answer.body) // 2])
            raise EOFError
        if fault is Fault.TROUBLE_AFTER:
            await _tell(writer, _trouble(502))
            return
        await _tell(writer, answer.whole)
        await _struck(strike, Moment.TOLD)

    async def _asked(self, said: _Said, fault: Fault, strike: Strike | None) -> _Said:
        """The service's answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.leads_to, limit=4 << 20)
        try:
            half = len(said.head) + len(said.body) // 2
            await _tell(writer, said.whole[:half])
            await _struck(strike, Moment.HALF_SENT)
            if fault is Fault.HALF_REQUEST:
                raise EOFError
            if fault is Fault.TRICKLE:
                for start in range(half, len(said.whole) - 1, 400):
                    await _tell(writer, said.whole[start : min(start + 400, len(said.whole) - 1)])
                    await asyncio.sleep(0.005)
                half = len(said.whole) - 1
            await _tell(writer, said.whole[half:])
            if strike is None or strike.moment is not Moment.SENT:
                return await _message(reader)
            answer = asyncio.ensure_future(_message(reader))
            await _struck(strike, Moment.SENT)
            return await answer
        finally:
            _reset(writer)

    def _due(self) -> Strike | None:
        """The strike, when its request has come."""
        strike = self.strike
        if strike is None:
            return None
        self.strike = strike._replace(after=strike.after - 1) if strike.after > 1 else None
        return strike if strike.after <= 1 else None

    def _note(self, said: _Said) -> None:
        if said.path == "push":
            with suppress(Unreadable):
                push = read(m.Push, read(m.Signed, expand(said.body)).body)
                self.pushes.append(Sent(push.epoch, push.first, len(push.changes)))

    def resent(self) -> list[int]:
        """Of each push that sends again what was sent before, how many changes it repeats."""
        top: dict[int, int] = {}
        found = []
        for epoch, first, count in self.pushes:
            again = min(first + count - 1, top.get(epoch, 0)) - first + 1
            if again > 0:
                found.append(again)
            top[epoch] = max(top.get(epoch, 0), first + count - 1)
        return found


class Lines:
    """The loop in which all lines of a test run, in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._lines: list[Line] = []
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        """Run something there and wait for what it answers."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    def line(self, leads_to: int, seed: int) -> Line:
        """One more line."""
        self._lines.append(Line(self, leads_to, seed))
        return self._lines[-1]

    def close(self) -> None:
        """Let everything go."""
        for line in self._lines:
            self.run(line.close())
        self.run(_cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _struck(strike: Strike | None, moment: Moment) -> None:
    if strike is not None and strike.moment is moment:
        await asyncio.sleep(strike.delay_s)
        strike.hand()


async def _message(reader: asyncio.StreamReader) -> _Said:
    """One message with the length it names."""
    head = await reader.readuntil(b"\r\n\r\n")
    named = [
        line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    ]
    return _Said(head, await reader.readexactly(int(named[0]) if named else 0))


async def _tell(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _trouble(status: int) -> bytes:
    return f"HTTP/1.1 {status} Trouble\r\nContent-Length: 5\r\n\r\nmaybe".encode()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by a reset, not in peace."""
    place = writer.get_extra_info("socket")
    if place is not None:
        with suppress(OSError):
            place.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
