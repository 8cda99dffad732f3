"""E-way bills noted in a real book: kept once, with their last validity, and told with the upload."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RuleBroken
from core.eway.commands import note_bill
from core.eway.queries import noted
from core.eway.upload import upload
from core.ids import Id
from core.invoicing.model import DraftLine, Transport
from tests.core.books import TODAY
from tests.core.invoicing.trade import BILL, Trade, a_trade

pytestmark = pytest.mark.slow

MADE = dt.datetime(2026, 11, 20, 12, 39)
UNTIL = dt.datetime(2026, 11, 21, 23, 59)


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path) as made:
        yield made


def note(trade: Trade, record: Id, number: str = "301002999920", until: dt.datetime | None = UNTIL) -> Id:
    return trade.book.write(
        "Note", lambda work: note_bill(work, record, bill_number=number, made_at=MADE, valid_until=until)
    )


def test_a_bill_is_noted_once_with_its_last_validity(trade: Trade) -> None:
    record = trade.issue()
    assert note(trade, record, until=None) != note(trade, record, "3010 0299 9920")
    before = trade.book.verify()
    note(trade, record)
    assert trade.book.verify() == before
    assert before.ok
    found = trade.book.read(lambda read: noted(read, record))
    assert (found.bill_number, found.made_at, found.valid_until) == ("301002999920", MADE, UNTIL)
    extended = UNTIL + dt.timedelta(days=1)
    note(trade, record, until=extended)
    assert trade.book.read(lambda read: noted(read, record)).valid_until == extended


@pytest.mark.parametrize(
    ("number", "until", "message"),
    [("30100299992", UNTIL, "twelve digits"), ("301002999920", MADE - dt.timedelta(days=1), "end before")],
)
def test_what_is_no_bill_is_refused(trade: Trade, number: str, until: dt.datetime, message: str) -> None:
    record = trade.issue()
    with pytest.raises(RuleBroken, match=message):
        note(trade, record, number, until)
    assert trade.book.read(lambda read: noted(read, record)) is None


def test_a_paper_that_moves_nothing_has_no_bill(trade: Trade) -> None:
    service = DraftLine(description="Advice", hsn="998313", unit="NA", price_tenthousandths=10_000)
    record = trade.issue(BILL, lines=(service,))
    with pytest.raises(RuleBroken, match="moves no goods"):
        note(trade, record)
    with pytest.raises(RuleBroken, match="no such paper"):
        note(trade, b"?" * 16)


def test_an_upload_holds_what_can_be_sent_and_names_the_rest(trade: Trade) -> None:
    moved = Transport("road", "KA01AB1234", distance_km=350)
    good, still, gone = (trade.issue(BILL, transport=how) for how in (moved, None, moved))
    trade.cancel(gone)
    made = trade.book.read(lambda read: upload(read, [good, still, gone, b"?" * 16], TODAY))
    assert made.file["version"] == "1.0.0621"
    assert [bill["docNo"] for bill in made.file["billLists"]] == [trade.document(good).number]
    assert [(each.code, each.field) for each in made.problems] == [
        ("MODE_MISSING", f"{trade.document(still).number}.transport.mode"),
        ("NOT_STANDING", f"{trade.document(gone).number}.number"),
        ("NO_DOCUMENT", "number"),
    ]
