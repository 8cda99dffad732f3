"""Papers from another device: applied ones post, held ones are shown and post nothing, a second cancellation loses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.answer import Answer, Arrived, encode_answer
from core.changes.change import Outcome
from core.changes.standing import State
from core.ids import Id
from core.invoicing.model import Original
from core.invoicing.queries import correction_of, document, document_rows
from core.ledger.queries import open_items, trial_balance
from core.numbering.queries import last_number
from core.problems import Problem
from core.store import log
from tests.core.books import a_book
from tests.core.invoicing.trade import BILL, BILL_PAISE, GLOVES, Trade, a_trade

HELD = encode_answer(Answer(problems=(Problem("SERIES", "Not of its series."),)))


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Trade]:
    """The device that writes."""
    with a_trade(tmp_path, name="near.bahi", code="B") as trade:
        yield trade


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Book]:
    """The device that reads."""
    with a_book(tmp_path, name="far.bahi", company=None) as book:
        yield book


def send(near: Trade, far: Book, **outcomes: Outcome) -> None:
    """Bring everything the near device wrote to the far one; kinds named by their last word are answered so."""
    entries = near.book.read(lambda read: list(log.in_order(read)))
    page = []
    for seq, entry in enumerate(entries, 1):
        outcome = outcomes.get(entry.kind.split(".")[1], Outcome.APPLIED)
        answer = HELD if outcome is Outcome.HELD else b""
        page.append(Arrived(seq, entry.device, entry.epoch, entry.number, outcome, answer, entry.data))
    far.apply(page, {"era": 1})


def stands(book: Book, record: Id) -> tuple[State, int]:
    [row] = book.read(lambda read: document_rows(read, [record]))
    return row.state, row.open_paise


def test_an_applied_paper_posts_as_at_home(near: Trade, far: Book) -> None:
    record = near.issue()
    send(near, far)
    assert far.read(lambda read: document(read, record)) == near.document(record)
    assert far.read(trial_balance) == near.book.read(trial_balance)
    assert stands(far, record) == (State.LIVE, BILL_PAISE)
    assert far.verify().ok


def test_a_held_paper_is_shown_keeps_its_number_and_posts_nothing(near: Trade, far: Book) -> None:
    record = near.issue()
    send(near, far, issued=Outcome.HELD)
    assert far.read(lambda read: document(read, record)) == near.document(record)
    assert stands(far, record) == (State.HELD, 0)
    assert far.read(trial_balance) == {}
    assert far.read(lambda read: open_items(read)) == []
    assert far.read(lambda read: last_number(read, "B", 2026)) == 1
    assert far.verify().ok


def test_a_cancellation_takes_the_paper_back_there_too(near: Trade, far: Book) -> None:
    record = near.issue()
    near.cancel(record)
    send(near, far)
    assert stands(far, record) == (State.CANCELLED, 0)
    assert far.read(trial_balance) == {}
    assert far.verify().ok


def test_a_refused_cancellation_changes_nothing(near: Trade, far: Book) -> None:
    record = near.issue()
    near.cancel(record)
    send(near, far, cancelled=Outcome.REFUSED)
    assert stands(far, record) == (State.LIVE, BILL_PAISE)
    assert far.read(trial_balance)["debtors"] == BILL_PAISE
    assert far.verify().ok


def test_a_note_whose_allocation_was_refused_stays_on_account(near: Trade, far: Book) -> None:
    record = near.issue()
    note = near.credit(record)
    send(near, far, allocated=Outcome.REFUSED)
    assert stands(far, record) == (State.LIVE, BILL_PAISE)
    assert stands(far, note) == (State.LIVE, BILL_PAISE)
    assert far.read(trial_balance) == {}
    assert far.verify().ok


def test_a_second_correction_of_one_document_is_contested(near: Trade, far: Book) -> None:
    bill = near.issue()
    paper = near.document(bill)
    more = near.issue(amends=Original(paper.number, paper.dated_on), lines=(*BILL.lines, GLOVES))
    send(near, far, corrected=Outcome.REFUSED)
    assert stands(far, more)[0] is State.CONTESTED
    assert far.read(trial_balance) == near.book.read(trial_balance), "it was given, so it is posted"
    assert far.verify().ok


def test_a_correction_is_known_on_the_other_device(near: Trade, far: Book) -> None:
    bill = near.issue()
    paper = near.document(bill)
    more = near.issue(amends=Original(paper.number, paper.dated_on), lines=(*BILL.lines, GLOVES))
    send(near, far)
    assert far.read(lambda read: correction_of(read, bill)) == more
    assert stands(far, more) == (State.LIVE, 48_200)
    assert far.read(trial_balance) == near.book.read(trial_balance)
    assert far.verify().ok
