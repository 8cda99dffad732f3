"""What is owed by age on any day: what is open now, and what was open then and is settled by now.

The second stands in `spells`, which lie by length: a day asks of each length only those that can have lasted to it, so
that a day years ago reads no more than yesterday. The database sums; no paper is read.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.spells import reach
from core.statements.model import BUCKETS, AgeingRow
from core.statements.rules import bounds, bucket, split, totalled

_AT = (
    "CASE WHEN side = 'credit' THEN 6 WHEN due_on >= ? THEN 0 WHEN due_on >= ? THEN 1 WHEN due_on >= ? THEN 2 "
    "WHEN due_on >= ? THEN 3 WHEN due_on >= ? THEN 4 ELSE 5 END AS at"
)
"""The bucket of a bill; what lies on account has its own place after the six."""
_OPEN = (
    "SELECT party, AT, open_paise AS paise FROM open_items INDEXED BY open_by_party "
    "WHERE open_paise > 0 AND side IN ('due', 'credit') AND dated_on <= ?"
).replace("AT", _AT)
_STOOD_OPEN = (
    "SELECT party, AT, paise FROM spells WHERE span = ? AND from_on > ? AND from_on <= ? AND until_on > ?"
).replace("AT", _AT)
_BY_PARTY = (
    "SELECT s.*, coalesce(p.code, ''), coalesce(p.name, '') FROM (SELECT party, SUMS FROM (PARTS) GROUP BY party) s "
    "LEFT JOIN parties p ON p.id = s.party"
).replace(
    "SUMS", ", ".join(f"coalesce(sum(paise) FILTER (WHERE at = {at}), 0)" for at in range(len(BUCKETS) + 1))
)
_OF_PARTY = (
    "SELECT i.due_on, i.open_paise + coalesce((SELECT sum(a.paise) FROM allocations a "
    "WHERE a.document = i.paper AND a.allocated_on > ?), 0) FROM open_items i "
    "WHERE i.party = ? AND i.side = 'due' AND i.dated_on <= ?"
)


def ageing(read: Connection, *, on: dt.date) -> tuple[list[AgeingRow], AgeingRow]:
    """What each party owed at the end of a day, the largest first, and the total of all.

    Open bills net of what was allocated to them by then; money on account (receipts and credit notes not yet
    allocated) settles no bill and stands apart in `on_account_paise`. Parties without an open bill are left out.
    """
    rows = [
        AgeingRow(party, code, name, sum(buckets), tuple(buckets), on_account)
        for party, *buckets, on_account, code, name in _by_party(read, on)
        if any(buckets)
    ]
    rows.sort(key=lambda row: (-row.total_paise, row.name.casefold(), row.party))
    return rows, totalled(rows)


def buckets_of(read: Connection, party: Id, on: dt.date) -> tuple[int, ...]:
    """What one party owed at the end of a day, by age."""
    day = on.isoformat()
    found = read.exec_driver_sql(_OF_PARTY, (day, party, day))
    return split((bucket(dt.date.fromisoformat(due_on), on), paise) for due_on, paise in found)


def on_account_of(read: Connection, on: dt.date) -> dict[Id, int]:
    """What lay on account of each party at the end of a day: receipts and credit notes not yet allocated."""
    return {found[0]: found[-3] for found in _by_party(read, on) if found[-3]}


def _by_party(read: Connection, on: dt.date) -> Sequence[Any]:
    """(party, what was open of its bills by bucket …, on account, code, name) at the end of a day."""
    day, limits = on.isoformat(), [first.isoformat() for first in bounds(on)]
    parts: list[str] = [_OPEN]
    given: list[str | int] = [*limits, day]
    for span, since in reach(on):
        parts.append(_STOOD_OPEN)
        given += [*limits, span, since.isoformat(), day, day]
    question = _BY_PARTY.replace("PARTS", " UNION ALL ".join(parts))
    return read.exec_driver_sql(question, tuple(given)).fetchall()
