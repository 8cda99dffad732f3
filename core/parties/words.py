"""Parties by the company's own words: who belongs to which group, salesperson and branch."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.store.tables.parties import parties

_COLUMNS = {
    "group": parties.c.party_group, "salesperson": parties.c.salesperson, "branch": parties.c.branch,
}  # fmt: skip


def how_many(read: Connection) -> int:
    """How many parties there are, archived and merged ones too."""
    return int(read.execute(sa.select(sa.func.count()).select_from(parties)).scalar_one())


def by_own_words(read: Connection) -> dict[tuple[str, str], frozenset[Id]]:
    """The parties of each group, salesperson and branch, by the name of the field and the word as it is written first.

    Words that differ by case and blanks alone are one, as `parties_called` has it.
    """
    written: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], set[Id]] = {}
    for name, column in _COLUMNS.items():
        question = sa.select(parties.c.id, column).where(column != "").order_by(column)
        for record, word in read.execute(question):
            key = (name, " ".join(word.casefold().split()))
            found.setdefault((name, written.setdefault(key, word)), set()).add(record)
    return {key: frozenset(records) for key, records in found.items()}
