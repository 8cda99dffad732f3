"""The Inbox: alike on every device, worded for a bookkeeper, settled by one key."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.book import Book
from core.changes.answer import Answer, Lost
from core.changes.change import Outcome
from core.changes.record import field_number
from core.changes.stamp import stamp_at
from core.changes.standing import State
from core.clock import INDIA, FixedClock, instant_us
from core.errors import RuleBroken
from core.ids import Id
from core.inbox import commands, queries
from core.inbox.model import InboxItem
from core.inbox.rules import field_label, moment_text, patch_text, value_text
from core.invoicing.commands import cancel_document, issue_document, save_draft
from core.invoicing.model import Draft, DraftLine
from core.milestones.commands import bill_milestone, certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, Worth
from core.milestones.queries import milestones_of
from core.milestones.rules import Stage
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party
from core.problems import Problem
from core.store.read import stand_of
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

D = dt.date
PHONE = field_number(Party, "phone")


@contextmanager
def two_books(folder: Path) -> Iterator[tuple[Book, Book, Order]]:
    """Two devices that share one order; the second starts empty and has the first's company."""
    for name in ("a", "b"):
        (folder / name).mkdir()
    with (
        a_book(folder / "a") as first,
        a_book(folder / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        order.round(first)
        yield first, second, order


def read_items(book: Book) -> list[InboxItem]:
    return book.read(queries.items)


def raw_rows(book: Book) -> list[tuple[Any, ...]]:
    return book.read(
        lambda read: [tuple(row) for row in read.exec_driver_sql("SELECT * FROM inbox ORDER BY id")]
    )


def edit(book: Book, record: Id, **changed: object) -> None:
    known = book.read(lambda read: party(read, record))
    assert known is not None
    body = msgspec.structs.replace(known, **changed)
    book.write("Edit", lambda work: save_party(work, body, record))


def a_conflict(first: Book, second: Book, order: Order) -> Id:
    """Both change the same phone offline; the second's later value stands."""
    lotus = a_party(first, phone="044 100")
    order.round(first)
    edit(first, lotus, phone="044 111")
    edit(second, lotus, phone="044 222")
    order.send(first)
    mine, theirs = first.actor(), second.actor()
    lost = Lost(PHONE, "044 111", mine.device, mine.user, 1 << 16, "044 222", theirs.device, "Ravi", 2 << 16)
    order.round(second, {"parties.edited": (Outcome.MERGED, Answer(lost=(lost,)))})
    return lotus


def test_a_conflict_shows_both_values_to_both_devices(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        a_conflict(first, second, order)
        here, there = read_items(first)[0], read_items(second)[0]
        assert (here.kind, here.about, here.choices) == ("conflict", "Party Lotus Foods", ("keep", "restore"))
        assert here.text == "Phone was changed on two devices at once. Ravi's later “044 222” stands."
        assert here.mine is not None
        assert here.mine.startswith("044 111 (Asha, ")
        assert here.theirs is not None
        assert here.theirs.startswith("044 222 (Ravi, ")
        assert (there.mine, there.theirs) == (here.theirs, here.mine)
        assert raw_rows(first) == raw_rows(second) != []
        assert len(digests([first, second])) == 1


def test_restoring_a_lost_value_settles_it_everywhere(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_conflict(first, second, order)
        item = read_items(first)[0]
        first.write("Settle", lambda work: commands.settle(work, item.id, "restore"))
        assert read_items(first) == []
        assert first.read(lambda read: party(read, lotus)).phone == "044 111"
        assert len(read_items(second)) == 1
        order.round(first)
        assert read_items(second) == []  # the value that was lost stands again
        assert second.read(lambda read: party(read, lotus)).phone == "044 111"
        assert len(digests([first, second])) == 1


def test_keeping_a_value_puts_the_item_aside_on_this_device_alone(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        a_conflict(first, second, order)
        item = read_items(first)[0]
        first.write("Settle", lambda work: commands.settle(work, item.id, "keep", at_us=7))
        assert (read_items(first), first.read(queries.unread_count)) == ([], 0)
        assert second.read(queries.unread_count) == 1
        with pytest.raises(RuleBroken) as refused:
            first.write("Settle", lambda work: commands.settle(work, item.id, "keep"))
        assert [problem.code for problem in refused.value.problems] == ["SETTLED"]
        assert len(digests([first, second])) == 1


TAKEN = Problem(code="OPEN_AMOUNT", message="This is more than is still open.", field="lines")


def test_a_refused_allocation_shows_what_was_wanted_and_by_whom(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        bill = a_bill(first, lotus, 500, D(2026, 10, 1))
        order.round(first)
        money_in(first, lotus, 500, TODAY, reference="UTR1")
        money_in(second, lotus, 500, TODAY, reference="UTR2")
        order.send(first)
        order.round(second, {"ledger.allocated": (Outcome.REFUSED, Answer(problems=(TAKEN,)))})
        item = read_items(second)[0]
        assert (item.kind, item.about, item.choices) == (
            "refused", "Settling with BR/26-27/0001", ("try_again", "dismiss"),
        )  # fmt: skip
        assert item.text.endswith("This is more than is still open.")
        assert item.mine is not None
        assert item.mine.startswith("₹ 500.00 for A/26-27/0001 (Asha, ")
        assert item.theirs is not None
        assert item.theirs.startswith("₹ 500.00 from AR/26-27/0001 (Asha, ")
        seen = read_items(first)[0]
        assert (seen.mine, seen.theirs) == (item.theirs, item.mine)
        with pytest.raises(
            RuleBroken
        ):  # the bill is settled: trying again is refused again, and nothing is lost
            second.write("Settle", lambda work: commands.settle(work, item.id, "try_again"))
        assert len(read_items(second)) == 1
        second.write("Settle", lambda work: commands.settle(work, item.id, "dismiss"))
        assert read_items(second) == []
        assert bill
        assert len(digests([first, second])) == 1


def test_a_refused_claim_may_be_made_anew_when_there_is_room(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        a_bill(first, lotus, 500, D(2026, 10, 1))
        order.round(first)
        money_in(second, lotus, 500, TODAY)
        order.round(second, {"ledger.allocated": (Outcome.REFUSED, Answer(problems=(TAKEN,)))})
        item = read_items(second)[0]
        assert item.theirs is None
        second.write("Settle", lambda work: commands.settle(work, item.id, "try_again"))
        order.round(second)
        open_paise = "SELECT sum(open_paise) FROM open_items"
        assert {book.read(lambda r: r.exec_driver_sql(open_paise).scalar()) for book in (first, second)} == {
            0
        }
        assert len(digests([first, second])) == 1


def test_a_paper_that_came_second_is_contested_until_it_is_cancelled(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        contract = first.write("C", lambda work: save_contract(work, Contract(title="Plant", party=lotus)))
        stage = Milestone(contract=contract, title="Supply", worth=Worth(paise=1_000_00))
        record = first.write("M", lambda work: save_milestone(work, stage))
        first.write("Certify", lambda work: certify(work, record, on=TODAY))
        order.round(first)
        winner = first.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
        paper = second.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
        order.send(first)
        refused = Answer(problems=(Problem(code="TAKEN", message="Taken."),), winner=winner)
        order.round(second, {"milestones.billed": (Outcome.REFUSED, refused)})
        kinds = sorted((item.kind, item.about) for item in read_items(second))
        assert kinds == [
            ("contested", "Invoice B/26-27/0001, Lotus Foods"),
            ("refused", "Billing a milestone with B/26-27/0001"),
        ]
        contested = next(item for item in read_items(second) if item.kind == "contested")
        assert contested.choices == ("cancel", "credit_note", "dismiss")
        assert (contested.paper, contested.winner) == (paper, winner)
        assert contested.theirs is not None
        assert contested.theirs.startswith("A/26-27/0001 (Asha, ")
        for choice in ("cancel", "restore", "sing"):  # a verb of the document's own room is handed in
            with pytest.raises(RuleBroken) as unable:
                second.write(
                    "Settle", lambda work, choice=choice: commands.settle(work, contested.id, choice)
                )
            assert [problem.code for problem in unable.value.problems] == ["CHOICE"]
        verbs = {
            "cancel": lambda work, item: cancel_document(work, item.paper, on=TODAY, reason="billed twice")
        }
        second.write("Settle", lambda work: commands.settle(work, contested.id, "cancel", verbs=verbs))
        assert second.read(lambda read: stand_of(read, paper)).state is State.CANCELLED
        assert read_items(second) == []
        assert len(read_items(first)) == 2
        order.round(second)
        assert read_items(first) == []
        assert len(digests([first, second])) == 1


def test_a_contested_bill_stands_plainly_when_its_rival_was_cancelled_and_it_is_claimed_anew(
    tmp_path: Path,
) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        contract = first.write("C", lambda work: save_contract(work, Contract(title="Plant", party=lotus)))
        stage = Milestone(contract=contract, title="Supply", worth=Worth(paise=1_000_00))
        record = first.write("M", lambda work: save_milestone(work, stage))
        first.write("Certify", lambda work: certify(work, record, on=TODAY))
        order.round(first)
        winner = first.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
        paper = second.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
        order.send(first)
        refused = Answer(problems=(Problem(code="TAKEN", message="Taken."),), winner=winner)
        order.round(second, {"milestones.billed": (Outcome.REFUSED, refused)})
        first.write("Cancel", lambda work: cancel_document(work, winner, on=TODAY, reason="billed twice"))
        order.round(first)
        assert second.read(lambda read: stand_of(read, paper)).state is State.CONTESTED
        again = next(item for item in read_items(second) if item.kind == "refused")
        second.write("Settle", lambda work: commands.settle(work, again.id, "try_again"))
        order.round(second)
        for book in (first, second):
            assert book.read(lambda read: stand_of(read, paper)).state is State.LIVE
            [stage_row] = book.read(lambda read: milestones_of(read, contract))
            assert (stage_row.state, stage_row.document) == (Stage.BILLED, paper)
            assert "contested" not in {item.kind for item in read_items(book)}
        assert len(digests([first, second])) == 1


def test_a_paper_whose_claim_fell_without_a_rival_says_why(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        contract = first.write("C", lambda work: save_contract(work, Contract(title="Plant", party=lotus)))
        stage = Milestone(contract=contract, title="Supply", worth=Worth(paise=1_000_00))
        record = first.write("M", lambda work: save_milestone(work, stage))
        first.write("Certify", lambda work: certify(work, record, on=TODAY))
        order.round(first)
        second.write("Bill", lambda work: bill_milestone(work, record, today=TODAY))
        refused = Answer(problems=(Problem(code="MILESTONE", message="This milestone was dropped."),))
        order.round(second, {"milestones.billed": (Outcome.REFUSED, refused)})
        contested = next(item for item in read_items(first) if item.kind == "contested")
        assert contested.text.endswith("This milestone was dropped.")
        assert "Another paper" not in contested.text


def test_a_held_paper_tells_why(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        order.round(first)
        line = DraftLine(description="Pump", price_tenthousandths=100_0000, treatment="exempt")
        draft = Draft(party=lotus, dated_on=TODAY, lines=(line,))
        first.write("Bill", lambda work: issue_document(work, draft, today=TODAY))
        why = Answer(
            problems=(Problem(code="SERIES", message="This device does not issue from this series."),)
        )
        order.round(first, {"invoicing.issued": (Outcome.HELD, why)})
        for book in (first, second):
            item = read_items(book)[0]
            assert (item.kind, item.about) == ("held", "Invoice A/26-27/0001, Lotus Foods")
            assert item.text.endswith("This device does not issue from this series.")
            assert item.choices == ("accept", "void")
        assert len(digests([first, second])) == 1


def test_refused_fields_show_their_values_to_their_author_alone(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        order.round(first)
        edit(second, lotus, terms_days=45, credit_limit_paise=5_000_00)
        why = Answer(problems=(Problem(code="ROLE", message="The role field may not do this."),))
        order.round(second, {"parties.edited": (Outcome.REFUSED, why)})
        item = read_items(second)[0]
        assert (item.kind, item.about, item.theirs) == ("refused", "Party Lotus Foods", None)
        assert item.mine is not None
        assert item.mine.startswith("Terms in days: 45; Credit limit: ₹ 5,000.00 (Asha, ")
        assert read_items(first) == []
        assert raw_rows(first) == raw_rows(second)
        assert second.read(lambda read: party(read, lotus)).terms_days == 30
        second.write("Settle", lambda work: commands.settle(work, item.id, "try_again"))
        assert second.read(lambda read: party(read, lotus)).terms_days == 45
        order.round(second)
        assert len(digests([first, second])) == 1


def test_a_clock_that_ran_ahead_is_told_once_a_day(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        for code in ("LOTUS", "SAGAR", "VIMAL"):
            a_party(second, code)
        seen = stamp_at(instant_us(dt.datetime(2026, 11, 20, 9, 30, tzinfo=INDIA)))
        order.round(second, {"parties.edited": (Outcome.APPLIED, Answer(stamp=seen, flags=("CLOCK_AHEAD",)))})
        for book in (first, second):
            [item] = read_items(book)
            assert (item.kind, item.choices, item.mine) == ("clock", ("dismiss",), None)
            assert "said 20-11-2026 12:00 when it was 20-11-2026 09:30" in item.text
        assert raw_rows(first) == raw_rows(second)
        assert len(digests([first, second])) == 1


def test_what_the_service_could_not_read_is_named_and_can_only_be_dismissed(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, second, order):
        lotus = a_party(first)
        a_bill(first, lotus, 500, D(2026, 10, 1))
        money_in(first, lotus, 500, TODAY)
        why = Answer(
            problems=(Problem(code="UNREADABLE", message="The service could not read this change."),)
        )
        order.round(first, {"ledger.allocated": (Outcome.REFUSED, why)})
        for book in (first, second):
            [item] = read_items(book)
            assert (item.kind, item.choices) == ("refused", ("dismiss",))
            assert item.text.endswith("The service could not read this change.")
        assert len(digests([first, second])) == 1


def test_a_draft_of_another_device_is_named_in_the_conflict(tmp_path: Path) -> None:
    with two_books(tmp_path) as (first, _second, order):
        record = first.write("Draft", lambda work: save_draft(work, Draft(note="Old")))
        me = first.actor()
        note = field_number(Draft, "note")
        lost = Lost(note, "Old", me.device, me.user, 1 << 16, "New", b"x" * 16, "Ravi", 2 << 16)
        order.round(
            first, {"invoicing.drafted": (Outcome.MERGED, Answer(lost=(lost,), values={note: "New"}))}
        )
        item = read_items(first)[0]
        assert item.about == "Draft"
        assert item.record == record


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("phone", "", "(nothing)"),
        ("credit_limit_paise", 5_00_000_00, "₹ 5,00,000.00"),
        ("price_tenthousandths", 12_500_000, "1,250.00"),
        ("rate_bp", 1800, "18%"),
        ("archived", True, "yes"),
        ("due_on", "2026-05-04", "04-05-2026"),
        ("terms_days", 30, "30"),
        ("address", {"line1": "7 Mount Road", "line2": "", "city": "Chennai"}, "7 Mount Road, Chennai"),
        ("tax", {"hsn": "84138190", "rate_bp": 1800, "cess_rate_bp": 0}, "84138190, Rate 18%"),
        ("steps", [{"after_days": 3, "title": "Reminder"}], "After days 3, Reminder"),
        ("contract", b"\x01" * 16, "01010101"),
        ("worth", {"tenthousandths_pct": 100_000, "paise": None}, "Per cent 10.00%"),
    ],
)
def test_values_are_written_as_the_trade_writes_them(name: str, value: object, text: str) -> None:
    assert value_text(name, value) == text


def test_any_stamp_can_be_told() -> None:
    assert moment_text(2**64 - 1) == "a time beyond the year 9999"
    assert moment_text(stamp_at(0)) == "01-01-1970 05:30"


def test_fields_of_a_newer_version_are_named_by_their_number() -> None:
    assert field_label("due_on") == "Due date"
    assert patch_text({1: "LOTUS", 9: "x"}, ("code",)) == "Code: LOTUS; Field 9: x"
