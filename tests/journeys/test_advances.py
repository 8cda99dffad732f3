"""Advances by keys alone: taken from anywhere, set against a bill, given back, each with its paper."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.advances.queries import refund, voucher, vouchers_page
from core.book import Book
from core.clock import FixedClock
from core.ledger.queries import open_item
from desktop.shell import keys_twice
from tests.core.advances.vouchers import give_back, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
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


def vouchers(counter: Counter) -> list[object]:
    return counter.read(vouchers_page).rows


def open_paise(counter: Counter, paper: bytes) -> int:
    return counter.read(lambda read: open_item(read, paper)).open_paise


def is_drawn(counter: Counter) -> bool:
    return bool(counter.view._page.paper._views)


def test_an_advance_is_taken_set_against_a_bill_and_given_back(counter: Counter) -> None:
    lotus = a_party(counter.book)
    bill = a_bill(counter.book, lotus, 10_000, D(2026, 11, 10), rate_bp=1800)
    counter.press("Alt+F6")
    assert counter.here() == ("receipts", "advance")
    counter.type("lot")
    counter.press("Return")  # the party
    counter.fill("", "23600", "")  # date, amount, services
    form = counter.view._page.form
    counter.until(lambda: form.value("place") is not None)
    assert (form.value("rate"), form.value("place").value) == (1800, "33")
    counter.fill("", "", "", "UTR 4711", "Plant design")  # rate, place, mode, reference, what for
    counter.shot("advance-new")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(vouchers(counter)) == 1)
    [kept] = vouchers(counter)
    paper = counter.read(lambda read: voucher(read, kept.id))
    assert (paper.tax.taxable_paise, paper.tax.igst_paise) == (20_000_00, 3_600_00)
    assert (counter.here(), counter.window.here.record) == (("receipts", ""), kept.id)
    counter.until(lambda: is_drawn(counter))
    counter.shot("advance-page")
    counter.press("Ctrl+B")
    counter.until(lambda: [row["settle"] for row in counter.view._page.bills.grid.model._rows] == [11_800_00])
    counter.press("Ctrl+Return")
    counter.until(lambda: open_paise(counter, bill) == 0)
    counter.until(lambda: counter.here() == ("receipts", "") and counter.view._page.presenter.can_give_back())
    counter.press("Alt+R")
    assert counter.here() == ("receipts", "refund")
    counter.until(lambda: counter.view._page.form.value("amount") == 11_800_00)
    counter.fill("5900", "", "Order lessened")
    counter.shot("refund-new")
    counter.press("Ctrl+Return")
    counter.until(lambda: len(vouchers(counter)) == 2)
    back = next(row for row in vouchers(counter) if row.type == "RFV")
    assert counter.read(lambda read: refund(read, back.id)).tax.igst_paise == 900_00
    assert open_paise(counter, kept.id) == 5_900_00
    counter.until(lambda: is_drawn(counter))
    counter.shot("refund-page")
    counter.window.go("receipts", record=kept.id)
    counter.until(lambda: is_drawn(counter))
    counter.shot("advance-used")


def test_what_was_begun_as_a_receipt_goes_on_as_an_advance(counter: Counter) -> None:
    a_party(counter.book)
    counter.press("F6")
    counter.type("lot")
    counter.press("Return")
    counter.fill("", "590", "", "")
    counter.type("UTR 5")
    counter.press("Alt+F6")
    assert counter.here() == ("receipts", "advance")
    counter.until(lambda: counter.view._page.form.value("place") is not None)
    form = counter.view._page.form
    assert (form.value("party").text, form.value("amount")) == ("Lotus Foods", 590_00)
    counter.press("Ctrl+Return")
    counter.until(lambda: len(vouchers(counter)) == 1)
    counter.press("Esc")
    assert counter.here() == ("parties", "")
    counter.press("F6")  # the receipt begins afresh
    assert counter.view._page.form.value("amount") is None


def test_another_place_of_supply_is_chosen_by_keys_and_turns_the_tax(counter: Counter) -> None:
    a_party(counter.book)
    counter.press("Alt+F6")
    counter.type("lot")
    counter.press("Return")
    counter.fill("", "1180", "", "")  # date, amount, services, rate
    counter.until(lambda: counter.view._page.form.value("place") is not None)
    counter.type("karn")
    counter.press("Return")
    assert counter.view._page.form.value("place").value == "29"
    counter.press("Ctrl+Return")
    counter.until(lambda: len(vouchers(counter)) == 1)
    paper = counter.read(lambda read: voucher(read, vouchers(counter)[0].id))
    assert (paper.supply, paper.tax.cgst_paise, paper.tax.sgst_paise) == ("INTRA", 90_00, 90_00)


def test_an_advance_left_alone_is_given_up_after_a_question(counter: Counter) -> None:
    a_party(counter.book)
    counter.press("Alt+F6", "Esc")
    assert counter.here() == ("parties", "")
    counter.press("Alt+F6")
    counter.type("lot")
    counter.press("Return")
    counter.fill("", "590")
    counter.press("Esc")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.press("Return")
    counter.until(lambda: counter.here() == ("parties", ""))
    assert vouchers(counter) == []
    counter.press("Alt+F6")
    assert counter.view._page.form.value("amount") is None


def test_nothing_is_taken_without_a_party_or_a_sum(counter: Counter) -> None:
    a_party(counter.book)
    counter.press("Alt+F6", "Ctrl+Return")
    form = counter.view._page.form
    assert form.problem_of("party") == "This is needed"
    counter.type("lot")
    counter.press("Return", "Ctrl+Return")
    assert form.problem_of("amount") == "Enter what came in."
    assert vouchers(counter) == []


def test_advances_and_refunds_stand_in_the_list(counter: Counter) -> None:
    lotus = a_party(counter.book)
    a_bill(counter.book, lotus, 10_000, D(2026, 10, 10))
    record = take(counter.book, lotus, 23_600, D(2026, 11, 2), reference="UTR 1")
    give_back(counter.book, record, 5_000, D(2026, 11, 5))
    take(counter.book, lotus, 1_180, D(2026, 11, 6), mode="upi")
    money_in(counter.book, lotus, 10_000, D(2026, 11, 10))
    counter.window.go("receipts")
    counter.until(lambda: counter.view._list.table.model.rowCount() == 4)
    counter.shot("receipts-with-advances")
    counter.window.go("receipts", page="advances")
    counter.until(lambda: counter.view._list.table.model.rowCount() == 3)
    counter.press("Home", "Return")
    counter.until(lambda: counter.here() == ("receipts", "") and counter.window.here.record is not None)


def test_everything_that_takes_the_focus_has_a_name_and_no_key_means_two_things(counter: Counter) -> None:
    lotus = a_party(counter.book)
    record = take(counter.book, lotus, 10_000, D(2026, 10, 1))
    for where, page in ((None, "advance"), (lotus, "advance"), (record, ""), (record, "refund")):
        counter.window.go("receipts", record=where, page=page)
        counter.settle()
        assert accessible_names(counter.view) == [], page
        assert keys_twice(counter.view.actions_here()) == []
