"""Questions about what is owed: ageing on any day, a party's account, and the figures of today."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.rules import CREDIT, DUE
from core.parties.merged import family, gathered, merged
from core.parties.queries import party as party_record
from core.statements.ageing import ageing
from core.statements.entries import cheques_held, entries, is_debtors
from core.statements.model import BUCKETS, Expected, LatePayer, Statement, TodayFigures
from core.statements.money import money_received
from core.statements.rules import EXPECTED_WEEKS, WEEK_DAYS, bucket, split
from core.store.tables.ledger import open_items, postings
from core.store.tables.parties import parties
from core.words.language import ENGLISH, catalogue, current_language, languages

LATE_PAYERS_MAX = 5
_ALL_OF_THEM = -1
_STOOD_OPEN = (
    "SELECT side, due_on, paise FROM (SELECT i.side AS side, i.due_on AS due_on, i.open_paise "
    "+ coalesce((SELECT sum(a.paise) FROM allocations a WHERE a.document = i.paper AND a.allocated_on > ?), 0) "
    "+ CASE i.side WHEN 'credit' THEN coalesce((SELECT sum(a.paise) FROM allocations a "
    "WHERE a.credit = i.paper AND a.allocated_on > ?), 0) ELSE 0 END AS paise "
    "FROM open_items i WHERE i.party IN (RUN) AND i.dated_on <= ?) WHERE paise <> 0"
)
DueDay = tuple[dt.date, int, int]
"""A day, how many open bills fall due on it, and what is open of them in paise."""
_LATE = (
    "SELECT party, sum(open_paise), min(due_on) FROM open_items INDEXED BY open_by_party "
    "WHERE open_paise > 0 AND side = 'due' AND due_on < ? GROUP BY party ORDER BY 2 DESC, 1 LIMIT ?"
)
"""Party by party as their index lies, so that nothing is sorted but the sums."""
_SETTLED_LATER = (
    "SELECT coalesce(sum(a.paise), 0) FROM allocations a INDEXED BY allocations_by_date "
    "JOIN open_items i ON i.paper = a.document WHERE a.allocated_on > ? AND i.side = 'due'"
)
_still_open = open_items.c.open_paise > sa.literal_column("0")


def statement(
    read: Connection,
    party: Id,
    *,
    from_on: dt.date,
    to_on: dt.date,
    today: dt.date,
    in_theirs: bool = False,
    facts: Facts | None = None,
) -> Statement:
    """A party's account from a day to a day, both included, with the balance after each paper; not beyond today.

    The closing balance is the ledger's, and the buckets tell the age of open bills, at the end of the period; a cheque
    dated later is in neither, and told apart. Entries are worded in the window's language, or with `in_theirs`
    in the party's, as its papers are. KeyError when the book has no such party.
    """
    known = party_record(read, party)
    if known is None:
        raise KeyError(party.hex())
    facts = facts or Facts.in_force()
    opening = balance_before(read, party, from_on)
    firm = company(read)
    language = spoken(known.language or firm.language) if in_theirs else current_language()
    aged_on = min(to_on, max(today, from_on))
    found = entries(read, party, from_on, aged_on, opening, catalogue(language).gettext)
    buckets, on_account = open_of(read, party, aged_on)
    return Statement(
        seller=seller_of(firm, facts),
        buyer=buyer_of(party, known, facts),
        from_on=from_on,
        to_on=aged_on,
        opening_paise=opening,
        entries=found,
        closing_paise=found[-1].balance_paise if found else opening,
        buckets=tuple(zip(BUCKETS, buckets, strict=True)),
        aged_on=aged_on,
        on_account_paise=on_account,
        cheques=cheques_held(read, party, aged_on),
        language=language,
    )


def spoken(language: str) -> str:
    """A language there are words of, English else."""
    return language if language in languages() else ENGLISH


def open_of(read: Connection, party: Id, on: dt.date) -> tuple[tuple[int, ...], int]:
    """What was open of a party's bills at the end of a day, by age, and what of its credits had settled nothing."""
    day = on.isoformat()
    bills: list[tuple[int, int]] = []
    on_account = 0
    for side, due_on, paise in _stood_open(read, party, day):
        if side == CREDIT:
            on_account += paise
        else:
            bills.append((bucket(dt.date.fromisoformat(due_on), on), paise))
    return split(bills), on_account


