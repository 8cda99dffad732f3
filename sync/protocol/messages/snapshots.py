"""Snapshots: everything that stands at a place in the order, in pages that prove themselves; and the archived log."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import sub
from typing import Annotated

import msgspec

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome
from core.changes.image import ChainHead, Imaged, Kept, Row
from sync.protocol.limits import NAME_CHARS_MAX
from sync.protocol.messages.base import Count, First, Key16, Key32, Message, Name
from sync.protocol.messages.order import Page

Link = Annotated[bytes, msgspec.Meta(max_length=32)]
_ID_BYTES = 16
_SEQ_MAX = 1 << 62
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
    none worth loading. A `partial` one has what the device carries by its `scope`. The changes of the last 30 days
    before it come after the place `older`."""

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
    older: Count = 0


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


class Images(Message):
    """Records of class *fields* in columns: `by` is each one's newest writer, `kinds` the place of its kind in the
    page.

    `seqs` and `stamps` are told by how much they differ from the row before (from 0 the first), `entries` by how far
    they lie before their seq; `records` are 16 bytes each.
    """

    seqs: tuple[Count, ...] = ()
    entries: tuple[Count, ...] = ()
    by: tuple[Count, ...] = ()
    kinds: tuple[Count, ...] = ()
    stamps: tuple[int, ...] = ()
    records: bytes = b""
    images: tuple[bytes, ...] = ()


class SnapshotRows(Message):
    """Rows of a snapshot in the order of their seq; at one seq the image comes first."""

    writers: tuple[Writer, ...]
    kinds: tuple[str, ...]
    images: Images
    changes: tuple[ChangeRow, ...]


class AskOlder(Message):
    """The changes after a place, whole, for who was loaded from a snapshot and keeps what was young then."""

    era: First
    after: Count


class Older(Message):
    """A page of changes, and for each of its authors the link before the first of theirs in it."""

    page: Page
    links: tuple[Link, ...] = ()


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
    images: list[Imaged] = []
    changes: list[ChangeRow] = []
    for row in rows:
        if isinstance(row, Imaged):
            images.append(row)
            continue
        entry = row.arrived
        by = writers.setdefault((entry.device, entry.epoch, ""), len(writers))
        changes.append(
            ChangeRow(
                seq=entry.seq, by=by, number=entry.number, outcome=int(entry.outcome), answer=entry.answer,
                data=entry.data, told=row.is_told,
            )
        )  # fmt: skip
    kinds: dict[str, int] = {}
    told = _told_images(images, writers, kinds)
    named = tuple(Writer(device=device, epoch=epoch, user=user) for device, epoch, user in writers)
    return SnapshotRows(writers=named, kinds=tuple(kinds), images=told, changes=tuple(changes))


def rows_of(page: SnapshotRows) -> list[Row]:
    """The rows of a page in their order; ValueError when they name what is not there."""
    try:
        found: list[Row] = list(_images(page))
        found += [_change(page, row) for row in page.changes]
    except IndexError:
        raise ValueError("a row without a writer or a kind") from None
    if page.changes:  # the images alone are in order already
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


def _told_images(
    images: list[Imaged], writers: dict[tuple[bytes, int, str], int], kinds: dict[str, int]
) -> Images:
    return Images(
        seqs=_steps([row.seq for row in images]),
        entries=tuple(row.seq - row.entry for row in images),
        by=tuple(writers.setdefault((row.device, 0, row.user), len(writers)) for row in images),
        kinds=tuple(kinds.setdefault(row.kind, len(kinds)) for row in images),
        stamps=_steps([row.stamp for row in images]),
        records=b"".join(row.record for row in images),
        images=tuple(row.image for row in images),
    )


def _steps(numbers: list[int]) -> tuple[int, ...]:
    return tuple(map(sub, numbers, [0, *numbers]))


def _images(page: SnapshotRows) -> Iterator[Imaged]:
    told = page.images
    if len(told.records) != _ID_BYTES * len(told.images):
        raise ValueError("records that are no images'")
    records = (told.records[at : at + _ID_BYTES] for at in range(0, len(told.records), _ID_BYTES))
    columns = (told.entries, told.by, told.kinds, accumulate(told.stamps), records, told.images)
    for seq, behind, by, kind, stamp, record, image in zip(accumulate(told.seqs), *columns, strict=True):
        writer = page.writers[by]
        if not 0 < seq - behind <= seq <= _SEQ_MAX or abs(stamp) > _SEQ_MAX:
            raise ValueError("a place or a stamp that cannot be")
        yield Imaged(record, page.kinds[kind], seq - behind, seq, stamp, writer.device, writer.user, image)


def _change(page: SnapshotRows, row: ChangeRow) -> Kept:
    writer = page.writers[row.by]
    arrived = Arrived(
        row.seq, writer.device, writer.epoch, row.number, Outcome(row.outcome), row.answer, row.data
    )
    return Kept(arrived, row.told)
