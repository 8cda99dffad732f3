"""Cheques that bounce, receipts taken back, money given back: each by a new paper, and the books say so on each day."""

import datetime as dt
from pathlib import Path

import pytest

from core.advances.commands import receive_advance
from core.changes.answer import PLAIN, Answer
from core.changes.change import Outcome
from core.changes.standing import State
from core.errors import RuleBroken
from core.inbox.queries import items as inbox_items
from core.inbox.queries import unread_count
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.ledger.commands import release, write_off
from core.ledger.model import AllocationLine
from core.ledger.queries import allocations_of, balance, open_items, postings_of, trial_balance
from core.problems import Problem
from core.receipts.commands import settle_bills, undo_allocation
from core.receipts.model import Deduction
from core.receipts.queries import (
    bills_settled,
    payback,
    paybacks_of,
    receipt,
    receipt_rows,
    received_between,
    reversal,
    reversal_of,
    settlements,
)
from core.receipts.reversing import reverse_payback
from core.statements.queries import statement
from core.store.search import newest
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests
from tests.core.receipts.dealings import (
    AUGUST,
    OCTOBER,
    SEPTEMBER,
    D,
    a_cheque_in,
    agrees,
    bounced,
    given_back,
    given_back_undone,
    left_of,
    owed_on,
    taken_back,
)

pytestmark = pytest.mark.slow


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("bills", "cheque", "kept_back", "charges", "settled", "accounts"),
    [
        # bills of these rupees; a cheque of so many with so much TDS; what our bank charges in paise
        ((1_000,), 1_000, 0, 0, [0], {}),
        ((1_000,), 1_000, 0, 354_00, [0], {"bank": -354_00, "bank_charges": 354_00}),
        ((1_000, 500), 1_200, 0, 118_00, [0, 300], {"bank": -118_00, "bank_charges": 118_00}),
        (
            (5_000,),
            4_900,
            100,
            590_00,
            [0],
            {"bank": -590_00, "bank_charges": 590_00},
        ),  # its TDS goes with it
        ((300,), 1_000, 0, 0, [0], {}),  # 700 lay on account
    ],
)
def test_a_bounce_opens_the_bills_again_and_books_the_charge(
    tmp_path: Path,
    bills: tuple[int, ...],
    cheque: int,
    kept_back: int,
    charges: int,
    settled: list[int],
    accounts: dict[str, int],
) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        papers = [a_bill(book, party, rupees, AUGUST) for rupees in bills]
        kept = (Deduction("tds", kept_back * 100, "1024"),) if kept_back else ()
        record = a_cheque_in(book, party, cheque, SEPTEMBER, SEPTEMBER, kept_back=kept)
        assert left_of(book, *papers) == settled
        made = bounced(book, record, OCTOBER, charges)
        assert left_of(book, *papers, record) == [*bills, 0]
        found = book.read(trial_balance)
        assert {name: paise for name, paise in found.items() if name not in ("sales", "debtors")} == accounts
        assert found["debtors"] == sum(bills) * 100
        about = book.read(lambda read: reversal_of(read, record))
        assert (about.number, about.cause, about.charges_paise) == ("AX/26-27/0001", "bounced", charges)
        paper = book.read(lambda read: reversal(read, made))
        assert (paper.paper_number, paper.reason, paper.cheque.number) == (
            "AR/26-27/0001", "Funds insufficient", f"{cheque:06d}",
        )  # fmt: skip
        [row] = book.read(lambda read: receipt_rows(read, [record]))
        assert (row.state, row.open_paise) == (State.CANCELLED, 0)
        assert book.read(lambda read: bills_settled(read, record)) == []
        agrees(book, party)


def test_before_the_bounce_the_bills_were_paid_and_after_it_they_are_not(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 1_000, AUGUST)
        record = a_cheque_in(book, party, 1_000, SEPTEMBER, SEPTEMBER)
        bounced(book, record, OCTOBER, 118_00)
        days = {on: owed_on(book, on) for on in (AUGUST, SEPTEMBER, D(2026, 9, 30), OCTOBER, TODAY)}
        assert list(days.values()) == [1_000, 0, 0, 1_000, 1_000]
        told = book.read(lambda read: statement(read, party, from_on=AUGUST, to_on=TODAY, today=TODAY))
        assert [(entry.dated_on, entry.debit_paise, entry.credit_paise) for entry in told.entries] == [
            (AUGUST, 1_000_00, 0), (SEPTEMBER, 0, 1_000_00), (OCTOBER, 1_000_00, 0),
        ]  # fmt: skip
        assert book.read(lambda read: received_between(read, AUGUST, TODAY)) == 0


