"""The way to the service: bytes out, status and bytes back, and lines as they come. The only place that speaks HTTP."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from core.errors import Offline, ProtocolBroken, SyncError, TurnedAway
from core.words import translate as _
from sync.protocol.events import SILENCE_MAX_S

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_CONNECT_S = 10.0
_ANSWER_S = 60.0
_KEPT_S = 15.0
_ANSWER_BYTES_MAX = 2 << 20
_LINE_BYTES_MAX = 1024
_PREFIX = "/bahi/1/"
_OK = 200


class Reply(NamedTuple):
    """What came back; the service may ask to be left alone for so many seconds."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


class Stream(NamedTuple):
    """An answer that goes on: how it began, and its lines as they come (none when it was refused)."""

    reply: Reply
    lines: Iterator[str]


class Transport(Protocol):
    """A way to one service."""

    @property
    def url(self) -> str:
        """The service's address, as it is kept in the book."""
        ...

    def post(self, path: str, body: bytes) -> Reply:
        """Send one request and wait for its answer; raises `Offline` or `ProtocolBroken` when none comes."""
        ...

    def begin(self, path: str, body: bytes) -> Callable[[], Reply]:
        """Send one request; what this answers waits for the reply, and raises as `post` does.

        Where a way does but one thing at a time, it waits here.
        """
        try:
            reply = self.post(path, body)
        except SyncError as error:
            return partial(_raise, error)
        return lambda: reply

    def close(self) -> None:
        """Let the connection go."""
        ...


def _raise(error: SyncError) -> Reply:
    raise error


class Streaming(Protocol):
    """A way by which an answer may go on."""

    @property
    def url(self) -> str:
        """The service's address."""
        ...

    def stream(self, path: str, headers: Mapping[str, str]) -> AbstractContextManager[Stream]:
        """Ask for an answer that goes on; raises as `Transport.post` does, while it is read too."""
        ...


class HttpTransport(Transport):
    """The service at a URL. Connections are kept open for a while; one post at a time."""

    def __init__(self, url: str) -> None:
        import httpx

        address = httpx.URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise TurnedAway(
                _("{url} is no address of a service.").format(url=url),
                remedy=_("It begins with https:// (or http:// within the house)."),
            )
        self._url = str(address).rstrip("/")
        self._beside: ThreadPoolExecutor | None = None
        self._client = httpx.Client(
            timeout=httpx.Timeout(_ANSWER_S, connect=_CONNECT_S), follow_redirects=False,
            limits=httpx.Limits(keepalive_expiry=_KEPT_S), headers={"accept-encoding": "identity"},
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The service's address."""
        return self._url

    def post(self, path: str, body: bytes) -> Reply:
        """Send one request; `Offline` when the service cannot be reached or does not answer in time."""
        with self._explained(), self._client.stream("POST", self._address(path), content=body) as response:
            return Reply(
                response.status_code, _bounded(response.iter_raw()), _retry_after_s(response.headers)
            )

    def begin(self, path: str, body: bytes) -> Callable[[], Reply]:
        """Send one request while the caller does something else."""
        from concurrent.futures import ThreadPoolExecutor

        if self._beside is None:
            self._beside = ThreadPoolExecutor(1, "bahi-way")
        return self._beside.submit(self.post, path, body).result

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Iterator[Stream]:
        """Ask for an answer that goes on; silence for longer than two heartbeats is `Offline`."""
        import httpx

        timeout = httpx.Timeout(_CONNECT_S, read=SILENCE_MAX_S)
        with (
            self._explained(),
            self._client.stream(
                "GET", self._address(path), headers=dict(headers), timeout=timeout
            ) as response,
        ):
            is_open = response.status_code == _OK
            body = b"" if is_open else _bounded(response.iter_raw())
            reply = Reply(response.status_code, body, _retry_after_s(response.headers))
            yield Stream(reply, _lines(response.iter_raw()) if is_open else iter(()))

    def close(self) -> None:
        """Let the connections go."""
        if self._beside is not None:
            self._beside.shutdown()
        self._client.close()

    def _address(self, path: str) -> str:
        return self._url + _PREFIX + path

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import httpx

        try:
            yield
        except httpx.RequestError as error:
            raise _explanation(error, self._url) from error


def _explanation(error: BaseException, url: str) -> SyncError:
    """What a person is told: the way is closed for now, or whoever answered must not be trusted."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ProtocolBroken(
                _("The certificate of the service at {url} is not good: {why}.").format(
                    url=url, why=cause.verify_message.rstrip(".")
                ),
                remedy=_(
                    "Nothing was sent and nothing is lost. Check this computer's date and the address; on a guest "
                    "network, sign in to it first; else ask whoever runs the service to renew its certificate."
                ),
            )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ProtocolBroken(
            _("What answers at {url} does not speak TLS as it should.").format(url=url),
            remedy=_("Nothing is lost. Check the address: https:// or http://, and the port."),
        )
    return Offline(
        _("The service at {url} cannot be reached now.").format(url=url),
        remedy=_("Nothing is lost; the next round tries again."),
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _retry_after_s(headers: Mapping[str, str]) -> float:
    told = headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0.0


def _bounded(parts: Iterator[bytes]) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > _ANSWER_BYTES_MAX:
            raise ProtocolBroken(_("The service sent more than it may."))
    return bytes(body)


def _lines(parts: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        if len(rest) > _LINE_BYTES_MAX:
            raise ProtocolBroken(_("The service sent more than it may."))
        for line in whole:
            yield line.decode("ascii", "replace").rstrip("\r")
