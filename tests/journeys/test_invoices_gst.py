"""Papers beyond the plain sale by keys alone: all that Alt+M holds, offers turned into bills, notes by law, portals."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Charge, Draft, DraftLine
from core.invoicing.queries import document, document_ids, documents_page
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.parties.commands import save_party
from core.parties.model import Party
from core.returns.commands import file_return
from desktop.ports import Period
from desktop.screens.invoices.document import portal as portals
from desktop.shell.actions import keys_twice
from tests.core.books import COMPANY, TODAY, a_book
from tests.core.einvoice import portal
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey

METER = Item(
    code="FM-200", name="Flow meter", tax=ItemTax(hsn="90261010"), price_tenthousandths=24_500 * 10_000
)
BIG = msgspec.structs.replace(COMPANY, turnover_paise=9_00_00_000_00)

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


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A company above the e-invoice limit; a registered buyer in another State and one abroad; two bills."""
    with a_book(tmp_path, company=BIG) as opened:
        gstin = Registration("registered", "33AAFCL2204B1ZD", "33")
        lotus = Party(
            name="Lotus Foods",
            registration=gstin,
            address=Address("7 Mount Road", "", "Chennai", "33", "600002"),
        )
        abroad = Address("1 Main Street", "", "Springfield", "96", "62701", "US")
        ocean = Party(name="Ocean Traders", registration=Registration("overseas"), address=abroad)
        buyer = opened.write("p", lambda work: save_party(work, lotus))
        opened.write("p", lambda work: save_party(work, ocean))
        opened.write("i", lambda work: save_item(work, METER))
        for on in (dt.date(2026, 3, 10), dt.date(2026, 11, 12)):
            line = DraftLine("Flow meter", None, "90261010", 2_000, "NOS", 24_500 * 10_000)
            sold = Draft(party=buyer, dated_on=on, lines=(line,))
            opened.write("d", lambda work, sold=sold: issue_document(work, sold, today=TODAY))
        yield opened


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    """The window over that book, small: what fits here fits everywhere."""
    with at_the_counter(
        qapp, book, FixedClock.on(TODAY), "invoices", "contracts", size=(1180, 720)
    ) as opened:
        opened.until(lambda: len(_numbers(opened)) == 1)
        yield opened


def _numbers(counter: Counter) -> list[str]:
    model = counter.view.list_page.table.model
    return [model.row(at).number for at in range(model.rowCount())]


def _dialog(counter: Counter) -> Any:
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    return QApplication.activeModalWidget()


def _closed(counter: Counter) -> None:
    counter.until(lambda: QApplication.activeModalWidget() is None)
    counter.window.activateWindow()
    QTest.qWaitForWindowActive(counter.window)


def _newest(counter: Counter, type_: str = "INV") -> Any:
    row = counter.read(lambda read: documents_page(read, sort="number", type=type_)).rows[0]
    return counter.read(lambda read: document(read, row.id))


def _open(counter: Counter, number: str) -> Id:
    [record] = counter.read(lambda read: document_ids(read, number))
    counter.window.go("invoices", record=record)
    counter.until(lambda: counter.view.document.presenter.story is not None)
    return record


