"""Questions about interest: live on any bill, by party, what was charged of it, and whose tax has fallen due.

Nothing here is stored but acceptances and the days that notes have charged; all else is reckoned from the ledger. A
bill's interest notes are found by the papers themselves, so an imported book answers alike.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.company.model import Udyam
from core.company.queries import company
from core.facts import Facts, UnknownFact
from core.ids import Id
from core.interest import rules
from core.interest.leverage import Leverage, leverage
from core.interest.model import (
    AGREED,
    MSMED,
    Acceptance,
    BillInterest,
    Moved,
)
from core.interest.received import Came, Told, by_month
from core.invoicing.model import Document
from core.invoicing.papers import CREDIT_NOTE, DEBIT_NOTE, is_interest, is_interest_tax
from core.ledger.model import Release
from core.parties.merged import family
from core.parties.model import Party
from core.store.read import in_runs, papers_of, record_of

# The states of core.changes.standing: 1 and 3 stand (live, contested), 4 and 5 were taken back (cancelled, void).
_BILLS = (
    "SELECT d.id, d.type, d.number, d.party, d.dated_on, d.due_on, o.amount_paise, o.open_paise FROM documents d "
    "JOIN open_items o ON o.paper = d.id JOIN standing s ON s.record = d.id "
    "WHERE d.id IN (RUN) AND o.side = 'due' AND d.type IN ('INV', 'DBN') AND s.state IN (1, 3)"
)
_NOTES = (
    "SELECT d.original, d.id, o.amount_paise FROM documents d JOIN open_items o ON o.paper = d.id "
    "JOIN standing s ON s.record = d.id "
    "WHERE d.original IN (RUN) AND d.type = 'DBN' AND s.state IN (1, 3)"
)
_PAID = (
    "SELECT a.document, a.allocated_on, a.paise FROM allocations a LEFT JOIN standing s ON s.record = a.credit "
    "WHERE a.document IN (RUN) AND (s.state IS NULL OR s.state NOT IN (4, 5))"
)
"""What was paid on bills. A receipt that was taken back (a cheque bounced) never paid: interest runs on through it."""
_ACCEPTANCES = (
    "SELECT document, delivered_on, objected_on, removed_on, noted_on, note FROM acceptances "
    "WHERE document IN (RUN) ORDER BY document, noted_on, id"
)
_LATE = (
    "SELECT o.paper FROM open_items o WHERE o.party IN (RUN) AND o.side = 'due' AND o.type IN ('INV', 'DBN') "
    "AND o.dated_on < ? AND (o.open_paise > 0 OR EXISTS (SELECT 1 FROM allocations a WHERE a.document = o.paper "
    "AND a.allocated_on > o.dated_on)) ORDER BY o.dated_on, o.number"
)
_CHARGED = (
    "SELECT d.id FROM documents d JOIN standing s ON s.record = d.id "
    "WHERE d.type != 'INV' AND d.type = 'DBN' AND d.original IS NOT NULL AND s.state IN (1, 3) "
    "AND EXISTS (SELECT 1 FROM allocations a WHERE a.document = d.id)"
)
_MONEY = (
    "SELECT a.document, a.claim, a.allocated_on, a.paise FROM allocations a JOIN standing s ON s.record = a.credit "
    "WHERE a.document IN (RUN) AND (s.kind LIKE 'receipts.%' OR s.kind LIKE 'advances.%') "
    "AND s.state NOT IN (4, 5) AND (a.paise < 0 OR a.allocated_on <= ?)"
)
"""Money that settled notes up to a day; and whatever undid some of it, whenever: undone, it never was interest."""
_TAX_NOTES = (
    "SELECT d.source, d.id FROM documents d JOIN standing s ON s.record = d.id "
    "WHERE d.source IN (RUN) AND d.type IN ('DBN', 'CRN') AND s.state IN (1, 3)"
)


class InterestTotal(NamedTuple):
    """Interest on several bills together."""

    bills: int
    interest_paise: int
    booked_paise: int
    unbooked_paise: int


class InterestReceived(NamedTuple):
    """Money received under an interest note in one month, and how much of it a tax note has told already.

    `received_on` is the last day of that month on which some came in. `knows_rate` is False for interest on an opening
    balance: the book does not know what was supplied.
    """

    note: Id
    number: str
    party: Id
    party_name: str
    received_on: dt.date
    received_paise: int
    taxed_paise: int
    knows_rate: bool

    @property
    def awaiting_paise(self) -> int:
        """What was received and bears no tax yet."""
        return self.received_paise - self.taxed_paise


def interest_on(
    read: Connection, document: Id, on: dt.date, facts: Facts | None = None, *, basis: str = ""
) -> BillInterest | None:
    """Interest on one bill up to a day; None for what is no standing bill. `basis` asks for MSMED or AGREED alone."""
    return interest_of_bills(read, [document], on, facts, basis=basis).get(document)


def interest_of_party(
    read: Connection, party: Id, on: dt.date, facts: Facts | None = None
) -> list[BillInterest]:
    """Every bill of a party on which interest has run up to a day, paid ones too, the oldest first."""
    members = family(read, party)
    question = _LATE.replace("RUN", ", ".join("?" * len(members)))
    late = [row[0] for row in read.exec_driver_sql(question, (*members, on.isoformat()))]
    found = interest_of_bills(read, late, on, facts)
    return [found[bill] for bill in late if bill in found and found[bill].interest_paise]


def interest_of_bills(
    read: Connection, documents: Iterable[Id], on: dt.date, facts: Facts | None = None, *, basis: str = ""
) -> dict[Id, BillInterest]:
    """Interest on each of these that is a standing bill; notes on interest and its tax bear none."""
    facts = facts or Facts.in_force()
    rows = list(in_runs(read, _BILLS, documents))
    debits = papers_of(read, Document, [row[0] for row in rows if row[1] == DEBIT_NOTE])
    rows = [row for row in rows if row[0] not in debits or not _is_of_interest(debits[row[0]])]
    asked = _Asked(read, [row[0] for row in rows], on, facts, basis)
    return {row[0]: asked.interest(row) for row in rows}


def total_of(interests: Iterable[BillInterest]) -> InterestTotal:
    """What some bills' interest comes to."""
    found = list(interests)
    return InterestTotal(
        len(found),
        sum(each.interest_paise for each in found),
        sum(each.booked_paise for each in found),
        sum(each.unbooked_paise for each in found),
    )


