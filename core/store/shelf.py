"""The shelf: changes of a newer version, which lie in the log without effect until this one is updated.

The service says whose papers they are. Until they can be read, nothing is decided about such a party: no allocation,
no reminder. While anything lies there no return is filed and no books are closed.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from core.changes.versions import on_the_shelf
from core.ids import Id
from core.store import log


def refuse_over_shelved(read: Connection, parties: Iterable[Id], memo: dict[Any, Any]) -> None:
    """Raises `RuleBroken` (SHELVED) where a paper of one of these parties lies there; where none is named, anything.

    What lies there is looked up once and kept in `memo`.
    """
    if "shelved" not in memo:
        memo["shelved"] = shelved_parties(read) if log.shelved_count(read) else None
    lies: frozenset[Id] | None = memo["shelved"]
    asked = frozenset(parties)
    if lies is not None and (not asked or not lies.isdisjoint(asked)):
        raise on_the_shelf()


def shelved_parties(read: Connection) -> frozenset[Id]:
    """Whose papers lie there, as far as anybody could tell."""
    return frozenset(row[0] for row in read.exec_driver_sql("SELECT party FROM shelf"))
