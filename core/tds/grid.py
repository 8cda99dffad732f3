"""Rows of cells out of a form's file: the official text with its ^, CSV, and workbooks old and new; all bounded.

Cells are text or dates, a workbook's figures with their paise as text; a file that cannot be read whole is refused.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

from core.errors import RuleBroken
from core.problems import Problem
from core.sheets import reading
from core.sheets.reading import decoded, sheets_in
from core.words import translate as _

FILE_BYTES_MAX = 32 << 20
ROWS_MAX = 200_000
COLUMNS_MAX = 100
CELL_CHARACTERS_MAX = 1_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Cell = str | dt.date


class Row(NamedTuple):
    """One row: the line it stands on (from 1), and its cells."""

    line: int
    cells: Sequence[Cell]


def rows_of(data: bytes, name: str) -> Iterator[Row]:
    """Every row of the file that is not blank. Raises `RuleBroken`: TOO_LARGE, EMPTY, ENCODING, MALFORMED, LOCKED."""
    if len(data) > FILE_BYTES_MAX:
        raise refused("TOO_LARGE", _("The file is larger than 32 MiB."), name)
    if not data.strip():
        raise refused("EMPTY", _("The file is empty."), name)
    if data.startswith(_ZIP):
        _refuse_archive(data, name)
    yield from _bounded(_workbook(data, name) if data.startswith((_ZIP, _OLE)) else _text(data, name), name)


def refused(code: str, message: str, name: str, line: int | None = None, remedy: str = "") -> RuleBroken:
    """A refusal of the whole file."""
    return RuleBroken([Problem(code, message, "", remedy, name, line)])


def _bounded(rows: Iterator[Row], name: str) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        long = any(isinstance(cell, str) and len(cell) > CELL_CHARACTERS_MAX for cell in row.cells)
        if count > ROWS_MAX or len(row.cells) > COLUMNS_MAX or long:
            raise refused("TOO_LARGE", _("The form is too large from here on."), name, row.line)
        if any(cell != "" for cell in row.cells):
            yield row


def _text(data: bytes, name: str) -> Iterator[Row]:
    text = decoded(data, name)
    if "^" in text:
        for line, written in enumerate(text.splitlines(), 1):
            yield Row(line, [cell.strip() for cell in written.split("^")])
        return
    sheets = {sheet.divider: sheet for sheet in sheets_in(data, name)}
    divider = "\t" if text.count("\t") > text.count(",") else ","
    chosen = sheets.get(divider) or next(iter(sheets.values()))
    yield from (Row(row.line, [_plain(cell) for cell in row.cells]) for row in chosen.rows)


def _workbook(data: bytes, name: str) -> Iterator[Row]:
    """Every sheet's rows, one after the other."""
    try:
        sheets = sheets_in(data, name)
    except RuleBroken as error:
        if any(problem.code == "PASSWORD" for problem in error.problems):
            raise refused("LOCKED", _("The workbook asks for a password."), name, None, _unlock()) from None
        raise
    for sheet in sheets:
        yield from (Row(row.line, [_plain(cell) for cell in row.cells]) for row in sheet.rows)


def _refuse_archive(data: bytes, name: str) -> None:
    """The department packs its text form into an archive with a password; say how it is opened."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise refused("MALFORMED", _("The workbook is damaged."), name) from None
    if any(part.flag_bits & 1 for part in parts):
        raise refused("LOCKED", _("The archive asks for a password."), name, None, _unlock())
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise refused("LOCKED", _("The file is an archive, not a form."), name, None, _unlock())


def _unlock() -> str:
    return _(
        "Unpack or unlock it first (the password is the date of birth or incorporation), then choose the form."
    )


def _plain(cell: reading.Cell) -> Cell:
    """A cell as text or a date; a figure with its paise, as it was written."""
    return f"{cell:.2f}" if isinstance(cell, Decimal) else cell
