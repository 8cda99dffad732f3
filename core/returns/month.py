"""All that a return of a period is made of, read from the book."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.advances.queries import moves, moves_of_voucher
from core.advances.rules import Move, shared_in_order
from core.changes.standing import State
from core.company.queries import company
from core.company.rules import state_of
from core.facts import Facts
from core.ids import Id
from core.invoicing.filed import is_imported
from core.invoicing.model import Document, Original
from core.returns.covering import (
    Taken,
    filings_of,
    is_furnishable,
    marks_of,
    papers_of_period,
    unbroken,
    written_since,
)
from core.returns.model import Month, PeriodAmendment, Reported, UsedNumber
from core.returns.periods import bounds, period_of, quarter_end
from core.returns.rules import GSTR1, GSTR3B, IFF, Filings, Mark, check_period, covers, period_for
from core.store.read import in_runs, papers_of, refuse_partial

STANDS = (State.LIVE, State.CONTESTED)
NATURES = {"INV": 1, "DBN": 4, "CRN": 5, "RCV": 6, "RFV": 8, "CHL": 12}
"""The portal's doc_num of each type of paper (Table 13)."""
REVISED_NATURE = 3
CHALLAN_NATURES = {"job_work": 9}

_VOUCHERS = "SELECT v.id, v.type, v.number, v.dated_on FROM vouchers v WHERE "
_UNUSED = "SELECT u.id, u.type, u.number, u.dated_on FROM unused_numbers u WHERE "


class _Frame(NamedTuple):
    """The period that is drawn, and what was filed."""

    period: str
    filing: str
    filings: Filings
    first: dt.date
    last: dt.date

    def tells(self, mark: Mark) -> bool:
        """Whether the period's GSTR-1 tells a paper that no IFF carries."""
        return period_for(mark, self.filings, self.filing) == self.period


def month_of(read: Connection, period: str, *, form: str = GSTR1, facts: Facts | None = None) -> Month:
    """Everything that the return of a period tells, late papers among it, as it would be or was filed.

    `form` is GSTR1, IFF (`period` is then a month within a quarter) or GSTR3B, which takes what IFFs told too. The
    facts decide nothing here. Raises `RuleBroken` when no such return is filed for the period, and in
    a book that lacks parties.
    """
    refuse_partial(read)
    filer = company(read)
    check_period(period, form, filer.filing)
    whole = period if form != IFF else quarter_end(period)
    frame = _Frame(whole, filer.filing, filings_of(read), *bounds(whole, filer.filing))
    papers = papers_of_period(read, whole, filer.filing, frame.filings)
    bodies = papers_of(read, Document, [paper.id for paper in papers if paper.state is not State.HELD])
    reported = _reported(read, papers, bodies)
    blank = Month(
        gstin=filer.registration.gstin,
        supplier_state=state_of(filer.registration, filer.address),
        supplier_in_sez=filer.sez,
        period=period,
        turnover_paise=filer.turnover_paise,
        filing="quarterly" if filer.filing == "quarterly" else "monthly",
    )
    if form == IFF:
        return msgspec.structs.replace(blank, documents=_furnished(reported, period, frame))
    documents = tuple(report for told_in, report in reported if form == GSTR3B or told_in == whole)
    furnished = tuple(report for told_in, report in reported if told_in != whole)
    return msgspec.structs.replace(
        blank,
        documents=documents,
        furnished=furnished if form == GSTR1 else (),
        advances=tuple(_advances(read, frame)),
        amendments=tuple(_amendments(read, frame)),
        numbers=(*_document_numbers(papers, bodies), *_other_numbers(read, frame)),
    )


def _reported(
    read: Connection, papers: Sequence[Taken], bodies: Mapping[Id, Document]
) -> list[tuple[str, Reported]]:
    """The supplies among the documents, each with the period that tells it, what a note answers, what it amends."""
    told = [(paper, bodies[paper.id]) for paper in papers if paper.state in STANDS and paper.type != "CHL"]
    named = {
        each.document
        for _paper, document in told
        for each in (document.original, document.amends)
        if each is not None and each.document is not None
    }
    known = dict(bodies) | papers_of(read, Document, named - bodies.keys())
    return [
        (
            paper.period,
            Reported(document, paper.id, _named(document.original, known), _named(document.amends, known)),
        )
        for paper, document in told
    ]


