"""Allocations and write-offs undone, the limit of who may give up how much, and books that are closed."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.changes.answer import PLAIN
from core.changes.change import Outcome, Role
from core.changes.judge import month_of_papers
from core.closing.commands import close_books, reopen_books
from core.closing.queries import closed_through
from core.company.commands import company_of, save_company
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document
from core.ledger.commands import allocate, release, write_off
from core.ledger.model import AllocationLine
from core.ledger.queries import allocations_of, open_item, open_items, postings_of, trial_balance
from core.statements.ageing import ageing
from core.statements.queries import statement
from core.store.read import stand_of
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow

JUNE, JULY, AUGUST = dt.date(2026, 6, 10), dt.date(2026, 7, 10), dt.date(2026, 8, 10)


def claim_of(book: Book, receipt: Id) -> Id:
    """The claim by which a receipt settles its first bill."""
    return book.read(lambda read: allocations_of(read, receipt)[0].claim)


def still_open(book: Book, paper: Id) -> int:
    found = book.read(lambda read: open_item(read, paper))
    assert found is not None
    return found.open_paise


def test_an_allocation_undone_opens_its_bills_from_that_day(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        first, second = a_bill(book, party, 1000, JUNE), a_bill(book, party, 500, JUNE)
        receipt = money_in(book, party, 1200, JULY)
        assert (still_open(book, first), still_open(book, second), still_open(book, receipt)) == (
            0,
            30_000,
            0,
        )
        claim = claim_of(book, receipt)
        book.write("Undo", lambda work: release(work, claim, on=AUGUST))
        assert (still_open(book, first), still_open(book, receipt)) == (100_000, 120_000)
        owed = {
            on: book.read(lambda read, on=on: ageing(read, on=on))[1].total_paise
            for on in (JUNE, JULY, AUGUST)
        }
        assert owed == {JUNE: 150_000, JULY: 30_000, AUGUST: 150_000}
        with pytest.raises(RuleBroken) as refused:
            book.write("Undo", lambda work: release(work, claim, on=AUGUST))
        assert refused.value.problems[0].code == "NOT_STANDING"
        assert book.verify().ok


def test_the_limit_holds_for_all_that_is_written_off_of_a_bill(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill, other = a_bill(book, party, 1000, JUNE), a_bill(book, party, 1000, JUNE)

        def give_up(paper: Id, paise: int) -> Id:
            return book.write(
                "Off", lambda work: write_off(work, paper=paper, paise=paise, reason="rounding", on=JULY)
            )

        book.write("Role", lambda work: work.note(role=Role.BOOKKEEPER.value))
        first = give_up(bill, 600)
        give_up(bill, 400)
        with pytest.raises(RuleBroken) as refused:
            give_up(bill, 1)
        assert [problem.code for problem in refused.value.problems] == ["LIMIT"]
        give_up(other, 1_000)
        book.write("Undo", lambda work: release(work, first, on=AUGUST))
        give_up(bill, 600)
        with pytest.raises(RuleBroken):
            give_up(bill, 1)
        book.write("Role", lambda work: work.note(role=Role.OWNER.value))
        give_up(bill, 5_000)
        assert still_open(book, bill) == 100_000 - 6_000
        assert book.verify().ok


def test_paise_are_written_off_within_the_limit_and_more_by_an_owner_alone(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1000, JUNE)
        money_in(book, party, 999, JULY)
        book.write("Role", lambda work: work.note(role=Role.BOOKKEEPER.value))
        claim = book.write(
            "Write off", lambda work: write_off(work, paper=bill, paise=60, reason="rounding", on=JULY)
        )
        assert still_open(book, bill) == 40
        book.write("Role", lambda work: work.note(role=Role.OWNER.value))
        book.write(
            "Company",
            lambda work: save_company(
                work, msgspec.structs.replace(company_of(work), write_off_limit_paise=10)
            ),
        )
        book.write("Role", lambda work: work.note(role=Role.BOOKKEEPER.value))
        with pytest.raises(RuleBroken) as refused:
            book.write(
                "Write off", lambda work: write_off(work, paper=bill, paise=40, reason="rounding", on=JULY)
            )
        assert refused.value.problems[0].code == "LIMIT"
        book.write("Role", lambda work: work.note(role=Role.OWNER.value))
        book.write(
            "Write off", lambda work: write_off(work, paper=bill, paise=40, reason="bad_debt", on=JULY)
        )
        balances = book.read(trial_balance)
        assert (balances["round_off"], balances["bad_debts"]) == (60, 40)
        assert "debtors" not in balances
        book.write("Undo", lambda work: release(work, claim, on=AUGUST))
        assert still_open(book, bill) == 60
        balances = book.read(trial_balance)
        assert balances["debtors"] == 60
        assert "round_off" not in balances
        assert sum(balances.values()) == 0
        assert book.verify().ok


def test_a_closed_period_takes_no_paper_and_a_late_one_is_entered_on_the_first_open_day(
    tmp_path: Path,
) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        a_bill(here, party, 1000, JUNE)
        order.round(here)
        late = a_bill(there, party, 700, JUNE)
        here.write(
            "Close", lambda work: close_books(work, through=dt.date(2026, 6, 30), today=TODAY, first_on=JUNE)
        )
        with pytest.raises(RuleBroken) as refused:
            a_bill(here, party, 1, JUNE)
        assert refused.value.problems[0].code == "CLOSED"
        order.round(here)
        order.round(there)
        assert len(digests([here, there])) == 1
        for book in (here, there):
            days = book.read(
                lambda read: statement(read, party, from_on=JUNE, to_on=AUGUST, today=TODAY).entries
            )
            assert [(entry.dated_on, entry.debit_paise) for entry in days] == [
                (JUNE, 100_000),
                (dt.date(2026, 7, 1), 70_000),
            ]
            item = book.read(lambda read: open_items(read, party=party, on=JUNE))
            assert sorted(each.open_paise for each in item) == [70_000, 100_000], "its date counts for ageing"
            assert postings_of_day(book, late) == dt.date(2026, 7, 1)


def postings_of_day(book: Book, paper: Id) -> dt.date:
    """The day on which a paper is entered."""
    assert book.read(lambda read: postings_of(read, paper))
    sql = "SELECT max(dated_on) FROM postings WHERE paper = ?"
    return dt.date.fromisoformat(book.read(lambda read: read.exec_driver_sql(sql, (paper,)).scalar()))


def test_a_close_that_did_not_see_everything_is_refused_by_the_rules(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        a_bill(here, party, 1000, JUNE)
        order.round(here)
        a_bill(there, party, 700, JUNE)
        here.write(
            "Close", lambda work: close_books(work, through=dt.date(2026, 6, 30), today=TODAY, first_on=JUNE)
        )
        order.send(there)
        order.pull(there, here)
        assert here.read(closed_through) is None, (
            "what came in meanwhile takes the pending close's ground away"
        )
        order.round(here, {"closing.closed": (Outcome.REFUSED, PLAIN)})
        assert len(digests([here, there])) == 1


def test_an_owner_opens_a_period_again_for_a_reason(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 1000, JUNE)
        for end in (dt.date(2026, 6, 30), dt.date(2026, 7, 31)):
            book.write(
                "Close", lambda work, end=end: close_books(work, through=end, today=TODAY, first_on=JUNE)
            )
        with pytest.raises(RuleBroken):
            book.write("Open", lambda work: reopen_books(work, reason=" ", today=TODAY))
        book.write("Open", lambda work: reopen_books(work, reason="A bill was forgotten", today=TODAY))
        assert book.read(closed_through) == dt.date(2026, 6, 30)
        a_bill(book, party, 1, JULY)
        with pytest.raises(RuleBroken):
            a_bill(book, party, 1, JUNE)
        book.write("Role", lambda work: work.note(role=Role.BOOKKEEPER.value))
        with pytest.raises(RuleBroken) as refused:
            book.write("Open", lambda work: reopen_books(work, reason="because", today=TODAY))
        assert refused.value.problems[0].code == "ROLE"
        assert book.verify().ok


def test_of_two_owners_who_close_apart_the_first_to_arrive_stands(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        a_bill(here, party, 1000, JUNE)
        order.round(here)
        june, july = dt.date(2026, 6, 30), dt.date(2026, 7, 31)
        here.write("Close", lambda work: close_books(work, through=july, today=TODAY, first_on=JUNE))
        there.write("Close", lambda work: close_books(work, through=june, today=TODAY, first_on=JUNE))
        order.round(here)
        assert there.read(closed_through) == july, "its own pending close holds no longer"
        order.round(there, {"closing.closed": (Outcome.REFUSED, PLAIN)})
        for book in (here, there):
            assert book.read(closed_through) == july
            with pytest.raises(RuleBroken):
                a_bill(book, party, 1, JULY)
        assert len(digests([here, there])) == 1


def test_a_close_that_another_follows_is_not_opened_first(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        a_bill(here, party, 1000, JUNE)
        ends = (dt.date(2026, 6, 30), dt.date(2026, 7, 31))
        here.write("Close", lambda work: close_books(work, through=ends[0], today=TODAY, first_on=JUNE))
        order.round(here)
        here.write("Close", lambda work: close_books(work, through=ends[1], today=TODAY, first_on=JUNE))
        there.write("Open", lambda work: reopen_books(work, reason="A bill was forgotten", today=TODAY))
        order.round(here)
        assert there.read(closed_through) == ends[1], "what was opened is not the last close any more"
        order.round(there, {"closing.reopened": (Outcome.REFUSED, PLAIN)})
        assert {book.read(closed_through) for book in (here, there)} == {ends[1]}
        assert len(digests([here, there])) == 1


def test_nothing_settles_and_nothing_is_cancelled_on_a_day_of_a_closed_period(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill, other = a_bill(book, party, 1000, JUNE), a_bill(book, party, 500, JUNE)
        receipt = money_in(book, party, 1000, JULY, allocate=None)
        book.write(
            "Close", lambda work: close_books(work, through=dt.date(2026, 7, 31), today=TODAY, first_on=JUNE)
        )
        line = [AllocationLine(bill, 100_000)]
        for deed in (
            lambda work: allocate(work, credit=receipt, party=party, lines=line, on=JULY),
            lambda work: cancel_document(work, other, on=JULY, reason="keyed twice"),
            lambda work: write_off(work, paper=bill, paise=10, reason="rounding", on=JULY),
        ):
            with pytest.raises(RuleBroken) as refused:
                book.write("Deed", deed)
            assert refused.value.problems[0].code == "CLOSED"
        book.write("Settle", lambda work: allocate(work, credit=receipt, party=party, lines=line, on=AUGUST))
        book.write("Cancel", lambda work: cancel_document(work, other, on=AUGUST, reason="keyed twice"))
        assert book.read(lambda read: ageing(read, on=JULY))[1].total_paise == 150_000


def test_a_cancellation_is_not_undone_so(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        bill = a_bill(book, a_party(book), 1000, JUNE)
        claim = book.write("Cancel", lambda work: cancel_document(work, bill, on=JULY, reason="keyed twice"))
        for wrong in (claim, bill, b"\x01" * 16):
            with pytest.raises(RuleBroken) as refused:
                book.write("Undo", lambda work, wrong=wrong: release(work, wrong, on=AUGUST))
            assert refused.value.problems[0].code == "CHOICE"


def test_a_write_off_undone_counts_in_its_month(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1000, JUNE)
        claim = book.write(
            "Write off", lambda work: write_off(work, paper=bill, paise=60, reason="rounding", on=JULY)
        )
        august = month_of_papers(AUGUST)
        before = book.read(lambda read: stand_of(read, august))
        book.write("Undo", lambda work: release(work, claim, on=AUGUST))
        after = book.read(lambda read: stand_of(read, august))
        assert before is None
        assert after is not None
