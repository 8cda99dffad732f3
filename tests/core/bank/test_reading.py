"""Statements of many banks in many forms are read to the paisa; what is hostile or half is refused with its place."""

import datetime as dt
import io
import json

import openpyxl
import pytest

from core.bank.model import Layout
from core.bank.reading import banks, first_rows, header_of, read_statement, with_names
from core.bank.reading.presets import presets
from core.bank.reading.statement import StatedLine
from core.errors import RuleBroken
from tests.core.bank.old_excel import old_workbook
from tests.core.bank.statements import FILES, HEAD, moved, problems_of, read


@pytest.mark.parametrize(
    ("file", "bank", "account", "count", "paise", "first", "last_balance"),
    [
        ("hdfc.csv", "HDFC Bank", "50100012345678", 5, 125598250, "SBIN426091112233", 135598250),
        ("sbi.xls", "State Bank of India", "00000040416634074", 3, -2361115, "INDBN01041211261", 7638885),
        ("icici.csv", "ICICI Bank", "000405001234", 3, 80000, "609115207439", 10080000),
        ("axis.csv", "Axis Bank", "923010008070086", 3, 300000, "AXOMB00102091866", 10300000),
        ("kotak.csv", "Kotak Mahindra Bank", "1234567890", 2, -450000, "KKBKH26091812345", -550000),
        ("union.csv", "Union Bank of India", "", 2, 250000, "UBINN26091112233", 1250000),
    ],
)
def test_files_of_the_large_banks(
    file: str, bank: str, account: str, count: int, paise: int, first: str, last_balance: int
) -> None:
    statement = read_statement(FILES / file)
    assert (statement.bank, statement.account, len(statement.lines)) == (bank, account, count)
    assert (
        sum(line.paise for line in statement.lines)
        == paise
        == statement.paid_in_paise - statement.paid_out_paise
    )
    assert statement.lines[0].reference == first
    assert statement.lines[-1].balance_paise == last_balance
    assert statement.problems == ()


def test_what_a_summary_states_is_taken_along() -> None:
    hdfc, kotak = read_statement(FILES / "hdfc.csv"), read_statement(FILES / "kotak.csv")
    assert (hdfc.opening_paise, hdfc.closing_paise) == (10000000, 135598250)
    assert (kotak.opening_paise, kotak.closing_paise) == (-100000, -550000)


@pytest.mark.parametrize("at", range(len(presets())))
def test_every_shipped_layout_reads_a_file_of_its_headers(at: int) -> None:
    shipped = json.loads((FILES.parents[2] / "core/bank/data/presets.json").read_text("utf-8"))
    layouts = [(bank, layout) for bank in shipped["banks"] for layout in bank["layouts"]]
    bank, layout = layouts[at]
    names = list(layout.values())
    values = {
        "date": "14-Apr-2026", "value_date": "15-Apr-2026", "description": "NEFT CR-LOTUS FOODS",
        "reference": "SBIN426091112233", "withdrawal": "", "deposit": "1,25,000.50", "amount": "1,25,000.50 (Cr)",
        "sign": "CR", "balance": "2,00,000.00",
    }  # fmt: skip
    text = "\t".join(names) + "\n" + "\t".join(values[field] for field in layout) + "\n"
    statement = read(text, layout=Layout(preset=bank["key"]))
    line = statement.lines[0]
    assert (line.dated_on, line.paise) == (dt.date(2026, 4, 14), 12500050)
    assert line.balance_paise == (20000000 if "balance" in layout else None)
    assert line.reference == ("SBIN426091112233" if "reference" in layout else "")
    found = header_of(text.encode())
    assert found is not None
    assert {found.names[place] for place in found.columns.places.values()} == set(names)


def test_seventeen_banks_ship_and_say_where_from() -> None:
    assert len({bank.key for bank in banks()}) == len(banks()) >= 15
    assert all(bank.source and bank.layouts for bank in banks())