def acceptance_of(read: Connection, document: Id) -> Acceptance | None:
    """The delivery and acceptance noted last of a bill; None when none was."""
    return _acceptances(read, [document]).get(document)


def leverage_on(read: Connection, document: Id, on: dt.date, facts: Facts | None = None) -> Leverage | None:
    """What the buyer himself loses by a bill unpaid up to a day; None for what is no standing bill.

    The Income-tax Acts' rule is left out where the company is no micro or small enterprise, or trades: it is disputed
    whether a trader is a supplier at all.
    """
    interest = interest_on(read, document, on, facts)
    if interest is None:
        return None
    is_sure = interest.basis == MSMED and rules.TRADER not in rules.doubts_of_supplier(company(read).udyam)
    paper = papers_of(read, Document, [document])[document]
    return leverage(paper, on, open_paise=interest.open_paise, clock=interest.clock if is_sure else None)


def charged_until(read: Connection, document: Id) -> dt.date | None:
    """The day up to which standing notes have charged interest on a bill; None when none has."""
    question = (
        "SELECT max(b.upto_on) FROM interest_bookings b JOIN standing s ON s.record = b.note "
        "WHERE b.document = ? AND s.state IN (1, 3)"
    )
    found = read.exec_driver_sql(question, (document,)).scalar()
    return dt.date.fromisoformat(found) if found else None


def interest_awaiting_tax(
    read: Connection, on: dt.date, *, notes: Sequence[Id] | None = None
) -> list[InterestReceived]:
    """Interest received up to a day that no tax note has told, the oldest first; of these notes, or of all.

    A note has a row for each month in which money came in: the tax falls due with each part of it. Interest on what
    was exempt, or charged by who is not registered or pays by composition, waits for no tax.
    """
    charged = [row[0] for row in read.exec_driver_sql(_CHARGED)] if notes is None else list(notes)
    came = _came(read, charged, on)
    papers = papers_of(read, Document, came)
    due = {note: paper for note, paper in papers.items() if is_interest(paper) and _falls_due(paper)}
    told = _told(read, due)
    found = [
        InterestReceived(note, paper.number, paper.buyer.party, paper.buyer.name, *month, knows_rate(paper))
        for note, paper in due.items()
        for month in by_month(came[note], told.get(note, ()))
    ]
    return sorted(
        (each for each in found if each.awaiting_paise > 0), key=lambda e: (e.received_on, e.number)
    )


def knows_rate(note: Document) -> bool:
    """Whether an interest note says what its bill supplied, and so the rate of its tax."""
    return any(line.hsn or line.treatment != "non_gst" for line in note.lines)


def _falls_due(note: Document) -> bool:
    if not note.seller.gstin or note.seller.composition:
        return False
    return not knows_rate(note) or any(line.treatment == "taxable" for line in note.lines)


def _came(read: Connection, notes: Iterable[Id], on: dt.date) -> dict[Id, list[Came]]:
    """The money that settled each note up to a day, and still does."""
    rows = list(in_runs(read, _MONEY, notes, on.isoformat()))
    undoings = papers_of(read, Release, {claim for _note, claim, _day, paise in rows if paise < 0})
    undone = {undoing.claim for undoing in undoings.values()}
    came: dict[Id, list[Came]] = {}
    for note, claim, day, paise in rows:
        if paise > 0 and claim not in undone:
            came.setdefault(note, []).append(Came(dt.date.fromisoformat(day), paise))
    return came


def _told(read: Connection, notes: Iterable[Id]) -> dict[Id, list[Told]]:
    """How much interest tax notes have told of each interest note, and when."""
    made = [(source, record) for source, record in in_runs(read, _TAX_NOTES, notes)]
    papers = papers_of(read, Document, [record for _source, record in made])
    told: dict[Id, list[Told]] = {}
    for source, record in made:
        paper = papers[record]
        if is_interest_tax(paper):
            value = sum(line.taxable_paise for line in paper.lines)
            one = Told(paper.dated_on, -value if paper.type == CREDIT_NOTE else value)
            told.setdefault(source, []).append(one)
    return told


