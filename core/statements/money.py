"""Money that came in and went back, as one list: receipts, advances, refunds and paybacks; amounts are paise."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.queries import advances_between, voucher_of_reference
from core.advances.rules import RECEIPT_VOUCHER
from core.changes.standing import State
from core.facts import Facts
from core.ids import Id
from core.problems import Problem
from core.receipts.queries import receipt_of_reference, received_between
from core.receipts.rules import cash_warning
from core.store.paging import PAGE_ROWS, Page, after, ordered, ordered_page, page_of
from core.store.search import match_of
from core.store.tables.advances import vouchers
from core.store.tables.receipts import paybacks, receipts
from core.store.tables.store import standing

RECEIPT, PAYBACK = "RCT", "PBK"


class MoneyRow(NamedTuple):
    """A receipt (RCT), an advance (RCV), a refund of one (RFV) or money given back (PBK) as a list shows it.

    `open_paise` lies on account; of what went back it is what its credit has not paid. `reference` is the number of
    the cheque where it came by one.
    """

    id: Id
    type: str
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


_SEARCH = sa.table("search", sa.column("rowid"), sa.column("record"))
_SORTS = {"date": "dated_on", "number": "number_key", "name": "name_key", "amount": "amount_paise"}
_ON_ACCOUNT = "SELECT paper FROM open_items WHERE side = 'credit' AND type = '{type}' AND open_paise > 0"
_OF = {RECEIPT: receipts, RECEIPT_VOUCHER: vouchers, PAYBACK: paybacks}
_KINDS = {RECEIPT: "receipt", RECEIPT_VOUCHER: "voucher", PAYBACK: "payback"}
"""Where each stands (refunds stand among the vouchers), and how the search knows it."""
_CAME = (RECEIPT, RECEIPT_VOUCHER)
_CHEQUE_OR_REFERENCE = sa.case(
    (receipts.c.cheque_number != "", receipts.c.cheque_number), else_=receipts.c.reference
).label("reference")


def money_page(
    read: Connection,
    *,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    only: str = "all",
    search: str = "",
    sort: str = "date",
    descending: bool = True,
) -> Page[MoneyRow]:
    """A page of all that came in or went back. `only` is all, on_account or advances (with their refunds);
    `sort` is date, number, name or amount. What answers `search` comes newest first, whatever the sort."""
    wanted = {"advances": (RECEIPT_VOUCHER,), "on_account": _CAME}.get(only, tuple(_OF))
    match = match_of(search, *(_KINDS[type_] for type_ in wanted))
    descending = descending or bool(match)
    if match and only != "on_account":
        return _found_page(read, match, key, limit)
    parts = [
        _part(
            type_,
            key,
            limit,
            is_on_account=only == "on_account",
            search=search,
            sort=sort,
            descending=descending,
        )
        for type_ in wanted
    ]
    whole = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    order = (whole.c.place,) if match else (whole.c.place, whole.c.id)
    question = sa.select(*(column for column in whole.c if column is not whole.c.place))
    page = ordered_page(read, question, order, None, limit, descending=descending)
    return Page([_row(row) for row in page.rows], page.next_key)


def _found_page(read: Connection, match: str, key: tuple[Any, ...] | None, limit: int) -> Page[MoneyRow]:
    """What answers a search, newest first: one walk through all that does, whichever kind of money it is."""
    search = _SEARCH.c
    question = sa.select(search.rowid, search.record).where(
        sa.literal_column("search").op("MATCH")(match), after((search.rowid,), key, descending=True)
    )
    found = list(read.execute(question.order_by(search.rowid.desc()).limit(limit + 1)))
    page = page_of(found, limit, lambda row: (row.rowid,))
    rows = {row.id: row for row in money_rows(read, [record for _entry, record in page.rows])}
    return Page([rows[record] for _entry, record in page.rows if record in rows], page.next_key)


def money_rows(read: Connection, records: Iterable[Id]) -> list[MoneyRow]:
    """These as a list shows them, for re-reading what was touched."""
    wanted = list(records)
    found = [
        row
        for type_, table in _OF.items()
        for row in read.execute(_rows_of(type_).where(table.c.id.in_(wanted)))
    ]
    return [_row(row) for row in found]


def money_of_reference(read: Connection, reference: str) -> MoneyRow | None:
    """The receipt or voucher that already has a bank's or cheque's reference; None when there is none."""
    known = receipt_of_reference(read, reference) or voucher_of_reference(read, reference)
    return None if known is None else money_rows(read, [known.id])[0]


def money_received(read: Connection, first: dt.date, last: dt.date) -> int:
    """The money that came in from a day to a day, by receipts and as advances; what was held does not count."""
    return received_between(read, first, last) + advances_between(read, first, last)


def cash_warnings(
    read: Connection, *, party: Id, dated_on: dt.date, amount_paise: int, facts: Facts | None = None
) -> list[Problem]:
    """What to be told before more cash of a person is taken on a day: the limit of law, over all that came."""
    earlier = 0
    for type_ in _CAME:
        table = _OF[type_]
        asked = [table.c.party == party, table.c.dated_on == dated_on, table.c.mode == "cash"]
        asked += (
            [vouchers.c.type == RECEIPT_VOUCHER]
            if type_ == RECEIPT_VOUCHER
            else [receipts.c.reversal.is_(None)]
        )
        total = sa.select(sa.func.coalesce(sa.func.sum(table.c.amount_paise), 0)).where(*asked)
        earlier += int(read.execute(total).scalar_one())
    warning = cash_warning(earlier + amount_paise, dated_on, facts or Facts.in_force())
    return [] if warning is None else [warning]


def _part(
    type_: str,
    key: tuple[Any, ...] | None,
    limit: int,
    *,
    is_on_account: bool,
    search: str,
    sort: str,
    descending: bool,
) -> sa.Select[Any]:
    """One kind's share of a page: no more of it than the page could hold, drawn in order from its own index."""
    table, question = _OF[type_], _rows_of(type_)
    order: tuple[Any, ...] = (table.c[_SORTS[sort]], table.c.id)
    if match := match_of(search, _KINDS[type_]):
        question = question.join(_SEARCH, _SEARCH.c.record == table.c.id).where(
            sa.literal_column("search").op("MATCH")(match)
        )
        order = (_SEARCH.c.rowid,)
    if is_on_account:
        question = question.where(table.c.id.in_(sa.text(_ON_ACCOUNT.format(type=type_))))
    return ordered(question, order, key, limit, descending=descending)


def _rows_of(type_: str) -> sa.Select[Any]:
    table = _OF[type_]
    shared: list[Any] = [
        table.c[name] for name in ("number", "dated_on", "party", "name", "mode", "reference", "amount_paise")
    ]
    own: list[Any] = [sa.literal(RECEIPT).label("type"), receipts.c.deducted_paise]
    if type_ == RECEIPT:
        shared[5] = _CHEQUE_OR_REFERENCE
    if type_ == PAYBACK:
        own = [sa.literal(PAYBACK).label("type"), sa.literal(0).label("deducted_paise")]
    elif type_ == RECEIPT_VOUCHER:
        own = [vouchers.c.type, sa.literal(0).label("deducted_paise")]
    return sa.select(table.c.id, own[0], *shared, own[1], standing.c.open_paise, standing.c.state).join_from(
        table, standing, standing.c.record == table.c.id
    )


def _row(found: Any) -> MoneyRow:
    return MoneyRow._make((*found[:11], State(found[11])))
