"""Parties that became another: an account is read for the whole family of the party kept. No paper was moved."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sqlalchemy.engine import Connection

from core.changes.joining import kept_ones
from core.ids import Id

_ALL = "SELECT party, kept FROM merged_parties"
_CLAIM = "SELECT claim FROM merged_parties WHERE party = ?"
_FAMILY = (
    "WITH RECURSIVE family(party) AS (VALUES (?) UNION "
    "SELECT m.party FROM merged_parties m JOIN family f ON m.kept = f.party) SELECT party FROM family"
)

V = TypeVar("V")


def merged(read: Connection) -> dict[Id, Id]:
    """What each merged party is in the end; empty where none was merged."""
    return kept_ones(dict(iter(read.exec_driver_sql(_ALL))))


def merging_of(read: Connection, party: Id) -> Id | None:
    """The claim by which a party became another; None when it stands for itself."""
    found = read.exec_driver_sql(_CLAIM, (party,)).scalar()
    return found if isinstance(found, bytes) else None


def family(read: Connection, party: Id) -> list[Id]:
    """The party and all that became it: those whose papers make up its account."""
    return [found for (found,) in read.exec_driver_sql(_FAMILY, (party,))]


def family_of(read: Connection, party: Id | None) -> list[Id] | None:
    """The same where a party is asked for; None where none is."""
    return None if party is None else family(read, party)


def kept_party(read: Connection, party: Id) -> Id:
    """What a party is by now: itself, or what it became in the end."""
    return merged(read).get(party, party)


def gathered(kept: Mapping[Id, Id], sums: Iterable[tuple[Id, int]]) -> dict[Id, int]:
    """Sums by party, those of merged parties with the one kept."""
    found: dict[Id, int] = {}
    for party, paise in sums:
        at = kept.get(party, party)
        found[at] = found.get(at, 0) + paise
    return found
