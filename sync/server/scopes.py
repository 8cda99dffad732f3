"""What devices in the field carry: the parties that an owner named, and what of the order they are shown.

A scope has a number, which changes whenever the device is to carry something else. Who pulls by an older one is shown
its own changes and what is everybody's, until its book has been loaded anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.catalogue import FOR_ALL
from core.changes.change import Role
from core.changes.kind import Kind
from core.changes.standing import Stand
from core.ids import Id
from core.parties.kinds import EDITED as PARTY
from core.problems import Problem
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import belongings, devices, log, tables
from sync.server.archive import Entry
from sync.server.database import find, put, reading, writing
from sync.server.deeds import deed
from sync.server.devices import Member
from sync.server.gate import Read
from sync.server.route import Means, Route

_BATCH = 400


class Scope(NamedTuple):
    """A scope by its number; one that is not `partial` is everything there is. `seen` is the one last worked by."""

    number: int
    partial: bool
    seen: int


def in_force(connection: Connection, asking: Member) -> Scope:
    """What a device carries now. Its role is part of the number: who comes back from the field carries all again."""
    version, seen = _carrier(connection, asking)
    partial = asking.role is Role.FIELD
    return Scope(2 * version + partial, partial, seen)


def carried(connection: Connection, tenant: Id, device: Id) -> frozenset[Id]:
    """The parties that a device in the field carries."""
    return frozenset(belongings.carriers(connection, tenant).get(device, ()))


class Shown:
    """What of the books is shown to a device: what is everybody's, its own, and what its parties are about."""

    def __init__(self, connection: Connection, asking: Member, *, whole: bool = True) -> None:
        """Without `whole` its parties do not count: it works by another scope."""
        self._connection = connection
        self._tenant = asking.tenant
        self._device = asking.device
        self._owners = carried(connection, asking.tenant, asking.device) if whole else frozenset[Id]()
        self._owners |= {asking.device}

    def hidden(self, entries: Sequence[Entry]) -> frozenset[int]:
        """The places of those entries that are not shown."""
        closed = [each for each in entries if each.device != self._device and each.kind not in FOR_ALL]
        mine = self.records(each.record for each in closed)
        return frozenset(each.seq for each in closed if each.record not in mine)

    def records(self, records: Iterable[Id]) -> set[Id]:
        """Of some records those that are about its parties."""
        known = belongings.of_records(self._connection, self._tenant, records)
        return {record for record, parties in known.items() if parties & self._owners}

    def stands(self) -> dict[Id, Stand]:
        """How everything stands that is shown, but for sums over records (no kind of change bears their names)."""
        found = self._stands_where(tables.standing.c.kind.in_(sorted(FOR_ALL)))
        kept, owners = tables.belongings.c, sorted(self._owners)
        for start in range(0, len(owners), _BATCH):
            some = sa.and_(kept.tenant == self._tenant, kept.party.in_(owners[start : start + _BATCH]))
            found |= self._stands_where(tables.standing.c.record.in_(sa.select(kept.record).where(some)))
        return found

    def _stands_where(self, where: "sa.ColumnElement[bool]") -> dict[Id, Stand]:
        kept = tables.standing.c
        asked = sa.select(kept.record, *(kept[name] for name in Stand._fields))
        rows = self._connection.execute(asked.where(kept.tenant == self._tenant, where))
        return {row[0]: Stand(*row[1:]) for row in rows}


def shown_by(connection: Connection, asking: Member, scope: Scope, by: int) -> Shown | None:
    """What is shown to a device that works `by` a scope; None where that is everything."""
    if not scope.partial and scope.number == by:
        return None
    return Shown(connection, asking, whole=scope.number == by)


def make_ready(means: Means, asking: Member) -> None:
    """See to it that what is shown to a device can be told; in no transaction."""
    if asking.role is Role.FIELD:
        belongings.go_through(means, asking.tenant)


def works_by(means: Means, asking: Member, number: int) -> None:
    """A device has loaded its book by this scope: what it lost before is gone from it."""
    with writing(means.database, asking.tenant) as connection:
        version, seen = _carrier(connection, asking)
        if seen == number or in_force(connection, asking).number != number:
            return
        row = {"tenant": asking.tenant, "device": asking.device, "version": version, "seen": number}
        put(connection, tables.carriers, [row])
        kept = tables.scopes.c
        connection.execute(
            sa.delete(tables.scopes).where(
                kept.tenant == asking.tenant, kept.device == asking.device, kept.is_lost == 1
            )
        )


def inherit(connection: Connection, tenant: Id, before: Id, heir: Id) -> None:
    """Let a device carry what the one carries whose book it goes on with."""
    rows = [
        {"tenant": tenant, "device": heir, "party": party, "is_lost": 0}
        for party in sorted(carried(connection, tenant, before))
    ]
    put(connection, tables.scopes, rows)


def carry(connection: Connection, author: Member, party: Id) -> None:
    """Let a device in the field carry a party that it has made."""
    row = {"tenant": author.tenant, "device": author.device, "party": party, "is_lost": 0}
    put(connection, tables.scopes, [row])


