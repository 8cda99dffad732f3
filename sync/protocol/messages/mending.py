"""Where a book and the service make different things of one order: sums by bucket, records, and their entries."""

from typing import Annotated

import msgspec

from core.changes.answer import Arrived
from core.changes.digest import BUCKETS
from sync.protocol.messages.base import Count, First, Key16, Message

RECORDS_MAX = 10_000
ASKED_MAX = 500
"""Records told of in one answer, and asked about in one question."""

Sum = Annotated[bytes, msgspec.Meta(max_length=16)]


class AskBuckets(Message):
    """The sums of all buckets, at the head."""

    era: First


class Buckets(Message):
    """The sums of the buckets, big-endian without leading noughts, and the head they are of."""

    head: Count
    sums: Annotated[tuple[Sum, ...], msgspec.Meta(min_length=BUCKETS, max_length=BUCKETS)]


class AskRecords(Message):
    """What stands in these buckets, after a record."""

    buckets: Annotated[tuple[Count, ...], msgspec.Meta(max_length=BUCKETS)]
    after: Annotated[bytes, msgspec.Meta(max_length=16)] = b""


class RecordRow(Message):
    """A record, what it adds to the sums, and the last place in the order that changed it."""

    record: Key16
    sum: Sum
    seq: Count


class Records(Message):
    """Records in the order of their ids; `more` says that others follow the last."""

    head: Count
    records: tuple[RecordRow, ...]
    more: bool = False


class AskEntries(Message):
    """Every entry of these records, after a place in the order."""

    records: Annotated[tuple[Key16, ...], msgspec.Meta(max_length=ASKED_MAX)]
    after: Count = 0


class Entries(Message):
    """Entries in order, whole; `more` says that others follow the last."""

    entries: tuple[Arrived, ...]
    more: bool = False


class Offer(Message):
    """Records that stand otherwise at the service, and their entries: those it lacks it takes back, each in its
    place, and makes the records anew. The sums of `buckets` it takes anew from its rows."""

    era: First
    records: Annotated[tuple[Key16, ...], msgspec.Meta(max_length=ASKED_MAX)]
    entries: tuple[Arrived, ...] = ()
    buckets: Annotated[tuple[Count, ...], msgspec.Meta(max_length=BUCKETS)] = ()


class Offered(Message):
    """How many entries were put back in their places, and how many records were made anew."""

    entries: Count
    records: Count
