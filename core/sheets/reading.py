"""The rows of a file that others made, whatever it is named: text with any divider, a workbook old or new, a page of
HTML.

Banks give all of these the ending .xls, so a file is known by what it begins with. Everything is bounded.
"""

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from core.errors import RuleBroken
from core.problems import Problem
from core.sheets.compound import is_sound
from core.sheets.html_rows import html_rows
from core.words import translate as _

FILE_BYTES_MAX = 64 << 20
UNPACKED_BYTES_MAX = 256 << 20
ROWS_MAX = 300_000
COLUMNS_MAX = 200
CELLS_MAX = 10_000_000
CELL_CHARACTERS_MAX = 5_000
SHEETS_MAX = 20
DIVIDERS = ",;\t|~"

_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PANIC = "PanicException"
"""How a fault within the library arrives; it is no Exception."""
_PLACED = re.compile(rb"<(?:\w+:)?c [^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_SWALLOWED = re.compile(r"\n\s*\"?[0-9]{1,4}[-/. ]")
_ROWS_END = "\x00"
"""Put behind a text's last row: what it ends up in is a cell that was never closed."""


Cell = str | Decimal | dt.date


class Row(NamedTuple):
    """A row: the line it stands on in its file or sheet, from 1, and its cells."""

    line: int
    cells: Sequence[Cell]


class Sheet(NamedTuple):
    """Rows that may hold what is looked for; of a text there is one for each divider it may have."""

    name: str
    rows: Sequence[Row]
    divider: str = ""


def refused(code: str, message: str, name: str, line: int | None = None, remedy: str = "") -> RuleBroken:
    """A refusal of the file as a whole, or for one line of it."""
    return RuleBroken([Problem(code, message, "", remedy, name, line)])


def sheets_in(data: bytes, name: str) -> list[Sheet]:
    """Every sheet of the file; of a text one for each divider it may have.

    Raises `RuleBroken` when the file cannot be read whole.
    """
    if len(data) > FILE_BYTES_MAX:
        raise refused("TOO_LARGE", _("The file is larger than 64 MiB."), name)
    if data.startswith(_PDF):
        remedy = _("Download the statement as CSV or Excel.")
        raise refused(
            "PDF", _("A PDF is for reading; its figures cannot be taken over."), name, remedy=remedy
        )
    if data.startswith(_ZIP):
        weigh(data, name, unpacked_max=UNPACKED_BYTES_MAX, cells_max=CELLS_MAX)
        return list(_workbook(data, name))
    if data.startswith(_OLD_EXCEL):
        if not is_sound(data):
            raise refused("MALFORMED", _("The workbook is damaged."), name)
        return list(_workbook(data, name))
    text = decoded(data, name)
    if "<table" in text[:200_000].lower():
        return [Sheet(name, _bounded([Row(line, cells) for line, cells in html_rows(text)], name))]
    head = text[:100_000].splitlines()
    dividers = [sign for sign in DIVIDERS if any(line.count(sign) > 1 for line in head)] or [","]
    return [Sheet(name, _bounded(list(_text_rows(text, sign, name)), name), sign) for sign in dividers]


def decoded(data: bytes, name: str) -> str:
    """The text of a file in UTF-8 or UTF-16, with or without its mark, or in Windows-1252."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refused("ENCODING", _("The file is neither a workbook nor a text that can be read."), name)


def _encodings(data: bytes) -> Iterator[str]:
    for begins, encoding in _BOMS:
        if data.startswith(begins):
            yield encoding
            return
    head = data[:2000]
    if head[1::2].count(0) > len(head) // 4:
        yield "utf-16-le"
    elif head[::2].count(0) > len(head) // 4:
        yield "utf-16-be"
    else:
        yield from ("utf-8", "cp1252")


def _text_rows(text: str, divider: str, name: str) -> Iterator[Row]:
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_ROWS_END]), delimiter=divider)
    line = 1
    try:
        for cells in reader:
            if cells == [_ROWS_END]:
                return
            if any(_is_open(cell, divider) for cell in cells):
                remedy = _("Download the statement again, or take the quotation mark out.")
                message = _("A quotation mark is opened on this line and not closed.")
                raise refused("MALFORMED", message, name, line, remedy)
            yield Row(line, [_plain(cell) for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        message = _("This line cannot be read: {what}.").format(what=error)
        raise refused("MALFORMED", message, name, line) from None


def _is_open(cell: str, divider: str) -> bool:
    """Whether a cell took in rows after it, or the file's end: its quotation mark was never closed."""
    if cell.endswith(_ROWS_END):
        return True
    return "\n" in cell and (_SWALLOWED.search(cell) is not None or cell.count(divider) > 1)


