"""What two devices do for the returns while they cannot hear each other: each thing is told once when they meet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.changes.standing import State
from core.einvoice.commands import take_answer, take_cancellations
from core.einvoice.queries import cancelled_at_portal, registered
from core.ids import Id
from core.inbox.queries import items
from core.invoicing.commands import draft_from, issue_document
from core.invoicing.queries import document, document_rows
from core.parties.commands import save_party
from core.returns.commands import note_unused
from tests.core.books import TODAY
from tests.core.einvoice import portal
from tests.core.invoicing.trade import LOTUS, Trade
from tests.core.returns.books import OCTOBER, bill, month, october, told
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path) as (_service, devices):
        yield devices


def in_step(*devices: Device) -> None:
    for _turn in range(2):
        for device in devices:
            device.sync()
    assert len({device.digest for device in devices}) == 1
    assert all(device.book.verify().ok for device in devices)


def a_trade(device: Device) -> Trade:
    lotus = device.book.write("Party", lambda work: save_party(work, LOTUS))
    return Trade(device.book, lotus, lotus, lotus, b"")


def kinds_of(device: Device) -> list[tuple[str, str]]:
    return [(item.kind, item.of) for item in device.book.read(items)]


def test_a_quotation_that_both_turn_into_an_invoice_makes_two_papers(fleet: list[Device]) -> None:
    desk, van = fleet
    offer = bill(a_trade(desk), october(1), type="QTN")
    in_step(desk, van)

    def turn(work: Any) -> Id:
        return issue_document(work, draft_from(work, offer), today=TODAY, date_confirmed=True)

    made = [device.book.write("Invoice", turn) for device in fleet]
    in_step(desk, van)
    for device in fleet:
        rows = {row.id: row for row in device.book.read(lambda read: document_rows(read, made))}
        assert {rows[record].state for record in made} == {State.LIVE}
        assert [rows[record].number for record in made] == ["A/26-27/0001", "B/26-27/0001"]
        papers = [device.book.read(lambda read, record=record: document(read, record)) for record in made]
        assert [paper and paper.source for paper in papers] == [offer, offer]


def test_a_number_that_both_note_as_unused_is_counted_once(fleet: list[Device]) -> None:
    desk, van = fleet
    bill(a_trade(desk), october(1))
    in_step(desk, van)
    for device, reason in ((desk, "torn"), (van, "lost")):
        device.book.write(
            "Unused",
            lambda work, reason=reason: note_unused(
                work, type="INV", number="BOOK/7", dated_on=october(2), reason=reason, today=TODAY
            ),
        )
    in_step(desk, van)
    for device in fleet:
        used = [(each.number, each.state) for each in month(device.book, OCTOBER).numbers]
        assert used == [("A/26-27/0001", "issued"), ("BOOK/7", "draft")]
        assert kinds_of(device) == [("held", "returns.unused")]
        [held] = device.book.read(items)
        assert held.about == "Unused number BOOK/7"
        assert held.text.endswith("The number was used, or noted as unused, on another device before.")


def test_an_answer_of_the_portal_that_both_take_in_is_kept_once(fleet: list[Device]) -> None:
    desk, van = fleet
    trade = a_trade(desk)
    record = bill(trade, october(1))
    in_step(desk, van)
    answer = json.dumps(portal.answer(trade.document(record)))
    for device in fleet:
        device.book.write("Answer", lambda work: take_answer(work, answer, {}))
    in_step(desk, van)
    irn = json.loads(answer)["Irn"]
    gone = json.dumps({"Irn": irn, "CancelDate": "2026-11-20 18:00:00"})
    for device in fleet:
        assert device.book.read(lambda read: registered(read, record)) is not None
        device.book.write("Cancelled", lambda work: take_cancellations(work, gone))
    in_step(desk, van)
    for device in fleet:
        assert device.book.read(lambda read: registered(read, record)) is None
        assert device.book.read(lambda read: cancelled_at_portal(read, record)) is not None
        assert kinds_of(device) == []
        assert told(device.book) == [record]
