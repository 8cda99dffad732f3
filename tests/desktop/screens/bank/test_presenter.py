"""The bank without a window: what is proposed, accepted, taken back, confirmed, set aside and exported."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from core.bank.commands import DOUBTFUL, KNOWN, NEW, OTHERWISE
from core.bank.model import SetAside
from core.bank.queries import AccountRow, lines_page
from core.bank.reconciling import reconciliation
from core.book import Book
from core.clock import FixedClock
from core.ids import Id
from core.ledger.queries import open_items
from core.shortfall.model import Bill, Explanation
from desktop.kit.list_out import rows_of
from desktop.ports import Ask, Choice
from desktop.screens.bank import taking
from desktop.screens.bank.columns import BankRow, likely_text, line_listing, sure_text
from desktop.screens.bank.entry import EntryPresenter, Sums, mode_choices, suggest_parties
from desktop.screens.bank.importing import ImportPresenter, Preview
from desktop.screens.bank.looked import Figures, Looked
from desktop.screens.bank.presenter import BankPresenter
from desktop.screens.bank.reconcile import steps
from tests.core.bank.taking import UTR, an_account, row_of, stated
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.desktop.screens.desk import Said, desk_of

pytestmark = pytest.mark.slow
D = dt.date


class Undoable(Said):
    """Remembers how the last deed is undone."""

    undo: Callable[[], None] | None = None

    def done(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        super().done(text)
        self.undo = undo


class FakeView:
    """Remembers what it was told; says yes to every question."""

    def __init__(self) -> None:
        self.accounts: list[Id] = []
        self.figures = Figures()
        self.looked: Looked | None = None
        self.asked: list[str] = []
        self.progress: list[tuple[int, int]] = []
        self.chosen = (0, 0)

    def show_accounts(self, rows: Sequence[AccountRow], chosen: Id | None) -> None:
        self.accounts = [row.id for row in rows]

    def show_figures(self, figures: Figures, *, is_looking: bool) -> None:
        self.figures = figures

    def show_looked(self, looked: Looked | None) -> None:
        self.looked = looked

    def refresh(self) -> None: ...

    def show_progress(self, done: int, total: int) -> None:
        self.progress.append((done, total))

    def show_chosen(self, count: int, paise: int) -> None:
        self.chosen = (count, paise)

    def ask(self, title: str, text: str, yes: str, run: Callable[[], None]) -> None:
        self.asked.append(f"{title} {text}")
        run()


class Office:
    """A book with an account, its screen's presenter, and what was said."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.account = an_account(book)
        self.said = Undoable(FixedClock.on(TODAY))
        self.view = FakeView()
        self.presenter = BankPresenter(self.view, desk_of(book, self.said))
        book.listeners.append(lambda touched: [heard(touched) for heard in self.said.heard])
        self.presenter.load()

    def look(self, line: Id) -> Looked:
        self.presenter.look_at(row_of(self.book, line))
        assert self.view.looked is not None
        return self.view.looked

    def row(self, line: Id) -> BankRow:
        return BankRow(row_of(self.book, line), self.presenter.likely(line))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_book(tmp_path) as book:
        yield Office(book)


def test_all_certain_ones_are_asked_for_accepted_and_taken_back(office: Office) -> None:
    book, party = office.book, a_party(office.book)
    money_in(book, party, 1000, D(2026, 11, 2), reference=UTR)
    bill = a_bill(book, party, 700, D(2026, 9, 1))
    lines = stated(book, office.account, (D(2026, 11, 2), 1000, f"NEFT {UTR}"), (D(2026, 11, 5), 700, "LOTUS FOODS 77"),
                   (D(2026, 11, 6), 9, "X"))  # fmt: skip
    assert office.view.figures.certain == 2
    assert [sure_text(office.row(line)) for line in lines] == ["Certain", "Certain", "Open"]
    office.presenter.ask_all()
    assert office.view.asked == [
        "Accept all 2 certain matches? ₹ 1,700.00 came in; one new receipt is recorded."
    ]
    assert [row_of(book, line).state for line in lines] == ["matched", "matched", "open"]
    assert office.said.said[-1] == "2 matches accepted"
    assert bill not in {item.paper for item in book.read(lambda read: open_items(read, side="due"))}
    assert office.said.undo is not None
    office.said.undo()
    assert {row_of(book, line).state for line in lines} == {"open"}
    assert bill in {item.paper for item in book.read(lambda read: open_items(read, side="due"))}
    assert office.view.figures.certain == 2
    assert book.verify().ok