def _stood_open(read: Connection, party: Id, day: str) -> Sequence[Any]:
    members = family(read, party)
    question = _STOOD_OPEN.replace("RUN", ", ".join("?" * len(members)))
    return read.exec_driver_sql(question, (day, day, *members, day)).fetchall()


def balance_before(read: Connection, party: Id, on: dt.date) -> int:
    """What a party owed at the beginning of a day, by the ledger; negative when it was in credit."""
    found = read.execute(
        sa.select(sa.func.coalesce(sa.func.sum(postings.c.paise), 0)).where(
            is_debtors, postings.c.party.in_(family(read, party)), postings.c.dated_on < on
        )
    ).scalar_one()
    return int(found)


def today_figures(read: Connection, *, on: dt.date) -> TodayFigures:
    """What is owed, late, coming and come in, for the first screen; open amounts are those of now."""
    days = _open_by_due_day(read)
    late = [(count, paise) for due, count, paise in days if due < on]
    on_account = sa.select(sa.func.coalesce(sa.func.sum(open_items.c.open_paise), 0)).where(
        _still_open, open_items.c.side == CREDIT
    )
    return TodayFigures(
        on=on,
        outstanding_paise=sum(paise for _due, _count, paise in days),
        overdue_paise=sum(paise for _count, paise in late),
        due_this_week_paise=_falling_due(days, on),
        received_this_month_paise=money_received(read, on.replace(day=1), on),
        on_account_paise=read.execute(on_account).scalar_one(),
        open_bills=sum(count for _due, count, _paise in days),
        overdue_bills=sum(count for count, _paise in late),
        by_cheque_paise=_settled_later(read, on),
        late_payers=_late_payers(read, on),
        expected=_expected(days, on),
    )


def _open_by_due_day(read: Connection) -> list[DueDay]:
    """How many bills are open and what of them, by the day they fall due: one walk along their index."""
    question = sa.select(open_items.c.due_on, sa.func.count(), sa.func.sum(open_items.c.open_paise)).where(
        _still_open, open_items.c.side == DUE
    )
    return [(due, count, paise) for due, count, paise in read.execute(question.group_by(open_items.c.due_on))]


def _settled_later(read: Connection, on: dt.date) -> int:
    """What of the bills is settled from a later day on, by cheques in hand."""
    return int(read.exec_driver_sql(_SETTLED_LATER, (on.isoformat(),)).scalar_one())


def _falling_due(days: Sequence[DueDay], first: dt.date) -> int:
    """What falls due in the week that starts on a day."""
    after = first + dt.timedelta(days=WEEK_DAYS)
    return sum(paise for due, _count, paise in days if first <= due < after)


def _expected(days: Sequence[DueDay], on: dt.date) -> tuple[Expected, ...]:
    weeks = [on + dt.timedelta(days=WEEK_DAYS * week) for week in range(EXPECTED_WEEKS)]
    return tuple(Expected(first, _falling_due(days, first)) for first in weeks)


def _late_payers(read: Connection, on: dt.date) -> tuple[LatePayer, ...]:
    kept = merged(read)
    limit = _ALL_OF_THEM if kept else LATE_PAYERS_MAX
    found: Sequence[Any] = read.exec_driver_sql(_LATE, (on.isoformat(), limit)).fetchall()
    if kept:
        found = _together(found, kept)
    wanted = sa.select(parties.c.id, parties.c.name).where(parties.c.id.in_([row[0] for row in found]))
    names = {row.id: row.name for row in read.execute(wanted)}
    return tuple(
        LatePayer(party, names.get(party, ""), paise, (on - dt.date.fromisoformat(oldest)).days)
        for party, paise, oldest in found
    )


def _together(found: Sequence[Any], kept: Mapping[Id, Id]) -> list[tuple[Id, int, str]]:
    """The largest sums that are late, those of merged parties with the party kept."""
    sums = gathered(kept, ((party, paise) for party, paise, _oldest in found))
    oldest: dict[Id, str] = {}
    for party, _paise, day in found:
        at = kept.get(party, party)
        oldest[at] = min(day, oldest.get(at, day))
    largest = sorted(sums.items(), key=lambda each: (-each[1], each[0]))[:LATE_PAYERS_MAX]
    return [(party, paise, oldest[party]) for party, paise in largest]


__all__ = ["ageing", "balance_before", "statement", "today_figures"]
