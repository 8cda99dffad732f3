"""What is owed by age on any day: what is open now, and what was open then and is settled by now.

The second stands in `spells`, which lie by length: a day asks of each length only those that can have lasted to it, so
that a day years ago reads no more than yesterday. The database sums; no paper is read.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.spells import reach
from core.parties.merged import family, merged
from core.statements.model import BUCKETS, AgeingRow
from core.statements.rules import bounds, bucket, split, totalled
from core.store.read import in_runs

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
_NAMED = "SELECT id, code, name FROM parties WHERE id IN (RUN)"
_OF_PARTY = (
    "SELECT i.due_on, i.open_paise + coalesce((SELECT sum(a.paise) FROM allocations a "
    "WHERE a.document = i.paper AND a.allocated_on > ?), 0) FROM open_items i "
    "WHERE i.party IN (RUN) AND i.side = 'due' AND i.dated_on <= ?"
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
    members = family(read, party)
    question = _OF_PARTY.replace("RUN", ", ".join("?" * len(members)))
    found = read.exec_driver_sql(question, (day, *members, day))
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
    found = read.exec_driver_sql(question, tuple(given)).fetchall()
    kept = merged(read)
    return _together(read, found, kept) if any(row[0] in kept for row in found) else found


def _together(read: Connection, rows: Sequence[Any], kept: Mapping[Id, Id]) -> list[Any]:
    """What was open of merged parties, with the party kept."""
    named = {row[0]: tuple(row[-2:]) for row in rows}
    named |= {row[0]: tuple(row[1:]) for row in in_runs(read, _NAMED, set(kept.values()))}
    sums: dict[Id, list[int]] = {}
    for party, *paise, _code, _name in rows:
        whole = sums.setdefault(kept.get(party, party), [0] * len(paise))
        whole[:] = [one + more for one, more in zip(whole, paise, strict=True)]
    return [(party, *paise, *named.get(party, ("", ""))) for party, paise in sums.items()]
