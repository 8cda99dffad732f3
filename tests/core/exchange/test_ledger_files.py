"""Ledger files: encodings, delimiters, headers and dates; and the public receivables of 2012, reckoned twice."""

import codecs
import csv
import datetime as dt
import io
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from core.book import Book
from core.errors import RuleBroken
from core.exchange.importing import import_files
from core.exchange.ledger_files import LedgerFile, bills_in, ledger_file
from core.exchange.report import Report
from core.exchange.tables import read_table
from core.invoicing.queries import document, document_ids
from core.ledger.queries import allocations_of, open_item
from core.problems import Problem
from core.receipts.queries import receipt_ids
from core.statements.queries import ageing
from tests.core.books import a_book
from tests.core.exchange.samples import RECEIVABLES, on

HEADER = "customer,invoice_number,invoice_date,due_date,amount,disputed,settled_on"
ROW = "Acme,1,2026-01-03,2026-02-02,1250.50,no,2026-01-23"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def ledger(text: str | bytes, **given: str) -> LedgerFile:
    data = text if isinstance(text, bytes) else text.encode()
    return ledger_file(read_table(data, "old.csv"), given)


def take(book: Book, text: str | bytes, **given: str) -> Report:
    return book.write("Import", lambda work: import_files(work, [ledger(text, **given)]))


def refused(text: str | bytes, **given: str) -> list[Problem]:
    with pytest.raises(RuleBroken) as caught:
        bills_in(ledger(text, **given))
    assert all(problem.file == "old.csv" for problem in caught.value.problems)
    return list(caught.value.problems)


ACCENTED = f"{HEADER}\nCafé Ånd,1,2026-01-03,2026-02-02,1250.50,no,\n"
WAYS = {
    "UTF-8": ACCENTED.encode(),
    "UTF-8 with its mark": codecs.BOM_UTF8 + ACCENTED.encode(),
    "UTF-16 little": codecs.BOM_UTF16_LE + ACCENTED.encode("utf-16-le"),
    "UTF-16 big": codecs.BOM_UTF16_BE + ACCENTED.encode("utf-16-be"),
    "UTF-16 without a mark": ACCENTED.encode("utf-16-le"),
    "Windows-1252": ACCENTED.encode("cp1252"),
    "semicolons": ACCENTED.replace(",", ";").encode(),
    "tabs": ACCENTED.replace(",", "\t").encode(),
    "Windows lines": ACCENTED.replace("\n", "\r\n").encode(),
    "quoted": ACCENTED.replace("Café Ånd", '"Café Ånd"').encode(),
}


@pytest.mark.parametrize("data", WAYS.values(), ids=WAYS.keys())
def test_a_table_is_read_however_it_was_saved(data: bytes) -> None:
    (bill,) = bills_in(ledger(data))
    assert (bill.customer, bill.number, bill.amount) == ("Café Ånd", "1", Decimal("1250.50"))
    assert (bill.dated_on, bill.due_on, bill.settled_on) == (on("2026-01-03"), on("2026-02-02"), None)


def test_a_workbook_is_read(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["Customer Name", "Bill No", "Bill Date", "Due", "Total", "Paid on"])
    sheet.append(["Acme", "B-1", dt.datetime(2026, 1, 3), dt.date(2026, 2, 2), 97.6, None])
    sheet.append([])
    sheet.append(["Acme", "B-2", "03-01-2026", "", "1,25,000.50", "04-01-2026"])
    out = io.BytesIO()
    made.save(out)
    first, second = bills_in(ledger(out.getvalue()))
    assert (first.amount, first.dated_on, first.due_on) == (
        Decimal("97.6"),
        on("2026-01-03"),
        on("2026-02-02"),
    )
    assert (second.amount, second.line, second.settled_on) == (Decimal("125000.50"), 4, on("2026-01-04"))


def test_a_workbook_that_is_none_or_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", " " * 5_000_000)
    assert table_refusal(packed.getvalue()).code == "MALFORMED"
    assert table_refusal(packed.getvalue()[:200]).code == "MALFORMED"
    monkeypatch.setattr("core.exchange.tables.UNPACKED_BYTES_MAX", 1_000_000)
    assert table_refusal(packed.getvalue()).code == "TOO_LARGE"


