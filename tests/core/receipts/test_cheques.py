"""Cheques in hand, post-dated, paid in by one slip, cleared, bounced: on two devices too."""

import datetime as dt
from pathlib import Path

import pytest

from core.book import Book
from core.errors import RuleBroken
from core.ids import Id
from core.receipts.cheque_list import STATUSES, cheque_rows, cheques, cheques_of_deposit, cheques_page
from core.receipts.cheques import clear_receipt, deposit_cheques, undo_clearing, undo_deposit
from core.receipts.model import Cheque
from core.receipts.rules import cheque_warnings
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
    taken_back,
)

CHRISTMAS = D(2026, 12, 25)


def standing(book: Book, on: dt.date = TODAY) -> dict[str, list[str]]:
    """The numbers of the cheques that stand so on a day."""
    return {
        status: [row.cheque_number for row in rows]
        for status in STATUSES
        if (rows := book.read(lambda read, status=status: cheques(read, on=on, status=status)))
    }


def paid_in(book: Book, *receipts: Id, on: dt.date = OCTOBER) -> Id:
    return book.write("Deposit", lambda work: deposit_cheques(work, receipts, on=on, slip="7", today=TODAY))


@pytest.mark.parametrize(
    ("cheque_on", "received_on", "code"),
    [
        (D(2026, 9, 1), D(2026, 9, 1), None),
        (D(2026, 9, 2), D(2026, 9, 1), "POST_DATED"),
        (D(2026, 6, 1), D(2026, 9, 1), None),  # three months to the day
        (D(2026, 5, 31), D(2026, 9, 1), "STALE"),
        (D(2025, 11, 30), D(2026, 2, 28), None),  # February has no 30th
        (D(2025, 11, 30), D(2026, 3, 1), "STALE"),
        (D(2025, 9, 15), D(2025, 12, 15), None),  # across the end of the year
        (D(2025, 9, 15), D(2025, 12, 16), "STALE"),
    ],
)
def test_what_is_told_of_a_cheque(cheque_on: dt.date, received_on: dt.date, code: str | None) -> None:
    found = [problem.code for problem in cheque_warnings(Cheque("1", cheque_on), received_on)]
    assert found == ([code] if code else [])


