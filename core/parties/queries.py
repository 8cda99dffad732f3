"""Questions about parties."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.parties.model import Party
from core.store.paging import PAGE_ROWS, Page, ordered_page
from core.store.read import in_runs, record_of
from core.store.tables.parties import merged_parties, parties


class PartyRow(NamedTuple):
    """A party as a list shows it."""

    id: Id
    code: str
    name: str
    kind: str
    gstin: str
    state_code: str
    city: str
    archived: bool


_BY_CODE = (
    "SELECT id FROM parties WHERE code_key = ? ORDER BY id IN (SELECT party FROM merged_parties), id LIMIT 1"
)
_BY_CODES = (
    "SELECT code_key, id, id IN (SELECT party FROM merged_parties) FROM parties WHERE code_key IN (RUN)"
)
_MERGED = sa.select(merged_parties.c.party)
_ROW = sa.select(*(parties.c[name] for name in PartyRow._fields))


_OWN_WORDS = {
    "group": parties.c.party_group, "salesperson": parties.c.salesperson, "branch": parties.c.branch,
}  # fmt: skip


def party(read: Connection, record: Id) -> Party | None:
    """The whole record."""
    return record_of(read, Party, record)


def party_by_code(read: Connection, code: str) -> Id | None:
    """The party of a code, whatever its case, a merged one last; None when there is none."""
    found = read.exec_driver_sql(_BY_CODE, (code.casefold(),)).scalar()
    return found if isinstance(found, bytes) else None


def parties_by_code(read: Connection, codes: Iterable[str]) -> dict[str, Id]:
    """The same of many codes at once, by the code in small letters."""
    asked = in_runs(read, _BY_CODES, {code.casefold() for code in codes})
    found: dict[str, Id] = {}
    for code, record, _is_merged in sorted(asked, key=lambda row: row[1:][::-1]):
        found.setdefault(code, record)
    return found


def own_words(read: Connection) -> dict[str, list[str]]:
    """The groups, salespeople and branches that parties have, each once, by the name of the field."""
    return {
        name: list(read.execute(sa.select(column).where(column != "").distinct().order_by(column)).scalars())
        for name, column in _OWN_WORDS.items()
    }


def parties_called(read: Connection, field: str, word: str) -> frozenset[Id]:
    """The parties whose group, salesperson or branch (`field`) is this word, whatever its case and blanks."""
    wanted = " ".join(word.casefold().split())
    found = read.execute(sa.select(parties.c.id, _OWN_WORDS[field]))
    return frozenset(record for record, called in found if " ".join(called.casefold().split()) == wanted)


def parties_by_name(
    read: Connection, *, key: tuple[str, Id] | None = None, limit: int = PAGE_ROWS, archived: bool = False
) -> Page[PartyRow]:
    """A page of parties by name."""
    order = (parties.c.name_key, parties.c.id)
    question = _ROW.where(parties.c.archived == int(archived), parties.c.id.not_in(_MERGED))
    page = ordered_page(read, question, order, key, limit)
    return Page([_row(row) for row in page.rows], page.next_key)


def party_rows(read: Connection, records: list[Id]) -> list[PartyRow]:
    """These parties as a list shows them, for re-reading what was touched."""
    found = read.execute(_ROW.where(parties.c.id.in_(records)))
    return [_row(row) for row in found]


def _row(found: Any) -> PartyRow:
    return PartyRow(
        found.id,
        found.code,
        found.name,
        found.kind,
        found.gstin,
        found.state_code,
        found.city,
        bool(found.archived),
    )
