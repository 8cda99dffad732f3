"""What each party owes, as lists and pages show it: balance, overdue, on account, when money last came.

A list is a keyset page whatever it is sorted by; amounts are paise.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.rules import RECEIPT_VOUCHER
from core.changes.standing import State
from core.ids import Id
from core.ledger.model import Account
from core.ledger.queries import balance
from core.ledger.rules import CREDIT, DUE
from core.parties.merged import family, merged
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.search import match_of
from core.store.tables.advances import vouchers
from core.store.tables.ledger import balances, open_items
from core.store.tables.parties import parties
from core.store.tables.receipts import receipts
from core.store.tables.store import standing


class AccountRow(NamedTuple):
    """A party with its account. `balance_paise` is negative when it is in credit."""

    id: Id
    code: str
    name: str
    gstin: str
    city: str
    archived: bool
    balance_paise: int
    overdue_paise: int
    last_paid_on: dt.date | None


class PartyFigures(NamedTuple):
    """What stands at the head of a party's page."""

    balance_paise: int
    overdue_paise: int
    overdue_bills: int
    oldest_days: int
    open_bills: int
    on_account_paise: int
    last_paid_on: dt.date | None
    last_paid_paise: int


class PaperRow(NamedTuple):
    """A paper of a party: a document, a receipt or a voucher, with what is open of it and how it stands."""

    paper: Id
    type: str
    number: str
    dated_on: dt.date
    due_on: dt.date
    amount_paise: int
    open_paise: int
    state: State


_STANDS = (int(State.LIVE), int(State.CONTESTED))
_PAPER = sa.select(*(open_items.c[name] for name in PaperRow._fields[:7]), standing.c.state).join_from(
    open_items, standing, standing.c.record == open_items.c.paper
)
_STILL_OPEN = sa.and_(open_items.c.open_paise > sa.literal_column("0"), open_items.c.side.in_((DUE, CREDIT)))
"""Naming both sides, a question about one party is answered from the small index of what is open."""
IsTheirs = Callable[[Any], Any]
"""Of a column of parties: the condition that they belong to an account."""

_MONEY = (receipts, vouchers)
"""Where money that came in stands; refunds among the vouchers are money that went."""
_NEVER = dt.date(1, 1, 1)
"""Sorts those who never paid before all others."""


def accounts_page(
    read: Connection,
    *,
    on: dt.date,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    only: str = "all",
    search: str = "",
    sort: str = "name",
    descending: bool = False,
) -> Page[AccountRow]:
    """A page of parties with their accounts on a day. `only` is all, owing, overdue or archived;
    `sort` is name, code, city, balance, overdue or last_paid."""
    rows = _accounts(merged(read), on, only, search).subquery()
    column = {
        "name": rows.c.name_key, "code": rows.c.code_key, "city": rows.c.city_key, "balance": rows.c.balance_paise,
        "overdue": rows.c.overdue_paise, "last_paid": rows.c.last_paid_key,
    }[sort]  # fmt: skip
    wanted = [after((column, rows.c.id), key, descending=descending)]
    if only == "owing":
        wanted.append(rows.c.balance_paise > 0)
    elif only == "overdue":
        wanted.append(rows.c.overdue_paise > 0)
    order = [column.desc(), rows.c.id.desc()] if descending else [column, rows.c.id]
    question = sa.select(rows, column.label("sort_key")).where(*wanted).order_by(*order).limit(limit + 1)
    page = page_of(list(read.execute(question)), limit, lambda row: (row.sort_key, row.id))
    return Page([_account(row) for row in page.rows], page.next_key)


def account_rows(read: Connection, records: list[Id], *, on: dt.date) -> list[AccountRow]:
    """These parties with their accounts, archived ones too, for re-reading what was touched."""
    rows = _accounts(merged(read), on, "", "").subquery()
    return [_account(row) for row in read.execute(sa.select(rows).where(rows.c.id.in_(records)))]


def account_totals(read: Connection, *, on: dt.date) -> tuple[int, int]:
    """What all parties owe in all, and how much of the open bills is past due on a day."""
    owed = sa.select(sa.func.coalesce(sa.func.sum(balances.c.paise), 0)).where(
        balances.c.account == Account.DEBTORS.value
    )
    late = sa.select(sa.func.coalesce(sa.func.sum(open_items.c.open_paise), 0)).where(
        open_items.c.side == DUE, open_items.c.open_paise > sa.literal_column("0"), open_items.c.due_on < on
    )
    return int(read.execute(owed).scalar_one()), int(read.execute(late).scalar_one())


def party_figures(read: Connection, party: Id, *, on: dt.date) -> PartyFigures:
    """The figures of one party on a day."""
    members, item = family(read, party), open_items.c
    is_late = sa.and_(item.side == DUE, item.due_on < on)
    found = read.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((is_late, item.open_paise), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((is_late, 1), else_=0)), 0),
            sa.func.min(sa.case((is_late, item.due_on))),
            sa.func.coalesce(sa.func.sum(sa.case((item.side == DUE, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((item.side == CREDIT, item.open_paise), else_=0)), 0),
        ).where(item.party.in_(members), _STILL_OPEN)
    ).one()
    paid = [read.execute(_last_money(came, lambda party: party.in_(members))).first() for came in _MONEY]
    last = max((row for row in paid if row is not None), key=lambda row: row.dated_on, default=None)
    oldest = (on - _day(found[2])).days if found[2] is not None else 0
    return PartyFigures(
        balance(read, party), int(found[0]), int(found[1]), oldest, int(found[3]), int(found[4]),
        last.dated_on if last else None, int(last.amount_paise) if last else 0,
    )  # fmt: skip


