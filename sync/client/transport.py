"""The way to the service: bytes out, status and bytes back. The only place that speaks HTTP."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from core.errors import Offline, ProtocolBroken, TurnedAway
from core.words import translate as _

_CONNECT_S = 10.0
_ANSWER_S = 60.0
_ANSWER_BYTES_MAX = 2 << 20
_PREFIX = "/bahi/1/"


class Reply(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class Transport(Protocol):
    """A way to one service."""

    @property
    def url(self) -> str:
        """The service's address, as it is kept in the book."""
        ...

    def post(self, path: str, body: bytes) -> Reply:
        """Send one request and wait for its answer; raises `Offline` when none comes."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


class HttpTransport:
    """The service at a URL. One connection, kept open; used by one thread at a time."""

    def __init__(self, url: str) -> None:
        import httpx

        address = httpx.URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise TurnedAway(
                _("{url} is no address of a service.").format(url=url),
                remedy=_("It begins with https:// (or http:// within the house)."),
            )
        self._url = str(address).rstrip("/")
        timeout = httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    @property
    def url(self) -> str:
        """The service's address."""
        return self._url

    def post(self, path: str, body: bytes) -> Reply:
        """Send one request; `Offline` when the service cannot be reached or does not answer in time."""
        import httpx

        try:
            with self._client.stream("POST", self._url + _PREFIX + path, content=body) as response:
                return Reply(response.status_code, _bounded(response.iter_bytes()))
        except httpx.TransportError as error:
            raise Offline(
                _("The service at {url} cannot be reached now.").format(url=self._url),
                remedy=_("Nothing is lost; the next round tries again."),
            ) from error

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()


def _bounded(parts: Iterator[bytes]) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > _ANSWER_BYTES_MAX:
            raise ProtocolBroken(_("The service sent more than it may."))
    return bytes(body)
