"""Advances in a real book: what is open, what each month declares, refunds, and what sync may do to them."""

import datetime as dt
import random
from pathlib import Path

import pytest
from msgspec import structs

from core.advances import queries
from core.advances.commands import keep_imported
from core.advances.model import AdjustedElsewhere, AdvanceTax
from core.advances.rules import GOODS, Move, postings_for
from core.changes.answer import PLAIN
from core.changes.change import Outcome
from core.changes.standing import State
from core.clock import FixedClock
from core.errors import RuleBroken
from core.ids import imported_id
from core.ledger.queries import balance, open_item, open_items, trial_balance
from core.receipts.bills import open_bills
from core.receipts.commands import settle_bills
from tests.core.advances.vouchers import give_back, set_off, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

D = dt.date
MAY, JUNE, JULY = D(2026, 5, 19), D(2026, 6, 2), D(2026, 7, 9)


def months(book: object, since: dt.date, until: dt.date) -> list[Move]:
    return book.read(lambda read: queries.moves(read, since, until))


def test_an_advance_is_received_set_off_given_back_and_proved(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        voucher = take(book, party, 23_600, MAY, reference="UTR123", description="Plant design")
        paper = book.read(lambda read: queries.voucher(read, voucher))
        assert (paper.number, paper.place_of_supply, paper.place_name, paper.supply) == (
            "AV/26-27/0001", "33", "Tamil Nadu", "INTER",
        )  # fmt: skip
        assert paper.tax == AdvanceTax(20_000_00, 3_600_00)
        assert book.read(lambda read: balance(read, party)) == -23_600_00
        bill = a_bill(book, party, 10_000, JUNE, rate_bp=1800)
        assert book.read(lambda read: open_item(read, bill)).open_paise == 11_800_00, (
            "nothing is used by itself"
        )
        set_off(book, voucher, party, bill, 11_800, JUNE)
        refund = give_back(book, voucher, 11_800, JULY)
        back = book.read(lambda read: queries.refund(read, refund))
        assert (back.number, back.voucher_number, back.voucher_on) == ("AF/26-27/0001", "AV/26-27/0001", MAY)
        assert back.tax == AdvanceTax(10_000_00, 1_800_00)
        assert book.read(lambda read: open_items(read, party=party)) == []
        assert book.read(lambda read: balance(read, party)) == 0
        assert book.read(trial_balance) == {"sales": -10_000_00, "output_igst": -1_800_00, "bank": 11_800_00}
        rows = book.read(lambda read: queries.voucher_rows(read, [voucher, refund]))
        assert {(row.type, row.open_paise, row.state) for row in rows} == {
            ("RCV", 0, State.LIVE), ("RFV", 0, State.LIVE),
        }  # fmt: skip
        told = [
            (move.what, move.number, move.moved_on.month, move.taxable_paise, move.igst_paise)
            for move in months(book, D(2026, 4, 1), TODAY)
        ]
        assert told == [
            ("received", "AV/26-27/0001", 5, 20_000_00, 3_600_00),
            ("adjusted", "A/26-27/0001", 6, 10_000_00, 1_800_00),
            ("refunded", "AF/26-27/0001", 7, 10_000_00, 1_800_00),
        ]
        assert [move.what for move in months(book, D(2026, 6, 1), D(2026, 6, 30))] == ["adjusted"]
        assert months(book, D(2026, 8, 1), TODAY) == []
        assert [move.what for move in book.read(lambda read: queries.moves_of_voucher(read, voucher))] == [
            "received", "adjusted", "refunded",
        ]  # fmt: skip
        assert book.verify().ok


def test_the_screens_settling_takes_an_advance_like_any_credit(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        voucher = take(book, party, 590, MAY)
        bill = a_bill(book, party, 100, JUNE, rate_bp=1800)
        book.write("Settle", lambda work: settle_bills(work, voucher, allocate="oldest", on=TODAY))
        assert book.read(lambda read: open_item(read, bill)).open_paise == 0
        assert book.read(lambda read: open_item(read, voucher)).open_paise == 472_00


def test_an_advance_for_goods_is_on_account_and_outside_every_return(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        voucher = take(book, party, 500, MAY, purpose=GOODS)
        assert book.read(lambda read: open_item(read, voucher)).open_paise == 500_00
        give_back(book, voucher, 200, JUNE)
        assert months(book, D(2026, 4, 1), TODAY) == []
        assert book.read(lambda read: open_item(read, voucher)).open_paise == 300_00


def test_a_reference_stands_on_one_voucher_unless_confirmed(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        take(book, party, 100, MAY, reference="UTR 123/a")
        with pytest.raises(RuleBroken) as refused:
            take(book, party, 100, MAY, reference="utr123A")
        assert [problem.code for problem in refused.value.problems] == ["REFERENCE_USED"]
        take(book, party, 100, MAY, reference="utr123A", reference_confirmed=True)
        take(book, party, 100, MAY, reference="UTR 123/a", mode="cash")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"on": D(2026, 11, 21)}, "FUTURE"),
        ({"rupees": 0}, "RANGE"),
        ({"rupees": -5}, "RANGE"),
        ({"rate_bp": -1}, "RANGE"),
        ({"rate_bp": 10_001}, "RANGE"),
        ({"purpose": "presents"}, "CHOICE"),
        ({"mode": "adjustment"}, "CHOICE"),
        ({"cess_paise": 591_00}, "RANGE"),
        ({"cess_paise": -1}, "RANGE"),
        ({"place_of_supply": "39"}, "PLACE_OF_SUPPLY"),
        ({"party": b"?" * 16}, "PARTY"),
    ],
)
def test_what_the_door_refuses_and_nothing_is_kept(
    tmp_path: Path, wrong: dict[str, object], code: str
) -> None:
    with a_book(tmp_path) as book:
        asked = {"party": a_party(book), "rupees": 590, "on": MAY, **wrong}
        with pytest.raises(RuleBroken) as refused:
            take(book, asked.pop("party"), asked.pop("rupees"), asked.pop("on"), **asked)
        assert code in [problem.code for problem in refused.value.problems]
        assert book.read(queries.vouchers_page).rows == []
        assert book.read(lambda read: queries.voucher_rows(read, [take(book, a_party(book, "B"), 1, MAY)]))[
            0
        ].number.endswith("0001"), "no number was spent"


