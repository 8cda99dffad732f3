"""Lists on their way out: CSV a spreadsheet can trust, and a printed table."""

import csv
import io

from PySide6.QtGui import QPageSize, QPdfWriter
from PySide6.QtWidgets import QFileDialog

from desktop.kit import ListPage
from desktop.kit.list_out import as_csv, as_table, print_table, rows_of
from desktop.kit.paper_view import pages_of
from desktop.ports import Ask
from tests.desktop.kit.shop import Shop


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_an_export_holds_every_row_that_answers_and_not_only_the_loaded(qtbot, tmp_path, monkeypatch):
    shop, place = Shop(2_500), tmp_path / "bills.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(place), ""))
    page = ListPage("Bills", shop.listing(), shop.now())
    qtbot.addWidget(page)
    page.ask(text="Party 3")
    page.export()
    lines = read(place.read_bytes())
    assert lines[0] == ["Number", "Party", "Amount", "State"]
    assert len(lines) == 1 + len(shop.answer(Ask(text="Party 3")))
    assert lines[1] == ["3", "Party 3", "3.00", "Open"]


def test_nothing_in_a_csv_is_taken_for_a_formula():
    columns = Shop().listing().columns
    data = as_csv(columns, [["=1+1", "@home", "-5,00,000.00", "+91 98"], ["−5.00", "-x", "12", "बालाजी"]])
    assert read(data)[1:] == [
        ["'=1+1", "'@home", "-5,00,000.00", "'+91 98"],
        ["−5.00", "'-x", "12", "बालाजी"],
    ]


def test_a_list_is_printed_with_its_words_escaped(qapp, tmp_path):
    shop = Shop(120)
    shop.change(shop.bills[0].id, party="<b>Rao & Sons</b>")
    listing = shop.listing()
    text = as_table("Bills", listing.columns, rows_of(listing, Ask(), shop))
    assert "&lt;b&gt;Rao &amp; Sons&lt;/b&gt;" in text
    place = tmp_path / "list.pdf"
    printer = QPdfWriter(str(place))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    print_table(text, printer)
    del printer
    assert len(pages_of(place.read_bytes(), 1.0, 1.0)) >= 2
