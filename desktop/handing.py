"""A subcommand handed to the window that holds its book: where they meet, how each shows the other that it has the
book's key, and what is asked. Free of Qt.

The address follows from the key, so nobody without it can find the place or take it first; and nobody is heard who has
not answered a fresh question by the key.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ASKED_BYTES_MAX = 1 << 20
PATIENCE_S = 5.0
"""A window that does not say a word for so long is not asked."""

_NONCE_BYTES = 32


class Asked(NamedTuple):
    """A subcommand by its name, with what it was given; and the passphrase, where one was."""

    name: str
    given: dict[str, Any]
    passphrase: str | None


def address_of(key: bytes) -> str:
    """Where the window that holds the book of this key listens; a socket that this user alone may open, or a pipe."""
    name = "bahi-" + _proof(key, b"address").hex()[:32]
    return rf"\\.\pipe\{name}" if sys.platform == "win32" else os.path.join(tempfile.gettempdir(), name)


def knows(connection: "Connection[Any, Any]", key: bytes, *, is_window: bool) -> bool:
    """Show the other side that this one has the key, and see that it has it too; False where it has not.

    Raises `OSError` or `EOFError` when the other side goes.
    """
    mine, names = os.urandom(_NONCE_BYTES), (b"window", b"caller")
    own, others = names if is_window else reversed(names)
    connection.send_bytes(mine)
    theirs = _heard(connection)
    connection.send_bytes(_proof(key, own, mine, theirs))
    return hmac.compare_digest(_heard(connection), _proof(key, others, theirs, mine))


def packed(asked: Asked) -> bytes:
    """What travels. Raises `TypeError` for what cannot."""
    given = {name: _plain(value) for name, value in asked.given.items()}
    return json.dumps([asked.name, given, asked.passphrase]).encode()


def unpacked(data: bytes) -> Asked:
    """What was asked."""
    name, given, passphrase = json.loads(data)
    return Asked(name, {key: _given(value) for key, value in given.items()}, passphrase)


def _plain(value: Any) -> Any:
    """A value as JSON has it; paths are told whole, since the window works elsewhere."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Path):
        return {"path": str(value if str(value) == "-" else value.absolute())}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(type(value).__name__)


def _given(value: Any) -> Any:
    if isinstance(value, list):
        return [_given(each) for each in value]
    if isinstance(value, dict):
        return Path(value["path"]) if "path" in value else dt.date.fromisoformat(value["date"])
    return value


def _heard(connection: "Connection[Any, Any]") -> bytes:
    if not connection.poll(PATIENCE_S):
        raise EOFError
    return connection.recv_bytes(_NONCE_BYTES)


def _proof(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"bahi hands over\0" + b"\0".join(parts), hashlib.sha256).digest()
