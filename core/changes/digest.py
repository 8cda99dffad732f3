"""The digest of a book: one number over everything that stands, kept up as rows change.

It is a sum of hashes, so the order of arrival does not matter and one row's change costs one row's work. The same sum
is kept in 256 buckets by record, so that two who differ find the few records they differ in.
"""

import hashlib
from collections import defaultdict

from core.changes.standing import Stand
from core.ids import Id

BUCKETS = 256
MODULUS = 1 << 128


class Digest:
    """The running sum. Two books that agree have the same; pending changes are in it until they are taken away."""

    def __init__(self, value: int = 0) -> None:
        self.value = value

    def add(self, record: Id, stand: Stand) -> None:
        """A row came to stand so."""
        self.value = (self.value + row_sum(record, stand)) % MODULUS

    def remove(self, record: Id, stand: Stand) -> None:
        """A row stands so no longer."""
        self.value = (self.value - row_sum(record, stand)) % MODULUS

    @property
    def text(self) -> str:
        """32 hexadecimal digits."""
        return f"{self.value:032x}"


class Bucketed(Digest):
    """The running sum, and beside it by how much each bucket has changed meanwhile."""

    def __init__(self, value: int = 0) -> None:
        super().__init__(value)
        self.moved: defaultdict[int, int] = defaultdict(int)

    def add(self, record: Id, stand: Stand) -> None:
        """A row came to stand so."""
        told = row_sum(record, stand)
        self.value = (self.value + told) % MODULUS
        self.moved[bucket_of(record)] += told

    def remove(self, record: Id, stand: Stand) -> None:
        """A row stands so no longer."""
        told = row_sum(record, stand)
        self.value = (self.value - told) % MODULUS
        self.moved[bucket_of(record)] -= told


def bucket_of(record: Id) -> int:
    """The bucket that a record is summed in, 0 to 255."""
    return hashlib.blake2b(record, digest_size=1).digest()[0]


def added(value: int, moved: int) -> int:
    """A sum after it has changed by so much."""
    return (value + moved) % MODULUS


def row_sum(record: Id, stand: Stand) -> int:
    """What one row adds to the sums."""
    told = b"%b%b%d|%b%d|%d|%d" % (
        record, stand.kind.encode(), stand.state, stand.hash, stand.total_paise, stand.open_paise, stand.rests,
    )  # fmt: skip
    return int.from_bytes(hashlib.blake2b(told, digest_size=16).digest(), "big")
