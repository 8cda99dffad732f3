"""Standing by keys alone: the ageing on any day and by group, how they pay, statements for all, closing a period."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.book import Book
from core.clock import FixedClock
from core.closing.queries import closed_through
from desktop.shell import keys_twice
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
D = dt.date


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """Two wholesalers and a retailer; Vimal paid half in October."""
    with a_book(tmp_path) as made:
        for code, group, rupees, dated_on in (
            ("LOTUS", "wholesale", 5_000, D(2026, 10, 1)), ("SAGAR", "Retail", 20_000, D(2026, 9, 1)),
            ("VIMAL", "Wholesale ", 90_000, D(2026, 7, 1)),
        ):  # fmt: skip
            a_bill(made, a_party(made, code, group=group), rupees, dated_on)
        vimal = made.read(
            lambda read: read.exec_driver_sql("SELECT id FROM parties WHERE code = 'VIMAL'").scalar()
        )
        money_in(made, vimal, 45_000, D(2026, 10, 15))
        yield made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "statements", "parties", "gst") as made:
        made.until(lambda: made.view.ageing.table.model.rowCount() > 0)
        yield made


def owed(counter: Counter) -> list[tuple[str, int]]:
    model = counter.view.ageing.table.model
    return [(model.row(row).name, model.row(row).total_paise // 100) for row in range(model.rowCount())]


def bars(counter: Counter) -> str:
    return counter.view.ageing._bar.accessibleName()


def test_the_ageing_stands_on_any_day_and_leads_to_the_party(counter: Counter) -> None:
    assert owed(counter) == [("Vimal Foods", 45_000), ("Sagar Foods", 20_000), ("Lotus Foods", 5_000)]
    assert "91–180 days: 45,000.00" in bars(counter)
    counter.press("Ctrl+D")
    counter.fill("14-10-2026")
    counter.until(lambda: owed(counter)[0] == ("Vimal Foods", 90_000))
    assert "61–90 days: 90,000.00" in bars(counter)
    counter.shot("statements-ageing")
    counter.press("Return")
    assert counter.here() == ("parties", "")


def test_groups_are_summed_and_opened(counter: Counter) -> None:
    act = counter.view.presenter
    act.sum_by("group")
    counter.until(lambda: len(owed(counter)) == 2)
    assert sorted(owed(counter)) == [("Retail", 20_000), ("Wholesale", 50_000)]
    counter.view.ageing.table.view.setFocus()
    counter.view.ageing.table.view.selectRow(0)
    counter.press("Return")
    counter.until(lambda: owed(counter) == [("Vimal Foods", 45_000), ("Lotus Foods", 5_000)])
    assert counter.view.ageing.group.text() == "Wholesale"
    counter.press("Backspace")
    counter.until(lambda: len(owed(counter)) == 2 and act.by == "group")


def test_what_is_shown_goes_out_as_excel(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "ageing.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(place), ""))
    counter.press("Ctrl+E")
    counter.until(place.exists)
    counter.settle(50)
    page = openpyxl.load_workbook(place).worksheets[0]
    told = [[cell.value for cell in row] for row in page.iter_rows()]
    assert told[1][:2] == ["Vimal Foods", 45_000]
    assert told[-1][:2] == ["Total", 70_000]


def test_months_and_the_trial_balance_are_told(counter: Counter) -> None:
    counter.press("Ctrl+2")
    counter.until(lambda: counter.view.behaviour.table.model.rowCount() == 13)
    last = counter.view.behaviour.table.model.row(0)
    assert (last.month, last.received_paise) == ("2026-10", 45_000_00)
    assert "Days late" in counter.view.behaviour._days.accessibleName()
    counter.shot("statements-behaviour")
    counter.press("Ctrl+4")
    counter.until(lambda: counter.view.trial.table.model.rowCount() == 3)
    rows = [counter.view.trial.table.model.row(row) for row in range(3)]
    assert sum(row.debit_paise for row in rows) == sum(row.credit_paise for row in rows) == 115_000_00


def test_statements_of_all_parties_are_written_into_a_folder(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(folder))
    counter.press("Ctrl+3", "Ctrl+Return")
    counter.until(lambda: len(list(folder.iterdir())) == 3)
    counter.until(lambda: "3 files" in counter.view.run._banner.text())
    assert sorted(file.name for file in folder.iterdir()) == [
        "LOTUS Lotus Foods.pdf", "SAGAR Sagar Foods.pdf", "VIMAL Vimal Foods.pdf",
    ]  # fmt: skip
    assert all(file.read_bytes().startswith(b"%PDF") for file in folder.iterdir())
    counter.shot("statements-run")


def test_an_owner_closes_a_period_and_opens_it_again(counter: Counter) -> None:
    counter.press("Ctrl+5")
    counter.until(lambda: counter.view.closing._may_close())
    counter.press("Ctrl+Return")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.read(closed_through) == D(2026, 10, 31))
    counter.until(lambda: "31-10-2026" in counter.view.closing._state.text())
    counter.until(lambda: not counter.view.closing.findings.isVisible())  # nothing is left to close
    assert counter.view.closing.isAncestorOf(counter.window.focusWidget())
    counter.shot("statements-closing")
    counter.view.closing._on_reopen()
    counter.press("Ctrl+Return")
    assert counter.read(closed_through) == D(2026, 10, 31), "without a reason it stays closed"
    counter.type("A bill was forgotten")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.read(closed_through) is None)


def test_everything_has_a_name_and_no_key_stands_twice(counter: Counter) -> None:
    for tab in "12345":
        counter.press(f"Ctrl+{tab}")
        counter.settle(20)
        assert not accessible_names(counter.view)
        assert not keys_twice(counter.window._all_actions())
