"""What two devices do about one sum of money while they cannot hear each other: it counts once when they meet."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.bank.accepting import match_lines
from core.bank.queries import line_rows, lines_open
from core.bank.reconciling import reconciliation
from core.changes.change import Role
from core.changes.standing import State
from core.closing.commands import close_books
from core.closing.queries import closed_through
from core.ids import Id
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.invoicing.queries import document
from core.ledger.commands import allocate, write_off
from core.ledger.model import AllocationLine
from core.receipts.queries import paybacks_of, receipt_rows, reversal_of
from core.tds.commands import claim, keep_seen
from core.tds.model import Seen
from core.tds.queries import seen_rows
from tests.core.bank.taking import an_account, stated
from tests.core.books import TODAY
from tests.core.dealings import RUPEE, a_bill, a_party, money_in
from tests.core.receipts.dealings import a_cheque_in, agrees, bounced, given_back, left_of
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow
D = dt.date
AUGUST, OCTOBER, NOVEMBER = D(2026, 8, 3), D(2026, 10, 5), D(2026, 11, 5)
TAX = Seen("168", "BLRU12345A", "Lotus Foods", "1024", 2026, 2, AUGUST, 10_000_00, 200_00, 200_00)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path) as (_service, devices):
        yield devices


@pytest.fixture
def lotus(fleet: list[Device]) -> Id:
    return a_party(fleet[0].book)


def meet(devices: Sequence[Device], *parties: Id) -> None:
    """Each in turn, and again: the first to sync has the first word. Every book ends alike and proved."""
    for _turn in range(2):
        for device in devices:
            device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        agrees(device.book, *parties)


def found(device: Device) -> list[tuple[str, str]]:
    return [(item.kind, item.of) for item in device.book.read(items)]


def settle(device: Device, credit: Id, party: Id, bill: Id, rupees: int, on: dt.date = TODAY) -> Id:
    lines = [AllocationLine(bill, rupees * RUPEE)]
    return device.book.write(
        "Allocate", lambda work: allocate(work, credit=credit, party=party, lines=lines, on=on)
    )


def given_up(device: Device, paper: Id, rupees: int) -> Id:
    return device.book.write(
        "Write off",
        lambda work: write_off(work, paper=paper, paise=rupees * RUPEE, reason="bad_debt", on=TODAY),
    )


def states(device: Device, *receipts: Id) -> list[State]:
    rows = {row.id: row.state for row in device.book.read(lambda read: receipt_rows(read, list(receipts)))}
    return [rows[receipt] for receipt in receipts]


def test_of_two_sums_for_one_bill_the_second_lies_on_account(fleet: list[Device], lotus: Id) -> None:
    desk = fleet[0]
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet, lotus)
    first, second = (money_in(device.book, lotus, 1000, TODAY) for device in fleet)
    assert [left_of(device.book, bill) for device in fleet] == [[0], [0]]
    meet(fleet, lotus)
    for device in fleet:
        assert left_of(device.book, bill, first, second) == [0, 0, 1000]
        assert found(device) == [("refused", "ledger.allocated")]


def test_two_bookkeepers_apart_write_no_more_off_a_bill_than_one_may(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 3, role=Role.BOOKKEEPER) as (_service, fleet):
        desk, *apart = fleet
        lotus = a_party(desk.book)
        bill = a_bill(desk.book, lotus, 1000, AUGUST)
        meet(fleet, lotus)
        for device in apart:
            given_up(device, bill, 10)
        meet(fleet, lotus)
        for device in fleet:
            assert left_of(device.book, bill) == [990]
        assert found(apart[1]) == [("refused", "ledger.written_off")]


def test_a_bounce_reopens_what_another_device_had_settled_meanwhile(fleet: list[Device], lotus: Id) -> None:
    desk, van = fleet
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    cheque = a_cheque_in(desk.book, lotus, 1000, OCTOBER, OCTOBER, allocate=None)
    meet(fleet, lotus)
    settle(van, cheque, lotus, bill, 1000)
    bounced(desk.book, cheque, NOVEMBER, charges_paise=59_00)
    meet([van, desk], lotus)
    for device in fleet:
        assert left_of(device.book, bill, cheque) == [1000, 0]
        assert states(device, cheque) == [State.CANCELLED]
        assert found(device) == [("released", "receipts.reversed")]


def test_a_bounced_cheque_settles_nothing_that_comes_after(fleet: list[Device], lotus: Id) -> None:
    desk, van = fleet
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    cheque = a_cheque_in(desk.book, lotus, 1000, OCTOBER, OCTOBER, allocate=None)
    meet(fleet, lotus)
    settle(van, cheque, lotus, bill, 1000)
    bounced(desk.book, cheque, NOVEMBER)
    meet([desk, van], lotus)
    for device in fleet:
        assert left_of(device.book, bill, cheque) == [1000, 0]
        assert states(device, cheque) == [State.CANCELLED]
        assert [item.of for item in device.book.read(items) if item.kind == "refused"] == ["ledger.allocated"]


def test_a_bounce_seen_on_both_takes_the_cheque_back_once(fleet: list[Device], lotus: Id) -> None:
    desk = fleet[0]
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    cheque = a_cheque_in(desk.book, lotus, 1000, OCTOBER, OCTOBER)
    meet(fleet, lotus)
    first, _second = (bounced(device.book, cheque, NOVEMBER, charges_paise=59_00) for device in fleet)
    meet(fleet, lotus)
    for device in fleet:
        assert left_of(device.book, bill, cheque) == [1000, 0]
        taken = device.book.read(lambda read: reversal_of(read, cheque))
        assert taken is not None
        assert taken.id == first
        assert sorted(found(device)) == [("held", "receipts.reversed"), ("released", "receipts.reversed")]


@pytest.mark.parametrize("is_note_first", [True, False])
def test_a_credit_note_and_money_for_all_of_one_bill(
    fleet: list[Device], lotus: Id, is_note_first: bool
) -> None:
    desk, van = fleet
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet, lotus)
    note = a_note(desk, lotus, bill, 400)
    money = money_in(van.book, lotus, 1000, TODAY)
    meet(fleet if is_note_first else fleet[::-1], lotus)
    for device in fleet:
        left = [600, 0, 1000] if is_note_first else [0, 400, 0]
        assert left_of(device.book, bill, note, money) == left
        assert found(device) == [("refused", "ledger.allocated")]


def test_a_bill_that_comes_after_the_close_is_entered_on_the_first_open_day(
    fleet: list[Device], lotus: Id
) -> None:
    desk, van = fleet
    a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet, lotus)
    close(desk)
    late = a_bill(van.book, lotus, 500, OCTOBER)
    meet(fleet, lotus)
    for device in fleet:
        assert device.book.read(closed_through) == D(2026, 10, 31)
        paper = device.book.read(lambda read: document(read, late))
        assert paper is not None
        assert paper.dated_on == OCTOBER
        assert entered(device, late) == ["2026-11-01"]


def test_a_close_is_refused_when_a_bill_of_the_month_came_first(fleet: list[Device], lotus: Id) -> None:
    desk, van = fleet
    a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet, lotus)
    close(desk)
    late = a_bill(van.book, lotus, 500, OCTOBER)
    meet([van, desk], lotus)
    for device in fleet:
        assert device.book.read(closed_through) is None
        assert entered(device, late) == [OCTOBER.isoformat()]
        assert found(device) == [("refused", "closing.closed")]


def test_a_line_of_the_bank_matched_on_both_is_the_first_one_s_money(fleet: list[Device], lotus: Id) -> None:
    desk = fleet[0]
    account = an_account(desk.book)
    meet(fleet, lotus)
    lines = [stated(device.book, account, (NOVEMBER, 1000, "NEFT LOTUS FOODS")) for device in fleet]
    assert lines[0] == lines[1]
    money = [money_in(device.book, lotus, 1000, NOVEMBER) for device in fleet]
    for device, receipt in zip(fleet, money, strict=True):
        device.book.write("Match", lambda work, r=receipt: match_lines(work, lines[0], [r], today=TODAY))
    meet(fleet, lotus)
    for device in fleet:
        [row] = device.book.read(lambda read: line_rows(read, lines[0]))
        assert (row.papers, row.party) == (1, lotus)
        kept = device.book.read(lambda read: reconciliation(read, account, TODAY))
        assert [each.paper for each in kept.uncleared] == [money[1]]
        assert kept.difference_paise == 0
        assert found(device) == [("refused", "bank.matched")]


def test_the_same_statement_on_both_is_one(fleet: list[Device], lotus: Id) -> None:
    desk, van = fleet
    account = an_account(desk.book)
    meet(fleet, lotus)
    lines = [(NOVEMBER, 1000, "NEFT LOTUS"), (NOVEMBER, 1000, "NEFT LOTUS"), (NOVEMBER, -59, "CHARGES")]
    stated(desk.book, account, *lines)
    stated(van.book, account, *lines[:2])
    meet(fleet, lotus)
    for device in fleet:
        assert sorted(row.paise for row in device.book.read(lines_open)) == [-59_00, 1000_00, 1000_00]
        assert found(device) == []


def test_the_same_form_on_both_makes_one_credit_that_is_claimed_once(fleet: list[Device], lotus: Id) -> None:
    for device in fleet:
        device.book.write("Form", lambda work: keep_seen(work, [TAX]))
        [row] = device.book.read(lambda read: seen_rows(read, 2026, 2026))
        device.book.write(
            "Claim", lambda work, seen=row.credit.id: claim(work, [seen], year=2026, today=TODAY)
        )
    meet(fleet, lotus)
    rows = [device.book.read(lambda read: seen_rows(read, 2026, 2026)) for device in fleet]
    assert rows[0] == rows[1]
    assert [row.credit.deducted_paise for row in rows[0]] == [200_00]
    assert [found(device) for device in fleet] == [[("refused", "tds.claimed")]] * 2


def test_a_transfer_entered_on_both_stands_on_two_receipts(fleet: list[Device], lotus: Id) -> None:
    desk = fleet[0]
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet, lotus)
    utr = "HDFCN52026110512345678"
    first, second = (money_in(device.book, lotus, 1000, NOVEMBER, reference=utr) for device in fleet)
    meet(fleet, lotus)
    for device in fleet:
        assert states(device, first, second) == [State.LIVE, State.LIVE]
        assert left_of(device.book, bill, first, second) == [0, 0, 1000]
        assert ("refused", "ledger.allocated") in found(device)


@pytest.mark.parametrize("is_payback_first", [True, False])
def test_a_credit_given_back_here_and_used_there(
    fleet: list[Device], lotus: Id, is_payback_first: bool
) -> None:
    desk, van = fleet
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    credit = money_in(desk.book, lotus, 1000, OCTOBER, allocate=None)
    meet(fleet, lotus)
    paid = given_back(desk.book, credit, 1000)
    settle(van, credit, lotus, bill, 1000)
    meet(fleet if is_payback_first else fleet[::-1], lotus)
    for device in fleet:
        assert left_of(device.book, bill, credit, paid) == (
            [1000, 0, 0] if is_payback_first else [0, 0, 1000]
        )
        [row] = device.book.read(lambda read: paybacks_of(read, credit))
        assert (row.id, row.state) == (paid, State.LIVE)
        assert found(device) == [("refused", "ledger.allocated")]


@pytest.mark.parametrize("is_given_up_first", [True, False])
def test_a_debt_given_up_here_and_paid_there(fleet: list[Device], lotus: Id, is_given_up_first: bool) -> None:
    desk, van = fleet
    bill = a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet, lotus)
    given_up(desk, bill, 1000)
    money = money_in(van.book, lotus, 1000, TODAY)
    meet(fleet if is_given_up_first else fleet[::-1], lotus)
    for device in fleet:
        assert left_of(device.book, bill, money) == [0, 1000 if is_given_up_first else 0]
        refused = "ledger.allocated" if is_given_up_first else "ledger.written_off"
        assert found(device) == [("refused", refused)]


def a_note(device: Device, party: Id, bill: Id, rupees: int) -> Id:
    paper = device.book.read(lambda read: document(read, bill))
    assert paper is not None
    line = DraftLine("Dosing pump", hsn="84138190", price_tenthousandths=rupees * 10_000, treatment="exempt")
    draft = Draft(
        type="CRN", party=party, lines=(line,), reason="01", original=Original(paper.number, paper.dated_on, bill),
        place_of_supply=paper.place_of_supply,
    )  # fmt: skip
    return device.book.write(
        "Note", lambda work: issue_document(work, draft, today=TODAY, date_confirmed=True)
    )


def close(device: Device) -> None:
    device.book.write(
        "Close",
        lambda work: close_books(work, through=D(2026, 10, 31), today=TODAY, first_on=D(2026, 8, 1)),
    )


def entered(device: Device, paper: Id) -> list[Any]:
    sql = "SELECT DISTINCT dated_on FROM postings WHERE paper = ?"
    return device.book.read(lambda read: [row[0] for row in read.exec_driver_sql(sql, (paper,))])
