"""Collections without a window: one letter, many letters, stopping, and what a PDF is called."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import FixedClock
from core.dunning.commands import save_ladder
from core.dunning.model import Ladder
from core.dunning.queries import WorkRow, reminder, reminders_page
from desktop.ports import AlongRow, Ask, Place
from desktop.screens.collections.actions import everywhere
from desktop.screens.collections.columns import due_listing, letter_listing, work_listing
from desktop.screens.collections.letters import LadderPresenter, file_name, save_letters
from desktop.screens.collections.presenter import Chased, WorklistPresenter, along_text
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.desktop.screens.desk import Said, desk_of

D = dt.date


class FakeView:
    """The worklist and the ladder in one; remembers what it was told."""

    def __init__(self) -> None:
        self.chased: Chased | None = None
        self.totals = (0, 0)
        self.counts: list[int] = []
        self.pdfs: list[bytes] = []
        self.progress: list[tuple[int, int]] = []
        self.refreshed = 0
        self.asked: list[Callable[[], None]] = []
        self.on_progress: Callable[[int], None] = lambda _done: None

    def show_chased(self, chased: Chased | None) -> None:
        self.chased = chased

    def show_totals(self, overdue_paise: int, due: int) -> None:
        self.totals = (overdue_paise, due)

    def show_count(self, count: int) -> None:
        self.counts.append(count)

    def show_pdf(self, pdf: bytes) -> None:
        self.pdfs.append(pdf)

    def show_progress(self, done: int, total: int) -> None:
        self.progress.append((done, total))
        self.on_progress(done)

    def refresh(self) -> None:
        self.refreshed += 1

    def ask(self, title: str, text: str, yes: Callable[[], None]) -> None:
        self.asked.append(yes)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        for code, rupees in (("LOTUS", 5_000), ("SAGAR", 20_000), ("VIMAL", 90_000)):
            a_bill(made, a_party(made, code), rupees, D(2026, 9, 1))
        yield made


@pytest.fixture
def said() -> Said:
    return Said(FixedClock.on(TODAY))


def names(book: Book, said: Said, **asked: Any) -> list[str]:
    listing = work_listing(said, None)
    return [
        each.row.name for each in book.read(lambda read: listing.fetch(read, Ask(**asked), None, 100)).rows
    ]


def letters(book: Book) -> list[str]:
    return sorted(row.name for row in book.read(reminders_page).rows)


def test_the_worklist_ranks_sorts_and_narrows(book: Book, said: Said) -> None:
    assert names(book, said) == ["Vimal Foods", "Sagar Foods", "Lotus Foods"]
    assert names(book, said, sort="overdue") == ["Lotus Foods", "Sagar Foods", "Vimal Foods"]
    assert names(book, said, text="sag") == ["Sagar Foods"]
    assert names(book, said, scope="waiting") == []
    view = FakeView()
    work = WorklistPresenter(view, desk_of(book, said))
    assert view.totals == (1_15_000_00, 3)
    vimal = row_of(book, said, "vim").party
    work.remind(vimal, "Vimal Foods")
    assert names(book, said, scope="waiting") == ["Vimal Foods"]


def row_of(book: Book, said: Said, typed: str) -> WorkRow:
    return book.read(lambda read: work_listing(said, None).fetch(read, Ask(text=typed), None, 9)).rows[0].row


def test_a_party_looked_at_shows_its_ladder(book: Book, said: Said) -> None:
    view = FakeView()
    work = WorklistPresenter(view, desk_of(book, said))
    work.look_at(row_of(book, said, "sag"))
    assert view.chased is not None
    assert [rung.pill for rung in view.chased.rungs] == ["Due now", "Later", "Later"]
    work.remind(view.chased.row.party, "Sagar Foods")
    work.look_at(row_of(book, said, "sag"))
    assert (view.chased.rungs[0].pill, view.chased.rungs[0].text) == ("Written", "written 20-11-2026")
    book.write("Pause", lambda work: save_ladder(work, Ladder(paused=True)))
    work.look_at(row_of(book, said, "sag"))
    assert view.chased.is_paused
    work.look_at(None)
    assert view.chased is None


class FakeAlong:
    """Bills taken along, and a service that is asked at once."""

    def __init__(self, missed: int = 0) -> None:
        self.rows: list[AlongRow] = []
        self.missed = missed
        self.parties: list[bytes] = []

    def is_offered(self) -> bool:
        return True

    def known(self, _read: Any, _party: bytes) -> list[AlongRow]:
        return self.rows

    def by_party(self, _read: Any) -> dict[bytes, list[AlongRow]]:
        return dict.fromkeys(self.parties, self.rows)

    def take(self, _party: bytes, done: Callable[[int], None], _failed: Any) -> None:
        self.rows = [AlongRow("Asha", not self.missed, 20_000_00, "21-11-2026 18:30")]
        done(self.missed)

    def give_back(self, _party: bytes, done: Callable[[int], None], _failed: Any) -> None:
        self.rows = []
        done(0)


def test_a_partys_bills_are_taken_along_and_given_back(book: Book, said: Said) -> None:
    view = FakeView()
    work = WorklistPresenter(view, replace(desk_of(book, said), along=FakeAlong()))
    work.look_at(row_of(book, said, "sag"))
    assert view.chased is not None
    work.take_along(view.chased)
    assert [along_text(row) for row in view.chased.along] == [
        "₹ 20,000.00 of its bills are with you until 21-11-2026 18:30"
    ]
    work.take_along(view.chased)
    assert view.chased.along == ()
    assert said.said == ["The bills of Sagar Foods are with you", "The bills of Sagar Foods are given back"]


def test_whose_bills_are_with_somebody_else_is_told(book: Book, said: Said) -> None:
    view = FakeView()
    work = WorklistPresenter(view, replace(desk_of(book, said), along=FakeAlong(missed=1)))
    work.look_at(row_of(book, said, "sag"))
    assert view.chased is not None
    work.take_along(view.chased)
    assert said.said == ["Of the bills of Sagar Foods with somebody else: 1"]
    assert [along_text(row) for row in view.chased.along] == [
        "Asha has ₹ 20,000.00 of its bills along until 21-11-2026 18:30"
    ]


def test_the_list_tells_whose_bills_are_out_and_with_whom(book: Book, said: Said) -> None:
    along = FakeAlong()
    along.parties = [row_of(book, said, "sag").party]
    along.rows = [AlongRow("Ravi", False, 100, "18:30"), AlongRow("Asha", True, 100, "18:30")]
    listing = work_listing(said, along)
    assert "checkouts" in listing.depends, "it is read again when that changes"
    detail = listing.columns[0].detail
    assert detail is not None
    told = [detail(each) for each in book.read(lambda read: listing.fetch(read, Ask(), None, 9)).rows]
    assert [one.startswith("with Ravi · with you") for one in told] == [False, True, False]


def test_without_a_service_nothing_is_offered(book: Book, said: Said) -> None:
    view = FakeView()
    work = WorklistPresenter(view, desk_of(book, said))
    work.look_at(row_of(book, said, "sag"))
    assert view.chased is not None
    assert not view.chased.may_take
    work.take_along(view.chased)
    assert said.said == []


def test_all_but_those_left_out_get_their_letter(book: Book, said: Said) -> None:
    view = FakeView()
    ladder = LadderPresenter(view, desk_of(book, said))
    listing = due_listing(said, ladder.left_out)
    rows = book.read(lambda read: listing.fetch(read, Ask(), None, 100)).rows
    ladder.look_at(rows[0].party)
    assert view.pdfs[0].startswith(b"%PDF")
    assert letters(book) == []
    ladder.leave_out([rows[1].party])
    assert (view.counts, view.refreshed) == ([3, 2], 1)
    ladder.run()
    assert letters(book) == ["Lotus Foods", "Vimal Foods"]
    assert view.progress == [(0, 2), (1, 2), (2, 2)]
    assert said.said == ["2 letters written"]
    assert said.places == [Place("back"), Place("collections", None, "letters")]


def test_stopping_leaves_whole_letters(book: Book, said: Said) -> None:
    view = FakeView()
    ladder = LadderPresenter(view, desk_of(book, said))
    view.on_progress = lambda done: ladder.stop() if done == 1 else None
    ladder.run()
    assert len(letters(book)) == 2  # the one under way is finished
    assert said.said == ["2 letters written"]
    assert not ladder.is_running


def test_a_doubtful_date_is_asked_about_before_any_letter(book: Book) -> None:
    said = Said(FixedClock.on(D(2026, 10, 20)))
    view = FakeView()
    ladder = LadderPresenter(view, desk_of(book, said))
    ladder.run()
    assert (len(view.asked), letters(book)) == (1, [])
    view.asked[0]()
    assert len(letters(book)) == 3


def test_letters_become_files_with_names_every_system_takes(book: Book, said: Said, tmp_path: Path) -> None:
    ladder = LadderPresenter(FakeView(), desk_of(book, said))
    ladder.run()
    rows = book.read(lambda read: letter_listing().fetch(read, Ask(text="vimal"), None, 100)).rows
    assert [row.name for row in rows] == ["Vimal Foods"]
    folder = tmp_path / "out"
    folder.mkdir()
    save_letters(desk_of(book, said), [row.id for row in rows], folder)
    [file] = folder.iterdir()
    paper = book.read(lambda read: reminder(read, rows[0].id))
    assert file.name == file_name(paper)
    assert "/" not in file.name
    assert said.said[-1] == "1 PDFs are in out"
    save_letters(desk_of(book, said), [row.id for row in rows], tmp_path / "nowhere")
    assert said.said[-1].startswith("The file could not be written")


def test_the_ladder_is_offered_everywhere(said: Said) -> None:
    [action] = everywhere(desk_of(None, said))
    action.run()
    assert said.places == [Place("collections", None, "ladder")]
