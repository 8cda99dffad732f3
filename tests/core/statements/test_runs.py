"""Files of many parties: their names, their progress, stopping, and what else is written beside them."""

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from core.book import Book
from core.invoicing.commands import save_draft
from core.invoicing.model import Draft
from core.paper import draw_statement
from core.parties.commands import save_party
from core.parties.model import Party
from core.statements import workbook
from core.statements.ageing import ageing
from core.statements.behaviour import figures
from core.statements.books import before_closing, first_entry_on, trial_balance_on
from core.statements.confirmation import confirmation
from core.statements.grouping import ageing_by
from core.statements.model import Confirmation, Statement
from core.statements.run import (
    FolderFailed,
    confirmations_run,
    file_name,
    parties_with_account,
    statements_run,
)
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

D = dt.date


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("C-1", "Lotus Foods", "C-1 Lotus Foods"),
        ("A/B", 'He said: "no" <ok>|?*', "A B He said no ok"),
        ("", "con", "_con"),
        ("", "NUL.txt", "_NUL.txt"),
        ("", "com1", "_com1"),
        ("", "COM¹", "_COM¹"),
        ("", "CONIN$", "_CONIN$"),
        ("", "Lotus \u202efdp.exe", "Lotus fdp.exe"),
        ("", "\ufeffLotus\u200b\u2028Foods", "Lotus Foods"),
        ("", "क्\u200dष", "क्\u200dष"),
        ("", " Trailing dots... ", "Trailing dots"),
        ("", "", "party"),
        ("", "..\\..\\etc", "etc"),
        ("", "\x00\x1f\n", "party"),
        ("", "श्री मुरुगन", "श्री मुरुगन"),
        ("", "x" * 300, "x" * 60),
    ],
)
def test_names_of_files_are_fit_for_every_system(code: str, name: str, expected: str) -> None:
    assert file_name(code, name, set()) == expected


