"""Which papers a return takes: read in sets, never paper by paper.

Papers dated in the period, and those dated before it that no earlier return has taken: they arrived late. Only what
entered the log after the return before can be late, so the log's own indexes find it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.ids import Id
from core.invoicing.filed import is_imported
from core.invoicing.model import Document
from core.returns.periods import QUARTERLY, bounds, month_before
from core.returns.rules import GSTR1, Filing, Filings, Mark, period_for
from core.store.log import read_meta
from core.store.read import in_runs, papers_of

ID_BYTES = 16
UNREGISTERED = ("unregistered", "overseas")

_MARK = "c.device, c.epoch, c.number, c.seq"
_COLUMNS = f"d.id, d.type, d.number, d.series, d.dated_on, d.amends_on, d.party, s.state, {_MARK}"
_FROM = "FROM documents d JOIN standing s ON s.record = d.id JOIN changes c ON c.entry = s.entry"
_LOGGED = "FROM standing s JOIN changes c ON c.entry = s.entry WHERE s.record IN (RUN)"
_WANTED = "d.type IN ('INV', 'CRN', 'DBN', 'CHL') AND (d.opening = 0 OR d.value_paise = 0)"
"""An opening balance was told where it was issued; one of no value only keeps a cancelled number."""
_DATED = f"SELECT {_COLUMNS} {_FROM} WHERE d.dated_on BETWEEN ? AND ? AND {_WANTED} ORDER BY d.dated_on, d.id"
_STOOD_ASIDE = (
    f"SELECT {_COLUMNS} {_FROM} WHERE s.state IN (?, ?) AND d.dated_on BETWEEN ? AND ? AND {_WANTED} "
    "ORDER BY d.dated_on, d.id"
)
_AMONG = f"SELECT {_COLUMNS} {_FROM} WHERE d.id IN (RUN) AND {_WANTED}"
_AMENDING = f"SELECT {_COLUMNS} {_FROM} WHERE d.amends_on IS NOT NULL AND d.dated_on < ? AND {_WANTED}"
_PLACED = " ".join(("SELECT s.record,", _MARK, _LOGGED))
_WRITTEN = "SELECT w.record FROM changes w WHERE w.kind = ? AND "
_LATE = " ".join(
    (
        "SELECT", _COLUMNS, "FROM changes w CROSS JOIN documents d ON d.id = w.record",
        "JOIN standing s ON s.record = d.id JOIN changes c ON c.entry = s.entry",
        "WHERE w.kind = 'invoicing.issued' AND d.dated_on < ? AND", _WANTED, "AND ",
    )
)  # fmt: skip
"""CROSS JOIN keeps the database to the order written: from what came late to its document."""


class Taken(NamedTuple):
    """A document with its place in the log, and the period whose return tells it."""

    id: Id
    type: str
    number: str
    series: str
    party: Id
    state: State
    mark: Mark
    period: str = ""


def filings_of(read: Connection) -> Filings:
    """Every return that was filed and stands, by form and period.

    CROSS JOIN keeps the database to the order written: from the few returns to how they stand.
    """
    sql = (
        "SELECT f.id, f.form, f.period, f.filed_on, f.arn, f.device, f.epoch, f.covers_seq, f.covers_number, "
        "f.covers_earlier, f.exceptions, f.origin "
        "FROM filed_returns f CROSS JOIN standing s ON s.record = f.id WHERE s.state = ?"
    )
    found = {}
    for row in read.exec_driver_sql(sql, (int(State.LIVE),)):
        record, form, period, filed_on, arn, device, epoch, seq, number, earlier, ids, origin = row
        numbers = {epoch: number} | {int(e): int(n) for e, n in (each.split(":") for each in earlier.split())}
        day = dt.date.fromisoformat(filed_on)
        exceptions = frozenset(ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES))
        found[form, period] = Filing(
            record, form, period, day, arn, device, epoch, seq, numbers, origin, exceptions
        )
    return found


def papers_dated(read: Connection, first: dt.date, last: dt.date) -> list[Taken]:
    """The documents dated from a day to a day that a return may tell, cancelled and held ones too."""
    return [_taken(row) for row in read.exec_driver_sql(_DATED, (first.isoformat(), last.isoformat()))]


def papers_aside(read: Connection, first: dt.date, last: dt.date) -> list[Taken]:
    """Those of them that are held or contested."""
    days = (first.isoformat(), last.isoformat())
    asked = (int(State.HELD), int(State.CONTESTED), *days)
    return [_taken(row) for row in read.exec_driver_sql(_STOOD_ASIDE, asked)]


def papers_among(read: Connection, records: Iterable[Id]) -> list[Taken]:
    """Those of these documents that a return may tell."""
    return [_taken(row) for row in in_runs(read, _AMONG, records)]


def written_since(read: Connection, kind: str, filed: Filing) -> Iterator[Id]:
    """The records of a kind that came to the log after a return was filed here, or may have, whatever their dates."""
    for condition, given in _after(read, filed):
        for (record,) in read.exec_driver_sql(_WRITTEN + condition, (kind, *given)).fetchall():
            yield record


def _after(read: Connection, filed: Filing) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Conditions on the log (w), each with its index: what has its place in the order after what a return covers, and
    what has none yet."""
    meta = read_meta(read)
    yield "w.seq > ?", (filed.covers_seq,)
    if filed.device != meta["device"]:
        yield "w.outcome = 0", ()
        return
    sql = "SELECT DISTINCT epoch FROM changes WHERE outcome = 0"  # epochs of copies are far apart
    for (epoch,) in read.exec_driver_sql(sql).fetchall():
        since = filed.covers_numbers.get(epoch, 0)
        yield "w.seq IS NULL AND w.device = ? AND w.epoch = ? AND w.number > ?", (filed.device, epoch, since)


