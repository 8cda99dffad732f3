"""Planning a contract: how worths are read, what the plan comes to, and that it is saved all or nothing."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.book import Book
from core.company.model import Address, Registration
from core.errors import RuleBroken
from core.ids import Id
from core.milestones.model import Contract, Worth
from core.milestones.queries import ContractRow, contract, contracts_page, milestones_of
from core.milestones.rules import Stage as HowFar
from core.parties.commands import save_party
from core.parties.model import Party
from desktop.ports import Choice, Place
from desktop.screens.contracts.columns import billed_text, shares_of
from desktop.screens.contracts.plan.lines import (
    Plan,
    parse_worth,
    sums_text,
    with_cell,
    without_row,
    worth_text,
)
from desktop.screens.contracts.plan.presenter import PlanPresenter
from desktop.screens.contracts.plan.saving import plan_of, save_plan
from desktop.screens.contracts.stages.presenter import StagesPresenter
from tests.core.books import TODAY, a_book
from tests.desktop.screens.invoices.desk import FakeDesk, FakeView


@pytest.mark.parametrize(
    ("typed", "worth", "shown"),
    [
        ("10%", Worth(tenthousandths_pct=100_000), "10%"),
        ("12.5 %", Worth(tenthousandths_pct=125_000), "12.5%"),
        ("33.3333%", Worth(tenthousandths_pct=333_333), "33.3333%"),
        ("1.25l", Worth(paise=1_25_000_00), "₹ 1,25,000.00"),
        ("50000", Worth(paise=50_000_00), "₹ 50,000.00"),
    ],
)
def test_a_worth_is_a_share_or_an_amount(typed: str, worth: Worth, shown: str) -> None:
    assert parse_worth(typed) == worth
    assert worth_text(worth) == shown


def test_the_sums_say_what_is_left_and_what_is_too_much() -> None:
    plan = Plan(Contract(title="Plant", value_paise=10_00_000_00))
    plan = with_cell(with_cell(plan, 0, "title", "Advance"), 0, "worth", parse_worth("40%"))
    assert sums_text(plan) == ("Planned ₹ 4,00,000.00 of ₹ 10,00,000.00, ₹ 6,00,000.00 to be planned", False)
    plan = with_cell(plan, 2, "worth", parse_worth("6l"))
    assert sums_text(plan) == ("All of ₹ 10,00,000.00 is planned", False)
    plan = with_cell(plan, 2, "worth", parse_worth("7l"))
    assert sums_text(plan)[1]
    assert [row for row, _stage in plan.written] == [0, 2]
    assert without_row(plan, 2).planned_paise == 4_00_000_00


def test_progress_is_paid_then_billed_then_certified() -> None:
    row = ContractRow(b"", "C", "Plant", b"", "Kaveri", 1000_00, 4, 100_00, 500_00, 200_00, False)
    assert shares_of(row) == (200, 300, 100)
    assert billed_text(row) == "50%"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A fresh book."""
    with a_book(tmp_path) as opened:
        yield opened


@pytest.fixture
def plant(book: Book) -> Id:
    """A contract of ten lakh: Advance 40 %, Completion 60 %."""
    address = Address(line1="1 Mill Road", city="Mysuru", state_code="29")
    party = Party(name="Kaveri", registration=Registration(state_code="29"), address=address)
    buyer = book.write("p", lambda work: save_party(work, party))
    plan = Plan(Contract(title="Plant", party=buyer, value_paise=10_00_000_00))
    for row, (title, worth) in enumerate((("Advance", "40%"), ("Completion", "60%"))):
        plan = with_cell(with_cell(plan, row, "title", title), row, "worth", parse_worth(worth))
    record: Id = book.write("c", partial(save_plan, plan=plan))
    return record


def _amounts(book: Book, record: Id) -> list[int]:
    return [row.amount_paise for row in book.read(partial(milestones_of, contract=record))]


