"""What is owed by age on any day: open amounts of now, and what was settled later taken back.

Everything is summed by the database over its indexes of open items; a day on which nothing later happened needs
only the index of what is open.
"""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.rules import CREDIT, DUE
from core.statements.model import AgeingRow
from core.statements.rules import bounds, bucket, split, totalled
from core.store.tables.parties import parties


def _question(sql: str) -> sa.TextClause:
    bucket = (
        "CASE WHEN i.due_on >= :b0 THEN 0 WHEN i.due_on >= :b1 THEN 1 WHEN i.due_on >= :b2 THEN 2 "
        "WHEN i.due_on >= :b3 THEN 3 WHEN i.due_on >= :b4 THEN 4 ELSE 5 END"
    )
    return sa.text(sql.replace("BUCKET", bucket))


_NEWER = sa.text(
    "SELECT 1 FROM open_items WHERE side IN ('due', 'credit') AND open_paise > 0 AND dated_on > :on LIMIT 1"
)
_OPEN = _question(
    "SELECT i.side, i.party, BUCKET, sum(i.open_paise) FROM open_items i WHERE i.open_paise > 0 GROUP BY 1, 2, 3"
)
_OPEN_OF_THEN = _question(
    "SELECT i.side, i.party, BUCKET, sum(i.open_paise) FROM open_items i "
    "WHERE i.open_paise > 0 AND i.dated_on <= :on GROUP BY 1, 2, 3"
)
_SETTLED_LATER = _question(
    "SELECT i.side, i.party, BUCKET, sum(a.paise) FROM allocations a CROSS JOIN open_items i ON i.paper = a.document "
    "WHERE a.allocated_on > :on AND i.dated_on <= :on GROUP BY 1, 2, 3"
)
_USED_LATER = _question(
    "SELECT i.side, i.party, BUCKET, sum(a.paise) FROM allocations a CROSS JOIN open_items i ON i.paper = a.credit "
    "WHERE a.allocated_on > :on AND i.dated_on <= :on GROUP BY 1, 2, 3"
)
_OF_PARTY = (
    "SELECT i.due_on, i.open_paise + coalesce((SELECT sum(a.paise) FROM allocations a "
    "WHERE a.document = i.paper AND a.allocated_on > ?), 0) FROM open_items i "
    "WHERE i.party = ? AND i.side = 'due' AND i.dated_on <= ?"
)
"""CROSS JOIN keeps the database to the order written: from the few things that happened later to their papers."""


def ageing(read: Connection, *, on: dt.date) -> tuple[list[AgeingRow], AgeingRow]:
    """What each party owed at the end of a day, the largest first, and the total of all.

    Open bills net of what was allocated to them by then; money on account (receipts and credit notes not yet
    allocated) settles no bill and stands apart in `on_account_paise`. Parties without an open bill are left out.
    """
    then = _open_then(read, on)
    on_account = _summed(then[CREDIT])
    named = _named(read)
    rows = []
    for party, sums in then[DUE].items():
        buckets = split(sums.items())
        if not any(buckets):
            continue
        code, name = named.get(party, ("", ""))
        rows.append(AgeingRow(party, code, name, sum(buckets), buckets, on_account.get(party, 0)))
    rows.sort(key=lambda row: (-row.total_paise, row.name.casefold(), row.party))
    return rows, totalled(rows)


def buckets_of(read: Connection, party: Id, on: dt.date) -> tuple[int, ...]:
    """What one party owed at the end of a day, by age."""
    day = on.isoformat()
    found = read.exec_driver_sql(_OF_PARTY, (day, party, day))
    return split((bucket(dt.date.fromisoformat(due_on), on), paise) for due_on, paise in found)


def on_account_of(read: Connection, on: dt.date) -> dict[Id, int]:
    """What lay on account of each party at the end of a day: receipts and credit notes not yet allocated."""
    return {party: paise for party, paise in _summed(_open_then(read, on)[CREDIT]).items() if paise}


def _open_then(read: Connection, on: dt.date) -> dict[str, dict[Id, dict[int, int]]]:
    """By side, party and bucket: what is open now of papers dated by then, and what was taken of them later."""
    given = {f"b{at}": first.isoformat() for at, first in enumerate(bounds(on))} | {"on": on.isoformat()}
    newer = read.execute(_NEWER, given).first()
    found: dict[str, dict[Id, dict[int, int]]] = {DUE: {}, CREDIT: {}}
    for question in (_OPEN if newer is None else _OPEN_OF_THEN, _SETTLED_LATER, _USED_LATER):
        for side, party, at, paise in read.execute(question, given):
            sums = found[side].setdefault(party, {})
            sums[at] = sums.get(at, 0) + paise
    return found


def _summed(found: Mapping[Id, Mapping[int, int]]) -> dict[Id, int]:
    return {party: sum(sums.values()) for party, sums in found.items()}


def _named(read: Connection) -> dict[Id, tuple[str, str]]:
    found = read.execute(sa.select(parties.c.id, parties.c.code, parties.c.name))
    return {row.id: (row.code, row.name) for row in found}