def in_workbook(text: str, *, dates: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in text.splitlines():
        cells: list[object] = []
        for place, cell in enumerate(row.split("\t")):
            day = place == 0 and cell[:1].isdigit()
            cells.append(dt.datetime.strptime(cell, "%d/%m/%y") if dates and day else cell)
        sheet.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


ROWS = (
    f"{HEAD.replace(',', chr(9))}\n"
    "13/04/26\tNEFT CR-SBIN0001234-LOTUS FOODS-SBIN426091112233\tSBIN426091112233\t13/04/26\t\t5,983.00\t6,983.00\n"
    "14/04/26\tCHQ PAID 000123\t000123\t14/04/26\t83.00\t\t6,900.00\n"
)
PAGE = "<html><body><table>{}</table></body></html>"


def as_page(text: str) -> str:
    rows = [
        "<tr>" + "".join(f"<td> {cell}<br></td>" for cell in row.split("\t")) for row in text.splitlines()
    ]
    return PAGE.format("\n".join(rows))


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode("utf-8-sig"), ROWS.encode("utf-16"), ROWS.encode("utf-16-le"), ROWS.encode("cp1252"),
        ROWS.replace("\t", ";").encode(), ROWS.replace("\t", "|").encode(), ROWS.replace("\n", "\r\n").encode(),
        as_page(ROWS).encode(), in_workbook(ROWS), in_workbook(ROWS, dates=True),
    ],
    ids=["bom", "utf16", "utf16le", "cp1252", "semicolon", "bar", "crlf", "html", "xlsx", "xlsx dates"],
)  # fmt: skip
def test_the_same_statement_in_every_form_is_the_same(data: bytes) -> None:
    plain = read(ROWS)
    other = read(data, "statement.xls")
    assert [line._replace(at=0) for line in other.lines] == [line._replace(at=0) for line in plain.lines]
    assert moved(plain) == [("2026-04-13", 598300), ("2026-04-14", -8300)]


def test_excels_old_form_with_dates_and_figures_as_numbers() -> None:
    rows: list[list[str | float | dt.date]] = [
        ["HDFC BANK Ltd."],
        ["Account No :50100012345678"],
        list(HEAD.split(",")),
    ]
    rows.append(
        [
            dt.date(2026, 4, 13),
            "NEFT CR-LOTUS FOODS-SBIN426091112233",
            "",
            dt.date(2026, 4, 13),
            "",
            5983.1,
            6983.1,
        ]
    )
    rows.append([dt.date(2026, 4, 14), "CHQ PAID", 123.0, dt.date(2026, 4, 14), 83.35, "", 6899.75])
    statement = read(old_workbook(rows), "statement.xls")
    assert (statement.bank, statement.account, statement.problems) == ("HDFC Bank", "50100012345678", ())
    assert [(line.paise, line.balance_paise, line.reference, line.at) for line in statement.lines] == [
        (598310, 698310, "SBIN426091112233", 4),
        (-8335, 689975, "123", 5),
    ]
    assert moved(statement)[0][0] == "2026-04-13"


def test_days_as_excel_counts_them() -> None:
    lines = "46125,NEFT LOTUS,,46125,,100.00,100.00\n46126,NEFT LOTUS,,46126,,100.00,200.00\n"
    text = f"{HEAD}\n{lines}Total,,,,,200.00,\nSTATEMENT SUMMARY,,,,,,\n50000.00,,,,,200.00,\n"
    assert moved(read(text)) == [("2026-04-13", 10000), ("2026-04-14", 10000)]


def test_an_unknown_banks_columns_are_named_once_and_remembered() -> None:
    text = "Tag,Wer,Was,Soll,Haben\n13.04.2026,LOTUS,NEFT INV 42,,100.00\n14.04.2026,BANK,CHARGES,5.00,\n"
    assert problems_of(text)[0].code == "COLUMNS"
    assert "Soll" in problems_of(text)[0].message
    assert first_rows(text.encode())[0] == ["Tag", "Wer", "Was", "Soll", "Haben"]
    layout = with_names(Layout(), date="Tag", description="Was", withdrawal="Soll", deposit="Haben")
    assert moved(read(text, layout=layout)) == [("2026-04-13", 10000), ("2026-04-14", -500)]
    assert problems_of("Tag,Was,Betrag\n13.04.2026,X,1.00\n", layout)[0].code == "COLUMNS"


def test_a_layout_read_from_a_header_reads_the_next_file() -> None:
    header = header_of((FILES / "kotak.csv").read_bytes())
    assert header is not None
    assert header.layout.preset == "kotak"
    assert read_statement(FILES / "kotak.csv", "", header.layout) == read_statement(FILES / "kotak.csv")


def test_wrapped_descriptions_repeated_headers_and_footers() -> None:
    text = (
        "Page 1\nDate,Particulars,Debit,Credit,Balance\n,Opening Balance,,,100.00\n"
        "01-Apr-2026,NEFT AXISCN00123,,50.00,150.00\n,45678 LOTUS,,,\n,Page Total,0.00,50.00,\n"
        "Page 2,,,,\nDate,Particulars,Debit,Credit,Balance\n02-Apr-2026,CHARGES,5.00,,145.00\n"
        ",Grand Total,5.00,50.00,\n,Closing Balance,,,145.00\n* computer generated *,,,,\n"
    )
    statement = read(text)
    assert [line.description for line in statement.lines] == ["NEFT AXISCN00123 45678 LOTUS", "CHARGES"]
    assert statement.problems == ()
    assert (statement.opening_paise, statement.closing_paise) == (10000, 14500)


