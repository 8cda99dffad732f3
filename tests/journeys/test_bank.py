"""The bank by keys alone: import a statement, accept what is certain, the rest one by one, reconcile."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.bank.queries import lines_page
from core.book import Book
from core.clock import FixedClock
from core.ledger.queries import open_items
from desktop.kit import Question
from desktop.shell import keys_twice
from tests.core.bank.taking import an_account, stated
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
D = dt.date

STATEMENT = """Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
02/11/26,NEFT CR-HDFC0000123-MANGO FOODS-NANDI,HDFCN52026110212345678,02/11/26,,60000.00,160000.00
09/11/26,RTGS CR-UTIBR52026110900012345-LOTUS FOODS-NANDI,UTIBR52026110900012345,09/11/26,,116000.00,276000.00
10/11/26,CHRGS SMS OCT-DEC,,10/11/26,295.00,,275705.00
14/11/26,BY TRANSFER 8891 MUMBAI,,14/11/26,,5000.00,280705.00
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        lotus, mango = a_party(made, "LOTUS", tds_code="194C", pan="AABCL1234C"), a_party(made, "MANGO")
        a_bill(made, lotus, 100_000, D(2026, 9, 1), rate_bp=1800)
        a_bill(made, mango, 60_000, D(2026, 9, 10))
        a_bill(made, mango, 5_000, D(2026, 9, 10))
        money_in(made, mango, 60_000, D(2026, 11, 2), reference="HDFCN52026110212345678")
        yield made


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "hdfc.csv"
    made.write_text(STATEMENT)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(made), ""))
    return made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "bank", "receipts", "parties") as made:
        made.settle()
        yield made


def states(counter: Counter) -> list[tuple[int, str]]:
    account = counter.view.presenter.account
    rows = counter.read(lambda read: lines_page(read, account=account)).rows
    return sorted((row.paise // 100, row.state) for row in rows)


def brought(counter: Counter) -> None:
    """The account is added and the statement imported."""
    counter.window.go("bank", page="import")
    counter.settle()
    counter.type("Current account")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.view._page is not None)
    counter.until(lambda: counter.view._page.list.table.model.rowCount() == 4)
    counter.shot("bank-import")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(states(counter)) == 4)
    counter.until(lambda: not counter.view.presenter._is_looking and bool(counter.view.presenter._found))


def test_a_statement_comes_in_is_matched_in_one_key_and_the_rest_one_by_one(
    counter: Counter, file: Path
) -> None:
    brought(counter)
    counter.until(lambda: counter.view._list.table.model.rowCount() == 4)
    counter.press("Ctrl+Return")
    counter.press("Return")
    counter.until(lambda: "matched" in dict(states(counter)).values())
    assert states(counter) == [(-295, "open"), (5_000, "open"), (60_000, "matched"), (116_000, "matched")]
    assert [item.amount_paise for item in counter.read(lambda read: open_items(read, side="due"))] == [
        500_000
    ]
    counter.until(lambda: counter.view._list.table.model.rowCount() == 2)
    counter.press("Home", "Down")
    counter.until(lambda: counter.view.presenter.looked.row.paise == -29_500)
    counter.press("X", "Ctrl+Return")
    counter.until(lambda: (-295, "aside") in states(counter))
    counter.press("Home")
    counter.until(lambda: counter.view.presenter.looked.row.paise == 500_000)
    counter.press("E")
    counter.until(lambda: counter.here() == ("bank", "record") and counter.view._page is not None)
    counter.type("Mango")
    counter.settle(80)
    counter.press("Return")
    counter.until(lambda: counter.view._page.presenter.party is not None and counter.view._page._bills == 1)
    counter.press("Esc")  # what was typed is not lost without a question
    counter.until(lambda: isinstance(QApplication.activeModalWidget(), Question))
    counter.press("Esc")
    assert counter.here() == ("bank", "record")
    counter.shot("bank-entry")
    counter.press("Ctrl+Return")
    counter.until(lambda: (5_000, "matched") in states(counter))
    assert counter.read(lambda read: open_items(read, side="due")) == []
    assert counter.book.verify().ok


