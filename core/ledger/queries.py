"""Questions to the ledger: what is open, what is owed, what settled what."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.model import Account, OpenItem, Posting
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.tables.ledger import allocations, balances, postings
from core.store.tables.ledger import open_items as items


class AllocationRow(NamedTuple):
    """One thing that lessened an open amount. `credit` is a receipt, a credit note, or a cancellation's id."""

    claim: Id
    credit: Id
    document: Id
    paise: int
    allocated_on: dt.date


class PartyBalance(NamedTuple):
    """What one party owes in all, in paise; negative when it is in credit."""

    party: Id
    paise: int


_ITEM = sa.select(*(items.c[name] for name in OpenItem.__struct_fields__))
_ALLOCATION = sa.select(*(allocations.c[name] for name in AllocationRow._fields))


def open_items(
    read: Connection, *, party: Id | None = None, side: str | None = None, on: dt.date | None = None
) -> list[OpenItem]:
    """What is open now, or was at the end of a day, oldest due first; of one party, of one side, or of all.

    As of a day, papers dated later are left out and what was settled or cancelled later is open again.
    """
    wanted = [items.c.party == party] if party is not None else []
    wanted += [items.c.side == side] if side is not None else []
    still_open = items.c.open_paise > sa.literal_column("0")
    if on is None:
        found = read.execute(_ITEM.where(still_open, *wanted)).all()
        return sorted((OpenItem(*row) for row in found), key=_by_due)
    later = _taken_after(read, on)
    then = [items.c.dated_on <= on, *wanted]
    rows = {row.paper: row for row in read.execute(_ITEM.where(still_open, *then))}
    for batch in _batches([paper for paper in later if paper not in rows]):
        rows |= {row.paper: row for row in read.execute(_ITEM.where(items.c.paper.in_(batch), *then))}
    items_then = [_reopened(OpenItem(*row), later.get(row.paper, 0)) for row in rows.values()]
    return sorted(items_then, key=_by_due)


def open_item(read: Connection, paper: Id) -> OpenItem | None:
    """What is open of one paper; None when it opens nothing."""
    found = read.execute(_ITEM.where(items.c.paper == paper)).first()
    return OpenItem(*found) if found else None


def sides(read: Connection, papers: Iterable[Id]) -> dict[Id, tuple[Id, str]]:
    """The party and the side of each paper that opened an amount."""
    found: dict[Id, tuple[Id, str]] = {}
    for batch in _batches(list(papers)):
        question = sa.select(items.c.paper, items.c.party, items.c.side).where(items.c.paper.in_(batch))
        found |= {row.paper: (row.party, row.side) for row in read.execute(question)}
    return found


def balance(read: Connection, party: Id) -> int:
    """What a party owes in all, in paise; negative when it is in credit."""
    found = read.execute(
        sa.select(balances.c.paise).where(
            balances.c.account == Account.DEBTORS.value, balances.c.party == party
        )
    ).scalar()
    return int(found or 0)


def balances_of(read: Connection, parties: Iterable[Id]) -> dict[Id, int]:
    """What each of these parties owes in all."""
    wanted = list(parties)
    found = dict.fromkeys(wanted, 0)
    for batch in _batches(wanted):
        question = sa.select(balances.c.party, balances.c.paise).where(
            balances.c.account == Account.DEBTORS.value, balances.c.party.in_(batch)
        )
        found |= {row.party: row.paise for row in read.execute(question)}
    return found


def balances_page(
    read: Connection, *, key: tuple[Any, ...] | None = None, limit: int = PAGE_ROWS
) -> Page[PartyBalance]:
    """A page of the parties whose balance is not nought."""
    question = (
        sa.select(balances.c.party, balances.c.paise)
        .where(
            balances.c.account == Account.DEBTORS.value,
            balances.c.paise != 0,
            after((balances.c.party,), key),
        )
        .order_by(balances.c.party)
        .limit(limit + 1)
    )
    rows = [PartyBalance(*row) for row in read.execute(question)]
    return page_of(rows, limit, lambda row: (row.party,))


def trial_balance(read: Connection) -> dict[str, int]:
    """The balance of every account in paise, debits positive; they add up to nought."""
    sql = "SELECT account, sum(paise) FROM balances GROUP BY account HAVING sum(paise) <> 0 ORDER BY account"
    return {row[0]: row[1] for row in read.exec_driver_sql(sql)}


def allocations_of(read: Connection, paper: Id) -> list[AllocationRow]:
    """What settled a bill, or what a credit settled, in order of days."""
    question = _ALLOCATION.where(sa.or_(allocations.c.document == paper, allocations.c.credit == paper))
    order = (allocations.c.allocated_on, allocations.c.claim, allocations.c.n)
    return [AllocationRow(*row) for row in read.execute(question.order_by(*order))]


def postings_of(read: Connection, paper: Id) -> list[Posting]:
    """The postings a paper made, in their order."""
    question = sa.select(postings.c.account, postings.c.paise).where(postings.c.paper == paper)
    return [Posting(*row) for row in read.execute(question.order_by(postings.c.n))]


def _taken_after(read: Connection, on: dt.date) -> dict[Id, int]:
    taken: dict[Id, int] = {}
    question = sa.select(allocations.c.document, allocations.c.credit, allocations.c.paise)
    for document, credit, paise in read.execute(question.where(allocations.c.allocated_on > on)):
        taken[document] = taken.get(document, 0) + paise
        taken[credit] = taken.get(credit, 0) + paise
    return taken


def _reopened(item: OpenItem, paise: int) -> OpenItem:
    return msgspec.structs.replace(item, open_paise=item.open_paise + paise) if paise else item


def _by_due(item: OpenItem) -> tuple[Any, ...]:
    return item.due_on, item.dated_on, item.number, item.paper


def _batches(papers: list[Id]) -> Iterable[list[Id]]:
    return (papers[start : start + 500] for start in range(0, len(papers), 500))
