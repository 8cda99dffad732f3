"""Questions about returns: what each is made of, what was filed, when the next is due, which papers came late."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.company.queries import company
from core.company.rules import state_of
from core.facts import Facts
from core.fiscal import period as month_name
from core.ids import Id
from core.invoicing.model import Document, Draft
from core.invoicing.queries import document_ids
from core.problems import Problem
from core.returns.covering import Taken, filings_of, late_candidates, papers_among, placed
from core.returns.model import Filed
from core.returns.month import month_of
from core.returns.periods import QUARTERLY, month_before, months_of, next_period, period_of
from core.returns.rules import GSTR1, GSTR3B, IFF, Filing, Filings, is_late
from core.store.read import carries_all, paper_of
from core.words import translate as _

MONTHS_SHOWN = 12


class Filable(NamedTuple):
    """A return that is to be filed, or was. `filed` is its paper; `arn` and `filed_on` are then told.

    `state` is filed, overdue, due (the period is over), or running.
    """

    period: str
    form: str
    due_on: dt.date
    state: Literal["filed", "overdue", "due", "running"]
    filed_on: dt.date | None = None
    arn: str = ""
    filed: Id | None = None


class LatePaper(NamedTuple):
    """A document told in a later return than that of its date."""

    document: Id
    type: str
    number: str
    dated_on: dt.date
    period: str


class UnusedNumber(NamedTuple):
    """A number noted as used up by a paper that was never issued."""

    id: Id
    type: str
    number: str
    dated_on: dt.date


def return_period(read: Connection, document: Id) -> str:
    """The period whose return tells a document, "" for one that no return tells (held, an opening balance, a
    quotation)."""
    return return_periods(read, [document]).get(document, "")


def return_periods(read: Connection, documents: Iterable[Id]) -> dict[Id, str]:
    """The period whose return tells each of these documents; those that no return tells are left out."""
    papers = [paper for paper in papers_among(read, documents) if paper.state is not State.HELD]
    told = placed(read, papers, company(read).filing, filings_of(read))
    return {paper.id: paper.period for paper in told}


def filed_returns(read: Connection) -> list[Filing]:
    """Every return that was filed, newest period first."""
    found = filings_of(read).values()
    return sorted(found, key=lambda filed: (filed.period, filed.form), reverse=True)


def filed_return(read: Connection, record: Id) -> Filed | None:
    """The whole paper of a filed return; None when the book has none of this id."""
    known = read.exec_driver_sql("SELECT 1 FROM filed_returns WHERE id = ?", (record,)).fetchone()
    return paper_of(read, Filed, record) if known else None


def late_papers(read: Connection, period: str | None = None) -> list[LatePaper]:
    """The documents that came after the return of their date was filed and wait for the next one, oldest first.

    `period` asks of one that is to be filed; else of the earliest that is open after what was filed.
    """
    filing, filings = company(read).filing, filings_of(read)
    wanted = period or open_period(filings, filing)
    if wanted is None:
        return []
    papers = late_candidates(read, wanted, filing, filings)
    told = placed(read, [paper for paper in papers if paper.state is not State.HELD], filing, filings)
    return [_late(paper) for paper in told if paper.period == wanted and is_late(paper.mark, wanted, filing)]


def open_period(filings: Filings, filing: str) -> str | None:
    """The period after the newest GSTR-1 that was filed; None when none was."""
    filed = [name for form, name in filings if form == GSTR1]
    return next_period(period_of_month(max(filed), filing), filing) if filed else None


def period_of_month(month: str, filing: str) -> str:
    """The period that a month lies in."""
    return period_of(dt.date.fromisoformat(f"{month}-01"), filing)


def calendar(read: Connection, today: dt.date, facts: Facts | None = None) -> list[Filable]:
    """The returns of the last twelve months and of the running period, newest first, each with its due date.

    It begins with the book's first paper or first filed return; a book that lacks parties has none.
    """
    if not carries_all(read):
        return []
    filer, filings = company(read), filings_of(read)
    facts = facts or Facts.in_force()
    state = state_of(filer.registration, filer.address)
    running = period_of(today, filer.filing)
    name = _begun(read, filings, filer.filing, running)
    rows: list[Filable] = []
    while name <= running:
        for form, month in _forms(name, filer.filing):
            due_on, filed = _due_on(facts, form, month, filer.filing, state), filings.get((form, month))
            if due_on is None:
                continue
            if form == IFF and filed is None and (month > month_name(today) or due_on < today):
                continue  # it may be left out, and after its day the portal takes none
            rows.append(_calendar_row(form, month, due_on, filed, today))
        name = next_period(name, filer.filing)
    return sorted(rows, key=lambda row: (row.period, row.form), reverse=True)


def unused_numbers(read: Connection) -> list[UnusedNumber]:
    """The numbers noted as never used, by date."""
    sql = "SELECT id, type, number, dated_on FROM unused_numbers ORDER BY dated_on, number"
    return [
        UnusedNumber(row[0], row[1], row[2], dt.date.fromisoformat(row[3]))
        for row in read.exec_driver_sql(sql)
    ]


def problems_with_amendment(read: Connection, paper: Document | Draft) -> Iterator[Problem]:
    """What is wrong with correcting a document by this one: the book's own original must lie in a filed return.

    A paper that the book does not have is taken to be told in an earlier return.
    """
    amends = paper.amends
    original = original_in_book(read, paper) if amends is not None else None
    if amends is None or original is None:
        return
    told_in = return_period(read, original)
    forms = {form for form, name in filings_of(read) if name == told_in}
    if not told_in or not forms & {GSTR1, IFF}:
        message = _("{number} is in no filed return, so there is nothing to amend yet.")
        yield Problem(
            "AMENDS_UNFILED",
            message.format(number=amends.number),
            "amends",
            _("Cancel it and issue it anew, or answer it with a note."),
        )


def original_in_book(read: Connection, paper: Document | Draft) -> Id | None:
    """The one document of the book that an amendment names, never itself; None when the book has none, or several."""
    named = paper.amends
    if named is None or named.document is not None:
        return named.document if named is not None else None
    own = (paper.number.casefold(), paper.dated_on) if isinstance(paper, Document) else None
    if own == (named.number.casefold(), named.dated_on):
        return None
    found = document_ids(read, named.number, on=named.dated_on)
    return found[0] if len(found) == 1 else None


def _due_on(facts: Facts, form: str, month: str, filing: str, state: str) -> dt.date | None:
    """The last day to file; None when no such return was due then (quarterly filing began in 2021)."""
    try:
        return facts.return_due(form, month, filing, state)
    except LookupError:
        return None


def _forms(name: str, filing: str) -> Iterator[tuple[str, str]]:
    if filing == QUARTERLY:
        for month in months_of(name, filing)[:-1]:
            yield IFF, month
    yield GSTR1, name
    yield GSTR3B, name


def _calendar_row(form: str, month: str, due_on: dt.date, filed: Filing | None, today: dt.date) -> Filable:
    if filed is not None:
        return Filable(month, form, due_on, "filed", filed.filed_on, filed.arn, filed.id)
    if month >= month_name(today):
        return Filable(month, form, due_on, "running")
    return Filable(month, form, due_on, "overdue" if due_on < today else "due")


def _begun(read: Connection, filings: Filings, filing: str, running: str) -> str:
    """The first period shown."""
    sql = "SELECT min(dated_on) FROM documents WHERE opening = 0"
    first = read.exec_driver_sql(sql).scalar()
    known = [name for _form, name in filings] + ([str(first)[:7]] if first else [])
    earliest = period_of_month(min(known), filing) if known else running
    return max(earliest, period_of_month(month_before(running, MONTHS_SHOWN), filing))


def _late(paper: Taken) -> LatePaper:
    return LatePaper(paper.id, paper.type, paper.number, paper.mark.dated_on, paper.period)


__all__ = [
    "Filable",
    "LatePaper",
    "calendar",
    "filed_return",
    "filed_returns",
    "late_papers",
    "month_of",
    "problems_with_amendment",
    "return_period",
    "return_periods",
    "unused_numbers",
]
