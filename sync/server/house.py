"""What the service keeps of itself, by name: its secret, its era, what it demands of apps."""

from collections.abc import Callable

from sqlalchemy.engine import Connection, Engine

from sync.server import tables
from sync.server.database import find, put, writing


def kept(database: Engine, name: str, make: Callable[[], bytes]) -> bytes:
    """What is kept under a name; made and kept when there is nothing yet."""
    with writing(database) as connection:
        found = _read(connection, name)
        if found is None:
            found = make()
            put(connection, tables.service, [{"name": name, "value": found}])
        return found


def kept_number(connection: Connection, name: str, default: int) -> int:
    """A number that is kept under a name."""
    found = _read(connection, name)
    return default if found is None else int.from_bytes(found, "big")


def keep_number(connection: Connection, name: str, number: int) -> None:
    """Keep a number, nought or more, under a name."""
    value = number.to_bytes((number.bit_length() + 7) // 8 or 1, "big")
    put(connection, tables.service, [{"name": name, "value": value}])


def begin_era(connection: Connection, now_us: int) -> int:
    """Begin the next era of a service that was restored; restored twice from one backup, it has two eras."""
    era = max(kept_number(connection, "era", 1) + 1, now_us // 1_000_000)
    keep_number(connection, "era", era)
    return era


def _read(connection: Connection, name: str) -> bytes | None:
    found: bytes | None = find(connection, tables.service, ("value",), name=name).scalar()
    return found
