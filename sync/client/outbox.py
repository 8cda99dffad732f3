"""What waits for the service: this device's changes that have no answer yet."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.book import Book
from core.store import log
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX


class Parcel(NamedTuple):
    """A page of changes as they are sent: from number `first`, and the chain's link after the last."""

    first: int
    changes: tuple[bytes, ...]
    link: bytes


def waiting(book: Book) -> int:
    """How many changes wait."""
    return book.read(log.pending_count)


def parcel(read: Connection, after_number: int) -> Parcel | None:
    """The next page of waiting changes after a number; None when there are none."""
    entries = list(_within_a_page(log.pending(read, after_number=after_number, limit=PAGE_CHANGES_MAX)))
    if not entries:
        return None
    return Parcel(entries[0].number, tuple(entry.data for entry in entries), entries[-1].link)


def _within_a_page(entries: list[log.Entry]) -> Iterator[log.Entry]:
    room = PAGE_BYTES_MAX
    for n, entry in enumerate(entries):
        room -= len(entry.data)
        if n and room < 0:
            return
        yield entry
