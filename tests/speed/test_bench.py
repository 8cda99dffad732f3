"""`bahi bench` on a small book: what it prints, and the ratios that must hold whatever the machine."""

import json
from pathlib import Path

import pytest

from desktop.command_line.bench import Figure, issuing, reading, returning, starting
from tests.desktop.command_line.runs import here

ISSUED_TOGETHER, ISSUED_APART, WINDOW, RETURN = 6, 4, 15, 20
"""How many times the limit at the most; a busy machine is allowed a little more than the aim of 5 and 3."""
RETURN_SECONDS, PREFLIGHT = 2, 2.5
"""A return, and its pre-flight beside it: a busy machine is allowed a little more than the aim of 2."""


def ratio(figure: Figure) -> float:
    """How many times the limit a figure is."""
    assert figure.ratio is not None
    print(f"{figure.name}: {figure.figure:.4f} {figure.unit}, raw {figure.raw:.4f}, {figure.ratio:.1f} times")
    return figure.ratio


@pytest.mark.speed
def test_issuing_stays_near_the_raw_write(tmp_path: Path) -> None:
    together, apart = issuing(tmp_path, in_a_work=500, single=50)
    assert ratio(together) <= ISSUED_TOGETHER
    assert ratio(apart) <= ISSUED_APART


@pytest.mark.speed
def test_reading_a_book_ten_times_as_large_takes_not_ten_times_as_long(tmp_path: Path) -> None:
    small = reading(tmp_path / "small.bahi", 1_000)
    large = reading(tmp_path / "large.bahi", 10_000)
    for little, much in zip(small, large, strict=True):
        ratio(much)
        assert little.figure is not None
        assert much.figure is not None
        assert much.figure <= max(6 * little.figure, 5), much


@pytest.mark.speed
def test_the_gstr1_of_ten_thousand_invoices_takes_less_than_two_seconds_and_its_check_little_more(
    tmp_path: Path,
) -> None:
    drawn, checked = returning(tmp_path / "month.bahi")
    assert ratio(drawn) <= RETURN
    assert drawn.figure is not None
    assert drawn.figure < RETURN_SECONDS
    assert ratio(checked) <= PREFLIGHT


@pytest.mark.speed
def test_a_window_with_a_book_is_there_soon_after_a_bare_one(tmp_path: Path) -> None:
    warm, _cold = starting(tmp_path, cold=False)
    assert ratio(warm) <= WINDOW


@pytest.mark.speed
def test_bench_prints_each_figure_beside_its_limit() -> None:
    figures = json.loads(here("bench", "--invoices", "1000", "--no-window", "--json").out)
    assert [set(figure) for figure in figures] == [{"name", "figure", "unit", "raw", "ratio"}] * 8
    assert all(figure["ratio"] > 0 for figure in figures)
