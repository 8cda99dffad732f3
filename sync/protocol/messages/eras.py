"""A service restored from a backup: where a device and the service stand apart, and what is handed back."""

from typing import Annotated

import msgspec

from sync.protocol.messages.base import Count, First, Key16, Message, Name, SealingKey
from sync.protocol.messages.order import Page
from sync.protocol.messages.people import People, SeriesRow

RUNS_MAX = 64
"""Places asked about at once: four questions find one place of sixteen million."""

Run = Annotated[bytes, msgspec.Meta(max_length=16)]


class Meet(Message):
    """Where this device stands: the era it knows, the last seq it has and the running hash there; and who is there, as
    the service told it last."""

    era: First
    seq: Count
    run: Run
    people: People | None = None


class OwnersDevice(Message):
    """An owner's device, with its key."""

    device: Key16
    public_key: SealingKey


class Met(Message):
    """Where the service stands. `known` says that the device's place is one of its own; `gathering`, that nothing new
    is taken until the devices in `awaited` have come. The business was founded here in the era `founded`; of a later
    one than a device knows, it is told which `owners` have come since."""

    era: First
    head: Count
    run: Run
    known: bool
    gathering: bool = False
    awaited: tuple[Name, ...] = ()
    founded: Count = 0
    owners: tuple[OwnersDevice, ...] = ()


class Tell(Message):
    """Who is there, as the service itself has said and sealed it: of a device that it does not know (any more)."""

    tenant: Key16
    people: People


class Told(Message):
    """Whether that was news to the service."""

    is_news: bool


class AskRuns(Message):
    """The running hashes at these places."""

    seqs: Annotated[tuple[Count, ...], msgspec.Meta(max_length=RUNS_MAX)]


class Runs(Message):
    """The running hashes; empty bytes where the log does not reach, and at place 0."""

    runs: tuple[Run, ...]


class Handback(Message):
    """Entries that the service has lost. Verbatim, they continue its log to the running hash `run`; `anew`, they are
    in their old order and are judged again. `series` are those of the authors whose epochs begin here."""

    era: First
    page: Page
    run: Run = b""
    anew: bool = False
    series: tuple[SeriesRow, ...] = ()


class HandedBack(Message):
    """The seq that the service expects next; of entries judged anew, how many were dealt with, and which of them
    could find no place since their author wrote on without them."""

    next: Count
    left: tuple[Count, ...] = ()


class DeclareLost(Message):
    """An owner says that the devices not seen since the service was restored are not waited for."""

    era: First
    code: Name = ""


class Gathering(Message):
    """Whether the service still gathers, and the names of the devices it waits for."""

    gathering: bool
    awaited: tuple[Name, ...] = ()


class AskGathering(Message):
    """Is the service gathering?"""
