"""Sheets of an Excel workbook, for returns, statements and lists alike; written row by row by openpyxl.

Columns are typed, the head is frozen, sums have totals. Cells are what they are: sums are exact decimals, days are
dates, and words stay words even where they begin like a formula. Signs that a workbook may not hold are left out.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from core.money import paise
from core.words import translate as _

MONEY_FORMAT = r"[>=10000000]##\,##\,##\,##0.00;[>=100000]##\,##\,##0.00;#,##0.00"
"""Lakhs and crores; a negative sum falls to the last part."""
DAY_FORMAT = "dd-mm-yyyy"

Kind = Literal["words", "day", "money", "rate", "number", "quantity"]


class Column(NamedTuple):
    """A column by name, title and kind of value: paise, basis points, thousandths, dates, whole numbers or words."""

    name: str
    title: str
    kind: Kind
    width: int


class Sheet(NamedTuple):
    """A sheet with its rows of plain values; `is_summed` asks for a last row of totals."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Any, ...]]
    is_summed: bool = True


def words(name: str, title: str, width: int) -> Column:
    """A column of words, so many signs wide."""
    return Column(name, title, "words", width)


def days(name: str, title: str) -> Column:
    """A column of dates."""
    return Column(name, title, "day", 12)


def money(name: str, title: str) -> Column:
    """A column of sums, given in paise."""
    return Column(name, title, "money", 16)


def rates(name: str, title: str) -> Column:
    """A column of rates, given in basis points."""
    return Column(name, title, "rate", 9)


def numbers(name: str, title: str) -> Column:
    """A column of whole numbers."""
    return Column(name, title, "number", 10)


def quantities(name: str, title: str) -> Column:
    """A column of quantities, given in thousandths."""
    return Column(name, title, "quantity", 12)


def figures(rupees: object) -> int:
    """The paise of a figure of a portal's file, read from its text, which is exact."""
    return paise(str(rupees))


def write(target: Path | BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write a workbook of these sheets."""
    # Slow to import, and wanted by those alone who export.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    book.save(target)


def _write_sheet(book: Any, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    for at, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(at)].width = max(column.width, len(column.title) + 2)
    last = get_column_letter(len(sheet.columns))
    page.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"
    page.append([_cell(page, column.title, "words", is_bold=True) for column in sheet.columns])
    for row in sheet.rows:
        page.append(
            [_cell(page, value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
        )
    if sheet.is_summed:
        totals = zip(_totals(sheet), sheet.columns, strict=True)
        page.append([_cell(page, value, column.kind, is_bold=True) for value, column in totals])


def _totals(sheet: Sheet) -> Iterator[int | str | None]:
    """The sums of the columns that are sums; a document's value stands on each of its rows and is not summed."""
    for at, column in enumerate(sheet.columns):
        if at == 0 and column.kind == "words":
            yield _("Total")
        elif column.kind in ("money", "number", "quantity") and column.name not in ("value", "line"):
            yield sum(row[at] or 0 for row in sheet.rows)
        else:
            yield None


def _cell(page: Any, value: Any, kind: Kind, *, is_bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    if value is None or value == "":
        return None
    if kind == "words":
        cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", str(value)))
        cell.data_type = "s"
    else:
        cell = WriteOnlyCell(page, _plain(value, kind))
        cell.number_format = _FORMATS[kind]
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def _plain(value: Any, kind: Kind) -> Decimal | dt.date | int:
    found: Decimal | dt.date | int = value
    if kind in _DECIMALS:
        found = Decimal(value).scaleb(-_DECIMALS[kind])
    return found


_DECIMALS = {"money": 2, "rate": 2, "quantity": 3}
_FORMATS: dict[str, str] = {
    "day": DAY_FORMAT,
    "money": MONEY_FORMAT,
    "rate": "0.##",
    "number": "0",
    "quantity": "0.###",
}
