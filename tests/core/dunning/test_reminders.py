"""Reminders in a book: the worklist with its reasons, letters numbered and written once, and who is left in peace."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.changes.standing import State
from core.clock import FixedClock
from core.dunning import queries
from core.dunning.commands import remind_party, run_ladder, save_ladder
from core.dunning.kinds import REMINDED
from core.dunning.model import Ladder, Step
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.ledger.queries import trial_balance
from core.numbering.rules import IMPORTED
from core.problems import Problem
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

D = dt.date


def remind(book: Book, party: Id, on: dt.date) -> Id | None:
    return book.write("Remind", lambda work: remind_party(work, party, on=on, date_confirmed=True))


def run(book: Book, on: dt.date) -> list[Id]:
    return book.write("Remind", lambda work: run_ladder(work, on=on, date_confirmed=True))


def worklist(book: Book, on: dt.date = TODAY) -> list[queries.WorkRow]:
    return book.read(lambda read: queries.worklist(read, on=on))


def test_the_worklist_ranks_and_says_why(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book, credit_limit_paise=1_000_00)
        sagar, vimal = a_party(book, "SAGAR"), a_party(book, "VIMAL")
        a_bill(book, lotus, 5_000, D(2026, 8, 1), due_on=D(2026, 8, 17))  # 95 days late
        a_bill(book, lotus, 1_000, D(2026, 10, 1), due_on=D(2026, 11, 10))
        a_bill(book, sagar, 700, D(2026, 10, 1), due_on=D(2026, 11, 18))  # no step yet
        a_bill(book, vimal, 900, D(2026, 11, 19))  # not due
        money_in(book, lotus, 250, TODAY, allocate=None)
        rows = worklist(book)
        assert [(row.code, row.overdue_paise, row.bills, row.next_step) for row in rows] == [
            ("LOTUS", 6_000_00, 2, 1), ("SAGAR", 700_00, 1, 0),
        ]  # fmt: skip
        assert rows[0].reasons == (
            "₹ 6,000.00 overdue in 2 bills, the oldest 95 days late",
            "₹ 250.00 lies on account",
            "more than the credit limit of ₹ 1,000.00",
            "never reminded",
            "due now: Payment reminder",
        )
        assert rows[1].reasons == ("₹ 700.00 overdue, 2 days late", "never reminded")
        remind(book, lotus, TODAY)
        again = worklist(book)[0]
        assert (again.next_step, again.last_reminded_on) == (0, TODAY)
        assert "last reminded on 20-11-2026, step 1" in again.reasons


def test_a_letter_is_a_numbered_paper_that_posts_nothing(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book, contact="Meena")
        bill = a_bill(book, lotus, 500, D(2026, 9, 1), due_on=D(2026, 11, 15))
        before = book.read(trial_balance)
        record = remind(book, lotus, TODAY)
        assert record is not None
        letter = book.read(lambda read: queries.reminder(read, record))
        assert letter is not None
        assert (letter.number, letter.series, letter.step, letter.tone) == (
            "AN/26-27/0001",
            "AN",
            1,
            "gentle",
        )
        assert (letter.seller.trade_name, letter.buyer.contact) == ("Nandi Instruments", "Meena")
        assert [(line.document, line.days_late, line.open_paise) for line in letter.lines] == [
            (bill, 5, 500_00)
        ]
        assert book.read(trial_balance) == before
        assert remind(book, lotus, TODAY) is None  # once
        row = book.read(lambda read: queries.reminders_page(read)).rows[0]
        assert (row.id, row.name, row.bills, row.total_paise, row.state) == (
            record, "Lotus Foods", 1, 500_00, State.LIVE,
        )  # fmt: skip
        assert book.read(lambda read: queries.reminder_ids(read, "an/26-27/0001")) == [record]
        assert book.verify().ok


def test_the_ladder_climbs_with_the_days(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        a_bill(book, lotus, 500, D(2026, 10, 1), due_on=D(2026, 10, 31))
        steps = {}
        for days in range(40):
            on = D(2026, 11, 1) + dt.timedelta(days=days)
            for record in run(book, on):
                steps[(on - D(2026, 10, 31)).days] = book.read(
                    lambda r, record=record: queries.reminder(r, record)
                )
        assert {day: (letter.step, letter.title) for day, letter in steps.items() if letter} == {
            3: (1, "Payment reminder"), 15: (2, "Second reminder"), 30: (3, "Final notice"),
        }  # fmt: skip
        assert book.verify().ok


def test_who_is_left_in_peace(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        paid, covered, noted, gone = (a_party(book, code) for code in ("PAID", "COVERED", "NOTED", "GONE"))
        for party in (paid, covered, noted, gone):
            a_bill(book, party, 500, D(2026, 9, 1))
        money_in(book, paid, 500, TODAY)
        money_in(book, covered, 500, TODAY, allocate=None)
        line = DraftLine(
            description="Pump", hsn="84138190", price_tenthousandths=500_0000, treatment="exempt"
        )
        original = Original(number="A/26-27/0003", dated_on=D(2026, 9, 1))
        note = Draft(
            type="CRN", party=noted, dated_on=TODAY, lines=(line,), original=original, reason="return"
        )
        book.write("Note", lambda work: issue_document(work, note, today=TODAY))
        book.write(
            "Cancel", lambda work: cancel_document(work, _bill_of(work, gone), on=TODAY, reason="keyed twice")
        )
        assert worklist(book) == []
        assert run(book, TODAY) == []
        assert book.verify().ok


def _bill_of(work: object, party: Id) -> Id:
    found = work.read.exec_driver_sql("SELECT id FROM documents WHERE party = ?", (party,)).scalar()
    assert isinstance(found, bytes)
    return found


def test_an_own_ladder_is_obeyed(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        a_bill(book, lotus, 500, D(2026, 9, 1), due_on=D(2026, 11, 13))
        own = Ladder(steps=(Step(7, "firm", "Overdue account"),), minimum_paise=600_00)
        book.write("Ladder", lambda work: save_ladder(work, own))
        assert book.read(queries.ladder) == own
        assert remind(book, lotus, TODAY) is None  # below the minimum
        a_bill(book, lotus, 100, D(2026, 9, 1), due_on=D(2026, 11, 13))
        record = remind(book, lotus, TODAY)
        assert record is not None
        letter = book.read(lambda read: queries.reminder(read, record))
        assert letter is not None
        assert (letter.title, letter.total_paise) == ("Overdue account", 600_00)
        with pytest.raises(RuleBroken):
            book.write("Ladder", lambda work: save_ladder(work, Ladder(steps=())))


def test_letters_are_paged_newest_first(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        for at in range(5):
            a_bill(book, a_party(book, f"P{at}"), 100 * (at + 1), D(2026, 9, 1))
        assert len(run(book, TODAY)) == 5
        first = book.read(lambda read: queries.reminders_page(read, limit=3))
        rest = book.read(lambda read: queries.reminders_page(read, limit=3, key=first.next_key))
        numbers = [row.number[-1] for row in (*first.rows, *rest.rows)]
        assert numbers == ["5", "4", "3", "2", "1"]
        assert [row.total_paise for row in (*first.rows, *rest.rows)] == [10000, 20000, 30000, 40000, 50000]


def test_the_worklist_of_a_past_day_knows_what_was_open_then(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        a_bill(book, lotus, 500, D(2026, 9, 1))
        money_in(book, lotus, 500, D(2026, 11, 1))
        assert worklist(book) == []
        then = worklist(book, D(2026, 10, 31))
        assert [(row.overdue_paise, row.oldest_days) for row in then] == [(500_00, 30)]
        assert worklist(book, D(2026, 11, 1)) == []


def test_a_step_that_two_devices_took_is_kept_by_the_first(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        a_book(tmp_path / "a") as first,
        a_book(tmp_path / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        lotus = a_party(first)
        a_bill(first, lotus, 500, D(2026, 9, 1))
        order.round(first)
        winner, loser = remind(first, lotus, TODAY), remind(second, lotus, TODAY)
        assert winner is not None
        assert loser is not None
        order.send(first)
        taken = Answer(problems=(Problem(code="TAKEN", message="Taken."),), winner=winner)
        order.round(second, {"dunning.step_taken": (Outcome.REFUSED, taken)})
        for book in (first, second):
            states = {row.id: row.state for row in book.read(lambda read: queries.reminders_page(read)).rows}
            assert states == {winner: State.LIVE, loser: State.CONTESTED}
        assert len(digests([first, second])) == 1


def test_a_letter_is_numbered_from_its_own_series(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 500, TODAY - dt.timedelta(90))
        record = book.write("Remind", lambda work: remind_party(work, party, on=TODAY, date_confirmed=True))
        letter = book.read(lambda read: queries.reminder(read, record))
        for wrong in ({"number": "X/26-27/0001"}, {"origin": IMPORTED}, {"series": "BN"}):
            other = msgspec.structs.replace(letter, **wrong)
            with pytest.raises(RuleBroken) as refused:
                book.write("Letter", lambda work, other=other: work.record(REMINDED, work.new_id(), other))
            assert "SERIES" in {problem.code for problem in refused.value.problems}