def test_more_holds_charges_discount_and_the_way_of_the_goods(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    counter.press("Alt+M")
    sheet = _dialog(counter)
    assert accessible_names(sheet) == []
    counter.fill("100", "", "Freight", "500", "")
    assert counter.view.editor._totals.accessibleName() == "Total ₹ 29,382.00"
    counter.shot("more")
    sheet.form.field("ship_to.city").setFocus()
    counter.fill("Pune")
    counter.press("Ctrl+Return")
    _closed(counter)
    draft = counter.view.editor.presenter.writing.draft
    assert (draft.discount_paise, draft.charges) == (100_00, (Charge("Freight", 500_00),))
    assert draft.ship_to.city == "Pune"
    told = counter.view.editor._told.text()
    assert told == "Discount ₹ 100.00 · Freight ₹ 500.00 · Goods to Pune"
    counter.shot("editor_told")
    counter.press("Ctrl+Z")
    assert counter.view.editor.presenter.writing.draft.charges == ()
    assert counter.view.editor._told.isHidden()


def test_more_left_by_esc_changes_nothing(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    total = counter.view.editor._totals.accessibleName()
    counter.press("Alt+M")
    _dialog(counter)
    counter.type("900")
    assert counter.view.editor._totals.accessibleName() != total
    counter.press("Esc")
    _closed(counter)
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
    sheet = _dialog(counter)
    counter.press(*["Ctrl+PgDown"] * 9, *["Ctrl+PgUp"] * 2)  # to the end, and two groups back
    assert sheet.form.field("shipping_bill.port").editor.hasFocus()
    counter.type("inmaa1")
    counter.press("Return", "Return", "Return")
    counter.fill("usd", "83.5")
    counter.shot("more_export")
    counter.press("Ctrl+Return")
    _closed(counter)
    draft = counter.view.editor.presenter.writing.draft
    assert draft.shipping_bill.port == "INMAA1"
    assert (draft.foreign.currency, draft.foreign.rate_millionths) == ("USD", 83_500_000)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert _newest(counter).foreign.currency == "USD"


def test_what_is_wrong_in_more_is_shown_there(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    counter.view.editor.presenter.more_given({"transport.distance_km": 9_000_000})
    counter.press("Ctrl+Return")
    sheet = _dialog(counter)
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
    _dialog(counter)
    counter.fill("", "12", "4.17")
    _closed(counter)
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
    bill = _newest(counter)
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
    issued = _newest(counter, "CHL")
    assert (issued.purpose, issued.totals.igst_paise) == ("job_work", 0)
    counter.press("Alt+P")
    dialog = _dialog(counter)
    counter.until(lambda: len(dialog.paper._views) == 3)
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
    assert (_newest(counter, "DBN").reason, _newest(counter, "DBN").totals.taxable_paise) == (
        "price",
        1_000_00,
    )


def test_a_note_on_a_paper_the_book_does_not_have(counter: Counter) -> None:
    counter.window.go("invoices", page="credit_note")
    counter.settle()
    counter.fill("lotus", "", "", "", "return")
    counter.fill("fm")
    counter.press("Ctrl+Return")
    sheet = _dialog(counter)
    sheet.form.field("original.number").setFocus()
    counter.fill("OLD/77", "010926")
    counter.press("Ctrl+Return")
    _closed(counter)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert _newest(counter, "CRN").original.number == "OLD/77"


def test_the_list_looks_at_the_period(counter: Counter) -> None:
    page = counter.view.list_page
    assert page.header._text.accessibleName() == "Dated 01-04-2026 to 31-03-2027"
    assert _numbers(counter) == ["A/26-27/0001"]
    counter.window.calendar.look_at(Period(dt.date(2025, 4, 1), dt.date(2026, 3, 31), "2025-26"))
    counter.until(lambda: _numbers(counter) == ["A/25-26/0001"])
    page.ask(scope="all")
    counter.until(lambda: len(_numbers(counter)) == 2)
    assert page.header._text.accessibleName() == "Of any date"
    page.ask(scope="sales", text="26-27")
    counter.until(lambda: _numbers(counter) == ["A/26-27/0001"])
    counter.shot("invoices_small")


def test_new_sale_stands_once_among_the_actions(counter: Counter) -> None:
    names = [action.name for action in counter.window.actions_table.all()]
    assert names.count("invoices.new") == 1
    assert len(names) == len(set(names))


def test_a_bill_of_a_filed_return_is_corrected_in_a_later_one(counter: Counter, book: Book) -> None:
    _open(counter, "A/25-26/0001")
    may_amend = counter.window.actions_table.find("document.amend").when
    assert not may_amend()
    book.write(
        "f",
        lambda work: file_return(work, "GSTR1", "2026-03", dt.date(2026, 11, 18), today=TODAY, despite=True),
    )
    counter.window.go("invoices")
    record = _open(counter, "A/25-26/0001")
    counter.until(lambda: counter.view.document.presenter.story.returned.is_filed)
    assert may_amend()
    counter.shot("document_filed")
    counter.press("Alt+A")
    counter.until(lambda: counter.here() == ("invoices", "amend"))
    counter.until(lambda: counter.view.editor.header.title() == "Correction: Invoice")
    counter.view.editor.grid.open_cell(0, "quantity")
    counter.fill("1")
    counter.shot("amendment")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    correction = _newest(counter)
    assert correction.amends.document == record
    assert correction.replaces is not None
    counter.until(lambda: bool(counter.view.document.presenter.story.related))
    assert counter.view.document.presenter.story.related[0].title == "Takes the place of A/25-26/0001"
    assert counter.view.document.presenter.story.returned.tables == ("table 9A (b2ba)",)


def test_the_portals_file_and_its_answer(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = _open(counter, "A/26-27/0001")
    page = counter.view.document
    counter.until(lambda: bool(page.paper._views))
    counter.shot("document_portals")
    told = page.presenter.story.returned
    assert (told.period, told.tables, told.needs_irn) == ("2026-11", ("table 4A (b2b)",), True)
    file = tmp_path / "einvoice.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_at: (str(file), ""))
    counter.press("Ctrl+J")
    counter.until(file.exists)
    assert json.loads(file.read_text("utf-8"))["DocDtls"]["No"] == "A/26-27/0001"
    paper = counter.read(lambda read: document(read, record))
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(portal.answer(paper)), "utf-8")
    monkeypatch.setattr(portals, "portal_keys", lambda: {"portal.pem": portal.public_pem()})
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_at: (str(answer), ""))
    counter.press("Ctrl+Shift+J")
    counter.until(lambda: page.presenter.story.returned.registered is not None)
    counter.until(lambda: bool(page.paper._views))
    counter.shot("document_registered")
    assert "acknowledgement" in page.presenter.story.returned.facts()[1][1]
    counter.press("Ctrl+J")  # a second time it is not offered any more
    assert page._refused.text() == ""


def test_an_e_way_bill_is_noted(counter: Counter) -> None:
    _open(counter, "A/26-27/0001")
    counter.press("Ctrl+Shift+B")
    _dialog(counter)
    counter.fill("1812 3456 7890", "", "930", "+1")
    counter.shot("eway_bill")
    counter.press("Ctrl+Return")
    _closed(counter)
    counter.until(lambda: counter.view.document.presenter.story.returned.noted is not None)
    noted = counter.view.document.presenter.story.returned.noted
    assert (noted.bill_number, f"{noted.made_at:%H:%M}") == ("181234567890", "09:30")


def test_no_key_means_two_things(counter: Counter) -> None:
    def twice() -> list[str]:
        return keys_twice(counter.window.actions_table.all())

    assert twice() == []
    _open(counter, "A/26-27/0001")
    assert twice() == ["Alt+2"]  # copies a paper, as in Tally, before it leads to a screen
    counter.press("F8")
    assert counter.here() == ("invoices", "new")
    assert twice() == []


def test_the_e_way_file_asks_how_the_goods_move(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(counter, "A/26-27/0001")
    file = tmp_path / "eway.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_at: (str(file), ""))
    counter.press("Ctrl+B")
    sheet = _dialog(counter)
    assert accessible_names(sheet) == []
    counter.press("Ctrl+Return")
    counter.until(lambda: sheet.form.problem_of("transport.mode") != "")
    counter.shot("eway_file")
    sheet.form.field("transport.mode").setFocus()
    counter.fill("by road", "350", "ka01ab1234")
    counter.press("Ctrl+Return")
    counter.until(file.exists)
    bill = json.loads(file.read_text("utf-8"))["billLists"][0]
    assert (bill["vehicleNo"], bill["transDistance"]) == ("KA01AB1234", 350)


@pytest.mark.parametrize("size", [(1440, 900), (1180, 720)])
def test_the_editor_in_the_dark(qapp: QApplication, book: Book, size: tuple[int, int]) -> None:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "invoices", size=size, look="dark") as counter:
        counter.press("F8")
        counter.fill("ocean", "", "", "", "")
        counter.press("Alt+M")
        _dialog(counter)
        counter.shot(f"more_dark_{size[0]}")
        counter.press("Esc")
        _closed(counter)
        counter.view.editor.presenter.more_given(_MUCH)
        counter.settle()
        counter.shot(f"editor_dark_{size[0]}")
        foot = counter.view.editor._told
        assert foot.height() >= foot.heightForWidth(foot.width())
        assert counter.view.editor.grid.view.horizontalScrollBar().maximum() == 0
