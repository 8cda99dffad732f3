"""One entry of the change log, its canonical bytes, and the chain that binds a device's entries.

Canonical bytes are msgpack of [number, work, user, role, kind, record, schema, stamp, base, body], written once
by the author and never re-encoded.
"""

import enum
import hashlib

import msgspec

from core.ids import Id

CHANGE_BYTES_MAX = 1 << 20
CHAIN_START = bytes(32)
_HASH_BYTES = 16


class Role(enum.StrEnum):
    """Who may do what; checked on the device and again by the service."""

    OWNER = "owner"
    BOOKKEEPER = "bookkeeper"
    FIELD = "field"
    AUDITOR = "auditor"


class Outcome(enum.IntEnum):
    """What the service answered; PENDING until it has."""

    PENDING = 0
    APPLIED = 1
    MERGED = 2
    HELD = 3
    REFUSED = 4
    DUPLICATE = 5


class Actor(msgspec.Struct, frozen=True):
    """Who writes: the device, the user's name and the role held."""

    device: Id
    user: str
    role: Role


class Change(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry as its author wrote it.

    `number` is gapless per device and epoch; `work` is the number of the first change of its Work; `stamp` a
    hybrid logical clock reading; `base` the seq of the record its author saw (0: none).
    """

    number: int
    work: int
    user: str
    role: str
    kind: str
    record: Id
    schema: int
    stamp: int
    base: int
    body: msgspec.Raw


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Change)


def encode_change(change: Change) -> bytes:
    """The canonical bytes."""
    return _encoder.encode(change)


def decode_change(data: bytes) -> Change:
    """The change in canonical bytes; `msgspec.ValidationError` or `DecodeError` when they are none."""
    return _decoder.decode(data)


def chain_link(before: bytes, device: Id, epoch: int, data: bytes) -> bytes:
    """The link of a change: SHA-256 over the link before, the device, its epoch and the canonical bytes."""
    return hashlib.sha256(before + device + epoch.to_bytes(4, "big") + data).digest()


def content_hash(body: bytes) -> bytes:
    """What a paper's equality is judged by: 16 bytes over its canonical body."""
    return hashlib.blake2b(body, digest_size=16).digest()


_VEIL = b"\xc1"
"""No answer begins so: msgpack never uses this byte."""


def run_hash(before: bytes, link: bytes, outcome: Outcome, answer: bytes) -> bytes:
    """The running hash of the ordered log after one more entry, 16 bytes of the cursor. `answer` may be veiled."""
    told = veiled(answer)[len(_VEIL) :] if answer else b""
    return hashlib.blake2b(before + link + bytes([outcome]) + told, digest_size=16).digest()


def veiled(answer: bytes) -> bytes:
    """What is told of an answer to whom a scope hides it: its hash. One that is veiled already stays as it is."""
    if not answer or (answer[:1] == _VEIL and len(answer) == len(_VEIL) + _HASH_BYTES):
        return answer
    return _VEIL + content_hash(answer)
