"""What is owed by age on any day: open amounts of now, and what was settled later taken back.

Everything is summed by the database over its indexes of open items; a day on which nothing later happened needs
only the index of what is open.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.rules import CREDIT, DUE
from core.statements.model import AgeingRow
from core.statements.rules import bounds, split, totalled
from core.store.tables.ledger import allocations, open_items
from core.store.tables.parties import parties

_still_open = open_items.c.open_paise > sa.literal_column("0")


def ageing(read: Connection, *, on: dt.date) -> tuple[list[AgeingRow], AgeingRow]:
    """What each party owed at the end of a day, the largest first, and the total of all.

    Open bills net of what was allocated to them by then; money on account (receipts and credit notes not yet
    allocated) settles no bill and stands apart in `on_account_paise`. Parties without an open bill are left out.
    """
    owed = _owed(read, on)
    on_account = on_account_of(read, on)
    named = _named(read)
    rows = []
    for party, sums in owed.items():
        buckets = split(sums.items())
        if not any(buckets):
            continue
        code, name = named.get(party, ("", ""))
        rows.append(AgeingRow(party, code, name, sum(buckets), buckets, on_account.get(party, 0)))
    rows.sort(key=lambda row: (-row.total_paise, row.name.casefold(), row.party))
    return rows, totalled(rows)


def buckets_of(read: Connection, party: Id, on: dt.date) -> tuple[int, ...]:
    """What one party owed at the end of a day, by age."""
    return split(_owed(read, on, party).get(party, {}).items())


def on_account_of(read: Connection, on: dt.date) -> dict[Id, int]:
    """What lay on account of each party at the end of a day: receipts and credit notes not yet allocated."""
    found: dict[Id, int] = {}
    for party, paise in _credits(read, on):
        found[party] = found.get(party, 0) + paise
    return {party: paise for party, paise in found.items() if paise}


def _owed(read: Connection, on: dt.date, party: Id | None = None) -> dict[Id, dict[int, int]]:
    found: dict[Id, dict[int, int]] = {}
    for who, at, paise in _dues(read, on, party):
        sums = found.setdefault(who, {})
        sums[at] = sums.get(at, 0) + paise
    return found


def _dues(read: Connection, on: dt.date, party: Id | None) -> Iterator[Any]:
    at = _bucket(on)
    one = [] if party is None else [open_items.c.party == party]
    wanted = [open_items.c.side == DUE, *one]
    then = wanted if _is_newest(read, on, DUE) else [*wanted, open_items.c.dated_on <= on]
    now = sa.select(open_items.c.party, at, sa.func.sum(open_items.c.open_paise)).where(_still_open, *then)
    yield from read.execute(now.group_by(open_items.c.party, at))
    later = (
        sa.select(open_items.c.party, at, sa.func.sum(allocations.c.paise))
        .join_from(allocations, open_items, open_items.c.paper == allocations.c.document)
        .where(allocations.c.allocated_on > on, open_items.c.dated_on <= on, *wanted)
    )
    yield from read.execute(later.group_by(open_items.c.party, at))


def _credits(read: Connection, on: dt.date) -> Iterator[Any]:
    wanted = [open_items.c.side == CREDIT]
    then = wanted if _is_newest(read, on, CREDIT) else [*wanted, open_items.c.dated_on <= on]
    now = sa.select(open_items.c.party, sa.func.sum(open_items.c.open_paise)).where(_still_open, *then)
    yield from read.execute(now.group_by(open_items.c.party))
    for used in (allocations.c.credit, allocations.c.document):  # used by bills later, or cancelled later
        later = (
            sa.select(open_items.c.party, sa.func.sum(allocations.c.paise))
            .join_from(allocations, open_items, open_items.c.paper == used)
            .where(allocations.c.allocated_on > on, open_items.c.dated_on <= on, *wanted)
        )
        yield from read.execute(later.group_by(open_items.c.party))


def _is_newest(read: Connection, on: dt.date, side: str) -> bool:
    """Whether nothing open is dated later than the day, so that its date need not be looked at."""
    later = sa.select(sa.literal(1)).where(_still_open, open_items.c.side == side, open_items.c.dated_on > on)
    return read.execute(later.limit(1)).first() is None


def _bucket(on: dt.date) -> Any:
    due = open_items.c.due_on
    steps: list[Any] = [(due >= first, sa.literal_column(str(at))) for at, first in enumerate(bounds(on))]
    return sa.case(*steps, else_=sa.literal_column(str(len(steps)))).label("bucket")


def _named(read: Connection) -> dict[Id, tuple[str, str]]:
    found = read.execute(sa.select(parties.c.id, parties.c.code, parties.c.name))
    return {row.id: (row.code, row.name) for row in found}
