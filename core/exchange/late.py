"""Papers that a return told out of their months, as a file says it: an imported return covers the papers of its own
months, save for these.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.company.queries import company
from core.exchange.model import FileNumber
from core.ids import Id
from core.numbering.rules import IMPORTED
from core.problems import Problem
from core.returns.covering import filings_of, furnishable, marks_of, papers_among
from core.returns.month import month_of
from core.returns.periods import QUARTERLY, period_of
from core.returns.queries import return_periods
from core.returns.rules import GSTR1, IFF, Filings, Mark, period_for
from core.words import translate as _

STEPS_MAX = 8
"""A paper is an exception to the return that it missed, and to the one that told it; a quarter has IFFs besides."""


class Numbered(NamedTuple):
    """A paper whose number the returns count."""

    id: Id
    type: str
    number: str
    dated_on: dt.date
    amends_on: dt.date | None = None


Exceptions = dict[tuple[str, str], list[FileNumber]]
"""By form and period of the filed return."""


def exceptions(
    read: Connection, documents: Iterable[Numbered], others: Iterable[Numbered], problems: list[Problem]
) -> Exceptions:
    """What each filed return leaves out of its months or tells beside them; what no file can say goes to `problems`.

    `others` are vouchers and unused numbers.
    """
    filings, filing = filings_of(read), company(read).filing
    if not filings:
        return {}
    found: Exceptions = {}
    for paper, told_in, by_iff in _told(read, list(documents), list(others), filings, filing):
        returns = _exceptional(paper, told_in, filings, filing, by_iff=by_iff)
        if returns is None:
            problems.append(_late(paper.number, told_in))
            continue
        for key in returns:
            found.setdefault(key, []).append(_file_number(paper))
    problems += _late_moves(read, filings, filing)
    return found


def _told(
    read: Connection, documents: list[Numbered], others: list[Numbered], filings: Filings, filing: str
) -> Iterator[tuple[Numbered, str, bool]]:
    """Each paper that a return tells, with the period, and whether an IFF may carry it."""
    periods = return_periods(read, [paper.id for paper in documents])
    carried = furnishable(read, papers_among(read, periods)) if filing == QUARTERLY else frozenset()
    for paper in documents:
        if paper.id in periods:
            yield paper, periods[paper.id], paper.id in carried
    marks = marks_of(read, {paper.id: paper.dated_on for paper in others})
    for paper in others:
        yield paper, period_for(marks[paper.id], filings, filing), False


def _exceptional(
    paper: Numbered, told_in: str, filings: Filings, filing: str, *, by_iff: bool
) -> set[tuple[str, str]] | None:
    """The filed returns that must name a paper so that it is told in this period; None when naming it does not help."""
    plain = {key: filed._replace(origin=IMPORTED, exceptions=frozenset()) for key, filed in filings.items()}
    mark = Mark(paper.dated_on, True, b"", 0, 0, None, paper.id, paper.amends_on)
    named: set[tuple[str, str]] = set()
    for _step in range(STEPS_MAX):
        expected = period_for(mark, plain, filing, by_iff=by_iff)
        if expected == told_in:
            return named
        month = min(expected, told_in)
        keys = [(form, month) for form in ((IFF, GSTR1) if by_iff else (GSTR1,)) if (form, month) in plain]
        key = next((key for key in keys if key not in named), None)
        if key is None:
            return None
        named.add(key)
        plain[key] = plain[key]._replace(exceptions=frozenset({paper.id}))
    return None


def _late_moves(read: Connection, filings: Filings, filing: str) -> Iterator[Problem]:
    """Advances set off or given back on a day whose return was filed without that."""
    months = {period for form, period in filings if form == GSTR1}
    if not months:
        return
    for name in sorted({*months, _after(max(months), filing)}):
        for move in month_of(read, name).advances:
            if move.what != "received" and period_of(move.moved_on, filing) < name:
                yield _late(move.number, name)


def _after(period: str, filing: str) -> str:
    following = (dt.date.fromisoformat(f"{period}-28") + dt.timedelta(days=4)).replace(day=1)
    return period_of(following, filing)


def _file_number(paper: Numbered) -> FileNumber:
    return FileNumber(type=paper.type, number=paper.number, date=paper.dated_on)  # type: ignore[arg-type]


def _late(number: str, told_in: str) -> Problem:
    message = _("{number} came after the return of its date was filed and is told in {period}.")
    remedy = _("No file can say that yet: keep the book itself, by a backup.")
    return Problem("CANNOT_WRITE", message.format(number=number, period=told_in), "documents", remedy)