def test_the_same_file_again_brings_nothing(counter: Counter, file: Path) -> None:
    brought(counter)
    counter.press("Ctrl+I")
    counter.until(lambda: counter.view._page is not None and counter.view._page._preview is not None)
    assert counter.view._page._preview.new == 0
    assert not counter.view._page._take.isEnabled()
    counter.press("Esc")
    assert counter.here() == ("bank", "")


def test_a_match_is_undone_by_a_key(counter: Counter, file: Path) -> None:
    brought(counter)
    counter.press("Ctrl+Return", "Return")
    counter.until(lambda: (60_000, "matched") in states(counter))
    counter.view._list.ask(scope="matched")
    counter.until(lambda: counter.view._list.table.model.rowCount() == 2)
    counter.press("Home", "Down")
    counter.until(lambda: counter.view.presenter.looked.row.paise == 6_000_000)
    counter.shot("bank-matched")
    counter.press("U")
    counter.until(lambda: (60_000, "open") in states(counter))


def test_the_reconciliation_is_a_key_away_and_adds_up(counter: Counter, file: Path) -> None:
    brought(counter)
    counter.press("Ctrl+R")
    counter.until(
        lambda: counter.view._page is not None and counter.view._page.list.table.model.rowCount() > 3
    )
    model = counter.view._page.list.table.model
    shown = {model.row(n).what.strip(): model.row(n).paise for n in range(model.rowCount())}
    assert shown["Balance as per the book"] == 6_000_000
    assert shown["Balance as per the statement"] == 28_070_500
    counter.shot("bank-reconciliation")


