"""A list on its way out: as CSV for a spreadsheet, as a printed table. The words are those on the screen."""

import csv
import html
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QPagedPaintDevice, QTextDocument

from core.errors import BahiError
from core.words import translate as _
from desktop.kit.paged_model import ROWS_MAX
from desktop.ports import Ask, Column, Listing, Reader
from desktop.theme import font

_FETCH = 1_000
_PRINT_POINTS = 8.5
_LINE = "border-bottom: 1px solid silver"
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def rows_of(listing: Listing[Any], ask: Ask, reader: Reader) -> list[list[str]]:
    """Every row that answers the question, as texts of its columns, up to the list's limit."""
    rows: list[list[str]] = []
    after: Any = None
    while len(rows) < ROWS_MAX:
        page = listing.fetch(reader, ask, after, min(_FETCH, ROWS_MAX - len(rows)))
        rows.extend([column.text(row) for column in listing.columns] for row in page.rows)
        after = page.next_key
        if after is None:
            break
    return rows


def as_csv(columns: Sequence[Column[Any]], rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as CSV that spreadsheets open as written: UTF-8 with its mark, nothing taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.title for column in columns])
    writer.writerows([_harmless(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_table(title: str, columns: Sequence[Column[Any]], rows: Sequence[Sequence[str]]) -> str:
    """The rows as an HTML table for printing."""
    heads = "".join(_cell("th", column, column.title) for column in columns)
    lines = "".join(
        "<tr>"
        + "".join(_cell("td", column, text) for column, text in zip(columns, row, strict=True))
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


def _harmless(text: str) -> str:
    """A text a spreadsheet would run is given an apostrophe; figures below zero stay figures."""
    is_figure = text.lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_RISKY) and not is_figure else text


def _cell(tag: str, column: Column[Any], text: str) -> str:
    return f'<{tag} align="{_side(column)}" style="{_LINE}">{html.escape(text)}</{tag}>'


def _side(column: Column[Any]) -> str:
    return {"left": "left", "right": "right", "centre": "center"}[column.align]
