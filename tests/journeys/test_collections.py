"""Collections by keys alone: whom to chase, one letter or all that are due, looked at first, saved as PDFs."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.book import Book
from core.clock import FixedClock
from core.dunning.queries import reminders_page
from desktop.shell import keys_twice
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
D = dt.date


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """Three late payers, Vimal the worst; Meghna is late but has paid ahead; Kiran owes nothing late."""
    with a_book(tmp_path) as made:
        for code, rupees, dated_on in (
            ("LOTUS", 5_000, D(2026, 10, 1)), ("SAGAR", 20_000, D(2026, 9, 1)), ("VIMAL", 90_000, D(2026, 8, 1)),
        ):  # fmt: skip
            a_bill(made, a_party(made, code), rupees, dated_on)
        meghna = a_party(made, "MEGHNA")
        money_in(made, meghna, 9_000, D(2026, 9, 2))
        a_bill(made, meghna, 3_000, D(2026, 9, 1))
        a_bill(made, a_party(made, "KIRAN"), 3_000, D(2026, 11, 10))
        yield made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "collections", "parties", "receipts") as made:
        made.until(lambda: made.view._work.table.model.rowCount() > 0)
        yield made


def chased(counter: Counter) -> list[str]:
    model = counter.view._work.table.model
    return [model.row(row).row.name for row in range(model.rowCount())]


def letters(counter: Counter) -> list[tuple[str, int]]:
    return sorted((row.name, row.step) for row in counter.read(reminders_page).rows)


def test_the_worst_comes_first_with_the_reasons_beside_it(counter: Counter) -> None:
    assert chased(counter) == ["Vimal Foods", "Sagar Foods", "Lotus Foods"]
    counter.until(lambda: counter.view._chased is not None)
    seen = counter.view._chased
    assert seen.row.name == "Vimal Foods"
    assert "never reminded" in seen.reasons
    assert [rung.pill for rung in seen.rungs] == ["Due now", "Later", "Later"]
    assert [bill.text for bill in seen.bills] == ["81 days late"]
    counter.shot("collections")
    counter.press("Down")
    counter.until(lambda: counter.view._chased.row.name == "Sagar Foods")
    counter.press("Return")
    assert counter.here() == ("parties", "")


def test_one_key_reminds_the_party_looked_at(counter: Counter) -> None:
    counter.press("Down")
    counter.until(lambda: counter.view._chased.row.name == "Sagar Foods")
    counter.press("R")
    counter.until(lambda: letters(counter) == [("Sagar Foods", 1)])
    counter.until(lambda: counter.view._chased.rungs[0].pill == "Written")
    counter.press("R")
    counter.until(lambda: any("No letter to Sagar" in text for text in counter.window.notifier.texts()))
    assert letters(counter) == [("Sagar Foods", 1)]


def test_all_letters_are_looked_at_then_written_but_for_the_one_left_out(counter: Counter) -> None:
    counter.press("Ctrl+Shift+R")
    assert counter.here() == ("collections", "ladder")
    page = counter.view._page
    counter.until(lambda: page.table.model.rowCount() == 3 and bool(page.paper._views))
    assert letters(counter) == []
    counter.shot("collections-ladder")
    counter.press("Home", "Down", "Del")
    counter.until(lambda: page.table.model.rowCount() == 2)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("collections", "letters"))
    assert letters(counter) == [("Lotus Foods", 1), ("Vimal Foods", 1)]
    counter.until(lambda: counter.view._letters.table.model.rowCount() == 2)
    counter.shot("collections-letters")
    counter.press("Home", "Return")
    assert counter.here() == ("collections", "letter")
    counter.until(lambda: bool(counter.view._page.paper._views))
    counter.press("Esc", "Ctrl+1")
    assert counter.here() == ("collections", "")


def test_letters_are_saved_as_pdfs_into_a_folder(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    counter.press("R")
    counter.until(lambda: len(letters(counter)) == 1)
    counter.press("Ctrl+2")
    counter.until(lambda: counter.view._letters.table.model.rowCount() == 1)
    counter.press("Home", "Ctrl+Shift+S")
    counter.until(lambda: len(list(folder.iterdir())) == 1)
    [file] = folder.iterdir()
    assert file.name.endswith("Vimal Foods.pdf")
    assert file.read_bytes().startswith(b"%PDF")


def test_who_pays_leaves_the_worklist_at_once(counter: Counter) -> None:
    counter.press("Down")
    counter.until(lambda: counter.view._chased.row.name == "Sagar Foods")
    counter.press("F6")
    assert counter.here() == ("receipts", "new")
    counter.settle()
    counter.fill("20000")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("receipts", ""))
    counter.window.go("collections")
    counter.until(lambda: chased(counter) == ["Vimal Foods", "Lotus Foods"])


def test_with_nobody_late_the_list_says_so(qapp: QApplication, tmp_path: Path) -> None:
    with (
        a_book(tmp_path, name="calm.bahi") as calm,
        at_the_counter(qapp, calm, FixedClock.on(TODAY), "collections", look="dark") as made,
    ):
        made.shot("collections-empty")
        made.press("R", "Ctrl+Shift+R")
        assert made.here() == ("collections", "ladder")
        assert not made.view._page._run.isEnabled()
        made.press("Ctrl+Return")
        assert made.read(reminders_page).rows == []


def test_everything_that_takes_the_focus_has_a_name_and_no_key_means_two_things(counter: Counter) -> None:
    for page in ("", "letters", "ladder"):
        counter.window.go("collections", page=page)
        counter.settle()
        assert accessible_names(counter.view) == [], page
        assert keys_twice(counter.view.actions_here()) == []
