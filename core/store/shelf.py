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

ANYBODY = b""
"""Whose a paper is of which nobody said it."""


def refuse_over_shelved(read: Connection, parties: Iterable[Id], memo: dict[Any, Any]) -> None:
    """Raises `RuleBroken` (SHELVED) where a paper of one of these parties lies there; where none is named, anything."""
    lies, asked = _lies(read, memo), frozenset(parties)
    if lies is not None and (not asked or any(lies_for(lies, party) for party in asked)):
        raise on_the_shelf()


def is_undecided(read: Connection, party: Id, memo: dict[Any, Any]) -> bool:
    """Whether nothing is to be decided about a party now."""
    lies = _lies(read, memo)
    return lies is not None and lies_for(lies, party)


def lies_for(shelved: frozenset[Id], party: Id) -> bool:
    """Whether a party has papers among those on the shelf, or may have."""
    return party in shelved or ANYBODY in shelved


def shelved_parties(read: Connection) -> frozenset[Id]:
    """Whose papers lie there, as far as anybody could tell."""
    return frozenset(row[0] for row in read.exec_driver_sql("SELECT party FROM shelf"))


def _lies(read: Connection, memo: dict[Any, Any]) -> frozenset[Id] | None:
    """Whose papers lie there, looked up once a Work; None where nothing does."""
    if "shelved" not in memo:
        memo["shelved"] = shelved_parties(read) if log.shelved_count(read) else None
    found: frozenset[Id] | None = memo["shelved"]
    return found
