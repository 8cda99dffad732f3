"""Snapshots: what stands at the head of a tenant's order, made beside the pushes, served page by page.

One is made when a device joins and the newest is too far behind. It is whole once its manifest is kept; an older one
stays until nobody has asked for it for a day.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.catalogue import FOR_ALL
from core.changes.answer import Answer, decode_answer
from core.changes.change import CHAIN_START, Outcome, content_hash, decode_change
from core.changes.image import Imaged, Kept, Row
from core.changes.keeper import is_fields
from core.changes.kind import Kind
from core.changes.merge import Cells, values_in
from core.changes.stamp import instant_of
from core.clock import india_date
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import PAGE_BYTES_MAX, SNAPSHOT_WORTH
from sync.protocol.messages.snapshots import rows_of, rows_page
from sync.protocol.packing import pack, plain, read, unpack
from sync.protocol.refusals import Refused
from sync.server import devices, log, scopes, tables
from sync.server.archive import Entry, arrived_of, entries_wanted
from sync.server.database import put, reading, writing
from sync.server.devices import Member
from sync.server.house import era
from sync.server.older import place_before
from sync.server.route import Means, Route

KEPT_US = 24 * 3600 * 1_000_000
_NOTED_EACH_US = KEPT_US // 24
_ROW_BYTES = 80
_ID_USED = "ID_USED"
_cells = msgspec.msgpack.Decoder(Cells)
_image = msgspec.msgpack.Encoder()
_making: set[Id] = set()
_one_at_a_time = threading.Lock()


def snapshot(means: Means, asking: Member, asked: m.AskSnapshot) -> m.Manifest:
    """The manifest of the snapshot that was begun, or of the newest that is worth it; made now when there is none."""
    scopes.make_ready(means, asking)
    with reading(means.database, asking.tenant) as connection:
        found = _manifest(connection, asking.tenant, asked.seq) if asked.seq else None
        head, newest = log.head(connection, asking.tenant).seq, _newest(connection, asking.tenant)
        present = era(connection, asking.tenant)
    if found is None and (
        newest < asked.held if asked.anew else head - max(newest, asked.held) > SNAPSHOT_WORTH
    ):
        make(means, asking.tenant)
    with reading(means.database, asking.tenant) as connection:
        newest = _newest(connection, asking.tenant)
        is_worth = newest >= asked.held if asked.anew else newest - asked.held > SNAPSHOT_WORTH
        if found is None and is_worth:
            found = _manifest(connection, asking.tenant, newest)
        if found is not None:
            found = _as_shown(connection, asking, found)
    if found is None:
        return m.Manifest(era=present)
    _note_asked(means, asking.tenant, found.seq)
    return msgspec.structs.replace(found, era=present)


def page(means: Means, asking: Member, asked: m.AskSnapshotPage) -> m.SnapshotPage:
    """One page. Raises `Refused` with GONE for a page or a snapshot that is not there (any more)."""
    with reading(means.database, asking.tenant) as connection:
        kept = tables.snapshot_pages.c
        data: bytes | None = connection.execute(
            sa.select(kept.data).where(
                kept.tenant == asking.tenant, kept.seq == asked.seq, kept.page == asked.page
            )
        ).scalar()
        whole = data is not None and _manifest(connection, asking.tenant, asked.seq) is not None
        scope = scopes.in_force(connection, asking)
        if data is not None and scope.partial:
            data = _shown(scopes.Shown(connection, asking), data)
    if data is None or not whole:
        raise Refused(refusals.GONE, _("This snapshot is not kept any more."))
    _note_asked(means, asking.tenant, asked.seq)
    return m.SnapshotPage(data=data)


def _as_shown(connection: Connection, asking: Member, manifest: m.Manifest) -> m.Manifest:
    """The manifest of what of a snapshot is shown to a device: the pages are taken out of the kept ones, and come out
    the same each time as long as it carries the same."""
    scope = scopes.in_force(connection, asking)
    if not scope.partial:
        return msgspec.structs.replace(manifest, scope=scope.number)
    kept, shown = tables.snapshot_pages.c, scopes.Shown(connection, asking)
    hashes, count = [], 0
    for number in range(len(manifest.pages)):
        where = (kept.tenant == asking.tenant, kept.seq == manifest.seq, kept.page == number)
        data: bytes = connection.execute(sa.select(kept.data).where(*where)).scalar_one()
        page = _shown(shown, data)
        rows = unpack(m.SnapshotRows, page)
        count += len(rows.images.images) + len(rows.changes)
        hashes.append(hashlib.sha256(page).digest())
    return msgspec.structs.replace(
        manifest, digest="", count=count, pages=tuple(hashes), scope=scope.number, partial=True
    )


def _shown(shown: scopes.Shown, data: bytes) -> bytes:
    """A page of a snapshot without what is not shown."""
    rows = rows_of(unpack(m.SnapshotRows, data))
    labels = [_label(row) for row in rows]
    mine = shown.records(record for kind, record in labels if kind not in FOR_ALL)
    return pack(
        rows_page(
            row for row, (kind, record) in zip(rows, labels, strict=True) if kind in FOR_ALL or record in mine
        )
    )


def _label(row: Row) -> tuple[str, Id]:
    """The kind and record that a row is of; nothing where its bytes cannot be read."""
    if isinstance(row, Imaged):
        return row.kind, row.record
    try:
        change = decode_change(row.arrived.data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return "", b""
    return change.kind, change.record


def make(means: Means, tenant: Id) -> int:
    """Make a snapshot at the head of the order; answers its seq, 0 when one is being made just now."""
    with _one_at_a_time:
        if tenant in _making:
            return 0
        _making.add(tenant)
    try:
        return _make(means, tenant)
    finally:
        with _one_at_a_time:
            _making.discard(tenant)


def _make(means: Means, tenant: Id) -> int:
    hashes: list[bytes] = []
    now_us = means.clock.now_us()
    with reading(means.database, tenant) as connection:
        head = log.head(connection, tenant)
        if _manifest(connection, tenant, head.seq) is not None:
            return head.seq
        counted = _Counted(_rows(connection, tenant, means.kinds, head.seq))
        for number, rows in enumerate(_pages(counted)):
            data = pack(rows_page(rows))
            hashes.append(hashlib.sha256(data).digest())
            with writing(means.database, tenant) as pen:
                row = {"tenant": tenant, "seq": head.seq, "page": number, "data": data}
                put(pen, tables.snapshot_pages, [row])
        manifest = m.Manifest(
            era=era(connection, tenant), seq=head.seq, run=head.run, digest=head.digest, count=counted.count,
            people=devices.people_version(connection, tenant), chains=_chains(connection, tenant),
            pages=tuple(hashes), older=place_before(connection, tenant, now_us, head.seq),
        )  # fmt: skip
    with writing(means.database, tenant) as pen:
        row = {
            "tenant": tenant, "seq": head.seq, "made_at_us": now_us, "asked_at_us": now_us,
            "manifest": plain(manifest),
        }  # fmt: skip
        put(pen, tables.snapshots, [row])
        _let_go(pen, tenant, head.seq, now_us)
    return head.seq


class _Counted:
    """Rows as they pass, and how many there were."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in pages of at most 1 MiB before they are packed; a page takes at least one."""
    gathered: list[Row] = []
    room = PAGE_BYTES_MAX
    for row in rows:
        size = len(row.image) if isinstance(row, Imaged) else len(row.arrived.data) + len(row.arrived.answer)
        room -= size + _ROW_BYTES
        if gathered and room < 0:
            yield gathered
            gathered, room = [], PAGE_BYTES_MAX - size - _ROW_BYTES
        gathered.append(row)
    if gathered:
        yield gathered