def test_one_walks_through_what_a_line_may_be_and_accepts_one(office: Office) -> None:
    book, party = office.book, a_party(office.book)
    first, second = (money_in(book, party, 500, D(2026, 11, day)) for day in (2, 9))
    line = stated(book, office.account, (D(2026, 11, 10), 500, "NEFT LOTUS FOODS"))[0]
    looked = office.look(line)
    assert looked.chosen is not None
    assert looked.chosen.papers[0].paper == second
    assert likely_text(looked.chosen).startswith("Lotus Foods · ")
    office.presenter.turn(1)
    assert office.view.looked is not None
    assert office.view.looked.chosen is not None
    assert office.view.looked.chosen.papers[0].paper == first
    office.presenter.turn(-1)
    office.presenter.turn(1)
    office.presenter.accept()
    assert row_of(book, line).match is not None
    office.look(line)
    assert office.view.looked.claim is not None
    office.presenter.open_paper()
    assert office.said.places[-1].record == first
    office.presenter.undo_looked()
    assert row_of(book, line).state == "open"


def test_a_reference_used_already_is_asked_about_before_it_is_used_again(office: Office) -> None:
    book, party = office.book, a_party(office.book)
    money_in(book, party, 400, D(2026, 11, 2), reference=UTR)
    a_bill(book, party, 700, D(2026, 9, 1))
    line = stated(book, office.account, (D(2026, 11, 2), 300, f"NEFT CR-{UTR}-LOTUS FOODS"))[0]
    looked = office.look(line)
    assert looked.chosen is not None
    assert looked.chosen.new is not None
    office.presenter.accept()
    assert any("already has this reference" in asked for asked in office.view.asked)
    assert row_of(book, line).state == "matched"


def test_a_line_is_set_aside_and_says_why(office: Office) -> None:
    line = stated(office.book, office.account, (D(2026, 11, 2), -295, "SMS CHRGS"))[0]
    assert likely_text(office.look(line).choices[0]) == "Set aside: Bank charge"
    office.presenter.set_aside("bank_charge", "SMS of October")
    looked = office.look(line)
    assert isinstance(looked.claim, SetAside)
    assert looked.claim.note == "SMS of October"


def test_the_list_goes_out_with_what_each_line_is(office: Office) -> None:
    party = a_party(office.book)
    money_in(office.book, party, 500, D(2026, 11, 2))
    stated(office.book, office.account, (D(2026, 11, 2), 500, "NEFT LOTUS FOODS"), (D(2026, 11, 3), -20, "X"))
    listing = line_listing(lambda: office.account, office.presenter.likely)
    rows = office.book.read(lambda read: rows_of(listing, Ask(scope="open"), read))
    assert [[text for text, _paise in row] for row in rows] == [
        ["", "03-11-2026", "X", "nothing found", "Open", "−20.00"],
        ["", "02-11-2026", "NEFT LOTUS FOODS", "Lotus Foods · AR/26-27/0001", "Certain", "500.00"],
    ]
    found = office.book.read(lambda read: listing.fetch(read, Ask(text="lotus", scope="all"), None, 50))
    assert [row.line.paise for row in found.rows] == [50_000]


def test_the_reconciliation_reads_from_the_book_to_the_statement(office: Office) -> None:
    book, party = office.book, a_party(office.book)
    money_in(book, party, 500, D(2026, 11, 2))
    stated(book, office.account, (D(2026, 11, 3), 80, "INT PD"), balance_rupees=0)
    found = book.read(lambda read: reconciliation(read, office.account, TODAY))
    told = [(step.what.strip(), step.paise) for step in steps(found)]
    assert told == [
        ("Balance as per the book", 50_000),
        ("Less: received, not yet credited by the bank", -50_000),
        ("Lotus Foods", -50_000),
        ("Lines of the bank not yet in the book", 8_000),
        ("INT PD", 8_000),
        ("Balance the statement should show", 8_000),
        ("Balance as per the statement", 8_000),
        ("Difference: none, it adds up", 0),
    ]