def test_no_more_is_given_back_than_is_open(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        voucher, receipt = take(book, party, 500, MAY), money_in(book, party, 100, MAY)
        set_off(book, voucher, party, a_bill(book, party, 300, JUNE), 300, JUNE)
        for record, rupees, on, reason, code in (
            (voucher, 201, TODAY, "r", "OPEN_AMOUNT"),
            (voucher, 0, TODAY, "r", "RANGE"),
            (voucher, 100, D(2026, 5, 18), "r", "DATE"),
            (voucher, 100, D(2026, 11, 21), "r", "FUTURE"),
            (voucher, 100, TODAY, " ", "REQUIRED"),
            (receipt, 100, TODAY, "r", "NOT_STANDING"),
        ):
            with pytest.raises(RuleBroken) as refused:
                give_back(book, record, rupees, on, reason=reason)
            assert [problem.code for problem in refused.value.problems] == [code]
        assert book.read(lambda read: queries.refunds_of(read, voucher)) == []
        give_back(book, voucher, 200, TODAY)
        assert [row.amount_paise for row in book.read(lambda read: queries.refunds_of(read, voucher))] == [
            200_00
        ]


@pytest.mark.slow
def test_parts_of_many_advances_add_up_in_a_book_too(tmp_path: Path) -> None:
    chance = random.Random(7)
    with a_book(tmp_path) as book:
        party = a_party(book)
        vouchers = [
            take(book, party, rupees, MAY, rate_bp=rate) for rupees, rate in ((997, 1800), (101, 500))
        ]
        for voucher in vouchers:
            left = book.read(lambda read, v=voucher: open_item(read, v)).open_paise // 100
            while left:
                part, on = chance.randint(1, left), D(2026, chance.randint(6, 10), chance.randint(1, 28))
                if chance.random() < 0.3:
                    give_back(book, voucher, part, on)
                else:
                    set_off(book, voucher, party, a_bill(book, party, part, on), part, on)
                left -= part
        found = months(book, D(2026, 5, 1), TODAY)
        for voucher in vouchers:
            received, *parts = [move for move in found if move.voucher == voucher]
            assert received.what == "received"
            for head in ("taxable_paise", "igst_paise", "cgst_paise", "sgst_paise", "cess_paise"):
                assert sum(getattr(part, head) for part in parts) == getattr(received, head)
        by_month = [move for month in range(5, 12) for move in months(book, D(2026, month, 1), _last(month))]
        assert by_month == found
        assert book.verify().ok


def _last(month: int) -> dt.date:
    return D(2026, month + 1, 1) - dt.timedelta(days=1)


def test_an_imported_advance_comes_once_and_what_was_used_elsewhere_is_not_open(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        own = take(book, party, 590, MAY)
        elsewhere = (AdjustedElsewhere("NI/7", JUNE, 118_00),)
        paper = structs.replace(
            book.read(lambda read: queries.voucher(read, own)), number="NI/RV/0021", series="imported",
            origin="imported", stated=b"s" * 16, elsewhere=elsewhere, postings=postings_for(590_00, "neft", 118_00),
        )  # fmt: skip
        record = imported_id("paper", "RCV", "NI/RV/0021")
        assert book.write("Import", lambda work: keep_imported(work, record, paper))
        assert not book.write("Import", lambda work: keep_imported(work, record, paper))
        assert book.read(lambda read: queries.voucher_ids(read, "ni/rv/0021")) == [record]
        assert book.read(lambda read: open_item(read, record)).open_paise == 472_00
        assert book.read(lambda read: balance(read, party)) == -(590_00 + 472_00)
        june = months(book, D(2026, 6, 1), D(2026, 6, 30))
        assert [(move.what, move.number, move.taxable_paise) for move in june] == [
            ("adjusted", "NI/7", 100_00)
        ]
        with pytest.raises(RuleBroken) as refused:
            give_back(book, record, 473, TODAY)
        assert [problem.code for problem in refused.value.problems] == ["OPEN_AMOUNT"]
        assert take(book, party, 1, MAY)
        assert book.verify().ok


def test_lists_are_sorted_paged_searched_and_told_apart(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus, sagar = a_party(book), a_party(book, "SAGAR", name="Sagar Mills")
        taken = [
            take(book, lotus if day % 2 else sagar, 100 * day, D(2026, 11, day), reference=f"UTR90{day}")
            for day in range(1, 6)
        ]
        refund = give_back(book, taken[0], 100, TODAY)

        def page(**asked: object) -> list[bytes]:
            found, key = [], None
            while True:
                part = book.read(lambda read, key=key: queries.vouchers_page(read, key=key, limit=2, **asked))
                found += [row.id for row in part.rows]
                if part.next_key is None:
                    return found
                key = part.next_key

        assert page() == [refund, *reversed(taken)]
        assert page(sort="amount", descending=False, only="advances") == taken
        assert page(only="refunds") == [refund]
        assert page(only="on_account", sort="date", descending=False) == taken[1:]
        assert set(page(party=sagar, sort="name")) == {taken[1], taken[3]}
        assert page(search="sagar") == [taken[3], taken[1]]
        assert page(search="UTR903") == [taken[2]]
        assert (
            book.read(lambda read: queries.advances_between(read, D(2026, 11, 2), D(2026, 11, 3))) == 500_00
        )


def test_a_held_voucher_posts_nothing_and_moves_nothing(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        a_book(tmp_path / "a") as first,
        a_book(tmp_path / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        party = a_party(first)
        order.round(first)
        voucher = take(first, party, 590, MAY)
        assert len(months(first, MAY, MAY)) == 1
        order.round(first, {"advances.received": (Outcome.HELD, PLAIN)})
        for book in (first, second):
            row = book.read(lambda read: queries.voucher_rows(read, [voucher]))[0]
            assert (row.number, row.state) == ("AV/26-27/0001", State.HELD)
            assert months(book, MAY, MAY) == []
            assert book.read(lambda read: queries.moves_of_voucher(read, voucher)) == []
            assert book.read(trial_balance) == {}
            assert book.read(lambda read: queries.advances_between(read, MAY, MAY)) == 0
        assert len(digests([first, second])) == 1


def test_a_refund_whose_advance_was_used_meanwhile_stays_owed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with (
        a_book(tmp_path / "a") as first,
        a_book(tmp_path / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        party = a_party(first)
        voucher = take(first, party, 590, MAY)
        order.round(first)
        bill = a_bill(first, party, 500, JUNE, rate_bp=1800)
        set_off(first, voucher, party, bill, 590, JUNE)
        refund = give_back(second, voucher, 590, JULY)
        order.round(first)
        order.round(second, {"ledger.allocated": (Outcome.REFUSED, PLAIN)})
        for book in (first, second):
            due = book.read(lambda read: open_items(read, party=party))
            assert [(item.type, item.paper, item.open_paise) for item in due] == [("RFV", refund, 590_00)]
            assert book.read(lambda read: balance(read, party)) == 590_00
            assert [bill.item.paper for bill in book.read(lambda read: open_bills(read, party))] == [refund]
            assert [move.what for move in months(book, MAY, TODAY)] == ["received", "adjusted"]
        assert len(digests([first, second])) == 1
