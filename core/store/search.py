"""Search as one types: parties and contracts by any part of their name, papers by number and words, newest first.

Every word typed must begin a word of the record. The answer is bounded, and so is the work to find it.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.joining import kept_ones
from core.ids import Id
from core.store.tables import metadata

TYPED_MIN = 2
_DIGITS = 4
"""Running numbers have at least so many: 12 also finds 0012."""
_MASTERS = (("party", "parties", "name_key"), ("contract", "contracts", "title_key"))
_MASTERS_MAX = 5


class Hit(NamedTuple):
    """One record found; `kind` is what its projection called it ("party", "document", "receipt" …)."""

    record: Id
    kind: str


def search(read: Connection, typed: str, *, limit: int = 12) -> list[Hit]:
    """Records that answer what was typed: a few parties and contracts, then papers and the rest, newest first."""
    words = _words(typed)
    if not words:
        return []
    hits = [hit for kind, table, name in _MASTERS for hit in _masters(read, words, kind, table, name)]
    masters = {kind for kind, _table, _name in _MASTERS}
    papers = [hit for hit in newest(read, typed, limit=2 * limit) if hit.kind not in masters]
    return [*hits, *papers][:limit]


def newest(read: Connection, typed: str, *, limit: int = 12) -> list[Hit]:
    """Records of any kind found by their words, the last written first."""
    match = match_of(typed)
    if not match:
        return []
    sql = "SELECT record, kind FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [Hit(bytes(record), kind) for record, kind in read.exec_driver_sql(sql, (match, limit))]


def match_of(typed: str, *kinds: str) -> str:
    """What was typed as a question to the index: each word quoted and open at its end, among records of some kinds.

    Without `kinds` it asks of all; words are always sought in the text, never in the names of kinds. Empty when too
    little was typed.
    """
    words = " AND ".join(_term(word) for word in _words(typed))
    if not words:
        return ""
    named = " OR ".join(f'"{kind}"' for kind in kinds)
    return f"text : ({words}) AND kind : ({named})" if kinds else f"text : ({words})"


def _words(typed: str) -> list[str]:
    """The words worth asking for; none before there are a few letters."""
    words = [word for word in typed.replace("\0", " ").split() if any(letter.isalnum() for letter in word)]
    return words if sum(map(len, words)) >= TYPED_MIN else []


def _term(word: str) -> str:
    quoted = f'"{word.replace(chr(34), "")}"*'
    if word.isdecimal() and word.isascii() and len(word) < _DIGITS:
        return f'({quoted} OR "{word.zfill(_DIGITS)}")'
    return quoted


def _masters(read: Connection, words: list[str], kind: str, table_name: str, name: str) -> list[Hit]:
    """Master records are few: looked through by name and code, so that papers cannot crowd them out."""
    table = metadata.tables[table_name]
    named = sa.func.instr
    holds = [
        sa.or_(named(table.c[name], word) > 0, table.c.code_key.startswith(word, autoescape=True))
        for word in map(str.casefold, words)
    ]
    begins = table.c[name].startswith(words[0].casefold(), autoescape=True)
    question = (
        sa.select(table.c.id)
        .where(table.c.archived == 0, *holds)
        .order_by(begins.desc(), table.c[name], table.c.id)
        .limit(_MASTERS_MAX)
    )
    found = list(read.execute(question).scalars())
    if kind == "party":  # one that became another is found by its old name, and leads to what it is now
        kept = kept_ones(dict(iter(read.exec_driver_sql("SELECT party, kept FROM merged_parties"))))
        found = list(dict.fromkeys(kept.get(record, record) for record in found))
    return [Hit(record, kind) for record in found]