def test_a_gap_in_the_balances_is_named_with_its_line() -> None:
    lines = (FILES / "hdfc.csv").read_text().splitlines()
    del lines[10]
    problems = read("\n".join(lines)).problems
    assert [(problem.code, problem.line) for problem in problems] == [("BALANCE_GAP", 11)]
    assert "1,05,482.50" in problems[0].message
    assert "1,05,982.50" in problems[0].message


def test_a_total_or_closing_that_does_not_agree_is_told() -> None:
    text = "Date,Particulars,Debit,Credit\n01-Apr-2026,NEFT,,50.00\n,Total,0.00,60.00\n"
    assert [(problem.code, problem.line) for problem in read(text).problems] == [("TOTAL", 3)]
    text = "Opening Balance,10.00,\nDate,Particulars,Debit,Credit\n01-Apr-2026,NEFT,,50.00\n,Closing Balance: 70.00,,\n"
    assert [problem.code for problem in read(text).problems] == ["CLOSING"]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("31/02/26,NEFT,,,,100.00,", "DATE", "date"),
        ("01/04/1926,NEFT,,,,100.00,", "DATE", "date"),
        (",NEFT,,,,100.00,", "DATE", "date"),
        ("13/04/26,NEFT,,,,1.000,00", "FIGURE", "deposit"),
        ("13/04/26,NEFT,,,,=1+1,", "FIGURE", "deposit"),
        ("13/04/26,NEFT,,,,1e9,", "FIGURE", "deposit"),
        ("13/04/26,NEFT,,,,100.005,", "FIGURE", "deposit"),
        ("13/04/26,NEFT,,,,१००,", "FIGURE", "deposit"),
        ("13/04/26,NEFT,,,,99999999999999999,", "FIGURE", "deposit"),
        ("13/04/26,NEFT,,99/99/99,,100.00,", "DATE", "value_date"),
        ("13/04/26,NEFT,,,,100.00,much", "FIGURE", "balance"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(row: str, code: str, field: str) -> None:
    good = "13/04/26,NEFT LOTUS,,,,100.00,100.00"
    problems = problems_of(f"{HEAD}\n{good}\n{row.replace('1.000,00', chr(34) + '1.000,00' + chr(34))}\n")
    assert [(p.code, p.field, p.line, p.file) for p in problems] == [(code, field, 3, "statement.csv")]


def test_lines_entered_out_of_the_order_of_days_are_proved_as_entered() -> None:
    text = f"{HEAD}\n14/04/26,A,,,,1.00,1.00\n13/04/26,B,,,,2.00,3.00\n15/04/26,C,,,,3.00,6.00\n"
    statement = read(text)
    assert (statement.problems, [line.description for line in statement.lines]) == ((), ["B", "A", "C"])


def test_money_in_and_out_on_one_line_is_refused() -> None:
    problems = problems_of(f"{HEAD}\n13/04/26,NEFT,,,5.00,6.00,1.00\n")
    assert [(problem.code, problem.line) for problem in problems] == [("BOTH", 2)]


def test_another_form_of_a_known_banks_file_is_read_in_spite_of_the_layout() -> None:
    header = header_of((FILES / "axis.csv").read_bytes())
    assert header is not None
    text = "Tran Date,Chq No,Particulars,Debit,Credit,Balance,Init. Br\n13-04-2026,,NEFT,,5.00,5.00,1\n"
    assert moved(read(text, layout=header.layout)) == [("2026-04-13", 500)]


def test_neither_dr_nor_cr_is_refused() -> None:
    text = "Date,Description,Amount,Dr / Cr\n13-Apr-2026,NEFT,100.00,CR\n13-Apr-2026,NEFT,100.00,\n"
    assert [(p.code, p.line) for p in problems_of(text)] == [("SIGN", 3)]
    assert moved(read(text.replace("00,\n", "00,DR\n"))) == [("2026-04-13", 10000), ("2026-04-13", -10000)]


@pytest.mark.parametrize(
    ("text", "paise"),
    [("1,25,000.00", 12500000), ("(1,000.00)", -100000), ("1,000.00 Cr", 100000), ("1,000.00(Dr)", -100000),
     ("-5.50", -550), ("5.50-", -550), ("₹ 10", 1000), ("Rs. 10.5", 1050), ("INR 7", 700), ("+ Rs.500", 50000)],
)  # fmt: skip
def test_amounts_as_banks_write_them(text: str, paise: int) -> None:
    assert moved(read(f'Date,Description,Amount\n13-Apr-2026,NEFT,"{text}"\n')) == [("2026-04-13", paise)]


def days(*written: str, head: str = "Date,Description,Amount", day_first: bool | None = None) -> list[str]:
    text = head + "\n" + "".join(f"{day},NEFT {n},1.00\n" for n, day in enumerate(written))
    return sorted(line.dated_on.isoformat() for line in read(text, layout=Layout(day_first=day_first)).lines)


def test_the_order_of_day_and_month_is_proved_said_or_asked() -> None:
    assert days("13/04/2026", "05/04/2026") == ["2026-04-05", "2026-04-13"]
    assert days("04/13/2026", "04/05/2026") == ["2026-04-05", "2026-04-13"]
    assert days("05-04-2026", "06-04-2026") == ["2026-04-05", "2026-04-06"]
    assert days("05/04/2026", "06/04/2026", "01/05/2026") == ["2026-04-05", "2026-04-06", "2026-05-01"]
    assert days("05/04/2026", day_first=False) == ["2026-05-04"]
    assert days("5 Apr 26", "05-APR-2026", "2026-04-05") == ["2026-04-05"] * 3
    with pytest.raises(RuleBroken) as refused:
        days("05/04/2026")
    assert refused.value.problems[0].code == "DATE_ORDER"
    with pytest.raises(RuleBroken) as refused:
        days("13/04/2026", "04/14/2026")
    assert (refused.value.problems[0].code, refused.value.problems[0].line) == ("DATE_ORDER", 3)


def test_a_sheet_whose_dates_a_spreadsheet_has_turned_is_refused() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Date", "Narration", "Debit", "Credit"],
        [dt.datetime(2026, 5, 4), "NEFT", "", 5],
        ["13/04/2026", "UPI", "", 5],
    ):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    assert problems_of(packed.getvalue())[0].code == "DATE_ORDER"


