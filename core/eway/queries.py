"""Questions about e-way bills: the one that a paper moves on."""

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.eway.model import Noted
from core.ids import Id
from core.store.read import in_runs, papers_of

_OF_DOCUMENTS = (
    "SELECT b.document, b.id FROM eway_bills b JOIN standing s ON s.record = b.id "
    "WHERE b.document IN (RUN) AND s.state = ? ORDER BY b.made_at, b.valid_until, b.id"
)


def noted(read: Connection, document: Id) -> Noted | None:
    """The e-way bill of a paper, the last where it has several; None when none is noted."""
    return notes(read, [document]).get(document)


def notes(read: Connection, documents: Iterable[Id]) -> dict[Id, Noted]:
    """The e-way bills of these papers, by paper; the last made, with its last validity, where there are several."""
    found = {row[0]: row[1] for row in in_runs(read, _OF_DOCUMENTS, documents, int(State.LIVE))}
    papers = papers_of(read, Noted, found.values())
    return {document: papers[record] for document, record in found.items()}
