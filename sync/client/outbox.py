"""What waits for the service: this device's changes that have no answer yet."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.book import Book, series_of
from core.store import log
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX


class Parcel(NamedTuple):
    """A page of changes as they are sent: of one epoch, from number `first`, and the chain's link after the last.

    With number 1 goes the link that the epoch hangs on, and every series that this book has begun as a copy.
    """

    epoch: int
    first: int
    changes: tuple[bytes, ...]
    link: bytes
    start: bytes = b""
    series: tuple[str, ...] = ()


def waiting(book: Book) -> int:
    """How many changes wait."""
    return book.read(log.pending_count)


def parcel(read: Connection, after_entry: int) -> Parcel | None:
    """The next page of waiting changes after one of them; None when there are none."""
    entries = list(_within_a_page(log.pending(read, after_entry=after_entry, limit=PAGE_CHANGES_MAX)))
    if not entries:
        return None
    first = entries[0]
    found = Parcel(first.epoch, first.number, tuple(entry.data for entry in entries), entries[-1].link)
    if first.number > 1:
        return found
    codes = log.copy_codes(read, first.device)
    start = log.chain_start(read, first.device, first.epoch)
    return found._replace(start=start, series=tuple(name for code in codes for name in series_of(code)))


def _within_a_page(entries: list[log.Entry]) -> Iterator[log.Entry]:
    room = PAGE_BYTES_MAX
    for n, entry in enumerate(entries):
        room -= len(entry.data)
        if n and (room < 0 or entry.epoch != entries[0].epoch):
            return
        yield entry
