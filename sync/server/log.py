"""The ordered log of a tenant: taking its head, appending to it, reading pages of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome, veiled
from core.ids import Id
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX
from sync.server import archive, chains, tables
from sync.server.database import add_rows, alter, find


class Head(NamedTuple):
    """The end of a tenant's order, and the number of what stands `beside` it."""

    seq: int
    run: bytes
    digest: str
    beside: int = 0


class Shown(Protocol):
    """What of the order is shown to a reader (sync.server.scopes)."""

    def hidden(self, entries: Sequence[archive.Entry]) -> frozenset[int]:
        """The places of those entries that are not."""
        ...


def begin(connection: Connection, tenant: Id) -> None:
    """The empty order of a new tenant."""
    row = {"tenant": tenant, "seq": 0, "run": b"", "digest": "0", "beside": 0}
    connection.execute(sa.insert(tables.heads).values(row))


def take_head(connection: Connection, tenant: Id) -> Head:
    """The head, for whoever writes: it is held from the first statement of the transaction on
    (sync.server.database.enter), and so nobody moves it meanwhile."""
    return head(connection, tenant)


def head(connection: Connection, tenant: Id) -> Head:
    """The head as it stands."""
    return Head(*find(connection, tables.heads, Head._fields, tenant=tenant).one())


def keep_head(connection: Connection, tenant: Id, moved: Head) -> None:
    """Move the head on."""
    alter(connection, tables.heads, {"tenant": tenant}, seq=moved.seq, run=moved.run, digest=moved.digest)


def stir(connection: Connection, tenant: Id) -> None:
    """Something beside the order has changed: every device is to hear of it."""
    kept = tables.heads.c
    connection.execute(sa.update(tables.heads).where(kept.tenant == tenant).values(beside=kept.beside + 1))


def append(connection: Connection, tenant: Id, entries: Sequence[archive.Entry]) -> None:
    """Write entries at the head."""
    add_rows(connection, tables.changes, [(tenant, *entry) for entry in entries])


def run_at(connection: Connection, tenant: Id, seq: int) -> bytes | None:
    """The running hash at a place in the order; None when the log does not reach so far."""
    if seq == 0:
        return b""
    found: bytes | None = find(connection, tables.changes, ("run",), tenant=tenant, seq=seq).scalar()
    return found


def link_at(connection: Connection, tenant: Id, device: Id, epoch: int, number: int) -> bytes | None:
    """The chain's link after a device's change; None when the service does not have it."""
    if number == 0:
        begun = chains.chain(connection, tenant, device, epoch)
        return begun.start if begun else None
    found: bytes | None = find(
        connection, tables.changes, ("link",), tenant=tenant, device=device, epoch=epoch, number=number
    ).scalar()
    return found


def page_after(
    connection: Connection, tenant: Id, seq: int, reader: tuple[Id, int], shown: Shown | None = None
) -> tuple[list[Arrived], bytes]:
    """Entries after a place, as many as a page takes, and the running hash after them.

    Those of the reader's own present epoch (device, epoch) are bare: it has written them itself. Of those that are not
    `shown` to it go the hashes alone.
    """
    found: Iterable[archive.Entry] = archive.entries_after(connection, tenant, seq, PAGE_CHANGES_MAX)
    hidden: frozenset[int] = frozenset()
    if shown is not None:
        found = list(found)
        hidden = shown.hidden(found)
    entries: list[Arrived] = []
    room, run = PAGE_BYTES_MAX, b""
    for row in found:
        bare = (row.device, row.epoch) == reader or row.seq in hidden
        data, link = b"" if bare else row.data, row.link if row.seq in hidden else b""
        room -= len(data) + len(row.answer) + len(link)
        if entries and room < 0:
            break
        answer = veiled(row.answer) if link else row.answer
        entries.append(
            Arrived(
                row.seq, row.device, row.epoch, row.number, Outcome(row.outcome), answer, data, link=link
            )
        )  # fmt: skip
        run = row.run
    begun = [(entry.device, entry.epoch) for entry in entries if entry.number == 1]
    starts = chains.starts(connection, tenant, begun)
    return [
        replace(entry, start=starts.get((entry.device, entry.epoch), CHAIN_START))
        if entry.number == 1
        else entry
        for entry in entries
    ], run
