"""What leans on a held paper is told with it, on every device, until it counts, is gone, or the paper is accepted."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.ids import Id
from core.inbox.commands import accept, reopen, settle, void
from core.inbox.model import Choice, InboxItem
from core.inbox.queries import items
from core.inbox.settled import settled_items
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.invoicing.queries import document
from core.problems import Problem
from core.receipts.cheques import deposit_cheques
from core.receipts.model import Cheque
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.inbox.test_inbox import two_books
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow
JUNE = dt.date(2026, 6, 10)
HELD = (Outcome.HELD, Answer(problems=(Problem("ROLE", "The role auditor may not do this."),)))
REFUSED = (Outcome.REFUSED, Answer(problems=(Problem("NOT_STANDING", "A paper named here does not stand."),)))
Books = tuple[Book, Book, Order]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with two_books(tmp_path) as made:
        yield made


def told(book: Book, kind: str) -> list[InboxItem]:
    return [item for item in book.read(items) if item.kind == kind]


def a_note(book: Book, bill: Id) -> Id:
    """A credit note of hundred rupees on a bill."""
    kept = book.read(lambda read: document(read, bill))
    assert kept is not None
    line = DraftLine(description="Less", hsn="84138190", price_tenthousandths=1_000_000, treatment="exempt")
    original = Original(kept.number, kept.dated_on, bill)
    draft = Draft(
        type="CRN", party=kept.buyer.party, dated_on=TODAY, lines=(line,), original=original, reason="return"
    )
    return book.write("Note", lambda work: issue_document(work, draft, today=TODAY))


def both(books: Books) -> tuple[Book, Book]:
    """Both agree, and each proves itself."""
    assert len(digests([books[0], books[1]])) == 1
    return books[0], books[1]


def a_cheque_handed_in(book: Book) -> tuple[Id, Id]:
    """A cheque for a bill, and the slip by which it was handed in."""
    lotus = a_party(book)
    a_bill(book, lotus, 500, JUNE)
    cheque = money_in(book, lotus, 500, JUNE, mode="cheque", reference="4513", cheque=Cheque("4513", JUNE))
    slip = book.write("Deposit", lambda work: deposit_cheques(work, [cheque], on=TODAY, today=TODAY))
    return cheque, slip


def test_what_leans_on_a_held_paper_is_named_with_it_and_by_itself(books: Books) -> None:
    first, second, order = books
    cheque, slip = a_cheque_handed_in(first)
    assert told(first, "leaning") == []
    order.round(first, {"receipts.recorded": HELD, "ledger.allocated": REFUSED})
    for book in both(books):
        (leaning,) = told(book, "leaning")
        assert (leaning.paper, leaning.winner, leaning.choices) == (slip, cheque, (Choice.DISMISS,))
        assert "It rests on AR/26-27/0001, which is held" in leaning.text
        (held,) = told(book, "held")
        assert "On it rest: Settling with AR/26-27/0001, Deposit of cheques" in held.text
    mine, theirs = (told(book, "leaning")[0] for book in (first, second))
    assert (mine.mine, mine.theirs) == (theirs.theirs, theirs.mine)


def test_once_it_is_accepted_nothing_leans_any_more(books: Books) -> None:
    first, second, order = books
    cheque, slip = a_cheque_handed_in(first)
    order.round(first, {"receipts.recorded": HELD, "ledger.allocated": REFUSED})
    second.write("Accept", lambda work: accept(work, cheque))
    order.round(second)
    for book in both(books):
        assert told(book, "leaning") == []
        assert [each.how for each in book.read(settled_items) if each.item.paper == slip] == ["Accepted"]


def test_of_a_voided_one_it_is_told_until_it_is_taken_back_itself(books: Books) -> None:
    first, second, order = books
    bill = a_bill(first, a_party(first), 500, JUNE)
    order.send(first, {"invoicing.issued": HELD})
    note = a_note(first, bill)
    order.pull(second)
    second.write("Void", lambda work: void(work, bill))
    order.round(second)
    order.round(first, {"ledger.allocated": REFUSED})
    for book in both(books):
        (leaning,) = told(book, "leaning")
        assert leaning.choices == (Choice.CANCEL, Choice.DISMISS)
        assert "was voided and never counts" in leaning.text
    item = told(first, "leaning")[0].id
    first.write("Aside", lambda work: settle(work, item, Choice.DISMISS))
    assert (told(first, "leaning"), len(told(second, "leaning"))) == ([], 1)
    first.write("Back", lambda work: reopen(work, item))
    verbs = {Choice.CANCEL: lambda work, found: cancel_document(work, found.paper, reason="Void", on=TODAY)}
    first.write("Cancel", lambda work: settle(work, item, Choice.CANCEL, verbs=verbs))
    order.round(first)
    for book in both(books):
        assert told(book, "leaning") == []
    assert {each.how for each in second.read(settled_items) if each.item.paper == note} == {"Cancelled since"}