def _rows(connection: Connection, tenant: Id, kinds: Mapping[str, Kind[Any]], upto: int) -> Iterator[Row]:
    fields = [name for name, kind in kinds.items() if is_fields(kind)]
    changes = _changes(connection, tenant, frozenset(fields), upto)
    return _in_order(_images(connection, tenant, fields), changes)


def _in_order(images: Iterator[Imaged], changes: Iterator[Kept]) -> Iterator[Row]:
    """Both by seq, an image before a change of the same place."""
    change = next(changes, None)
    for image in images:
        while change is not None and change.arrived.seq < image.seq:
            yield change
            change = next(changes, None)
        yield image
    if change is not None:
        yield change
        yield from changes


def _images(connection: Connection, tenant: Id, fields: list[str]) -> Iterator[Imaged]:
    """Every record of class *fields*, by the last seq that changed it."""
    stands = tables.standing.c
    found = connection.execution_options(yield_per=2000).execute(
        sa.select(stands.record, stands.kind, stands.entry, stands.seq, stands.hash, stands.cells)
        .where(stands.tenant == tenant, stands.kind.in_(fields), stands.cells != b"")
        .order_by(stands.seq)
    )
    for record, kind, entry, seq, told, data in found:
        edits = _edits.decode(data)
        newest = edits[0] if len(edits) == 1 else max(edits, key=_newness)
        image = bytes(newest.values)
        if len(edits) > 1 or content_hash(image) != told:  # else one edit wrote it all, as it stands
            image = _image.encode(values_in(_cells.decode(data)))
        yield Imaged(record, kind, entry, seq, newest.stamp, newest.device, newest.user, image)


