"""What was given up with money, and what settled a bill and was taken back: each is open again, from its day on."""

from pathlib import Path

import pytest

from core.changes.answer import Answer
from core.changes.change import Outcome
from core.ledger.commands import release, write_off
from core.ledger.model import AllocationLine
from core.ledger.queries import open_items, trial_balance
from core.problems import Problem
from core.receipts.commands import settle_bills
from core.receipts.queries import receipt, settlements
from tests.core.books import a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests
from tests.core.receipts.dealings import (
    AUGUST,
    OCTOBER,
    SEPTEMBER,
    D,
    a_cheque_in,
    agrees,
    bounced,
    left_of,
    owed_on,
    taken_back,
)

pytestmark = pytest.mark.slow


def test_what_was_given_up_with_a_receipt_is_open_again_with_its_bill(tmp_path: Path) -> None:
    """On two devices that see the same cheque bounce, once."""
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        bill, other = a_bill(here, party, 1_000, AUGUST), a_bill(here, party, 5, AUGUST)
        record = a_cheque_in(
            here, party, 999, SEPTEMBER, SEPTEMBER, allocate=(AllocationLine(bill, 999_00),),
            write_offs=((bill, 1_00, "rounding"), (other, 5_00, "settlement")),
        )  # fmt: skip
        assert left_of(here, bill, other) == [0, 0]
        order.round(here)
        bounced(here, record, OCTOBER)
        bounced(there, record, OCTOBER)
        order.round(here)
        told = Problem("NOT_STANDING", "This was taken back already.", "paper")
        order.round(there, {
            "ledger.released": (Outcome.REFUSED, Answer(problems=(told,))),
            "receipts.reversed": (Outcome.HELD, Answer(problems=(told,))),
        })  # fmt: skip
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert left_of(book, bill, other, record) == [1_000, 5, 0]
            left = {account: paise for account, paise in book.read(trial_balance).items() if paise}
            assert left == {"debtors": 1_005_00, "sales": -1_005_00}
            assert owed_on(book, OCTOBER) == 1_005
            agrees(book, party)


def test_what_was_given_up_with_a_receipt_and_undone_before_is_not_undone_twice(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_000, AUGUST)
        record = money_in(book, party, 998, SEPTEMBER, write_offs=((bill, 2_00, "rounding"),))
        assert left_of(book, bill, record) == [0, 0]
        [given_up] = book.read(lambda read: receipt(read, record)).given_up
        book.write("Undo", lambda work: release(work, given_up, on=SEPTEMBER))
        taken_back(book, record)
        assert left_of(book, bill, record) == [1_000, 0]
        agrees(book, party)


def test_what_a_bounced_cheque_had_is_settled_by_nothing_else_meanwhile(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_000, AUGUST)
        bounced(book, a_cheque_in(book, party, 1_000, D(2026, 8, 10), D(2026, 8, 10)), D(2026, 8, 25))
        record = money_in(book, party, 1_000, D(2026, 8, 15))
        [settled] = book.read(lambda read: settlements(read, record))
        assert (settled.allocated_on, settled.paise) == (D(2026, 8, 25), 1_000_00)
        for day, due in ((9, 1_000), (12, 0), (17, 0), (25, 0)):
            items = book.read(lambda read, day=day: open_items(read, on=D(2026, 8, day)))
            assert all(item.open_paise >= 0 for item in items)
            assert sum(item.open_paise for item in items if item.side == "due") == due * 100
        assert left_of(book, bill, record) == [0, 0]
        agrees(book, party)


def test_a_credit_that_was_given_up_is_used_from_the_day_it_was_claimed_again(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        record = money_in(book, party, 1_000, D(2026, 8, 10), allocate=None)
        given_up = book.write(
            "Off",
            lambda work: write_off(work, paper=record, paise=600_00, reason="settlement", on=D(2026, 8, 12)),
        )
        book.write("Undo", lambda work: release(work, given_up, on=D(2026, 8, 25)))
        small, large = a_bill(book, party, 400, AUGUST), a_bill(book, party, 500, AUGUST)
        for bill, paise, day in ((small, 400_00, D(2026, 8, 13)), (large, 500_00, D(2026, 8, 25))):
            line = AllocationLine(bill, paise)
            book.write(
                "Settle",
                lambda work, line=line: settle_bills(work, record, allocate=[line], on=D(2026, 8, 13)),
            )
            assert book.read(lambda read: settlements(read, record))[-1].allocated_on == day
        agrees(book, party)
