"""The draft journal: what is being typed and is not yet a change, kept in the encrypted book.

Unlogged and of this device alone. Whoever types keeps within 200 ms; a field left is a change and lets its entry go.
"""

from sqlalchemy.engine import Connection

from core.store.tables.store import draft_journal
from core.store.work import Work


def keep(work: Work, place: str, value: bytes, at_us: int) -> None:
    """Keep what stands at a place now ("draft/<id>"), over what was kept there; `at_us` is when it was typed."""
    work.keep(draft_journal, place=place, value=value, kept_at_us=at_us)


def recall(read: Connection, place: str) -> bytes | None:
    """What was kept at a place; None when nothing is."""
    sql = "SELECT value FROM draft_journal WHERE place = ?"
    found = read.exec_driver_sql(sql, (place,)).fetchone()
    return bytes(found[0]) if found else None


def let_go(work: Work, place: str) -> None:
    """Let a place go: it was saved or given up. A place that keeps nothing is no error."""
    if recall(work.read, place) is not None:
        work.let_go(draft_journal, place)


def places(read: Connection, prefix: str) -> list[str]:
    """The places that keep something and begin so, last kept first (at most 100)."""
    sql = "SELECT place FROM draft_journal WHERE substr(place, 1, ?) = ? ORDER BY kept_at_us DESC, place LIMIT 100"
    return [place for (place,) in read.exec_driver_sql(sql, (len(prefix), prefix))]