def papers_page(
    read: Connection, party: Id, *, key: tuple[Any, ...] | None = None, limit: int = PAGE_ROWS
) -> Page[PaperRow]:
    """A page of a party's documents, receipts and vouchers, newest first, settled and cancelled ones too."""
    order = (open_items.c.dated_on, open_items.c.paper)
    wanted = [open_items.c.party.in_(family(read, party)), after(order, key, descending=True)]
    question = _PAPER.where(*wanted).order_by(*(part.desc() for part in order)).limit(limit + 1)
    rows = [_paper(row) for row in read.execute(question)]
    return page_of(rows, limit, lambda row: (row.dated_on.isoformat(), row.paper))


def open_papers(read: Connection, party: Id) -> list[PaperRow]:
    """What is open of a party, bills and credits alike, oldest due first."""
    question = _PAPER.where(open_items.c.party.in_(family(read, party)), _STILL_OPEN)
    rows = [_paper(row) for row in read.execute(question)]
    return sorted(rows, key=lambda row: (row.due_on, row.dated_on, row.number, row.paper))


def _accounts(kept: Mapping[Id, Id], on: dt.date, only: str, search: str) -> sa.Select[Any]:
    """The accounts of the parties that stand for themselves, those of merged parties with them (`kept`)."""
    party = parties.c
    is_theirs = _theirs(kept)
    owed = sa.select(sa.func.sum(balances.c.paise)).where(
        balances.c.account == Account.DEBTORS.value, is_theirs(balances.c.party)
    )
    late = sa.select(sa.func.sum(open_items.c.open_paise)).where(
        is_theirs(open_items.c.party), open_items.c.side == DUE,
        open_items.c.open_paise > sa.literal_column("0"), open_items.c.due_on < on,
    )  # fmt: skip
    paid = [
        sa.func.coalesce(
            sa.type_coerce(
                _last_money(came, is_theirs)
                .with_only_columns(came.c.dated_on)
                .correlate(parties)
                .scalar_subquery(),
                sa.Text,
            ),
            _NEVER.isoformat(),
        )
        for came in _MONEY
    ]
    question = sa.select(
        party.id, party.code, party.name, party.gstin, party.city, party.archived, party.name_key, party.code_key,
        sa.func.lower(party.city).label("city_key"),
        sa.func.coalesce(owed.correlate(parties).scalar_subquery(), 0).label("balance_paise"),
        sa.func.coalesce(late.correlate(parties).scalar_subquery(), 0).label("overdue_paise"),
        sa.func.max(*paid).label("last_paid_key"),
    )  # fmt: skip
    if only:
        question = question.where(party.id.not_in(list(kept)))
        question = question.where(party.archived == int(only == "archived"))
    if search.strip():
        question = question.where(_answers(search))
    return question


def _theirs(kept: Mapping[Id, Id]) -> IsTheirs:
    """Whether a paper of a party belongs to an account: it is the party's own, or of one that became it."""
    if not kept:
        return lambda party: party == parties.c.id  # the list of one would be laid out anew for each account
    joined = sa.values(sa.column("party", sa.LargeBinary), sa.column("kept", sa.LargeBinary)).data(
        list(kept.items())
    )
    became = joined.cte("became")
    members = sa.union_all(
        sa.select(parties.c.id).correlate(parties),
        sa.select(became.c.party).where(became.c.kept == parties.c.id).correlate(parties),
    )
    return lambda party: party.in_(members)


def _last_money(came: sa.Table, is_theirs: IsTheirs) -> sa.Select[Any]:
    """The last time that money came of a party by one kind of paper."""
    found = (
        sa.select(came.c.dated_on, came.c.amount_paise)
        .join_from(came, standing, standing.c.record == came.c.id)
        .where(is_theirs(came.c.party), standing.c.state.in_(_STANDS))
        .order_by(came.c.dated_on.desc(), came.c.id.desc())
        .limit(1)
    )
    return found if came is receipts else found.where(came.c.type == RECEIPT_VOUCHER)


def _answers(search: str) -> Any:
    """A name or code that holds what was typed, or any of a party's words that begin with it."""
    words = search.casefold().split()
    held = sa.and_(
        *(sa.or_(sa.func.instr(parties.c.name_key, word) > 0, parties.c.code_key.startswith(word, autoescape=True))
          for word in words)
    )  # fmt: skip
    match = match_of(search, "party")
    if not match:
        return held
    found = sa.text("SELECT record FROM search WHERE search MATCH :words").bindparams(words=match)
    return sa.or_(held, parties.c.id.in_(found))


def _account(row: Any) -> AccountRow:
    last = _day(row.last_paid_key)
    return AccountRow(
        row.id, row.code, row.name, row.gstin, row.city, bool(row.archived), int(row.balance_paise),
        int(row.overdue_paise), None if last == _NEVER else last,
    )  # fmt: skip


def _paper(row: Any) -> PaperRow:
    return PaperRow._make((*row[:7], State(row[7])))


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
