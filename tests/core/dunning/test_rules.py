"""The ladder by itself: which bill climbs when, whom it never reaches, and what a letter may say."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dunning.model import Ladder, Reminder, Step
from core.dunning.rules import (
    Bill,
    Chase,
    chase,
    letter_lines,
    next_step,
    problems_with_ladder,
    problems_with_reminder,
    score,
)
from core.invoicing.model import Buyer, Seller
from core.ledger.model import OpenItem

ON = dt.date(2026, 11, 20)
LADDER = Ladder()  # after 3, 15 and 30 days


def a_bill(days_late: int, rupees: int = 100, *, taken: int = 0, taken_days_ago: int | None = None) -> Bill:
    due_on = ON - dt.timedelta(days=days_late)
    item = OpenItem(
        paper=days_late.to_bytes(8, "big", signed=True) + rupees.to_bytes(8, "big"), party=b"p" * 16, side="due",
        type="INV", number=f"A/{days_late}", dated_on=due_on - dt.timedelta(days=30), due_on=due_on,
        amount_paise=rupees * 100, open_paise=rupees * 100,
    )  # fmt: skip
    taken_on = None if taken_days_ago is None else ON - dt.timedelta(days=taken_days_ago)
    return Bill(item, days_late, taken, taken_on)


def chased(*bills: Bill, on_account_rupees: int = 0, ladder: Ladder = LADDER) -> Chase | None:
    return chase(ladder, bills, on_account_paise=on_account_rupees * 100, on=ON)


@pytest.mark.parametrize(
    ("days_late", "taken", "taken_days_ago", "step"),
    [
        (0, 0, None, 0),
        (2, 0, None, 0),
        (3, 0, None, 1),
        (14, 0, None, 1),
        (40, 0, None, 1),  # the first letter is the first step, however late: no earlier letters were sent
        (14, 1, 11, 0),
        (15, 1, 12, 2),
        (40, 1, 11, 0),  # it waits on a step as long as the steps lie apart
        (40, 1, 12, 2),
        (40, 2, 14, 0),
        (40, 2, 15, 3),
        (29, 2, 15, 0),
        (400, 3, 300, 0),  # the last step is the last letter
    ],
)
def test_a_bill_climbs_one_step_at_a_time(
    days_late: int, taken: int, taken_days_ago: int | None, step: int
) -> None:
    assert next_step(LADDER, a_bill(days_late, taken=taken, taken_days_ago=taken_days_ago), ON) == step


def test_one_letter_names_every_bill_on_a_step_at_the_highest() -> None:
    found = chased(
        a_bill(2), a_bill(5), a_bill(20, 50, taken=1, taken_days_ago=12), a_bill(9, taken=1, taken_days_ago=1)
    )
    assert found is not None
    assert (found.step, found.oldest_days, found.overdue_paise) == (2, 20, 350_00)
    lines = letter_lines(found)
    assert [(line.days_late, line.step) for line in lines] == [(20, 2), (9, 1), (5, 1)]
    assert [due.is_new for due in found.dues] == [True, False, True, False]


@pytest.mark.parametrize(
    ("bills", "on_account_rupees", "ladder", "step"),
    [
        ((a_bill(5),), 0, LADDER, 1),
        ((a_bill(5),), 100, LADDER, None),  # covered by money on account
        ((a_bill(5), a_bill(1, 1)), 100, LADDER, 0),  # what is on a step is covered
        ((a_bill(5),), 99, LADDER, 1),
        ((a_bill(0), a_bill(-4)), 0, LADDER, None),  # nothing is overdue
        ((), 0, LADDER, None),
        ((a_bill(5, taken=1, taken_days_ago=2),), 0, LADDER, 0),  # reminded, nothing new
        ((a_bill(5),), 0, Ladder(minimum_paise=100_01), 0),
        ((a_bill(5),), 0, Ladder(minimum_paise=100_00), 1),
        ((a_bill(5),), 0, Ladder(paused=True), 0),
    ],
)
def test_who_is_chased_and_who_gets_a_letter(
    bills: tuple[Bill, ...], on_account_rupees: int, ladder: Ladder, step: int | None
) -> None:
    found = chased(*bills, on_account_rupees=on_account_rupees, ladder=ladder)
    assert (None if found is None else found.step) == step


bill_sets = st.lists(
    st.builds(
        a_bill, st.integers(-10, 200), st.integers(1, 10_000), taken=st.integers(0, 3),
        taken_days_ago=st.integers(0, 60),
    ),
    max_size=8,
)  # fmt: skip


@given(bills=bill_sets, on_account=st.integers(0, 20_000))
def test_nobody_in_credit_is_ever_asked_and_a_letter_holds_true(bills: list[Bill], on_account: int) -> None:
    found = chased(*bills, on_account_rupees=on_account)
    overdue = sum(bill.item.open_paise for bill in bills if bill.days_late > 0)
    if found is None:
        assert overdue <= on_account * 100
        return
    assert found.asked_paise == overdue - on_account * 100 > 0
    lines = letter_lines(found)
    if found.step:
        assert found.step == max(line.step for line in lines)
        assert sum(line.open_paise for line in lines) > on_account * 100
        assert any(due.is_new for due in found.dues)


def test_those_who_owe_more_for_longer_come_first_and_a_letter_buys_a_week() -> None:
    small, large, old = chased(a_bill(10)), chased(a_bill(10, 1_000)), chased(a_bill(100))
    assert small is not None
    assert large is not None
    assert old is not None
    scores = [score(found, reminded_days_ago=None) for found in (small, large, old)]
    assert scores == [1_000, 10_000, 10_000]
    assert score(large, reminded_days_ago=6) == 5_000
    assert score(large, reminded_days_ago=7) == 10_000


@pytest.mark.parametrize(
    "ladder",
    [
        Ladder(steps=()),
        Ladder(steps=(Step(5, "gentle", "One"), Step(5, "firm", "Two"))),
        Ladder(steps=(Step(0, "gentle", "One"),)),
        Ladder(steps=(Step(3, "rude", "One"),)),
        Ladder(steps=(Step(3, "gentle", " "),)),
        Ladder(minimum_paise=-1),
    ],
)
def test_a_ladder_that_does_not_climb_is_refused(ladder: Ladder) -> None:
    assert list(problems_with_ladder(LADDER)) == []
    assert len(list(problems_with_ladder(ladder))) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lines": ()}, "REQUIRED"),
        ({"total_paise": 1}, "SUM"),
        ({"on_account_paise": 200_00}, "IN_CREDIT"),
        ({"step": 3}, "STEP"),
        ({"number": "AN 1"}, "NUMBER_CHARACTERS"),
    ],
)
def test_a_letter_that_contradicts_itself_is_held(changed: dict[str, object], code: str) -> None:
    found = chased(a_bill(5), a_bill(7))
    assert found is not None
    good = Reminder(
        number="AN/26-27/0001", series="AN", dated_on=ON, seller=Seller(legal_name="Nandi"), buyer=Buyer(party=b"p"),
        step=1, tone="gentle", title="Payment reminder", lines=letter_lines(found), total_paise=200_00,
    )  # fmt: skip
    assert list(problems_with_reminder(good)) == []
    bad = msgspec.structs.replace(good, **changed)
    assert code in [problem.code for problem in problems_with_reminder(bad)]
