"""Whatever happens in a book: it balances, numbers have no gap, and its log makes the same rows again."""

import datetime as dt
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.changes.standing import State
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import draft_from, issue_document
from core.invoicing.model import Draft, Original
from core.invoicing.papers import TURNED_INTO_INVOICES
from core.invoicing.queries import documents_page
from core.invoicing.settling import draft_of
from core.ledger.commands import allocate
from core.ledger.queries import balance, open_items, trial_balance
from core.ledger.rules import CREDIT, DUE, oldest_first
from tests.core.books import TODAY
from tests.core.invoicing.test_settling import LINES
from tests.core.invoicing.trade import Trade, a_trade

WHO = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("bill"), WHO, st.integers(0, 400), st.lists(LINES, min_size=1, max_size=4).map(tuple)),
    st.tuples(st.just("answer"), st.integers(0, 30), st.booleans()),
    st.tuples(st.just("credit"), WHO, st.lists(LINES, min_size=1, max_size=2).map(tuple)),
    st.tuples(st.just("allocate"), WHO),
    st.tuples(st.just("cancel"), st.integers(0, 30)),
    st.tuples(
        st.just("offer"), WHO, st.sampled_from(TURNED_INTO_INVOICES), st.lists(LINES, min_size=1, max_size=3)
    ),
    st.tuples(st.just("turn"), st.integers(0, 30)),
    st.tuples(st.just("amend"), st.integers(0, 30), st.lists(LINES, min_size=1, max_size=3).map(tuple)),
)


def step(trade: Trade, issued: list[Id], what: str, *how: object) -> None:
    """Do one thing; what the book refuses is left."""
    parties = (trade.lotus, trade.banyan, trade.walk_in)
    if what == "bill":
        who, days, lines = how
        issued.append(trade.issue(party=parties[who], lines=lines, dated_on=TODAY - dt.timedelta(days)))  # type: ignore[index,arg-type]
    elif what == "credit":
        who, lines = how
        old = Original("OLD/1", TODAY)
        issued.append(trade.issue(party=parties[who], lines=lines, type="CRN", original=old))  # type: ignore[index]
    elif what == "offer":
        who, type_, lines = how
        issued.append(trade.issue(party=parties[who], type=type_, lines=tuple(lines)))  # type: ignore[index,arg-type]
    elif what == "allocate":
        settle_oldest(trade, parties[how[0]])  # type: ignore[index]
    elif issued:
        record = issued[how[0] % len(issued)]  # type: ignore[operator]
        if what == "cancel":
            trade.cancel(record)
        elif what == "turn":
            issued.append(
                trade.book.write(
                    "Turn", lambda work: issue_document(work, draft_from(work, record), today=TODAY)
                )
            )
        elif what == "amend":
            issued.append(trade.issue(amended(trade, record), lines=how[1]))
        else:
            lines = trade_lines(trade, record)
            issued.append(trade.credit(record, lines=lines if how[1] else lines[:1], rounding="none"))


def amended(trade: Trade, record: Id) -> Draft:
    """A draft that corrects a document."""
    document = trade.document(record)
    named = Original(document.number, document.dated_on)
    return msgspec.structs.replace(draft_of(document), amends=named, original=document.original)


def trade_lines(trade: Trade, record: Id) -> tuple[object, ...]:
    from core.invoicing.model import DraftLine

    return tuple(
        DraftLine(
            **{name: getattr(line, name) for name in DraftLine.__struct_fields__ if name != "discount_paise"}
        )
        for line in trade.document(record).lines
    )


def settle_oldest(trade: Trade, party: Id) -> None:
    for credit in trade.book.read(lambda read: open_items(read, party=party, side=CREDIT)):
        bills = trade.book.read(lambda read: open_items(read, party=party, side=DUE))
        lines = oldest_first(bills, credit.open_paise)
        if lines:
            trade.book.write(
                "Allocate",
                lambda work, credit=credit, lines=lines: allocate(
                    work, credit=credit.paper, party=party, lines=lines, on=TODAY
                ),
            )


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_after_any_history(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, a_trade(Path(folder)) as trade:
        issued: list[Id] = []
        refused = 0
        for what, *how in steps:
            try:
                step(trade, issued, str(what), *how)
            except RuleBroken:
                refused += 1
        read = trade.book.read
        assert sum(read(trial_balance).values()) == 0
        rows = read(lambda r: documents_page(r, limit=100)).rows
        assert sorted(row.id for row in rows) == sorted(issued)
        numbers = [row.number for row in rows]
        assert len(set(numbers)) == len(numbers)
        by_run: dict[str, list[int]] = {}
        for number in numbers:
            run, _slash, n = number.rpartition("/")
            by_run.setdefault(run, []).append(int(n))
        assert all(sorted(found) == list(range(1, len(found) + 1)) for found in by_run.values()), "no gap"
        assert all(row.open_paise == 0 for row in rows if row.state is State.CANCELLED)
        for party in (trade.lotus, trade.banyan, trade.walk_in):
            items = read(lambda r, party=party: open_items(r, party=party))
            assert all(0 < item.open_paise <= item.amount_paise for item in items)
            owed = sum(item.open_paise if item.side == DUE else -item.open_paise for item in items)
            assert owed == read(lambda r, party=party: balance(r, party)), (
                "open items are the party's balance"
            )
        assert trade.book.verify().ok
