"""Tables out of files that others made: CSV in the encodings that are about, and XLSX, both bounded.

A table is its header and its rows, each with the line it stands on (from 1) and cells as text or dates.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from core.errors import RuleBroken
from core.sheets.reading import decoded, refused, weigh
from core.words import translate as _

ROWS_MAX = 1_000_000
COLUMNS_MAX = 200
CELL_CHARACTERS_MAX = 10_000
TABLE_BYTES_MAX = 128 << 20
UNPACKED_BYTES_MAX = 512 << 20

_ZIP = b"PK\x03\x04"

Cell = str | dt.date


class Row(NamedTuple):
    """One row: the line it stands on, and its cells."""

    line: int
    cells: Sequence[Cell]


class Table(NamedTuple):
    """A table as read; blank rows are left out."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[Row]


def read_table(data: bytes, name: str) -> Table:
    """The table in these bytes, a workbook's on its first sheet. Raises `RuleBroken` when it cannot be read whole."""
    return _table(next(_sheets(data, name)), name)


def read_tables(data: bytes, name: str) -> list[Table]:
    """The table of each sheet that is not blank; the one of a text file. Raises `RuleBroken` as `read_table`."""
    filled = [rows for rows in map(_filled, _sheets(data, name)) if rows]
    return [_table(rows, name) for rows in filled or [[]]]


def _sheets(data: bytes, name: str) -> Iterator[Iterable[Row]]:
    if len(data) > TABLE_BYTES_MAX:
        raise refused("TOO_LARGE", _("The file is larger than 128 MiB."), name)
    if data.startswith(_ZIP):
        yield from _workbook_sheets(data, name)
    else:
        yield _text_rows(data, name)


def _filled(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if any(cell != "" for cell in row.cells)]


def _table(rows: Iterable[Row], name: str) -> Table:
    filled = _filled(rows)
    if not filled:
        raise refused("EMPTY", _("The file holds no table."), name)
    header = tuple(str(cell).strip() for cell in filled[0].cells)
    return Table(name, header, filled[1:])


def _text_rows(data: bytes, name: str) -> Iterator[Row]:
    text = decoded(data, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    try:
        for count, cells in enumerate(reader):
            if count > ROWS_MAX or len(cells) > COLUMNS_MAX:
                raise refused("TOO_LARGE", _("The table is too large."), name, line)
            yield Row(line, [_bounded(_unescaped(cell.strip()), name, line) for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        message = _("This line cannot be read: {what}.").format(what=error)
        raise refused("MALFORMED", message, name, line) from None


def _delimiter(text: str) -> str:
    """The sign that divides the first line that is not blank into the most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in ",;\t"}
    return max(counts, key=lambda sign: counts[sign])


def _unescaped(cell: str) -> str:
    """Takes back the quote that keeps a spreadsheet from running a cell."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell


def _bounded(cell: str, name: str, line: int) -> str:
    if len(cell) > CELL_CHARACTERS_MAX:
        raise refused("TOO_LARGE", _("A cell of this line is too long."), name, line)
    return cell


def _workbook_sheets(data: bytes, name: str) -> Iterator[Iterable[Row]]:
    """Each sheet's rows, one sheet at a time."""
    weigh(data, name, unpacked_max=UNPACKED_BYTES_MAX, cells_max=ROWS_MAX * COLUMNS_MAX)
    # Only workbooks want the library. It guards its XML parser by itself where defusedxml is installed.
    import openpyxl

    assert openpyxl.DEFUSEDXML, "workbooks are read with a guarded parser only"
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                yield list(_sheet_rows(sheet.iter_rows(values_only=True), name))
        finally:
            book.close()
    except RuleBroken:
        raise
    except Exception as error:  # the library raises whatever a broken workbook makes it stumble over
        message = _("The workbook cannot be read: {what}.").format(what=type(error).__name__)
        raise refused("MALFORMED", message, name) from error


def _sheet_rows(sheet: Iterable[Sequence[object]], name: str) -> Iterator[Row]:
    for line, values in enumerate(sheet, 1):
        if line > ROWS_MAX or len(values) > COLUMNS_MAX:
            raise refused("TOO_LARGE", _("The table is too large."), name, line)
        yield Row(line, [_bounded_cell(value, name, line) for value in values])


def _bounded_cell(value: object, name: str, line: int) -> Cell:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return _bounded("" if value is None else str(value).strip(), name, line)
