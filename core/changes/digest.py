"""The digest of a book: one number over everything that stands, kept up as rows change.

It is a sum of hashes, so the order of arrival does not matter and one row's change costs one row's work.
"""

import hashlib

from core.changes.standing import Stand
from core.ids import Id

_MODULUS = 1 << 128


class Digest:
    """The running sum. Two books that agree have the same; pending changes are in it until they are taken away."""

    def __init__(self, value: int = 0) -> None:
        self.value = value

    def add(self, record: Id, stand: Stand) -> None:
        """A row came to stand so."""
        self.value = (self.value + _row(record, stand)) % _MODULUS

    def remove(self, record: Id, stand: Stand) -> None:
        """A row stands so no longer."""
        self.value = (self.value - _row(record, stand)) % _MODULUS

    @property
    def text(self) -> str:
        """32 hexadecimal digits."""
        return f"{self.value:032x}"


def _row(record: Id, stand: Stand) -> int:
    told = b"%b%b%d|%b%d|%d|%d" % (
        record, stand.kind.encode(), stand.state, stand.hash, stand.total_paise, stand.open_paise, stand.rests,
    )  # fmt: skip
    return int.from_bytes(hashlib.blake2b(told, digest_size=16).digest(), "big")
