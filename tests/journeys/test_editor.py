"""The editor by keys alone: a sale issued, problems shown, typing that survives, steps taken back."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import document, documents_page, draft, drafts_page
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.items.queries import items_by_name
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from tests.core.books import PASSPHRASE, TODAY, a_book
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey

METER = Item(
    code="FM-200",
    name="Flow meter",
    tax=ItemTax(hsn="90261010", unit="NOS", rate_bp=1800),
    price_tenthousandths=24_500 * 10_000,
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A book with a buyer in another State, one at home, and an item; this buyer bought it before."""
    with a_book(tmp_path) as opened:
        kaveri = opened.write("p", lambda work: save_party(work, _party("Kaveri Textiles", "33", terms=15)))
        opened.write("p", lambda work: save_party(work, _party("Rao & Sons", "29")))
        meter = opened.write("i", lambda work: save_item(work, METER))
        line = DraftLine("Flow meter", meter, "90261010", 1000, "NOS", 23_000 * 10_000)
        earlier = Draft(party=kaveri, dated_on=dt.date(2026, 11, 2), lines=(line,))
        opened.write("d", lambda work: issue_document(work, earlier, today=TODAY))
        yield opened


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    """The window over that book."""
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", "contracts") as opened:
        yield opened


def _party(name: str, state: str, terms: int | None = None) -> Party:
    return Party(
        name=name,
        registration=Registration(state_code=state),
        address=Address(line1="1 Mill Road", city="Coimbatore", state_code=state),
        terms_days=terms,
    )


def _wait_for_window(counter: Counter) -> None:
    """The dialog has closed and the window is at hand again (offscreen nobody else sees to that)."""
    counter.until(lambda: QApplication.activeModalWidget() is None)
    counter.window.activateWindow()
    QTest.qWaitForWindowActive(counter.window)


def _newest(counter: Counter) -> Any:
    row = counter.read(lambda read: documents_page(read, sort="number")).rows[0]
    return counter.read(lambda read: document(read, row.id))


def _head(counter: Counter, party: str = "kav") -> None:
    counter.press("F8")
    counter.fill(party, "", "", "", "PO-7")


