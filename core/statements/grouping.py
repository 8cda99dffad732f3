"""What is owed by group, salesperson or branch: the parties' rows of an ageing, added up."""

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.statements.ageing import ageing
from core.statements.model import AgeingRow, GroupRow
from core.statements.naming import age_names
from core.statements.rules import split
from core.store.tables.parties import parties

BY_PARTY, BY_BUCKET = "party", "bucket"
_COLUMNS = {
    "group": parties.c.party_group,
    "salesperson": parties.c.salesperson,
    "branch": parties.c.branch,
}
BY = (BY_PARTY, *_COLUMNS, BY_BUCKET)
"""What an ageing may be summed by."""


def ageing_by(read: Connection, *, on: dt.date, by: str) -> list[GroupRow]:
    """What was owed at the end of a day, by one of BY: parties and groups the largest first, buckets in their order.

    Names that differ in case or blanks alone are one group; parties without one stand together under no name. Money
    on account stands beside, as in the ageing it adds up. KeyError for another `by`.
    """
    rows, total = ageing(read, on=on)
    if by == BY_PARTY:
        return [GroupRow(row.name, 1, row.total_paise, row.buckets, row.on_account_paise) for row in rows]
    if by == BY_BUCKET:
        return _buckets(rows, total)
    return grouped(rows, _words(read, by))


def grouped(rows: Iterable[AgeingRow], words: dict[Id, str]) -> list[GroupRow]:
    """Rows of an ageing added up by the words of their parties, the largest first, those without a word last."""
    found: dict[str, list[AgeingRow]] = {}
    names: dict[str, str] = {}
    for row in rows:
        word = " ".join(words.get(row.party, "").split())
        names.setdefault(word.casefold(), word)
        found.setdefault(word.casefold(), []).append(row)
    groups = [_sum(names[key], members) for key, members in found.items()]
    return sorted(groups, key=lambda group: (not group.name, -group.total_paise, group.name.casefold()))


def _words(read: Connection, by: str) -> dict[Id, str]:
    column = _COLUMNS[by]
    return {row[0]: row[1] for row in read.execute(sa.select(parties.c.id, column).where(column != ""))}


def _sum(name: str, rows: Sequence[AgeingRow]) -> GroupRow:
    return GroupRow(
        name=name,
        parties=len(rows),
        total_paise=sum(row.total_paise for row in rows),
        buckets=tuple(sum(parts) for parts in zip(*(row.buckets for row in rows), strict=True)),
        on_account_paise=sum(row.on_account_paise for row in rows),
    )


def _buckets(rows: Sequence[AgeingRow], total: AgeingRow) -> list[GroupRow]:
    return [
        GroupRow(name, sum(1 for row in rows if row.buckets[at]), paise, split([(at, paise)]))
        for at, (name, paise) in enumerate(zip(age_names(), total.buckets, strict=True))
    ]
