"""What the book knows of a payer: its open bills, what it may set off, what it kept back before."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.company.queries import company
from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.ids import Id
from core.invoicing.model import Document
from core.ledger.model import OpenItem
from core.ledger.queries import open_items
from core.ledger.rules import CREDIT, DUE
from core.money import half_up
from core.parties.merged import family
from core.parties.queries import party as party_of
from core.receipts.bills import BILLS
from core.receipts.model import Deduction, Receipt
from core.receipts.rules import tds_base_paise
from core.shortfall.keeping import code_on, rate_of
from core.shortfall.model import Bill, Credit, Habit, Payer
from core.store.read import in_runs, papers_of

RECEIPTS_LOOKED_AT = 24
"""So many of the latest receipts tell a payer's habits."""

_EARLIER = (
    "SELECT r.id FROM receipts r JOIN standing s ON s.record = r.id "
    "WHERE r.party IN (RUN) AND r.dated_on <= ? AND s.state IN (?, ?) ORDER BY r.dated_on DESC, r.id DESC LIMIT ?"
)
_SETTLED = (
    "SELECT credit, document, sum(paise) FROM allocations WHERE credit IN (RUN) GROUP BY credit, document"
)
_AMOUNTS = "SELECT paper, amount_paise, type FROM open_items WHERE paper IN (RUN)"
_SERVICE = "99"
_RATES_BP = (10, 100, 200, 250, 500, 750, 1000, 2000)


class _Settled(NamedTuple):
    """What one receipt settled: its share of the value without GST, of the whole, and how many bills."""

    base_paise: int
    gross_paise: int
    bills: int


def payer_of(
    read: Connection, party: Id, on: dt.date, facts: Facts, *, but: Id | None = None
) -> tuple[Payer, list[Bill]]:
    """What is known of a payer on a day, and its open bills, the oldest due first.

    `but` is a receipt that is itself to be explained: it lies on account, and is no credit to set off.
    """
    bills = open_bills_of(read, party)
    known = party_of(read, party)
    if known is None:
        return Payer(), bills
    codes: tuple[tuple[str, int], ...] = ()
    ours = company(read)
    pan = ours.pan or ours.registration.gstin[2:12]
    if known.tds_code:
        rate = rate_of(known.tds_code, on, facts, pan=pan)
        codes = () if rate is None else ((code_on(known.tds_code, rate, on, facts), rate),)
    kind = known.registration.kind
    habits, receipts = habits_of(read, party, on)
    payer = Payer(
        kind=kind,
        tds_codes=codes,
        gst_tds=kind == PartyKind.GOVERNMENT,
        credits=tuple(_credits(read, party, on, but)),
        habits=habits,
        receipts=receipts,
        payee_pan=pan,
    )
    return payer, bills


def open_bills_of(read: Connection, party: Id) -> list[Bill]:
    """A party's open bills with what TDS and GST-TDS are reckoned on; of a correction the difference alone."""
    items = [item for item in open_items(read, party=party, side=DUE) if item.type in BILLS]
    papers = papers_of(read, Document, [item.paper for item in items])
    return [_bill(item, papers[item.paper]) for item in items if item.paper in papers]


def habits_of(read: Connection, party: Id, on: dt.date) -> tuple[tuple[Habit, ...], int]:
    """What a party kept back in its latest receipts up to a day, the most usual first, and how many these are."""
    standing = (int(State.LIVE), int(State.CONTESTED))
    members = family(read, party)
    asked = (*members, on.isoformat(), *standing, RECEIPTS_LOOKED_AT)
    question = _EARLIER.replace("RUN", ", ".join("?" * len(members)))
    records = [bytes(row[0]) for row in read.exec_driver_sql(question, asked)]
    papers = papers_of(read, Receipt, records)
    settled = _settled(read, records)
    counts: Counter[Habit] = Counter()
    for record, paper in papers.items():
        seen = settled.get(record, _Settled(0, 0, 0))
        counts.update({_habit(each, seen) for each in paper.deductions})
    habits = tuple(habit._replace(times=times) for habit, times in counts.most_common())
    return habits, len(papers)


def _bill(item: OpenItem, paper: Document) -> Bill:
    base, taxable = tds_base_paise(paper), paper.totals.taxable_paise
    if paper.replaces is not None:
        base -= tds_base_paise(msgspec.structs.replace(paper, totals=paper.replaces))
        taxable -= paper.replaces.taxable_paise
    return Bill(
        item.paper, item.number, item.open_paise, item.amount_paise, max(base, 0), max(taxable, 0),
        item.due_on, item.dated_on, bool(paper.lines) and all(line.hsn.startswith(_SERVICE) for line in paper.lines),
    )  # fmt: skip


def _credits(read: Connection, party: Id, on: dt.date, but: Id | None) -> Iterator[Credit]:
    for item in open_items(read, party=party, side=CREDIT):
        if item.paper != but and item.dated_on <= on:
            yield Credit(item.paper, item.number, item.open_paise, item.type)


def _settled(read: Connection, receipts: Iterable[Id]) -> dict[Id, _Settled]:
    lines = [(bytes(credit), bytes(bill), paise) for credit, bill, paise in in_runs(read, _SETTLED, receipts)]
    known = in_runs(read, _AMOUNTS, {bill for _credit, bill, _paise in lines})
    amounts = {bytes(paper): amount for paper, amount, type_ in known if type_ in BILLS}
    papers: Mapping[Id, Document] = papers_of(read, Document, amounts)
    found: dict[Id, _Settled] = {}
    for credit, bill, paise in lines:
        amount, paper = amounts.get(bill, 0), papers.get(bill)
        if paise > 0 and amount > 0 and paper is not None:
            so_far = found.get(credit, _Settled(0, 0, 0))
            base = half_up(tds_base_paise(paper) * paise, amount)
            found[credit] = _Settled(so_far.base_paise + base, so_far.gross_paise + paise, so_far.bills + 1)
    return found


def _habit(deduction: Deduction, settled: _Settled) -> Habit:
    """A deduction as a habit: the rate that makes it of what was settled, without GST or with it."""
    if deduction.kind not in ("tds", "retention"):
        return Habit(deduction.kind)
    margin = 1_00 * max(settled.bills, 1)
    for on_gross, whole in ((False, settled.base_paise), (True, settled.gross_paise)):
        for rate in _RATES_BP:
            if whole and abs(half_up(whole * rate, 10_000) - deduction.paise) <= margin:
                return Habit(deduction.kind, deduction.code, rate, on_gross)
    return Habit(deduction.kind, deduction.code)