def test_a_file_that_begins_with_the_newest_is_turned() -> None:
    text = f"{HEAD}\n14/04/26,B,,,,1.00,3.00\n13/04/26,A2,,,,1.00,2.00\n13/04/26,A1,,,,1.00,1.00\n"
    lines = read(text).lines
    assert [(line.description, line.place, line.at) for line in lines] == [
        ("A1", 1, 4),
        ("A2", 2, 3),
        ("B", 1, 2),
    ]
    day = f"{HEAD}\n13/04/26,A2,,,,1.00,2.00\n13/04/26,A1,,,,1.00,1.00\n"
    assert [line.description for line in read(day).lines] == ["A1", "A2"]


def test_ofx_of_both_versions_says_the_same() -> None:
    one = read_statement(FILES / "hdfc.ofx")
    assert (one.account, one.bank, one.closing_paise) == ("50100012345678", "HDFC BANK", 135598250)
    assert moved(one) == moved(read_statement(FILES / "hdfc.csv"))
    assert [line.reference for line in one.lines] == [
        "SBIN426091112233", "123", "609312345678", "609312345679", "ICICR52026040500123456",
    ]  # fmt: skip
    entry = (
        "<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260331190000[0:GMT]</DTPOSTED><TRNAMT>500.00</TRNAMT>"
        "<FITID>3</FITID><NAME>UPI-MEERA &amp; CO-609312345678</NAME></STMTTRN>"
    )
    text = (
        '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>'
        f"<BANKACCTFROM><ACCTID>1</ACCTID></BANKACCTFROM><BANKTRANLIST>\n{entry}\n</BANKTRANLIST>"
        "<LEDGERBAL><BALAMT>500.00</BALAMT></LEDGERBAL><AVAILBAL><BALAMT>9.00</BALAMT></AVAILBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    two = read(text)
    assert two.lines == (
        StatedLine(
            dt.date(2026, 4, 1), 50000, "UPI-MEERA & CO-609312345678", "609312345678", None, None, 4, 1
        ),
    )
    assert (two.account, two.closing_paise) == ("1", 50000)
    for bad, code in [
        (text.replace("500.00", "5x"), "FIGURE"), (text.replace("20260331", "20261331"), "DATE"),
        (text.replace("<OFX>", '<!DOCTYPE x [<!ENTITY a "b">]><OFX>'), "MALFORMED"),
        (text.replace("</OFX>", ""), "MALFORMED"), (text.replace("20260331190000[0:GMT]", ""), "REQUIRED"),
    ]:  # fmt: skip
        assert problems_of(bad)[0].code == code


def test_mt940_with_a_reversal_and_its_balances() -> None:
    statement = read_statement(FILES / "hdfc.sta")
    assert moved(statement) == [("2026-04-01", 598300), ("2026-04-02", -100050), ("2026-04-02", -10000)]
    assert [line.reference for line in statement.lines] == ["SBIN426091112233", "000123", ""]
    assert (statement.opening_paise, statement.closing_paise, statement.problems) == (10000000, 10488250, ())
    text = (FILES / "hdfc.sta").read_text()
    edited = read(text.replace("5983,00", "5983,01"), "hdfc.sta")
    assert [problem.code for problem in edited.problems] == ["CLOSING"]
    assert problems_of(text.replace("2604010401C", "2613010401C"))[0].code == "MALFORMED"
    assert problems_of(text.replace(":61:2604010401C5983,00", ":61:rubbish"))[0].code == "MALFORMED"
