"""Papers beyond the plain sale by keys alone: all that Alt+M holds, offers turned into bills, notes by law."""

import datetime as dt

import pytest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.invoicing.model import Charge
from core.invoicing.queries import document
from desktop.ports import Period
from desktop.shell.actions import keys_twice
from tests.core.books import TODAY
from tests.journeys.counter import Counter, at_the_counter
from tests.journeys.gst_desk import book as book
from tests.journeys.gst_desk import closed, dialog, newest, numbers, opened
from tests.journeys.gst_desk import counter as counter

pytestmark = pytest.mark.journey

_MUCH = {
    "discount_paise": 1_000_00,
    "charges": (Charge("Freight", 500_00), Charge("Packing", 120_00), Charge("Insurance", 80_00, False)),
    "ship_to.city": "Rotterdam",
    "ship_to.country": "NL",
    "dispatch_from.city": "Hosur",
    "dispatch_from.state_code": "33",
    "transport.mode": "road",
    "transport.vehicle": "KA01AB1234",
    "transport.distance_km": 350_000,
    "shipping_bill.port": "INMAA1",
    "foreign.currency": "EUR",
    "foreign.rate_millionths": 912_500,
    "rounding": False,
}


def test_more_left_by_esc_changes_nothing(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    total = counter.view.editor._totals.accessibleName()
    counter.press("Alt+M")
    dialog(counter)
    counter.type("900")
    assert counter.view.editor._totals.accessibleName() != total
    counter.press("Esc")
    closed(counter)
    assert counter.view.editor._totals.accessibleName() == total
    assert counter.view.editor.presenter.writing.draft.discount_paise == 0


def test_an_export_finds_its_port_and_currency(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("ocean", "", "", "", "")
    counter.view.editor.head._slots["with_payment"].field.setFocus()
    counter.fill("under")
    counter.fill("fm")
    assert "16(1)(a)" in counter.view.editor._reason.text()
    counter.press("Alt+M")
    sheet = dialog(counter)
    counter.press(*["Ctrl+PgDown"] * 9, *["Ctrl+PgUp"] * 2)  # to the end, and two groups back
    assert sheet.form.field("shipping_bill.port").editor.hasFocus()
    counter.type("inmaa1")
    counter.press("Return", "Return", "Return")
    counter.fill("usd", "83.5")
    counter.shot("more_export")
    counter.press("Ctrl+Return")
    closed(counter)
    draft = counter.view.editor.presenter.writing.draft
    assert draft.shipping_bill.port == "INMAA1"
    assert (draft.foreign.currency, draft.foreign.rate_millionths) == ("USD", 83_500_000)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert newest(counter).foreign.currency == "USD"


def test_what_is_wrong_in_more_is_shown_there(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    counter.view.editor.presenter.more_given({"transport.distance_km": 9_000_000})
    counter.press("Ctrl+Return")
    sheet = dialog(counter)
    assert "4000" in sheet.form.problem_of("transport.distance_km")
    assert sheet.form.field("transport.distance_km").editor.hasFocus()
    counter.shot("more_problem")
    counter.press("Esc")


def test_a_code_is_found_by_word_and_brings_its_rate(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.press("Return")
    counter.fill("Gloves")
    counter.type("glove")
    grid = counter.view.editor.grid
    counter.until(lambda: grid.view.indexWidget(grid.view.currentIndex()).chooser.is_open)
    counter.shot("editor_codes")
    counter.press("Return")
    line = counter.view.editor.presenter.writing.draft.lines[0]
    assert (line.hsn, line.rate_bp) == ("6116", 500)
    counter.press("Shift+Tab")
    counter.fill("61169200")
    assert counter.view.editor.presenter.writing.draft.lines[0].hsn == "61169200"


def test_cess_is_reached_from_the_line(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    counter.press("Alt+L")
    dialog(counter)
    counter.fill("", "12", "4.17")
    closed(counter)
    line = counter.view.editor.presenter.writing.draft.lines[0]
    assert (line.cess_rate_bp, line.cess_per_unit_tenthousandths) == (1_200, 41_700)
    assert "cess 12% · Line 1: cess ₹ 4.17 a unit" in counter.view.editor._told.text()


def test_a_quotation_becomes_an_invoice_by_one_key(counter: Counter) -> None:
    counter.press("Shift+F8")
    assert counter.view.editor.header.title() == "Quotation"
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    counter.shot("quotation")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    counter.until(lambda: counter.view.document.presenter.story is not None)
    counter.until(lambda: bool(counter.view.document.paper._views))
    counter.shot("quotation_page")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", "draft"))
    counter.until(lambda: counter.view.editor.presenter.writing is not None)
    assert "Made from an earlier paper" in counter.view.editor._told.text()
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    bill = newest(counter)
    assert counter.read(lambda read: document(read, bill.source)).type == "QTN"
    counter.until(lambda: bool(counter.view.document.presenter.story.related))
    assert counter.view.document.presenter.story.related[0].title.startswith("Made from AQ/")


def test_a_challan_says_why_and_prints_three_copies(counter: Counter) -> None:
    counter.press("Alt+F8")
    counter.fill("lotus", "", "", "", "job")
    counter.fill("fm")
    assert "CGST Rules, 55" in counter.view.editor._reason.text()
    counter.shot("challan")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    issued = newest(counter, "CHL")
    assert (issued.purpose, issued.totals.igst_paise) == ("job_work", 0)
    counter.press("Alt+P")
    paper = dialog(counter)
    counter.until(lambda: len(paper.paper._views) == 3)
    counter.press("Esc")


def test_a_note_has_its_reason_by_law_and_begins_from_the_list(counter: Counter) -> None:
    counter.press("Ctrl+F9")
    counter.until(lambda: counter.here() == ("invoices", "debit_note"))
    counter.settle()
    counter.view.editor.head._slots["reason"].field.setFocus()
    counter.fill("price")
    counter.press("Return")
    counter.fill("Price agreed higher", "90261010", "", "", "1000")
    counter.shot("debit_note")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert (newest(counter, "DBN").reason, newest(counter, "DBN").totals.taxable_paise) == (
        "price",
        1_000_00,
    )


def test_a_note_on_a_paper_the_book_does_not_have(counter: Counter) -> None:
    counter.window.go("invoices", page="credit_note")
    counter.settle()
    counter.fill("lotus", "", "", "", "return")
    counter.fill("fm")
    counter.press("Ctrl+Return")
    sheet = dialog(counter)
    sheet.form.field("original.number").setFocus()
    counter.fill("OLD/77", "010926")
    counter.press("Ctrl+Return")
    closed(counter)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert newest(counter, "CRN").original.number == "OLD/77"


def test_the_list_looks_at_the_period(counter: Counter) -> None:
    page = counter.view.list_page
    assert page.header._text.accessibleName() == "Dated 01-04-2026 to 31-03-2027"
    assert numbers(counter) == ["A/26-27/0001"]
    counter.window.calendar.look_at(Period(dt.date(2025, 4, 1), dt.date(2026, 3, 31), "2025-26"))
    counter.until(lambda: numbers(counter) == ["A/25-26/0001"])
    page.ask(scope="all")
    counter.until(lambda: len(numbers(counter)) == 2)
    assert page.header._text.accessibleName() == "Of any date"
    page.ask(scope="sales", text="26-27")
    counter.until(lambda: numbers(counter) == ["A/26-27/0001"])
    counter.shot("invoices_small")


def test_other_papers_are_offered_beside_the_new_sale(counter: Counter) -> None:
    counter.view._more.click()
    counter.until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    said = [action.text().partition("\t")[0] for action in menu.actions()]
    assert said == [
        "New quotation",
        "New proforma invoice",
        "New delivery challan",
        "Credit note on an older paper",
        "Debit note on an older paper",
    ]
    counter.shot("invoices_others")
    menu.actions()[1].trigger()
    menu.close()
    counter.until(lambda: counter.here() == ("invoices", "proforma"))


def test_new_sale_stands_once_among_the_actions(counter: Counter) -> None:
    names = [action.name for action in counter.window.actions_table.all()]
    assert names.count("invoices.new") == 1
    assert len(names) == len(set(names))


def test_no_key_means_two_things(counter: Counter) -> None:
    def twice() -> list[str]:
        return keys_twice(counter.window.actions_table.all())

    assert twice() == []
    opened(counter, "A/26-27/0001")
    assert twice() == ["Alt+2"]  # copies a paper, as in Tally, before it leads to a screen
    counter.press("F8")
    assert counter.here() == ("invoices", "new")
    assert twice() == []


@pytest.mark.parametrize("size", [(1440, 900), (1180, 720)])
def test_the_editor_in_the_dark(qapp: QApplication, book: Book, size: tuple[int, int]) -> None:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", size=size, look="dark") as counter:
        counter.press("F8")
        counter.fill("ocean", "", "", "", "")
        counter.press("Alt+M")
        dialog(counter)
        counter.shot(f"more_dark_{size[0]}")
        counter.press("Esc")
        closed(counter)
        counter.view.editor.presenter.more_given(_MUCH)
        counter.settle()
        counter.shot(f"editor_dark_{size[0]}")
        foot = counter.view.editor._told
        assert foot.height() >= foot.heightForWidth(foot.width())
        assert counter.view.editor.grid.view.horizontalScrollBar().maximum() == 0
