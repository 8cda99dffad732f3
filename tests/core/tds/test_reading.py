"""Forms are read whole or refused by file, line and field; columns are found by their headers."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import RuleBroken
from core.tds.reading import read_26as
from core.tds.rules import line_id, seen_id

DATA = Path(__file__).parents[2] / "data"
OLD, NEW, GST = "form_26as_2025.txt", "form_168_2026.txt", "gst_tds_2026.csv"
HEAD = (
    "^PART-I - Details of Tax Deducted at Source^\n"
    "Sr. No.^Name of Deductor^TAN of Deductor^^^^^Total Amount Paid / Credited(Rs.)^Total Tax Deducted(Rs.)^x\n"
    "1^LOTUS^CHEL01234A^^^^^1.00^1.00^1.00\n"
    "^Sr. No.^Section^Transaction Date^Status of Booking^Date of Booking^Remarks^Amount Paid / Credited(Rs.)"
    "^Tax Deducted(Rs.)^TDS Deposited(Rs.)\n"
)


def given_file(name: str) -> bytes:
    return (DATA / name).read_bytes()


def test_the_official_text_is_read_part_one_alone() -> None:
    form = read_26as(given_file(OLD), OLD)
    assert form.problems == []
    assert (form.form, form.pan, form.year, form.made_on) == (
        "26AS",
        "AAKCN5519Q",
        2025,
        dt.date(2026, 6, 14),
    )
    assert [(line.tan, line.code, line.quarter, line.deducted_paise, line.status) for line in form.lines] == [
        ("CHEL01234A", "194C", 1, 400_000, "F"),
        ("CHEL01234A", "194C", 2, 300_000, "F"),
        ("CHEL01234A", "194C", 2, 300_000, "F"),
        ("CHEL01234A", "194C", 4, 100_000, "F"),
        ("BLRK04321C", "194J(B)", 1, 800_000, "F"),
        ("BLRK04321C", "194J(B)", 1, -800_000, "F"),
        ("BLRK04321C", "194J(B)", 2, 800_000, "U"),
        ("MUMS09999D", "194Q", 3, 120_000, "P"),
    ]
    assert [line.nth for line in form.lines[:3]] == [1, 1, 2]
    assert len({seen_id(line) for line in form.lines}) == len(form.lines)


def test_form_168_has_payment_codes_and_a_tax_year() -> None:
    form = read_26as(given_file(NEW), NEW)
    assert form.problems == []
    assert (form.form, form.year) == ("168", 2026)
    assert [line.code for line in form.lines] == ["194C", "1024", "1027", "1027"]
    assert {line.form for line in form.lines} == {"168"}


def test_the_portal_s_list_of_gst_credits_adds_its_heads() -> None:
    form = read_26as(given_file(GST), GST)
    assert form.problems == []
    assert [(line.form, line.tan, line.paid_on, line.deducted_paise) for line in form.lines] == [
        ("GST", "29BLRP01234A1D3", dt.date(2026, 6, 30), 1_000_000),
        ("GST", "29BLRP01234A1D3", dt.date(2026, 9, 30), 500_000),
    ]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_laid_out_like_the_text_says_the_same() -> None:
    rows: list[list[str]] = [line.split("^") for line in given_file(OLD).decode().splitlines()]
    said = [replace(line, source="a.xlsx") for line in read_26as(given_file(OLD), OLD).lines]
    assert read_26as(workbook(rows), "a.xlsx").lines == said


def test_a_flat_workbook_has_its_columns_in_any_order() -> None:
    rows: list[list[object]] = [
        ["Financial Year", "2025-26"],
        [
            "Section",
            "TAN",
            "Deductor Name",
            "Date of Payment",
            "TDS Deposited",
            "Tax Deducted",
            "Amount Paid/Credited",
        ],
        ["194C", "CHEL01234A", "Lotus", dt.date(2025, 5, 14), 4000, 4000.0, 200000.0],
        ["194C", "CHEL01234A", "Lotus", "20/08/2025", "3,000.50", "3,000.50", "1,50,025"],
    ]
    form = read_26as(workbook(rows), "flat.xlsx")
    assert form.problems == []
    assert [(line.quarter, line.deducted_paise, line.status) for line in form.lines] == [
        (1, 400_000, "U"),
        (2, 300_050, "U"),
    ], "a form that names no status does not say that it is final"
    assert line_id(form.lines[0]) == line_id(read_26as(given_file(OLD), OLD).lines[0])


@pytest.mark.parametrize("name", ["PARTH INDUSTRIES", "Part A Foods", "PARTI & SONS"])
def test_a_firm_may_be_called_as_a_part_of_the_form(name: str) -> None:
    rows = [["Deductor Name", "TAN", "Section", "Date of Payment", "Amount Paid/Credited", "Tax Deducted"]]
    rows += [
        [each, tan, "194C", "14/05/2025", "1.00", "1.00"]
        for each, tan in ((name, "CHEP01234A"), ("Mango", "CHEM01234A"), (name, "CHEP01234A"))
    ]
    form = read_26as(workbook(rows), "flat.xlsx")
    assert form.problems == []
    assert [line.deductor for line in form.lines] == [name, "Mango", name]
    official = HEAD.replace("1^LOTUS^CHEL", f"1^{name}^CHEL")
    official += "^1^194C^14-May-2025^F^-^-^1.00^1.00^1.00\n"
    assert [line.deductor for line in read_26as(official.encode(), "a.txt").lines] == [name]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("^1^194C^31-Feb-2025^F^-^-^1.00^1.00^1.00", "DATE", "paid_on"),
        ("^1^194C^soon^F^-^-^1.00^1.00^1.00", "DATE", "paid_on"),
        ("^1^194C^14-May-2025^F^32-05-2025^-^1.00^1.00^1.00", "DATE", "booked_on"),
        ("^1^194C^14-May-2025^F^-^-^1.00^1.001^1.00", "AMOUNT", "deducted"),
        ("^1^194C^14-May-2025^F^-^-^=1+1^1.00^1.00", "AMOUNT", "paid"),
        ("^1^194C^14-May-2025^F^-^-^1.00^1.00^9999999999999999", "AMOUNT", "deposited"),
        ("^1^194C^14-May-2025^X^-^-^1.00^1.00^1.00", "STATUS", "status"),
        ("^1^194C^14-May-2025^^-^-^1.00^1.00^1.00", "STATUS", "status"),
        ("^1^^14-May-2025^F^-^-^1.00^1.00^1.00", "CODE", "code"),
        ("2^NOBODY^CHEL0123^^^^^1.00^1.00^1.00", "TAN", "tan"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(row: str, code: str, field: str) -> None:
    form = read_26as((HEAD + row + "\n").encode(), "bad.txt")
    assert [(one.code, one.field, one.file, one.line) for one in form.problems] == [
        (code, field, "bad.txt", 5)
    ]
    assert form.lines == []


def test_what_is_no_form_is_refused() -> None:
    assert read_26as(b"a,b\n1,2\n", "x.csv").problems[0].code == "FORM"
    for data, code in [
        (b"", "EMPTY"),
        (b"PK\x03\x04broken", "MALFORMED"),
        (b"\xd0\xcf\x11\xe0broken", "MALFORMED"),
        (b"a^b\0", "ENCODING"),
        (("x" * 2000 + "^").encode(), "TOO_LARGE"),
        (b"^" * 500, "TOO_LARGE"),
    ]:
        with pytest.raises(RuleBroken) as refused:
            read_26as(data, "x")
        assert (refused.value.problems[0].code, refused.value.problems[0].file) == (code, "x")


def test_a_bomb_and_a_locked_archive_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("big", b"0" * (3 << 20))
    monkeypatch.setattr("core.sheets.reading.UNPACKED_BYTES_MAX", 2 << 20)
    with pytest.raises(RuleBroken, match="too large"):
        read_26as(packed.getvalue(), "x.xlsx")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("26AS.txt", "x")
    with pytest.raises(RuleBroken) as refused:
        read_26as(plain.getvalue(), "x.zip")
    assert "Unpack" in refused.value.problems[0].remedy


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(max_size=12))
def test_no_file_breaks_the_reader(at: int, noise: bytes) -> None:
    whole = given_file(OLD)
    with suppress(RuleBroken):
        form = read_26as(whole[:at] + noise + whole[at:], "x")
        assert all(one.file == "x" and one.message for one in form.problems)
