"""Parties by keys alone: entered, found, looked at, edited, archived."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.book import Book
from core.clock import FixedClock
from core.dunning.queries import reminders_page
from core.parties.model import InterestTerms
from core.parties.queries import parties_by_name, party
from core.receipts.model import Deduction
from desktop.shell import keys_twice
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
D = dt.date
GSTIN = "29AAKCN5519Q1ZK"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "parties", "receipts", "collections") as made:
        yield made


def names(counter: Counter, *, archived: bool = False) -> dict[str, bytes]:
    rows = counter.read(lambda read: parties_by_name(read, archived=archived)).rows
    return {row.name: row.id for row in rows}


def shown(counter: Counter) -> list[str]:
    """The names in the list, as it stands."""
    model = counter.view._list.table.model
    return [model.row(row).name for row in range(model.rowCount())]


def test_a_party_is_entered_without_a_mouse(counter: Counter) -> None:
    """The GSTIN fills State, PAN and kind; after saving its page is open, and Esc leads back to the list."""
    counter.press("Ctrl+N")
    counter.fill("Kaveri Dairy LLP", GSTIN)
    form = counter.view._page.form
    assert form.value("state").text == "Karnataka"
    assert form.value("pan") == "AAKCN5519Q"
    assert form.value("kind").value == "registered"
    counter.shot("party-new")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("parties", ""))
    record = names(counter)["Kaveri Dairy LLP"]
    kept = counter.read(lambda read: party(read, record))
    assert (kept.registration.gstin, kept.registration.state_code, kept.pan) == (GSTIN, "29", "AAKCN5519Q")
    assert counter.window.here.record == record
    counter.press("Esc")
    assert counter.window.here.record is None
    assert shown(counter) == ["Kaveri Dairy LLP"]


def test_a_wrong_gstin_is_told_while_it_is_typed_and_keeps_nothing(counter: Counter) -> None:
    counter.press("Ctrl+N")
    counter.fill("Kaveri Dairy LLP", "29AAKCN5519Q1ZA")
    form = counter.view._page.form
    assert "should be K" in form.problem_of("gstin")
    counter.press("Ctrl+Return")
    assert counter.here() == ("parties", "new")
    assert "should be K" in form.problem_of("gstin")
    assert names(counter) == {}


def test_leaving_a_changed_form_asks_first(counter: Counter) -> None:
    counter.press("Ctrl+N")
    counter.type("Half a name")
    counter.press("Esc")
    assert counter.here() == ("parties", "new")
    counter.press("Return")  # Leave
    assert counter.here() == ("parties", "")
    assert names(counter) == {}


def test_a_form_left_by_another_way_waits_for_its_user(counter: Counter) -> None:
    counter.press("Ctrl+N")
    counter.type("Kaveri Da")
    counter.press("Alt+2", "Alt+1")  # receipts, then the list of parties
    assert counter.here() == ("parties", "")
    counter.press("Ctrl+N")
    assert counter.view._page.form.value("name") == "Kaveri Da"
    counter.press("Esc", "Return")  # Leave
    counter.press("Ctrl+N")
    assert counter.view._page.form.value("name") == ""


def test_coming_back_finds_the_page_as_it_was_left(counter: Counter) -> None:
    lotus = a_party(counter.book)
    for month in (8, 9, 10):
        a_bill(counter.book, lotus, 100 * month, D(2026, month, 1))
    counter.window.go("parties", record=lotus)
    counter.press("Ctrl+3")
    counter.until(lambda: counter.view._page._tables["papers"].model.rowCount() == 3)
    counter.press("Home", "Down", "Return")
    assert counter.here()[0] == "invoices"
    counter.press("Alt+Left")
    table = counter.view._page._tables["papers"]
    assert [table.model.row(place).amount_paise for place in range(3)][1] == 900_00
    assert table.view.currentIndex().row() == 1


def test_the_page_shows_the_account_and_every_line_leads_to_its_paper(counter: Counter) -> None:
    """
    Lotus owes a late bill of 5,000 and one of 2,000 not yet due; 1,500 came in and settled part of the first.
    """
    lotus = a_party(counter.book, phone="044 100")
    late = a_bill(counter.book, lotus, 5_000, D(2026, 9, 1))
    a_bill(counter.book, lotus, 2_000, D(2026, 11, 15))
    receipt = money_in(counter.book, lotus, 1_500, D(2026, 10, 20))
    counter.until(lambda: shown(counter) == ["Lotus Foods"])
    counter.press("Home", "Return")
    page = counter.view._page
    counter.until(lambda: page._head is not None)
    assert [number for number, _text, _tone in page._head.figures] == [
        "5,500.00 Dr", "3,500.00", "–", "19.0", "20-10-2026",
    ]  # fmt: skip
    table = page._tables["statement"].model
    texts = [[table.index(row, column).data() for column in (1, 4)] for row in range(table.rowCount())]
    assert [line[1] for line in texts] == ["–", "5,000.00 Dr", "3,500.00 Dr", "5,500.00 Dr"]
    counter.shot("party-page")
    counter.press("Down", "Return")
    assert (counter.window.here.screen, counter.window.here.record) == ("invoices", late)
    counter.press("Alt+Left", "Down", "Return")  # the page is as it was left
    assert (counter.window.here.screen, counter.window.here.record) == ("receipts", receipt)
    counter.press("Esc")
    counter.press("Ctrl+2")
    opened = counter.view._page._tables["open"].model
    assert [opened.row(row).open_paise for row in range(opened.rowCount())] == [3_500_00, 2_000_00]
    assert opened.index(0, 3).data() == "50 days late"


def test_the_statement_is_a_paper_of_the_period(counter: Counter) -> None:
    lotus = a_party(counter.book)
    a_bill(counter.book, lotus, 5_000, D(2026, 9, 1))
    counter.window.go("parties", record=lotus)
    counter.settle()
    counter.press("Ctrl+P")
    assert counter.here() == ("parties", "statement")
    counter.until(lambda: bool(counter.view._page.paper._views))
    counter.shot("party-statement")
    counter.press("Esc")
    assert counter.here() == ("parties", "")


def test_a_partys_lists_leave_as_csv(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotus = a_party(counter.book)
    a_bill(counter.book, lotus, 5_000, D(2026, 9, 1))
    file = tmp_path / "account.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    counter.window.go("parties", record=lotus)
    counter.press("Ctrl+1", "Ctrl+Shift+E")
    counter.until(file.exists)
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0] == "Date,Particulars,Debit,Credit,Balance"
    assert lines[2].endswith('"5,000.00",,"5,000.00 Dr"')
    counter.press("Esc")
    file.unlink()
    counter.press("Ctrl+E")
    counter.until(file.exists)
    assert "Lotus Foods" in file.read_text("utf-8-sig")


def test_editing_keeps_what_the_form_does_not_show(counter: Counter) -> None:
    lotus = a_party(counter.book, phone="044 100", notes="Pays on Fridays")
    counter.window.go("parties", record=lotus)
    counter.press("Ctrl+E")
    counter.until(lambda: counter.view._page.form.value("name") == "Lotus Foods")
    counter.fill("Lotus Foods and Spices")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("parties", ""))
    kept = counter.read(lambda read: party(read, lotus))
    assert (kept.name, kept.phone, kept.notes, kept.terms_days) == (
        "Lotus Foods and Spices", "044 100", "Pays on Fridays", 30,
    )  # fmt: skip
    assert kept.address.city == "Chennai"


def test_an_archived_party_leaves_the_list_and_comes_back(counter: Counter) -> None:
    lotus = a_party(counter.book)
    counter.window.go("parties", record=lotus)
    counter.settle()
    counter.press("Ctrl+Shift+A")
    counter.until(lambda: "Lotus Foods" in names(counter, archived=True))
    counter.press("Esc")
    counter.window.go("parties")
    counter.until(lambda: shown(counter) == [])
    counter.window.go("parties", page="archived")
    counter.until(lambda: shown(counter) == ["Lotus Foods"])
    counter.press("Home", "Return", "Ctrl+Shift+A")
    counter.until(lambda: "Lotus Foods" in names(counter))


def test_filter_sort_and_scope_put_new_questions(counter: Counter) -> None:
    for code in ("LOTUS", "SAGAR", "VIMAL"):
        a_party(counter.book, code)
    late = names(counter)["Sagar Foods"]
    a_bill(counter.book, late, 900, D(2026, 8, 1))
    counter.until(lambda: len(shown(counter)) == 3)
    counter.press("/")
    counter.type("vim")
    counter.until(lambda: shown(counter) == ["Vimal Foods"])
    counter.press("Esc")
    counter.until(lambda: len(shown(counter)) == 3)
    counter.view._list.table.sort_by("overdue", descending=True)
    counter.until(lambda: shown(counter)[0] == "Sagar Foods")
    counter.window.go("parties", page="overdue")
    counter.until(lambda: shown(counter) == ["Sagar Foods"])


def test_a_reminder_is_written_from_the_page_when_one_is_due(counter: Counter) -> None:
    lotus = a_party(counter.book)
    a_bill(counter.book, lotus, 900, D(2026, 8, 1))
    counter.window.go("parties", record=lotus)
    counter.settle()
    counter.press("R")
    counter.until(lambda: len(counter.read(lambda read: reminders_page(read, party=lotus)).rows) == 1)
    counter.press("R")
    counter.until(lambda: any("No reminder" in text for text in counter.window.notifier.texts()))
    assert len(counter.read(lambda read: reminders_page(read, party=lotus)).rows) == 1


def test_everything_that_takes_the_focus_has_a_name_and_no_key_means_two_things(counter: Counter) -> None:
    lotus = a_party(counter.book)
    for page in ("", "edit"):
        counter.window.go("parties", record=lotus, page=page)
        counter.settle()
        assert accessible_names(counter.view) == []
        assert keys_twice(counter.view.actions_here()) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_an_empty_list_says_what_belongs_there(qapp: QApplication, book: Book, look: str) -> None:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "parties", size=(1180, 720), look=look) as made:
        assert made.view._list.table._message is not None
        made.shot(f"parties-empty-{look}")
        made.view._list.action_asked.emit()
        assert made.here() == ("parties", "new")


def test_the_page_tells_how_a_party_pays_and_what_interest_and_tax_come_to(counter: Counter) -> None:
    agreed = InterestTerms(1800, "simple")
    lotus = a_party(counter.book, "LOTUS", interest=agreed, tds_code="1024", tan="MUML12345A")
    a_bill(counter.book, lotus, 50_000, D(2026, 8, 1), rate_bp=1800)
    tds = (Deduction(kind="tds", code="1024", paise=100_000),)
    money_in(counter.book, lotus, 58_000, D(2026, 10, 20), kept_back=tds)
    counter.until(lambda: shown(counter) == ["Lotus Foods"])
    counter.press("Home", "Return")
    page = counter.view._page
    counter.until(lambda: page._head is not None)
    counter.press("Ctrl+5")
    months = page._tables["months"].model
    counter.until(lambda: months.rowCount() == 12)
    assert (months.row(1).month, months.row(1).late, months.row(1).taken) == ("2026-10", 5000, 8000)
    assert "Days late: 50.0" in page._shown["months"].chart.accessibleName()
    counter.shot("party-months")
    counter.press("Ctrl+6")
    interest = page._tables["interest"].model
    counter.until(lambda: interest.rowCount() == 1)
    assert interest.row(0).interest_paise == 1_425_70, (
        "from 1 September, the day after it fell due, 49 days at 18 % of 59,000"
    )
    counter.shot("party-interest")
    counter.press("Ctrl+7")
    tax = page._tables["tds"].model
    counter.until(lambda: tax.rowCount() >= 1)
    assert {(row.quarter, row.deducted_paise) for row in (tax.row(n) for n in range(tax.rowCount()))} >= {
        (3, 100_000)
    }
    counter.shot("party-tds")
    counter.press("Alt+C", "Return")
    counter.until(lambda: interest.rowCount() == 1 and interest.row(0).unbooked_paise == 0)
    counter.press("Ctrl+6")
    counter.until(lambda: interest.row(0).booked_paise == 1_425_70)


def test_a_balance_is_confirmed_and_an_account_goes_out_as_excel(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotus = a_party(counter.book, "LOTUS")
    a_bill(counter.book, lotus, 5_000, D(2026, 9, 1))
    counter.window.go("parties", record=lotus, page="confirmation")
    counter.settle(300)
    counter.shot("party-confirmation")
    place = tmp_path / "balance.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(place), ""))
    counter.press("Ctrl+Shift+E")
    counter.until(place.exists)
    counter.settle(50)
    page = openpyxl.load_workbook(place).worksheets[0]
    assert [cell.value for cell in page[2]][4:] == [5_000, 5_000]
