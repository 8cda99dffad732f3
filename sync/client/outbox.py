"""What waits for the service: this device's changes that have no answer yet."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.book import Book, series_of
from core.ids import Id
from core.store import log
from core.store.epochs import copies
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX, SERIES_MAX

_AT_ONCE = 100


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


def parcel(
    read: Connection, after_entry: int, weight: int = PAGE_BYTES_MAX, *, upto: int | None = None
) -> Parcel | None:
    """The next page of waiting changes after one of them (and up to one), of so many bytes; None: there are none."""
    waiting = _waiting(read, after_entry)
    if upto is not None:
        waiting = (entry for entry in waiting if entry.entry <= upto)
    entries = list(_within_a_page(waiting, min(weight, PAGE_BYTES_MAX)))
    if not entries:
        return None
    first = entries[0]
    found = Parcel(first.epoch, first.number, tuple(entry.data for entry in entries), entries[-1].link)
    if first.number > 1:
        return found
    start = log.chain_start(read, first.device, first.epoch)
    series = tuple(name for copy in copies(read) for name in series_of(copy.code))
    return found._replace(start=start, series=series[-SERIES_MAX:])


def last_known(read: Connection, device: Id, epoch: int, number: int) -> Parcel | None:
    """The one change that the service says it had last of an epoch, as it lies here; None where it does not."""
    found = log.entries_by_author(read, device, epoch, number, number)
    return Parcel(epoch, number, (found[0].data,), found[0].link) if found else None


def _waiting(read: Connection, after_entry: int) -> Iterator[log.Entry]:
    """What waits, some at a time: a page of large ones is full long before it has its number."""
    for left in range(PAGE_CHANGES_MAX, 0, -_AT_ONCE):
        found = log.pending(read, after_entry=after_entry, limit=min(left, _AT_ONCE))
        if not found:
            return
        yield from found
        after_entry = found[-1].entry


def _within_a_page(entries: Iterable[log.Entry], room: int) -> Iterator[log.Entry]:
    epoch = 0
    for entry in entries:
        room -= len(entry.data)
        if epoch and (room < 0 or entry.epoch != epoch):
            return
        epoch = entry.epoch
        yield entry
