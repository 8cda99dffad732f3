"""TDS by keys alone: a form looked at and taken, a deductor opened, linked by hand, claimed, written to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.book import Book
from core.clock import FixedClock
from core.tds.queries import certificates, seen_rows
from desktop.shell import keys_twice
from tests.core.books import TODAY, a_book
from tests.journeys.counter import Counter, accessible_names, at_the_counter
from tests.journeys.tds_desk import FORM, GST_LIST, a_year, read_forms

pytestmark = pytest.mark.journey


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        a_year(made)
        yield made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "tds", "parties", "receipts") as made:
        made.until(lambda: listed(made, "life").rowCount() > 0)
        yield made


def listed(counter: Counter, name: str) -> Any:
    return counter.view.lists[name].table.model


def states(counter: Counter) -> dict[tuple[str, int], str]:
    model = listed(counter, "life")
    rows = [model.row(at) for at in range(model.rowCount())]
    return {(row.name.partition(" ")[0], row.quarter): row.state for row in rows}


def choose(counter: Counter, name: str, picked: Any) -> None:
    """Put the selection on the first row that answers, as arrow keys would."""
    model = listed(counter, name)
    at = next(at for at in range(model.rowCount()) if picked(model.row(at)))
    counter.press("Home", *["Down"] * at)


def asked_for(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))


def test_a_form_is_looked_at_then_taken_and_a_second_time_brings_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(counter)["Kaveri", 2] == "missing"
    asked_for(monkeypatch, FORM)
    counter.press("Ctrl+I")
    counter.until(lambda: counter.here() == ("tds", "coming") and counter.view._page._is_good)
    assert counter.read(lambda read: seen_rows(read, 2026, 2026)) == []
    counter.shot("tds-coming")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("tds", "life"))
    counter.until(lambda: states(counter)["Kaveri", 2] == "short")
    counter.shot("tds-life")
    assert len(counter.read(lambda read: seen_rows(read, 2026, 2026))) == 4
    counter.press("Ctrl+I")
    counter.until(lambda: counter.here() == ("tds", "coming") and len(counter.view._page._rows) == 4)
    assert not counter.view._page._is_good
    counter.press("Ctrl+Return", "Esc")
    counter.until(lambda: counter.here() == ("tds", "life"))


def test_a_form_with_a_bad_line_is_not_taken(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text(FORM.read_text().replace("02-Jun-2026", "31-Jun-2026"))
    asked_for(monkeypatch, bad)
    counter.press("Ctrl+I")
    counter.until(lambda: counter.here() == ("tds", "coming") and bool(counter.view._page._rows))
    counter.shot("tds-problems")
    counter.press("Ctrl+Return")
    assert counter.here() == ("tds", "coming")
    assert counter.read(lambda read: seen_rows(read, 2026, 2026)) == []


def test_enter_opens_the_deductor_and_then_the_receipt(counter: Counter) -> None:
    read_forms(counter.book, FORM)
    counter.until(lambda: states(counter)["Kaveri", 2] == "short")
    choose(counter, "life", lambda row: row.name == "Lotus Foods")
    counter.press("Return")
    counter.until(lambda: counter.here() == ("tds", "deductor") and counter.view._page is not None)
    page = counter.view._page
    counter.until(lambda: page.list.table.model.rowCount() == 4)
    counter.shot("tds-deductor")
    counter.press("Home", "Return")
    assert counter.here()[0] == "receipts"
    counter.press("Alt+Left")
    counter.until(lambda: counter.here() == ("tds", "deductor"))
    counter.press("Ctrl+Return")
    assert counter.here()[0] == "parties"


def test_a_link_by_hand_is_made_and_undone(counter: Counter) -> None:
    read_forms(counter.book, FORM)
    counter.until(lambda: states(counter)["Kaveri", 2] == "short")
    choose(counter, "life", lambda row: row.name == "Indus Foods" and row.quarter == 1)
    counter.press("Return")
    counter.until(
        lambda: counter.view._page is not None and counter.view._page.list.table.model.rowCount() == 2
    )
    page = counter.view._page
    counter.press("Home", "Down")
    counter.until(lambda: [row.deducted_paise for row in page._chosen()] == [900_000])
    counter.press("Ctrl+L")
    counter.until(lambda: counter.view._sheet is not None)
    counter.type("1,500")
    counter.settle(150)
    counter.shot("tds-link")
    counter.press("Return")
    counter.until(lambda: counter.view._sheet is None and any(
        page.list.table.model.row(at).link is not None for at in range(page.list.table.model.rowCount())
    ))  # fmt: skip
    counter.press("Home", "Down")
    counter.until(lambda: [row.shown_paise for row in page._chosen()] == [150_000])
    counter.press("Ctrl+U")
    counter.until(lambda: all(
        page.list.table.model.row(at).link is None for at in range(page.list.table.model.rowCount())
    ))  # fmt: skip


def test_a_credit_is_claimed_and_a_certificate_noted(counter: Counter) -> None:
    read_forms(counter.book, FORM)
    counter.press("Ctrl+2")
    counter.until(lambda: listed(counter, "seen").rowCount() == 4)
    choose(counter, "seen", lambda row: row.state == "matched")
    counter.press("Ctrl+M")
    counter.until(lambda: counter.view._sheet is not None)
    counter.press("Ctrl+Return")
    counter.until(lambda: any(listed(counter, "seen").row(at).claimed_in == 2026 for at in range(4)))
    counter.shot("tds-seen")
    counter.press("Ctrl+3", "Ctrl+Shift+N")
    counter.until(lambda: counter.view._sheet is not None)
    counter.fill("", "Q1", "ABCD123", "CHEL01234A", "1024", "4000", "", "")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(counter.read(lambda read: certificates(read, 2026))) == 1)
    counter.until(lambda: listed(counter, "certificates").rowCount() == 1)
    counter.shot("tds-certificates")


def test_letters_are_looked_at_and_saved_all_at_once(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_forms(counter.book, FORM)
    counter.press("Ctrl+Shift+L")
    counter.until(lambda: counter.here() == ("tds", "letters") and bool(counter.view._page.paper._views))
    counter.shot("tds-letters")
    folder = tmp_path / "letters"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    counter.press("Ctrl+Return")
    counter.until(lambda: len(list(folder.iterdir())) == 3)
    assert all(file.read_bytes().startswith(b"%PDF") for file in folder.iterdir())


def test_the_list_goes_out_as_excel_with_code_and_tan(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tds.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    counter.press("Ctrl+E")
    counter.until(target.exists)
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet[1]][:5] == ["Deductor", "TAN", "Quarter", "Code", "Expected"]
    assert [cell.value for cell in sheet[2]][:5] == ["Indus Foods", "MUMI07777B", "Q1", "1024", 9000]


def test_gst_stands_apart_and_the_year_steps(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for(monkeypatch, GST_LIST)
    counter.press("Ctrl+I")
    counter.until(lambda: counter.here() == ("tds", "coming") and counter.view._page._is_good)
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("tds", "gst"))
    counter.until(lambda: listed(counter, "gst").rowCount() == 2)
    counter.press("[")
    counter.until(lambda: listed(counter, "gst").rowCount() == 0)
    counter.shot("tds-empty")
    assert counter.view.presenter.label == "2025-26"


def test_everything_that_takes_the_focus_has_a_name_and_no_key_means_two_things(counter: Counter) -> None:
    for page in ("life", "seen", "certificates", "gst", "letters"):
        counter.window.go("tds", page=page)
        counter.settle()
        assert accessible_names(counter.view) == [], page
        assert keys_twice(counter.view.actions_here()) == []
