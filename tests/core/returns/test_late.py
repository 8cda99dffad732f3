"""Papers of several devices: what a filing covers, what arrives late, and what all devices agree on."""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.standing import State
from core.errors import RuleBroken
from core.ids import Id
from core.inbox import queries as inbox
from core.inbox.commands import settle
from core.invoicing.commands import cancel_document
from core.invoicing.queries import document_rows
from core.returns import queries
from core.returns.preflight import preflight
from tests.core.books import TODAY
from tests.core.dealings import a_party
from tests.core.invoicing.trade import Trade
from tests.core.returns.books import NOVEMBER, OCTOBER, bill, file, november, october, period_of, told
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    """Two devices in step that know one party."""
    with a_fleet(tmp_path) as (_service, devices):
        yield devices


def trade_of(device: Device, party: Id) -> Trade:
    """The shorthand of a trade on a device's book."""
    return Trade(device.book, party, party, party, b"")


@pytest.fixture
def trades(fleet: list[Device]) -> tuple[Device, Device, Trade, Trade]:
    """Both devices with a party that both know."""
    desk, van = fleet
    party = a_party(desk.book)
    desk.sync()
    van.sync()
    return desk, van, trade_of(desk, party), trade_of(van, party)


def in_step(*devices: Device) -> None:
    for _turn in range(2):
        for device in devices:
            device.sync()
    assert len({device.digest for device in devices}) == 1


def periods(book: Book, *records: Id) -> list[str]:
    return [period_of(book, record) for record in records]


def test_what_an_offline_device_wrote_comes_late_and_keeps_its_date(
    trades: tuple[Device, Device, Trade, Trade],
) -> None:
    desk, van, at_desk, in_van = trades
    ours = bill(at_desk, october(3))
    theirs = bill(in_van, october(4))
    assert period_of(van.book, theirs) == OCTOBER
    file(desk.book)
    in_step(desk, van)
    for book in (desk.book, van.book):
        assert periods(book, ours, theirs) == [OCTOBER, NOVEMBER]
        assert told(book) == [ours]
        assert told(book, NOVEMBER) == [theirs]
        [late] = book.read(queries.late_papers)
        assert (late.document, late.dated_on) == (theirs, october(4))
        assert book.verify().ok


def test_what_was_there_before_the_filing_is_covered_whoever_wrote_it(
    trades: tuple[Device, Device, Trade, Trade],
) -> None:
    desk, van, at_desk, in_van = trades
    theirs = bill(in_van, october(4))
    in_step(desk, van)
    ours = bill(at_desk, october(5))
    file(desk.book)
    after = bill(at_desk, october(6))
    in_step(desk, van)
    for book in (desk.book, van.book):
        assert periods(book, theirs, ours, after) == [OCTOBER, OCTOBER, NOVEMBER]


def test_a_paper_ordered_before_the_filing_but_not_known_to_it_is_late(
    trades: tuple[Device, Device, Trade, Trade],
) -> None:
    desk, van, _at_desk, in_van = trades
    theirs = bill(in_van, october(4))
    van.sync()
    file(desk.book)
    in_step(desk, van)
    for book in (desk.book, van.book):
        assert periods(book, theirs) == [NOVEMBER]


def test_a_device_may_not_cancel_what_another_has_filed(trades: tuple[Device, Device, Trade, Trade]) -> None:
    desk, van, at_desk, _in_van = trades
    ours = bill(at_desk, october(3))
    in_step(desk, van)
    file(desk.book)
    van.book.write("Cancel", lambda work: cancel_document(work, ours, on=TODAY, reason="keyed twice"))
    assert told(van.book) == []
    in_step(desk, van)
    for book in (desk.book, van.book):
        assert told(book) == [ours]
        [row] = book.read(lambda read: document_rows(read, [ours]))
        assert row.state is State.LIVE
        assert book.verify().ok
    with pytest.raises(RuleBroken, match="GSTR-1 that was filed"):
        van.book.write("Cancel", lambda work: cancel_document(work, ours, on=TODAY, reason="keyed twice"))


def test_a_cancellation_that_a_filing_did_not_know_of_is_named_in_the_next_return(
    trades: tuple[Device, Device, Trade, Trade],
) -> None:
    desk, van, at_desk, _in_van = trades
    ours = bill(at_desk, october(3))
    in_step(desk, van)
    van.book.write("Cancel", lambda work: cancel_document(work, ours, on=TODAY, reason="keyed twice"))
    van.sync()
    file(desk.book)
    in_step(desk, van)
    for book in (desk.book, van.book):
        assert periods(book, ours) == [OCTOBER]
        found = book.read(lambda read: preflight(read, NOVEMBER, TODAY))
        assert ours in {finding.document for finding in found if finding.code == "CANCELLED_FILED"}


