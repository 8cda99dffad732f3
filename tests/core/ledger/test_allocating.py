"""Allocations: oldest bill first, never more than is open, never across parties; and what was open on a past day."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.model import Original
from core.ledger.commands import allocate
from core.ledger.model import Allocation, AllocationLine, OpenItem
from core.ledger.queries import (
    allocations_of,
    balance,
    balances_of,
    balances_page,
    open_item,
    open_items,
    postings_of,
    trial_balance,
)
from core.ledger.rules import CREDIT, DUE, balanced, oldest_first, problems_with_allocation
from tests.core.books import TODAY
from tests.core.invoicing.trade import BILL_PAISE, GLOVES, PUMPS, Trade, a_trade

WEEK = dt.timedelta(7)


def bill(n: int, due: int, open_paise: int) -> OpenItem:
    day = dt.date(2026, 1, 1) + dt.timedelta(due)
    return OpenItem(bytes([n]) * 16, b"p" * 16, DUE, "INV", f"A/{n:04d}", day, day, open_paise, open_paise)


BILLS = st.lists(
    st.builds(bill, st.integers(1, 250), st.integers(0, 300), st.integers(0, 10**9)),
    unique_by=lambda item: item.paper,
)


@given(BILLS, st.integers(0, 10**10))
def test_oldest_first_uses_all_it_can_and_skips_nobody(bills: list[OpenItem], paise: int) -> None:
    lines = oldest_first(bills, paise)
    open_of = {item.paper: item for item in bills}
    assert sum(line.paise for line in lines) == min(paise, sum(item.open_paise for item in bills))
    assert all(0 < line.paise <= open_of[line.document].open_paise for line in lines)
    assert all(line.paise == open_of[line.document].open_paise for line in lines[:-1]), (
        "only the last is part paid"
    )
    settled = {line.document for line in lines}
    left = [item for item in bills if item.paper not in settled and item.open_paise]
    if lines and left:
        last = open_of[lines[-1].document]
        assert all(last.due_on <= item.due_on for item in left), (
            "nothing younger is paid before something older"
        )


def test_an_allocation_by_itself_is_judged_by_its_lines() -> None:
    document, credit = b"d" * 16, b"c" * 16

    def fields(*lines: AllocationLine) -> list[str]:
        return [p.field for p in problems_with_allocation(Allocation(credit, b"p", TODAY, lines))]

    assert fields(AllocationLine(document, 1)) == []
    assert fields() == ["lines"]
    assert fields(AllocationLine(document, 0)) == ["lines.1.paise"]
    assert fields(AllocationLine(document, 1), AllocationLine(document, 1)) == ["lines.2.document"]
    assert fields(AllocationLine(credit, 1)) == ["lines.1.document"]


def on_account(trade: Trade, party: Id | None = None) -> Id:
    """A credit note of one bill that answers nothing in the book, so that all of it stays on account."""
    return trade.issue(type="CRN", original=Original("OLD/7", TODAY), party=party or trade.lotus)


def give(
    trade: Trade, credit: Id, *lines: tuple[Id, int], party: Id | None = None, on: dt.date = TODAY
) -> Id:
    asked = [AllocationLine(document, paise) for document, paise in lines]
    return trade.book.write(
        "Allocate", lambda work: allocate(work, credit=credit, party=party or trade.lotus, lines=asked, on=on)
    )


def test_a_credit_settles_bills_and_what_is_left_stays(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        first, second = trade.issue(), trade.issue(lines=(GLOVES,))
        credit = on_account(trade)
        claim = give(trade, credit, (first, 500_000), (second, 8_700))
        read = trade.book.read
        left = {
            record: read(lambda r, record=record: open_item(r, record)) for record in (first, second, credit)
        }
        assert [item.open_paise for item in left.values() if item] == [BILL_PAISE - 500_000, 39_500, 100_000]
        rows = read(lambda r: allocations_of(r, credit))
        assert [(row.claim, row.document, row.paise) for row in rows] == [
            (claim, first, 500_000),
            (claim, second, 8_700),
        ]
        assert read(lambda r: allocations_of(r, second))[0].credit == credit
        assert trade.book.verify().ok


@pytest.mark.parametrize(
    "case", ["another party", "a bill as credit", "a credit as bill", "too much", "unknown"]
)
def test_an_unfit_allocation_is_refused_and_leaves_nothing(tmp_path: Path, case: str) -> None:
    with a_trade(tmp_path) as trade:
        bill_, credit, foreign = trade.issue(), on_account(trade), trade.issue(party=trade.banyan)
        asked: dict[str, tuple[Id, Id, int, str, str]] = {
            "another party": (credit, foreign, 1, "PARTY", "lines.1.document"),
            "a bill as credit": (bill_, bill_, 1, "SIDE", "credit"),
            "a credit as bill": (credit, credit, 1, "SIDE", "lines.1.document"),
            "too much": (credit, bill_, BILL_PAISE + 1, "OPEN_AMOUNT", "lines"),
            "unknown": (credit, b"u" * 16, 1, "NOT_STANDING", "lines.1.document"),
        }
        giver, taker, paise, code, field = asked[case]
        before = trade.book.read(lambda read: open_items(read))
        with pytest.raises(RuleBroken) as refused:
            give(trade, giver, (taker, paise))
        assert (code, field) in {(problem.code, problem.field) for problem in refused.value.problems}
        assert trade.book.read(lambda read: open_items(read)) == before


def test_a_bill_is_settled_once_even_by_two_credits(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill_, one, two = trade.issue(), on_account(trade), on_account(trade)
        give(trade, one, (bill_, BILL_PAISE))
        with pytest.raises(RuleBroken) as refused:
            give(trade, two, (bill_, 1))
        assert refused.value.problems[0].code == "OPEN_AMOUNT"


def test_what_was_open_on_a_past_day(tmp_path: Path) -> None:
    start = TODAY - 4 * WEEK
    with a_trade(tmp_path) as trade:
        first = trade.issue(today=TODAY, dated_on=start)
        second = trade.issue(today=TODAY, dated_on=start + WEEK)
        credit = on_account(trade)
        give(trade, credit, (first, 100_000), on=start + 2 * WEEK)
        trade.cancel(second, on=start + 3 * WEEK)

        def open_on(day: dt.date) -> dict[Id, int]:
            found = trade.book.read(lambda read: open_items(read, side=DUE, on=day))
            return {item.paper: item.open_paise for item in found}

        assert open_on(start - WEEK) == {}
        assert open_on(start) == {first: BILL_PAISE}
        assert open_on(start + WEEK) == {first: BILL_PAISE, second: BILL_PAISE}
        assert open_on(start + 2 * WEEK) == {first: BILL_PAISE - 100_000, second: BILL_PAISE}
        assert open_on(start + 3 * WEEK) == {first: BILL_PAISE - 100_000} == open_on(TODAY)
        now = trade.book.read(lambda read: open_items(read, side=DUE))
        assert {item.paper: item.open_paise for item in now} == open_on(TODAY)


def test_balances_by_party_and_the_trial_balance(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        trade.issue(party=trade.banyan, lines=(PUMPS,), rounding="none")
        read = trade.book.read
        assert read(lambda r: balance(r, trade.lotus)) == BILL_PAISE
        assert read(lambda r: balance(r, trade.walk_in)) == 0
        assert read(lambda r: balances_of(r, [trade.banyan, trade.walk_in])) == {
            trade.banyan: 560_500,
            trade.walk_in: 0,
        }
        assert {row.party for row in read(lambda r: balances_page(r)).rows} == {trade.lotus, trade.banyan}
        assert read(trial_balance) == {
            "debtors": BILL_PAISE + 560_500, "sales": -(520_900 + 475_000), "output_igst": -87_795,
            "output_cgst": -42_750, "output_sgst": -42_750, "round_off": -5,
        }  # fmt: skip
        assert balanced(read(lambda r: postings_of(r, record)))


def test_the_sides_are_told_apart(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill_, credit = trade.issue(), on_account(trade)
        of = trade.book.read
        assert [item.paper for item in of(lambda read: open_items(read, side=DUE))] == [bill_]
        assert [item.paper for item in of(lambda read: open_items(read, side=CREDIT))] == [credit]
        assert of(lambda read: open_items(read, party=trade.banyan)) == []


def test_the_indexes_are_used(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        asked = {
            "SELECT sum(open_paise) FROM open_items WHERE side = 'due' AND open_paise > 0": "open_by_due",
            "SELECT * FROM open_items WHERE party = x'00' AND side = 'due' AND open_paise > 0": "open_by_party",
            "SELECT paise FROM postings WHERE party = x'00' AND account = 'debtors'": "postings_of_party",
            "SELECT sum(paise) FROM allocations WHERE document = x'00'": "allocations_of_document",
        }
        for sql, index in asked.items():
            plan = trade.book.read(
                lambda read, sql=sql: [row[3] for row in read.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            )
            assert index in plan[0], plan
