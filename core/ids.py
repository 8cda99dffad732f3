"""Ids are 16 bytes: UUIDv7 made offline, UUIDv8 derived from what a file states for imported records.

In memory and in the book an id is `bytes`; people and JSON see it as a dashed UUID.
"""

import hashlib
import os
import uuid
from collections.abc import Callable

from core.clock import Clock

Id = bytes

RandomBytes = Callable[[int], bytes]
_LAST_TICK = 0xFFF


class IdMaker:
    """Makes UUIDv7 ids that never fall back, even when the clock does."""

    def __init__(self, clock: Clock, random_bytes: RandomBytes = os.urandom) -> None:
        self._clock = clock
        self._random = random_bytes
        self._ms = 0
        self._tick = 0

    def random(self, count: int) -> bytes:
        """So many random bytes, from where the ids have theirs."""
        return self._random(count)

    def new(self) -> Id:
        """A fresh id, greater than every id this maker made before."""
        ms = self._clock.now_us() // 1000
        if ms > self._ms:
            self._ms, self._tick = ms, 0
        elif self._tick == _LAST_TICK:
            self._ms, self._tick = self._ms + 1, 0
        else:
            self._tick += 1
        tail = bytearray(self._random(8))
        tail[0] = 0x80 | (tail[0] & 0x3F)
        return self._ms.to_bytes(6, "big") + (0x7000 | self._tick).to_bytes(2, "big") + bytes(tail)


def imported_id(*parts: str) -> Id:
    """The UUIDv8 of an imported record: the same parts give the same id on every device."""
    digest = bytearray(hashlib.sha256("\x1f".join(parts).encode()).digest()[:16])
    digest[6] = 0x80 | (digest[6] & 0x0F)
    digest[8] = 0x80 | (digest[8] & 0x3F)
    return bytes(digest)


def id_text(record: Id) -> str:
    """An id as people and JSON see it."""
    return str(uuid.UUID(bytes=record))


def parse_id(text: str) -> Id:
    """The id written in a text; ValueError when it is none."""
    return uuid.UUID(text).bytes
