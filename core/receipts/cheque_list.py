"""Questions about cheques: which are in hand, post-dated, at the bank, cleared or bounced; amounts are paise."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.receipts.model import Deposit
from core.store.paging import PAGE_ROWS, Page, ordered_page
from core.store.read import paper_of
from core.store.search import match_of
from core.store.tables.receipts import receipts

IN_HAND, POST_DATED, DEPOSITED, CLEARED, BOUNCED, TAKEN_BACK = (
    "in_hand", "post_dated", "deposited", "cleared", "bounced", "taken_back",
)  # fmt: skip
STATUSES = (IN_HAND, POST_DATED, DEPOSITED, CLEARED, BOUNCED)
"""How a cheque stands on a day; one that was handed back or entered by mistake is in no list."""


class ChequeRow(NamedTuple):
    """A cheque as a list shows it."""

    receipt: Id
    number: str
    received_on: dt.date
    party: Id
    name: str
    cheque_number: str
    cheque_on: dt.date
    bank: str
    amount_paise: int
    status: str
    deposited_on: dt.date | None
    cleared_on: dt.date | None
    deposit: Id | None


_COLUMNS = (
    receipts.c.id, receipts.c.number, receipts.c.dated_on, receipts.c.party, receipts.c.name,
    receipts.c.cheque_number, receipts.c.cheque_on, receipts.c.cheque_bank, receipts.c.amount_paise,
    receipts.c.reversal_cause, receipts.c.deposited_on, receipts.c.cleared_on, receipts.c.deposit,
    receipts.c.counts_on,
)  # fmt: skip
_ROW = sa.select(*_COLUMNS)
_SEARCH = sa.table("search", sa.column("rowid"), sa.column("record"))
_SORTS = {"cheque_on": receipts.c.cheque_on, "name": receipts.c.name_key, "amount": receipts.c.amount_paise}

_is_cheque = receipts.c.cheque_on.is_not(None)
_is_open = (receipts.c.cleared_on.is_(None), receipts.c.reversal.is_(None))


def cheques_page(
    read: Connection,
    *,
    on: dt.date,
    status: str,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    search: str = "",
    sort: str = "cheque_on",
    descending: bool = False,
) -> Page[ChequeRow]:
    """A page of the cheques that stand so on a day; `status` is one of STATUSES, `sort` cheque_on, name or amount."""
    question, match = _ROW, match_of(search, "receipt")
    if match:
        question = _ROW.join(_SEARCH, _SEARCH.c.record == receipts.c.id).where(
            sa.literal_column("search").op("MATCH")(match)
        )
    order = (_SORTS[sort], receipts.c.id)
    question = question.where(_is_cheque, *_standing_so(status, on))
    page = ordered_page(read, question, order, key, limit, descending=descending)
    return Page([_row(row, on) for row in page.rows], page.next_key)


def cheques(read: Connection, *, on: dt.date, status: str) -> list[ChequeRow]:
    """All the cheques that stand so on a day, by their dates."""
    rows: list[ChequeRow] = []
    key = None
    while True:
        page = cheques_page(read, on=on, status=status, key=key, limit=1_000)
        rows += page.rows
        if page.next_key is None:
            return rows
        key = page.next_key


def cheque_rows(read: Connection, records: Iterable[Id], *, on: dt.date = dt.date.max) -> list[ChequeRow]:
    """These receipts as cheques, for re-reading what was touched; what is no cheque is left out."""
    question = _ROW.where(_is_cheque)
    wanted = list(records)
    found: list[ChequeRow] = []
    for start in range(0, len(wanted), 500):
        run = wanted[start : start + 500]
        found += [_row(row, on) for row in read.execute(question.where(receipts.c.id.in_(run)))]
    return found


def deposit(read: Connection, record: Id) -> Deposit | None:
    """One deposit as it was noted; None when the book has none."""
    return paper_of(read, Deposit, record)


def cheques_of_deposit(read: Connection, deposit: Id, *, on: dt.date) -> list[ChequeRow]:
    """The cheques that one pay-in slip names and that are still of it, by their numbers."""
    question = _ROW.where(_is_cheque, receipts.c.deposit == deposit).order_by(receipts.c.number_key)
    return [_row(row, on) for row in read.execute(question)]


def covered_by_cheques(read: Connection, *, on: dt.date) -> dict[Id, int]:
    """What of each bill a post-dated cheque in hand settles, in paise, though its day has not come by then."""
    sql = (
        "SELECT a.document, sum(a.paise) FROM receipts r INDEXED BY receipts_by_counting "
        "JOIN allocations a ON a.credit = r.id "
        "WHERE r.counts_on > ? AND r.dated_on <= ? AND r.reversal IS NULL AND a.allocated_on > ? "
        "GROUP BY a.document HAVING sum(a.paise) > 0"
    )
    day = on.isoformat()
    return {document: int(paise) for document, paise in read.exec_driver_sql(sql, (day, day, day))}


def _standing_so(status: str, on: dt.date) -> tuple[Any, ...]:
    day = sa.literal(on, receipts.c.counts_on.type)
    if status == BOUNCED:
        return (receipts.c.reversal_cause == sa.literal_column("'bounced'"),)
    if status == CLEARED:
        return (receipts.c.cleared_on.is_not(None), receipts.c.reversal.is_(None))
    if status == DEPOSITED:
        return (receipts.c.deposited_on.is_not(None), *_is_open)
    due = receipts.c.counts_on <= day if status == IN_HAND else receipts.c.counts_on > day
    return (receipts.c.deposited_on.is_(None), *_is_open, due)


def _row(found: Any, on: dt.date) -> ChequeRow:
    (*named, cause, deposited_on, cleared_on, deposit, counts_on) = found[:14]
    status = IN_HAND if counts_on <= on else POST_DATED
    if cause:
        status = BOUNCED if cause == BOUNCED else TAKEN_BACK
    elif cleared_on is not None:
        status = CLEARED
    elif deposited_on is not None:
        status = DEPOSITED
    return ChequeRow._make((*named, status, deposited_on, cleared_on, deposit))