def papers_of_period(read: Connection, period: str, filing: str, filings: Filings) -> list[Taken]:
    """Every document that is told in a period: in its GSTR-1, or in an IFF of its quarter, by date.

    Each says in `period` where: the period, or the month of the IFF.
    """
    first, last = bounds(period, filing)
    found = papers_dated(read, first, last)
    found = [*late_candidates(read, period, filing, filings), *found]
    told = placed(read, found, filing, filings)
    return [paper for paper in told if first <= _day(paper.period) <= last]


def placed(read: Connection, papers: list[Taken], filing: str, filings: Filings) -> list[Taken]:
    """The documents with the period that tells each."""
    by_iff = furnishable(read, papers) if filing == QUARTERLY else frozenset()
    return [
        paper._replace(period=period_for(paper.mark, filings, filing, by_iff=paper.id in by_iff)) for paper in papers
    ]  # fmt: skip


def late_candidates(read: Connection, period: str, filing: str, filings: Filings) -> list[Taken]:
    """The documents dated before a period that may be told in it: returns were filed without them, or they amend
    others, whose returns come first."""
    first, _last = bounds(period, filing)
    amending = read.exec_driver_sql(_AMENDING, (first.isoformat(),))
    found: dict[Id, Taken] = {paper.id: paper for paper in map(_taken, amending)}
    for filed, since, until in unbroken(period, filing, filings):
        fresh = _issued_between(read, since, until) if filed.is_imported else _late(read, filed, first)
        found |= {paper.id: paper for paper in fresh}
        left_out = papers_among(read, filed.exceptions)
        found |= {paper.id: paper for paper in left_out if since <= paper.mark.dated_on <= until}
    return sorted(found.values(), key=lambda paper: (paper.mark.dated_on, paper.id))


def _late(read: Connection, filed: Filing, first: dt.date) -> Iterator[Taken]:
    """The documents dated before a day that came to the log after a return was filed."""
    for condition, given in _after(read, filed):
        for row in read.exec_driver_sql(_LATE + condition, (first.isoformat(), *given)):
            yield _taken(row)


def _issued_between(read: Connection, first: dt.date, last: dt.date) -> Iterator[Taken]:
    """The documents of Bahi's own series dated in these days, which are few in months that were filed elsewhere."""
    sql = "SELECT dated_on FROM issue_days WHERE dated_on BETWEEN ? AND ? AND papers > 0"
    for (day,) in read.exec_driver_sql(sql, (first.isoformat(), last.isoformat())).fetchall():
        on = dt.date.fromisoformat(day)
        yield from (paper for paper in papers_dated(read, on, on) if not paper.mark.is_imported)


def unbroken(period: str, filing: str, filings: Filings) -> Iterator[tuple[Filing, dt.date, dt.date]]:
    """The filed returns right before a period through which a late paper must have passed, each with its days.

    The nearest one filed here is enough: what it covers was told by it or before it. An imported one covers no
    device's papers, so the way goes on beyond it.
    """
    first, _last = bounds(period, filing)
    month = month_before(f"{first:%Y-%m}")
    while (filed := filings.get((GSTR1, month))) is not None:
        since, until = bounds(month, filing)
        yield filed, since, until
        if not filed.is_imported:
            return
        month = month_before(f"{since:%Y-%m}")


def furnishable(read: Connection, papers: Iterable[Taken]) -> frozenset[Id]:
    """Those of these documents that an IFF carries: papers of registered buyers."""
    wanted = [paper.id for paper in papers if paper.type != "CHL"]
    whole = papers_of(read, Document, wanted)
    return frozenset(record for record, document in whole.items() if is_furnishable(document))


def is_furnishable(document: Document) -> bool:
    """Whether an IFF carries a document (CGST Rules, 59(2): supplies to registered persons and notes on them)."""
    return bool(document.buyer.gstin) and document.buyer.kind not in UNREGISTERED and not document.opening


def marks_of(read: Connection, dated: Mapping[Id, dt.date]) -> dict[Id, Mark]:
    """Where records stand in the log, given the date of each."""
    found = in_runs(read, _PLACED, dated)
    return {row[0]: Mark._make((dated[row[0]], is_imported(row[0]), *row[1:], row[0], None)) for row in found}


def _taken(row: Any) -> Taken:
    record, type_, number, series, dated_on, amends_on, party, state, *written = row
    amended = dt.date.fromisoformat(amends_on) if amends_on else None
    mark = Mark._make((dt.date.fromisoformat(dated_on), is_imported(record), *written, record, amended))
    return Taken(record, type_, number, series, party, State(state), mark)


def _day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")
