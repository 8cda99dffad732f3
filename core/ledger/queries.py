"""Questions to the ledger: what is open, what is owed, what settled what."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.model import Account, OpenItem, Posting, WriteOff
from core.parties.merged import family, merged
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.read import in_runs, paper_of
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
_FROM_ITEMS = ("SELECT", ", ".join(OpenItem.__struct_fields__), "FROM open_items WHERE")
_OPEN_NOW = " ".join((*_FROM_ITEMS, "open_paise > 0"))
_AMONG = " ".join((*_FROM_ITEMS, "paper IN (RUN)"))
_ALLOCATION = sa.select(*(allocations.c[name] for name in AllocationRow._fields))


def open_items(
    read: Connection, *, party: Id | None = None, side: str | None = None, on: dt.date | None = None
) -> list[OpenItem]:
    """What is open now, or was at the end of a day, oldest due first; of one party, of one side, or of all.

    As of a day, papers dated later are left out and what was settled or cancelled later is open again. What a merged
    party left open is the party's that was kept.
    """
    kept = merged(read)
    members = None if party is None else family(read, party) if kept else [party]
    asked, given = _asked(members, side, on)
    found = read.exec_driver_sql(" AND ".join((_OPEN_NOW, *asked)), given).fetchall()
    if on is None:
        return sorted((_open_item(row, 0, kept) for row in found), key=_by_due)
    later = _taken_after(read, on)
    then = {row[0]: row for row in found}
    gone = [paper for paper in later if paper not in then]
    then |= {row[0]: row for row in in_runs(read, " AND ".join((_AMONG, *asked)), gone, *given)}
    return sorted((_open_item(row, later.get(row[0], 0), kept) for row in then.values()), key=_by_due)


def _asked(
    members: list[Id] | None, side: str | None, on: dt.date | None
) -> tuple[list[str], tuple[Any, ...]]:
    """The conditions of a question for open items, with what they compare."""
    marks = ", ".join("?" * len(members or ()))
    asked: list[tuple[str, tuple[Any, ...]]] = [(f"party IN ({marks})", tuple(members))] if members else []
    asked += [("side = ?", (side,))] if side is not None else []
    asked += [("dated_on <= ?", (on.isoformat(),))] if on is not None else []
    return [condition for condition, _given in asked], tuple(value for _c, given in asked for value in given)


def open_item(read: Connection, paper: Id) -> OpenItem | None:
    """What is open of one paper; None when it opens nothing."""
    found = read.execute(_ITEM.where(items.c.paper == paper)).first()
    return OpenItem(*found) if found else None


def sides(read: Connection, papers: Iterable[Id]) -> dict[Id, tuple[Id, str]]:
    """The party, or what it became, and the side of each paper that opened an amount."""
    kept = merged(read)
    question = "SELECT paper, party, side FROM open_items WHERE paper IN (RUN)"
    return {paper: (kept.get(party, party), side) for paper, party, side in in_runs(read, question, papers)}


def balance(read: Connection, party: Id) -> int:
    """What a party owes in all, with those that became it, in paise; negative when it is in credit."""
    found = read.execute(
        sa.select(sa.func.sum(balances.c.paise)).where(
            balances.c.account == Account.DEBTORS.value, balances.c.party.in_(family(read, party))
        )
    ).scalar()
    return int(found or 0)


def balances_of(read: Connection, parties: Iterable[Id]) -> dict[Id, int]:
    """What each of these parties owes in all."""
    wanted = list(parties)
    question = "SELECT party, paise FROM balances WHERE party IN (RUN) AND account = ?"
    return dict.fromkeys(wanted, 0) | dict(in_runs(read, question, wanted, Account.DEBTORS.value))


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


def write_off(read: Connection, claim: Id) -> WriteOff | None:
    """A write-off, the whole claim; None when the book has none."""
    return paper_of(read, WriteOff, claim)


def postings_of(read: Connection, paper: Id) -> list[Posting]:
    """The postings a paper made, in their order."""
    question = sa.select(postings.c.account, postings.c.paise).where(postings.c.paper == paper)
    return [Posting(*row) for row in read.execute(question.order_by(postings.c.n))]


def _taken_after(read: Connection, on: dt.date) -> dict[Id, int]:
    taken: dict[Id, int] = {}
    sql = "SELECT document, credit, paise FROM allocations WHERE allocated_on > ?"
    for document, credit, paise in read.exec_driver_sql(sql, (on.isoformat(),)):
        taken[document] = taken.get(document, 0) + paise
        taken[credit] = taken.get(credit, 0) + paise
    return taken


def _open_item(row: Any, reopened_paise: int, kept: Mapping[Id, Id]) -> OpenItem:
    paper, party, side, type_, number, dated_on, due_on, amount_paise, open_paise = row
    day = dt.date.fromisoformat
    return OpenItem(
        paper,
        kept.get(party, party),
        side,
        type_,
        number,
        day(dated_on),
        day(due_on),
        amount_paise,
        open_paise + reopened_paise,
    )


def _by_due(item: OpenItem) -> tuple[Any, ...]:
    return item.due_on, item.dated_on, item.number, item.paper