def test_a_second_filing_of_one_period_is_held(trades: tuple[Device, Device, Trade, Trade]) -> None:
    desk, van, at_desk, in_van = trades
    bill(at_desk, october(3))
    in_step(desk, van)
    first = file(desk.book)
    late = bill(in_van, october(9))
    second = file(van.book, on=november(12))
    in_step(desk, van)
    for book in (desk.book, van.book):
        [filed] = book.read(queries.filed_returns)
        assert filed.id == first != second
        assert periods(book, late) == [NOVEMBER]
        assert book.verify().ok


def test_a_quarter_later_every_device_says_the_same(trades: tuple[Device, Device, Trade, Trade]) -> None:
    desk, van, at_desk, in_van = trades
    records = []
    for turn, month in enumerate((7, 8, 9, 10)):
        records.append(bill(at_desk, dt.date(2026, month, 2)))
        records.append(bill(in_van, dt.date(2026, month, 3)))
        if turn % 2:
            in_step(desk, van)
        file(desk.book, f"2026-{month:02d}", on=dt.date(2026, month + 1, 11))
    in_step(desk, van)
    said = [periods(device.book, *records) for device in (desk, van)]
    assert said[0] == said[1]
    assert said[0][1] == "2026-08", "July's of the van came with August's round"
    every = [
        record
        for month in ("2026-07", "2026-08", "2026-09", OCTOBER, NOVEMBER)
        for record in told(van.book, month)
    ]
    assert sorted(every) == sorted(records), "each is told once"  # type: ignore[type-var]


def test_the_inbox_tells_of_a_late_paper_until_it_is_filed_or_put_aside(
    trades: tuple[Device, Device, Trade, Trade],
) -> None:
    desk, van, _at_desk, in_van = trades
    theirs = bill(in_van, october(4))
    file(desk.book)
    in_step(desk, van)
    for book in (desk.book, van.book):
        [late] = book.read(inbox.items)
        assert (late.kind, late.paper, late.choices) == ("late", theirs, ("dismiss",))
        assert "04-10-2026" in late.text
        assert "November 2026" in late.text
        assert book.read(inbox.unread_count) == 1
        assert book.read(lambda read, book=book, late=late: inbox.item(read, late.id)) == late
    with pytest.raises(RuleBroken):
        desk.book.write("Settle", lambda work: settle(work, late.id, "keep"))
    desk.book.write("Settle", lambda work: settle(work, late.id, "dismiss"))
    assert desk.book.read(inbox.items) == []
    file(van.book, NOVEMBER, on=dt.date(2026, 12, 11), today=dt.date(2026, 12, 12))
    assert van.book.read(inbox.items) == []


@pytest.mark.parametrize("seed", [2, 9, 31])
def test_devices_that_bill_cancel_and_file_apart_agree_in_the_end(
    trades: tuple[Device, Device, Trade, Trade], seed: int
) -> None:
    desk, van, at_desk, in_van = trades
    chance = random.Random(seed)
    written: list[Id] = []
    months = [f"2026-{month:02d}" for month in range(5, 11)]
    filed = {desk: 0, van: 0}
    for _turn in range(40):
        device, trade = chance.choice([(desk, at_desk), (van, in_van)])
        deed = chance.choice(["bill", "bill", "bill", "cancel", "file", "sync"])
        try:
            if deed == "bill":
                written.append(bill(trade, dt.date(2026, chance.randint(5, 10), chance.randint(1, 28))))
            elif deed == "cancel":
                trade.cancel(chance.choice(written))
            elif deed == "file":
                file(device.book, months[filed[device]], on=TODAY)
                filed[device] += 1
            else:
                device.sync()
        except (RuleBroken, IndexError, KeyError):  # refused, or not known on this device yet
            continue
    in_step(desk, van)
    said = [periods(device.book, *written) for device in (desk, van)]
    assert said[0] == said[1], f"seed {seed}"
    for device in (desk, van):
        every = [record for period in [*months, NOVEMBER] for record in told(device.book, period)]
        stood = standing_among(device.book, written)
        assert sorted(every) == sorted(stood), f"seed {seed}: each is told once"  # type: ignore[type-var]
        assert device.book.verify().ok


def standing_among(book: Book, records: list[Id]) -> list[Id]:
    """Those of these documents that stand."""
    return [row.id for row in book.read(lambda read: document_rows(read, records)) if row.state is State.LIVE]