def test_a_workbook_with_entities_is_refused() -> None:
    made = openpyxl.Workbook()
    out, bomb = io.BytesIO(), io.BytesIO()
    made.save(out)
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with zipfile.ZipFile(out) as given, zipfile.ZipFile(bomb, "w") as planted:
        for name in given.namelist():
            body = given.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, mark, rest = body.partition(b"?>")
                body = head + mark + entity + rest if mark else entity + body
            planted.writestr(name, body)
    assert table_refusal(bomb.getvalue()).code == "MALFORMED"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\0\1\2\3", b"\x81\x8d\x8f", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    assert table_refusal(data).code in ("EMPTY", "ENCODING", "COLUMN")


def table_refusal(data: bytes) -> Problem:
    with pytest.raises(RuleBroken) as caught:
        ledger(data)
    return caught.value.problems[0]


DATES = {
    "ISO": (["2026-04-03", "2026-12-11"], {}, ["2026-04-03", "2026-12-11"]),
    "days first by habit": (["03-04-2026", "11-12-2026"], {}, ["2026-04-03", "2026-12-11"]),
    "days first by proof": (["03/04/2026", "25/12/2026"], {}, ["2026-04-03", "2026-12-25"]),
    "months first by proof": (["03/04/2026", "12/25/2026"], {}, ["2026-03-04", "2026-12-25"]),
    "months first when told": (["03/04/2026"], {"dates": "mm-dd-yyyy"}, ["2026-03-04"]),
    "days first when told": (["03/04/2026"], {"dates": "dd-mm-yyyy"}, ["2026-04-03"]),
    "named months": (["3-Apr-2026", "11 December 26"], {}, ["2026-04-03", "2026-12-11"]),
    "dots": (["03.04.2026"], {}, ["2026-04-03"]),
}


@pytest.mark.parametrize(("written", "given", "meant"), DATES.values(), ids=DATES.keys())
def test_dates_are_read_as_they_are_meant(
    written: list[str], given: dict[str, str], meant: list[str]
) -> None:
    rows = "\n".join(f"Acme,{n},{text},,10,no," for n, text in enumerate(written))
    found = [bill.dated_on.isoformat() for bill in bills_in(ledger(f"{HEADER}\n{rows}", **given))]
    assert found == meant


@pytest.mark.parametrize("written", [["03/04/2026"], ["25-12-2026", "12-25-2026"]])
def test_a_column_that_stays_ambiguous_is_refused(written: list[str]) -> None:
    rows = "\n".join(f"Acme,{n},{text},,10,no," for n, text in enumerate(written))
    (problem,) = refused(f"{HEADER}\n{rows}")
    assert (problem.code, problem.field) == ("DATE_ORDER", "date")
    assert "--map dates=" in problem.remedy


def test_a_neighbouring_column_proves_the_order_too() -> None:
    (bill,) = bills_in(ledger(f"{HEADER}\nAcme,1,03/04/2026,25/04/2026,10,no,"))
    assert bill.dated_on == on("2026-04-03")


WRONG = {
    "no customer": (",1,2026-01-03,,10,no,", "REQUIRED", "customer"),
    "no number": ("Acme,,2026-01-03,,10,no,", "REQUIRED", "number"),
    "no date": ("Acme,1,,,10,no,", "REQUIRED", "date"),
    "a date that is none": ("Acme,1,2026-02-30,,10,no,", "DATE", "date"),
    "a year of two digits": ("Acme,1,03-04-26,,10,no,", "DATE", "date"),
    "due before its date": ("Acme,1,2026-01-03,2026-01-02,10,no,", "DUE_DATE", "due_date"),
    "settled before its date": ("Acme,1,2026-01-03,,10,no,2026-01-02", "SETTLED_ON", "settled_on"),
    "an amount that is none": ("Acme,1,2026-01-03,,ten,no,", "AMOUNT", "amount"),
    "an amount too fine": ("Acme,1,2026-01-03,,10.001,no,", "AMOUNT", "amount"),
    "commas astray": ('Acme,1,2026-01-03,,"12,5",no,', "AMOUNT", "amount"),
    "not a number": ("Acme,1,2026-01-03,,nan,no,", "AMOUNT", "amount"),
    "nothing owed": ("Acme,1,2026-01-03,,0,no,", "RANGE", "amount"),
    "a credit": ("Acme,1,2026-01-03,,-5,no,", "RANGE", "amount"),
    "neither yes nor no": ("Acme,1,2026-01-03,,10,maybe,", "CHOICE", "disputed"),
}