@pytest.mark.slow
def test_a_cheque_goes_from_hand_to_hand(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        one, two, three = (a_cheque_in(book, party, n, SEPTEMBER, SEPTEMBER) for n in (1, 2, 3))
        later = a_cheque_in(book, party, 4, SEPTEMBER, CHRISTMAS)
        money_in(book, party, 5, SEPTEMBER)
        assert standing(book) == {"in_hand": ["000001", "000002", "000003"], "post_dated": ["000004"]}
        assert standing(book, CHRISTMAS) == {"in_hand": ["000001", "000002", "000003", "000004"]}
        deposit = paid_in(book, one, two)
        assert standing(book)["deposited"] == ["000001", "000002"]
        slip = book.read(lambda read: cheques_of_deposit(read, deposit, on=TODAY))
        assert [(row.cheque_number, row.bank, row.deposited_on) for row in slip] == [
            ("000001", "Lotus Bank", OCTOBER), ("000002", "Lotus Bank", OCTOBER),
        ]  # fmt: skip
        book.write("Clear", lambda work: clear_receipt(work, one, on=D(2026, 10, 2), today=TODAY))
        bounced(book, two, D(2026, 10, 3))
        assert standing(book) == {
            "in_hand": ["000003"], "post_dated": ["000004"], "cleared": ["000001"], "bounced": ["000002"],
        }  # fmt: skip
        taken_back(book, later)
        assert "post_dated" not in standing(book)
        assert [row.status for row in book.read(lambda read: cheque_rows(read, [later], on=TODAY))] == [
            "taken_back"
        ]
        assert three
        agrees(book, party)


@pytest.mark.slow
def test_a_deposit_and_a_clearing_noted_by_mistake_are_undone(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        record = a_cheque_in(book, party, 1, SEPTEMBER, SEPTEMBER)
        paid_in(book, record)
        book.write("Undo", lambda work: undo_deposit(work, [record]))
        assert standing(book) == {"in_hand": ["000001"]}
        with pytest.raises(RuleBroken):
            book.write("Undo", lambda work: undo_deposit(work, [record]))
        paid_in(book, record)
        book.write("Clear", lambda work: clear_receipt(work, record, on=OCTOBER, today=TODAY))
        book.write("Undo", lambda work: undo_clearing(work, record))
        assert standing(book) == {"deposited": ["000001"]}
        assert book.verify().ok


@pytest.mark.slow
def test_what_the_bank_did_with_a_cheque_is_not_before_it_was_handed_in(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        record, later = (a_cheque_in(book, party, n, SEPTEMBER, SEPTEMBER) for n in (1, 2))
        paid_in(book, record, later, on=OCTOBER)
        day_before = D(2026, 9, 30)
        with pytest.raises(RuleBroken) as refused:
            book.write("Clear", lambda work: clear_receipt(work, record, on=day_before, today=TODAY))
        assert [problem.code for problem in refused.value.problems] == ["DATE"]
        with pytest.raises(RuleBroken) as refused:
            bounced(book, record, day_before)
        assert [problem.code for problem in refused.value.problems] == ["DATE"]
        book.write("Clear", lambda work: clear_receipt(work, record, on=OCTOBER, today=TODAY))
        with pytest.raises(RuleBroken) as refused:
            book.write("Undo", lambda work: undo_deposit(work, [later, record]))
        assert [problem.code for problem in refused.value.problems] == ["CLEARED"]
        book.write("Undo", lambda work: undo_clearing(work, record))
        book.write("Undo", lambda work: undo_deposit(work, [later, record]))
        assert standing(book) == {"in_hand": ["000001", "000002"]}


@pytest.mark.slow
def test_what_the_door_of_a_deposit_refuses(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bank = money_in(book, party, 5, SEPTEMBER)
        cheque, later = (
            a_cheque_in(book, party, n, SEPTEMBER, on) for n, on in ((1, SEPTEMBER), (2, CHRISTMAS))
        )
        gone = a_cheque_in(book, party, 3, SEPTEMBER, SEPTEMBER)
        taken_back(book, gone)
        paid_in(book, cheque)
        for receipts, on, code in (
            ([], OCTOBER, "REQUIRED"), ([bank], OCTOBER, "CHOICE"), ([later], OCTOBER, "DATE"),
            ([cheque], OCTOBER, "DEPOSITED"), ([gone], OCTOBER, "NOT_STANDING"), ([party], OCTOBER, "NOT_STANDING"),
            ([later], D(2026, 12, 30), "FUTURE"),
        ):  # fmt: skip
            with pytest.raises(RuleBroken) as refused:
                paid_in(book, *receipts, on=on)
            assert code in [problem.code for problem in refused.value.problems]
        cash = money_in(book, party, 5, SEPTEMBER, mode="cash")
        with pytest.raises(RuleBroken):
            book.write("Clear", lambda work: clear_receipt(work, cash, on=OCTOBER))
        book.write("Clear", lambda work: clear_receipt(work, bank, on=AUGUST))


@pytest.mark.slow
def test_a_cheque_without_its_own_words_is_one_of_the_day_it_came(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        money_in(book, party, 10, SEPTEMBER, mode="cheque", reference="445566")
        [row] = book.read(lambda read: cheques(read, on=TODAY, status="in_hand"))
        assert (row.cheque_number, row.cheque_on, row.bank) == ("445566", SEPTEMBER, "")


@pytest.mark.slow
def test_two_devices_note_deposits_and_bounces_and_agree(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        a_bill(here, party, 3, AUGUST)
        one, two = (a_cheque_in(here, party, n, SEPTEMBER, SEPTEMBER) for n in (1, 2))
        order.round(here)
        paid_in(here, one, two)
        paid_in(there, one, on=D(2026, 10, 2))
        bounced(there, two, D(2026, 10, 3))
        book_there = there.write("Clear", lambda work: clear_receipt(work, one, on=D(2026, 10, 3)))
        order.round(here)
        order.round(there)
        assert book_there
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert standing(book) == {"cleared": ["000001"], "bounced": ["000002"]}
            [row] = book.read(lambda read: cheque_rows(read, [one], on=TODAY))
            assert row.deposited_on == D(2026, 10, 2), "what arrived last at the service counts"
            agrees(book, party)


@pytest.mark.slow
def test_cheques_are_paged_sorted_and_found(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus, sagar = a_party(book), a_party(book, "SAGAR", name="Sagar Mills")
        for n in range(1, 8):
            a_cheque_in(book, lotus if n % 2 else sagar, n, SEPTEMBER, D(2026, 9, n))
        for sort, descending, wanted in (
            ("cheque_on", False, [1, 2, 3, 4, 5, 6, 7]), ("amount", True, [7, 6, 5, 4, 3, 2, 1]),
            ("name", False, [1, 3, 5, 7, 2, 4, 6]),
        ):  # fmt: skip
            found, key = [], None
            while True:
                page = book.read(
                    lambda read, key=key, sort=sort, down=descending: cheques_page(
                        read, on=TODAY, status="in_hand", key=key, limit=3, sort=sort, descending=down
                    )
                )
                found += [row.amount_paise // 100 for row in page.rows]
                if page.next_key is None:
                    break
                key = page.next_key
            assert sorted(found) == sorted(wanted)
            assert found == wanted
        found = book.read(lambda read: cheques_page(read, on=TODAY, status="in_hand", search="sagar 000004"))
        assert [row.name for row in found.rows] == ["Sagar Mills"]
