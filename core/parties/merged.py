"""Parties that became another: an account is read for the whole family of the party kept. No paper was moved."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sqlalchemy.engine import Connection

from core.changes.change import decode_change
from core.changes.joining import kept_ones
from core.changes.record import decoded
from core.ids import Id
from core.parties.model import Merging

_ALL = "SELECT party, kept FROM merged_parties"
_CLAIM = "SELECT claim FROM merged_parties WHERE party = ?"
_EVER = "SELECT c.data FROM standing s JOIN changes c ON c.entry = s.entry WHERE s.kind = 'parties.merged'"
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


def ever_one(read: Connection) -> dict[Id, Id]:
    """Of the parties that ever were one, parted since or not, who stands for all of them: equal where two were one."""
    pairs = []
    for (data,) in read.exec_driver_sql(_EVER):
        body = decoded(Merging, decode_change(data).body)
        pairs.append((body.party, body.into))
    return as_one(pairs)


def as_one(pairs: Iterable[tuple[V, V]]) -> dict[V, V]:
    """Who stands for each of those that pairs bring together; equal where pairs lead from one to the other."""
    groups: dict[V, list[V]] = {}
    for first, second in pairs:
        one, other = groups.get(first, [first]), groups.get(second, [second])
        joined = one if one is other else [*one, *other]
        groups.update(dict.fromkeys(joined, joined))
    return {each: group[0] for each, group in groups.items()}


def gathered(kept: Mapping[Id, Id], sums: Iterable[tuple[Id, int]]) -> dict[Id, int]:
    """Sums by party, those of merged parties with the one kept."""
    found: dict[Id, int] = {}
    for party, paise in sums:
        at = kept.get(party, party)
        found[at] = found.get(at, 0) + paise
    return found
