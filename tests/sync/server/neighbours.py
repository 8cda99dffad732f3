"""Two tenants of one service: one that wants to see the other, and one with devices, papers and a waiting code."""

import typing
from pathlib import Path

import sqlalchemy as sa

from sync.protocol import messages as m
from sync.server import tables
from sync.server.database import reading
from sync.server.tables.base import is_tenants, metadata
from tests.sync.server.raw import RawDevice, a_second, a_tenant

SECRET = "Kumbhakarna Silks"
TENANTS_TABLES = [table for table in metadata.sorted_tables if is_tenants(table)]


class Neighbours(typing.NamedTuple):
    """A tenant that wants to see another: one with devices, papers and a waiting code."""

    curious: RawDevice
    other: RawDevice
    ids: tuple[bytes, ...]
    code: str


def neighbours_in(folder: Path) -> Neighbours:
    """A service with both in it; close its database."""
    other = a_tenant(folder, seed=1)
    second = a_second(other)
    record = b"K" * 16
    other.write("parties.edited", record, {1: "K", 2: SECRET})
    second.write("parties.edited", record, {13: SECRET}, base=1)
    curious = a_tenant(Path(), seed=5, service=other.service)
    curious.write("parties.edited", b"C" * 16, {1: "C", 2: "Own"})
    code = other.session.ask("invite", m.Invite(role="owner"), m.Invited).code
    with reading(other.service.means.database, other.tenant) as connection:
        book = connection.execute(sa.select(tables.tenants.c.book)).scalars().first()
    return Neighbours(
        curious, other, (other.tenant, other.device, second.device, record, bytes(book or b"")), code
    )
