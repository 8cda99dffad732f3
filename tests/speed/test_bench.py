"""`bahi bench` on a small book: what it prints, and the ratios that must hold whatever the machine.

Measured in processor time, which other programs on the machine change little; only what must be seen on the wall, the
start of a window and how soon a run stops, is timed there.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.book import Book
from desktop.command_line.bench import issuing, returning, starting
from desktop.command_line.bench_measuring import PASSPHRASE, Figure
from desktop.command_line.bench_reading import AGES_DAYS, Kept, aged, large_book, reading, stating
from tests.desktop.command_line.runs import here

GOES = 5
ISSUED_TOGETHER, ISSUED_APART, WINDOW, RETURN = 6, 5, 15, 20
"""How many times the limit at the most; a busy machine is allowed a little more than the aim of 5 and 3."""
SMALL, ENTRIES, LEAST_MS, AGEING = 3_000, 150, 6, 8
"""A small book, an account of so many entries, what no question needs to be faster than, and ageing beside its rows."""
RETURN_SECONDS, PREFLIGHT = 2, 2.5
"""A return, and its pre-flight beside it: a busy machine is allowed a little more than the aim of 2."""


def ratio(figure: Figure) -> float:
    """How many times the limit a figure is."""
    assert figure.ratio is not None
    print(f"{figure.name}: {figure.figure:.4f} {figure.unit}, raw {figure.raw:.4f}, {figure.ratio:.1f} times")
    return figure.ratio


def least(same: Sequence[Figure]) -> Figure:
    """The least of a figure, and of the limit beside it, over several goes: what else the machine does only adds to
    either."""
    raws = [figure.raw for figure in same if figure.raw is not None]
    found = min(figure.figure for figure in same if figure.figure is not None)
    return same[0]._replace(figure=found, raw=min(raws) if raws else None)


@pytest.mark.speed
def test_issuing_stays_near_the_raw_write(tmp_path: Path) -> None:
    goes = []
    for n in range(GOES):
        (tmp_path / str(n)).mkdir()
        goes.append(issuing(tmp_path / str(n), in_a_work=500, single=50, clock=time.process_time))
    together, apart = map(least, zip(*goes, strict=True))
    assert ratio(together) <= ISSUED_TOGETHER
    assert ratio(apart) <= ISSUED_APART


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Kept, Kept]:
    """A book, and one of four times the documents."""
    folder = tmp_path_factory.mktemp("kept")
    return large_book(folder, SMALL), large_book(folder, 4 * SMALL)


@pytest.mark.speed
@pytest.mark.timeout(300)
def test_four_times_the_documents_take_not_twice_as_long(books: tuple[Kept, Kept]) -> None:
    small, large = (reading(book, entries=ENTRIES, times=3, clock=time.process_time) for book in books)
    for little, much in zip(small, large, strict=True):
        ratio(much)
        if not much.name.startswith(("ageing", "open a book")):  # their own test; and the disk's own time
            assert little.figure is not None
            assert much.figure is not None
            assert much.figure <= max(2 * little.figure, LEAST_MS), (little, much)


@pytest.mark.speed
def test_ageing_years_ago_takes_as_long_as_today_and_little_more_than_its_rows_raw(
    books: tuple[Kept, Kept],
) -> None:
    ages = aged(books[1], clock=time.process_time)
    now, *then = (figure.figure or 0 for figure in ages)
    assert len(then) == len(AGES_DAYS) - 1
    assert max(then) <= 2.5 * now
    assert max(map(ratio, ages)) <= AGEING


@pytest.mark.speed
def test_a_kept_book_is_what_its_log_says_and_is_not_made_twice(tmp_path: Path) -> None:
    made = large_book(tmp_path, 1_000)
    with Book.open(made.path, passphrase=PASSPHRASE) as book:
        assert book.verify().ok
        assert (
            book.read(lambda read: read.exec_driver_sql("SELECT count(*) FROM documents").scalar_one())
            == 1_000
        )
    assert large_book(tmp_path, 1_000) == made


@pytest.mark.speed
def test_statements_in_one_go_stop_when_told_to(books: tuple[Kept, Kept], tmp_path: Path) -> None:
    _whole, stopped = stating(books[0], tmp_path)
    assert ratio(stopped) <= 3


@pytest.mark.speed
def test_the_gstr1_of_ten_thousand_invoices_takes_less_than_two_seconds_and_its_check_little_more(
    tmp_path: Path,
) -> None:
    drawn, checked = returning(tmp_path / "month.bahi", clock=time.process_time)
    assert ratio(drawn) <= RETURN
    assert drawn.figure is not None
    assert drawn.figure < RETURN_SECONDS
    assert ratio(checked) <= PREFLIGHT


@pytest.mark.speed
def test_a_window_with_a_book_is_there_soon_after_a_bare_one(tmp_path: Path) -> None:
    warm, _cold = starting(tmp_path, cold=False)
    assert ratio(warm) <= WINDOW


@pytest.mark.speed
@pytest.mark.timeout(300)
def test_bench_prints_each_figure_beside_its_limit(tmp_path: Path) -> None:
    asked = ("bench", "--documents", "1000", "--keep", str(tmp_path), "--no-window", "--json")
    figures = json.loads(here(*asked).out)
    assert [set(figure) for figure in figures] == [{"name", "figure", "unit", "raw", "ratio"}] * len(figures)
    assert all(figure["figure"] > 0 for figure in figures)
    alone = {figure["name"].split()[0] for figure in figures if figure["ratio"] is None}
    assert alone == {"making", "its", "statements", "a"}  # these are what they are
