"""`bahi returns`: the portal's files and the workbook, the pre-flight's refusal, filing, and what is due."""

import json
from pathlib import Path

import msgspec
import openpyxl
import pytest

from desktop.command_line.frame import write_file
from tests.core.books import COMPANY
from tests.core.invoicing.trade import a_trade
from tests.core.returns.books import bill, october
from tests.desktop.command_line.runs import here, problems

pytestmark = pytest.mark.slow


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A closed book with a bill of October."""
    with a_trade(tmp_path) as trade:
        bill(trade, october(3))
        return trade.book.path


def test_the_file_is_the_portals_json_and_nothing_else(book: Path, tmp_path: Path) -> None:
    target = tmp_path / "gstr1.json"
    ran = here("returns", book, "gstr1", "--period", "2026-10", "-o", target, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["file"] == str(target)
    value = json.loads(target.read_text("utf-8"))
    assert (value["gstin"], value["fp"]) == (COMPANY.registration.gstin, "102026")
    assert value["b2b"][0]["inv"][0]["inum"] == "A/26-27/0001"
    here("returns", book, "gstr3b", "--period", "2026-10", "-o", target)
    assert json.loads(target.read_text("utf-8"))["ret_period"] == "102026"


def test_a_name_with_xlsx_is_a_workbook(book: Path, tmp_path: Path) -> None:
    target = tmp_path / "october.xlsx"
    ran = here("returns", book, "gstr1", "--period", "2026-10", "-o", target)
    assert ran.code == 0, ran.err
    assert "b2b" in openpyxl.load_workbook(target, read_only=True).sheetnames
    assert str(target) in ran.out


def test_what_blocks_is_refused_by_name_and_nothing_is_written(tmp_path: Path) -> None:
    with a_trade(tmp_path, company=None) as trade:
        path = trade.book.path
    target = tmp_path / "gstr1.json"
    [refused] = problems(here("returns", path, "gstr1", "--period", "2026-10", "-o", target, "--json"), 1)
    assert refused["code"] == "COMPANY_GSTIN"
    assert not target.exists()
    ran = here("returns", path, "preflight", "--period", "2026-10", "--json")
    assert (ran.code, ran.json["findings"][0]["severity"]) == (1, "blocks")
    assert here("returns", path, "gstr1", "--period", "2026-10", "-o", target, "--despite").code == 0
    assert target.exists()


def test_a_return_is_filed_once(book: Path) -> None:
    filing = (
        "returns",
        book,
        "file",
        "gstr1",
        "--period",
        "2026-10",
        "--on",
        "2026-11-11",
        "--arn",
        "AA29",
        "--json",
    )
    ran = here(*filing)
    assert ran.code == 0, ran.out
    assert (ran.json["form"], ran.json["filed_on"]) == ("GSTR1", "2026-11-11")
    assert problems(here(*filing), 1)[0]["code"] == "FILED"
    due = here("returns", book, "due", "--on", "2026-11-20", "--json").json
    assert [(row["form"], row["state"], row["arn"]) for row in due if row["period"] == "2026-10"] == [
        ("GSTR3B", "due", ""),
        ("GSTR1", "filed", "AA29"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        ("gstr1",),
        ("gstr1", "--period", "2026-10"),
        ("file", "--period", "2026-10"),
        ("preflight", "gstr1", "--period", "2026-10"),
        ("gstr2", "--period", "2026-10"),
    ],
)
def test_half_a_question_is_a_usage_error(book: Path, asked: tuple[str, ...]) -> None:
    assert here("returns", book, *asked).code == 2


def test_a_period_that_is_none_is_refused(book: Path, tmp_path: Path) -> None:
    ran = here("returns", book, "gstr1", "--period", "2026-13", "-o", tmp_path / "x.json", "--json")
    assert problems(ran, 1)[0]["code"] == "PERIOD"


def test_what_is_due_and_what_is_found_can_be_read_as_lines(book: Path) -> None:
    due = here("returns", book, "due", "--on", "2026-11-20")
    assert due.code == 0
    assert "2026-10  GSTR1   2026-11-11  overdue" in due.out
    found = here("returns", book, "preflight", "--period", "2026-10")
    assert (found.code, found.out.strip()) == (0, "Nothing stands in the way.")
    company = here("returns", book, "preflight", "--period", "2026-10", "--json")
    assert company.json == {"period": "2026-10", "findings": []}


def test_a_quarterly_filer_draws_the_iff_of_a_month(tmp_path: Path) -> None:
    with a_trade(tmp_path, company=msgspec.structs.replace(COMPANY, filing="quarterly")) as trade:
        bill(trade, october(3))
        path = trade.book.path
    target = tmp_path / "iff.json"
    assert here("returns", path, "iff", "--period", "2026-10", "-o", target).code == 0
    assert json.loads(target.read_text("utf-8"))["fp"] == "102026"
    refused = problems(here("returns", path, "gstr1", "--period", "2026-10", "-o", target, "--json"), 1)
    assert refused[0]["code"] == "PERIOD"


def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(tmp_path: Path) -> None:
    asked = tmp_path / "nowhere" / "r1.json"
    with pytest.raises(FileNotFoundError) as refused:
        write_file(asked, b"{}")
    assert refused.value.filename == str(asked)