@pytest.mark.parametrize(("row", "code", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_row_that_cannot_be_read_is_named(row: str, code: str, field: str) -> None:
    (problem,) = refused(f"{HEADER}\n{ROW}\n{row}\n")
    assert (problem.code, problem.field, problem.line) == (code, field, 3)


def test_headers_that_are_not_clear_are_refused_with_what_was_seen() -> None:
    with pytest.raises(RuleBroken) as caught:
        ledger("who,invoice no,invoice date,amount,total\nAcme,1,2026-01-03,1,2")
    told = {problem.field: problem for problem in caught.value.problems}
    assert set(told) == {"customer", "amount"}
    assert "who, invoice no" in told["customer"].message
    given = {"customer": "Who", "amount": "total"}
    (bill,) = bills_in(ledger("who,invoice no,invoice date,amount,total\nAcme,1,2026-01-03,1,2", **given))
    assert (bill.customer, bill.amount) == ("Acme", Decimal(2))


@pytest.mark.parametrize("given", [{"customer": "nobody"}, {"colour": "who"}, {"dates": "yy"}])
def test_a_map_that_leads_nowhere_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        ledger(f"{HEADER}\n{ROW}", **given)


def test_bills_come_in_as_balances_and_their_settlement_as_receipts(book: Book) -> None:
    report = take(book, f"{HEADER},colour\n{ROW},red\nAcme,2,2026-01-05,,99.50,yes,,blue\n")
    assert report.new == {"parties": 1, "opening": 2, "receipts": 1}
    assert [warning.code for warning in report.warnings] == ["COLUMNS_IGNORED", "DISPUTES_AS_NOTES"]
    (first,) = book.read(lambda read: document_ids(read, "1"))
    (second,) = book.read(lambda read: document_ids(read, "2"))
    paid = book.read(lambda read: document(read, first))
    assert paid is not None
    assert (paid.opening, paid.lines, paid.totals.invoice_value_paise) == (True, (), 125_050)
    (settled,) = book.read(lambda read: allocations_of(read, first))
    assert (settled.paise, settled.allocated_on) == (125_050, on("2026-01-23"))
    still = book.read(lambda read: open_item(read, second))
    assert still is not None
    assert (still.open_paise, still.due_on) == (9_950, on("2026-02-04"))
    disputed = book.read(lambda read: document(read, second))
    assert disputed is not None
    assert "dispute" in disputed.note
    assert book.verify().ok


def test_a_later_file_of_the_same_bills_brings_what_was_settled_since(book: Book) -> None:
    open_file = f"{HEADER}\nAcme,1,2026-01-03,,1250.50,no,\n"
    take(book, open_file)
    assert take(book, open_file).is_empty
    report = take(book, f"{HEADER}\nAcme,1,2026-01-03,,1250.50,no,2026-02-01\n")
    assert (report.known, report.new) == ({"opening": 1}, {"receipts": 1})


def test_one_number_in_two_years_settled_in_one_gets_two_receipts(book: Book) -> None:
    rows = "Acme,7,2026-01-03,,10,no,2026-05-01\nAcme,7,2026-04-03,,20,no,2026-05-01\n"
    take(book, f"{HEADER}\n{rows}")
    assert len(book.read(lambda read: receipt_ids(read, "7"))) == 1
    assert len(book.read(lambda read: receipt_ids(read, "7-2"))) == 1


def test_nothing_of_a_file_with_one_bad_bill_comes_in(book: Book) -> None:
    with pytest.raises(RuleBroken) as caught:
        take(book, f"{HEADER}\n{ROW}\nAcme,1,2026-01-03,,10,no,\n")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.field) == ("DUPLICATE", 3, "number")
    assert book.read(lambda read: document_ids(read, "1")) == []


@pytest.mark.slow
def test_the_receivables_of_2012_agree_with_an_independent_reckoning(book: Book) -> None:
    start = time.perf_counter()
    report = take(book, RECEIVABLES.read_bytes())
    seconds = time.perf_counter() - start
    assert report.new == {"parties": 100, "opening": 1_277, "receipts": 1_277}
    assert seconds < 5
    day = dt.date(2012, 6, 30)
    rows, total = book.read(lambda read: ageing(read, on=day))
    owed: Counter[str] = Counter()
    aged: Counter[int] = Counter()
    with RECEIVABLES.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if dt.date.fromisoformat(row["invoice_date"]) <= day < dt.date.fromisoformat(row["settled_on"]):
                paise = int(Decimal(row["amount"]) * 100)
                owed[row["customer"]] += paise
                late = (day - dt.date.fromisoformat(row["due_date"])).days
                aged[sum(late > most for most in (0, 30, 60, 90, 180))] += paise
    assert {row.code: row.total_paise for row in rows} == dict(owed)
    assert total.total_paise == sum(owed.values()) > 0
    assert total.buckets == tuple(aged[bucket] for bucket in range(6))
    assert book.verify().ok
