"""The base of a book: what a snapshot brings becomes the entries that the log begins with, and takes effect.

An image is an entry without a number; what is only told of has a negative local number (core.store.log.Base).
"""

import hashlib

import msgspec

from core.changes.answer import decode_answer
from core.changes.change import Change, Outcome
from core.changes.image import NO_NUMBER, Imaged, Kept, as_change
from core.store import log

_encode = msgspec.msgpack.Encoder().encode
_APPLIED = int(Outcome.APPLIED)


class Sum:
    """The hash of a base, entry by entry in their order; whether one has effect here is no part of it."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=32)

    def add(self, entry: log.Entry) -> None:
        """One more entry."""
        self._hash.update(_encode((*entry[:8], entry.data, entry.answer)))

    @property
    def value(self) -> bytes:
        """32 bytes."""
        return self._hash.digest()


def image_entry(imaged: Imaged, idle: int) -> log.Entry:
    """What the image of a record is in the log."""
    return log.Entry(
        imaged.entry, imaged.device, 0, NO_NUMBER, imaged.seq, imaged.kind, imaged.record, _APPLIED, idle,
        as_change(imaged), b"", b"", None,
    )  # fmt: skip


def change_entry(kept: Kept, change: Change | None, idle: int) -> log.Entry:
    """What a change of a snapshot is in the log; `change` is what it carries, where that can be read."""
    arrived = kept.arrived
    name, record = (change.kind, change.record) if change is not None else ("", b"")
    return log.Entry(
        -arrived.seq if kept.is_told else arrived.seq, arrived.device, arrived.epoch, arrived.number, arrived.seq,
        name, record, int(arrived.outcome), idle, arrived.data, b"", arrived.answer, None,
    )  # fmt: skip


def stamp_of(kept: Kept, change: Change | None) -> int:
    """The stamp that a change of a snapshot brings, as the service counts it."""
    return decode_answer(kept.arrived.answer).stamp or (change.stamp if change is not None else 0)