def test_what_a_bounce_refuses(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        cash = money_in(book, party, 100, SEPTEMBER, mode="cash")
        cheque = a_cheque_in(book, party, 200, SEPTEMBER, OCTOBER)
        advance = book.write(
            "Advance",
            lambda work: receive_advance(
                work, party=party, dated_on=SEPTEMBER, amount_paise=300_00, rate_bp=1800, purpose="goods",
                mode="cheque", reference="000300", today=TODAY, date_confirmed=True,
            ),
        )  # fmt: skip
        for record, given, code in (
            (cash, {"on": OCTOBER}, "CHOICE"),
            (cheque, {"on": D(2026, 9, 15)}, "DATE"),  # its own day had not come
            (cheque, {"on": D(2026, 11, 21)}, "FUTURE"),
            (cheque, {"on": OCTOBER, "reason": " "}, "REQUIRED"),
            (cheque, {"on": OCTOBER, "charges_paise": -1}, "RANGE"),
            (party, {"on": OCTOBER}, "NOT_STANDING"),
            (advance, {"on": OCTOBER}, "ADVANCE"),
        ):
            with pytest.raises(RuleBroken) as refused:
                bounced(book, record, **given)
            assert code in codes(refused)
        bounced(book, cheque, OCTOBER)
        with pytest.raises(RuleBroken) as refused:
            bounced(book, cheque, OCTOBER)
        assert codes(refused) == ["NOT_STANDING"]
        taken_back(book, cash)
        agrees(book, party)


def test_a_post_dated_cheque_counts_from_its_day_and_goes_back_before_it(tmp_path: Path) -> None:
    """Taken on 1 September, dated 1 October: until then the bill is open in ageing, and nothing is in the bank."""
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_000, AUGUST)
        record = a_cheque_in(book, party, 1_000, SEPTEMBER, OCTOBER)
        assert [owed_on(book, on) for on in (SEPTEMBER, D(2026, 9, 30), OCTOBER)] == [1_000, 1_000, 0]
        assert left_of(book, bill) == [0]
        told = book.read(lambda read: statement(read, party, from_on=AUGUST, to_on=TODAY, today=TODAY))
        assert [entry.dated_on for entry in told.entries] == [AUGUST, OCTOBER]
        september = book.read(lambda read: received_between(read, SEPTEMBER, D(2026, 9, 30)))
        october = book.read(lambda read: received_between(read, OCTOBER, D(2026, 10, 31)))
        assert (september, october) == (0, 1_000_00)
        made = taken_back(book, record, D(2026, 9, 10))
        assert book.read(lambda read: reversal(read, made)).counts_on == OCTOBER
        assert [owed_on(book, on) for on in (SEPTEMBER, D(2026, 9, 30), OCTOBER, TODAY)] == [1_000] * 4
        agrees(book, party)


def test_the_inbox_tells_which_bills_are_open_again_until_they_are_paid(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 1_000, AUGUST)
        a_bill(book, party, 500, AUGUST)
        record = a_cheque_in(book, party, 1_200, SEPTEMBER, SEPTEMBER)
        bounced(book, record, OCTOBER)
        [item] = book.read(inbox_items)
        assert (item.kind, item.paper, item.choices) == ("released", record, ("dismiss",))
        assert item.about == "Receipt AR/26-27/0001, Lotus Foods"
        assert item.text.replace("\u00a0", " ") == (
            "The bank returned this money unpaid. ₹ 1,200.00 is owed again: A/26-27/0001 (₹ 1,000.00), "
            "A/26-27/0002 (₹ 200.00)."
        )
        money_in(book, party, 1_500, TODAY)
        assert book.read(unread_count) == 0