def test_another_account_is_another_list(office: Office) -> None:
    other = an_account(office.book, "Savings", "999")
    line = stated(office.book, other, (D(2026, 11, 3), 80, "X"))[0]
    assert office.view.accounts == [office.account, other]
    assert office.view.figures.open_lines == 0
    office.presenter.choose(other)
    assert office.view.figures.open_lines == 1
    assert office.book.read(lambda read: lines_page(read, account=other)).rows[0].id == line


class EntryPageFake:
    """The page of a receipt recorded by hand; remembers what it was told."""

    def __init__(self) -> None:
        self.bills: Sequence[Bill] = ()
        self.settled: dict[int, int] = {}
        self.kept: tuple[object, ...] = ()
        self.ways: Sequence[Explanation] = ()
        self.sums = Sums(0, 0)
        self.problems: list[str] = []

    def show_party(self, choice: Choice) -> None: ...

    def show_bills(self, bills: Sequence[Bill]) -> None:
        self.bills = bills

    def show_settled(self, settled: dict[int, int]) -> None:
        self.settled = dict(settled)

    def show_kept(self, *kept: object) -> None:
        self.kept = kept

    def show_ways(self, ways: Sequence[Explanation], chosen: int) -> None:
        self.ways = ways

    def show_sums(self, sums: Sums) -> None:
        self.sums = sums

    def show_problems(self, problems: Sequence[object]) -> None:
        self.problems = [getattr(problem, "code", "") for problem in problems]

    def ask(self, title: str, text: str, yes: str, run: Callable[[], None]) -> None:
        run()


def test_a_receipt_told_by_hand_begins_with_what_explains_the_amount(office: Office) -> None:
    book = office.book
    party = a_party(book, tds_code="194C", pan="AABCL1234C")
    a_bill(book, party, 100_000, D(2026, 9, 1))
    line = stated(book, office.account, (D(2026, 11, 2), 98_000, "BY TRANSFER 8891"))[0]
    page, over = EntryPageFake(), list[bool]()
    entry = EntryPresenter(page, desk_of(book, office.said), row_of(book, line), lambda: over.append(True))
    entry.save("neft", "")
    assert page.problems == ["PARTY"]
    entry.begin(party)
    assert (page.kept[0], page.sums.on_account_paise, page.settled) == (200_000, 0, {0: 10_000_000})
    entry.settle(0, 10_000_001)
    entry.save("neft", "")
    assert page.problems == ["OPEN_AMOUNT", "OVER"]
    entry.take_way(0)
    entry.save("neft", "R77")
    assert over == [True]
    assert row_of(book, line).state == "matched"
    assert book.read(lambda read: open_items(read, side="due")) == []
    assert "cash" not in [choice.value for choice in mode_choices()]
    assert [choice.text for choice in book.read(lambda read: suggest_parties(read, "lot"))] == ["Lotus Foods"]


class PreviewFake:
    """The page of a file before it is imported; remembers what it was told."""

    preview: Preview | None = None

    def show_preview(self, preview: Preview) -> None:
        self.preview = preview

    def show_problems(self, problems: Sequence[object]) -> None: ...

    def ask_columns(self, *_asked: object) -> None: ...