def test_a_sale_is_issued_by_keys_alone(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm", "", "", "2", "", "", "10%", "")
    counter.press("Return")  # a blank line ends the lines
    counter.type("Handle with care")
    counter.shot("editor")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    issued = _newest(counter)
    assert issued.number == "A/26-27/0002"
    assert (issued.buyer.name, issued.reference, issued.note) == (
        "Kaveri Textiles",
        "PO-7",
        "Handle with care",
    )
    assert issued.due_on == TODAY + dt.timedelta(days=15)
    [line] = issued.lines
    assert (line.description, line.hsn, line.quantity_thousandths) == ("Flow meter", "90261010", 2000)
    # 2 × 24,500 less 10 % = 44,100; IGST 18 % = 7,938
    assert (issued.totals.taxable_paise, issued.totals.igst_paise) == (44_100_00, 7_938_00)
    assert counter.read(drafts_page).rows == []
    counter.until(lambda: counter.view.document.presenter.story is not None)
    counter.settle(100)
    counter.shot("document_issued")


def test_totals_settle_while_a_cell_is_typed(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm", "", "")
    counter.type("3")
    totals = counter.view.editor._totals
    assert totals.accessibleName() == "Total ₹ 86,730.00"
    counter.type("0")
    assert totals.accessibleName() == "Total ₹ 8,67,300.00"


def test_why_this_tax_and_the_last_price_are_said(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm")
    editor = counter.view.editor
    assert "Karnataka to Tamil Nadu" in editor._reason.text()
    assert "23,000.00 on 02-11-2026" in editor._hint.text()
    counter.press("Ctrl+L")
    assert editor.presenter.writing.draft.lines[0].price_tenthousandths == 23_000 * 10_000


def test_problems_stand_beside_the_field(counter: Counter) -> None:
    counter.press("F8", "Ctrl+Return")
    head = counter.view.editor.head
    assert "Choose the party" in head._slots["party"]._note.accessibleName()
    counter.shot("editor_problems")
    counter.fill("kav", "", "", "", "")
    counter.fill("fm", "", "", "", "", "", "", "300")
    counter.press("Ctrl+Return")
    grid = counter.view.editor.grid
    assert "between 0 and 100" in grid.model.problem(0, "tax")
    assert counter.here() == ("invoices", "new")


def test_a_draft_is_kept_as_it_is_written_and_issued_later(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm")
    [row] = counter.read(drafts_page).rows
    assert row.party_name == "Kaveri Textiles"
    counter.press("Esc", "Esc")
    counter.window.go("invoices", page="drafts")
    counter.settle()
    counter.press("Return")
    counter.until(lambda: counter.here() == ("invoices", "draft"))
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert _newest(counter).draft == row.id
    assert counter.read(drafts_page).rows == []


def test_steps_are_taken_back_and_on_again(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm", "", "", "2", "")
    writing = counter.view.editor.presenter.writing
    assert writing.draft.lines[0].quantity_thousandths == 2000
    counter.press("Ctrl+Z")
    assert writing.draft.lines[0].quantity_thousandths == 1000
    counter.press("Ctrl+Y")
    assert writing.draft.lines[0].quantity_thousandths == 2000
    [row] = counter.read(drafts_page).rows
    assert counter.read(lambda read: draft(read, row.id)).lines[0].quantity_thousandths == 2000


def test_what_was_typed_comes_back_after_a_kill(qapp: QApplication, counter: Counter, tmp_path: Path) -> None:
    _head(counter)
    counter.fill("", "Installation at si")
    counter.type("12")
    counter.settle(250)  # within 200 ms of the keystroke it is in the journal; then the process is gone
    left = tmp_path / "left"
    left.mkdir()
    for file in tmp_path.glob("nandi.bahi*"):
        shutil.copy(file, left)
    clock = FixedClock.on(TODAY)
    with (
        Book.open(left / "nandi.bahi", passphrase=PASSPHRASE, clock=clock) as book,
        at_the_counter(qapp, book, clock, "invoices") as again,
    ):
        [row] = again.read(drafts_page).rows
        again.window.go("invoices", record=row.id, page="draft")
        again.until(lambda: again.view.editor.presenter.writing is not None)
        line = again.view.editor.presenter.writing.draft.lines[0]
        assert (line.description, line.hsn) == ("Installation at si", "12")
        assert again.view.editor._kept.text() == "What you were typing is back"


def test_a_party_and_an_item_are_made_on_the_way(counter: Counter) -> None:
    counter.press("F8")
    counter.type("Zenith Pumps")
    counter.until(lambda: counter.view.editor.head._party._chooser.is_open)
    counter.press("Return")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill("", "27AAPFU0939F1ZV", "", "", "4 Dock Road", "Mumbai")
    counter.shot("new_party")
    counter.press("Ctrl+Return")
    _wait_for_window(counter)
    names = [row.name for row in counter.read(parties_by_name).rows]
    assert "Zenith Pumps" in names
    assert "Maharashtra" in counter.view.editor._reason.text()
    counter.fill("", "", "", "")
    counter.type("Pump seal")
    counter.until(lambda: counter.view.editor.grid.view.indexWidget(
        counter.view.editor.grid.view.currentIndex()).chooser.is_open)  # fmt: skip
    counter.press("Return")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill("", "", "PS-1", "84139190", "", "1.5k")
    counter.shot("new_item")
    counter.press("Ctrl+Return")
    _wait_for_window(counter)
    assert "Pump seal" in [row.name for row in counter.read(items_by_name).rows]
    counter.fill("4")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert _newest(counter).totals.taxable_paise == 6_000_00


def test_a_doubtful_date_is_asked_once(qapp: QApplication, book: Book) -> None:
    with at_the_counter(qapp, book, FixedClock.on(dt.date(2027, 3, 1)), "invoices") as counter:
        _head(counter)
        counter.fill("fm")
        counter.press("Ctrl+Return")
        counter.until(lambda: QApplication.activeModalWidget() is not None)
        counter.shot("date_check")
        counter.press("Return")
        counter.until(lambda: counter.here() == ("invoices", ""))
        assert _newest(counter).dated_on == dt.date(2027, 3, 1)


def test_a_draft_is_put_away(counter: Counter) -> None:
    _head(counter)
    counter.press("Ctrl+Shift+Del")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert counter.read(drafts_page).rows == []


def test_everything_has_a_name(counter: Counter) -> None:
    counter.press("F8")
    assert accessible_names(counter.view.editor) == []


def test_f8_begins_another_sale_beside_a_draft_being_changed(counter: Counter) -> None:
    _head(counter)
    counter.window.go("invoices", record=counter.read(drafts_page).rows[0].id, page="draft")
    counter.settle()
    counter.view.editor.grid.open_cell(0, "description")
    counter.fill("Changed")
    counter.press("F8")
    counter.until(lambda: not counter.view.editor.presenter.has_work)
    assert counter.view.editor.presenter.writing.draft.party is None
    counter.press("Alt+Left")
    counter.until(lambda: counter.view.editor.presenter.writing.draft.party is not None)


def test_coming_back_to_a_half_written_sale_goes_on_where_it_stood(counter: Counter) -> None:
    _head(counter)
    counter.window.go("contracts")
    counter.settle()
    counter.press("F8")
    assert counter.view.editor.presenter.writing.draft.reference == "PO-7"


def test_a_draft_is_previewed_as_a_paper(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm")
    counter.press("Ctrl+P")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    dialog: Any = QApplication.activeModalWidget()
    counter.until(lambda: bool(dialog.paper._views))
    counter.shot("preview")
    counter.press("Esc")


def test_the_item_of_a_line_is_changed_from_the_line(counter: Counter) -> None:
    _head(counter)
    counter.fill("fm")
    counter.press("Ctrl+I")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill("", "", "", "", "", "26k")
    counter.press("Ctrl+Return")
    _wait_for_window(counter)
    row = counter.read(items_by_name).rows[0]
    assert row.price_tenthousandths == 26_000 * 10_000
    counter.until(
        lambda: counter.view.editor.presenter.writing.draft.lines[0].price_tenthousandths == 26_000 * 10_000
    )


def test_a_party_without_an_address_is_completed_from_the_paper(counter: Counter, book: Book) -> None:
    gstin = Registration("registered", "27AAPFU0939F1ZV", "27")
    party = Party(name="Zenith Pumps", registration=gstin, phone="98450")
    book.write("p", lambda work: save_party(work, party))
    _head(counter, "zenith")
    counter.fill("fm")
    counter.press("Ctrl+Return")
    head = counter.view.editor.head
    assert "Rule 46(d)" in head._slots["party"]._note.accessibleName()
    counter.press("Ctrl+Shift+P")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill("", "", "", "", "4 Dock Road", "Mumbai")
    counter.press("Ctrl+Return")
    _wait_for_window(counter)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    issued = _newest(counter)
    assert (issued.buyer.address.city, issued.buyer.gstin, issued.buyer.phone) == (
        "Mumbai", "27AAPFU0939F1ZV", "98450",
    )  # fmt: skip


def test_a_buyer_abroad_is_made_with_his_country(counter: Counter) -> None:
    counter.press("F8")
    counter.type("Ocean Traders")
    counter.until(lambda: counter.view.editor.head._party._chooser.is_open)
    counter.press("Return")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.fill("", "", "abroad", "", "1 Main Street", "Springfield", "62701", "united st")
    counter.shot("new_party_abroad")
    counter.press("Ctrl+Return")
    _wait_for_window(counter)
    editor = counter.view.editor
    _record, party = editor.presenter.writing.party()
    assert (party.registration.state_code, party.address.country) == ("96", "US")
    assert "an export" in editor._reason.text()


def test_tab_walks_as_enter_does(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("rao")
    head = counter.view.editor.head
    walked = []
    for _step in range(5):
        focus = counter.window.focusWidget()
        walked += [name for name, slot in head._slots.items() if slot.field.editor is focus]
        counter.press("Tab")
    assert walked == ["dated_on", "due_on", "place_of_supply", "reference"]
    assert counter.view.editor.grid.isAncestorOf(counter.window.focusWidget())
