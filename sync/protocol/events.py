"""The stream of events: how it is asked for, and how often it gives a sign of life.

It is asked for by GET, with the token and a signature over it in headers, never in the address. It carries lines of
server-sent events: `data: SEQ` when the head of the order has moved, the same line again when something has changed
beside the order, and an empty comment as a heartbeat.
"""

import base64
import binascii
from collections.abc import Mapping

PATH = "events"
TOKEN = "x-bahi-token"
SIGNATURE = "x-bahi-signature"
HEARTBEAT_S = 20
SILENCE_MAX_S = 45
"""A stream that is silent for longer than two heartbeats is dead."""

GAP_S = 0.2
"""At most five events a second: what comes closer together is told once."""

_DATA = "data:"


def headers(token: bytes, signature: bytes) -> dict[str, str]:
    """Token and signature as headers."""
    return {
        TOKEN: base64.b64encode(token).decode(),
        SIGNATURE: base64.b64encode(signature).decode(),
        "accept": "text/event-stream",
    }


def read_headers(given: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Token and signature of a request; empty where they are missing or no base64."""
    return _decoded(given.get(TOKEN, "")), _decoded(given.get(SIGNATURE, ""))


def line_of(seq: int | None) -> str:
    """The event that tells a head; None is the heartbeat."""
    return ":\n\n" if seq is None else f"{_DATA} {seq}\n\n"


def seq_of(line: str) -> int | None:
    """The head that a line of the stream tells; None for any other line."""
    told = line.removeprefix(_DATA).strip()
    is_seq = line.startswith(_DATA) and told.isascii() and told.isdigit() and len(told) < 20
    return int(told) if is_seq else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return b""
