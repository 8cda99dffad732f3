"""The list of invoices and a document's page by keys alone: found, opened, answered, cancelled, copied."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.changes.standing import State
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document, save_draft
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import cancellation, document, document_ids, document_rows, drafts_page
from core.ledger.queries import trial_balance
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from desktop.ports import Place
from tests.core.books import TODAY, a_book
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """
    | number       | party        | dated      | value    | paid   |
    | A/26-27/0001 | Kaveri Mills | 01-09-2026 | 1,180.00 | 180.00 |
    | A/26-27/0002 | Rao & Sons   | 10-11-2026 | 2,360.00 |        |
    | A/26-27/0003 | Kaveri Mills | 12-11-2026 | 3,540.00 |        |
    and a draft for Rao & Sons
    """
    with a_book(tmp_path) as opened:
        kaveri = opened.write("p", lambda work: save_party(work, _party("Kaveri Mills")))
        rao = opened.write("p", lambda work: save_party(work, _party("Rao & Sons")))
        bills = (
            (kaveri, dt.date(2026, 9, 1), 1),
            (rao, dt.date(2026, 11, 10), 2),
            (kaveri, dt.date(2026, 11, 12), 3),
        )
        for party, on, quantity in bills:
            opened.write(
                "d", lambda work, d=_draft(party, on, quantity): issue_document(work, d, today=TODAY)
            )
        opened.write(
            "r",
            lambda work: record_receipt(
                work, party=kaveri, dated_on=TODAY, amount_paise=180_00, mode="neft", today=TODAY
            ),
        )
        opened.write("d", lambda work: save_draft(work, _draft(rao, None, 4)))
        yield opened


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    """The window over that book, on its invoices."""
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices") as opened:
        opened.until(lambda: len(_numbers(opened)) == 3)
        yield opened


def _party(name: str) -> Party:
    address = Address(line1="1 Mill Road", city="Mysuru", state_code="29")
    return Party(name=name, registration=Registration(state_code="29"), address=address, terms_days=30)


def _draft(party: Id, on: dt.date | None, quantity: int) -> Draft:
    line = DraftLine("Flow meter", None, "90261010", quantity * 1000, "NOS", 1_000 * 10_000)
    return Draft(party=party, dated_on=on, lines=(line,))


def _numbers(counter: Counter) -> list[str]:
    model = counter.view.list_page.table.model
    return [model.row(at).number for at in range(model.rowCount())]


def _id(counter: Counter, number: str) -> Id:
    [found] = counter.read(lambda read: document_ids(read, number))
    return found


def _scope(counter: Counter, scope: str) -> list[str]:
    counter.view.list_page.ask(scope=scope)
    counter.settle()
    return _numbers(counter)


def _open(counter: Counter, number: str) -> Id:
    record = _id(counter, number)
    counter.view.list_page.select(record)
    counter.press("Return")
    counter.until(lambda: counter.view.document.presenter.story is not None)
    return record


def _answer_dialog(counter: Counter, *texts: str) -> None:
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill(*texts)
    counter.until(lambda: QApplication.activeModalWidget() is None)
    counter.window.activateWindow()
    QTest.qWaitForWindowActive(counter.window)


def test_the_list_is_narrowed_by_scope_and_by_typing(counter: Counter) -> None:
    counter.shot("invoices")
    assert _scope(counter, "overdue") == ["A/26-27/0001"]
    assert _scope(counter, "notes") == []
    assert _scope(counter, "drafts") == ["Draft"]
    assert _scope(counter, "all")[0] == "A/26-27/0003"
    counter.press("/")
    counter.type("rao")
    counter.settle(100)
    assert _numbers(counter) == ["A/26-27/0002"]


def test_states_are_told_in_words(counter: Counter) -> None:
    model = counter.view.list_page.table.model
    shown = {model.row(at).number[-4:]: model.row(at).shown[0] for at in range(3)}
    assert shown == {"0001": "Overdue 50 d", "0002": "Unpaid", "0003": "Unpaid"}


def test_a_document_tells_its_story(counter: Counter) -> None:
    record = _open(counter, "A/26-27/0001")
    story = counter.view.document.presenter.story
    assert story.row.open_paise == 1_000_00
    [receipt] = story.settled
    assert (receipt.title, receipt.figure) == ("Receipt AR/26-27/0001", "180.00")
    assert receipt.place.screen == "receipts"
    counter.until(lambda: bool(counter.view.document.paper._views))
    counter.shot("document")
    assert accessible_names(counter.view.document) == []
    assert counter.window.here == Place("invoices", record)
    counter.press("PgDown")
    assert counter.view.document.paper._area.verticalScrollBar().value() > 0


def test_copies_for_transporter_and_supplier_are_at_hand(counter: Counter) -> None:
    _open(counter, "A/26-27/0002")
    for name in ("document.duplicate", "document.triplicate"):
        action = counter.window.actions_table.find(name)
        assert action is not None
        action.run()
        counter.until(lambda: QApplication.activeModalWidget() is not None)
        dialog: Any = QApplication.activeModalWidget()
        counter.until(lambda shown=dialog: bool(shown.paper._views))
        counter.press("Esc")
        counter.until(lambda: QApplication.activeModalWidget() is None)


def test_a_credit_note_begins_from_its_bill_and_settles_it(counter: Counter) -> None:
    record = _open(counter, "A/26-27/0002")
    counter.press("Ctrl+F8")
    counter.until(lambda: counter.here() == ("invoices", "credit_note"))
    counter.settle()
    counter.shot("credit_note")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    [bill] = counter.read(lambda read: document_rows(read, [record]))
    assert bill.open_paise == 0
    note = counter.read(lambda read: document(read, _id(counter, "AC/26-27/0001")))
    assert note.original is not None
    assert (note.original.number, note.totals.invoice_value_paise) == ("A/26-27/0002", 2_360_00)


def test_a_bill_is_cancelled_with_a_reason(counter: Counter) -> None:
    record = _open(counter, "A/26-27/0003")
    counter.press("Alt+X")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.shot("cancel")
    _answer_dialog(counter, "Keyed twice")
    ended: Any = counter.read(lambda read: cancellation(read, record))
    assert ended.reason == "Keyed twice"
    counter.until(lambda: counter.view.document.presenter.story.row.state is State.CANCELLED)
    counter.shot("document_cancelled")


def test_a_bill_with_money_on_it_is_not_cancelled(counter: Counter) -> None:
    record = _open(counter, "A/26-27/0001")
    counter.press("Alt+X")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill("Wrong party")
    counter.settle()
    dialog: Any = QApplication.activeModalWidget()
    assert dialog is not None
    assert dialog.form.banner.text() or dialog.form.problem_of("reason")
    counter.press("Esc")
    assert counter.read(lambda read: cancellation(read, record)) is None


def test_the_last_paise_of_a_bill_are_written_off_and_the_write_off_undone(counter: Counter) -> None:
    record = _open(counter, "A/26-27/0001")
    page: Any = counter.view.document
    party = page.presenter.story.document.buyer.party
    counter.book.write(
        "r",
        lambda work: record_receipt(
            work, party=party, dated_on=TODAY, amount_paise=999_60, mode="upi", today=TODAY
        ),
    )
    counter.until(lambda: page.presenter.story.row.open_paise == 40)
    counter.press("Shift+F9")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.shot("document_write_off")
    _answer_dialog(counter, "", "", "")
    counter.until(lambda: page.presenter.story.row.open_paise == 0)
    assert counter.read(trial_balance)["round_off"] == 40
    [told] = [step for step in page.presenter.story.settled if step.write_off is not None]
    assert "Rounding" in told.detail
    counter.shot("document_written_off")
    counter.press("Ctrl+Z")
    _answer_dialog(counter, "", "Paid after all")
    counter.until(lambda: page.presenter.story.row.open_paise == 40)
    assert page.presenter.story.write_offs == ()
    assert record == page.presenter.story.record


def test_a_bill_is_copied_as_a_new_one(counter: Counter) -> None:
    _open(counter, "A/26-27/0002")
    counter.press("Alt+2")
    counter.until(lambda: counter.here() == ("invoices", "copy"))
    counter.settle()
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    copied = counter.read(lambda read: document(read, _id(counter, "A/26-27/0004")))
    assert (copied.dated_on, copied.buyer.name, copied.totals.taxable_paise) == (
        TODAY,
        "Rao & Sons",
        2_000_00,
    )


def test_a_draft_is_opened_from_the_list(counter: Counter) -> None:
    [row] = counter.read(drafts_page).rows
    counter.window.go("invoices", page="drafts")
    counter.until(lambda: _numbers(counter) == ["Draft"])
    counter.view.list_page.select(row.id)
    counter.press("Return")
    counter.until(lambda: counter.here() == ("invoices", "draft"))


def test_dark_and_small(qapp: QApplication, book: Book) -> None:
    with at_the_counter(
        qapp, book, FixedClock.on(TODAY), "invoices", size=(1180, 720), look="dark"
    ) as counter:
        counter.until(lambda: len(_numbers(counter)) == 3)
        counter.shot("invoices_dark")
        _open(counter, "A/26-27/0001")
        counter.until(lambda: bool(counter.view.document.paper._views))
        counter.shot("document_dark")
        table = counter.view.list_page.table.view
        assert table.horizontalScrollBar().maximum() == 0


def test_the_first_paper_opened_takes_the_keys(counter: Counter) -> None:
    """They once fell to the menu button: the page had nothing to hold them before its paper was drawn."""
    counter.press("Home", "Return")
    counter.until(lambda: counter.view.document.presenter.story is not None)
    counter.until(lambda: counter.view.document.focusProxy() is not None)
    assert counter.view.document.paper.isAncestorOf(counter.window.focusWidget())