def test_a_receipt_that_settled_nothing_goes_back_without_a_word(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = money_in(book, a_party(book), 100, SEPTEMBER)
        taken_back(book, record)
        assert book.read(unread_count) == 0


def test_two_devices_see_one_cheque_bounce_and_the_second_is_held(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        bill = a_bill(here, party, 1_000, AUGUST)
        record = a_cheque_in(here, party, 1_000, SEPTEMBER, SEPTEMBER)
        order.round(here)
        bounced(here, record, OCTOBER, 118_00)
        second = bounced(there, record, OCTOBER, 118_00)
        order.round(here)
        told = Problem("NOT_STANDING", "This was taken back already.", "paper")
        order.round(there, {"receipts.reversed": (Outcome.HELD, Answer(problems=(told,)))})
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert left_of(book, bill, record) == [1_000, 0]
            assert book.read(trial_balance)["bank_charges"] == 118_00
            kinds = sorted(item.kind for item in book.read(inbox_items))
            assert kinds == ["held", "released"]
            assert book.read(lambda read: reversal_of(read, record)).id != second
            agrees(book, party)
        rows = [book.read(lambda read: read.exec_driver_sql(_ROWS).fetchall()) for book in (here, there)]
        assert rows[0] == rows[1]


_ROWS = "SELECT id, kind, of, record, paper, winner, device, user, stamp, seq, told FROM inbox ORDER BY id"


@pytest.mark.parametrize("bounce_first", [True, False])
def test_a_bounce_here_and_a_settlement_there_end_alike_in_either_order(
    tmp_path: Path, bounce_first: bool
) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        bill = a_bill(here, party, 1_000, AUGUST)
        record = a_cheque_in(here, party, 1_000, SEPTEMBER, SEPTEMBER, allocate=None)
        order.round(here)
        bounced(here, record, OCTOBER)
        there.write("Settle", lambda work: settle_bills(work, record, allocate="oldest", on=OCTOBER))
        if bounce_first:
            order.round(here)
            order.round(there, {"ledger.allocated": (Outcome.REFUSED, PLAIN)})
        else:
            order.round(there)
            order.round(here)
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert left_of(book, bill, record) == [1_000, 0]
            agrees(book, party)


def test_paise_of_a_credit_given_up_come_back_with_the_bounce(tmp_path: Path) -> None:
    """1,000.00 came for a bill of 999: the rupee left was given up, then the cheque bounced."""
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 999, AUGUST)
        record = a_cheque_in(book, party, 1_000, SEPTEMBER, SEPTEMBER)
        book.write(
            "Give up",
            lambda work: write_off(work, paper=record, paise=60, reason="rounding", on=SEPTEMBER),
        )
        book.write(
            "Give up",
            lambda work: write_off(work, paper=record, paise=40, reason="rounding", on=SEPTEMBER),
        )
        assert "debtors" not in book.read(trial_balance)
        bounced(book, record, OCTOBER, 118_00)
        found = book.read(trial_balance)
        assert (found["debtors"], found.get("round_off", 0)) == (999_00, 0)
        assert left_of(book, bill, record) == [999, 0]
        agrees(book, party)


def test_money_on_account_goes_back_and_its_mistake_too(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 700, AUGUST)
        record = money_in(book, party, 1_000, SEPTEMBER)
        back = given_back(book, record, 200)
        assert left_of(book, record, back) == [100, 0]
        paper = book.read(lambda read: payback(read, back))
        assert (paper.number, paper.credit_number) == ("AY/26-27/0001", "AR/26-27/0001")
        accounts = {posting.account: posting.paise for posting in book.read(lambda r: postings_of(r, back))}
        assert accounts == {"debtors": 200_00, "bank": -200_00}
        with pytest.raises(RuleBroken) as refused:
            given_back(book, record, 101)
        assert codes(refused) == ["OPEN_AMOUNT"]
        agrees(book, party)
        given_back_undone(book, back)
        assert left_of(book, record, back) == [300, 0]
        [row] = book.read(lambda read: paybacks_of(read, record))
        assert row.state is State.CANCELLED
        with pytest.raises(RuleBroken) as refused:
            given_back_undone(book, back)
        assert codes(refused) == ["NOT_STANDING"]
        agrees(book, party)


def test_two_devices_give_the_same_money_back_and_one_stands_unpaid(tmp_path: Path) -> None:
    """Both papers happened; the credit pays the one that arrived first, and the other is owed to us."""
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        record = money_in(here, party, 300, SEPTEMBER)
        order.round(here)
        first, second = given_back(here, record, 300), given_back(there, record, 300)
        order.round(here)
        order.round(there, {"ledger.allocated": (Outcome.REFUSED, PLAIN)})
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert left_of(book, record, first, second) == [0, 0, 300]
            agrees(book, party)
        there.write(
            "Take back",
            lambda work: reverse_payback(work, second, on=TODAY, reason="Not sent", today=TODAY),
        )
        order.round(there)
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert left_of(book, record, first, second) == [0, 0, 0]
            agrees(book, party)


def test_numbers_of_what_went_back_are_found(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        record = a_cheque_in(book, party, 100, SEPTEMBER, SEPTEMBER)
        money = money_in(book, party, 300, SEPTEMBER)
        back, made = given_back(book, money, 10), bounced(book, record, OCTOBER)
        found = {
            text: book.read(lambda read, text=text: newest(read, text)) for text in ("AY/26-27", "AX/26-27")
        }
        assert [(hit.record, hit.kind) for hit in found["AY/26-27"]] == [(back, "payback")]
        assert [(hit.record, hit.kind) for hit in found["AX/26-27"]] == [(made, "reversal")]


def test_money_given_back_of_a_cheque_that_then_bounced_is_owed_to_us(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        record = a_cheque_in(book, party, 1_000, SEPTEMBER, SEPTEMBER)
        back = given_back(book, record, 400, OCTOBER)
        bounced(book, record, D(2026, 10, 5))
        assert left_of(book, record, back) == [0, 400]
        assert book.read(lambda read: balance(read, party)) == 400_00
        agrees(book, party)


def test_a_credit_note_is_paid_out(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 500, AUGUST)
        money_in(book, party, 500, SEPTEMBER)
        line = DraftLine(
            description="Pump returned", hsn="84138190", price_tenthousandths=200 * 10_000, treatment="exempt"
        )
        note = Draft(
            type="CRN", party=party, dated_on=OCTOBER, lines=(line,),
            original=Original(document=bill, number="A/26-27/0001", dated_on=AUGUST),
        )  # fmt: skip
        credit = book.write("Note", lambda work: issue_document(work, note, today=TODAY, date_confirmed=True))
        assert left_of(book, credit) == [200]
        given_back(book, credit, 200)
        assert book.read(lambda read: open_items(read, party=party)) == []
        agrees(book, party)


def test_a_settlement_is_undone_and_made_again(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        first, second = a_bill(book, party, 600, AUGUST), a_bill(book, party, 600, SEPTEMBER)
        record = money_in(book, party, 600, SEPTEMBER)
        [made] = book.read(lambda read: settlements(read, record))
        assert [(line.number, line.paise) for line in made.lines] == [("A/26-27/0001", 600_00)]
        book.write("Undo", lambda work: undo_allocation(work, made.claim, on=OCTOBER, today=TODAY))
        assert left_of(book, first, second, record) == [600, 600, 600]
        assert book.read(lambda read: settlements(read, record)) == []
        assert book.read(lambda read: bills_settled(read, record)) == []
        line = AllocationLine(second, 600_00)
        book.write("Settle", lambda work: settle_bills(work, record, allocate=[line], on=OCTOBER))
        assert left_of(book, first, second, record) == [600, 0, 0]
        with pytest.raises(RuleBroken) as refused:
            book.write("Undo", lambda work: undo_allocation(work, made.claim, on=OCTOBER, today=TODAY))
        assert codes(refused) == ["NOT_STANDING"]
        with pytest.raises(RuleBroken) as refused:
            book.write("Undo", lambda work: undo_allocation(work, record, on=OCTOBER, today=TODAY))
        assert codes(refused) == ["NOT_STANDING"]
        agrees(book, party)


def test_a_bounce_after_a_settlement_was_undone_gives_back_only_what_stands(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        first, second = a_bill(book, party, 600, AUGUST), a_bill(book, party, 600, SEPTEMBER)
        record = a_cheque_in(book, party, 1_000, SEPTEMBER, SEPTEMBER)
        claim = book.read(lambda read: allocations_of(read, record)[0].claim)
        book.write("Undo", lambda work: release(work, claim, on=SEPTEMBER))
        book.write("Settle", lambda work: settle_bills(work, record, allocate="oldest", on=SEPTEMBER))
        bounced(book, record, OCTOBER)
        assert left_of(book, first, second, record) == [600, 600, 0]
        agrees(book, party)


def test_the_last_paise_are_given_up_with_the_receipt(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_000, AUGUST)
        record = money_in(book, party, 999, SEPTEMBER, write_offs=[(bill, 1_00, "rounding")])
        assert left_of(book, bill, record) == [0, 0]
        assert book.read(trial_balance)["round_off"] == 1_00
        agrees(book, party)


def test_an_adjustment_brings_no_money_and_credits_settle_beside(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_000, AUGUST)
        earlier = money_in(book, party, 300, SEPTEMBER, allocate=None)
        with pytest.raises(RuleBroken) as refused:
            money_in(book, party, 700, OCTOBER, mode="adjustment")
        assert codes(refused) == ["ADJUSTMENT"]
        record = money_in(
            book, party, 0, OCTOBER, mode="adjustment", kept_back=(Deduction("other", 700_00),),
            allocate=[AllocationLine(bill, 700_00)],
            credits_used=[(earlier, [AllocationLine(bill, 300_00)])],
        )  # fmt: skip
        assert left_of(book, bill, earlier, record) == [0, 0, 0]
        found = book.read(trial_balance)
        assert (found["bank"], found["other_deductions"]) == (300_00, 700_00)
        agrees(book, party)


def test_a_paper_of_a_receipt_taken_back_can_be_read(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = a_cheque_in(book, a_party(book), 100, SEPTEMBER, OCTOBER)
        paper = book.read(lambda read: receipt(read, record))
        assert (paper.cheque.bank, paper.counts_on) == ("Lotus Bank", OCTOBER)
        assert isinstance(paper.counts_on, dt.date)
