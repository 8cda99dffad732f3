"""Files that would take all memory, lie, or are broken anyhow are refused in words; nothing else ever happens."""

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bank.reading.statement import Statement
from core.errors import RuleBroken
from tests.core.bank.old_excel import old_workbook
from tests.core.bank.statements import FILES, HEAD, problems_of, read


def packed_bomb() -> bytes:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        for n in range(5):
            parts.writestr(f"xl/worksheets/sheet{n}.xml", b" " * (60 << 20))
    data = bytearray(bomb.getvalue())
    return bytes(data.replace((60 << 20).to_bytes(4, "little"), (60).to_bytes(4, "little")))


def far_apart() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "x", 1
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "COLUMNS"), (b"\x81" * 40, "ENCODING"), (b"%PDF-1.7 x", "PDF"), (b"PK\x03\x04 broken", "MALFORMED"),
        (b"\xd0\xcf\x11\xe0 broken", "MALFORMED"), (far_apart(), "TOO_LARGE"), (packed_bomb(), "TOO_LARGE"),
        (HEAD.encode(), "EMPTY"), ((HEAD + "\n" + "," * 500).encode(), "TOO_LARGE"),
        ((HEAD + "\n13/04/26," + "x" * 6000).encode(), "TOO_LARGE"),
        ((HEAD + '\n13/04/26,"NEFT,,,,1.00,\n' + "14/04/26,NEFT LOTUS FOODS,,,,1.00,\n" * 20).encode(), "MALFORMED"),
    ],
    ids=["blank", "bytes", "pdf", "zip", "ole", "far apart", "bomb", "no line", "wide", "long cell", "open quote"],
)  # fmt: skip
def test_hostile_files_are_refused(data: bytes, code: str) -> None:
    assert problems_of(data)[0].code == code


OLD = old_workbook([[*HEAD.split(",")], ["13/04/26", "NEFT LOTUS", "", "", "", "1.00", "1.00"]])
SIZE = struct.pack("<HHIIHHH", 0x0200, 14, 0, 2, 0, 7, 0)
DATE = struct.pack("<HHHHHHB", 0x0204, 17, 0, 0, 0, 4, 1)


@pytest.mark.parametrize(
    ("sound", "hostile"),
    [
        (SIZE, struct.pack("<HHIIHHH", 0x0200, 14, 50_000, 2, 0, 7, 0)),
        (SIZE, struct.pack("<HHIIHHH", 0x0200, 14, 0, 4_000_000_000, 0, 7, 0)),
        (DATE, struct.pack("<HHHHHHB", 0x0204, 17, 65_535, 250, 0, 4, 1)),
        (DATE, struct.pack("<HHHHHHB", 0x0204, 17, 0, 60_000, 0, 4, 1)),
        (struct.pack("<II", 3, 4), struct.pack("<II", 3, 2)),
    ],
    ids=["size wraps", "size", "far cell", "wide cell", "chain bites its tail"],
)
def test_an_old_workbook_that_would_take_all_memory_is_refused(sound: bytes, hostile: bytes) -> None:
    """The library aborts the whole program on these, or never comes back: they must not reach it."""
    assert len(read(OLD).lines) == 1
    assert OLD.count(sound) == 1
    assert problems_of(OLD.replace(sound, hostile))[0].code == "MALFORMED"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*sorted(FILES.glob("hdfc*")), FILES / "sbi.xls"]), st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_refused(file: Path, data: st.DataObject) -> None:
    text = bytearray(file.read_bytes())
    for _change in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        scrap = st.sampled_from(
            [b"\n", b",", b'"', b"<table>", b"(", b"<STMTTRN>", b":61:", b"Total", b"/13/"]
        )
        text[at : at + data.draw(st.integers(0, 9))] = data.draw(scrap | st.binary(max_size=3))
    statement = read_or_none(bytes(text) or b"x")
    assert statement is None or all(line.paise and line.place for line in statement.lines)


def read_or_none(data: bytes) -> Statement | None:
    """None when it is refused; anything else that is raised fails the test."""
    try:
        return read(data)
    except RuleBroken:
        return None
