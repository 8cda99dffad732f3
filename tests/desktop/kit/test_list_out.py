"""Lists on their way out: CSV a spreadsheet can trust, and a printed table."""

import csv
import datetime as dt
import io

import openpyxl
from PySide6.QtGui import QPageSize, QPdfWriter
from PySide6.QtWidgets import QFileDialog

from desktop.kit import ListPage
from desktop.kit.list_out import as_csv, as_table, as_workbook, print_table, rows_of
from desktop.kit.paper_view import pages_of
from desktop.ports import Ask, Column, Listing, Page
from tests.desktop.kit.shop import Shop


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_an_export_holds_every_row_that_answers_and_not_only_the_loaded(qtbot, tmp_path, monkeypatch):
    shop, place = Shop(2_500), tmp_path / "bills.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(place), "CSV files (*.csv)"))
    page = ListPage("Bills", shop.listing(), shop.now())
    qtbot.addWidget(page)
    page.ask(text="Party 3")
    page.export()
    lines = read(place.read_bytes())
    assert lines[0] == ["Number", "Party", "Amount", "State"]
    assert len(lines) == 1 + len(shop.answer(Ask(text="Party 3")))
    assert lines[1] == ["3", "Party 3", "3.00", "Open"]


def test_a_workbook_has_figures_days_and_totals_and_no_formulas():
    columns = [
        Column("day", "Day", lambda row: row[0]),
        Column("party", "Party", lambda row: row[1], stretch=True),
        Column("amount", "Amount", lambda row: row[2], "right"),
        Column("balance", "Balance", lambda row: row[3], "right", paise=lambda row: row[4]),
        Column("mixed", "Note", lambda row: row[5]),
    ]
    given = [
        ("04-05-2026", "=1+1", "₹ 1,25,000.00", "500.00 Cr", -50_000, "12.00"),
        ("05-05-2026", "Lotus", "–", "10.00 Dr", 1_000, "twelve"),
        ("", "बालाजी", "−0.50", "–", 0, ""),
    ]
    listing = Listing(
        "bills",
        columns,
        lambda *_asked: Page(given),
        lambda *_asked: given,
        lambda row: row[1].encode(),
        frozenset(),
    )
    sheet = openpyxl.load_workbook(
        io.BytesIO(as_workbook("Bills: May/June", columns, rows_of(listing, Ask(), None)))
    )
    page = sheet["Bills  May June"]
    told = [[cell.value for cell in row] for row in page.iter_rows()]
    assert told[0] == ["Day", "Party", "Amount", "Balance", "Note"]
    assert told[1] == [dt.datetime(2026, 5, 4), "=1+1", 125_000, -500, "12.00"]
    assert page["B2"].data_type == "s"
    assert told[3] == [None, "बालाजी", -0.5, 0, None]
    assert told[4][2:4] == [124_999.5, -490]


def test_nothing_in_a_csv_is_taken_for_a_formula():
    columns = Shop().listing().columns
    rows = [["=1+1", "@home", "-5,00,000.00", "+91 98"], ["−5.00", "-x", "12", "बालाजी"]]
    data = as_csv(columns, [[(text, None) for text in row] for row in rows])
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
