"""What must hold of the returns of a healed world: alike on all devices, each paper told once, books that agree."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from core.advances.queries import moves
from core.changes.standing import State
from core.facts import Facts
from core.fiscal import period
from core.ids import Id
from core.invoicing.model import Document, Totals
from core.invoicing.papers import is_interest, is_interest_tax
from core.ledger.model import Account
from core.returns.attention import late_items
from core.returns.gaps import gaps
from core.returns.gstr1 import sections
from core.returns.model import Month
from core.returns.periods import month_after
from core.returns.queries import filed_returns, late_papers, month_of, return_periods
from core.store.read import papers_of
from tests.simulation.broken import expect
from tests.simulation.world import Device, World

HEADS = ("igst_paise", "cgst_paise", "sgst_paise", "cess_paise")
_ACCOUNTS = (Account.OUTPUT_IGST, Account.OUTPUT_CGST, Account.OUTPUT_SGST, Account.OUTPUT_CESS)
_FACTS = Facts.shipped()
_EVER = (dt.date(2020, 1, 1), dt.date(2035, 1, 1))
_SUPPLIES = (
    "SELECT d.id FROM documents d JOIN standing s ON s.record = d.id "
    "WHERE d.type IN ('INV', 'CRN', 'DBN') AND s.state IN (?, ?)"
)
_STANDS = (int(State.LIVE), int(State.CONTESTED))
_REGISTERED = (
    "SELECT hex(e.document) FROM einvoices e JOIN standing s ON s.record = e.id WHERE s.state IN (?, ?) "
    "GROUP BY e.document HAVING count(*) > 1"
)
_FILED = (
    "SELECT f.form, f.period FROM filed_returns f JOIN standing s ON s.record = f.id WHERE s.state IN (?, ?) "
    "GROUP BY f.form, f.period HAVING count(*) > 1"
)
_CANCELLED = "SELECT d.id, c.seq FROM documents d JOIN changes c ON c.record = d.cancellation"
_POSTED = "SELECT account, -sum(paise) FROM postings GROUP BY account"


def prove_returns(world: World, others: Sequence[Device]) -> None:
    """Everything that must hold of the returns; raises `Broken` with what does not. The others say what the first says.

    Returns are made of rows alone, and those are alike in all books.
    """
    said = [device.book.read(_said) for device in (world.devices[0], *others)]
    for device, other in zip(others, said[1:], strict=True):
        for name, first in said[0].items():
            expect(other[name] == first, f"{device.path.name}: other {name} than the first device")
    world.devices[0].book.read(_sums)
    world.devices[0].book.read(_one_of_each)
    _as_seen_at_filing(world)


def _said(read: Any) -> dict[str, Any]:
    documents = [row[0] for row in read.exec_driver_sql("SELECT id FROM documents")]
    return {
        "return periods": return_periods(read, documents),
        "months": [month_of(read, name, facts=_FACTS) for name in _months(read)],
        "late papers": late_papers(read),
        "gaps": gaps(read, 2026),
        "filed returns": filed_returns(read),
        "findings": late_items(read),
    }


def _as_seen_at_filing(world: World) -> None:
    """A paper is told by the first return from its month on whose filer had it, else where nothing is filed yet."""
    read_all = world.devices[0].book.read
    seen = {
        filing.period: world.seen_at_filing[filing.id]
        for filing in read_all(filed_returns)
        if filing.form == "GSTR1"
    }
    days: dict[Id, str] = read_all(
        lambda read: dict(map(tuple, read.exec_driver_sql("SELECT id, dated_on FROM documents")))
    )
    for record, told_in in read_all(lambda read: return_periods(read, days)).items():
        month = days[record][:7]
        while month in seen and record not in seen[month]:
            month = month_after(month)
        expect(told_in == month, f"{record.hex()} of {days[record]} is told in {told_in}, not in {month}")


def _one_of_each(read: Any) -> None:
    """One IRN a paper, one return a form and period; nothing was cancelled after a return that tells it was filed."""
    for question in (_REGISTERED, _FILED):
        twice = read.exec_driver_sql(question, _STANDS).fetchall()
        expect(not twice, f"two standing IRNs of a paper, or returns of a period: {twice}")
    places = {
        (filing.period, filing.form): seq
        for filing in filed_returns(read)
        for (seq,) in read.exec_driver_sql("SELECT seq FROM standing WHERE record = ?", (filing.id,))
    }
    cancelled = {row[0]: row[1] for row in read.exec_driver_sql(_CANCELLED)}
    for record, told_in in return_periods(read, cancelled).items():
        filed_at = places.get((told_in, "GSTR1"))
        expect(
            filed_at is None or cancelled[record] < filed_at,
            f"{record.hex()} was cancelled after the return of {told_in} that tells it",
        )


def _sums(read: Any) -> None:
    """Each supply and each move of an advance is told in one period, with its stored figures; so is the ledger."""
    months = [month_of(read, name, facts=_FACTS) for name in _months(read)]
    records = [row[0] for row in read.exec_driver_sql(_SUPPLIES, _STANDS)]
    papers = papers_of(read, Document, records)
    told = Counter(report.id for month in months for report in month.documents)
    expect(told == Counter(records), f"told otherwise than once: {_unlike(told, records)}")
    supplied = _added(_worth(paper) for paper in papers.values() if not is_interest(paper))
    advanced = _added(_figures(move, 1 if move.what == "received" else -1) for move in moves(read, *_EVER))
    in_returns = _added(_declared(month) for month in months)
    expect(in_returns == _added((supplied, advanced)), f"returns {in_returns}, papers {supplied}, {advanced}")
    ledger = dict(read.exec_driver_sql(_POSTED).fetchall())
    posted = tuple(ledger.get(account.value, 0) for account in _ACCOUNTS)
    expect(posted == supplied[1:], f"the ledger's output tax is {posted}, that of the papers {supplied[1:]}")


def _months(read: Any) -> list[str]:
    """Every month that may tell anything: of a paper's or a move's day, and on to the first that is not filed."""
    filed = {filing.period for filing in filed_returns(read) if filing.form == "GSTR1"}
    sql = "SELECT dated_on FROM documents UNION SELECT dated_on FROM vouchers"
    days = [dt.date.fromisoformat(row[0]) for row in read.exec_driver_sql(sql)]
    days += [move.moved_on for move in moves(read, *_EVER)]
    found = set(filed)
    for month in {period(day) for day in days} | filed:
        found.add(month)
        while month in filed:
            month = month_after(month)
            found.add(month)
    return sorted(found)


def _declared(month: Month) -> tuple[int, ...]:
    return _added(_figures(total, total.weight) for total in sections(month, _FACTS))


def _worth(paper: Document) -> tuple[int, ...]:
    """What a paper adds to the supplies: whole, or what it changes of the paper that it replaces.

    The tax on interest received is of a supply that no paper told before.
    """
    sign = -1 if paper.type == "CRN" else 1
    is_change = paper.replaces is not None and not is_interest_tax(paper)
    former = _value(paper.replaces, -sign) if is_change and paper.replaces is not None else ()
    return _added((_value(paper.totals, sign), former) if former else (_value(paper.totals, sign),))


def _value(totals: Totals, sign: int) -> tuple[int, ...]:
    untaxed = totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    return (sign * (totals.taxable_paise + untaxed), *(sign * getattr(totals, head) for head in HEADS))


def _figures(of: Any, sign: int) -> tuple[int, ...]:
    return tuple(sign * getattr(of, name) for name in ("taxable_paise", *HEADS))


def _added(figures: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip((0,) * 5, *figures, strict=True))


def _unlike(told: Counter[Any], records: Iterable[Id]) -> list[tuple[str, int, int]]:
    once = Counter(records)
    return [
        (record.hex(), told[record], once[record]) for record in told | once if told[record] != once[record]
    ]
