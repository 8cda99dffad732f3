"""Asking the service: messages packed and signed, the token renewed when it has run out, refusals made errors."""

from typing import TypeVar

from core.errors import Offline, ProtocolBroken, SyncError, TurnedAway
from core.ids import Id
from core.words import translate as _
from sync.client.signer import Signer
from sync.client.transport import Reply, Transport
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.packing import Unreadable, pack, plain, request_to_sign, to_sign, unpack

A = TypeVar("A", bound=m.Message)
_TROUBLE_STATUS = 500
_TOO_MANY = 429


class ServiceRefused(TurnedAway):
    """The service says no; `code` is one of sync.protocol.refusals."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message or code)
        self.code = code


def ask(transport: Transport, path: str, message: m.Message, answer: type[A]) -> A:
    """Ask something that needs no token. Raises `Offline`, `ServiceRefused` or `ProtocolBroken`."""
    return _answer(transport.post(path, pack(message)), answer)


class Session:
    """Asks as one device of one tenant."""

    def __init__(self, transport: Transport, signer: Signer, tenant: Id, device: Id) -> None:
        self.transport = transport
        self._signer = signer
        self._tenant = tenant
        self._device = device
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

    def _ask(self, path: str, message: m.Message, answer: type[A]) -> A:
        body = plain(message)
        signature = self._signer.sign(request_to_sign(path, self._token, body))
        return ask(self.transport, path, m.Signed(token=self._token, signature=signature, body=body), answer)

    def _come_in(self) -> None:
        knock = m.Knock(tenant=self._tenant, device=self._device)
        nonce = ask(self.transport, "knock", knock, m.Challenge).nonce
        proof = m.Prove(tenant=self._tenant, device=self._device, nonce=nonce)
        self._token = ask(self.transport, "prove", signed(proof, self._signer), m.Token).token


S = TypeVar("S", m.Found, m.Join, m.Prove)


def signed(message: S, signer: Signer) -> S:
    """The message with its signature in it."""
    import msgspec

    return msgspec.structs.replace(message, signature=signer.sign(to_sign(message)))


def _answer(reply: Reply, shape: type[A]) -> A:
    if reply.status == 200:
        try:
            return unpack(shape, reply.body)
        except Unreadable as error:
            raise _no_service(str(error)) from error
    if reply.status >= _TROUBLE_STATUS or reply.status == _TOO_MANY:
        raise Offline(
            _("The service is in trouble or busy."), remedy=_("Nothing is lost; the next round tries again.")
        )
    try:
        refusal = unpack(m.Refusal, reply.body)
    except Unreadable as error:
        raise _no_service(str(error)) from error
    raise ServiceRefused(refusal.code, refusal.message)


def _no_service(why: str) -> SyncError:
    return ProtocolBroken(
        _("What answered is no service of Bahi ({why}).").format(why=why),
        remedy=_("Check the address of the service."),
    )
