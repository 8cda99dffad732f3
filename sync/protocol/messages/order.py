"""The order of changes: what a device sends of its own, and what comes after a place in it."""

from typing import Annotated

import msgspec

from core.changes.answer import Arrived
from core.changes.change import Outcome
from core.ids import Id
from sync.protocol.limits import PAGE_CHANGES_MAX
from sync.protocol.messages.base import Count, First, Key16, Message, Name
from sync.protocol.messages.people import People


class Push(Message):
    """Changes of this device from number `first` on, and its chain's link after the last of them."""

    era: First
    epoch: First
    first: First
    changes: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=PAGE_CHANGES_MAX)]
    link: Annotated[bytes, msgspec.Meta(max_length=32)]


class Pushed(Message):
    """The number that the service expects next, and the head of its log."""

    next: First
    head: Count


class Pull(Message):
    """What comes after this cursor? `people` is the version known here."""

    era: First
    seq: Count
    run: Annotated[bytes, msgspec.Meta(max_length=16)]
    people: Count


class Author(Message):
    """A device and epoch whose changes stand in a page, and the number of the first of them."""

    device: Key16
    epoch: First
    first: First


class Page(Message):
    """Entries of the order in columns: `by` says which author wrote each; an own entry has no data."""

    first: First = 1
    authors: tuple[Author, ...] = ()
    by: tuple[int, ...] = ()
    outcomes: tuple[int, ...] = ()
    answers: tuple[bytes, ...] = ()
    data: tuple[bytes, ...] = ()


class Pulled(Message):
    """A page, the running hash after it, the head, and the digest there once the page reaches it."""

    page: Page
    run: Annotated[bytes, msgspec.Meta(max_length=16)]
    head: Count
    digest: Name = ""
    people: People | None = None


def page_of(entries: list[Arrived]) -> Page:
    """Entries of the order as they travel."""
    authors: dict[tuple[Id, int], int] = {}
    firsts: list[Author] = []
    by: list[int] = []
    for entry in entries:
        author = (entry.device, entry.epoch)
        if author not in authors:
            authors[author] = len(firsts)
            firsts.append(Author(device=entry.device, epoch=entry.epoch, first=entry.number))
        by.append(authors[author])
    return Page(
        first=entries[0].seq if entries else 1,
        authors=tuple(firsts),
        by=tuple(by),
        outcomes=tuple(int(entry.outcome) for entry in entries),
        answers=tuple(entry.answer for entry in entries),
        data=tuple(entry.data for entry in entries),
    )


def entries_of(page: Page) -> list[Arrived]:
    """The entries of a page; ValueError when its columns do not agree."""
    numbers = [author.first for author in page.authors]
    found: list[Arrived] = []
    rows = zip(page.by, page.outcomes, page.answers, page.data, strict=True)
    for seq, (by, outcome, answer, data) in enumerate(rows, page.first):
        if not 0 <= by < len(numbers):
            raise ValueError("an entry without an author")
        author = page.authors[by]
        found.append(
            Arrived(seq, author.device, author.epoch, numbers[by], Outcome(outcome), answer, data)
        )  # fmt: skip
        numbers[by] += 1
    return found