def _is_of_interest(document: Document) -> bool:
    return is_interest(document) or is_interest_tax(document)


def _acceptances(read: Connection, documents: Iterable[Id]) -> dict[Id, Acceptance]:
    found = {}
    for document, *days, note in in_runs(read, _ACCEPTANCES, documents):
        delivered, objected, removed, noted = (dt.date.fromisoformat(day) if day else None for day in days)
        if delivered is not None:
            found[document] = Acceptance(document, delivered, objected, removed, noted, note)
    return found


class _Asked:
    """All that some bills' interest is reckoned from, read together."""

    def __init__(self, read: Connection, bills: list[Id], on: dt.date, facts: Facts, basis: str) -> None:
        self._read, self._on, self._facts, self._basis = read, on, facts, basis
        self._udyam: Udyam = company(read).udyam
        self._parties: dict[Id, Party] = {}
        self._acceptances = _acceptances(read, bills)
        notes = [(bill, note, paise) for bill, note, paise in in_runs(read, _NOTES, bills)]
        papers = papers_of(read, Document, [note for _bill, note, _paise in notes])
        self._notes: dict[Id, list[tuple[Id, int]]] = {}
        for bill, note, paise in notes:
            if is_interest(papers[note]):
                self._notes.setdefault(bill, []).append((note, paise))
        charged = [note for of_bill in self._notes.values() for note, _paise in of_bill]
        self._paid = self._moved([*bills, *charged])

    def interest(self, row: Any) -> BillInterest:
        """The interest on one bill, told by its row."""
        bill, _type, number, party, dated, due, amount_paise, open_paise = row
        dated_on, due_on = dt.date.fromisoformat(dated), dt.date.fromisoformat(due)
        notes = self._notes.get(bill, [])
        told = BillInterest(
            bill, number, party, dated_on, amount_paise, self._on, open_paise=open_paise,
            booked_paise=sum(paise for _note, paise in notes),
            settled_paise=sum(
                one.paise for note, _paise in notes for one in self._paid.get(note, ()) if one.on <= self._on
            ),
        )  # fmt: skip
        told = self._clocked(told, bill, due_on, self._party(party))
        if told.reason or told.clock.starts_on is None:
            return told
        told = self._reckoned(told, [note for note, _paise in notes])
        return told._replace(flags=tuple(self._doubts(told)))

    def _clocked(self, told: BillInterest, bill: Id, due_on: dt.date, party: Party) -> BillInterest:
        """By which right interest runs, and from when."""
        why = rules.why_not_supplier(self._udyam, told.dated_on)
        if self._basis != AGREED and not why:
            agreed_on = due_on if party.agreed_in_writing else None
            clock = rules.msmed_clock(told.dated_on, self._acceptances.get(bill), agreed_on)
            reason = rules.OBJECTED if clock.accepted_on is None else ""
            return told._replace(basis=MSMED, clock=clock, reason=reason)
        if self._basis != MSMED and party.interest.rate_bp > 0:
            return told._replace(basis=AGREED, clock=rules.agreed_clock(due_on, party.interest))
        return told._replace(reason=why or rules.NO_TERMS)

    def _reckoned(self, told: BillInterest, notes: Iterable[Id]) -> BillInterest:
        payments = self._paid.get(told.document, ())
        settlements = [one for note in notes for one in self._paid.get(note, ())]
        starts_on = told.clock.starts_on
        assert starts_on is not None, "a bill without a first day is not reckoned"
        moved = {"payments": payments, "settlements": settlements}
        if told.basis == AGREED:
            terms = self._party(told.party).interest
            return told._replace(
                sheet=rules.agreed_interest(told.amount_paise, starts_on, self._on, terms, **moved)
            )
        try:
            sheet = rules.msmed_interest(told.amount_paise, starts_on, self._on, self._facts, **moved)
        except UnknownFact:
            return told._replace(reason=rules.RATE_UNKNOWN)
        return told._replace(sheet=sheet)

    def _doubts(self, told: BillInterest) -> Iterable[str]:
        if told.basis == MSMED:
            yield from rules.doubts_of_supplier(self._udyam)
            if not told.clock.is_noted:
                yield rules.DEEMED
        if told.sheet.unconfirmed_from is not None:
            yield rules.UNCONFIRMED
        if told.over_paise:
            yield rules.OVERBOOKED

    def _party(self, party: Id) -> Party:
        if party not in self._parties:
            self._parties[party] = record_of(self._read, Party, party) or Party()
        return self._parties[party]

    def _moved(self, papers: list[Id]) -> Mapping[Id, list[Moved]]:
        found: dict[Id, list[Moved]] = {}
        for paper, day, paise in in_runs(self._read, _PAID, papers):
            found.setdefault(paper, []).append(Moved(dt.date.fromisoformat(day), paise))
        return found