def _named(original: Original | None, known: Mapping[Id, Document]) -> Document | None:
    return known.get(original.document) if original is not None and original.document is not None else None


def _furnished(reported: Iterable[tuple[str, Reported]], month: str, frame: _Frame) -> tuple[Reported, ...]:
    """What the IFF of a month told, or would tell: papers to registered buyers up to its end, not told before."""
    if (IFF, month) in frame.filings:
        return tuple(report for told_in, report in reported if told_in == month)
    last = bounds(month, "monthly")[1]
    return tuple(
        report
        for told_in, report in reported
        if told_in == frame.period and report.document.dated_on <= last and is_furnishable(report.document)
    )


def _document_numbers(papers: Iterable[Taken], bodies: Mapping[Id, Document]) -> Iterator[UsedNumber]:
    for paper in papers:
        document = bodies.get(paper.id)
        if document is None:
            continue
        amends = document.amends
        if amends is not None and amends.number.casefold() == document.number.casefold():
            continue  # the number was used, and counted, in the period of the paper that this one corrects
        state = "issued" if paper.state in STANDS else "cancelled"
        yield UsedNumber(nature_of(document), paper.number, state)  # type: ignore[arg-type]


def nature_of(document: Document) -> int:
    """The portal's number for what kind of paper a document is (Table 13)."""
    if document.type == "INV" and document.revises is not None:
        return REVISED_NATURE
    if document.type == "CHL":
        return CHALLAN_NATURES.get(document.purpose, NATURES["CHL"])
    return NATURES[document.type]


def _other_numbers(read: Connection, frame: _Frame) -> Iterator[UsedNumber]:
    """The numbers of vouchers, and those that no paper was issued under."""
    kinds = ("advances.received", "advances.refunded")
    for _record, type_, number, state in _small(read, _VOUCHERS, frame, kinds):
        if state is not State.HELD:
            yield UsedNumber(NATURES[type_], number, "issued" if state in STANDS else "cancelled")
    for _record, type_, number, state in _small(read, _UNUSED, frame, ("returns.unused",)):
        if state in STANDS:
            yield UsedNumber(NATURES[type_], number, "draft")


def _small(
    read: Connection, question: str, frame: _Frame, kinds: Sequence[str]
) -> Iterator[tuple[Id, str, str, State]]:
    """The rows of a table of few papers that the period tells: id, type, number and how each stands."""
    days = (frame.first.isoformat(), frame.last.isoformat())
    rows = {row[0]: row for row in read.exec_driver_sql(f"{question} dated_on BETWEEN ? AND ?", days)}
    for filed, since, until in unbroken(frame.period, frame.filing, frame.filings):
        if filed.is_imported:
            earlier = (since.isoformat(), until.isoformat())
            dated = read.exec_driver_sql(f"{question} dated_on BETWEEN ? AND ?", earlier).fetchall()
            rows |= {row[0]: row for row in dated if not is_imported(row[0]) or row[0] in filed.exceptions}
            continue
        fresh = [record for kind in kinds for record in written_since(read, kind, filed)]
        rows |= {row[0]: row for row in in_runs(read, f"{question} id IN (RUN)", fresh) if row[3] < days[0]}
    marks = marks_of(read, {record: dt.date.fromisoformat(row[3]) for record, row in rows.items()})
    sql = "SELECT record, state FROM standing WHERE record IN (RUN)"
    states = {record: State(state) for record, state in in_runs(read, sql, rows)}
    for record, row in sorted(rows.items(), key=lambda each: (each[1][3], each[0])):
        if frame.tells(marks[record]):
            yield record, row[1], row[2], states[record]


def _advances(read: Connection, frame: _Frame) -> list[Move]:
    """Advances received, set off and given back in the period, and those of before it that no return told."""
    if read.exec_driver_sql("SELECT 1 FROM vouchers LIMIT 1").fetchone() is None:
        return []
    found = moves(read, min(frame.first, *_since(read, frame)), frame.last)
    told = _told_in(read, found, frame)
    late = {
        move.voucher
        for move, name in zip(found, told, strict=True)
        if move.voucher is not None and name != period_of(move.moved_on, frame.filing)
    }
    own = [
        move
        for move, name in zip(found, told, strict=True)
        if name == frame.period and move.voucher not in late
    ]
    own += [move for voucher in late for move in _as_told(read, voucher, frame)]
    own.sort(key=lambda move: (move.moved_on, move.received_on, move.voucher or b"", move.number))
    return own


