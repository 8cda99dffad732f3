"""A list on its way out: as an Excel workbook, as CSV, as a printed table. The words are those on the screen."""

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QPagedPaintDevice, QTextDocument
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import BahiError
from core.words import translate as _
from desktop.kit.paged_model import ROWS_MAX
from desktop.ports import Ask, Column, Listing, Reader, Runner
from desktop.theme import font

_FETCH = 1_000
_PRINT_POINTS = 8.5
_LINE = "border-bottom: 1px solid silver"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_MONEY = re.compile(r"(?P<sign>[-−]?)(?:₹\s?)?(?P<figure>[0-9][0-9,]*\.[0-9]{2})")
_DAY = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
_BLANK = ("", "–", "-")
_SHEET_NAME_MAX = 31
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")

Cells = list[tuple[str, int | None]]
"""A row on its way out: each column's text, and the paise behind it where the column knows them."""


def export_list(owner: QWidget, listing: Listing[Any], ask: Ask, runner: Runner, *, title: str = "") -> None:
    """Ask for a place and write every row that answers the question there, as Excel or as CSV by the name's ending."""
    name = _file_name(title or listing.name)
    kinds = f"{_('Excel workbook (*.xlsx)')};;{_('CSV files (*.csv)')}"
    chosen, kind = QFileDialog.getSaveFileName(owner, _("Export this list"), f"{name}.xlsx", kinds)
    if not chosen:
        return
    file = Path(chosen)
    if not file.suffix:
        file = file.with_suffix(".csv" if "csv" in kind else ".xlsx")

    def write(rows: list[Cells]) -> None:
        is_csv = file.suffix.casefold() == ".csv"
        made = partial(as_csv, listing.columns) if is_csv else partial(as_workbook, name, listing.columns)
        runner.network(lambda: written(made(rows), file))

    runner.read(partial(rows_of, listing, ask), write)


def rows_of(listing: Listing[Any], ask: Ask, reader: Reader) -> list[Cells]:
    """Every row that answers the question, cell by cell, up to the list's limit."""
    rows: list[Cells] = []
    after: Any = None
    while len(rows) < ROWS_MAX:
        page = listing.fetch(reader, ask, after, min(_FETCH, ROWS_MAX - len(rows)))
        rows.extend([_cell_out(column, row) for column in listing.columns] for row in page.rows)
        after = page.next_key
        if after is None:
            break
    return rows


def as_csv(columns: Sequence[Column[Any]], rows: Sequence[Cells]) -> bytes:
    """The rows as CSV that spreadsheets open as written: UTF-8 with its mark, nothing taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.title for column in columns])
    writer.writerows([_harmless(text) for text, _paise in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(title: str, columns: Sequence[Column[Any]], rows: Sequence[Cells]) -> bytes:
    """The rows as an Excel workbook: sums are figures with totals, days are days, all else stays words."""
    # Openpyxl is slow to import, and wanted by those alone who export.
    from core.sheets import Sheet, write

    kinds = [_kind(column, [row[at] for row in rows]) for at, column in enumerate(columns)]
    shown = [_sheet_column(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    told = [tuple(_value(cell, kind) for cell, kind in zip(row, kinds, strict=True)) for row in rows]
    name = _NO_SHEET_NAME.sub(" ", title)[:_SHEET_NAME_MAX] or "Bahi"
    out = io.BytesIO()
    write(out, [Sheet(name, shown, told, is_summed="money" in kinds and len(rows) > 1)])
    return out.getvalue()


def as_table(title: str, columns: Sequence[Column[Any]], rows: Sequence[Cells]) -> str:
    """The rows as an HTML table for printing."""
    heads = "".join(_cell("th", column, column.title) for column in columns)
    lines = "".join(
        "<tr>"
        + "".join(_cell("td", column, text) for column, (text, _paise) in zip(columns, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f"<h3>{html.escape(title)}</h3>"
        '<table width="100%" cellspacing="0" cellpadding="5" style="border-collapse: collapse">'
        f"<thead><tr>{heads}</tr></thead>{lines}</table>"
    )


def print_table(text: str, device: QPagedPaintDevice) -> None:
    """Print an HTML table, page by page, its head repeated."""
    document = QTextDocument()
    on_paper = font("small", tabular=True)
    on_paper.setPointSizeF(_PRINT_POINTS)
    document.setDefaultFont(on_paper)
    document.setHtml(text)
    document.print_(device)


def written(data: bytes, file: Path) -> Path:
    """Write a file; a BahiError says why it could not be."""
    try:
        file.write_bytes(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BahiError(_("The file could not be written: {reason}").format(reason=reason)) from error
    return file


def _cell_out(column: Column[Any], row: Any) -> tuple[str, int | None]:
    return column.text(row), None if column.paise is None else column.paise(row)


def _kind(column: Column[Any], cells: Sequence[tuple[str, int | None]]) -> str:
    """What a column holds: sums, where it knows them or every text is one; days, where every text is one."""
    if column.paise is not None:
        return "money"
    texts = [text for text, _paise in cells if text not in _BLANK]
    for kind, shape in (("money", _MONEY), ("day", _DAY)):
        if texts and all(shape.fullmatch(text) for text in texts):
            return kind
    return "words"


def _value(cell: tuple[str, int | None], kind: str) -> Any:
    text, known = cell
    if known is not None:
        return known
    if text in _BLANK:
        return None
    if kind == "money" and (found := _MONEY.fullmatch(text)):
        amount = int(found["figure"].replace(",", "").replace(".", ""))
        return -amount if found["sign"] else amount
    if kind == "day" and (found := _DAY.fullmatch(text)):
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    return text


def _sheet_column(column: Column[Any], kind: str) -> Any:
    from core import sheets

    if kind == "money":
        return sheets.money(column.name, column.title)
    if kind == "day":
        return sheets.days(column.name, column.title)
    return sheets.words(column.name, column.title, 2 * column.width if column.stretch else column.width + 2)


def _file_name(title: str) -> str:
    """A name that every system takes."""
    return re.sub(r"[\\/:*?\"<>|\s]+", " ", title).strip() or "list"


def _harmless(text: str) -> str:
    """A text a spreadsheet would run is given an apostrophe; figures below zero stay figures."""
    is_figure = text.lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_RISKY) and not is_figure else text


def _cell(tag: str, column: Column[Any], text: str) -> str:
    return f'<{tag} align="{_side(column)}" style="{_LINE}">{html.escape(text)}</{tag}>'


def _side(column: Column[Any]) -> str:
    return {"left": "left", "right": "right", "centre": "center"}[column.align]
