"""The older log of a book that was loaded from a snapshot: what was young when the snapshot was made is kept as well.

It serves the audit trail, and a service that was put back to a backup. Nothing reads it as the order: whoever uses it
proves first that it leads to the base (core.store.retake).
"""

from collections.abc import Mapping, Sequence

from core.changes.answer import Arrived
from core.changes.change import chain_link
from core.ids import Id
from core.store import log
from core.store.confirmed import decoded_change
from core.store.engine import HAND
from core.store.retake import Runs
from core.store.work import Work

NEXT = "older"
"""The little fact of the book that says after which place the next of them come; None: no more come."""

LEADS = "older_leads"
"""The little fact that all of it came, from the first change on, and led to the base at this place."""

Author = tuple[Id, int]


def keep(work: Work, entries: Sequence[Arrived], links: Mapping[Author, bytes]) -> None:
    """Keep entries that follow on what is here; `links` are those before the first of each author. What stands above
    the base is in the log itself."""
    base = log.base_of(work.read).seq
    heads = dict(links)
    rows = []
    for entry in entries:
        if entry.seq > base:
            break
        author = (entry.device, entry.epoch)
        heads[author] = link = chain_link(heads[author], *author, entry.data)
        change = decoded_change(entry.data)
        name, record = (change.kind, change.record) if change is not None else ("", b"")
        rows.append(
            (
                *author,
                entry.number,
                entry.seq,
                name,
                record,
                int(entry.outcome),
                entry.data,
                link,
                entry.answer,
            )
        )
    if rows:
        work.read.exec_driver_sql(
            HAND + "INSERT OR REPLACE INTO older_changes "
            "(device, epoch, number, seq, kind, record, outcome, data, link, answer) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    last = rows[-1][3] if rows else base
    work.note(**{NEXT: last if last < base else None})
    if last >= base and Runs(work.read).first == 0:
        work.note(**{LEADS: base})
