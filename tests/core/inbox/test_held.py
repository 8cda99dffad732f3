"""Held papers: an owner accepts or voids, on one of two devices that cannot hear each other, and both end alike."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.changes.standing import Stand, State
from core.errors import RuleBroken
from core.ids import Id
from core.inbox.commands import accept, void
from core.ledger.queries import trial_balance
from core.milestones.commands import bill_milestone, certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, Worth
from core.problems import Problem
from core.receipts.model import Cheque, Deduction
from core.receipts.reversing import bounce_receipt
from core.store.read import stand_of
from core.store.work import Work
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.inbox.test_inbox import two_books
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow
JUNE = dt.date(2026, 6, 10)
HELD = (Outcome.HELD, Answer(problems=(Problem("ROLE", "The role auditor may not do this."),)))
WON = Problem("DECIDED", "This paper waits no more: it was decided already.")
Books = tuple[Book, Book, Order]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with two_books(tmp_path) as made:
        yield made


def state_of(book: Book, record: Id) -> State:
    stand = book.read(lambda read: stand_of(read, record))
    assert isinstance(stand, Stand)
    return stand.state


def a_receipt(book: Book) -> Id:
    return money_in(book, a_party(book), 500, JUNE, kept_back=(Deduction("tds", 5_000, "1031"),))


def an_invoice(book: Book) -> Id:
    return a_bill(book, a_party(book), 1180, JUNE, rate_bp=1800)


def a_bounce(book: Book) -> Id:
    party = a_party(book)
    a_bill(book, party, 500, JUNE)
    cheque = money_in(book, party, 500, JUNE, mode="cheque", reference="4513", cheque=Cheque("4513", JUNE))
    return book.write(
        "Bounce", lambda work: bounce_receipt(work, cheque, on=TODAY, reason="No funds", today=TODAY)
    )


MADE: dict[str, tuple[str, Callable[[Book], Id]]] = {
    "receipt": ("receipts.recorded", a_receipt),
    "invoice": ("invoicing.issued", an_invoice),
    "bounce": ("receipts.reversed", a_bounce),
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("decider", [0, 1])
def test_an_accepted_paper_stands_as_if_it_had_never_been_held(books: Books, name: str, decider: int) -> None:
    first, second, order = books
    kind, make = MADE[name]
    record = make(first)
    stood = _figures(first)
    order.round(first, {kind: HELD})
    assert {state_of(book, record) for book in (first, second)} == {State.HELD}
    assert _figures(first) != stood
    book = books[decider]
    assert isinstance(book, Book)
    book.write("Accept", lambda work: accept(work, record))
    assert _figures(book) == stood, "at once, before the service has answered"
    assert book.verify().ok
    order.round(book)
    assert len(digests([first, second])) == 1
    for each in (first, second):
        assert _figures(each) == stood
        assert state_of(each, record) is State.LIVE


@pytest.mark.parametrize("name", MADE)
def test_a_voided_paper_never_stands_and_keeps_its_number(books: Books, name: str) -> None:
    first, second, order = books
    kind, make = MADE[name]
    record = make(first)
    order.round(first, {kind: HELD})
    before = _figures(second)
    second.write("Void", lambda work: void(work, record, reason="Given twice"))
    order.round(second)
    assert len(digests([first, second])) == 1
    assert {state_of(book, record) for book in (first, second)} == {State.VOID}
    assert _figures(first) == _figures(second) == before
    sql = "SELECT count(*) FROM places WHERE paper = ? AND place LIKE 'number/%'"
    assert first.read(lambda read: read.exec_driver_sql(sql, (record,)).scalar_one()) == 1


def test_of_two_owners_who_decide_apart_the_first_to_arrive_has_it(books: Books) -> None:
    first, second, order = books
    record = an_invoice(first)
    order.round(first, {"invoicing.issued": HELD})
    first.write("Accept", lambda work: accept(work, record))
    second.write("Void", lambda work: void(work, record))
    order.round(first)
    assert state_of(second, record) is State.LIVE, "the other's decision waits without effect"
    order.round(second, {"inbox.voided": (Outcome.REFUSED, Answer(problems=(WON,)))})
    assert len(digests([first, second])) == 1
    assert {state_of(book, record) for book in (first, second)} == {State.LIVE}


def test_what_is_decided_is_not_decided_again_and_a_standing_paper_is_neither(books: Books) -> None:
    first, second, order = books
    record, other = an_invoice(first), money_in(first, a_party(first, "ROSE"), 10, JUNE)
    order.round(first, {"invoicing.issued": HELD})
    second.write("Accept", lambda work: accept(work, record))
    for wrong in (record, other):
        with pytest.raises(RuleBroken) as refused:
            second.write("Void", lambda work, paper=wrong: void(work, paper))  # type: ignore[misc]
        assert [problem.code for problem in refused.value.problems] == ["DECIDED"]


def test_a_bounce_that_takes_back_what_is_gone_is_not_accepted(books: Books) -> None:
    first, second, order = books
    party = a_party(first)
    cheque = money_in(first, party, 500, JUNE, mode="cheque", reference="4513", cheque=Cheque("4513", JUNE))
    order.round(first)
    held = first.write(
        "Bounce", lambda work: bounce_receipt(work, cheque, on=TODAY, reason="No funds", today=TODAY)
    )
    order.round(first, {"receipts.reversed": HELD})
    second.write(
        "Bounce", lambda work: bounce_receipt(work, cheque, on=TODAY, reason="No funds", today=TODAY)
    )
    order.round(second)
    with pytest.raises(RuleBroken) as refused:
        second.write("Accept", lambda work: accept(work, held))
    assert [problem.code for problem in refused.value.problems] == ["NOT_STANDING"]
    second.write("Void", lambda work: void(work, held))
    order.round(second)
    assert len(digests([first, second])) == 1


def test_a_bill_held_while_another_took_its_place_is_contested_once_accepted(books: Books) -> None:
    first, second, order = books
    party = a_party(first)
    stage = first.write("Contract", lambda work: _a_stage(work, party))
    order.round(first)
    one, two = (
        book.write("Bill", lambda work: bill_milestone(work, stage, today=TODAY)) for book in (first, second)
    )
    order.round(first)
    order.round(
        second, {"invoicing.issued": HELD, "milestones.billed": (Outcome.REFUSED, Answer(winner=one))}
    )
    assert state_of(first, two) is State.HELD
    first.write("Accept", lambda work: accept(work, two))
    order.round(first)
    assert len(digests([first, second])) == 1
    for book in (first, second):
        assert (state_of(book, one), state_of(book, two)) == (State.LIVE, State.CONTESTED)


def _a_stage(work: Work, party: Id) -> Id:
    agreed = save_contract(work, Contract(code="K1", title="Plant", party=party, value_paise=10_00_000_00))
    worth = Milestone(contract=agreed, position=1, title="Design", worth=Worth(paise=2_00_000_00))
    stage = save_milestone(work, worth)
    certify(work, stage, on=JUNE, by="Engineer")
    return stage


def _figures(book: Book) -> object:
    """What the books say that a held paper must not: balances, what is open, deductions, sums by month."""
    asked = (
        "SELECT paper, open_paise FROM open_items ORDER BY paper",
        "SELECT paper, n, account, paise FROM postings ORDER BY paper, n",
        "SELECT * FROM party_months WHERE billed_paise <> 0 OR received_paise <> 0 ORDER BY party, month",
        "SELECT receipt, n, paise FROM tds_deductions ORDER BY receipt, n",
        "SELECT series, year, issued FROM numbers ORDER BY series, year",
        "SELECT count(*) FROM search",
    )
    told = [book.read(lambda read, sql=sql: list(map(tuple, read.exec_driver_sql(sql)))) for sql in asked]  # type: ignore[misc]
    return [*told, book.read(trial_balance)]
