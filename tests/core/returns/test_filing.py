"""Filing: what a filed return covers, what comes after it, and what may no longer be done to what it tells."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RuleBroken
from core.ids import imported_id
from core.invoicing.filed import covering_return, filed_place
from core.returns import commands, queries
from core.returns.model import NumberUnused, PeriodAmendment
from tests.core.books import TODAY
from tests.core.invoicing.trade import Trade, a_trade
from tests.core.returns.books import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    bill,
    file,
    month,
    november,
    october,
    period_of,
    told,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path) as made:
        yield made


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def test_a_return_tells_the_papers_of_its_period(trade: Trade) -> None:
    first, second = bill(trade, october(3)), bill(trade, october(31))
    later = bill(trade, november(1))
    assert told(trade.book) == [first, second]
    assert told(trade.book, NOVEMBER) == [later]
    assert {period_of(trade.book, record) for record in (first, second)} == {OCTOBER}


def test_a_filed_return_takes_no_more_papers(trade: Trade) -> None:
    first = bill(trade, october(3))
    file(trade.book)
    late = bill(trade, october(20))
    assert told(trade.book) == [first]
    assert told(trade.book, NOVEMBER) == [late]
    assert (period_of(trade.book, first), period_of(trade.book, late)) == (OCTOBER, NOVEMBER)
    assert trade.document(late).dated_on == october(20)
    [found] = trade.book.read(queries.late_papers)
    assert (found.document, found.period) == (late, NOVEMBER)
    assert trade.book.verify().ok


def test_a_late_paper_goes_on_until_a_return_takes_it(trade: Trade) -> None:
    bill(trade, october(3))
    file(trade.book)
    file(trade.book, NOVEMBER, on=dt.date(2026, 12, 11), today=dt.date(2026, 12, 12))
    late = bill(trade, october(20))
    assert period_of(trade.book, late) == DECEMBER
    assert told(trade.book, DECEMBER) == [late]
    assert told(trade.book, NOVEMBER) == []


def test_an_earlier_period_that_is_not_filed_takes_its_own_papers(trade: Trade) -> None:
    file(trade.book, OCTOBER)
    september = bill(trade, dt.date(2026, 9, 30))
    assert period_of(trade.book, september) == "2026-09"
    assert told(trade.book, NOVEMBER) == []


def test_filing_records_how_far_it_reaches(trade: Trade) -> None:
    bill(trade, october(3))
    number = trade.book.read(lambda read: read.exec_driver_sql("SELECT max(number) FROM changes").scalar())
    filed = file(trade.book, arn=" AA291126000001X ")
    paper = trade.book.read(lambda read: queries.filed_return(read, filed))
    assert paper is not None
    assert (paper.covers_seq, paper.covers_number, paper.arn) == (0, number, "AA291126000001X")
    assert {each.section for each in paper.sums} >= {"b2b", "doc_issue"}
    assert len(paper.digest) == 32
    [row] = trade.book.read(queries.filed_returns)
    assert (row.form, row.period, row.id) == ("GSTR1", OCTOBER, filed)


def test_a_return_covers_what_its_device_wrote_before_it_was_a_copy(trade: Trade) -> None:
    before = bill(trade, october(3))
    trade.book.write("Copy", lambda work: work.note(epoch=2))
    again = bill(trade, october(4))
    file(trade.book)
    late = bill(trade, october(5))
    assert [period_of(trade.book, record) for record in (before, again, late)] == [OCTOBER, OCTOBER, NOVEMBER]
    assert told(trade.book, NOVEMBER) == [late]
    assert trade.book.verify().ok


def test_a_return_is_filed_once_after_its_period_and_not_tomorrow(trade: Trade) -> None:
    file(trade.book)
    with pytest.raises(RuleBroken) as twice:
        file(trade.book)
    assert codes(twice) == {"FILED"}
    with pytest.raises(RuleBroken) as running:
        file(trade.book, NOVEMBER, on=TODAY)
    assert codes(running) == {"PERIOD_OPEN"}
    with pytest.raises(RuleBroken) as ahead:
        file(trade.book, NOVEMBER, on=TODAY + dt.timedelta(days=20))
    assert codes(ahead) == {"FUTURE"}


def test_the_gstr3b_of_a_month_does_not_close_its_gstr1(trade: Trade) -> None:
    file(trade.book, form="GSTR3B")
    record = bill(trade, october(20))
    assert period_of(trade.book, record) == OCTOBER


def test_what_a_filed_return_tells_is_not_cancelled(trade: Trade) -> None:
    told_paper = bill(trade, october(3))
    file(trade.book)
    late = bill(trade, october(20))
    with pytest.raises(RuleBroken) as refused:
        trade.cancel(told_paper)
    assert codes(refused) == {"FILED"}
    assert "credit note" in refused.value.problems[0].remedy
    trade.cancel(late)
    assert told(trade.book) == [told_paper]
    assert told(trade.book, NOVEMBER) == []
    assert [used.state for used in month(trade.book, NOVEMBER).numbers] == ["cancelled"]
    assert trade.book.verify().ok


def test_the_places_asked_by_cancelling_are_those_that_filing_takes(trade: Trade) -> None:
    record = bill(trade, october(3))
    filed = file(trade.book)

    def asked(work: object) -> None:
        standing = work.standing  # type: ignore[attr-defined]
        assert standing.holder(filed_place("GSTR1", OCTOBER)) == filed
        assert covering_return(record, october(3), standing) == filed

    trade.book.write("Look", asked)


def test_a_cancelled_number_is_told_as_cancelled(trade: Trade) -> None:
    kept, gone = bill(trade, october(3)), bill(trade, october(4))
    trade.cancel(gone)
    whole = month(trade.book)
    assert [report.id for report in whole.documents] == [kept]
    assert [(used.number, used.state, used.nature) for used in whole.numbers] == [
        ("A/26-27/0001", "issued", 1),
        ("A/26-27/0002", "cancelled", 1),
    ]


def test_a_note_brings_the_document_it_answers(trade: Trade) -> None:
    record = bill(trade, october(3))
    note = trade.credit(record, dated_on=october(9), confirmed=True)
    answers = {report.id: report.original for report in month(trade.book).documents}
    assert answers == {record: None, note: trade.document(record)}
    assert {used.nature for used in month(trade.book).numbers} == {1, 5}


def test_an_imported_month_covers_imported_papers_alone(trade: Trade) -> None:
    issued = bill(trade, october(3))
    trade.book.write("Filed", lambda work: commands.keep_filed(work, OCTOBER))
    assert not trade.book.write("Again", lambda work: commands.keep_filed(work, OCTOBER))
    assert period_of(trade.book, issued) == NOVEMBER
    assert told(trade.book, NOVEMBER) == [issued]
    trade.cancel(issued)
    assert trade.book.verify().ok


def test_a_number_never_used_is_told_as_cancelled_and_taken_for_ever(trade: Trade) -> None:
    bill(trade, october(3))

    def note(number: str) -> bytes:
        return trade.book.write(
            "Unused",
            lambda work: commands.note_unused(
                work, type="INV", number=number, dated_on=october(5), reason="spoilt", today=TODAY
            ),
        )

    note("OLD/0007")
    assert [(used.number, used.state) for used in month(trade.book).numbers] == [
        ("A/26-27/0001", "issued"),
        ("OLD/0007", "draft"),
    ]
    with pytest.raises(RuleBroken) as taken:
        note("a/26-27/0001")
    assert codes(taken) == {"NUMBER_USED"}
    imported = NumberUnused("INV", "NI/0042", october(6))
    keep = imported_id("unused", "NI/0042")
    assert trade.book.write("Keep", lambda work: commands.keep_imported_unused(work, keep, imported))
    assert not trade.book.write("Keep", lambda work: commands.keep_imported_unused(work, keep, imported))
    assert trade.book.verify().ok


def test_a_row_is_amended_once_its_period_is_filed(trade: Trade) -> None:
    def amend(reported_in: str = NOVEMBER) -> bytes:
        return trade.book.write(
            "Amend",
            lambda work: commands.amend_period(
                work, section="b2cs", period=OCTOBER, place_of_supply="29", rate_bp=1_800, taxable_paise=5_000,
                reported_in=reported_in,
            ),
        )  # fmt: skip

    with pytest.raises(RuleBroken) as early:
        amend()
    assert codes(early) == {"NOT_FILED"}
    file(trade.book)
    with pytest.raises(RuleBroken) as closed:
        amend(OCTOBER)
    assert codes(closed) == {"FILED"}
    amend()
    assert [row.taxable_paise for row in month(trade.book, NOVEMBER).amendments] == [5_000]
    assert month(trade.book).amendments == month(trade.book, DECEMBER).amendments == ()
    assert trade.book.verify().ok


def test_an_imported_amendment_goes_with_the_next_return_that_is_filed(trade: Trade) -> None:
    row = PeriodAmendment("b2cs", "2017-07", "29", 1_800, 5_000)
    keep = imported_id("amended", "1")
    trade.book.write("Keep", lambda work: commands.keep_imported_amendment(work, keep, row))
    assert len(month(trade.book).amendments) == len(month(trade.book, NOVEMBER).amendments) == 1
    file(trade.book)
    assert len(month(trade.book).amendments) == 1
    assert month(trade.book, NOVEMBER).amendments == ()


def test_the_calendar_says_what_is_due(trade: Trade) -> None:
    bill(trade, dt.date(2026, 9, 3))
    bill(trade, october(3))
    file(trade.book, arn="AA29")
    rows = {
        (row.period, row.form): row for row in trade.book.read(lambda read: queries.calendar(read, TODAY))
    }
    assert set(rows) == {(p, f) for p in ("2026-09", OCTOBER, NOVEMBER) for f in ("GSTR1", "GSTR3B")}
    assert rows[OCTOBER, "GSTR1"].state == "filed"
    assert rows[OCTOBER, "GSTR1"].arn == "AA29"
    assert rows[OCTOBER, "GSTR3B"].due_on == november(20)
    assert rows[OCTOBER, "GSTR3B"].state == "due"
    assert rows["2026-09", "GSTR1"].state == "overdue"
    assert rows[NOVEMBER, "GSTR1"].state == "running"
