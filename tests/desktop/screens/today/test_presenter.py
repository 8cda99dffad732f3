"""Today: what it asks, what it shows of a real book, and where its lines lead."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.errors import Damaged
from core.invoicing.commands import issue_document, save_draft
from core.invoicing.model import Draft, DraftLine
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from core.returns.commands import file_return
from desktop.ports import Place
from desktop.screens.today.lines import Chase, Line, Part, returns_due
from desktop.screens.today.presenter import Today
from tests.core.books import COMPANY, TODAY, a_book
from tests.desktop.screens.desk import Said, desk_of

pytestmark = pytest.mark.slow
TOUCHED = SimpleNamespace(records={"parties": frozenset()})


class FakeView:
    """Remembers the last answer of each kind."""

    def __init__(self) -> None:
        self.steps: Sequence[Line] = ()
        self.figures: Sequence[Line] = ()
        self.ages: Sequence[Part] = ()
        self.chase = Chase((), 0, 0)
        self.due: Sequence[Line] = ()
        self.tasks: Sequence[Line] = ()
        self.failures: list[Exception] = []
        self.shown = 0
        self.seen = True

    def is_seen(self) -> bool:
        return self.seen

    def show_steps(self, steps: Sequence[Line]) -> None:
        self.steps = steps

    def show_figures(self, tiles: Sequence[Line]) -> None:
        self.figures = tiles
        self.shown += 1

    def show_ages(self, parts: Sequence[Part]) -> None:
        self.ages = parts

    def show_chase(self, chase: Chase) -> None:
        self.chase = chase

    def show_due(self, due: Sequence[Line]) -> None:
        self.due = due

    def show_tasks(self, tasks: Sequence[Line]) -> None:
        self.tasks = tasks

    def show_failure(self, error: Exception) -> None:
        self.failures.append(error)


@pytest.fixture(name="clock")
def _clock() -> FixedClock:
    return FixedClock.on(TODAY)


@pytest.fixture(name="book")
def _book(tmp_path: Path, clock: FixedClock) -> Iterator[Book]:
    with a_book(tmp_path, clock=clock) as book:
        yield book


def bill(work: Any, party: bytes, on: dt.date, due_on: dt.date, rupees: int) -> bytes:
    line = DraftLine("Pump", hsn="84138190", price_tenthousandths=rupees * 10_000)
    draft = Draft(type="INV", party=party, dated_on=on, due_on=due_on, lines=(line,))
    return issue_document(work, draft, today=TODAY, date_confirmed=True)


def a_shop(work: Any) -> None:
    at = Address(line1="1 Main Road", city="Mysuru", state_code="29", pincode="570001")
    home = Registration(kind="unregistered", state_code="29")
    ravi = save_party(work, Party(code="RAVI", name="Ravi Stores", registration=home, address=at))
    sita = save_party(work, Party(code="SITA", name="Sita Mills", registration=home, address=at))
    bill(work, ravi, TODAY - dt.timedelta(days=60), TODAY - dt.timedelta(days=40), 10_000)
    bill(work, sita, TODAY - dt.timedelta(days=10), TODAY + dt.timedelta(days=1), 20_000)
    bill(work, sita, TODAY - dt.timedelta(days=9), TODAY + dt.timedelta(days=30), 5_000)
    record_receipt(
        work, party=sita, dated_on=TODAY, amount_paise=3_000_00, mode="upi", allocate=None, today=TODAY,
        date_confirmed=True,
    )  # fmt: skip
    save_draft(work, Draft(type="INV", party=ravi))


def come(book: Book, clock: FixedClock) -> tuple[Today, FakeView, Said]:
    view, said = FakeView(), Said(clock)
    desk = desk_of(book, said)
    presenter = Today(view, desk.runner, desk.hub, desk.navigator, desk.calendar)
    presenter.come()
    return presenter, view, said


def test_the_first_screen_of_a_book_in_use(book: Book, clock: FixedClock) -> None:
    book.write("Shop", a_shop)
    presenter, view, said = come(book, clock)

    assert view.steps == []
    assert [tile.figure for tile in view.figures] == ["₹ 41,300", "₹ 11,800", "₹ 23,600", "₹ 3,000"]
    assert view.figures[1].tone == "danger"
    assert view.figures[3].note == "₹ 3,000 on account"
    assert [part.paise for part in view.ages] == [29_500_00, 0, 11_800_00, 0, 0]
    assert [(line.title, line.figure, line.note) for line in view.chase.lines] == [
        ("Ravi Stores", "₹ 11,800.00", "40 days late")
    ]
    assert view.chase.letters == 1
    assert [(line.title, line.note) for line in view.due] == [("Sita Mills", "tomorrow")]
    assert [(line.title, line.figure) for line in view.tasks] == [
        ("GST returns overdue", "3"),
        ("Drafts not yet issued", "1"),
    ]

    presenter.go(view.chase.lines[0].place)
    presenter.go(view.tasks[1].place)
    assert [(place.screen, place.page) for place in said.places] == [("parties", ""), ("invoices", "drafts")]


def test_an_empty_book_says_how_to_begin(book: Book, clock: FixedClock) -> None:
    _presenter, view, _said = come(book, clock)
    assert view.steps[0].place == Place("invoices", page="new")
    assert view.ages == []
    assert view.chase.lines == []
    assert view.tasks == []
    book.write("Shop", a_shop)
    _presenter, view, _said = come(book, clock)
    assert view.steps == []


def test_it_asks_again_when_something_was_touched_and_on_a_new_day(book: Book, clock: FixedClock) -> None:
    presenter, view, said = come(book, clock)
    presenter.come()
    assert view.shown == 1, "nothing happened since"
    said.heard[0](SimpleNamespace(records={}))
    assert view.shown == 1, "somebody types"
    said.heard[0](TOUCHED)
    assert view.shown == 2
    clock.move(days=1)
    presenter.come()
    assert view.shown == 3
    view.seen = False
    said.heard[0](TOUCHED)
    assert view.shown == 3, "nobody looks"
    presenter.come()
    assert view.shown == 4
    presenter.put_away()
    assert said.heard == []


def test_a_book_that_cannot_be_read_says_so(clock: FixedClock) -> None:
    class Broken:
        def read(self, _question: object) -> None:
            raise Damaged("The file is damaged.")

        write = read

    _presenter, view, _said = come(Broken(), clock)  # type: ignore[arg-type]
    assert isinstance(view.failures[0], Damaged)


@pytest.mark.parametrize(
    "change", [{"composition": True}, {"registration": Registration("unregistered", "", "29")}]
)
def test_who_files_no_return_is_not_told_of_one(
    tmp_path: Path, clock: FixedClock, change: dict[str, object]
) -> None:
    with a_book(tmp_path, company=msgspec.structs.replace(COMPANY, **change)) as book:
        assert book.read(lambda read: returns_due(read, dt.date(2027, 3, 1))) == []


def test_a_return_whose_period_is_over_is_named_with_its_day(book: Book) -> None:
    book.write("Shop", a_shop)
    filed = partial(file_return, on=TODAY, arn="", today=TODAY, despite=True)
    for period in ("2026-09", "2026-10"):
        for form in ("GSTR1", "GSTR3B"):
            book.write("File", partial(filed, form=form, period=period))
    [line] = book.read(lambda read: returns_due(read, dt.date(2026, 12, 5)))
    assert (line.title, line.figure) == ("GST return due by 11-12-2026", "GSTR-1")
    assert book.read(lambda read: returns_due(read, TODAY)) == []
