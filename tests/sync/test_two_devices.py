"""A day apart: both devices edit, settle, bill and issue without hearing each other; then their books are equal."""

from collections.abc import Iterator

import pytest

from core.changes.standing import State
from core.inbox.queries import items
from core.invoicing.queries import document
from core.ledger.queries import allocations_of, open_item, trial_balance
from core.milestones.queries import milestone_rows
from core.parties.queries import party
from core.returns.queries import filed_returns, return_periods
from core.store.read import stand_of
from tests.sync.day import Done, Shared, apart, begin
from tests.sync.fleet import Device, a_fleet


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Device], Shared, Done, Done]]:
    with a_fleet(tmp_path_factory.mktemp("day"), 3) as (_service, fleet):
        one, two, three = fleet
        shared = begin(one.book)
        for device in fleet:
            device.sync()
        mine = apart(one.book, shared, phone="+919811111111", reference="UTR1", email="a@lotus.example")
        theirs = apart(two.book, shared, phone="+919822222222", reference="UTR2", contact="Meena")
        for device in (one, two, one, three):
            device.sync()
        yield fleet, shared, mine, theirs


Day = tuple[list[Device], Shared, Done, Done]


def test_all_books_are_equal_and_proved(after: Day) -> None:
    fleet, *_rest = after
    assert len({device.digest for device in fleet}) == 1
    for device in fleet:
        assert device.book.verify().problems == ()
        assert sum(device.book.read(trial_balance).values()) == 0


def test_different_fields_both_stand_and_of_the_same_one_the_loser_is_shown(after: Day) -> None:
    fleet, shared, *_rest = after
    for device in fleet:
        known = device.book.read(lambda read: party(read, shared.party))
        assert known is not None
        assert (known.email, known.contact) == ("a@lotus.example", "Meena")
        (conflict,) = (item for item in device.book.read(items) if item.kind == "conflict")
        sides = f"{conflict.mine} {conflict.theirs}"
        assert "+919811111111" in sides
        assert "+919822222222" in sides


def test_the_first_to_arrive_settled_the_invoice_and_the_other_money_is_on_account(after: Day) -> None:
    fleet, shared, mine, theirs = after
    for device in fleet:
        settled = device.book.read(lambda read: allocations_of(read, shared.invoice))
        assert [row.credit for row in settled] == [mine.receipt]
        on_account = device.book.read(lambda read: open_item(read, theirs.receipt))
        assert on_account is not None
        assert on_account.open_paise == on_account.amount_paise
        (refused,) = (
            i for i in device.book.read(items) if i.kind == "refused" and i.of == "ledger.allocated"
        )
        sides = f"{refused.mine} {refused.theirs}"
        assert "AR/26-27/0001" in sides
        assert "A/26-27/0001" in sides


def test_the_first_invoice_has_the_milestone_and_the_second_stands_contested(after: Day) -> None:
    fleet, shared, mine, theirs = after
    for device in fleet:
        stands = [
            device.book.read(lambda read, r=record: stand_of(read, r))
            for record in (mine.billed, theirs.billed)
        ]
        assert [stand.state for stand in stands if stand] == [State.LIVE, State.CONTESTED]
        (row,) = device.book.read(lambda read: milestone_rows(read, [shared.milestone]))
        assert row.document == mine.billed
        (contested,) = (item for item in device.book.read(items) if item.kind == "contested")
        assert contested.paper == theirs.billed
        assert contested.choices == ("cancel", "credit_note", "dismiss")


def test_no_number_was_given_twice(after: Day) -> None:
    fleet, shared, mine, theirs = after
    papers = (shared.invoice, mine.billed, mine.invoice, theirs.billed, theirs.invoice)
    for device in fleet:
        found = [device.book.read(lambda read, r=record: document(read, r)) for record in papers]
        numbers = [paper.number for paper in found if paper]
        assert numbers == ["A/26-27/0001", "A/26-27/0002", "A/26-27/0003", "B/26-27/0001", "B/26-27/0002"]


def test_one_filing_stands_and_what_came_after_it_goes_into_the_next_return(after: Day) -> None:
    fleet, _shared, mine, theirs = after
    for device in fleet:
        assert [filed.id for filed in device.book.read(filed_returns)] == [mine.filed]
        told = device.book.read(lambda read: return_periods(read, [mine.late, theirs.late]))
        assert set(told.values()) == {"2026-11"}
        found = device.book.read(items)
        (held,) = (item for item in found if item.kind == "held")
        assert (held.paper, held.about) == (theirs.filed, "Return GSTR1 2026-10")
        assert held.text.endswith("Another device had noted this return as filed before; that one counts.")
        assert {item.paper for item in found if item.kind == "late"} == {mine.late, theirs.late}


def test_a_later_round_has_nothing_to_say(after: Day) -> None:
    fleet, *_rest = after
    for device in fleet:
        done = device.sync()
        assert (done.sent, done.received, done.waiting) == (0, 0, 0)
