"""Questions about receipts."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.ids import Id
from core.ledger.queries import allocations_of, open_item
from core.ledger.rules import reference_key
from core.receipts.model import Receipt
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.read import paper_of
from core.store.search import match_of
from core.store.tables.receipts import receipts
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


class BillSettled(NamedTuple):
    """A bill that a receipt settles, wholly or in part."""

    document: Id
    number: str
    dated_on: dt.date
    amount_paise: int
    settled_paise: int


_SEARCH = sa.table("search", sa.column("rowid"), sa.column("record"), sa.column("kind"))
_COLUMNS = tuple(receipts.c[name] for name in ReceiptRow._fields[:9])
_ROW = sa.select(*_COLUMNS, standing.c.open_paise, standing.c.state).join_from(
    receipts, standing, standing.c.record == receipts.c.id
)
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
    found = read.execute(sa.select(receipts.c.id).where(receipts.c.number_key == number.casefold()))
    return list(found.scalars())


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
    question, match = _ROW, match_of(search)
    order: tuple[Any, ...] = (SORTS[sort], receipts.c.id)
    if match:
        question, order, descending = _found(match), (_SEARCH.c.rowid,), True
    wanted = [after(order, key, descending=descending)]
    if only == "on_account":
        wanted.append(receipts.c.id.in_(sa.text(_ON_ACCOUNT)))
    if party is not None:
        wanted.append(receipts.c.party == party)
    directed = [part.desc() for part in order] if descending else list(order)
    question = question.add_columns(order[0].label("place")).where(*wanted).order_by(*directed)
    found = list(read.execute(question.limit(limit + 1)))
    page = page_of(found, limit, lambda row: (_plain(row.place), row.id)[: len(order)])
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


def bills_settled(read: Connection, record: Id) -> list[BillSettled]:
    """The bills that a receipt settles, in order of days, each once."""
    settled: dict[Id, int] = {}
    for row in allocations_of(read, record):
        if row.credit == record:
            settled[row.document] = settled.get(row.document, 0) + row.paise
    bills = []
    for document, paise in settled.items():
        item = open_item(read, document)
        if item is not None:
            bills.append(BillSettled(document, item.number, item.dated_on, item.amount_paise, paise))
    return bills


def received_between(read: Connection, first: dt.date, last: dt.date) -> int:
    """The money that came in from a day to a day, deductions left out; held receipts do not count."""
    found = read.execute(
        sa.select(sa.func.coalesce(sa.func.sum(receipts.c.amount_paise), 0))
        .join_from(receipts, standing, standing.c.record == receipts.c.id)
        .where(receipts.c.dated_on.between(first, last), standing.c.state.in_((State.LIVE, State.CONTESTED)))
    ).scalar_one()
    return int(found)


_ON_ACCOUNT = "SELECT paper FROM open_items WHERE side = 'credit' AND type = 'RCT' AND open_paise > 0"


def _found(match: str) -> sa.Select[Any]:
    return _ROW.join(_SEARCH, _SEARCH.c.record == receipts.c.id).where(
        sa.literal_column("search").op("MATCH")(match), _SEARCH.c.kind == "receipt"
    )


def _row(found: Any) -> ReceiptRow:
    return ReceiptRow._make((*found[:10], State(found[10])))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
