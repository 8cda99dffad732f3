"""Numbers: how they read, that a series has no gap, and when the date must be confirmed first."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.changes.stamp import stamp_at
from core.clock import FixedClock, instant_us
from core.errors import RuleBroken
from core.fiscal import financial_year
from core.gst.number import check_number
from core.ids import imported_id
from core.invoicing.commands import issue_document, keep_imported
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Draft
from core.numbering.commands import check_date
from core.numbering.queries import last_number, last_numbers, newest_issue_day
from core.numbering.rules import (
    DEVICE_LETTERS,
    IMPORTED,
    date_problem,
    number_place,
    number_text,
    series_for,
    series_of,
)
from core.store.work import Work
from tests.core.books import TODAY
from tests.core.invoicing.trade import BILL, Trade, a_trade


@pytest.mark.parametrize(
    ("series", "year", "n", "number"),
    [
        ("A", 2026, 1, "A/26-27/0001"),
        ("AC", 2026, 42, "AC/26-27/0042"),
        ("A", 2099, 9_999, "A/99-00/9999"),
        ("A", 2026, 10_000, "A/26-27/10000"),
        ("AX7R", 2026, 9_999, "AX7R/26-27/9999"),
        ("AX7R", 2026, 10_000, "AX7R/26-27/10000"),
    ],
)
def test_a_number_reads(series: str, year: int, n: int, number: str) -> None:
    assert number_text(series, year, n) == number
    answer = check_number(number, on=dt.date(year, 4, 1))
    assert answer.valid_rule46_gstr1
    assert answer.valid_for_irp


@given(st.from_regex(r"[A-Z]{1,6}", fullmatch=True), st.integers(2017, 2090), st.integers(1, 10**7))
def test_a_number_is_lawful_or_refused(series: str, year: int, n: int) -> None:
    if len(series) + max(4, len(str(n))) > 9:
        with pytest.raises(RuleBroken) as refused:
            number_text(series, year, n)
        assert refused.value.problems[0].code == "NUMBER_LENGTH"
        return
    number = number_text(series, year, n)
    assert len(number) <= 16
    assert check_number(number, on=dt.date(year, 4, 1)).valid_for_irp


def test_a_device_has_a_series_for_each_kind_of_paper() -> None:
    kinds = ("INV", "CRN", "DBN", "RECEIPT", "REMINDER", "VOUCHER", "REFUND", "CHL", "QTN", "PRF", "REVISED",
             "REVERSAL", "PAYBACK")  # fmt: skip
    letters = ("", "C", "D", "R", "N", "V", "F", "H", "Q", "P", "S", "X", "Y")
    assert tuple(series_for("B", kind) for kind in kinds) == tuple(f"B{letter}" for letter in letters)
    assert sorted(series_of("B")) == sorted(series_for("B", kind) for kind in kinds)


def test_no_series_of_one_device_is_a_series_of_another() -> None:
    codes = [letter + tail for letter in DEVICE_LETTERS for tail in ("", *"23456789")]
    every = [series for code in codes for series in series_of(code)]
    assert len(every) == len(set(every))
    assert len(codes) >= 100


def test_a_number_holds_its_place_whatever_its_case() -> None:
    assert number_place("INV", 2026, "ni/0042") == number_place("INV", 2026, "NI/0042")
    assert number_place("INV", 2026, "A/1") != number_place("CRN", 2026, "A/1")
    assert number_place("INV", 2026, "A/1") != number_place("INV", 2025, "A/1")


def test_numbers_have_no_gap_and_begin_again_each_year(tmp_path: Path) -> None:
    clock = FixedClock.on(dt.date(2027, 4, 2))
    march, april = dt.date(2027, 3, 31), dt.date(2027, 4, 1)
    with a_trade(tmp_path, clock=clock) as trade:
        days = [march, march, april, march, april]
        numbers = [trade.document(trade.issue(dated_on=day, today=april)).number for day in days]
        assert numbers == ["A/26-27/0001", "A/26-27/0002", "A/27-28/0001", "A/26-27/0003", "A/27-28/0002"]
        found = trade.book.read(last_numbers)
        assert [(row.series, row.year, row.last) for row in found] == [("A", 2027, 2), ("A", 2026, 3)]
        assert trade.book.read(newest_issue_day) == april


def test_a_refused_paper_takes_no_number(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        trade.issue()
        with pytest.raises(RuleBroken):
            trade.issue(lines=())
        assert trade.book.read(lambda read: last_number(read, "A", financial_year(TODAY))) == 1
        assert trade.document(trade.issue()).number == "A/26-27/0002"


def test_a_series_goes_on_after_imported_papers_that_bear_its_numbers(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    with a_trade(tmp_path / "old") as old, a_trade(tmp_path / "new") as new:
        kept = [old.document(old.issue()) for _n in range(3)]

        def bring(work: Work) -> None:
            for at, document in enumerate(kept):
                buyer = msgspec.structs.replace(document.buyer, party=new.lotus)
                paper = msgspec.structs.replace(
                    document, series=IMPORTED, origin=IMPORTED, stated=bytes([at]) * 16, buyer=buyer
                )
                keep_imported(work, imported_id("INV", document.number), paper)

        new.book.write("Import", bring)
        numbers = [new.document(new.issue()).number for _n in range(2)]
        assert numbers == ["A/26-27/0004", "A/26-27/0005"]
        together = new.book.write(
            "Two", lambda work: [issue_document(work, _bill(new), today=TODAY) for _n in "ab"]
        )
        assert [new.document(record).number for record in together] == ["A/26-27/0006", "A/26-27/0007"]
        assert new.book.verify().ok


def test_a_fresh_paper_never_bears_a_used_number(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        first = trade.document(trade.issue())
        with pytest.raises(RuleBroken) as refused:
            trade.book.write("Twice", lambda work: work.record(ISSUED, work.new_id(), first))
        assert [problem.code for problem in refused.value.problems] == ["NUMBER_USED"]


def _bill(trade: Trade) -> Draft:
    return msgspec.structs.replace(BILL, party=trade.lotus)


def _stamp(day: dt.date) -> int:
    return stamp_at(instant_us(dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)))


@pytest.mark.parametrize(
    ("newest_paper", "newest_stamp", "asks"),
    [
        (None, None, False),
        (TODAY, None, False),
        (TODAY - dt.timedelta(45), None, False),
        (TODAY - dt.timedelta(46), None, True),
        (TODAY + dt.timedelta(1), None, True),
        (None, TODAY, False),
        (None, TODAY + dt.timedelta(1), True),
        (TODAY - dt.timedelta(400), TODAY - dt.timedelta(3), False),
        (TODAY - dt.timedelta(3), TODAY - dt.timedelta(400), False),
        (TODAY, TODAY + dt.timedelta(9), True),
    ],
)
def test_a_doubtful_date_is_asked_about(
    newest_paper: dt.date | None, newest_stamp: dt.date | None, asks: bool
) -> None:
    stamp = _stamp(newest_stamp) if newest_stamp else None
    problem = date_problem(TODAY, newest_paper=newest_paper, newest_stamp=stamp)
    assert (problem is not None) is asks
    assert problem is None or problem.code == "DATE_CHECK"


def test_a_clock_a_year_ahead_stops_papers_until_it_is_confirmed(tmp_path: Path) -> None:
    later = TODAY + dt.timedelta(365)
    with a_trade(tmp_path) as trade:
        trade.issue()
        with pytest.raises(RuleBroken) as refused:
            trade.issue(today=later)
        assert [problem.code for problem in refused.value.problems] == ["DATE_CHECK"]
        trade.issue(today=later, confirmed=True)
        trade.issue(today=later)


def test_a_clock_gone_back_is_confirmed_once_a_day(tmp_path: Path) -> None:
    earlier = TODAY - dt.timedelta(2)
    with a_trade(tmp_path) as trade:
        trade.issue()
        with pytest.raises(RuleBroken):
            trade.issue(today=earlier)
        trade.issue(today=earlier, confirmed=True)
        trade.issue(today=earlier)
        with pytest.raises(RuleBroken):
            trade.book.write("Check", lambda work: check_date(work, today=earlier - dt.timedelta(1)))


def test_old_bills_may_be_written_one_after_the_other(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        for days in (300, 200, 100, 0):
            trade.issue(dated_on=TODAY - dt.timedelta(days))