def test_no_two_files_have_one_name_whatever_their_case() -> None:
    taken: set[str] = set()
    assert [file_name("", name, taken) for name in ("Lotus", "LOTUS", "lotus", "Lo/tus", "Lo tus")] == [
        "Lotus", "LOTUS (2)", "lotus (3)", "Lo tus", "Lo tus (2)",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """LOTUS owes, SAGAR paid in full in June, VIMAL speaks Hindi and is in credit, OLD never traded."""
    with a_book(tmp_path_factory.mktemp("runs")) as made:
        lotus, sagar = a_party(made), a_party(made, "SAGAR")
        vimal = a_party(made, "VIMAL", language="hi")
        made.write("Old", lambda work: save_party(work, Party(code="OLD", name="Old Foods")))
        a_bill(made, lotus, 500, D(2026, 9, 1))
        a_bill(made, sagar, 80, D(2026, 6, 1))
        money_in(made, sagar, 80, D(2026, 6, 2), reference="UTR1")
        money_in(made, vimal, 900, D(2026, 11, 1), allocate=None, reference="UTR2")
        yield made


def run_of(book: Book, folder: Path, **rest: object) -> object:
    def run(read: object) -> object:
        parties = parties_with_account(read, D(2026, 7, 1), TODAY)
        given = {"from_on": D(2026, 7, 1), "to_on": TODAY, "today": TODAY, "ways": {".pdf": pdf}, **rest}
        return statements_run(read, parties, folder, **given)

    return book.read(run)


def pdf(statement: Statement) -> bytes:
    made = BytesIO()
    draw_statement(statement, made, language=statement.language)
    return made.getvalue()


@pytest.mark.slow
def test_each_party_with_an_account_gets_a_file_in_its_language(book: Book, tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    texts: list[tuple[str, str]] = []

    def noted(statement: Statement) -> bytes:
        texts.extend((statement.language, entry.text) for entry in statement.entries)
        return pdf(statement)

    done = run_of(book, tmp_path, ways={".pdf": noted}, progress=lambda at, of: said.append((at, of)))
    assert [path.name for path in done.files] == ["LOTUS Lotus Foods.pdf", "VIMAL Vimal Foods.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in done.files)
    assert (said, done.is_cancelled) == ([(1, 2), (2, 2)], False)
    assert texts[0] == ("en", "due 01-10-2026")
    assert texts[1][0] == "hi"
    assert not list(tmp_path.glob(".*")), "nothing half written is left"
    everyone = book.read(lambda read: parties_with_account(read, TODAY, TODAY, with_empty=True))
    assert len(everyone) == 4


@pytest.mark.slow
def test_a_run_is_stopped_between_two_files(book: Book, tmp_path: Path) -> None:
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 1

    done = run_of(book, tmp_path, cancelled=stop)
    assert (len(done.files), done.parties, done.is_cancelled) == (1, 1, True)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.slow
def test_what_cannot_be_written_leaves_nothing_half_done(book: Book, tmp_path: Path) -> None:
    def broken(_statement: Statement) -> bytes:
        raise OSError(28, "No space left on device")

    with pytest.raises(FolderFailed, match="0 files were written"):
        run_of(book, tmp_path, ways={".pdf": broken})
    assert list(tmp_path.iterdir()) == []
    made: list[Statement] = []

    def full(statement: Statement) -> bytes:
        made.append(statement)
        return broken(statement) if len(made) > 1 else b"%PDF"

    with pytest.raises(FolderFailed, match=r"No space left on device\. 1 files were written"):
        run_of(book, tmp_path, ways={".pdf": full})
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderFailed):
        run_of(book, tmp_path / "file")


@pytest.mark.slow
def test_letters_of_all_are_written_alike(book: Book, tmp_path: Path) -> None:
    kept: list[Confirmation] = []

    def note(letter: Confirmation) -> bytes:
        kept.append(letter)
        return workbook.confirmation_file(letter)

    parties = book.read(lambda read: parties_with_account(read, TODAY, TODAY))
    done = book.read(
        lambda read: confirmations_run(
            read, parties, tmp_path, on=TODAY, dated_on=TODAY, ways={".xlsx": note}
        )
    )
    assert [(letter.buyer.code, letter.balance_paise) for letter in kept] == [
        ("LOTUS", 500_00),
        ("VIMAL", -900_00),
    ]
    sheet = openpyxl.load_workbook(done.files[0])["Balance"]
    assert float(sheet["F2"].value) == 500
    with pytest.raises(KeyError):
        book.read(lambda read: confirmation(read, b"?" * 16, TODAY))


@pytest.mark.slow
def test_every_list_of_standing_is_a_workbook(book: Book) -> None:
    made = {
        "ageing": lambda out: workbook.write_ageing(book.read(lambda read: ageing(read, on=TODAY))[0], out),
        "groups": lambda out: workbook.write_groups(
            book.read(lambda read: ageing_by(read, on=TODAY, by="group")), "Group", out
        ),
        "trial": lambda out: workbook.write_trial_balance(
            book.read(lambda read: trial_balance_on(read, TODAY)), out
        ),
        "months": lambda out: workbook.write_figures(
            book.read(lambda read: figures(read, D(2026, 6, 1), TODAY)), out
        ),
    }
    rows = {}
    for name, write in made.items():
        out = BytesIO()
        write(out)
        sheet = openpyxl.load_workbook(out).active
        rows[name] = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert (rows["ageing"][1][0], float(rows["ageing"][1][8])) == ("Lotus Foods", 500)
    assert rows["groups"][1][:2] == ["none", 1]
    assert rows["trial"][-1][0] == "Total"
    assert float(rows["trial"][-1][1]) == float(rows["trial"][-1][2]) == 980
    assert [row[0] for row in rows["months"][1:]] == [f"2026-{n:02d}" for n in range(6, 12)]
    assert float(rows["months"][1][9]) == 0, "paid before it was due"


@pytest.mark.slow
def test_what_waits_before_a_close_is_told(tmp_path: Path) -> None:
    with a_book(tmp_path) as made:
        assert made.read(first_entry_on) is None
        party = a_party(made)
        a_bill(made, party, 100, D(2026, 6, 3))
        assert made.read(first_entry_on) == D(2026, 6, 3)
        end = D(2026, 6, 30)
        assert made.read(lambda read: before_closing(read, end)) == []
        for n in range(7):
            made.write(
                "Draft", lambda work, n=n: save_draft(work, Draft(party=party, dated_on=D(2026, 6, 1 + n)))
            )
        made.write("Later", lambda work: save_draft(work, Draft(party=party, dated_on=D(2026, 7, 1))))
        found = made.read(lambda read: before_closing(read, end, unfiled=["gstr1 2026-06"]))
        assert [(each.code, each.count) for each in found] == [("DRAFTS", 7), ("RETURNS", 1)]
        assert found[0].names == tuple(f"0{n}-06-2026" for n in range(1, 6))
        assert len(found[0].records) == 5
        made.write("Shared", lambda work: work.note(shared=True))
        assert made.read(lambda read: before_closing(read, end))[-1].code == "NOT_SYNCED"
