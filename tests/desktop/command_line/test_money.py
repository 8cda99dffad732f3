"""bahi bank, tds and interest: a statement taken in once, what is certain matched, forms kept, interest explained."""

from pathlib import Path

import pytest

from tests.core.exchange.samples import COMPANY, INVOICE, RECEIPT, a_file
from tests.desktop.command_line.runs import here, problems, written

pytestmark = pytest.mark.slow

LINES = """Date,Narration,Chq./Ref.No.,Withdrawal Amt.,Deposit Amt.,Closing Balance
05/06/26,NEFT CR-UTIB0000373-LOTUS FOODS-UTIBN62026060512345 NI/26-27/0042,UTIBN62026060512345,,6087.00,106087.00
16/06/26,SOMEBODY UNKNOWN,,,77.00,106164.00
"""
DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def owed(tmp_path: Path) -> Path:
    """A book with one bill of Lotus, who deducts TDS under 1024."""
    book = tmp_path / "owed.bahi"
    company = written(tmp_path, "company.json", {"format": "bahi/1", "company": COMPANY})
    assert here("new", book, "--company", company, "--recovery-file", tmp_path / "code.txt").code == 0
    file = a_file(documents=[INVOICE], receipts=[], advances=[])
    file["parties"][0] |= {"tds_code": "1024", "tan": "CHEL01234C"}
    udyam = {"number": "UDYAM-KR-03-0012345", "class": "small", "since": "2021-04-01", "trader": False}
    file["company"] = {**COMPANY, "udyam": udyam}
    assert here("import", book, written(tmp_path, "owed.json", file)).code == 0
    return book


def statement(folder: Path) -> Path:
    file = folder / "june.csv"
    file.write_text(LINES, "utf-8")
    return file


def test_a_statement_comes_in_once_and_what_is_certain_is_matched(tmp_path: Path, owed: Path) -> None:
    file = statement(tmp_path)
    (refused,) = problems(here("bank", owed, file, "--json"), 1)
    assert refused["code"] == "UNKNOWN_ACCOUNT"
    told = here("bank", owed, file, "--add", "HDFC", "--certain", "--on", "2026-06-18", "--json").json
    assert (told["account"], told["new"], told["matched"]) == ("HDFC", 2, 1)
    (line,) = told["open"]
    assert (line["amount"], line["description"], line["certain"]) == ("77.00", "SOMEBODY UNKNOWN", False)
    assert told["reconciliation"]["difference"] == "100000.00", "what lay there before the first line"
    again = here("bank", owed, file, "--on", "2026-06-18", "--json").json
    assert (again["new"], again["known"], len(again["open"])) == (0, 2, 1)
    shown = here("show", owed, INVOICE["number"], "--json").json
    assert shown["open"] == "0.00", "the bill that it names, to the paisa"


def test_a_dry_run_takes_nothing(tmp_path: Path, owed: Path) -> None:
    told = here("bank", owed, statement(tmp_path), "--add", "HDFC", "--dry-run", "--json").json
    assert (told["new"], told["open"]) == (2, [])
    (refused,) = problems(here("bank", owed, "--json"), 1)
    assert refused["code"] == "UNKNOWN_ACCOUNT", "the account was not added"


def test_a_form_comes_in_once_and_the_year_is_told(tmp_path: Path, owed: Path) -> None:
    paid = a_file(documents=[INVOICE], receipts=[RECEIPT], advances=[])
    assert here("import", owed, written(tmp_path, "paid.json", paid)).code == 0
    told = here("tds", owed, "--year", "2026", "--on", "2026-06-18", "--json").json
    (row,) = told["rows"]
    assert (row["tan"], row["expected"], row["deducted"], row["seen"]) == (
        "CHEL01234C",
        "0.00",
        "104.00",
        "0.00",
    )
    form = tmp_path / "168.txt"
    form.write_bytes((DATA / "form_168_2026.txt").read_bytes())
    tried = here("tds", owed, form, "--dry-run", "--json").json
    taken = here("tds", owed, form, "--json").json
    assert taken["new"] == tried["new"] > 0
    assert (again := here("tds", owed, form, "--json").json)["new"] == 0
    assert again["known"] == taken["new"]
    junk = tmp_path / "junk.txt"
    junk.write_text("nothing of a form", "utf-8")
    assert problems(here("tds", owed, junk, "--json"), 1)


def test_interest_is_told_line_by_line(owed: Path) -> None:
    told = here("interest", owed, INVOICE["number"], "--on", "2026-07-20", "--json").json
    (bill,) = told["bills"]
    assert bill["basis"] == "msmed"
    assert float(bill["interest"]) > 0
    assert any("16.5%" in line for line in bill["explained"])
    assert (
        here("interest", owed, "--party", "LOTUS", "--on", "2026-07-20", "--json").json["interest"]
        == bill["interest"]
    )
    (refused,) = problems(here("interest", owed, "--party", "NOBODY", "--json"), 1)
    assert refused["code"] == "UNKNOWN_PARTY"
    assert here("interest", owed).code == 2


def test_what_a_file_that_is_missing_and_a_year_that_is_none_are_told_as(tmp_path: Path, owed: Path) -> None:
    for command in ("bank", "tds"):
        (refused,) = problems(here(command, owed, tmp_path / "none.csv", "--json"), 3)
        assert (refused["code"], refused["file"]) == ("FILE", str(tmp_path / "none.csv"))
    for year in ("99999", "-1", "9999"):
        assert here("tds", owed, "--year", year).code == 2
    assert here("bank", owed, "--add", "HDFC").code == 2, "there is no file to take the account from"
