"""A workbook in Excel's old form (.xls, BIFF8 in a compound file), made by hand: no library writes it now."""

import datetime as dt
import struct
from collections.abc import Sequence

_SECTOR = 512
_SMALLEST_STREAM = 4096
_DAY_NOUGHT = dt.date(1899, 12, 30)
_GENERAL, _DATE = 0, 1
_DATE_FORMAT = 14


def old_workbook(rows: Sequence[Sequence[str | float | dt.date]]) -> bytes:
    """The bytes of a workbook with one sheet."""
    return _compound(_workbook_stream(rows))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _begin(substream: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, substream, 0x0DBB, 0x07CC, 0, 6))


def _workbook_stream(rows: Sequence[Sequence[str | float | dt.date]]) -> bytes:
    formats = b"".join(_record(0x00E0, struct.pack("<HH", 0, ifmt) + bytes(16)) for ifmt in (0, _DATE_FORMAT))
    head = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + formats
    name = b"Sheet1"
    bound = 4 + 4 + 1 + 1 + 1 + 1 + len(name)
    begins = len(head) + bound + 4
    sheet_at = struct.pack("<IBBBB", begins, 0, 0, len(name), 0) + name
    return head + _record(0x0085, sheet_at) + _record(0x000A, b"") + _sheet(rows)


def _sheet(rows: Sequence[Sequence[str | float | dt.date]]) -> bytes:
    widest = max(map(len, rows))
    told = _begin(0x0010) + _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, widest, 0))
    for line, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            told += _cell(line, place, cell) if cell != "" else b""
    return told + _record(0x000A, b"")


def _cell(line: int, place: int, cell: str | float | dt.date) -> bytes:
    if isinstance(cell, str):
        text = struct.pack("<HHHHB", line, place, _GENERAL, len(cell), 1) + cell.encode("utf-16-le")
        return _record(0x0204, text)
    if isinstance(cell, dt.date):
        return _record(0x0203, struct.pack("<HHHd", line, place, _DATE, (cell - _DAY_NOUGHT).days))
    return _record(0x0203, struct.pack("<HHHd", line, place, _GENERAL, cell))


def _compound(stream: bytes) -> bytes:
    """One stream named Workbook: sector 0 the table of sectors, sector 1 the directory, the stream after them."""
    stream = stream.ljust(_SMALLEST_STREAM, b"\0")
    count = -(-len(stream) // _SECTOR)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    assert len(table) == _SECTOR, "a test's workbook has one sector of the table"
    folder = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _SMALLEST_STREAM, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0).ljust(436, b"\xff")
    return header + table + folder.ljust(_SECTOR, b"\0") + stream.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, begins: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    told = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return told + bytes(36) + struct.pack("<IQ", begins, size)
