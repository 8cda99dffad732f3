"""The Inbox by keys alone: both sides of each disagreement, settled by one key, and nothing when all agree."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.changes.answer import Answer, Lost
from core.changes.change import Outcome
from core.changes.record import field_number
from core.changes.standing import State
from core.clock import FixedClock
from core.company.model import Registration
from core.inbox import queries
from core.inbox.settled import settled_items
from core.invoicing.queries import document_rows
from core.milestones.commands import bill_milestone, certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, Worth
from core.parties.commands import save_party
from core.parties.merged import merged
from core.parties.model import Party
from core.parties.queries import party
from core.problems import Problem
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.core.order import Order
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
PHONE = field_number(Party, "phone")


@pytest.fixture
def books(tmp_path: Path) -> Iterator[tuple[Book, Book, Order]]:
    """Two devices that share one order."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        a_book(tmp_path / "a") as first,
        a_book(tmp_path / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        order.round(first)
        yield first, second, order


def a_conflict(books: tuple[Book, Book, Order]) -> bytes:
    """Both change Lotus's phone offline; the second's later value stands."""
    first, second, order = books
    lotus = a_party(first, phone="044 100")
    order.round(first)
    for book, phone in ((first, "044 111"), (second, "044 222")):
        changed = Party(code="LOTUS", name="Lotus Foods", phone=phone)
        book.write("Edit", lambda work, changed=changed: save_party(work, changed, lotus))
    order.send(first)
    mine, theirs = first.actor(), second.actor()
    lost = Lost(PHONE, "044 111", mine.device, mine.user, 1 << 16, "044 222", theirs.device, "Ravi", 2 << 16)
    order.round(second, {"parties.edited": (Outcome.MERGED, Answer(lost=(lost,)))})
    return lotus


def a_contest(books: tuple[Book, Book, Order]) -> bytes:
    """Both bill the same milestone; the second's invoice is one too many."""
    first, second, order = books
    lotus = a_party(first)
    contract = first.write("C", lambda work: save_contract(work, Contract(title="Plant", party=lotus)))
    stage = Milestone(contract=contract, title="Supply", worth=Worth(paise=1_000_00))
    record = first.write("M", lambda work: save_milestone(work, stage))
    first.write("Certify", lambda work: certify(work, record, on=TODAY))
    order.round(first)
    winner = first.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
    paper = second.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
    order.send(first)
    taken = Answer(problems=(Problem(code="TAKEN", message="Taken."),), winner=winner)
    order.round(second, {"milestones.billed": (Outcome.REFUSED, taken)})
    return bytes(paper)


def items(counter: Counter) -> list[tuple[str, str]]:
    return [(item.kind, item.about) for item in counter.read(queries.items)]


def test_an_empty_inbox_says_that_nothing_needs_you(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    with at_the_counter(qapp, books[0], FixedClock.on(TODAY), "inbox", look="dark") as counter:
        assert counter.view._page.table._message._title.text() == "Nothing needs you"
        assert not counter.view._holder.isVisible()
        counter.shot("inbox-empty")


def test_a_lost_value_is_put_back_by_one_key(qapp: QApplication, books: tuple[Book, Book, Order]) -> None:
    lotus = a_conflict(books)
    with at_the_counter(qapp, books[0], FixedClock.on(TODAY), "inbox") as counter:
        counter.until(lambda: counter.view.presenter.item is not None)
        item = counter.view.presenter.item
        assert (item.kind, item.about) == ("conflict", "Party Lotus Foods")
        counter.shot("inbox-conflict")
        counter.press("P")
        counter.until(lambda: items(counter) == [])
        assert counter.read(lambda read: party(read, lotus)).phone == "044 111"
        counter.until(lambda: counter.view._page.table.model.rowCount() == 0)


def test_keeping_what_stands_changes_nothing(qapp: QApplication, books: tuple[Book, Book, Order]) -> None:
    lotus = a_conflict(books)
    with at_the_counter(qapp, books[0], FixedClock.on(TODAY), "inbox") as counter:
        counter.until(lambda: counter.view.presenter.item is not None)
        counter.press("K")
        counter.until(lambda: items(counter) == [])
        assert counter.read(lambda read: party(read, lotus)).phone == "044 222"


def test_a_paper_too_many_is_cancelled_with_a_reason(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    paper = a_contest(books)
    with at_the_counter(qapp, books[1], FixedClock.on(TODAY), "inbox") as counter:
        counter.until(lambda: counter.view._page.table.model.rowCount() >= 1)
        kinds = [kind for kind, _about in items(counter)]
        counter.press("Home", *["Down"] * kinds.index("contested"))
        counter.until(lambda: counter.view.presenter.can("cancel"))
        counter.shot("inbox-contested")
        counter.press("X")
        counter.until(lambda: QApplication.activeModalWidget() is not None)
        counter.press("Ctrl+Return")
        assert QApplication.activeModalWidget() is not None  # no paper is cancelled without a reason
        counter.type("Given twice")
        counter.shot("inbox-cancel")
        counter.press("Ctrl+Return")
        counter.until(lambda: "contested" not in [kind for kind, _about in items(counter)])
        [row] = counter.read(lambda read: document_rows(read, [paper]))
        assert row.state is State.CANCELLED


def test_a_credit_note_is_begun_and_enter_opens_the_paper(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    paper = a_contest(books)
    with at_the_counter(qapp, books[1], FixedClock.on(TODAY), "inbox") as counter:
        counter.until(lambda: counter.view._page.table.model.rowCount() >= 1)
        kinds = [kind for kind, _about in items(counter)]
        counter.press("Home", *["Down"] * kinds.index("contested"))
        counter.until(lambda: counter.view.presenter.can("credit_note"))
        counter.press("C")
        here = counter.window.here
        assert (here.screen, here.record, here.page) == ("invoices", paper, "credit_note")
        counter.press("Esc", "Return")
        here = counter.window.here
        assert (here.screen, here.record, here.page) == ("invoices", paper, "")


def test_the_neighbour_is_looked_at_when_one_is_settled(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    a_conflict(books)
    first, second, order = books
    sagar = a_party(first, "SAGAR")
    order.round(first)
    changed = Party(code="SAGAR", name="Sagar Foods", terms_days=45)
    second.write("Edit", lambda work: save_party(work, changed, sagar))
    why = Answer(problems=(Problem(code="ROLE", message="The role field may not do this."),))
    order.round(second, {"parties.edited": (Outcome.REFUSED, why)})
    with at_the_counter(qapp, second, FixedClock.on(TODAY), "inbox") as counter:
        counter.until(lambda: counter.view._page.table.model.rowCount() == 2)
        counter.press("Home")
        counter.until(lambda: counter.view.presenter.can("dismiss"))
        counter.press("D")
        counter.until(lambda: counter.view._page.table.model.rowCount() == 1)
        counter.until(lambda: counter.view.presenter.can("keep"))
        assert accessible_names(counter.view) == []


def settled(counter: Counter) -> list[tuple[str, str]]:
    return [(one.how, one.by) for one in counter.read(settled_items)]


def test_what_was_put_aside_stands_among_the_settled_and_comes_back(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    a_conflict(books)
    with at_the_counter(qapp, books[0], FixedClock.on(TODAY), "inbox") as counter:
        counter.until(lambda: counter.view.presenter.can("keep"))
        counter.press("K")
        counter.until(lambda: items(counter) == [])
        assert settled(counter) == [("Put aside here", "Asha")]
        counter.view._page.ask(scope="settled")
        counter.until(lambda: counter.view._page.table.model.rowCount() == 1)
        counter.press("Home")
        counter.until(lambda: counter.view.presenter.can("reopen"))
        counter.shot("inbox-settled")
        counter.press("U")
        counter.until(lambda: len(items(counter)) == 1)


def test_an_owner_accepts_one_held_paper_and_voids_another(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    first, _second, order = books
    lotus = a_party(first)
    bills = [a_bill(first, lotus, rupees, TODAY) for rupees in (100, 200)]
    why = Answer(problems=(Problem(code="ROLE", message="The role auditor may not do this."),))
    order.round(first, {"invoicing.issued": (Outcome.HELD, why)})
    with at_the_counter(qapp, first, FixedClock.on(TODAY), "inbox", size=(1180, 720)) as counter:
        counter.until(lambda: counter.view._page.table.model.rowCount() == 2)
        counter.press("Home")
        counter.until(lambda: counter.view.presenter.can("accept"))
        counter.shot("inbox-held")
        counter.press("A")
        counter.until(lambda: counter.view._page.table.model.rowCount() == 1)
        counter.until(lambda: counter.view.presenter.can("void"))
        counter.press("V")
        counter.until(lambda: QApplication.activeModalWidget() is not None)
        counter.type("Given twice")
        counter.press("Ctrl+Return")
        counter.until(lambda: items(counter) == [])
        rows = counter.read(lambda read: document_rows(read, bills))
        assert {row.state for row in rows} == {State.LIVE, State.VOID}
        assert sorted(settled(counter)) == [("Accepted", "Asha"), ("Voided", "Asha")]
        counter.view._page.ask(scope="settled")
        counter.until(lambda: counter.view._page.table.model.rowCount() == 2)
        counter.shot("inbox-settled-small")


def test_two_parties_of_one_gstin_are_merged_by_a_key_and_parted_again(
    qapp: QApplication, books: tuple[Book, Book, Order]
) -> None:
    first, second, order = books
    gstin = Registration("registered", "33AAKCN5519Q1ZV", "33")
    for book, name in ((first, "Lotus Foods"), (second, "Lotus Foods Private Limited")):
        body = Party(code=name[:12], name=name, registration=gstin)
        book.write("Party", lambda work, body=body: save_party(work, body))
    order.round(first)
    order.round(second)
    with at_the_counter(qapp, first, FixedClock.on(TODAY), "inbox", look="dark", size=(1180, 720)) as counter:
        counter.until(lambda: counter.view.presenter.can("merge"))
        counter.shot("inbox-double-dark")
        counter.press("1")
        counter.until(lambda: items(counter) == [])
        assert len(counter.read(merged)) == 1
        assert counter.window.notifier.undo_last()
        counter.until(lambda: counter.read(merged) == {})
        counter.until(lambda: len(items(counter)) == 1)
