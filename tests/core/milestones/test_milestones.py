"""Contracts and milestones: what a stage is worth, when it may be billed, and a state that follows its papers."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.changes.standing import State
from core.clock import FixedClock
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document
from core.invoicing.queries import document
from core.milestones import queries
from core.milestones.commands import bill_milestone, certify, drop_milestone, save_contract, save_milestone
from core.milestones.kinds import BILLED, STAGED
from core.milestones.model import Billing, Contract, Milestone, MilestoneTax, Worth
from core.milestones.rules import (
    Stage,
    problems_beyond_value,
    problems_with_contract,
    problems_with_milestone,
    state,
    worth_paise,
)
from core.problems import Problem
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_party, money_in
from tests.core.order import Order, digests

D = dt.date
TEN_PCT = 100_000


@pytest.mark.parametrize(
    ("worth", "value_paise", "expected_paise"),
    [
        (Worth(paise=5_000_00), 0, 5_000_00),
        (Worth(tenthousandths_pct=10 * 10_000), 12_34_567_89, 1_23_456_79),
        (Worth(tenthousandths_pct=33_3333), 100_00, 33_33),
        (Worth(tenthousandths_pct=2_5000), 1_99, 5),  # 4.975 paise
        (Worth(tenthousandths_pct=100 * 10_000), 7_77, 7_77),
    ],
)
def test_what_a_stage_is_worth(worth: Worth, value_paise: int, expected_paise: int) -> None:
    assert worth_paise(worth, value_paise) == expected_paise


@pytest.mark.parametrize(
    ("certified", "bill", "open_paise", "also_billed", "expected"),
    [
        (False, None, 0, False, Stage.PLANNED),
        (True, None, 0, False, Stage.CERTIFIED),
        (True, State.LIVE, 500, False, Stage.BILLED),
        (True, State.LIVE, 0, False, Stage.PAID),
        (True, State.LIVE, 0, True, Stage.CONTESTED),
        (True, State.CONTESTED, 500, False, Stage.CONTESTED),
        (True, State.HELD, 0, False, Stage.BILLED),
        (True, State.CANCELLED, 0, False, Stage.CERTIFIED),
        (True, State.VOID, 0, False, Stage.CERTIFIED),
    ],
)
def test_how_a_stage_stands(
    certified: bool, bill: State | None, open_paise: int, also_billed: bool, expected: Stage
) -> None:
    assert state(certified=certified, bill=bill, open_paise=open_paise, also_billed=also_billed) is expected


GOOD = Milestone(contract=b"c" * 16, title="Supply", worth=Worth(paise=100))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"contract": b""}, "contract"),
        ({"title": " "}, "title"),
        ({"worth": Worth()}, "worth"),
        ({"worth": Worth(paise=1, tenthousandths_pct=1)}, "worth"),
        ({"worth": Worth(paise=0)}, "worth"),
        ({"worth": Worth(tenthousandths_pct=1_000_001)}, "worth"),
    ],
)
def test_what_is_wrong_with_a_milestone(changed: dict[str, object], field: str) -> None:
    assert list(problems_with_milestone(GOOD)) == []
    found = list(problems_with_milestone(msgspec.structs.replace(GOOD, **changed)))
    assert [problem.field for problem in found] == [field]


def test_what_is_wrong_with_a_contract() -> None:
    found = [problem.field for problem in problems_with_contract(Contract(value_paise=-1))]
    assert found == ["title", "party", "value_paise"]
    assert list(problems_beyond_value([60, 40], 100)) == []
    assert list(problems_beyond_value([60, 41], 0)) == []
    assert [problem.code for problem in problems_beyond_value([60, 41], 100)] == ["BEYOND_VALUE"]


def a_contract(book: Book, party: Id, **changed: object) -> Id:
    known = {"code": "C-1", "title": "Filling plant", "order_number": "PO/77", "value_paise": 10_00_000_00}
    body = Contract(party=party, **{**known, **changed})
    return book.write("Contract", lambda work: save_contract(work, body))


def a_stage(book: Book, contract: Id, position: int = 1, **changed: object) -> Id:
    known = {
        "title": f"Stage {position}", "worth": Worth(tenthousandths_pct=TEN_PCT),
        "tax": MilestoneTax(hsn="998732", rate_bp=1800),
    }  # fmt: skip
    body = Milestone(contract=contract, position=position, **{**known, **changed})
    return book.write("Milestone", lambda work: save_milestone(work, body))


def bill(book: Book, stage: Id) -> Id:
    return book.write("Bill", lambda work: bill_milestone(work, stage, today=TODAY))


def state_of(book: Book, stage: Id) -> Stage:
    return book.read(lambda read: queries.milestone_rows(read, [stage]))[0].state


def test_a_stage_from_plan_to_payment(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        contract = a_contract(book, party)
        stage = a_stage(book, contract)
        assert state_of(book, stage) is Stage.PLANNED
        with pytest.raises(RuleBroken) as refused:
            bill(book, stage)
        assert [problem.code for problem in refused.value.problems] == ["NOT_CERTIFIED"]
        book.write("Certify", lambda work: certify(work, stage, on=D(2026, 11, 18), by="R. Iyer"))
        assert state_of(book, stage) is Stage.CERTIFIED
        with pytest.raises(RuleBroken) as refused:
            book.write("Certify", lambda work: certify(work, stage, on=TODAY))
        assert [problem.code for problem in refused.value.problems] == ["TAKEN"]
        record = bill(book, stage)
        issued = book.read(lambda read: document(read, record))
        assert (issued.totals.taxable_paise, issued.milestone, issued.reference) == (
            1_00_000_00,
            stage,
            "PO/77",
        )
        assert issued.lines[0].description == "Filling plant: Stage 1"
        row = book.read(lambda read: queries.milestones_of(read, contract))[0]
        assert (row.state, row.number, row.certified_by, row.open_paise) == (
            Stage.BILLED, "A/26-27/0001", "R. Iyer", 1_18_000_00,
        )  # fmt: skip
        money_in(book, party, 1_18_000, TODAY)
        assert state_of(book, stage) is Stage.PAID
        whole = book.read(lambda read: queries.contracts_page(read)).rows[0]
        assert (whole.title, whole.party_name, whole.milestones) == ("Filling plant", "Lotus Foods", 1)
        assert (whole.certified_paise, whole.billed_paise, whole.paid_paise) == (0, 1_00_000_00, 1_00_000_00)
        assert book.verify().ok


def test_a_stage_is_billed_once_and_again_after_cancelling(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        contract = a_contract(book, a_party(book))
        stage = a_stage(book, contract)
        book.write("Certify", lambda work: certify(work, stage, on=TODAY))
        first = bill(book, stage)
        for again in (
            lambda: bill(book, stage),
            lambda: book.write("Drop", lambda work: drop_milestone(work, stage)),
        ):
            with pytest.raises(RuleBroken) as refused:
                again()
            assert [problem.code for problem in refused.value.problems] == ["BILLED"]
        assert len(book.read(lambda read: queries.milestones_of(read, contract))) == 1
        book.write("Cancel", lambda work: cancel_document(work, first, on=TODAY, reason="wrong order"))
        assert state_of(book, stage) is Stage.CERTIFIED  # the state follows the paper; nothing was told
        second = bill(book, stage)
        row = book.read(lambda read: queries.milestone_rows(read, [stage]))[0]
        assert (row.document, row.number) == (second, "A/26-27/0002")
        assert book.verify().ok


def test_what_a_billed_stage_is_worth_stays(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        contract = a_contract(book, a_party(book))
        stage = a_stage(book, contract)
        book.write("Certify", lambda work: certify(work, stage, on=TODAY))
        bill(book, stage)
        body = book.read(lambda read: queries.milestone(read, stage))
        assert body is not None
        dearer = msgspec.structs.replace(body, worth=Worth(paise=2_00_000_00))
        with pytest.raises(RuleBroken) as refused:
            book.write("Save", lambda work: save_milestone(work, dearer, stage))
        assert [problem.code for problem in refused.value.problems] == ["BILLED"]
        renamed = msgspec.structs.replace(body, title="Supply of pumps")
        book.write("Save", lambda work: save_milestone(work, renamed, stage))
        assert book.read(lambda read: queries.milestone_rows(read, [stage]))[0].title == "Supply of pumps"


def test_stages_never_come_to_more_than_the_contract(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        contract = a_contract(book, party)
        stages = [a_stage(book, contract, at, worth=Worth(tenthousandths_pct=4 * TEN_PCT)) for at in (1, 2)]
        with pytest.raises(RuleBroken) as refused:
            a_stage(book, contract, 3, worth=Worth(paise=2_00_000_01))
        assert [problem.code for problem in refused.value.problems] == ["BEYOND_VALUE"]
        a_stage(book, contract, 3, worth=Worth(paise=2_00_000_00))
        body = book.read(lambda read: queries.contract(read, contract))
        assert body is not None
        smaller = msgspec.structs.replace(body, value_paise=9_00_000_00)
        with pytest.raises(RuleBroken) as refused:
            book.write("Save", lambda work: save_contract(work, smaller, contract))
        assert [problem.field for problem in refused.value.problems] == ["value_paise"]
        book.write("Drop", lambda work: drop_milestone(work, stages[0]))
        assert len(book.read(lambda read: queries.milestones_of(read, contract))) == 2
        with pytest.raises(RuleBroken) as refused:
            book.write("Certify", lambda work: certify(work, stages[0], on=TODAY))
        assert [problem.code for problem in refused.value.problems] == ["MILESTONE"]
        assert book.verify().ok


def test_contracts_are_found_paged_and_have_codes_of_their_own(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        for name in ("Boiler", "Cooler", "Drier", "Evaporator"):
            a_contract(book, party, code=name[:2], title=name)
        with pytest.raises(RuleBroken) as refused:
            a_contract(book, party, code="bo", title="Other")
        assert [problem.code for problem in refused.value.problems] == ["DUPLICATE"]
        first = book.read(lambda read: queries.contracts_page(read, limit=3))
        rest = book.read(lambda read: queries.contracts_page(read, limit=3, key=first.next_key))
        assert [row.title for row in (*first.rows, *rest.rows)] == ["Boiler", "Cooler", "Drier", "Evaporator"]
        found = book.read(lambda read: queries.contracts_page(read, search="evap"))
        assert [row.title for row in found.rows] == ["Evaporator"]


def test_a_stage_billed_by_two_devices_is_contested_until_one_bill_is_cancelled(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        a_book(tmp_path / "a") as first,
        a_book(tmp_path / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        stage = a_stage(first, a_contract(first, a_party(first)))
        first.write("Certify", lambda work: certify(work, stage, on=TODAY))
        order.round(first)
        winner, loser = bill(first, stage), bill(second, stage)
        order.send(first)
        taken = Answer(problems=(Problem(code="TAKEN", message="Taken."),), winner=winner)
        order.round(second, {"milestones.billed": (Outcome.REFUSED, taken)})
        for book in (first, second):
            row = book.read(lambda read: queries.milestone_rows(read, [stage]))[0]
            assert (row.state, row.document, row.number) == (Stage.CONTESTED, winner, "A/26-27/0001")
        second.write("Cancel", lambda work: cancel_document(work, loser, on=TODAY, reason="billed twice"))
        order.round(second)
        assert {state_of(book, stage) for book in (first, second)} == {Stage.BILLED}
        assert len(digests([first, second])) == 1


def test_the_service_is_told_too_that_a_billed_stage_is_not_dropped_and_a_dropped_one_not_billed(
    tmp_path: Path,
) -> None:
    """The rules stand in the kinds, so that devices which could not know of each other are judged alike."""
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        contract = book.write("C", lambda work: save_contract(work, Contract(title="Plant", party=lotus)))
        body = Milestone(contract=contract, title="Supply", worth=Worth(paise=100_00))
        billed, dropped = (book.write("M", lambda work: save_milestone(work, body)) for _n in range(2))
        for stage in (billed, dropped):
            book.write("Certify", lambda work, stage=stage: certify(work, stage, on=TODAY))
        paper = book.write("Bill", lambda work: bill_milestone(work, billed, today=TODAY))
        book.write("Drop", lambda work: drop_milestone(work, dropped))
        gone = msgspec.structs.replace(body, dropped=True)
        for code, change in {
            "BILLED": lambda work: work.record(STAGED, billed, gone),
            "MILESTONE": lambda work: work.record(BILLED, work.new_id(), Billing(dropped, paper)),
        }.items():
            with pytest.raises(RuleBroken) as refused:
                book.write("Refused", change)
            assert [problem.code for problem in refused.value.problems] == [code]
