"""Statements of banks out of the files they give: CSV, Excel in every disguise, OFX and MT940."""

from pathlib import Path

from core.bank.model import Layout
from core.bank.reading.columns import Header, find_header, not_found, with_names
from core.bank.reading.ofx import is_ofx, read_ofx
from core.bank.reading.presets import banks
from core.bank.reading.statement import StatedLine, Statement
from core.bank.reading.swift import is_mt940, read_mt940
from core.bank.reading.table import read_table
from core.errors import RuleBroken
from core.sheets.reading import FILE_BYTES_MAX, Sheet, decoded, refused, sheets_in
from core.words import translate as _

_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


def read_statement(source: bytes | Path, name: str = "", layout: Layout | None = None) -> Statement:
    """The statement in a file or its bytes, read by the account's layout where it has one.

    Raises `RuleBroken` with file, line and field of what cannot be read; nothing is ever read by halves. What a
    person should see but may overrule (a gap in the balances) is among the statement's own problems.
    """
    data = _bytes_of(source)
    name = name or (source.name if isinstance(source, Path) else "")
    layout = layout or Layout()
    if not data.startswith(_PACKED) and len(data) <= FILE_BYTES_MAX:
        text = decoded(data, name)
        if is_ofx(text):
            return read_ofx(text, name)
        if is_mt940(text):
            return read_mt940(text, name)
    sheets = sheets_in(data, name)
    header = find_header(sheets, layout) or _of_another_form(sheets, layout)
    if header is None:
        raise RuleBroken([not_found(sheets, layout, name)])
    return read_table(header, name, day_first=layout.day_first)


def header_of(source: bytes | Path, name: str = "", layout: Layout | None = None) -> Header | None:
    """The header of a CSV or Excel file and what its columns seem to be; None in OFX and MT940, which need none, and
    where no row is clearly a header."""
    data = _bytes_of(source)
    if not data.startswith(_PACKED) and len(data) <= FILE_BYTES_MAX:
        text = decoded(data, name)
        if is_ofx(text) or is_mt940(text):
            return None
    return find_header(sheets_in(data, name), layout or Layout())


def first_rows(source: bytes | Path, name: str = "", limit: int = 40) -> list[list[str]]:
    """The first rows of a table as texts, for a person who says which column is what."""
    tops = [sheet.rows[:limit] for sheet in sheets_in(_bytes_of(source), name)]
    widest = max(tops, key=lambda rows: max((len(row.cells) for row in rows), default=0), default=())
    return [[str(cell) for cell in row.cells] for row in widest]


def _of_another_form(sheets: list[Sheet], layout: Layout) -> Header | None:
    """A bank's other files have other headers than the account remembers; taken only where they are known as its."""
    header = find_header(sheets, Layout(preset=layout.preset))
    return header if header is not None and header.columns.bank[0] else None


def _bytes_of(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    if source.stat().st_size > FILE_BYTES_MAX:
        raise refused("TOO_LARGE", _("The file is larger than 64 MiB."), source.name)
    return source.read_bytes()


__all__ = [
    "Header",
    "StatedLine",
    "Statement",
    "banks",
    "first_rows",
    "header_of",
    "read_statement",
    "with_names",
]