def _as_told(read: Connection, voucher: Id, frame: _Frame) -> Iterator[Move]:
    """What the period tells of an advance of which something came late.

    Its tax is shared out in the order of the returns that tell its parts, so that a filed one never changes.
    """
    received, *parts = moves_of_voucher(read, voucher)
    told = _told_in(read, [received, *parts], frame)
    if told[0] == frame.period:
        yield received
    order = sorted(range(len(parts)), key=lambda n: (told[n + 1], n))
    for n, move in zip(order, shared_in_order(received, [parts[n] for n in order]), strict=True):
        if told[n + 1] == frame.period:
            yield move


def _told_in(read: Connection, found: Sequence[Move], frame: _Frame) -> list[str]:
    """The period that tells each move."""
    return [period_for(mark, frame.filings, frame.filing) for mark in _move_marks(read, found)]


def _since(read: Connection, frame: _Frame) -> Iterator[dt.date]:
    """The days before the period on which an advance moved that the return before did not know of."""
    yield frame.first
    for filed, since, _until in unbroken(frame.period, frame.filing, frame.filings):
        if filed.is_imported:
            yield since
            continue
        received = list(written_since(read, "advances.received", filed))
        allocated = list(written_since(read, "ledger.allocated", filed))
        for row in in_runs(read, "SELECT min(dated_on) FROM vouchers WHERE id IN (RUN)", received):
            if row[0]:
                yield dt.date.fromisoformat(row[0])
        sql = "SELECT min(a.allocated_on) FROM allocations a JOIN vouchers v ON v.id = a.credit WHERE a.claim IN (RUN)"
        for row in in_runs(read, sql, allocated):
            if row[0]:
                yield dt.date.fromisoformat(row[0])


def _move_marks(read: Connection, found: Sequence[Move]) -> list[Mark]:
    """Where each move stands in the log: the voucher that brought it, or the claim that used it."""
    vouchers = {move.voucher: move.received_on for move in found if move.voucher is not None}
    sql = (
        "SELECT a.credit, a.allocated_on, i.number, a.claim FROM allocations a "
        "JOIN open_items i ON i.paper = a.document WHERE a.credit IN (RUN)"
    )
    claims = {(row[0], row[1], row[2]): row[3] for row in in_runs(read, sql, vouchers)}
    records = []
    for move in found:
        assert move.voucher is not None, "a book knows every voucher of its moves"
        used_by = claims.get((move.voucher, move.moved_on.isoformat(), move.number))
        records.append(used_by if used_by is not None and move.what != "received" else move.voucher)
    days = {record: move.moved_on for record, move in zip(records, found, strict=True)} | vouchers
    marks = marks_of(read, days)
    return [
        marks[record]._replace(dated_on=move.moved_on) for record, move in zip(records, found, strict=True)
    ]


def _amendments(read: Connection, frame: _Frame) -> Iterator[PeriodAmendment]:
    sql = (
        "SELECT p.id FROM period_amendments p CROSS JOIN standing s ON s.record = p.id "
        "WHERE s.state = ? ORDER BY p.id"
    )
    records = [row[0] for row in read.exec_driver_sql(sql, (int(State.LIVE),))]
    rows = papers_of(read, PeriodAmendment, records)
    marks = marks_of(read, dict.fromkeys(records, frame.first))
    for record in records:
        if _tells_amendment(rows[record], marks[record], frame):
            yield rows[record]


def _tells_amendment(row: PeriodAmendment, mark: Mark, frame: _Frame) -> bool:
    """Whether the period's return carries a corrected row.

    One that names no period goes with the next return that is filed; until then any later one drawn shows it.
    """
    if row.reported_in:
        return frame.tells(mark._replace(dated_on=bounds(row.reported_in, "monthly")[0]))
    if row.period >= frame.period:
        return False
    taken = [
        name
        for (form, name), filed in frame.filings.items()
        if form == GSTR1 and name > row.period and not filed.is_imported and covers(filed, mark, frame.filing)
    ]
    return min(taken) == frame.period if taken else (GSTR1, frame.period) not in frame.filings
