"""A workbook of Excel's old form is weighed before the library reads it: its compound file and how far cells lie apart.

The library follows the file's chains of sectors as they are and makes a table as large as the farthest cell asks for;
a chain that bites its tail or a cell at the far corner would take all time or memory there is.
"""

import struct
from collections.abc import Iterator, Sequence

CELLS_APART_MAX = 10_000_000
COLUMNS_MAX = 256
_FREE = 0xFFFFFFFA
_HEADER = 512
_ENTRY = 128
_CELL_KINDS = frozenset(
    {0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x0206,
     0x0207, 0x027E, 0x0406, 0x0001}
)  # fmt: skip
_SHEET, _SIZE, _TEXTS = 0x0085, 0x0200, 0x00FC
SHEETS_MAX = 100
_MANY_IN_ONE = frozenset({0x00BD, 0x00BE})
_CELL_BYTES_MIN = 4


def is_sound(data: bytes) -> bool:
    """Whether a workbook of the old form is whole enough, and small enough, for the library to read it."""
    try:
        file = _Compound(data)
        return all(_is_small(stream) for stream in file.workbooks())
    except (struct.error, IndexError, ValueError, OverflowError):
        return False


class _Compound:
    """A compound file; ValueError where a chain does not end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError(shift)
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._sectors = len(data) // self._size + 1
        folder, _signature, self._cutoff, mini, _minis, more, _mores = struct.unpack_from(
            "<IIIIIII", data, 48
        )
        self._table: Sequence[int] = []
        self._table = self._read_table(more)
        self._mini_table = self._numbers(self._joined(self._chain(mini)))
        self._folder = self._joined(self._chain(folder))

    def workbooks(self) -> Iterator[bytes]:
        """Each stream that may be a workbook's."""
        entries = [self._folder[at : at + _ENTRY] for at in range(0, len(self._folder) - _ENTRY + 1, _ENTRY)]
        root_begins = struct.unpack_from("<I", entries[0], 116)[0]
        minis = self._joined(self._chain(root_begins))
        for entry in entries[1:]:
            name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
            begins, size = struct.unpack_from("<II", entry, 116)
            if name.lower() not in ("workbook", "book"):
                continue
            if size >= self._cutoff:
                yield self._joined(self._chain(begins))[:size]
            else:
                parts = self._follow(begins, self._mini_table)
                yield b"".join(minis[at * self._mini_size :][: self._mini_size] for at in parts)[:size]

    def _read_table(self, more: int) -> Sequence[int]:
        told = list(struct.unpack_from("<109I", self._data, 76))
        seen = 0
        while more < _FREE:
            numbers = self._numbers(self._sector(more))
            told += numbers[:-1]
            more, seen = numbers[-1], seen + 1
            if seen > self._sectors:
                raise ValueError(more)
        return self._numbers(b"".join(self._sector(at) for at in told if at < _FREE))

    def _chain(self, begins: int) -> list[int]:
        return self._follow(begins, self._table)

    def _follow(self, begins: int, table: Sequence[int]) -> list[int]:
        found: list[int] = []
        at = begins
        while at < _FREE:
            found.append(at)
            if len(found) > len(table):
                raise ValueError(begins)
            at = table[at]
        return found

    def _joined(self, chain: Sequence[int]) -> bytes:
        return b"".join(self._sector(at) for at in chain)

    def _sector(self, at: int) -> bytes:
        if at >= self._sectors:
            raise ValueError(at)
        begins = (at + 1) * self._size
        return self._data[begins : begins + self._size]

    def _numbers(self, data: bytes) -> Sequence[int]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _is_small(stream: bytes) -> bool:
    """Whether no cell of any sheet lies so far out that a table up to it would be too large.

    A sheet begins where the list of sheets says, which need not be where the records before it end.
    """
    begins = {0} | {
        struct.unpack_from("<I", stream, at)[0]
        for kind, at, size in _records(stream, 0)
        if kind == _SHEET and size > 4
    }
    if len(begins) > SHEETS_MAX:
        return False
    for first in begins:
        widest, lowest = 0, 0
        for kind, at, size in _records(stream, first):
            line, column = _reach(stream, kind, at, size)
            widest, lowest = max(widest, column), max(lowest, line)
        if widest > COLUMNS_MAX or widest * lowest > CELLS_APART_MAX:
            return False
    return True


def _reach(stream: bytes, kind: int, at: int, size: int) -> tuple[int, int]:
    """How many rows and columns a record asks for: a cell, or what the sheet says of its size. ValueError where it
    names more texts than there can be."""
    if kind == _SIZE and size in (10, 14):
        first, line, left, column = struct.unpack_from("<IIHH" if size == 14 else "<HHHH", stream, at)
        if first > line or left > column:
            raise ValueError(kind)
        return line, column
    if kind == _TEXTS and size >= 8 and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
        raise ValueError(kind)
    if kind not in _CELL_KINDS or size < _CELL_BYTES_MIN:
        return 0, 0
    line, column = struct.unpack_from("<HH", stream, at)
    if kind in _MANY_IN_ONE:
        column = max(column, struct.unpack_from("<H", stream, at + size - 2)[0])
    return line + 1, column + 1


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Each record from a place on: its kind, where its data begins, their size."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size
