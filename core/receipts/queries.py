"""Questions about receipts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.ids import Id
from core.ledger.kinds import ALLOCATED, WRITTEN_OFF
from core.ledger.queries import allocations_of
from core.ledger.rules import reference_key
from core.parties.merged import family
from core.receipts.model import Cheque, Payback, Receipt, Reversal
from core.receipts.rules import cheque_key, same_bank
from core.store.paging import PAGE_ROWS, Page, ordered_page
from core.store.read import in_runs, paper_of
from core.store.search import match_of
from core.store.tables.receipts import paybacks, receipts, reversals
from core.store.tables.store import standing


class ReceiptRow(NamedTuple):
    """A receipt as a list shows it; `open_paise` lies on account."""

    id: Id
    number: str
    dated_on: dt.date
    party: Id
    name: str
    mode: str
    reference: str
    amount_paise: int
    deducted_paise: int
    open_paise: int
    state: State


class PaybackRow(NamedTuple):
    """Money given back as a list shows it; `open_paise` is what its credit has not paid."""

    id: Id
    number: str
    dated_on: dt.date
    party: Id
    name: str
    mode: str
    reference: str
    amount_paise: int
    credit: Id
    open_paise: int
    state: State


class ReversalRow(NamedTuple):
    """What took a receipt or money given back out again."""

    id: Id
    number: str
    dated_on: dt.date
    of: str
    paper: Id
    cause: str
    amount_paise: int
    charges_paise: int
    state: State


class SettledLine(NamedTuple):
    """So much of a paper that was settled."""

    document: Id
    number: str
    paise: int


class Settlement(NamedTuple):
    """What one claim settled and still settles: an allocation of a credit, or a write-off."""

    claim: Id
    credit: Id
    allocated_on: dt.date
    lines: tuple[SettledLine, ...]
    is_write_off: bool

    @property
    def paise(self) -> int:
        """All of it."""
        return sum(line.paise for line in self.lines)


class BillSettled(NamedTuple):
    """A bill that a receipt settles, wholly or in part."""

    document: Id
    number: str
    dated_on: dt.date
    amount_paise: int
    settled_paise: int


_UNDOABLE = (ALLOCATED.name, WRITTEN_OFF.name)
_SEARCH = sa.table("search", sa.column("rowid"), sa.column("record"))
_COLUMNS = tuple(receipts.c[name] for name in ReceiptRow._fields[:9])
_ROW = sa.select(*_COLUMNS, standing.c.open_paise, standing.c.state).join_from(
    receipts, standing, standing.c.record == receipts.c.id
)
_REVERSAL = sa.select(*(reversals.c[name] for name in ReversalRow._fields[:8]), standing.c.state).join_from(
    reversals, standing, standing.c.record == reversals.c.id
)
_PAYBACK = sa.select(
    *(paybacks.c[name] for name in PaybackRow._fields[:9]), standing.c.open_paise, standing.c.state
).join_from(paybacks, standing, standing.c.record == paybacks.c.id)
SORTS = {
    "date": receipts.c.dated_on,
    "number": receipts.c.number_key,
    "name": receipts.c.name_key,
    "amount": receipts.c.amount_paise,
}
"""What a list may be sorted by; each has its index."""


def receipt(read: Connection, record: Id) -> Receipt | None:
    """The whole paper; None when the book has none."""
    return paper_of(read, Receipt, record)


def receipt_ids(read: Connection, number: str) -> list[Id]:
    """The receipts of a number, whatever its case; one a financial year at the most."""
    found = read.exec_driver_sql("SELECT id FROM receipts WHERE number_key = ?", (number.casefold(),))
    return [row[0] for row in found]


def receipt_rows(read: Connection, records: list[Id]) -> list[ReceiptRow]:
    """These receipts as a list shows them, for re-reading what was touched."""
    return [_row(found) for found in read.execute(_ROW.where(receipts.c.id.in_(records)))]


def receipts_page(
    read: Connection,
    *,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    only: str = "all",
    party: Id | None = None,
    search: str = "",
    sort: str = "date",
    descending: bool = True,
) -> Page[ReceiptRow]:
    """A page of receipts. `only` is all or on_account.

    What answers `search`, word by word as it is typed, comes newest first, whatever the sort.
    """
    question, match = _ROW, match_of(search, "receipt")
    order: tuple[Any, ...] = (SORTS[sort], receipts.c.id)
    if match:
        question, order, descending = _found(match), (_SEARCH.c.rowid,), True
    wanted: list[Any] = []
    if only == "on_account":
        wanted.append(receipts.c.id.in_(sa.text(_ON_ACCOUNT)))
    if party is not None:
        wanted.append(receipts.c.party.in_(family(read, party)))
    page = ordered_page(read, question.where(*wanted), order, key, limit, descending=descending)
    return Page([_row(row) for row in page.rows], page.next_key)


def receipt_of_reference(read: Connection, reference: str) -> ReceiptRow | None:
    """The receipt that already has a bank's or cheque's reference; None when there is none."""
    wanted = reference_key(reference)
    if not wanted:
        return None
    found = read.execute(
        _ROW.where(receipts.c.reference_key == wanted, receipts.c.reference_key != sa.literal_column("''"))
    ).first()
    return _row(found) if found else None


def receipt_of_cheque(read: Connection, party: Id, cheque: Cheque) -> ReceiptRow | None:
    """The receipt of a party, or of one merged with it, that has this cheque already; None when there is none.

    One that was taken back does not count: a cheque that bounced may be handed in again.
    """
    for found in _cheques_of(read, party).get(cheque_key(cheque.number), ()):
        if same_bank(found.cheque_bank, cheque.bank):
            return _row(found)
    return None


def cheques_taken_before(read: Connection, records: Sequence[Id]) -> dict[Id, ReceiptRow]:
    """Those of these receipts, in their order, whose cheque an earlier one has already, and which has it.

    It goes by the rule of `receipt_of_cheque`, for many at once.
    """
    place = {record: n for n, record in enumerate(records)}
    question = "SELECT DISTINCT party FROM receipts WHERE cheque_number <> '' AND id IN (RUN)"
    earlier: dict[Id, ReceiptRow] = {}
    for party in {row.party for row in in_runs(read, question, records)}:
        for alike in _cheques_of(read, party).values():
            for found in (row for row in alike if row.party == party and row.id in place):
                for other in alike:
                    is_before = place.get(other.id, -1) < place[found.id]
                    if is_before and same_bank(other.cheque_bank, found.cheque_bank):
                        earlier[found.id] = _row(other)
                        break
    return {record: earlier[record] for record in records if record in earlier}


def _cheques_of(read: Connection, party: Id) -> dict[str, list[Any]]:
    """The receipts of a party and of those merged with it that stand and bear a cheque, by its number as compared."""
    asked = _ROW.add_columns(receipts.c.cheque_number, receipts.c.cheque_bank).where(
        receipts.c.party.in_(family(read, party)), receipts.c.cheque_number != "", receipts.c.reversal.is_(None),
        standing.c.state.in_((State.LIVE, State.CONTESTED)),
    )  # fmt: skip
    alike: dict[str, list[Any]] = {}
    for found in read.execute(asked):
        if key := cheque_key(found.cheque_number):
            alike.setdefault(key, []).append(found)
    return alike


def bills_settled(read: Connection, record: Id) -> list[BillSettled]:
    """The bills that a receipt settles, in order of days, each once; what was given back since is left out."""
    settled: dict[Id, int] = {}
    for row in allocations_of(read, record):
        if row.credit == record:
            settled[row.document] = settled.get(row.document, 0) + row.paise
    question = "SELECT paper, number, dated_on, amount_paise FROM open_items WHERE paper IN (RUN)"
    known = {row[0]: row[1:] for row in in_runs(read, question, settled)}
    return [
        BillSettled(
            document, known[document][0], dt.date.fromisoformat(known[document][1]), known[document][2], paise
        )
        for document, paise in settled.items()
        if paise and document in known
    ]


def settlements(read: Connection, paper: Id) -> list[Settlement]:
    """What still settles a paper, or what a credit still settles, claim by claim in order of days."""
    claims: dict[Id, list[Any]] = {}
    for row in allocations_of(read, paper):
        claims.setdefault(row.claim, []).append(row)
    states = (int(State.LIVE), int(State.CONTESTED))
    question = "SELECT record, kind, state FROM standing WHERE record IN (RUN)"
    kinds = {record: kind for record, kind, state in in_runs(read, question, claims) if state in states}
    undoable = {claim: rows for claim, rows in claims.items() if kinds.get(claim) in _UNDOABLE}
    numbered = in_runs(
        read, "SELECT paper, number FROM open_items WHERE paper IN (RUN)",
        {row.document for rows in undoable.values() for row in rows},
    )  # fmt: skip
    numbers = dict(tuple(row) for row in numbered)
    return [
        Settlement(
            claim, rows[0].credit, rows[0].allocated_on,
            tuple(SettledLine(row.document, numbers.get(row.document, ""), row.paise) for row in rows),
            kinds[claim] == WRITTEN_OFF.name,
        )
        for claim, rows in undoable.items()
    ]  # fmt: skip


def payback(read: Connection, record: Id) -> Payback | None:
    """Money given back, the whole paper; None when the book has none."""
    return paper_of(read, Payback, record)


def reversal(read: Connection, record: Id) -> Reversal | None:
    """A reversal, the whole paper; None when the book has none."""
    return paper_of(read, Reversal, record)


def reversal_of(read: Connection, paper: Id) -> ReversalRow | None:
    """What took a receipt or money given back out again; one that is held only where none stands; None for none."""
    found = [
        ReversalRow._make((*row[:8], State(row[8])))
        for row in read.execute(_REVERSAL.where(reversals.c.paper == paper))
    ]
    return min(found, key=lambda row: (row.state is State.HELD, row.id), default=None)


def payback_rows(read: Connection, records: list[Id]) -> list[PaybackRow]:
    """This money given back as a list shows it."""
    question = _PAYBACK.where(paybacks.c.id.in_(records))
    return [PaybackRow._make((*row[:10], State(row[10]))) for row in read.execute(question)]


def paybacks_of(read: Connection, credit: Id) -> list[PaybackRow]:
    """What was given back of a credit, oldest first."""
    question = _PAYBACK.where(paybacks.c.credit == credit).order_by(paybacks.c.dated_on, paybacks.c.id)
    return [PaybackRow._make((*row[:10], State(row[10]))) for row in read.execute(question)]


def received_between(read: Connection, first: dt.date, last: dt.date) -> int:
    """The money that came to count from a day to a day, deductions left out.

    Held receipts do not count, nor those taken back; a post-dated cheque counts on its own day.
    """
    found = read.execute(
        sa.select(sa.func.coalesce(sa.func.sum(receipts.c.amount_paise), 0))
        .join_from(receipts, standing, standing.c.record == receipts.c.id)
        .where(receipts.c.counts_on.between(first, last), standing.c.state.in_((State.LIVE, State.CONTESTED)))
    ).scalar_one()
    return int(found)


_ON_ACCOUNT = "SELECT paper FROM open_items WHERE side = 'credit' AND type = 'RCT' AND open_paise > 0"


def _found(match: str) -> sa.Select[Any]:
    return _ROW.join(_SEARCH, _SEARCH.c.record == receipts.c.id).where(
        sa.literal_column("search").op("MATCH")(match)
    )


def _row(found: Any) -> ReceiptRow:
    return ReceiptRow._make((*found[:10], State(found[10])))