def _plain(cell: str) -> str:
    """A cell without what keeps a spreadsheet from running or rounding it: '=…, ="…"."""
    cell = " ".join(cell.split())
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1].strip()
    return cell[1:] if len(cell) > 1 and cell[0] == "'" else cell


def _bounded(rows: list[Row], name: str) -> list[Row]:
    for count, row in enumerate(rows):
        if count >= ROWS_MAX or len(row.cells) > COLUMNS_MAX:
            raise refused("TOO_LARGE", _("The table is too large."), name, row.line)
        if any(isinstance(cell, str) and len(cell) > CELL_CHARACTERS_MAX for cell in row.cells):
            raise refused("TOO_LARGE", _("A cell of this line is too long."), name, row.line)
    return rows


def _workbook(data: bytes, name: str) -> Iterator[Sheet]:
    # Only workbooks want the library.
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(data))
        for sheet in [book.get_sheet_by_name(title) for title in book.sheet_names[:SHEETS_MAX]]:
            if sheet.total_height * max(sheet.total_width, 1) > CELLS_MAX:
                raise refused("TOO_LARGE", _("The table is too large."), name)
            rows = sheet.to_python(skip_empty_area=False)
            told = [Row(line, [_cell(value) for value in cells]) for line, cells in enumerate(rows, 1)]
            yield Sheet(sheet.name, _bounded(told, name))
    except RuleBroken:
        raise
    except python_calamine.PasswordError:
        remedy = _("Open it in Excel, save it without the password, and take that file.")
        raise refused(
            "PASSWORD", _("The workbook is protected by a password."), name, remedy=remedy
        ) from None
    except BaseException as error:  # what a broken workbook makes the library stumble over, its panics too
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        message = _("The workbook cannot be read: {what}.").format(what=type(error).__name__)
        raise refused("MALFORMED", message, name) from error


def _cell(value: object) -> Cell:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _plain(str(value))
    return Decimal(repr(value)) if abs(value) < 10**15 else str(value)


def weigh(data: bytes, name: str, *, unpacked_max: int, cells_max: int) -> None:
    """Refuse a packed file that unpacks beyond all measure, or names cells so far apart that a table of them would.

    It is unpacked in pieces and counted: what a packed file says of its size may be a lie.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
        left = unpacked_max
        for part in parts:
            widest, lowest, tail = 0, 0, b""
            for piece in _unpacked(data, part):
                left -= len(piece)
                if left < 0:
                    raise refused("TOO_LARGE", _("The workbook is too large when unpacked."), name)
                if part.filename.endswith(".xml"):
                    for letters, line in _PLACED.findall(tail + piece):
                        widest, lowest = max(widest, _column(letters)), max(lowest, int(line))
                    tail = piece[-100:]
            if widest * lowest > cells_max:
                raise refused("TOO_LARGE", _("The table is too large."), name)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, IndexError):
        raise refused("MALFORMED", _("The workbook is damaged."), name) from None


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> Iterable[bytes]:
    at = part.header_offset
    begin = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")
    begin += int.from_bytes(data[at + 28 : at + 30], "little")
    packed = data[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError
    unpacker = zlib.decompressobj(-15)
    while packed:
        yield unpacker.decompress(packed, 1 << 20)
        packed = unpacker.unconsumed_tail


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
