"""Ageing by group, statements of all parties, confirmations, the trial balance, closing and opening again."""

from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from core.book import Book
from core.clock import FixedClock
from tests.core.books import PASSPHRASE, TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.desktop.command_line.runs import here, problems

pytestmark = pytest.mark.slow
ON = ("--on", "2026-11-20")


@pytest.fixture(autouse=True)
def a_day_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's clock stands on the day of the book."""
    monkeypatch.setattr("core.clock.SystemClock.now_us", lambda _clock: FixedClock.on(TODAY).now_us())


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """LOTUS (North) owes 1,500 of 2,000; SAGAR (north) 300; VIMAL is paid up; MEENA never bought."""
    with a_book(tmp_path) as made:
        lotus, sagar, vimal, _meena = (
            a_party(made, code, group=group)
            for code, group in (("LOTUS", "North"), ("SA/GAR", "north"), ("VIMAL", ""), ("MEENA", ""))
        )
        a_bill(made, lotus, 2_000, TODAY.replace(month=9, day=1))
        money_in(made, lotus, 500, TODAY.replace(month=10, day=1), reference="UTR1")
        a_bill(made, sagar, 300, TODAY.replace(month=11, day=1))
        a_bill(made, vimal, 70, TODAY.replace(month=9, day=1))
        money_in(made, vimal, 70, TODAY.replace(month=9, day=2), reference="UTR2")
        return made.path


def test_ageing_is_added_up_by_group(book: Path) -> None:
    aged = here("ageing", book, *ON, "--by", "group", "--json").json
    assert [(g["name"], g["parties"], g["total"]) for g in aged["groups"]] == [("North", 2, "1800.00")]
    assert (aged["by"], aged["total"], aged["buckets"]["31-60"], aged["buckets"]["not_due"]) == (
        "group", "1800.00", "1500.00", "300.00",
    )  # fmt: skip
    by_person = here("ageing", book, *ON, "--by", "salesperson")
    assert by_person.code == 0
    assert by_person.out.splitlines()[0].startswith("Salesperson")
    assert here("ageing", book, *ON, "--by", "colour").code == 2


def test_every_party_gets_its_statement_and_nobody_else_does(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    ran = here("statements", book, *ON, "-o", folder, "--excel", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["parties"] == 3
    assert not ran.json["stopped"]
    names = ["LOTUS Lotus Foods", "SA GAR Sa Gar Foods", "VIMAL Vimal Foods"]
    assert ran.json["files"] == [f"{name}{ending}" for name in names for ending in (".pdf", ".xlsx")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(ran.json["files"])
    assert "3 / 3" in ran.err
    sheet = openpyxl.load_workbook(folder / f"{names[0]}.xlsx")["Statement"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[1] for row in rows[1:]] == ["Opening balance", "Invoice", "Receipt", "Closing balance"]
    assert [float(row[6]) for row in rows[1:]] == [0, 2000, 1500, 1500]
    everyone = here("statements", book, *ON, "-o", folder, "--everyone", "--json").json
    assert (everyone["parties"], "MEENA Meena Foods.pdf" in everyone["files"]) == (4, True)
    recent = here("statements", book, *ON, "--from", "2026-11-15", "-o", folder, "--json").json
    assert recent["parties"] == 2, "VIMAL has no entry since and owes nothing"


def test_letters_ask_to_confirm(book: Path, tmp_path: Path) -> None:
    ran = here("statements", book, *ON, "-o", tmp_path / "letters", "--confirmations", "--json")
    assert len(ran.json["files"]) == 3
    letter = pypdfium2.PdfDocument((tmp_path / "letters" / ran.json["files"][0]).read_bytes())
    words = letter[0].get_textpage().get_text_range()
    letter.close()
    assert "owed us ₹ 1,500.00 on 20-11-2026" in " ".join(words.split())


def test_one_statement_is_a_workbook_when_its_name_says_so(book: Path, tmp_path: Path) -> None:
    target = tmp_path / "lotus.xlsx"
    assert here("statement", book, "LOTUS", *ON, "-o", target, "--json").json["closing"] == "1500.00"
    assert openpyxl.load_workbook(target).sheetnames == ["Statement", "Ages"]


def test_the_trial_balance_is_even(book: Path) -> None:
    told = here("trial-balance", book, *ON, "--json").json
    assert told["total"] == {"debit": "2370.00", "credit": "2370.00"}
    assert [(row["name"], row["debit"], row["credit"]) for row in told["accounts"]] == [
        ("Customers", "1800.00", "0.00"), ("Bank", "570.00", "0.00"), ("Sales", "0.00", "2370.00"),
    ]  # fmt: skip
    september = here("trial-balance", book, "--on", "2026-09-30", "--json").json
    assert september["total"]["debit"] == "2070.00"
    assert "Total" in here("trial-balance", book, *ON).out


def test_what_waits_is_told_before_a_close_and_a_period_is_opened_again(book: Path) -> None:
    waiting = problems(here("close", book, "--through", "2026-09-30", "--json"), 1)
    assert [problem["code"] for problem in waiting] == ["RETURNS"]
    closed = here("close", book, "--through", "2026-09-30", "--despite", "--json").json
    assert closed["closed_through"] == "2026-09-30"
    assert [each["code"] for each in closed["waiting"]] == ["RETURNS"]
    assert (
        problems(here("close", book, "--through", "2026-09-30", "--despite", "--json"), 1)[0]["code"]
        == "CLOSED"
    )
    assert (
        problems(here("close", book, "--through", "2026-10-15", "--despite", "--json"), 1)[0]["code"]
        == "PERIOD"
    )
    assert problems(here("reopen", book, "--reason", " ", "--json"), 1)[0]["code"] == "REQUIRED"
    opened = here("reopen", book, "--reason", "a bill was forgotten", "--json").json
    assert opened == {"closed_through": None}
    with Book.open(book, passphrase=PASSPHRASE) as again:
        assert again.verify().ok


@pytest.mark.parametrize("day", ["0001-01-01", "0001-03-31", "0001-04-01", "9999-12-31"])
def test_no_day_is_too_early_or_too_late_to_ask(book: Path, tmp_path: Path, day: str) -> None:
    for asked in (
        ("ageing", book), ("ageing", book, "--by", "group"), ("statement", book, "LOTUS"), ("trial-balance", book),
        ("statements", book, "-o", tmp_path / "early"), ("worklist", book), ("interest", book, "--party", "LOTUS"),
    ):  # fmt: skip
        ran = here(*asked, "--on", day, "--json")
        assert ran.code == 0, (asked, ran.out, ran.err)


def test_a_period_that_ends_before_it_begins_and_a_folder_that_is_none_are_refused(
    book: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    late = ("--from", "2026-12-01", "--on", "2026-01-01")
    assert here("statements", book, "-o", folder, *late).code == 2
    assert here("statement", book, "LOTUS", *late).code == 2
    assert not folder.exists()
    (tmp_path / "file").write_bytes(b"")
    (refused,) = problems(here("statements", book, *ON, "-o", tmp_path / "file", "--json"), 3)
    assert refused["code"] == "FOLDER_FAILED"
    assert "book" not in refused["remedy"]