def test_an_unknown_layout_is_told_once_and_remembered(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("Din,Vivaran,Jama,Udhar\n13-11-2026,LOTUS FOODS,500.00,\n14-11-2026,SMS,,12.00\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(odd), ""))
    account = an_account(counter.book)
    counter.until(lambda: counter.view.presenter.account == account)
    counter.press("Ctrl+I")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    form = QApplication.activeModalWidget().form
    form.set_values({"date": "Din", "description": "Vivaran", "deposit": "Jama", "withdrawal": "Udhar"})
    counter.shot("bank-columns")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.view._page._preview is not None)
    assert [row.line.paise for row in counter.view._page._preview.rows] == [50_000, -1_200]
    counter.press("Ctrl+Return")
    counter.until(lambda: len(states(counter)) == 2)
    counter.press("Ctrl+I")
    counter.until(lambda: counter.view._page is not None and counter.view._page._preview is not None)
    assert QApplication.activeModalWidget() is None
    assert counter.view._page._preview.new == 0


def test_without_an_account_the_screen_says_what_to_do(counter: Counter) -> None:
    counter.shot("bank-empty")
    assert counter.view.presenter.account is None
    counter.press("Ctrl+Return", "X", "E", "U", "Right")
    assert QApplication.activeModalWidget() is None


def test_everything_that_takes_the_focus_has_a_name_and_no_key_means_two_things(counter: Counter) -> None:
    account = an_account(counter.book)
    stated(counter.book, account, (D(2026, 11, 3), 5_000, "MANGO FOODS"), (D(2026, 11, 4), -10, "SMS CHRG"))
    counter.until(lambda: counter.view._list.table.model.rowCount() == 2)
    counter.press("Home")
    counter.until(
        lambda: counter.view.presenter.looked is not None and bool(counter.view.presenter.looked.choices)
    )
    for keys in ("", "Ctrl+R", "E"):
        if keys:
            counter.window.go("bank")
            counter.press("Home", "Down")
            counter.press(keys)
            counter.settle()
        assert accessible_names(counter.view) == [], keys
        assert keys_twice(counter.view.actions_here()) == []


def test_lines_and_money_are_matched_by_hand_by_keys_alone(counter: Counter) -> None:
    book = counter.book
    account = an_account(book)
    mango = book.read(lambda read: open_items(read, side="due"))[-1].party
    for rupees in (1_100, 1_400):
        money_in(book, mango, rupees, D(2026, 10, 30), allocate=())
    stated(book, account, (D(2026, 11, 3), 1_500, "BY TRANSFER 11"), (D(2026, 11, 4), 1_000, "BY TRANSFER 12"),
           (D(2026, 11, 5), -59, "UPI/TEA STALL"))  # fmt: skip
    counter.until(lambda: counter.view._list.table.model.rowCount() == 3)
    counter.press("Home", "Down", "Space", "Space")
    assert counter.view.presenter._chosen.keys() == {
        row.id for row in counter.read(lambda read: lines_page(read, account=account)).rows if row.paise > 0
    }
    counter.shot("bank-chosen")
    counter.press("M")
    counter.until(lambda: counter.here() == ("bank", "match") and counter.view._page is not None)
    page = counter.view._page
    counter.until(lambda: page.list.table.model.rowCount() == 3)
    assert not page._button.isEnabled()
    counter.press("/")
    counter.type("mango 1,")
    counter.settle(80)
    counter.press("Return")
    counter.until(lambda: page.list.table.model.rowCount() == 2)
    counter.press("Home", "Space")
    counter.shot("bank-by-hand-differs")
    counter.press("Esc", "Esc")
    counter.until(lambda: counter.here() == ("bank", ""))
    counter.press("M")
    counter.until(lambda: counter.here() == ("bank", "match"))
    page = counter.view._page
    assert len(page.presenter.picks.kept) == 3, "going back lost nothing"
    counter.until(lambda: page.list.table.model.rowCount() == 3)
    counter.press("/")
    counter.type("1,")
    counter.settle(80)
    counter.press("Return")
    counter.until(lambda: page.list.table.model.rowCount() == 2)
    rest = next(n for n in range(2) if page.list.table.model.row_id(n) not in page.presenter.picks.kept)
    counter.press("Home", *["Down"] * rest, "Space")
    counter.shot("bank-by-hand")
    assert accessible_names(counter.view) == []
    assert keys_twice(counter.view.actions_here()) == []
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("bank", ""))
    assert states(counter) == [(-59, "open"), (1_000, "matched"), (1_500, "matched")]
    assert counter.book.verify().ok


def test_several_lines_are_set_aside_by_one_key(counter: Counter) -> None:
    account = an_account(counter.book)
    stated(counter.book, account, (D(2026, 11, 3), -20, "TEA ONE"), (D(2026, 11, 4), -30, "TEA TWO"))
    counter.until(lambda: counter.view._list.table.model.rowCount() == 2)
    counter.press("Home", "Space", "Space", "X")
    counter.shot("bank-aside-several")
    counter.press("Ctrl+Return")
    counter.until(lambda: states(counter) == [(-30, "aside"), (-20, "aside")])


def test_a_bounce_is_recorded_from_its_line_by_enter(counter: Counter) -> None:
    book = counter.book
    account = an_account(book)
    stated(book, account, (D(2026, 11, 3), -60_000, "NEFT RTN HDFCN52026110212345678 A/C CLOSED"),
           (D(2026, 11, 3), -59, "NEFT RTN CHRGS"))  # fmt: skip
    counter.until(lambda: counter.view._list.table.model.rowCount() == 2)
    counter.until(lambda: bool(counter.view.presenter._found))
    counter.press("Home", "Down")
    counter.until(lambda: counter.view.presenter.looked.row.paise == -6_000_000)
    counter.settle(30)
    counter.shot("bank-bounce")
    counter.press("Return")
    counter.until(lambda: {state for _rupees, state in states(counter)} == {"matched"})
    assert book.verify().ok
