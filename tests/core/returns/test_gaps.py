"""The gap ledger: every number that no standing paper bears, with why."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.ids import imported_id
from core.invoicing.commands import keep_imported
from core.problems import Problem
from core.returns import commands
from core.returns.gaps import Gap, gaps
from tests.core.books import TODAY, a_book
from tests.core.invoicing.trade import Trade, a_trade
from tests.core.order import Order
from tests.core.returns.books import bill, october

pytestmark = pytest.mark.slow


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path) as made:
        yield made


def found(book: Book, year: int = 2026) -> list[Gap]:
    return book.read(lambda read: gaps(read, year))


def told(book: Book) -> list[tuple[str, str]]:
    return [(gap.number, gap.why) for gap in found(book)]


def bring(trade: Trade, *numbers: str) -> None:
    """Papers of another program with these numbers."""
    whole = trade.document(bill(trade, october(1)))

    def keep(work: object) -> None:
        for number in numbers:
            paper = msgspec.structs.replace(
                whole,
                number=number,
                series="imported",
                origin="imported",
                stated=number.encode().ljust(16, b"."),
            )
            keep_imported(work, imported_id("paper", "INV", "2026", number.casefold()), paper)  # type: ignore[arg-type]

    trade.book.write("Keep", keep)


def test_an_unbroken_series_has_no_gap(trade: Trade) -> None:
    for day in (1, 2, 3):
        bill(trade, october(day))
    assert found(trade.book) == []


def test_a_cancelled_number_is_told_with_its_reason(trade: Trade) -> None:
    bill(trade, october(1))
    trade.cancel(bill(trade, october(2)), reason="keyed twice")
    [gap] = found(trade.book)
    assert (gap.number, gap.why, gap.words, gap.is_open) == (
        "A/26-27/0002",
        "cancelled",
        "keyed twice",
        False,
    )


def test_numbers_missing_between_imported_papers_are_found_whatever_counts_in_them(trade: Trade) -> None:
    bring(trade, "NI/0041", "NI/0043", "00483-SINV-23", "00485-SINV-23", "X-9", "X-11")
    missing = {number for number, why in told(trade.book) if why == "unexplained"}
    assert missing == {"00484-SINV-23", "NI/0042", "X-10"}
    assert all(not gap.is_ours for gap in found(trade.book))


def test_numbers_before_the_first_imported_one_were_told_elsewhere(trade: Trade) -> None:
    bring(trade, "NI/0041", "NI/0042")
    assert told(trade.book) == []


def test_a_series_of_ours_that_goes_on_after_imported_numbers_shows_what_is_missing(trade: Trade) -> None:
    bring(trade, "A/26-27/0005", "A/26-27/0002")
    bill(trade, october(9))
    assert told(trade.book) == [("A/26-27/0003", "unexplained"), ("A/26-27/0004", "unexplained")]
    assert all(gap.is_ours for gap in found(trade.book))


def test_the_user_explains_a_gap_and_takes_it_back(trade: Trade) -> None:
    bring(trade, "NI/0041", "NI/0043")

    def explain(words: str) -> None:
        trade.book.write(
            "Explain",
            lambda work: commands.explain_gap(work, type="INV", year=2026, number="ni/0042", words=words),
        )

    explain("the page was torn out")
    assert [(gap.why, gap.words) for gap in found(trade.book)] == [("explained", "the page was torn out")]
    explain("")
    assert told(trade.book) == [("NI/0042", "unexplained")]
    assert trade.book.verify().ok


def test_a_number_noted_as_unused_explains_itself(trade: Trade) -> None:
    bring(trade, "NI/0041", "NI/0043")
    trade.book.write(
        "Unused",
        lambda work: commands.note_unused(
            work, type="INV", number="NI/0042", dated_on=october(5), reason="spoilt", today=TODAY
        ),
    )
    assert [(gap.number, gap.why, gap.words) for gap in found(trade.book)] == [
        ("NI/0042", "unused", "spoilt")
    ]


def test_a_number_noted_ahead_of_its_series_makes_no_gap(trade: Trade) -> None:
    bill(trade, october(1))
    trade.book.write(
        "Unused",
        lambda work: commands.note_unused(
            work, type="INV", number="A/26-27/0009", dated_on=october(5), reason="spoilt", today=TODAY
        ),
    )
    assert told(trade.book) == [("A/26-27/0009", "unused")]


def test_a_stretch_of_a_thousand_is_one_row(trade: Trade) -> None:
    bring(trade, "NI/00001", "NI/90000")
    [gap] = found(trade.book)
    assert (gap.number, gap.last, gap.how_many) == ("NI/00002", "NI/89999", 89_998)
    trade.book.write(
        "Explain",
        lambda work: commands.explain_gap(
            work, type="INV", year=2026, number=gap.number, words="another book"
        ),
    )
    [gap] = found(trade.book)
    assert (gap.why, gap.words, gap.last) == ("explained", "another book", "NI/89999")


def test_a_held_paper_and_another_devices_numbers_are_named(tmp_path: Path) -> None:
    with a_trade(tmp_path, name="near.bahi") as near, a_book(tmp_path, name="far.bahi", company=None) as far:
        order = Order(near.book, far)
        bill(near, october(1))
        held = Answer(problems=(Problem("SERIES", "Not of its series."),))
        order.send(near.book)
        bill(near, october(2))
        order.round(near.book, {"invoicing.issued": (Outcome.HELD, held)})
        assert told(far) == [("A/26-27/0002", "held")]
        assert found(near.book, 2025) == []