@pytest.mark.parametrize(
    ("value", "amounts"),
    [(5_00_000_00, [2_00_000_00, 3_00_000_00]), (20_00_000_00, [8_00_000_00, 12_00_000_00])],
)
def test_a_contract_shrinks_and_grows_with_its_shares(
    book: Book, plant: Id, value: int, amounts: list[int]
) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = PlanPresenter(fakes.desk, view)
    presenter.begin(plant)
    presenter.give("value_paise", value)
    presenter.save()
    assert _amounts(book, plant) == amounts
    assert fakes.navigator.places == [Place("contracts", plant)]


def test_worth_moves_from_one_stage_to_another_in_one_save(book: Book, plant: Id) -> None:
    plan = book.read(partial(plan_of, record=plant))
    plan = with_cell(with_cell(plan, 0, "worth", parse_worth("70%")), 1, "worth", parse_worth("30%"))
    book.write("c", partial(save_plan, plan=plan))
    assert _amounts(book, plant) == [7_00_000_00, 3_00_000_00]


def test_a_stage_taken_out_is_dropped_and_the_rest_renumbered(book: Book, plant: Id) -> None:
    plan = without_row(book.read(partial(plan_of, record=plant)), 0)
    book.write("c", partial(save_plan, plan=plan))
    assert [row.title for row in book.read(partial(milestones_of, contract=plant))] == ["Completion"]


def test_what_is_too_much_is_said_in_its_row_and_nothing_is_kept(book: Book, plant: Id) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = PlanPresenter(fakes.desk, view)
    presenter.begin(plant)
    presenter.give("title", "Another name")
    presenter.cell_left(1, "worth", parse_worth("70%"))
    presenter.save()
    assert [problem.field for problem in view.shown["show_problems"]] == ["lines[1].worth"]
    agreed = book.read(partial(contract, record=plant))
    assert agreed is not None
    assert agreed.title == "Plant"


def test_a_plan_without_party_or_title_says_so(book: Book) -> None:
    view = FakeView()
    presenter = PlanPresenter(FakeDesk(book).desk, view)
    presenter.begin(None)
    presenter.give("value_paise", 1_00_000_00)
    presenter.save()
    assert {problem.field for problem in view.shown["show_problems"]} == {"title", "party"}
    assert book.read(contracts_page).rows == []


def test_a_new_contract_is_kept_with_its_party(book: Book, plant: Id) -> None:
    agreed = book.read(partial(contract, record=plant))
    assert agreed is not None
    fakes, view = FakeDesk(book), FakeView()
    presenter = PlanPresenter(fakes.desk, view)
    presenter.begin(None)
    presenter.give("title", "Second")
    presenter.give("party", Choice(agreed.party, "Kaveri"))
    presenter.save()
    assert {row.title for row in book.read(contracts_page).rows} == {"Plant", "Second"}


def test_certify_then_bill(book: Book, plant: Id) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = StagesPresenter(fakes.desk, view)
    presenter.show(plant)
    first = book.read(partial(milestones_of, contract=plant))[0]
    presenter.choose([first.id])
    presenter.bill()
    assert fakes.navigator.places == []
    presenter.ask_certificate()
    assert view.shown["ask_certificate"].id == first.id
    presenter.certify(first, TODAY, "R. Iyer", lambda: None, pytest.fail)
    assert view.shown["show_next"] == {"can_certify": False, "can_bill": True}
    presenter.bill()
    [place] = fakes.navigator.places
    assert place.screen == "invoices"
    rows = book.read(partial(milestones_of, contract=plant))
    assert [row.state for row in rows] == [HowFar.BILLED, HowFar.PLANNED]
    presenter.open(first.id)
    assert fakes.navigator.places[-1] == place


def test_a_billed_stage_keeps_its_worth(book: Book, plant: Id) -> None:
    view = FakeView()
    presenter = StagesPresenter(FakeDesk(book).desk, view)
    presenter.show(plant)
    first = book.read(partial(milestones_of, contract=plant))[0]
    presenter.choose([first.id])
    presenter.certify(first, TODAY, "", lambda: None, pytest.fail)
    presenter.bill()
    plan = with_cell(book.read(partial(plan_of, record=plant)), 0, "worth", parse_worth("30%"))
    with pytest.raises(RuleBroken) as refused:
        book.write("c", partial(save_plan, plan=plan))
    assert [problem.code for problem in refused.value.problems] == ["BILLED"]
