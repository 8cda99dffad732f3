"""Quarterly filers: the IFF of a month, the quarter's GSTR-1 without what it told, and the GSTR-3B with everything."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.commands import cancel_document
from core.returns import commands, queries
from core.returns.gstr1 import gstr1, iff
from core.returns.preflight import preflight
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import Trade, a_trade
from tests.core.returns.books import bill, file, month, period_of, told

pytestmark = pytest.mark.slow
FACTS = Facts.shipped()
QUARTER = "2026-09"
JULY, AUGUST = "2026-07", "2026-08"


def july(day: int) -> dt.date:
    return dt.date(2026, 7, day)


def august(day: int) -> dt.date:
    return dt.date(2026, 8, day)


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path, company=msgspec.structs.replace(COMPANY, filing="quarterly")) as made:
        yield made


@pytest.fixture
def papers(trade: Trade) -> tuple[Id, Id, Id]:
    """A bill to a registered buyer and one to a consumer in July, and a registered one in August."""
    return bill(trade, july(3)), bill(trade, july(4), party=trade.banyan), bill(trade, august(5))


def test_a_quarter_holds_three_months(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    assert told(trade.book, QUARTER) == list(papers)
    assert {period_of(trade.book, record) for record in papers} == {QUARTER}


def test_an_iff_carries_registered_buyers_up_to_its_month(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    registered, _consumer, later = papers
    assert told(trade.book, JULY, "IFF") == [registered]
    assert told(trade.book, AUGUST, "IFF") == [registered, later], "what no IFF told yet may still go"
    value = iff(month(trade.book, JULY, "IFF"), FACTS)
    assert value["fp"] == "072026"
    assert value.keys() >= {"b2b"}
    assert not value.keys() & {"b2cs", "hsn", "doc_issue"}


def test_a_paper_that_an_iff_told_and_that_was_cancelled_since_is_named(
    trade: Trade, papers: tuple[Id, Id, Id]
) -> None:
    registered, consumer, later = papers
    before = bill(trade, july(6))
    cancel(trade, before)
    file(trade.book, JULY, "IFF", on=august(11))
    for record in (registered, consumer, later):
        cancel(trade, record)
    found = trade.book.read(lambda read: preflight(read, QUARTER, TODAY))
    assert [f.document for f in found if f.code == "CANCELLED_FILED"] == [registered]
    assert [f for f in found if f.code == "CANCELLED_FILED" and f.blocks] == []


def cancel(trade: Trade, record: Id) -> None:
    trade.book.write("Cancel", lambda work: cancel_document(work, record, on=TODAY, reason="keyed twice"))


def test_what_an_iff_told_is_not_told_again(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    registered, consumer, later = papers
    file(trade.book, JULY, "IFF", on=august(11))
    assert period_of(trade.book, registered) == JULY
    assert told(trade.book, JULY, "IFF") == [registered]
    assert told(trade.book, AUGUST, "IFF") == [later]
    assert told(trade.book, QUARTER) == [consumer, later]
    whole = month(trade.book, QUARTER)
    assert [report.id for report in whole.furnished] == [registered]
    value = gstr1(whole, FACTS)
    numbers = [paper["inum"] for buyer in value["b2b"] for paper in buyer["inv"]]
    assert numbers == [trade.document(later).number]
    assert value["doc_issue"]["doc_det"][0]["docs"][0]["totnum"] == 3, "Table 13 counts the whole quarter"
    hsn = sum(row["txval"] for row in value["hsn"]["hsn_b2b"])
    assert hsn == 2 * 5209, "and so does Table 12"


def test_the_gstr3b_of_the_quarter_takes_what_the_iff_told(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    file(trade.book, JULY, "IFF", on=august(11))
    assert told(trade.book, QUARTER, "GSTR3B") == list(papers)
    blocking = [
        finding.code
        for finding in trade.book.read(lambda read: preflight(read, QUARTER, TODAY, FACTS))
        if finding.blocks
    ]
    assert blocking == []


def test_a_registered_bill_that_missed_the_iff_goes_with_the_next_or_the_quarter(
    trade: Trade, papers: tuple[Id, Id, Id]
) -> None:
    file(trade.book, JULY, "IFF", on=august(11))
    missed = bill(trade, july(30))
    assert period_of(trade.book, missed) == QUARTER
    assert missed in told(trade.book, AUGUST, "IFF")
    assert trade.book.read(queries.late_papers) == [], "within its quarter it is not late"


def test_forms_and_periods_of_a_quarterly_filer(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    for form, period in (("GSTR1", JULY), ("GSTR3B", AUGUST), ("IFF", QUARTER)):
        with pytest.raises(RuleBroken):
            file(trade.book, period, form)
    file(trade.book, JULY, "IFF", on=august(11))
    rows = trade.book.read(lambda read: queries.calendar(read, dt.date(2026, 9, 5)))
    assert {(row.form, row.period): (row.due_on, row.state) for row in rows} == {
        ("IFF", JULY): (august(13), "filed"),
        ("IFF", AUGUST): (dt.date(2026, 9, 13), "due"),
        ("GSTR1", QUARTER): (dt.date(2026, 10, 13), "running"),
        ("GSTR3B", QUARTER): (dt.date(2026, 10, 22), "running"),
    }
    trade.book.write("Filed", lambda work: commands.keep_filed(work, "2018-03"))
    early = trade.book.read(lambda read: queries.calendar(read, dt.date(2018, 5, 5)))
    assert {row.form for row in early} == {"GSTR1"}, "a quarterly GSTR-3B came with 2021"
    later = trade.book.read(lambda read: queries.calendar(read, dt.date(2026, 9, 20)))
    assert ("IFF", AUGUST) not in {(row.form, row.period) for row in later}, "nobody has to furnish one"


def test_the_pre_flight_of_a_month_looks_at_that_month(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    found = trade.book.read(lambda read: preflight(read, JULY, TODAY, FACTS, form="IFF"))
    assert {finding.document for finding in found} <= {papers[0]}
    assert not [finding for finding in found if finding.blocks]


def test_a_cancellation_is_refused_once_the_quarter_is_filed(trade: Trade, papers: tuple[Id, Id, Id]) -> None:
    file(trade.book, QUARTER, on=dt.date(2026, 10, 13))
    with pytest.raises(RuleBroken, match="GSTR-1 that was filed"):
        trade.cancel(papers[0])
    late = bill(trade, august(20))
    assert period_of(trade.book, late) == "2026-12"
    trade.cancel(late)
    trade.book.write("Filed", lambda work: commands.keep_filed(work, "2026-06"))
    assert trade.book.verify().ok
