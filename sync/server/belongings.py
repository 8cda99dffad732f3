"""Whose each record is: the parties it names, and those of the records it names.

The order is gone through for this when somebody needs to know, so that businesses without devices in the field pay
nothing for it. A record only ever comes to belong to more parties: what once was a party's its carrier keeps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.catalogue import FOR_ALL, IN_OFFICE
from core.changes.answer import decode_answer
from core.changes.change import Actor, Outcome, Role
from core.changes.digest import Digest
from core.changes.keeper import is_fields
from core.changes.kind import Kind
from core.ids import Id
from core.parties.kinds import EDITED as PARTY
from sync.server import archive, log, tables
from sync.server.database import add, put, reading, writing
from sync.server.gate import Gate, Read
from sync.server.house import era
from sync.server.route import Means
from sync.server.standing import ServerStanding

OUT_OF_SCOPE = "OUT_OF_SCOPE"
"""Why a paper of a device in the field is held: it is about a party that it does not carry."""

_MERGED = "parties.merged"
"""The claim by which a party becomes another; what is known of one is read with the other from then on."""

_ID_BYTES = 16
_AT_ONCE = 2_000
_BATCH = 400
_ERA_BITS = 20
_NOBODY = Actor(b"", "", Role.AUDITOR)
_NONE: frozenset[Id] = frozenset()

Known = dict[Id, frozenset[Id]]
"""Records with the parties that they belong to."""


class Named(NamedTuple):
    """What a change names: parties by themselves, and any records."""

    parties: frozenset[Id]
    records: frozenset[Id]


class Step(NamedTuple):
    """What going through some of the order has found: new belongings, parties merged, and records that came to belong
    to more parties than before."""

    rows: list[tuple[Id, Id]]
    merged: list[tuple[Id, Id]]
    grown: list[tuple[frozenset[Id], frozenset[Id]]]


def named_by(read: Read) -> Named | None:
    """What a change names; None for one that is about no party at all, or stays in the office."""
    change, kind = read.change, read.kind
    if change is None or kind is None or read.why or change.kind in FOR_ALL or change.kind in IN_OFFICE:
        return None
    body = read.body if is_fields(kind) else msgspec.msgpack.decode(change.body)
    records = frozenset({change.record, *_ids_in(body)})
    if change.kind == PARTY.name:
        return Named(frozenset({change.record}), records)
    parties = () if is_fields(kind) else kind.parties(change.record, read.body)
    return Named(frozenset(parties), records)


def about(named: Named, known: Mapping[Id, frozenset[Id]]) -> frozenset[Id]:
    """The parties that a change is about."""
    return named.parties.union(*(known.get(record, _NONE) for record in named.records))


def of_records(connection: Connection, tenant: Id, records: Iterable[Id]) -> Known:
    """The parties that records belong to, as far as the order was gone through."""
    kept, found = tables.belongings.c, dict[Id, set[Id]]()
    wanted = sorted(set(records))
    for start in range(0, len(wanted), _BATCH):
        asked = sa.select(kept.record, kept.party).where(
            kept.tenant == tenant, kept.record.in_(wanted[start : start + _BATCH])
        )
        for record, party in connection.execute(asked):
            found.setdefault(record, set()).add(party)
    return {record: frozenset(parties) for record, parties in found.items()}


def go_through(means: Means, tenant: Id) -> None:
    """Bring what is known of belongings up to the head, some of the order at a time."""
    while True:
        with reading(means.database, tenant) as connection:
            if gone_upto(connection, tenant) >= log.head(connection, tenant).seq:
                return
        with writing(means.database, tenant) as connection:
            log.take_head(connection, tenant)
            step(connection, tenant, means.kinds)


def gone_upto(connection: Connection, tenant: Id) -> int:
    """Up to which place the order was gone through."""
    kept = tables.gone_through.c
    return int(connection.execute(sa.select(kept.seq).where(kept.tenant == tenant)).scalar() or 0)


def begin_anew(connection: Connection, tenant: Id) -> None:
    """Entries came to stand where there were none: everything is gone through once more."""
    kept = tables.gone_through.c
    connection.execute(sa.delete(tables.gone_through).where(kept.tenant == tenant))


def step(connection: Connection, tenant: Id, kinds: Mapping[str, Kind[Any]]) -> bool:
    """Go through the next entries, under the head; False when there were none."""
    entries = list(archive.entries_after(connection, tenant, gone_upto(connection, tenant), _AT_ONCE))
    if not entries:
        return False
    found = _found(connection, tenant, kinds, entries)
    rows = [{"tenant": tenant, "record": record, "party": party} for record, party in found.rows]
    add(connection, tables.belongings, rows)
    put(connection, tables.gone_through, [{"tenant": tenant, "seq": entries[-1].seq}])
    _tell_carriers(connection, tenant, found)
    return True


def linked(connection: Connection, tenant: Id, parties: Iterable[Id]) -> set[Id]:
    """These parties and all that were merged with them."""
    found, new = set[Id](), set(parties)
    while new:
        found |= new
        known = of_records(connection, tenant, new)
        new = {other for others in known.values() for other in others} - found
    return found


def _found(
    connection: Connection, tenant: Id, kinds: Mapping[str, Kind[Any]], entries: Sequence[archive.Entry]
) -> Step:
    gate = Gate(kinds, ServerStanding(connection, tenant, Digest(), kinds), _NOBODY, 0)
    read = [(entry, gate.read(entry.number, entry.data)) for entry in entries]
    naming = [(entry, each, named) for entry, each in read if (named := named_by(each)) is not None]
    known = of_records(
        connection, tenant, {record for _entry, _read, named in naming for record in named.records}
    )
    step = Step([], [], [])
    for entry, each, named in naming:
        mine, parties = known.get(entry.record, _NONE), about(named, known)
        is_edit = each.kind is not None and is_fields(each.kind)
        if not is_edit and _is_out_of_scope(entry):
            parties |= {entry.device}  # whoever wrote it is shown what became of it
        if entry.kind == _MERGED and entry.outcome == Outcome.APPLIED:
            pair = (each.body.party, each.body.into)
            step.merged.append(pair)
            for one, other in (pair, pair[::-1]):
                _belong(known, step, one, frozenset({other}))
        elif is_edit and mine and parties - mine:
            step.grown.append((mine, parties - mine))
        _belong(known, step, entry.record, parties)
    return step


def _belong(known: Known, step: Step, record: Id, parties: frozenset[Id]) -> None:
    mine = known.get(record, _NONE)
    step.rows.extend((record, party) for party in sorted(parties - mine))
    known[record] = mine | parties


def _is_out_of_scope(entry: archive.Entry) -> bool:
    if entry.outcome not in (Outcome.HELD, Outcome.REFUSED):
        return False
    return any(problem.code == OUT_OF_SCOPE for problem in decode_answer(entry.answer).problems)


def _tell_carriers(connection: Connection, tenant: Id, found: Step) -> None:
    """Who carries a party carries the one it was merged with too; and a record that came to be about a party it carries
    is there whole only once its book is loaded anew."""
    carried = carriers(connection, tenant)
    for device, parties in carried.items():
        gained: set[Id] = set()
        for pair in found.merged:
            if len(parties.intersection(pair)) == 1 or gained.intersection(pair):
                gained |= linked(connection, tenant, pair) - parties
        if gained:
            rows = [
                {"tenant": tenant, "device": device, "party": each, "is_lost": 0} for each in sorted(gained)
            ]
            put(connection, tables.scopes, rows)
        if gained or any(new & parties and not before & parties for before, new in found.grown):
            renew(connection, tenant, device)


def carriers(connection: Connection, tenant: Id) -> dict[Id, set[Id]]:
    """Every device for which parties were named, with those it carries."""
    kept, found = tables.scopes.c, dict[Id, set[Id]]()
    asked = sa.select(kept.device, kept.party).where(kept.tenant == tenant, kept.is_lost == 0)
    for device, party in connection.execute(asked):
        found.setdefault(device, set()).add(party)
    return found


def renew(connection: Connection, tenant: Id, device: Id) -> None:
    """What a device carries has changed: its book is to be loaded anew.

    The numbers of each era begin higher: what was counted after the backup was written is not counted again.
    """
    kept = tables.carriers.c
    row = connection.execute(
        sa.select(kept.version, kept.seen).where(kept.tenant == tenant, kept.device == device)
    ).first()
    version, seen = row if row is not None else (0, 0)
    version = max(version + 1, (era(connection, tenant) - 1) << _ERA_BITS)
    put(
        connection,
        tables.carriers,
        [{"tenant": tenant, "device": device, "version": version, "seen": seen}],
    )


def _ids_in(value: object) -> Iterator[Id]:
    """Every id that plain values hold, however deep."""
    layer = [value]
    while layer:
        part = layer.pop()
        if isinstance(part, bytes):
            if len(part) == _ID_BYTES:
                yield part
        elif isinstance(part, dict):
            layer += part.values()
        elif isinstance(part, list | tuple):
            layer += part
