"""The beginning of a book: its keys, its file and tables, and whose it is."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import Connection, Engine

from core.changes.change import Role
from core.ids import Id, IdMaker
from core.store import keys, log, wraps
from core.store.engine import ANY_HAND, create_file, open_engine, write_transaction
from core.store.migrate import create_schema
from core.store.tables.store import devices, series


class Identity(NamedTuple):
    """Whose book it is and on which device: all that is needed to begin one.

    A device that joins names the `book` it joins and the `device` it was enrolled as; else both are made.
    """

    user: str
    device_name: str = ""
    code: str = "A"
    role: Role = Role.OWNER
    book: Id | None = None
    device: Id | None = None


def new_file(
    path: Path, identity: Identity, passphrase: str | None, ids: IdMaker, cost: wraps.Cost,
    owned: Iterable[str],
) -> tuple[Engine, keys.Keys]:  # fmt: skip
    """Make keys, file and tables of a book whose device owns these series; whatever stops it, nothing is left."""
    book_id, device = identity.book or ids.new(), identity.device or ids.new()
    made = keys.make_keys(path, book_id, passphrase, cost=cost)
    engine: Engine | None = None
    try:
        create_file(path, made.key)
        engine = open_engine(path, made.key)
        create_schema(engine)
        with write_transaction(engine) as connection:
            connection.info["door"] = ANY_HAND
            _seed(connection, identity, book_id, device, owned)
        return engine, made
    except BaseException:
        if engine is not None:
            engine.dispose()
        keys.discard_keys(path)
        path.unlink(missing_ok=True)
        raise


def _seed(connection: Connection, identity: Identity, book_id: Id, device: Id, owned: Iterable[str]) -> None:
    log.write_meta(
        connection, book=book_id, device=device, epoch=1, user=identity.user, role=identity.role.value,
        code=identity.code, shared=False, seq=0, run=b"", era=0, digest="0", stamp=0,
    )  # fmt: skip
    row = (device, identity.code, identity.device_name, identity.user, identity.role.value, "live")
    connection.execute(devices.insert().values(row))
    connection.execute(series.insert().values([(name, device) for name in owned]))
