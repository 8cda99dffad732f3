"""The workbook of a return, read back: sheets, columns, figures, days, totals, and words that look like formulas."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from core.advances.rules import Move
from core.company.model import Address
from core.facts import Facts
from core.returns.finding import Finding
from core.returns.gstr1 import sections
from core.returns.model import Month, PeriodAmendment
from core.returns.preflight import preflight
from core.returns.workbook import write_workbook
from core.sheets import MONEY_FORMAT
from tests.core.books import TODAY
from tests.core.invoicing.trade import GLOVES, a_trade
from tests.core.returns.books import OCTOBER, bill, month, october

pytestmark = pytest.mark.slow
FACTS = Facts.shipped()


def read_back(whole: Month, **rest: Any) -> Any:
    held = io.BytesIO()
    write_workbook(whole, held, FACTS, **rest)
    return openpyxl.load_workbook(io.BytesIO(held.getvalue()))


def rows(sheet: Any) -> list[dict[str, Any]]:
    head, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in found]


@pytest.fixture
def drawn(tmp_path: Path) -> Month:
    """October with a bill to Chennai, a note on it, two consumers' bills, and a cancelled one."""
    with a_trade(tmp_path) as trade:
        first = bill(trade, october(3))
        trade.credit(first, dated_on=october(9), confirmed=True, lines=(GLOVES,))
        bill(trade, october(4), party=trade.banyan)
        trade.cancel(bill(trade, october(5), party=trade.banyan))
        return month(trade.book)


def test_each_section_has_a_sheet_and_empty_ones_have_none(drawn: Month) -> None:
    names = read_back(drawn).sheetnames
    assert names == ["summary", "b2b", "cdnr", "b2cs", "b2cs papers", "hsn_b2b", "hsn_b2c", "docs", "gstr3b"]


def test_figures_are_numbers_and_days_are_dates(drawn: Month) -> None:
    sheet = read_back(drawn)["b2b"]
    first, second, total = rows(sheet)
    assert (first["Rate"], second["Rate"]) == (5, 18)
    assert (first["Taxable value"], first["IGST"]) == (459, 22.95)
    assert (second["Taxable value"], second["IGST"]) == (4750, 855)
    assert first["Date"].date() == dt.date(2026, 10, 3)
    assert first["Place of supply"] == "33-Tamil Nadu"
    assert (total["Taxable value"], total["IGST"], total["Value"]) == (5209, 877.95, None)
    columns = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, columns.index("IGST") + 1).number_format == MONEY_FORMAT
    assert sheet.cell(2, columns.index("Date") + 1).is_date


def test_the_head_stays_and_every_column_can_be_read(drawn: Month) -> None:
    for sheet in read_back(drawn).worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
        for at, cell in enumerate(sheet[1], 1):
            assert cell.font.bold
            letter = openpyxl.utils.get_column_letter(at)
            assert sheet.column_dimensions[letter].width >= len(cell.value)


def test_the_sheets_sum_to_the_sections(drawn: Month) -> None:
    book = read_back(drawn)
    for section in sections(drawn, FACTS):
        if section.section not in book.sheetnames or section.section == "docs":
            continue
        total = rows(book[section.section])[-1]
        for name in ("Taxable value", "IGST", "CGST", "SGST", "Cess"):
            paise = {"Taxable value": section.taxable_paise, "IGST": section.igst_paise, "CGST": section.cgst_paise,
                     "SGST": section.sgst_paise, "Cess": section.cess_paise}[name]  # fmt: skip
            sign = section.weight or 1
            assert Decimal(str(total[name])) * 100 == sign * paise, (section.section, name)


def test_the_note_stands_with_its_original_and_lessens(drawn: Month) -> None:
    first, *_rest = rows(read_back(drawn)["cdnr"])
    assert (first["Type"], first["Original number"]) == ("CRN", "A/26-27/0001")
    assert first["Original date"].date() == october(3)
    assert first["Taxable value"] < 0


def test_a_section_of_sums_has_the_papers_behind_it(drawn: Month) -> None:
    book = read_back(drawn)
    low, _high, total = rows(book["b2cs"])
    assert (low["Type"], low["Place of supply"], low["Rate"], low["CGST"]) == ("OE", "29", 5, 11.48)
    papers = rows(book["b2cs papers"])
    assert {row["Number"] for row in papers[:-1]} == {"A/26-27/0002"}
    for name in ("Taxable value", "CGST", "SGST"):
        assert papers[-1][name] == total[name]
    assert papers[-1]["GSTIN of recipient"] == "Total"
    assert rows(book["b2b"])[0]["Portal's type"] == "R"


def test_numbers_are_told_as_table_13(drawn: Month) -> None:
    first, second, total = rows(read_back(drawn)["docs"])
    assert (first["From"], first["Up to"]) == ("A/26-27/0001", "A/26-27/0003")
    assert (first["Total number"], first["Cancelled"]) == (3, 1)
    assert second["Nature of document"] == "Credit Note"
    assert total["Net issued"] == 3


def test_gstr3b_and_the_findings_have_their_sheets(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill(trade, october(3), party=trade.banyan)
        found = trade.book.read(lambda read: preflight(read, OCTOBER, TODAY, FACTS))
        found.append(
            Finding("HSN_MISSING", "blocks", "The line has no HSN or SAC.", "Notification 78/2020", line=2)
        )
        book = read_back(month(trade.book), findings=found)
    table, *_rest = rows(book["gstr3b"])
    assert (table["Table"], table["Taxable value"], table["CGST"]) == ("3.1(a)", 5209, 438.98)
    last = rows(book["preflight"])[-1]
    assert (last["Weight"], last["Line"], last["Rule"]) == ("Blocks", 2, "Notification 78/2020")


def test_words_that_begin_like_a_formula_stay_words(drawn: Month) -> None:
    report = drawn.documents[0]
    buyer = msgspec.structs.replace(report.document.buyer, name='=HYPERLINK("x")\x07', address=Address())
    hostile = msgspec.structs.replace(report, document=msgspec.structs.replace(report.document, buyer=buyer))
    sheet = read_back(msgspec.structs.replace(drawn, documents=(hostile,)))["b2b"]
    cell = sheet.cell(2, [each.value for each in sheet[1]].index("Recipient") + 1)
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


def test_advances_and_amended_rows_have_their_sheets(drawn: Month) -> None:
    moved = Move("received", "AV/1", october(2), october(2), "29", False, 1_800, 50_000, 0, 4_500, 4_500)
    row = PeriodAmendment("b2cs", "2026-05", "29", 1_800, 70_000)
    book = read_back(msgspec.structs.replace(drawn, advances=(moved,), amendments=(row,)))
    first, total = rows(book["at papers"])
    assert (first["Number"], first["Taxable value"], first["CGST"], total["SGST"]) == ("AV/1", 500, 45, 45)
    assert rows(book["at"])[0]["SGST"] == 45
    [amended] = rows(book["amended rows"])
    assert (amended["Section"], amended["Period"], amended["Taxable value"]) == ("b2csa", "052026", 700)