class Within:
    """Whether the changes of a device in the field are about its parties; asked within one push, under the head.

    What it lost while it did not know counts still. A party that it makes is its own from then on.
    """

    def __init__(self, connection: Connection, asking: Member, kinds: Mapping[str, Kind[Any]]) -> None:
        while belongings.step(connection, asking.tenant, kinds):
            pass
        self._connection = connection
        self._asking = asking
        kept = tables.scopes.c
        asked = sa.select(kept.party).where(kept.tenant == asking.tenant, kept.device == asking.device)
        self._allowed = {row[0] for row in connection.execute(asked)}
        self._allowed |= _devices(connection, asking.tenant)  # beside whom a paper of theirs may stand
        self._fresh: belongings.Known = {}

    def problem(self, read: Read, is_known: Callable[[Id], bool]) -> Problem | None:
        """Why a change may not be made by this device; remembers what it is about."""
        named = belongings.named_by(read)
        if named is None or read.change is None:
            return None
        known = belongings.of_records(self._connection, self._asking.tenant, named.records)
        parties = belongings.about(named, known) | belongings.about(named, self._fresh)
        record = read.change.record
        if read.change.kind == PARTY.name and not is_known(record):
            self._allowed.add(record)
            carry(self._connection, self._asking, record)
        self._fresh[record] = self._fresh.get(record, frozenset()) | parties
        if parties <= self._allowed:
            return None
        return Problem(
            belongings.OUT_OF_SCOPE, _("This device does not carry the party that this is about."), "party"
        )


def set_scope(means: Means, asking: Member, asked: m.SetScope) -> m.Scopes:
    """Name the parties that a device in the field carries; those merged with them go along.

    Raises `Refused`: ROLE for who is no owner, or a device that is not in the field; AGREE where it would lose more
    than half of what it carries and the owner was not asked.
    """
    belongings.go_through(means, asking.tenant)
    with deed(means, asking, with_order=True) as done:
        done.allow()
        connection, tenant = done.connection, asking.tenant
        known = devices.member(connection, tenant, asked.device)
        if known is None or known.role is not Role.FIELD or known.state == devices.ENDED:
            raise Refused(refusals.ROLE, _("Only a device in the field carries some parties and not others."))
        wanted = belongings.linked(connection, tenant, asked.parties)
        if _count_of_parties(connection, tenant, wanted) < len(wanted):
            raise Refused(refusals.UNREADABLE, _("There is no such party."))
        before = carried(connection, tenant, asked.device)
        lost, gained = before - wanted, wanted - before
        if 2 * len(lost) > len(before) and not asked.is_agreed:
            message = _("{device} would lose {lost} of the {count} parties it carries.")
            raise Refused(
                refusals.AGREE, message.format(device=known.name, lost=len(lost), count=len(before))
            )
        rows = [(party, 1) for party in sorted(lost)] + [(party, 0) for party in sorted(gained)]
        put(
            connection,
            tables.scopes,
            [
                {"tenant": tenant, "device": asked.device, "party": party, "is_lost": is_lost}
                for party, is_lost in rows
            ],
        )
        if rows:
            belongings.renew(connection, tenant, asked.device)
            log.stir(connection, tenant)
        return _told(connection, tenant)


def ask_scopes(means: Means, asking: Member, _asked: m.AskScopes) -> m.Scopes:
    """Who carries what: an owner hears it of all, others of themselves."""
    with reading(means.database, asking.tenant) as connection:
        told = _told(connection, asking.tenant)
        if asking.role is Role.OWNER:
            return told
        return m.Scopes(rows=tuple(row for row in told.rows if row.device == asking.device))


def _told(connection: Connection, tenant: Id) -> m.Scopes:
    carried_by = belongings.carriers(connection, tenant)
    return m.Scopes(
        rows=tuple(
            m.ScopeRow(
                device=each.device, parties=tuple(sorted(carried_by.get(each.device, ()))),
                scope=now.number, seen=now.seen,
            )
            for each in _in_the_field(connection, tenant)
            for now in (in_force(connection, each),)
        )
    )  # fmt: skip


def _devices(connection: Connection, tenant: Id) -> set[Id]:
    asked = sa.select(tables.devices.c.device).where(tables.devices.c.tenant == tenant)
    return {row[0] for row in connection.execute(asked)}


def _in_the_field(connection: Connection, tenant: Id) -> list[Member]:
    kept = tables.devices.c
    asked = sa.select(kept.device).where(
        kept.tenant == tenant, kept.role == Role.FIELD.value, kept.state != devices.ENDED
    )
    found = [
        devices.member(connection, tenant, row[0]) for row in connection.execute(asked.order_by(kept.device))
    ]
    return [each for each in found if each is not None]


def _carrier(connection: Connection, asking: Member) -> tuple[int, int]:
    key = {"tenant": asking.tenant, "device": asking.device}
    row = find(connection, tables.carriers, ("version", "seen"), **key).first()
    return (int(row.version), int(row.seen)) if row is not None else (0, 0)


def _count_of_parties(connection: Connection, tenant: Id, wanted: Iterable[Id]) -> int:
    kept, asked, count = tables.standing.c, sorted(wanted), 0
    for start in range(0, len(asked), _BATCH):
        some = sa.and_(kept.record.in_(asked[start : start + _BATCH]), kept.kind == PARTY.name)
        question = sa.select(sa.func.count()).select_from(tables.standing)
        count += int(connection.execute(question.where(kept.tenant == tenant, some)).scalar_one())
    return count


ROUTES = (Route("set_scope", m.SetScope, set_scope), Route("scopes", m.AskScopes, ask_scopes))
