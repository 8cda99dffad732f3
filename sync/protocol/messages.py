"""What client and service say to each other: one request and one answer a path.

Messages are msgpack arrays; fields are only ever appended, with a default.
"""

from collections.abc import Mapping
from typing import Annotated, dataclass_transform

import msgspec

from core.changes.answer import Arrived
from core.changes.change import Outcome
from core.ids import Id
from sync.protocol.limits import NAME_CHARS_MAX, PAGE_CHANGES_MAX, PROTOCOL

Key16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Key32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, msgspec.Meta(max_length=64)]
Name = Annotated[str, msgspec.Meta(max_length=NAME_CHARS_MAX)]
Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 62))]
First = Annotated[int, msgspec.Meta(ge=1, le=(1 << 62))]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Message(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Anything that travels."""


class DeviceRow(Message):
    """One device of the tenant. `state` is invited, live or ended."""

    device: Key16
    code: Name
    name: Name
    user: Name
    role: Name
    state: Name


class SeriesRow(Message):
    """A number series and the device that owns it."""

    series: Name
    device: Key16


class People(Message):
    """Who is there: not part of the log, sent whole when its version changed."""

    version: Count
    devices: tuple[DeviceRow, ...] = ()
    series: tuple[SeriesRow, ...] = ()


class Found(Message):
    """Make a tenant of a book; `upto` is how many changes its first device has to send before others may join."""

    code: Name
    book: Key16
    company: Name
    device: Key16
    epoch: First
    public_key: Key32
    name: Name
    letter: Name
    user: Name
    series: Annotated[tuple[Name, ...], msgspec.Meta(max_length=16)]
    upto: Count
    signature: Signature = b""
    protocol: int = PROTOCOL


class Founded(Message):
    """The tenant that was made."""

    tenant: Key16
    era: First
    people: People


class Join(Message):
    """Enrol a device by the code of an owner."""

    code: Name
    device: Key16
    public_key: Key32
    name: Name
    user: Name
    signature: Signature = b""
    protocol: int = PROTOCOL


class Joined(Message):
    """What a new device must know to begin its book."""

    tenant: Key16
    era: First
    book: Key16
    company: Name
    letter: Name
    role: Name
    people: People


class Knock(Message):
    """Ask for a challenge."""

    tenant: Key16
    device: Key16
    protocol: int = PROTOCOL


class Challenge(Message):
    """What the device must sign to be let in."""

    nonce: Annotated[bytes, msgspec.Meta(max_length=128)]


class Prove(Message):
    """The signed challenge."""

    tenant: Key16
    device: Key16
    nonce: Annotated[bytes, msgspec.Meta(max_length=128)]
    signature: Signature = b""


class Token(Message):
    """Leave to ask, for so many seconds; of use only to whoever has the device's key."""

    token: Annotated[bytes, msgspec.Meta(max_length=256)]
    lasts_s: Count


class Signed(Message):
    """A request of a device: its token, and its signature over path, token and body."""

    token: Annotated[bytes, msgspec.Meta(max_length=256)]
    signature: Signature
    body: bytes


class Invite(Message):
    """Ask for a code with which one more device may join."""

    role: Name


class Invited(Message):
    """The code, to be typed on the new device within so many seconds."""

    code: Name
    lasts_s: Count


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


class Refusal(Message):
    """Why a request was not answered; `code` is one of sync.protocol.refusals."""

    code: Name
    message: str = ""


REQUESTS: Mapping[str, type[Message]] = {
    "found": Found,
    "join": Join,
    "knock": Knock,
    "prove": Prove,
    "invite": Invite,
    "push": Push,
    "pull": Pull,
}
"""What may be asked, by its path."""

SIGNED = frozenset({"invite", "push", "pull"})
"""The paths whose requests come in a `Signed`."""


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
