"""What a device in the field carries, reckoned from the order: whose each paper and claim is, and what it must show."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.catalogue import FOR_ALL
from core.changes.kind import NO_EFFECTS, ChangeClass, Effects, Kind
from core.changes.record import encoded
from core.changes.standing import State
from core.ids import Id
from core.parties.kinds import EDITED as PARTY
from sync.server import scopes, tables
from sync.server.database import reading
from sync.server.devices import member
from tests.simulation.broken import expect
from tests.simulation.rows import rows_of

_ID = re.compile(rb"\xc4\x10(.{16})", re.DOTALL)
"""How msgpack writes an id."""
_SHOWN = "SELECT record, state, total_paise, open_paise, rests FROM standing WHERE kind NOT IN ('month', 'given up')"


class Whose:
    """Whose each paper and claim is: the parties it names, and those of the papers it names or takes from."""

    def __init__(self) -> None:
        self.of: dict[Id, frozenset[Id]] = {}
        self._push: tuple[int, set[Id]] = (0, set())
        self._devices: set[Id] = set()

    def note(self, kind: Kind[Any], record: Id, body: Any, effects: Effects | None) -> frozenset[Id]:
        """Take a change in; answers the parties it is about. Of fields a party alone is known."""
        if kind.change_class is ChangeClass.FIELDS:
            found = frozenset({record}) if kind is PARTY else frozenset[Id]()
        else:
            found = frozenset(kind.parties(record, body))
            named = {*_named(effects or NO_EFFECTS), *_ID.findall(encoded(body))}
            found = found.union(*(self.of.get(paper, frozenset()) for paper in named))
        self.of[record] = self.of.get(record, frozenset()) | found
        return found

    def keep_back(self, record: Id, device: Id) -> None:
        """What a device may not write about stays with it, and what becomes of it is told there."""
        self.of[record] = self.of.get(record, frozenset()) | {device}
        self._devices.add(device)

    def may(self, about: frozenset[Id], carried: frozenset[Id], made: Id | None) -> bool:
        """Whether the author carries all of these; what it makes it carries at once."""
        if self._push[0] != id(carried):
            self._push = (id(carried), set())
        if made is not None:
            self._push[1].add(made)
        return about - self._devices <= carried | self._push[1]


def _named(effects: Effects) -> Iterable[Id]:
    yield from (paper for paper, _paise in effects.takes)
    yield from (paper for _place, paper in effects.holds)
    for papers in (effects.ends, effects.rests, effects.undoes, effects.accepts, effects.voids):
        yield from papers


def scope_of(world: Any, device: Any) -> int:
    """The number of the scope that a device is to work by."""
    with reading(world.database, world.tenant) as connection:
        asking = member(connection, world.tenant, device.id)
        return scopes.in_force(connection, asking).number if asking is not None else 0


def carried(world: Any, device: Any) -> frozenset[Id]:
    """The parties that a device in the field carries."""
    kept = tables.scopes.c
    with reading(world.database, world.tenant) as connection:
        asked = sa.select(kept.party).where(kept.device == device.id, kept.is_lost == 0)
        return frozenset(row[0] for row in connection.execute(asked))


def prove_carried(read: Any, world: Any, device: Any, oracle: Any) -> None:
    """A book of some parties shows all that is theirs as the oracle says, and nothing that is only others'."""
    mine = carried(world, device) | {device.id}
    shown: Mapping[Id, tuple[Any, ...]] = {row[0]: tuple(row[1:]) for row in rows_of(read, _SHOWN)}
    said = {
        record: (int(paper.state), paper.total, paper.open, paper.leaning)
        for record, paper in oracle.papers.items()
    } | {record: (int(State.LIVE), 0, 0, 0) for record in oracle.fields}
    wrong = [record.hex() for record, stands in shown.items() if said.get(record) != stands]
    expect(not wrong, f"{device.name}: records that stand otherwise than the oracle says: {wrong}")
    theirs = {record for record, parties in oracle.whose.of.items() if parties & mine and record in said}
    missing = [record.hex() for record in theirs - shown.keys()]
    expect(not missing, f"{device.name}: what its parties are about is not here: {missing}")
    kinds = {record: known.kind for record, known in oracle.papers.items()}
    kinds |= {record: kind for record, (kind, _cells) in oracle.fields.items()}
    foreign = [
        (kinds[record].name, record.hex())
        for record in shown
        if (parties := oracle.whose.of.get(record))
        and not parties & mine
        and kinds[record].name not in FOR_ALL
        and oracle.authors.get(record) != device.id
    ]
    expect(not foreign, f"{device.name}: it shows what is others': {foreign}")
