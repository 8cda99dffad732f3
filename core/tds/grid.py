"""Rows of cells out of a form's file: the official text with its ^, CSV, and workbooks old and new; all bounded.

Cells are text, dates or whole paise-exact figures as text; a file that cannot be read whole is refused.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from core.errors import RuleBroken
from core.problems import Problem
from core.words import translate as _

FILE_BYTES_MAX = 32 << 20
UNPACKED_BYTES_MAX = 256 << 20
ROWS_MAX = 200_000
COLUMNS_MAX = 100
CELL_CHARACTERS_MAX = 1_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20

Cell = str | dt.date


class Row(NamedTuple):
    """One row: the line it stands on (from 1), and its cells."""

    line: int
    cells: Sequence[Cell]


def rows_of(data: bytes, name: str) -> Iterator[Row]:
    """Every row of the file that is not blank. Raises `RuleBroken`: TOO_LARGE, EMPTY, ENCODING, WORKBOOK, LOCKED."""
    if len(data) > FILE_BYTES_MAX:
        raise refused("TOO_LARGE", _("The file is larger than 32 MiB."), name)
    if not data.strip():
        raise refused("EMPTY", _("The file is empty."), name)
    if data.startswith((_ZIP, _OLE)):
        yield from _bounded(_workbook(data, name), name)
    else:
        yield from _bounded(_text(data, name), name)


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
    text = _decoded(data, name)
    if "\0" in text:
        raise refused("ENCODING", _("The file is not a form of text."), name)
    if "^" in text:
        for line, written in enumerate(text.splitlines(), 1):
            yield Row(line, [cell.strip() for cell in written.split("^")])
        return
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield Row(reader.line_num, [cell.strip() for cell in cells])
    except csv.Error as error:
        message = _("This line cannot be read: {what}.").format(what=error)
        raise refused("MALFORMED", message, name, reader.line_num) from None


def _decoded(data: bytes, name: str) -> str:
    marked = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (marked, "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused("ENCODING", _("The letters of the file are neither UTF-8 nor Windows-1252."), name)


def _workbook(data: bytes, name: str) -> Iterator[Row]:
    """Every sheet's rows, one after the other."""
    if data.startswith(_ZIP):
        _weigh(data, name)
    # Only workbooks want the library.
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
        for sheet in book.sheet_names:
            for line, cells in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), 1):
                yield Row(line, [_plain(cell) for cell in cells])
    except PasswordError:
        raise refused("LOCKED", _("The workbook asks for a password."), name, None, _unlock()) from None
    except (CalamineError, ValueError, OSError) as error:
        message = _("The workbook cannot be read: {what}.").format(what=str(error)[:200])
        raise refused("WORKBOOK", message, name) from None


def _weigh(data: bytes, name: str) -> None:
    """Unpack piece by piece and count, so that a small file cannot become a huge one."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if any(part.flag_bits & 1 for part in packed.infolist()):
                raise refused("LOCKED", _("The archive asks for a password."), name, None, _unlock())
            if not any(part.filename == "[Content_Types].xml" for part in packed.infolist()):
                raise refused("WORKBOOK", _("The file is an archive, not a form."), name, None, _unlock())
            for part in packed.infolist():
                with packed.open(part) as stream:
                    while piece := stream.read(_CHUNK):
                        total += len(piece)
                        if total > UNPACKED_BYTES_MAX:
                            raise refused("TOO_LARGE", _("The workbook is too large."), name)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        message = _("The workbook cannot be read: {what}.").format(what=str(error)[:200])
        raise refused("WORKBOOK", message, name) from None


def _unlock() -> str:
    return _(
        "Unpack or unlock it first (the password is the date of birth or incorporation), then choose the form."
    )


def _plain(cell: Any) -> Cell:
    """A workbook's cell as text or a date; a figure with its paise, as it was written."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, float):
        return f"{cell:.2f}" if abs(cell) < 1e15 else str(cell)
    return str(cell).strip()