class _Edit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An edit as it is kept in the cells, its values as they lie."""

    stamp: int
    seq: int
    device: Id
    user: str
    epoch: int
    values: msgspec.Raw


_edits = msgspec.msgpack.Decoder(tuple[_Edit, ...])


def _newness(written: _Edit) -> tuple[int, int]:
    return written.stamp, written.seq


def _changes(connection: Connection, tenant: Id, fields: frozenset[str], upto: int) -> Iterator[Kept]:
    """Every change that has effect and is in no image, and those that somebody must still be told of.

    Of plain edits, whose effect the images have, only the newest of each device comes: it tells when it was heard of.
    """
    kept = tables.changes.c
    newest = _newest_of_each(connection, tenant) | {upto}
    shown = newest | _told_of(connection, tenant, fields, upto)
    in_effect = sa.and_(kept.kind.not_in(fields), kept.outcome != int(Outcome.DUPLICATE))
    where = sa.or_(in_effect, kept.answer != b"", kept.seq.in_(newest))

    def wanted(entry: Entry) -> bool:
        return entry.seq in shown or (entry.kind not in fields and entry.outcome != Outcome.DUPLICATE)

    for entry in entries_wanted(connection, tenant, upto, where, wanted):
        is_told = entry.kind in fields or _has_no_effect(entry.outcome, entry.answer)
        yield Kept(arrived_of(entry, {}), is_told)


def _told_of(connection: Connection, tenant: Id, fields: frozenset[str], upto: int) -> set[int]:
    """The edits that the Inbox is told of: refused ones, those by which a value was lost, and, once a device and day,
    one of a clock that ran ahead."""
    kept = tables.changes.c
    where = sa.and_(kept.kind.in_(fields), kept.answer != b"")
    clocks: dict[tuple[Id, str], int] = {}
    told: set[int] = set()
    for entry in entries_wanted(connection, tenant, upto, where, lambda each: each.kind in fields):
        answer = decode_answer(entry.answer)
        if entry.outcome == Outcome.REFUSED or answer.lost or answer.sets_aside:
            told.add(entry.seq)
        elif answer.stamp:
            clocks[entry.device, _day(answer)] = entry.seq
    return told | set(clocks.values())


def _day(answer: Answer) -> str:
    """The Inbox names a clock that runs ahead once a day."""
    return india_date(instant_of(answer.stamp)).isoformat()


def _has_no_effect(outcome: int, answer: bytes) -> bool:
    """A repeat, and a paper that is held since its identity is another's, change nothing that stands."""
    if outcome == Outcome.DUPLICATE:
        return True
    if outcome != Outcome.HELD:
        return False
    return any(problem.code == _ID_USED for problem in decode_answer(answer).problems)


def _newest_of_each(connection: Connection, tenant: Id) -> set[int]:
    """The seq of the newest change of every chain."""
    heads, changes = tables.chains.c, tables.changes.c
    found = connection.execute(
        sa.select(changes.seq)
        .join(
            tables.chains,
            sa.and_(
                heads.tenant == changes.tenant, heads.device == changes.device, heads.epoch == changes.epoch,
                heads.number == changes.number,
            ),
        )
        .where(changes.tenant == tenant)
    )  # fmt: skip
    return {row[0] for row in found}


def _chains(connection: Connection, tenant: Id) -> tuple[m.ChainRow, ...]:
    kept = tables.chains.c
    found = connection.execute(
        sa.select(kept.device, kept.epoch, kept.number, kept.link, kept.start)
        .where(kept.tenant == tenant)
        .order_by(kept.device, kept.epoch)
    )
    return tuple(
        m.ChainRow(
            device=row.device, epoch=row.epoch, number=row.number, link=row.link,
            start=b"" if row.start == CHAIN_START else row.start,
        )
        for row in found
    )  # fmt: skip


def _newest(connection: Connection, tenant: Id) -> int:
    """The seq of the newest snapshot that is whole; 0 when there is none."""
    kept = tables.snapshots.c
    found = connection.execute(sa.select(sa.func.max(kept.seq)).where(kept.tenant == tenant)).scalar()
    return int(found or 0)


def _manifest(connection: Connection, tenant: Id, seq: int) -> m.Manifest | None:
    kept = tables.snapshots.c
    found: bytes | None = connection.execute(
        sa.select(kept.manifest).where(kept.tenant == tenant, kept.seq == seq)
    ).scalar()
    return read(m.Manifest, found) if found is not None else None


def _note_asked(means: Means, tenant: Id, seq: int) -> None:
    """Keep when a snapshot was asked for; not each time, since that is a write."""
    kept, now_us = tables.snapshots.c, means.clock.now_us()
    stale = sa.and_(kept.tenant == tenant, kept.seq == seq, kept.asked_at_us < now_us - _NOTED_EACH_US)
    with reading(means.database, tenant) as connection:
        if connection.execute(sa.select(kept.seq).where(stale)).first() is None:
            return
    with writing(means.database, tenant) as pen:
        pen.execute(sa.update(tables.snapshots).where(stale).values(asked_at_us=now_us))


def _let_go(pen: Connection, tenant: Id, newest: int, now_us: int) -> None:
    """Drop older snapshots that nobody has asked for in a day, and pages that never became one."""
    kept, pages = tables.snapshots.c, tables.snapshot_pages.c
    pen.execute(
        sa.delete(tables.snapshots).where(
            kept.tenant == tenant, kept.seq < newest, kept.asked_at_us < now_us - KEPT_US
        )
    )
    alive = sa.select(kept.seq).where(kept.tenant == tenant)
    pen.execute(
        sa.delete(tables.snapshot_pages).where(
            pages.tenant == tenant, pages.seq < newest, pages.seq.not_in(alive)
        )
    )


ROUTES = (Route("snapshot", m.AskSnapshot, snapshot), Route("snapshot_page", m.AskSnapshotPage, page))
