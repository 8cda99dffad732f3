"""Snapshots: everything that stands at a place in the order, in pages that prove themselves; and the archived log."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome
from core.changes.image import ChainHead, Imaged, Kept, Row
from sync.protocol.limits import NAME_CHARS_MAX
from sync.protocol.messages.base import Count, First, Key16, Key32, Message, Name
from sync.protocol.messages.order import Page

Link = Annotated[bytes, msgspec.Meta(max_length=32)]
User = Annotated[str, msgspec.Meta(max_length=16 * NAME_CHARS_MAX)]


class AskSnapshot(Message):
    """Is there a snapshot for who has the order up to `held`? `seq` names the one that was begun (0: the newest).

    One whose book is to carry other parties than before is loaded `anew`, however near it is.
    """

    held: Count = 0
    seq: Count = 0
    anew: bool = False


class ChainRow(Message):
    """A device's chain at the snapshot: how far it goes, and the link it hangs on (empty: none)."""

    device: Key16
    epoch: First
    number: Count
    link: Link
    start: Link = b""


class Manifest(Message):
    """What a snapshot is: its place in the order, what stands there, and the hash of each page. `seq` 0: there is
    none worth loading. A `partial` one has what the device carries by its `scope`."""

    era: First
    seq: Count = 0
    run: Annotated[bytes, msgspec.Meta(max_length=16)] = b""
    digest: Name = ""
    people: Count = 0
    count: Count = 0
    chains: tuple[ChainRow, ...] = ()
    pages: tuple[Key32, ...] = ()
    scope: Count = 0
    partial: bool = False


class AskSnapshotPage(Message):
    """A page of a snapshot, the first being 0."""

    seq: First
    page: Count


class SnapshotPage(Message):
    """The page as it was packed, a `SnapshotRows`; its SHA-256 stands in the manifest."""

    data: bytes


class Writer(Message):
    """A device and epoch (0: not told), and the user there."""

    device: Key16
    epoch: Count
    user: User = ""


class ChangeRow(Message):
    """A change verbatim; `by` is its writer. One that is `told` has no effect by itself."""

    seq: First
    by: Count
    number: First
    outcome: Count
    answer: bytes
    data: bytes
    told: bool = False


class ImageRow(Message):
    """A record of class *fields*; `by` is its newest writer, `kind` the place of its kind in the page."""

    seq: First
    entry: First
    by: Count
    kind: Count
    stamp: int
    record: Key16
    image: bytes


class SnapshotRows(Message):
    """Rows of a snapshot in the order of their seq; at one seq the image comes first."""

    writers: tuple[Writer, ...]
    kinds: tuple[str, ...]
    images: tuple[ImageRow, ...]
    changes: tuple[ChangeRow, ...]


class AskArchive(Message):
    """The part of the whole log that begins after a place in the order. For owners."""

    after: Count = 0


class ArchivedLog(Message):
    """Entries of the log, whole, and when each arrived."""

    page: Page
    arrived_at_us: tuple[int, ...]


class ArchivePart(Message):
    """The log from `first` to `last`, a packed `ArchivedLog`; nothing (0) beyond the head.

    `before` and `run` are the running hashes around it.
    """

    first: Count = 0
    last: Count = 0
    before: Annotated[bytes, msgspec.Meta(max_length=16)] = b""
    run: Annotated[bytes, msgspec.Meta(max_length=16)] = b""
    data: bytes = b""


def rows_page(rows: Iterable[Row]) -> SnapshotRows:
    """Rows as they travel."""
    writers: dict[tuple[bytes, int, str], int] = {}
    kinds: dict[str, int] = {}
    images: list[ImageRow] = []
    changes: list[ChangeRow] = []
    for row in rows:
        if isinstance(row, Imaged):
            by = writers.setdefault((row.device, 0, row.user), len(writers))
            kind = kinds.setdefault(row.kind, len(kinds))
            images.append(
                ImageRow(
                    seq=row.seq, entry=row.entry, by=by, kind=kind, stamp=row.stamp, record=row.record,
                    image=row.image,
                )
            )  # fmt: skip
            continue
        entry = row.arrived
        by = writers.setdefault((entry.device, entry.epoch, ""), len(writers))
        changes.append(
            ChangeRow(
                seq=entry.seq, by=by, number=entry.number, outcome=int(entry.outcome), answer=entry.answer,
                data=entry.data, told=row.is_told,
            )
        )  # fmt: skip
    named = tuple(Writer(device=device, epoch=epoch, user=user) for device, epoch, user in writers)
    return SnapshotRows(writers=named, kinds=tuple(kinds), images=tuple(images), changes=tuple(changes))


def rows_of(page: SnapshotRows) -> list[Row]:
    """The rows of a page in their order; ValueError when they name what is not there."""
    try:
        found: list[Row] = [_image(page, row) for row in page.images]
        found += [_change(page, row) for row in page.changes]
    except IndexError:
        raise ValueError("a row without a writer or a kind") from None
    found.sort(key=order_of)
    return found


def order_of(row: Row) -> tuple[int, bool]:
    """By what the rows of a snapshot are in order."""
    return (row.seq, False) if isinstance(row, Imaged) else (row.arrived.seq, True)


def chain_heads(manifest: Manifest) -> tuple[ChainHead, ...]:
    """The chains of a snapshot."""
    return tuple(
        ChainHead(row.device, row.epoch, row.number, row.link, row.start or CHAIN_START)
        for row in manifest.chains
    )


def _image(page: SnapshotRows, row: ImageRow) -> Imaged:
    writer: Any = page.writers[row.by]
    kind = page.kinds[row.kind]
    return Imaged(row.record, kind, row.entry, row.seq, row.stamp, writer.device, writer.user, row.image)


def _change(page: SnapshotRows, row: ChangeRow) -> Kept:
    writer: Any = page.writers[row.by]
    arrived = Arrived(
        row.seq, writer.device, writer.epoch, row.number, Outcome(row.outcome), row.answer, row.data
    )
    return Kept(arrived, row.told)
