"""The order of changes: what a device sends of its own, and what comes after a place in it."""

from typing import Annotated

import msgspec

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome
from core.ids import Id
from sync.protocol.limits import PAGE_CHANGES_MAX, SERIES_MAX
from sync.protocol.messages.base import Count, First, Key16, Message, Name
from sync.protocol.messages.checkouts import CheckOuts
from sync.protocol.messages.people import People


class Push(Message):
    """Changes of this device from number `first` on, and its chain's link after the last of them.

    The first push of an epoch says which link of this device it hangs on (empty: none), and which series it began.
    Who has heard all up to the place `seq` with its running hash says so, and is answered at once what became of these.
    """

    era: First
    epoch: First
    first: First
    changes: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=PAGE_CHANGES_MAX)]
    link: Annotated[bytes, msgspec.Meta(max_length=32)]
    start: Annotated[bytes, msgspec.Meta(max_length=32)] = b""
    series: Annotated[tuple[Name, ...], msgspec.Meta(max_length=SERIES_MAX)] = ()
    seq: Count | None = None
    run: Annotated[bytes, msgspec.Meta(max_length=16)] = b""


class Pull(Message):
    """What comes after this cursor? `people` is the version known here; entries of one's own `epoch` come without
    their data (0: none do). `scope` is that by which this book was loaded (0: it carries everything). `beside` is the
    number of what stands beside the order, as of which this device knows what is taken along."""

    era: First
    seq: Count
    run: Annotated[bytes, msgspec.Meta(max_length=16)]
    people: Count
    epoch: Count = 0
    scope: Count = 0
    beside: Count = 0


class Author(Message):
    """A device and epoch whose changes stand in a page, and the number of the first of them.

    Where that is number 1, `start` is the link the epoch hangs on (empty: none).
    """

    device: Key16
    epoch: First
    first: First
    start: Annotated[bytes, msgspec.Meta(max_length=32)] = b""


class Page(Message):
    """Entries of the order in columns: `by` says which author wrote each; an own entry has no data.

    Of those that are `hidden` (by their place in the page) only their links are told, one after the other.
    Of those that the reader may be too old to read it is told which parties they are `about`.
    """

    first: First = 1
    authors: tuple[Author, ...] = ()
    by: tuple[int, ...] = ()
    outcomes: tuple[int, ...] = ()
    answers: tuple[bytes, ...] = ()
    data: tuple[bytes, ...] = ()
    hidden: tuple[int, ...] = ()
    links: bytes = b""
    about: tuple[tuple[int, tuple[Key16, ...]], ...] = ()


class Pushed(Message):
    """The number that the service expects next, and the head of its log.

    The `page` tells of what it has just taken, and `run` is the running hash after it, where nobody else had written
    since the place that the push named; otherwise it is empty, and the device pulls.
    """

    next: First
    head: Count
    page: Page = Page()
    run: Annotated[bytes, msgspec.Meta(max_length=16)] = b""


class Pulled(Message):
    """A page, the running hash after it, the head, and the digest there once the page reaches it.

    `scope` is that in force for the device: where it is another than the book's, everything but the device's own
    changes and what is everybody's came hidden, and the book is to be loaded anew. Where it is `partial`, the device
    carries only some parties. `now_us` is what the service's clock says. `outs` is what is taken along, where that may
    have changed.
    """

    page: Page
    run: Annotated[bytes, msgspec.Meta(max_length=16)]
    head: Count
    digest: Name = ""
    people: People | None = None
    scope: Count = 0
    partial: bool = False
    now_us: Count = 0
    outs: CheckOuts | None = None


_LINK_BYTES = 32


def page_of(entries: list[Arrived]) -> Page:
    """Entries of the order as they travel."""
    authors: dict[tuple[Id, int], int] = {}
    firsts: list[Author] = []
    by: list[int] = []
    for entry in entries:
        author = (entry.device, entry.epoch)
        if author not in authors:
            authors[author] = len(firsts)
            hung = entry.number == 1 and entry.start != CHAIN_START
            start = entry.start if hung else b""
            firsts.append(Author(device=entry.device, epoch=entry.epoch, first=entry.number, start=start))
        by.append(authors[author])
    return Page(
        first=entries[0].seq if entries else 1,
        authors=tuple(firsts),
        by=tuple(by),
        outcomes=tuple(int(entry.outcome) for entry in entries),
        answers=tuple(entry.answer for entry in entries),
        data=tuple(entry.data for entry in entries),
        hidden=tuple(at for at, entry in enumerate(entries) if entry.link),
        links=b"".join(entry.link for entry in entries),
        about=tuple((at, entry.about) for at, entry in enumerate(entries) if entry.about),
    )


def entries_of(page: Page) -> list[Arrived]:
    """The entries of a page; ValueError when its columns do not agree."""
    numbers = [author.first for author in page.authors]
    found: list[Arrived] = []
    links, about = _links_of(page), dict(page.about)
    rows = zip(page.by, page.outcomes, page.answers, page.data, strict=True)
    for seq, (by, outcome, answer, data) in enumerate(rows, page.first):
        if not 0 <= by < len(numbers):
            raise ValueError("an entry without an author")
        author = page.authors[by]
        found.append(
            Arrived(
                seq, author.device, author.epoch, numbers[by], Outcome(outcome), answer, data,
                author.start or CHAIN_START, about.get(seq - page.first, ()), links.get(seq - page.first, b""),
            )
        )  # fmt: skip
        numbers[by] += 1
    return found


def _links_of(page: Page) -> dict[int, bytes]:
    """The links of the hidden entries, by their place in the page."""
    if len(page.links) != _LINK_BYTES * len(page.hidden):
        raise ValueError("links that belong to no entry")
    starts = range(0, len(page.links), _LINK_BYTES)
    return {
        at: page.links[start : start + _LINK_BYTES] for at, start in zip(page.hidden, starts, strict=True)
    }
