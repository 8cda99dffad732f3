"""Asking the service: messages packed and signed, the token renewed when it has run out, refusals made errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TypeVar

from core.catalogue import SCHEMA
from core.errors import Offline, ProtocolBroken, SyncError, TurnedAway
from core.ids import Id
from core.version import VERSION
from core.words import translate as _
from sync.client.signer import Signer
from sync.client.transport import Reply, Streaming, Transport
from sync.protocol import events, refusals
from sync.protocol import messages as m
from sync.protocol.packing import Unreadable, pack, plain, request_to_sign, to_sign, unpack

A = TypeVar("A", bound=m.Message)
_TROUBLE_STATUS = 500
_OK = 200
_LATER = {refusals.STATUS[refusals.TOO_MANY], refusals.STATUS[refusals.TOO_SLOW]}


class Busy(Offline):
    """The service is there and asks to be left alone for a while."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(
            _("The service is in trouble or busy."), remedy=_("Nothing is lost; the next round tries again.")
        )
        self.retry_after_s = retry_after_s


class ServiceRefused(TurnedAway):
    """The service says no; `code` is one of sync.protocol.refusals."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message or code)
        self.code = code


def ask(transport: Transport, path: str, message: m.Message, answer: type[A]) -> A:
    """Ask something that needs no token. Raises `Offline`, `ServiceRefused` or `ProtocolBroken`."""
    return _answer(transport.post(path, pack(message)), answer, transport.url)


class Session:
    """Asks as one device of one tenant."""

    def __init__(
        self, transport: Transport, signer: Signer, tenant: Id, device: Id, *, schema: int = SCHEMA
    ) -> None:
        """`schema` is the newest that this device knows."""
        self.transport = transport
        self._signer = signer
        self._tenant = tenant
        self._device = device
        self._schema = schema
        self._token = b""

    def ask(self, path: str, message: m.Message, answer: type[A]) -> A:
        """Ask as this device. Raises `Offline`, `ServiceRefused` or `ProtocolBroken`."""
        if not self._token:
            self._come_in()
        try:
            return self._ask(path, message, answer)
        except ServiceRefused as refused:
            if refused.code != refusals.TOKEN:
                raise
        self._come_in()
        return self._ask(path, message, answer)

    @contextmanager
    def under_way(self, path: str, message: m.Message, answer: type[A]) -> Iterator[Callable[[], A]]:
        """Ask, and do something else meanwhile: what this gives waits for the answer, and raises as `ask` does.

        At the end the request is over, whatever came of it.
        """
        if not self._token:
            self._come_in()
        reply = cache(self.transport.begin(path, self._sealed(path, message)))

        def answered() -> A:
            try:
                return _answer(reply(), answer, self.transport.url)
            except ServiceRefused as refused:
                if refused.code != refusals.TOKEN:
                    raise
            self._come_in()
            return self._ask(path, message, answer)

        try:
            yield answered
        finally:
            with suppress(SyncError):
                reply()

    @contextmanager
    def events(self, way: Streaming) -> Iterator[Iterator[str]]:
        """The lines of the stream of events as they come. Raises as `ask` does, while they are read too."""
        if not self._token:
            self._come_in()
        try:
            with self._events(way) as lines:
                yield lines
                return
        except ServiceRefused as refused:
            if refused.code != refusals.TOKEN:
                raise
        self._come_in()
        with self._events(way) as lines:
            yield lines

    @contextmanager
    def _events(self, way: Streaming) -> Iterator[Iterator[str]]:
        token = self._token  # another thread may renew it meanwhile: signed and sent is one and the same
        signature = self._signer.sign(request_to_sign(events.PATH, token, b""))
        with way.stream(events.PATH, events.headers(token, signature)) as stream:
            if stream.reply.status != _OK:
                raise _refusal(stream.reply, way.url)
            yield stream.lines

    def _ask(self, path: str, message: m.Message, answer: type[A]) -> A:
        return _answer(self.transport.post(path, self._sealed(path, message)), answer, self.transport.url)

    def _sealed(self, path: str, message: m.Message) -> bytes:
        """The bytes of a message under this device's token and signature."""
        token, body = self._token, plain(message)
        signature = self._signer.sign(request_to_sign(path, token, body))
        return pack(m.Signed(token=token, signature=signature, body=body))

    def _come_in(self) -> None:
        knock = m.Knock(tenant=self._tenant, device=self._device)
        nonce = ask(self.transport, "knock", knock, m.Challenge).nonce
        proof = m.Prove(
            tenant=self._tenant, device=self._device, nonce=nonce, app=VERSION, schema=self._schema
        )
        self._token = ask(self.transport, "prove", signed(proof, self._signer), m.Token).token


S = TypeVar("S", m.Found, m.Join, m.Bind, m.Prove)


def signed(message: S, signer: Signer) -> S:
    """The message with its signature in it."""
    import msgspec

    return msgspec.structs.replace(message, signature=signer.sign(to_sign(message)))


def _answer(reply: Reply, shape: type[A], url: str) -> A:
    if reply.status != _OK:
        raise _refusal(reply, url)
    try:
        return unpack(shape, reply.body)
    except Unreadable as error:
        raise _no_service(url) from error


def _refusal(reply: Reply, url: str) -> SyncError:
    """What an answer other than 200 means."""
    if reply.status >= _TROUBLE_STATUS or reply.status in _LATER:
        return Busy(reply.retry_after_s)
    try:
        refusal = unpack(m.Refusal, reply.body)
    except Unreadable:
        if reply.status == refusals.STATUS[refusals.TOO_LARGE]:  # said by what stands before the service
            return ServiceRefused(refusals.TOO_LARGE, "")
        return _no_service(url)
    return ServiceRefused(refusal.code, refusal.message)


def _no_service(url: str) -> SyncError:
    return ProtocolBroken(
        _("What answered at {url} is no service of Bahi.").format(url=url),
        remedy=_("Nothing is lost. Check the address; on a guest network, sign in to it first."),
    )
