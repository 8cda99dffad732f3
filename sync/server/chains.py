"""Each device's chains, one an epoch: how far the service has each, and which link it began at.

A device begins a new epoch when its book is a copy, or was copied: its numbers start anew, so that two books of one
device never give one number to two changes.
"""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import CHAIN_START
from core.ids import Id
from sync.server import tables
from sync.server.database import alter, find


class Chain(NamedTuple):
    """The last number that the service has, the link after it, and the link that number 1 was hung on."""

    number: int
    link: bytes
    start: bytes


def chain(connection: Connection, tenant: Id, device: Id, epoch: int) -> Chain | None:
    """A chain; None where the service has nothing of this epoch."""
    found = find(
        connection, tables.chains, Chain._fields, tenant=tenant, device=device, epoch=epoch
    ).fetchone()
    return Chain(*found) if found else None


def begin(connection: Connection, tenant: Id, device: Id, epoch: int, start: bytes) -> Chain:
    """The chain of an epoch that nothing is known of yet."""
    begun = Chain(0, start, start)
    row = {"tenant": tenant, "device": device, "epoch": epoch, **begun._asdict()}
    connection.execute(sa.insert(tables.chains).values(row))
    return begun


def move(connection: Connection, tenant: Id, device: Id, epoch: int, number: int, link: bytes) -> None:
    """Move a chain on."""
    key = {"tenant": tenant, "device": device, "epoch": epoch}
    alter(connection, tables.chains, key, number=number, link=link)


def is_link(connection: Connection, tenant: Id, device: Id, link: bytes) -> bool:
    """Whether a chain of this device may begin at a link: it is one of its own here, or the start of all."""
    if link == CHAIN_START:
        return True
    for table in (tables.chains, tables.changes):  # nearly always the end of a chain
        kept = table.c
        asked = sa.select(kept.device).where(kept.tenant == tenant, kept.device == device, kept.link == link)
        if connection.execute(asked.limit(1)).first() is not None:
            return True
    return False


def starts(
    connection: Connection, tenant: Id, authors: Iterable[tuple[Id, int]]
) -> dict[tuple[Id, int], bytes]:
    """The links that the chains of these devices and epochs began at."""
    found: dict[tuple[Id, int], bytes] = {}
    for device, epoch in authors:
        known = chain(connection, tenant, device, epoch)
        if known is not None:
            found[device, epoch] = known.start
    return found


def sent(connection: Connection, tenant: Id, device: Id) -> int:
    """How many changes of a device the service has, of all its epochs."""
    kept = tables.chains.c
    asked = sa.select(sa.func.coalesce(sa.func.sum(kept.number), 0)).where(
        kept.tenant == tenant, kept.device == device
    )
    return int(connection.execute(asked).scalar_one())
