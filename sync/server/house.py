"""What the service keeps of itself, by name: its secret, its era, what it demands of apps."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.ids import Id
from sync.server import tables
from sync.server.database import find, put, writing

SECRET, _ERA, _ERA_OF = "secret", "era", "era of "
FIRST_ERA = 1


def kept(database: Engine, name: str, make: Callable[[], bytes]) -> bytes:
    """What is kept under a name; made and kept when there is nothing yet."""
    with writing(database) as connection:
        found = _read(connection, name)
        if found is None:
            found = make()
            put(connection, tables.service, [{"name": name, "value": found}])
        return found


def keep_number(connection: Connection, name: str, number: int) -> None:
    """Keep a number, nought or more, under a name."""
    value = number.to_bytes((number.bit_length() + 7) // 8 or 1, "big")
    put(connection, tables.service, [{"name": name, "value": value}])


def era(connection: Connection, tenant: Id | None = None) -> int:
    """How often this service was restored from a backup, and once more; of a tenant that was founded again it may be
    more than of the others."""
    names = [_ERA] if tenant is None else [_ERA, _ERA_OF + tenant.hex()]
    return _highest(row.value for row in find(connection, tables.service, ("value",), name=names))


def begin_era(connection: Connection, now_us: int) -> int:
    """Begin the next era of a service that was restored; restored twice from one backup, it has two eras."""
    kept = tables.service.c
    eras = connection.execute(sa.select(kept.value).where(kept.name.startswith(_ERA)))
    begun = max(_highest(row.value for row in eras) + 1, now_us // 1_000_000)
    keep_number(connection, _ERA, begun)
    return begun


def begin_era_of(connection: Connection, tenant: Id, after: int, now_us: int) -> None:
    """Let a tenant have a later era than one that its devices know; the other tenants have theirs."""
    if era(connection, tenant) <= after:
        keep_number(connection, _ERA_OF + tenant.hex(), max(after + 1, now_us // 1_000_000))


def secret(connection: Connection) -> bytes:
    """What the service seals with; empty before it was ever started."""
    return _read(connection, SECRET) or b""


def _highest(values: Iterable[bytes]) -> int:
    return max((int.from_bytes(value, "big") for value in values), default=FIRST_ERA)


def _read(connection: Connection, name: str) -> bytes | None:
    found: bytes | None = find(connection, tables.service, ("value",), name=name).scalar()
    return found
