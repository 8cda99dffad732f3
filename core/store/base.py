"""The base of a book: what a snapshot brings becomes the entries that the log begins with, and takes effect.

An image is an entry without a number; what is only told of has a negative local number (core.store.log.Base).
"""

import hashlib

import msgspec

from core.changes.answer import decode_answer
from core.changes.change import Change, Outcome
from core.changes.image import NO_NUMBER, Imaged, Row, as_change
from core.store import log

_encode = msgspec.msgpack.Encoder().encode


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


def entry_of(row: Row, change: Change | None) -> log.Entry:
    """What a snapshot's row is in the log; `change` is what it carries, where that can be read. It is in effect."""
    if isinstance(row, Imaged):
        return log.Entry(
            row.entry, row.device, 0, NO_NUMBER, row.seq, row.kind, row.record, int(Outcome.APPLIED), 0,
            as_change(row), b"", b"", None,
        )  # fmt: skip
    arrived = row.arrived
    name, record = (change.kind, change.record) if change is not None else ("", b"")
    return log.Entry(
        -arrived.seq if row.is_told else arrived.seq, arrived.device, arrived.epoch, arrived.number, arrived.seq,
        name, record, int(arrived.outcome), 0, arrived.data, b"", arrived.answer, None,
    )  # fmt: skip


def stamp_of(row: Row, change: Change | None) -> int:
    """The stamp that a row of a snapshot brings, as the service counts it."""
    if isinstance(row, Imaged):
        return row.stamp
    return decode_answer(row.arrived.answer).stamp or (change.stamp if change is not None else 0)
