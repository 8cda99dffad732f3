"""An advance that two devices use at once: the refund it did not pay stands open, and nobody is reminded of it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.dunning import queries
from core.dunning.commands import remind_party
from core.exchange import answers
from core.inbox.queries import items
from core.ledger.queries import open_items
from core.ledger.rules import DUE
from tests.core.advances.vouchers import give_back, set_off, take
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow
SEPTEMBER = dt.date(2026, 9, 1)
LATER = TODAY + dt.timedelta(days=60)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path) as (_service, devices):
        yield devices


def due(book: Book) -> list[str]:
    found = book.read(lambda read: open_items(read, side=DUE))
    return sorted(item.type for item in found if item.open_paise)


def test_a_refund_that_its_advance_did_not_pay_is_never_asked_for(fleet: list[Device]) -> None:
    desk, van = fleet
    lotus, sagar = a_party(desk.book), a_party(desk.book, "SAGAR")
    voucher = take(desk.book, lotus, 1_180, SEPTEMBER)
    bill = a_bill(desk.book, lotus, 2_000, SEPTEMBER)
    other = take(desk.book, sagar, 590, SEPTEMBER)
    sagars = a_bill(desk.book, sagar, 590, SEPTEMBER)
    for device in fleet:
        device.sync()
    set_off(desk.book, voucher, lotus, bill, 1_000, TODAY)
    set_off(desk.book, other, sagar, sagars, 590, TODAY)
    give_back(van.book, voucher, 1_180, TODAY)
    give_back(van.book, other, 590, TODAY)
    for device in (desk, van, desk):
        device.sync()
    for book in (desk.book, van.book):
        assert due(book) == ["INV", "RFV", "RFV"]
        assert [item.kind for item in book.read(items)] == ["refused", "refused"]
        [row] = book.read(lambda read: queries.worklist(read, on=LATER))
        assert (row.party, row.bills, row.overdue_paise) == (lotus, 1, 1_000_00)
    assert (
        desk.book.read(lambda read: queries.chases(read, queries.ladder(read), on=LATER, party=sagar)) == {}
    )
    letter = desk.book.write("Remind", lambda work: remind_party(work, lotus, on=LATER, date_confirmed=True))
    assert letter is not None
    said = desk.book.read(lambda read: answers.reminder(read, letter))
    assert [(line["type"], line["open"]) for line in said["lines"]] == [("INV", "1000.00")]