def test_a_preview_says_what_is_here_in_another_form_and_what_is_alike(
    office: Office, tmp_path: Path
) -> None:
    here = D(2026, 11, 3)
    stated(office.book, office.account, (here, 500, "UPI/LOTUS FOODS/622212345678"), (here, 80, "ABCDEF ONE"),
           (here, 70, "INT PD"))  # fmt: skip
    file = tmp_path / "other.csv"
    file.write_text(
        "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n"
        "03/11/26,UPI/LOTUS FOODS/622212345678/PAYMENT FROM PHONE,,03/11/26,,500.00,\n"
        "03/11/26,SOMETHING ELSE,,03/11/26,,80.00,\n"
        "03/11/26,INT PD,,03/11/26,,70.00,\n"
        "04/11/26,MANGO,,04/11/26,,60.00,\n"
    )
    page = PreviewFake()
    importing = ImportPresenter(page, desk_of(office.book, office.said), office.account, lambda: None)
    importing.take_file(file)
    assert page.preview is not None
    assert [row.state for row in page.preview.rows] == [OTHERWISE, DOUBTFUL, KNOWN, NEW]
    assert page.preview.new == 2
    importing.take()
    assert len(office.book.read(lambda read: lines_page(read, account=office.account)).rows) == 5
    assert office.said.said[-1].startswith("2 lines imported, 2 were here already; 1 look")


def many_certain(office: Office, count: int) -> list[Id]:
    """So many receipts with the lines they came by, each certain."""
    party = a_party(office.book)
    day = D(2026, 11, 2)
    for n in range(count):
        money_in(office.book, party, 1000 + n, day, reference=f"HDFCN5202611020000{n:04d}")
    told = [(day, 1000 + n, f"NEFT HDFCN5202611020000{n:04d}") for n in range(count)]
    return stated(office.book, office.account, *told)


def test_many_certain_ones_are_accepted_in_portions_with_progress(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "PORTION", 2)
    lines = many_certain(office, 5)
    office.presenter.ask_all()
    assert office.view.progress == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert {row_of(office.book, line).state for line in lines} == {"matched"}
    assert (office.said.said[-1], office.said.undo) == ("5 matches accepted", None)
    assert office.view.figures.certain == 0
    assert not office.presenter.is_taking


def test_stopping_keeps_the_portions_that_were_accepted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "PORTION", 2)
    lines = many_certain(office, 5)
    told = office.view.show_progress

    def told_and_stopped(done: int, total: int) -> None:
        told(done, total)
        if done == 2:
            office.presenter.stop()

    monkeypatch.setattr(office.view, "show_progress", told_and_stopped)
    office.presenter.ask_all()
    states = [row_of(office.book, line).state for line in lines]
    assert sorted(states) == ["matched"] * 4 + ["open"]
    assert office.said.said[-1] == "Stopped: 4 of 5 matches accepted"
    assert office.view.figures.certain == 1
    assert office.book.verify().ok


def test_several_lines_are_set_aside_at_once_and_come_back(office: Office) -> None:
    day = D(2026, 11, 2)
    lines = stated(
        office.book, office.account, (day, -10, "A ONE"), (day, -20, "B TWO"), (day, -30, "C THREE")
    )
    office.presenter.choose_lines([row_of(office.book, line) for line in lines[:2]])
    assert office.view.chosen == (2, -3000)
    office.presenter.choose_lines([row_of(office.book, lines[1])])
    office.presenter.choose_lines([row_of(office.book, lines[2])])
    assert [office.presenter.is_chosen(line) for line in lines] == [True, False, True]
    office.presenter.set_aside("vendor", "Tea")
    assert [row_of(office.book, line).state for line in lines] == ["aside", "open", "aside"]
    assert (office.said.said[-1], office.view.chosen) == ("2 lines set aside", (0, 0))
    assert office.said.undo is not None
    office.said.undo()
    assert {row_of(office.book, line).state for line in lines} == {"open"}


def test_a_bounce_is_recorded_from_its_line_by_one_accept(office: Office) -> None:
    book, party, day = office.book, a_party(office.book), D(2026, 11, 3)
    bill = a_bill(book, party, 700, D(2026, 9, 1))
    money_in(book, party, 700, D(2026, 11, 2), reference=UTR)
    line, charge = stated(book, office.account, (day, -700, f"NEFT RTN {UTR}"), (day, -59, "NEFT RTN CHRGS"))
    looked = office.look(line)
    assert looked.chosen is not None
    assert likely_text(looked.chosen) == "Bounce · Lotus Foods"
    office.presenter.accept()
    assert {row_of(book, each).state for each in (line, charge)} == {"matched"}
    assert bill in {item.paper for item in book.read(lambda read: open_items(read, side="due"))}
    assert book.verify().ok
