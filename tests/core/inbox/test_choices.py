"""What choices do: tried again with what is open, put aside and brought back, put back and undone, held and unread."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.changes.standing import State
from core.errors import RuleBroken
from core.inbox import commands, queries
from core.inbox.model import Attention, Told, Weight
from core.inbox.rules import choices_for, weight_of
from core.inbox.settled import settled_items
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item
from core.parties.queries import party
from core.problems import Problem
from core.store.read import stand_of
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.inbox.test_inbox import TAKEN, a_conflict, edit, read_items, two_books
from tests.core.order import Order, digests

Books = tuple[Book, Book, Order]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with two_books(tmp_path) as made:
        yield made


def choose(book: Book, item: str, choice: str) -> None:
    book.write("Settle", lambda work: commands.settle(work, item, choice, at_us=9))


@pytest.mark.slow
def test_a_refused_allocation_is_tried_again_with_what_is_open_now(books: Books) -> None:
    first, second, order = books
    lotus = a_party(first)
    bill = a_bill(first, lotus, 500, TODAY)
    order.round(first)
    receipt = money_in(second, lotus, 500, TODAY)
    order.round(second, {"ledger.allocated": (Outcome.REFUSED, Answer(problems=(TAKEN,)))})
    other = money_in(first, lotus, 300, TODAY, allocate=None)
    lines = [AllocationLine(bill, 300_00)]
    first.write("Settle", lambda work: allocate(work, credit=other, party=lotus, lines=lines, on=TODAY))
    order.round(first)
    (item,) = read_items(second)
    choose(second, item.id, "try_again")
    order.round(second)
    for book in (first, second):
        left = [book.read(lambda read, p=paper: open_item(read, p)) for paper in (bill, receipt)]
        assert [each.open_paise for each in left if each] == [0, 300_00]
    assert len(digests([first, second])) == 1


@pytest.mark.slow
def test_of_what_nothing_is_open_any_more_nothing_is_tried(books: Books) -> None:
    first, second, order = books
    lotus = a_party(first)
    a_bill(first, lotus, 500, TODAY)
    order.round(first)
    money_in(second, lotus, 500, TODAY)
    money_in(first, lotus, 500, TODAY)
    order.round(first)
    order.round(second, {"ledger.allocated": (Outcome.REFUSED, Answer(problems=(TAKEN,)))})
    (item,) = read_items(second)
    with pytest.raises(RuleBroken) as refused:
        choose(second, item.id, "try_again")
    assert [problem.code for problem in refused.value.problems] == ["OPEN_AMOUNT"]
    assert [each.id for each in read_items(second)] == [item.id]


@pytest.mark.slow
def test_a_value_put_back_is_undone_unless_somebody_wrote_since(books: Books) -> None:
    first, second, order = books
    lotus = a_conflict(first, second, order)
    (item,) = read_items(first)
    choose(first, item.id, "restore")
    (over,) = first.read(settled_items)
    assert (over.how, over.by) == ("Put back", "Asha")
    first.write("Undo", lambda work: commands.undo(work, item.id, "restore"))
    assert first.read(lambda read: party(read, lotus)).phone == "044 222"
    assert [each.id for each in read_items(first)] == [item.id]
    choose(first, item.id, "restore")
    edit(first, lotus, phone="044 333")
    with pytest.raises(RuleBroken):
        first.write("Undo", lambda work: commands.undo(work, item.id, "restore"))
    assert first.read(lambda read: party(read, lotus)).phone == "044 333"


@pytest.mark.slow
def test_what_was_put_aside_comes_back(books: Books) -> None:
    first, second, order = books
    a_conflict(first, second, order)
    (item,) = read_items(first)
    choose(first, item.id, "keep")
    (aside,) = first.read(settled_items)
    assert (aside.item.id, aside.how, aside.by, aside.at_us) == (item.id, "Put aside here", "Asha", 9)
    assert second.read(settled_items) == []
    choose(first, item.id, "reopen")
    assert [each.id for each in read_items(first)] == [item.id]
    assert first.read(settled_items) == []


@pytest.mark.slow
def test_an_owner_decides_by_a_choice_and_others_see_who_did(books: Books) -> None:
    first, second, order = books
    bills = [a_bill(first, a_party(first, code), 100, TODAY) for code in ("LOTUS", "ROSE")]
    held = (Outcome.HELD, Answer(problems=(Problem("ROLE", "The role auditor may not do this."),)))
    order.round(first, {"invoicing.issued": held})
    for bill, choice in zip(bills, ("accept", "void"), strict=True):
        item = next(each for each in read_items(first) if each.paper == bill)
        choose(first, item.id, choice)
    order.round(first)
    for book in (first, second):
        states = [book.read(lambda read, b=bill: stand_of(read, b)).state for bill in bills]
        assert states == [State.LIVE, State.VOID]
        assert read_items(book) == []
        assert sorted((over.how, over.by) for over in book.read(settled_items)) == [
            ("Accepted", "Asha"), ("Voided", "Asha"),
        ]  # fmt: skip


@pytest.mark.slow
def test_a_paper_that_the_service_could_not_read_is_told_and_written_again(books: Books) -> None:
    first, _second, order = books
    receipt = money_in(first, a_party(first), 500, TODAY)
    unread = Answer(problems=(Problem("UNKNOWN_KIND", "The service does not know this kind of change yet."),))
    order.round(first, {"receipts.recorded": (Outcome.HELD, unread)})
    assert first.read(lambda read: stand_of(read, receipt)) is None
    (item,) = read_items(first)
    assert (item.kind, item.choices) == ("held", ("try_again", "dismiss"))
    choose(first, item.id, "try_again")
    assert first.read(lambda read: stand_of(read, receipt)).state is State.LIVE
    order.round(first)
    assert read_items(first) == []
    assert first.verify().ok


@pytest.mark.slow
def test_a_page_at_a_time_is_put_into_words(books: Books) -> None:
    first, second, order = books
    a_conflict(first, second, order)
    found = first.read(queries.matters)
    assert (found.of(Weight.DECIDE).total, found.of(Weight.KNOW).total) == (1, 0)
    assert first.read(lambda read: found.worded(read, 0, 10)) == read_items(first)
    assert first.read(lambda read: found.worded(read, 1, 10)) == []


@pytest.mark.parametrize(
    ("told", "is_owner", "of", "choices"),
    [
        ("ROLE", True, "invoicing.issued", ("accept", "void")),
        ("ROLE", False, "invoicing.issued", ("dismiss",)),
        ("NUMBER_USED", True, "returns.filed", ("void",)),
        ("NUMBER_USED", True, "invoicing.issued", ("accept", "void")),
        ("ID_USED", True, "invoicing.issued", ("try_again", "dismiss")),
        ("UNREADABLE", False, "invoicing.issued", ("try_again", "dismiss")),
    ],
)
def test_what_may_be_done_about_a_held_paper(
    told: str, is_owner: bool, of: str, choices: tuple[str, ...]
) -> None:
    why = Told(problems=(Problem(told, "Why."),))
    found = choices_for(Attention.HELD, why, paper_kind=of, of=of, is_owner=is_owner)
    assert found == choices
    assert weight_of(Attention.HELD, found) is Weight.DECIDE
