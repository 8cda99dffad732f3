"""Questions about what is owed: ageing on any day, a party's account, and the figures of today."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.rules import RECEIPT_VOUCHER
from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.model import Account
from core.ledger.rules import CREDIT, DUE
from core.parties.queries import party as party_record
from core.statements.ageing import ageing, buckets_of
from core.statements.model import BUCKETS, Entry, Expected, LatePayer, Statement, TodayFigures
from core.statements.money import money_received
from core.statements.rules import EXPECTED_WEEKS, WEEK_DAYS
from core.store.tables.advances import vouchers
from core.store.tables.invoicing import documents
from core.store.tables.ledger import open_items, postings
from core.store.tables.parties import parties
from core.store.tables.receipts import receipts
from core.words import date_text, money_text
from core.words import translate as _

LATE_PAYERS_MAX = 5
CANCELLED = "CAN"

_still_open = open_items.c.open_paise > sa.literal_column("0")
_is_debtors = postings.c.account == sa.literal_column(f"'{Account.DEBTORS.value}'")
_originals = documents.alias("originals")
_given_back = vouchers.alias("given_back")
_ENTRY = (
    sa.select(
        postings.c.dated_on,
        postings.c.paise,
        (postings.c.paper == postings.c.about).label("own"),
        open_items.c.type,
        open_items.c.number,
        open_items.c.due_on,
        sa.func.coalesce(receipts.c.mode, vouchers.c.mode).label("mode"),
        sa.func.coalesce(receipts.c.reference, vouchers.c.reference).label("reference"),
        receipts.c.deducted_paise,
        vouchers.c.type.label("voucher"),
        _given_back.c.number.label("advance"),
        _originals.c.number.label("original"),
    )
    .join_from(postings, open_items, open_items.c.paper == postings.c.about, isouter=True)
    .join(receipts, receipts.c.id == postings.c.about, isouter=True)
    .join(vouchers, vouchers.c.id == postings.c.about, isouter=True)
    .join(_given_back, _given_back.c.id == vouchers.c.voucher, isouter=True)
    .join(documents, documents.c.id == postings.c.about, isouter=True)
    .join(_originals, _originals.c.id == documents.c.original, isouter=True)
    .order_by(postings.c.dated_on, postings.c.paise < 0, open_items.c.number, postings.c.paper, postings.c.n)
)


def statement(
    read: Connection,
    party: Id,
    *,
    from_on: dt.date,
    to_on: dt.date,
    today: dt.date,
    facts: Facts | None = None,
) -> Statement:
    """A party's account from a day to a day, both included, with the balance after each paper.

    The closing balance is the ledger's. The buckets tell the age of open bills at the end of the period, or of
    today when the period ends later. KeyError when the book has no such party.
    """
    known = party_record(read, party)
    if known is None:
        raise KeyError(party.hex())
    facts = facts or Facts.in_force()
    opening = balance_before(read, party, from_on)
    entries = _entries(read, party, from_on, to_on, opening)
    buckets = buckets_of(read, party, min(to_on, max(today, from_on)))
    return Statement(
        seller=seller_of(company(read), facts),
        buyer=buyer_of(party, known, facts),
        from_on=from_on,
        to_on=to_on,
        opening_paise=opening,
        entries=entries,
        closing_paise=entries[-1].balance_paise if entries else opening,
        buckets=tuple(zip(BUCKETS, buckets, strict=True)),
    )


def balance_before(read: Connection, party: Id, on: dt.date) -> int:
    """What a party owed at the beginning of a day, by the ledger; negative when it was in credit."""
    found = read.execute(
        sa.select(sa.func.coalesce(sa.func.sum(postings.c.paise), 0)).where(
            _is_debtors, postings.c.party == party, postings.c.dated_on < on
        )
    ).scalar_one()
    return int(found)


def today_figures(read: Connection, *, on: dt.date) -> TodayFigures:
    """What is owed, late, coming and come in, for the first screen; open amounts are those of now."""
    due, open_paise = open_items.c.due_on, open_items.c.open_paise
    week_end = on + dt.timedelta(days=WEEK_DAYS)
    late, soon = due < on, sa.and_(due >= on, due < week_end)
    sums = read.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(open_paise), 0),
            sa.func.coalesce(sa.func.sum(sa.case((late, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((late, open_paise), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((soon, open_paise), else_=0)), 0),
        ).where(_still_open, open_items.c.side == DUE)
    ).one()
    on_account = sa.select(sa.func.coalesce(sa.func.sum(open_paise), 0)).where(
        _still_open, open_items.c.side == CREDIT
    )
    return TodayFigures(
        on=on,
        outstanding_paise=sums[1],
        overdue_paise=sums[3],
        due_this_week_paise=sums[4],
        received_this_month_paise=money_received(read, on.replace(day=1), on),
        on_account_paise=read.execute(on_account).scalar_one(),
        open_bills=sums[0],
        overdue_bills=sums[2],
        late_payers=_late_payers(read, on),
        expected=_expected(read, on),
    )


def _entries(
    read: Connection, party: Id, from_on: dt.date, to_on: dt.date, opening: int
) -> tuple[Entry, ...]:
    wanted = _ENTRY.where(
        _is_debtors, postings.c.party == party, postings.c.dated_on >= from_on, postings.c.dated_on <= to_on
    )
    balance, entries = opening, []
    for row in read.execute(wanted):
        balance += row.paise
        entries.append(
            Entry(
                dated_on=row.dated_on,
                type=(row.type or "") if row.own else CANCELLED,
                number=row.number or "",
                text=_text(row) if row.own else "",
                debit_paise=max(row.paise, 0),
                credit_paise=max(-row.paise, 0),
                balance_paise=balance,
            )
        )
    return tuple(entries)


def _text(row: Any) -> str:
    if row.mode is not None:
        return ", ".join(_of_money(row))
    if row.original is not None:
        return _("against {number}").format(number=row.original)
    if row.paise > 0 and row.due_on is not None:
        return _("due {date}").format(date=date_text(row.due_on))
    return ""


def _of_money(row: Any) -> Iterator[str]:
    if row.voucher == RECEIPT_VOUCHER:
        yield _("advance")
    elif row.advance is not None:
        yield _("advance {number} given back").format(number=row.advance)
    if row.reference:
        yield row.reference
    if row.deducted_paise:
        yield _("with {amount} kept back").format(amount=money_text(row.deducted_paise))


def _late_payers(read: Connection, on: dt.date) -> tuple[LatePayer, ...]:
    owed = sa.func.sum(open_items.c.open_paise)
    question = (
        sa.select(open_items.c.party, owed, sa.func.min(open_items.c.due_on))
        .where(_still_open, open_items.c.side == DUE, open_items.c.due_on < on)
        .group_by(open_items.c.party)
        .order_by(owed.desc(), open_items.c.party)
        .limit(LATE_PAYERS_MAX)
    )
    found = [(party, paise, oldest) for party, paise, oldest in read.execute(question)]
    wanted = sa.select(parties.c.id, parties.c.name).where(parties.c.id.in_([row[0] for row in found]))
    names = {row.id: row.name for row in read.execute(wanted)}
    return tuple(
        LatePayer(party, names.get(party, ""), paise, (on - oldest).days) for party, paise, oldest in found
    )


def _expected(read: Connection, on: dt.date) -> tuple[Expected, ...]:
    weeks = [on + dt.timedelta(days=WEEK_DAYS * week) for week in range(EXPECTED_WEEKS + 1)]
    due = open_items.c.due_on
    sums = [
        sa.func.coalesce(
            sa.func.sum(sa.case((sa.and_(due >= first, due < after), open_items.c.open_paise), else_=0)), 0
        )
        for first, after in itertools.pairwise(weeks)
    ]
    found = read.execute(
        sa.select(*sums).where(_still_open, open_items.c.side == DUE, due >= on, due < weeks[-1])
    ).one()
    return tuple(Expected(first, paise) for first, paise in zip(weeks, found, strict=False))


__all__ = ["ageing", "balance_before", "statement", "today_figures"]
