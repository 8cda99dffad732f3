"""A bill's way through return and portals by keys alone: corrected when filed, registered, its e-way bill noted."""

import datetime as dt
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from core.book import Book
from core.invoicing.model import Charge
from core.invoicing.queries import document
from core.returns.commands import file_return
from desktop.screens.invoices.document import portal as portals
from tests.core.books import TODAY
from tests.core.einvoice import portal
from tests.journeys.counter import Counter, accessible_names
from tests.journeys.gst_desk import book as book
from tests.journeys.gst_desk import closed, dialog, newest, opened
from tests.journeys.gst_desk import counter as counter

pytestmark = pytest.mark.journey


def test_more_holds_charges_discount_and_the_way_of_the_goods(counter: Counter) -> None:
    counter.press("F8")
    counter.fill("lotus", "", "", "", "")
    counter.fill("fm")
    counter.press("Alt+M")
    sheet = dialog(counter)
    assert accessible_names(sheet) == []
    counter.fill("100", "", "Freight", "500", "")
    assert counter.view.editor._totals.accessibleName() == "Total ₹ 29,382.00"
    counter.shot("more")
    sheet.form.field("ship_to.city").setFocus()
    counter.fill("Pune")
    counter.press("Ctrl+Return")
    closed(counter)
    draft = counter.view.editor.presenter.writing.draft
    assert (draft.discount_paise, draft.charges) == (100_00, (Charge("Freight", 500_00),))
    assert draft.ship_to.city == "Pune"
    told = counter.view.editor._told.text()
    assert told == "Discount ₹ 100.00 · Freight ₹ 500.00 · Goods to Pune"
    counter.shot("editor_told")
    counter.press("Ctrl+Z")
    assert counter.view.editor.presenter.writing.draft.charges == ()
    assert counter.view.editor._told.isHidden()


def test_a_bill_of_a_filed_return_is_corrected_in_a_later_one(counter: Counter, book: Book) -> None:
    opened(counter, "A/25-26/0001")
    may_amend = counter.window.actions_table.find("document.amend").when
    assert not may_amend()
    book.write(
        "f",
        lambda work: file_return(work, "GSTR1", "2026-03", dt.date(2026, 11, 18), today=TODAY, despite=True),
    )
    counter.window.go("invoices")
    record = opened(counter, "A/25-26/0001")
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
    correction = newest(counter)
    assert correction.amends.document == record
    assert correction.replaces is not None
    counter.until(lambda: bool(counter.view.document.presenter.story.related))
    assert counter.view.document.presenter.story.related[0].title == "Takes the place of A/25-26/0001"
    assert counter.view.document.presenter.story.returned.tables == ("table 9A (b2ba)",)


def test_the_portals_file_and_its_answer(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = opened(counter, "A/26-27/0001")
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
    opened(counter, "A/26-27/0001")
    counter.press("Ctrl+Shift+B")
    dialog(counter)
    counter.fill("1812 3456 7890", "", "930", "+1")
    counter.shot("eway_bill")
    counter.press("Ctrl+Return")
    closed(counter)
    counter.until(lambda: counter.view.document.presenter.story.returned.noted is not None)
    noted = counter.view.document.presenter.story.returned.noted
    assert (noted.bill_number, f"{noted.made_at:%H:%M}") == ("181234567890", "09:30")


def test_the_e_way_file_asks_how_the_goods_move(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(counter, "A/26-27/0001")
    file = tmp_path / "eway.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_at: (str(file), ""))
    counter.press("Ctrl+B")
    sheet = dialog(counter)
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
