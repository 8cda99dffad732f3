"""Questions about e-invoices: the IRN of a paper, the paper of an IRN, and what still waits for one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.company.queries import company
from core.einvoice.model import CancelledAtPortal, Registered
from core.einvoice.rules import is_needed
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Document
from core.store.read import in_runs, paper_of, papers_of

_STANDS = (int(State.LIVE), int(State.CONTESTED))
_OF_DOCUMENTS = (
    "SELECT e.document, e.id FROM einvoices e JOIN standing s ON s.record = e.id "
    "WHERE e.document IN (RUN) AND s.state IN (?, ?) ORDER BY e.id"
)
_OF_IRN = "SELECT e.document FROM einvoices e JOIN standing s ON s.record = e.id WHERE e.irn = ? AND s.state IN (?, ?)"
_CANCELLED = "SELECT cancellation FROM einvoices WHERE document = ? AND cancellation IS NOT NULL"
_BETWEEN = (
    "SELECT d.id FROM documents d JOIN standing s ON s.record = d.id WHERE d.dated_on BETWEEN ? AND ? "
    "AND d.type IN ('INV', 'CRN', 'DBN') AND d.opening = 0 AND s.state IN (?, ?) ORDER BY d.dated_on, d.id"
)


class Waiting(NamedTuple):
    """A paper that must have an IRN and has none yet."""

    id: Id
    document: Document


def registered(read: Connection, document: Id) -> Registered | None:
    """The standing registration of a paper; None when it has none, or the portal has cancelled it."""
    return registrations(read, [document]).get(document)


def registrations(read: Connection, documents: Iterable[Id]) -> dict[Id, Registered]:
    """The standing registrations of these papers, by paper."""
    found = {row[0]: row[1] for row in in_runs(read, _OF_DOCUMENTS, documents, *_STANDS)}
    papers = papers_of(read, Registered, found.values())
    return {document: papers[record] for document, record in found.items()}


def cancelled_at_portal(read: Connection, document: Id) -> CancelledAtPortal | None:
    """When and why the portal cancelled a paper's IRN; None while it has not."""
    found = read.exec_driver_sql(_CANCELLED, (document,)).fetchone()
    return paper_of(read, CancelledAtPortal, found[0]) if found else None


def document_of_irn(read: Connection, irn: str) -> Id | None:
    """The paper that an IRN stands for."""
    found = read.exec_driver_sql(_OF_IRN, (irn, *_STANDS)).fetchone()
    return found[0] if found else None


def papers_between(read: Connection, since: dt.date, until: dt.date) -> Sequence[tuple[Id, Document]]:
    """The standing invoices and notes dated in these days, both included, by date."""
    days = (since.isoformat(), until.isoformat())
    found = [row[0] for row in read.exec_driver_sql(_BETWEEN, (*days, *_STANDS))]
    papers = papers_of(read, Document, found)
    return [(record, papers[record]) for record in found]


def waiting(read: Connection, since: dt.date, until: dt.date, facts: Facts | None = None) -> list[Waiting]:
    """The papers of these days that must have an IRN by the company's turnover and have none, by date."""
    facts, turnover = facts or Facts.in_force(), company(read).turnover_paise
    needed = [
        Waiting(record, paper)
        for record, paper in papers_between(read, since, until)
        if is_needed(paper, turnover, facts)
    ]
    known = registrations(read, [row.id for row in needed])
    return [row for row in needed if row.id not in known]
