"""Receipts by keys alone: recorded from anywhere, settled against bills, kept on account, settled later."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine, Foreign
from core.ledger.queries import balance, open_item, trial_balance
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.cheque_list import cheques
from core.receipts.model import ForeignMoney
from core.receipts.queries import bills_settled, receipt, receipts_page, reversal_of
from desktop.screens.receipts.cheques import SlipDialog
from desktop.screens.receipts.explain_dialog import ExplainDialog, GiveUpSheet
from desktop.shell import keys_twice
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.receipts.dealings import a_cheque_in
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
D = dt.date


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "parties", "receipts") as made:
        yield made


def receipts(counter: Counter) -> list[object]:
    return counter.read(receipts_page).rows


def open_paise(counter: Counter, paper: bytes) -> int:
    return counter.read(lambda read: open_item(read, paper)).open_paise


def settle_column(counter: Counter) -> list[object]:
    return [row["settle"] for row in counter.view._page.bills.grid.model._rows]


def test_a_receipt_settles_the_oldest_bills_from_anywhere(counter: Counter) -> None:
    """
    Lotus owes 1,00,000 (oldest), 50,000 and 25,000; 1.25 lakh comes in: the first whole, the second by half.
    """
    lotus = a_party(counter.book)
    first, second, third = (
        a_bill(counter.book, lotus, rupees, D(2026, month, 1))
        for rupees, month in ((100_000, 8), (50_000, 9), (25_000, 10))
    )
    counter.press("F6")
    assert counter.here() == ("receipts", "new")
    counter.type("lot")
    counter.press("Return")  # the party
    counter.fill("", "1.25l", "", "SBIN0001234")  # date, amount, mode, reference
    counter.until(lambda: settle_column(counter) == [100_000_00, 25_000_00, None])
    counter.shot("receipt-new")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    [kept] = receipts(counter)
    assert (kept.amount_paise, kept.mode, kept.reference, kept.dated_on) == (
        1_25_000_00, "neft", "SBIN0001234", TODAY,
    )  # fmt: skip
    assert [open_paise(counter, bill) for bill in (first, second, third)] == [0, 25_000_00, 25_000_00]
    assert (counter.here(), counter.window.here.record) == (("receipts", ""), kept.id)
    counter.until(lambda: bool(counter.view._page.paper._views))
    counter.shot("receipt-page")
    counter.press("Esc")
    assert counter.here()[0] == "parties"


def test_bills_are_chosen_by_hand_and_the_rest_stays_on_account(counter: Counter) -> None:
    lotus = a_party(counter.book)
    first = a_bill(counter.book, lotus, 10_000, D(2026, 8, 1))
    second = a_bill(counter.book, lotus, 10_000, D(2026, 9, 1))
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("15000", "", "", "", "", "", "", "")  # amount … note: on to the bills
    counter.fill("0", "9000")  # the last leads to the button
    counter.press("Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    [kept] = receipts(counter)
    assert [open_paise(counter, bill) for bill in (first, second)] == [10_000_00, 1_000_00]
    assert kept.open_paise == 6_000_00


def test_tds_is_expected_and_settles_the_bill_with_the_money(counter: Counter) -> None:
    """A bill of 1,00,000 and 18 % GST; 1,16,000 comes, 2,000 (2 % of 1,00,000) was kept back under 1024."""
    lotus = a_party(counter.book, tds_code="1024")
    bill = a_bill(counter.book, lotus, 100_000, D(2026, 9, 1), rate_bp=1800)
    counter.window.go("receipts", record=lotus, page="new")
    counter.until(lambda: counter.view._page.form.value("tds_code") is not None)
    counter.fill("116000", "", "", "")
    form = counter.view._page.form
    assert form.value("tds") == 2_000_00
    counter.shot("receipt-tds")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    kept = counter.read(lambda read: receipt(read, receipts(counter)[0].id))
    assert [(part.kind, part.code, part.paise) for part in kept.deductions] == [("tds", "1024", 2_000_00)]
    assert open_paise(counter, bill) == 0


def test_money_that_settles_bills_to_the_paisa_bears_no_tds(counter: Counter) -> None:
    lotus = a_party(counter.book, tds_code="1024")
    a_bill(counter.book, lotus, 100_000, D(2026, 9, 1), rate_bp=1800)
    counter.window.go("receipts", record=lotus, page="new")
    counter.until(lambda: counter.view._page.form.value("tds_code") is not None)
    counter.fill("118000")
    assert counter.view._page.form.value("tds") is None


def test_more_than_came_in_is_refused_and_fitted_by_one_key(counter: Counter) -> None:
    lotus = a_party(counter.book)
    bill = a_bill(counter.book, lotus, 10_000, D(2026, 8, 1))
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("5000", "", "", "", "", "", "", "")
    counter.fill("8000")
    counter.press("Ctrl+Return")
    page = counter.view._page
    assert "3,000.00 more than was received" in page.form.banner.text()
    assert receipts(counter) == []
    counter.press("F7")
    assert settle_column(counter) == [5_000_00]
    counter.press("Ctrl+Return")
    counter.until(lambda: open_paise(counter, bill) == 5_000_00)


def test_a_reference_used_before_is_told_and_asked_about(counter: Counter) -> None:
    lotus = a_party(counter.book)
    money_in(counter.book, lotus, 500, D(2026, 11, 1), reference="UTR 77")
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("900", "", "utr-77")
    counter.until(lambda: "already has this reference" in counter.view._page._warning.text())
    counter.press("Ctrl+Return")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.shot("receipt-reference")
    assert len(receipts(counter)) == 1
    counter.press("Return")
    counter.until(lambda: len(receipts(counter)) == 2)


def test_much_cash_is_warned_of_and_recorded_all_the_same(counter: Counter) -> None:
    lotus = a_party(counter.book)
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("2l")
    counter.type("cash")
    counter.press("Return")
    counter.until(lambda: "the law bars" in counter.view._page._warning.text())
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    assert counter.read(lambda read: balance(read, lotus)) == -2_00_000_00


def test_money_on_account_settles_bills_later(counter: Counter) -> None:
    lotus = a_party(counter.book)
    record = money_in(counter.book, lotus, 10_000, D(2026, 10, 1))
    bill = a_bill(counter.book, lotus, 7_500, D(2026, 11, 1))
    counter.window.go("receipts", page="on_account")
    counter.until(lambda: counter.view._list.table.model.rowCount() == 1)
    counter.press("Home", "Return")
    counter.until(lambda: counter.view._page.presenter.can_settle())
    counter.press("Ctrl+B")
    assert counter.here() == ("receipts", "settle")
    counter.until(lambda: settle_column(counter) == [7_500_00])
    counter.shot("receipt-settle")
    counter.press("Ctrl+Return")
    counter.until(lambda: open_paise(counter, bill) == 0)
    assert open_paise(counter, record) == 2_500_00
    assert [line.settled_paise for line in counter.read(lambda read: bills_settled(read, record))] == [
        7_500_00
    ]
    assert counter.here() == ("receipts", "")


def test_typing_comes_back_when_the_program_was_killed(qapp: QApplication, book: Book) -> None:
    lotus = a_party(book)
    bill = a_bill(book, lotus, 10_000, D(2026, 8, 1))
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "parties", "receipts") as first:
        first.press("F6")
        first.type("lot")
        first.press("Return")
        first.fill("", "7500", "")
        first.type("UTR 9")
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "parties", "receipts") as second:
        second.press("F6")
        second.until(lambda: settle_column(second) == [7_500_00])
        second.shot("receipt-restored")
        assert second.view._page.form.value("reference") == "UTR 9"
        second.press("Ctrl+Return")
        second.until(lambda: len(receipts(second)) == 1)
        assert open_paise(second, bill) == 2_500_00


def test_nothing_is_recorded_without_a_party_or_a_sum(counter: Counter) -> None:
    a_party(counter.book)
    counter.press("F6", "Ctrl+Return")
    form = counter.view._page.form
    assert form.problem_of("party") == "This is needed"
    counter.type("lot")
    counter.press("Return", "Ctrl+Return")
    assert form.problem_of("amount") == "Enter what came in."
    assert receipts(counter) == []


def test_a_cheque_is_taken_paid_in_and_bounces_and_its_bills_are_open_again(counter: Counter) -> None:
    lotus = a_party(counter.book)
    bill = a_bill(counter.book, lotus, 10_000, D(2026, 8, 1))
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("10000")
    counter.type("cheque")
    counter.press("Return")
    counter.fill("445566", "", "HDFC Bank")
    counter.shot("receipt-cheque")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    [kept] = receipts(counter)
    assert open_paise(counter, bill) == 0
    counter.until(lambda: counter.view._page.presenter.can("deposit"))
    counter.press("Ctrl+D")
    counter.fill("", "17")
    counter.until(lambda: counter.view._page.presenter.can("undo_deposit"))
    counter.press("Ctrl+Shift+D")
    counter.fill("", "", "354")
    counter.until(lambda: open_paise(counter, bill) == 10_000_00)
    found = counter.read(lambda read: reversal_of(read, kept.id))
    assert (found.cause, found.charges_paise) == ("bounced", 354_00)
    counter.until(lambda: counter.view._page._pill.text() == "Bounced")
    counter.shot("receipt-bounced")
    assert not counter.view._page.presenter.deeds()


def test_many_cheques_are_chosen_by_space_and_paid_in_by_one_slip(counter: Counter) -> None:
    lotus = a_party(counter.book)
    for n in (1, 2, 3):
        a_cheque_in(counter.book, lotus, n, D(2026, 10, n), D(2026, 10, n))
    a_cheque_in(counter.book, lotus, 4, D(2026, 10, 4), D(2026, 12, 24))
    counter.press("Ctrl+Shift+H")
    assert counter.here() == ("receipts", "cheques")
    page = counter.view._page
    counter.until(lambda: page.list.table.model.rowCount() == 3)
    page.list.table.view.setFocus()
    counter.press("Home", "Space", "Space", "Down")
    assert sorted(page.chosen.paise.values()) == [1_00, 2_00]
    counter.shot("cheques-chosen")
    counter.press("Ctrl+D", "Ctrl+Return")
    counter.until(lambda: page.list.table.model.rowCount() == 1)
    counter.until(lambda: isinstance(QApplication.activeModalWidget(), SlipDialog))
    counter.until(lambda: bool(QApplication.activeModalWidget().paper._views))
    counter.shot("cheques-slip")
    counter.press("Esc")
    away = counter.read(lambda read: cheques(read, on=TODAY, status="deposited"))
    assert [row.amount_paise for row in away] == [1_00, 2_00]
    assert len({row.deposit for row in away}) == 1
    assert page.chosen.paise == {}


def test_a_short_payment_is_explained_by_one_key_and_taken_by_another(counter: Counter) -> None:
    """Two bills of 1,18,000 and 59,000; 1,74,000 comes: 2 % of 1,50,000 was kept back as TDS."""
    lotus = a_party(counter.book)
    bills = [
        a_bill(counter.book, lotus, n, D(2026, m, 1), rate_bp=1800) for n, m in ((100_000, 8), (50_000, 9))
    ]
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("174000")
    assert "Short by" in counter.view._page.bills.short.text()
    counter.press("F9")
    counter.until(lambda: isinstance(QApplication.activeModalWidget(), ExplainDialog))
    ways = QApplication.activeModalWidget().ways
    at = next(
        n for n, way in enumerate(ways) if "TDS" in way.accessibleName() and "2%" in way.accessibleName()
    )
    ways[at].setFocus()
    counter.shot("receipt-explained")
    counter.press("Return")
    counter.until(lambda: QApplication.activeModalWidget() is None)
    assert counter.view._page.form.value("tds") == 3_000_00
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    assert [open_paise(counter, bill) for bill in bills] == [0, 0]
    assert receipts(counter)[0].open_paise == 0


def test_the_last_paise_are_written_off_with_a_reason(counter: Counter) -> None:
    lotus = a_party(counter.book)
    bill = a_bill(counter.book, lotus, 10_000, D(2026, 8, 1))
    counter.window.go("receipts", record=lotus, page="new")
    counter.settle()
    counter.fill("9999.60")
    counter.press("Shift+F9")
    counter.until(lambda: isinstance(QApplication.activeModalWidget(), GiveUpSheet))
    counter.press("Ctrl+Return")
    assert "is written off" in counter.view._page.bills.short.text()
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    assert open_paise(counter, bill) == 0
    assert counter.read(trial_balance)["round_off"] == 40


def test_money_on_account_goes_back_and_a_settlement_is_undone(counter: Counter) -> None:
    lotus = a_party(counter.book)
    bill = a_bill(counter.book, lotus, 6_000, D(2026, 8, 1))
    record = money_in(counter.book, lotus, 10_000, D(2026, 10, 1))
    counter.window.go("receipts", record=record)
    counter.until(lambda: counter.view._page.presenter.can("undo"))
    counter.press("Ctrl+Z", "Ctrl+Return")
    counter.until(lambda: open_paise(counter, bill) == 6_000_00)
    counter.until(lambda: open_paise(counter, record) == 10_000_00)
    counter.until(lambda: counter.view._page.presenter.can("give_back"))
    counter.settle(50)
    counter.press("Alt+R")
    counter.fill("2500", "", "", "UTR 5", "Paid twice")
    counter.until(lambda: open_paise(counter, record) == 7_500_00)
    counter.until(lambda: counter.window.here.record != record)
    assert counter.view._page.presenter.can("take_back")
    counter.shot("receipt-paid-back")


def test_a_bill_in_dollars_is_paid_with_gain_and_charges(counter: Counter) -> None:
    """USD 1,000 billed at 83.00, paid at 84.50; our bank credits 83,910: 590 of charges, 1,500 gained."""
    place = Address(line1="1 Main Street", city="Boston", country="US")
    acme = Party(
        code="ACME", name="Acme Incorporated", registration=Registration(kind="overseas"), address=place
    )
    party = counter.book.write("Party", lambda work: save_party(work, acme))
    line = DraftLine(
        description="Pump",
        hsn="84138190",
        price_tenthousandths=83_000 * 10_000,
        treatment="taxable",
        rate_bp=0,
    )
    draft = Draft(
        party=party,
        dated_on=D(2026, 8, 1),
        lines=(line,),
        foreign=Foreign("USD", 83_000_000),
        with_payment=True,
    )
    bill = counter.book.write("Bill", lambda w: issue_document(w, draft, today=TODAY, date_confirmed=True))
    counter.window.go("receipts", record=party, page="new")
    counter.settle()
    form = counter.view._page.form
    form.field("foreign_amount").setFocus()
    counter.fill("1000", "84.5")
    assert form.value("amount") == 84_500_00
    form.field("amount").setFocus()
    counter.fill("83910")
    counter.shot("receipt-foreign")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(receipts(counter)) == 1)
    kept = counter.read(lambda read: receipt(read, receipts(counter)[0].id))
    assert [(part.kind, part.paise) for part in kept.deductions] == [
        ("bank_charge", 590_00),
        ("exchange", -1_500_00),
    ]
    assert (kept.foreign, open_paise(counter, bill)) == (ForeignMoney("USD", 1_000_00, 84_500_000), 0)


def test_everything_that_takes_the_focus_has_a_name_and_no_key_means_two_things(counter: Counter) -> None:
    lotus = a_party(counter.book)
    record = money_in(counter.book, lotus, 10_000, D(2026, 10, 1))
    for where, page in ((None, ""), (None, "new"), (None, "cheques"), (record, ""), (record, "settle")):
        counter.window.go("receipts", record=where, page=page)
        counter.settle()
        assert accessible_names(counter.view) == [], page
        assert keys_twice(counter.view.actions_here()) == []
