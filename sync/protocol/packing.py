"""Messages as bytes: msgpack under zstd, never unpacked beyond what a message may weigh; and what is signed of them."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec
import zstandard

from sync.protocol.limits import MESSAGE_BYTES_MAX, PROTOCOL
from sync.protocol.messages import Message

M = TypeVar("M", bound=Message)

_encoder = msgspec.msgpack.Encoder()
_LEVEL = 3


class Unreadable(ValueError):
    """Bytes that are no such message, or unpack to more than one may weigh."""


def pack(message: Message) -> bytes:
    """The bytes of a message."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(_encoder.encode(message))


def unpack(shape: type[M], data: bytes) -> M:
    """The message in its bytes; raises `Unreadable` on anything else."""
    return read(shape, expand(data))


def expand(data: bytes) -> bytes:
    """What zstd bytes unpack to, at most MESSAGE_BYTES_MAX; raises `Unreadable`."""
    try:
        with zstandard.ZstdDecompressor(max_window_size=1 << 23).stream_reader(data) as reader:
            plain = reader.read(MESSAGE_BYTES_MAX + 1)
    except zstandard.ZstdError as error:
        raise Unreadable(str(error)) from None
    if len(plain) > MESSAGE_BYTES_MAX:
        raise Unreadable("larger than a message may be")
    return plain


def plain(message: Message) -> bytes:
    """The message's own bytes, not packed."""
    return _encoder.encode(message)


def read(shape: type[M], data: bytes) -> M:
    """A message from bytes that are not packed; raises `Unreadable`."""
    try:
        found: M = _decoder(shape)(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from None
    return found


@cache
def _decoder(shape: type[Message]) -> Callable[[bytes], Any]:
    return msgspec.msgpack.Decoder(shape).decode


def to_sign(message: Message) -> bytes:
    """What a device signs of a message that carries its signature."""
    bare = msgspec.structs.replace(message, signature=b"")
    return f"bahi {PROTOCOL} {type(message).__name__}\0".encode() + _encoder.encode(bare)


def request_to_sign(path: str, token: bytes, body: bytes) -> bytes:
    """What a device signs of a request."""
    return (
        f"bahi {PROTOCOL} request {path}\0".encode()
        + hashlib.sha256(token).digest()
        + hashlib.sha256(body).digest()
    )
