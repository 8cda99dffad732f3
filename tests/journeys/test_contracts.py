"""Contracts by keys alone: planned, certified, billed in one key, changed, and refused where they must be."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.queries import document
from core.milestones.commands import certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, MilestoneTax, Worth
from core.milestones.queries import contract, contracts_page, milestones_of
from core.milestones.rules import Stage
from core.parties.commands import save_party
from core.parties.model import Party
from tests.core.books import TODAY, a_book
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """
    Effluent plant of Kaveri Mills, 10,00,000:
    | milestone        | worth | state     |
    | Drawings         | 10 %  | certified |
    | Material at site | 60 %  | planned   |
    | Commissioning    | 30 %  | planned   |
    """
    with a_book(tmp_path) as opened:
        address = Address(line1="1 Mill Road", city="Mysuru", state_code="29")
        party = Party(name="Kaveri Mills", registration=Registration(state_code="29"), address=address)
        buyer = opened.write("p", lambda work: save_party(work, party))
        agreed = Contract(code="C-01", title="Effluent plant", party=buyer, value_paise=10_00_000_00)
        plant = opened.write("c", lambda work: save_contract(work, agreed))
        for at, (title, share) in enumerate(
            (("Drawings", 10), ("Material at site", 60), ("Commissioning", 30))
        ):
            stage = Milestone(
                contract=plant, position=at, title=title, worth=Worth(tenthousandths_pct=share * 10_000),
                tax=MilestoneTax(hsn="998732"),
            )  # fmt: skip
            record = opened.write("m", lambda work, body=stage: save_milestone(work, body))
            if at == 0:
                opened.write("k", lambda work, one=record: certify(work, one, on=dt.date(2026, 11, 12)))
        yield opened


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    """The window over that book, on its contracts."""
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "contracts") as opened:
        opened.until(lambda: opened.view.list_page.table.model.rowCount() == 1)
        yield opened


def _plant(counter: Counter) -> Id:
    found: Id = counter.read(contracts_page).rows[0].id
    return found


def _states(counter: Counter) -> list[Stage]:
    record = _plant(counter)
    return [row.state for row in counter.read(lambda read: milestones_of(read, record))]


def _open(counter: Counter) -> None:
    counter.press("Return")
    counter.until(
        lambda: counter.view.contract.table is not None and counter.view.contract.table.model.rowCount() == 3
    )
    counter.settle()


def _close_dialog(counter: Counter) -> None:
    counter.until(lambda: QApplication.activeModalWidget() is None)
    counter.window.activateWindow()
    QTest.qWaitForWindowActive(counter.window)


def test_a_certified_milestone_is_billed_in_one_key(counter: Counter) -> None:
    counter.shot("contracts")
    _open(counter)
    counter.shot("contract")
    assert counter.view.contract.presenter.can_bill
    counter.press("B")
    counter.until(lambda: counter.here() == ("invoices", ""))
    bill = counter.read(lambda read: document(read, counter.window.here.record))
    assert (bill.totals.taxable_paise, bill.lines[0].description) == (1_00_000_00, "Effluent plant: Drawings")
    assert _states(counter) == [Stage.BILLED, Stage.PLANNED, Stage.PLANNED]


def test_a_planned_milestone_is_certified_by_a_key(counter: Counter) -> None:
    _open(counter)
    counter.press("Down", "C")
    counter.until(lambda: QApplication.activeModalWidget() is not None)
    counter.shot("certify")
    counter.fill("18-11", "R. Iyer")
    _close_dialog(counter)
    counter.until(lambda: _states(counter)[1] is Stage.CERTIFIED)
    row = counter.read(lambda read: milestones_of(read, _plant(counter)))[1]
    assert (row.certified_on, row.certified_by) == (dt.date(2026, 11, 18), "R. Iyer")
    counter.until(lambda: counter.view.contract.presenter.can_bill)


def test_enter_on_a_billed_milestone_shows_its_bill(counter: Counter) -> None:
    _open(counter)
    counter.press("Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    billed = counter.window.here.record
    counter.press("Alt+Left")
    counter.until(lambda: counter.here() == ("contracts", ""))
    counter.until(lambda: counter.view.contract.presenter.has_bill)
    counter.press("Return")
    counter.until(lambda: counter.here() == ("invoices", ""))
    assert counter.window.here.record == billed


def test_a_contract_is_planned_by_keys_alone(counter: Counter) -> None:
    counter.press("Ctrl+N")
    counter.until(lambda: counter.here() == ("contracts", "new"))
    counter.fill("Boiler house", "kav", "5l", "C-02", "WO-9", "1-11", "")
    counter.fill("Advance", "20%", "998732", "", "15-12")
    counter.fill("Completion", "4l", "998732", "", "")
    counter.shot("plan")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("contracts", ""))
    record = counter.window.here.record
    agreed = counter.read(lambda read: contract(read, record))
    assert (agreed.title, agreed.value_paise, agreed.code) == ("Boiler house", 5_00_000_00, "C-02")
    stages = counter.read(lambda read: milestones_of(read, record))
    assert [(row.title, row.amount_paise) for row in stages] == [
        ("Advance", 1_00_000_00),
        ("Completion", 4_00_000_00),
    ]
    assert stages[0].due_on == dt.date(2026, 12, 15)


def test_a_plan_beyond_the_contract_is_refused_beside_its_cell(counter: Counter) -> None:
    _open(counter)
    counter.press("Ctrl+E")
    counter.until(lambda: counter.here() == ("contracts", "plan"))
    counter.settle()
    plan = counter.view.plan
    plan.grid.open_cell(2, "worth")
    counter.fill("40%")
    assert "more than the contract" in plan._sums.text()
    counter.press("Ctrl+Return")
    counter.until(lambda: bool(plan.grid.model.problem(2, "worth")))
    counter.shot("plan_refused")
    assert counter.here() == ("contracts", "plan")


def test_shares_move_between_milestones_in_one_save(counter: Counter) -> None:
    _open(counter)
    counter.press("Ctrl+E")
    counter.until(lambda: counter.here() == ("contracts", "plan"))
    counter.settle()
    plan = counter.view.plan
    plan.grid.open_cell(1, "worth")
    counter.fill("70%")
    plan.grid.open_cell(2, "worth")
    counter.fill("20%")
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.here() == ("contracts", ""))
    rows = counter.read(lambda read: milestones_of(read, _plant(counter)))
    assert [row.amount_paise for row in rows] == [1_00_000_00, 7_00_000_00, 2_00_000_00]


def test_dark_and_small(qapp: QApplication, book: Book) -> None:
    with at_the_counter(
        qapp, book, FixedClock.on(TODAY), "contracts", size=(1180, 720), look="dark"
    ) as counter:
        counter.until(lambda: counter.view.list_page.table.model.rowCount() == 1)
        counter.shot("contracts_dark")
        assert counter.view.list_page.table.view.horizontalScrollBar().maximum() == 0
        _open(counter)
        counter.shot("contract_dark")
        assert counter.view.contract.table.view.horizontalScrollBar().maximum() == 0
        assert accessible_names(counter.view.contract) == []
        counter.press("Ctrl+E")
        counter.until(lambda: counter.here() == ("contracts", "plan"))
        assert accessible_names(counter.view.plan) == []
