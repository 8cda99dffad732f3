"""The account of a party whose cheque bounced, who got money back and whose rest was given up: every entry in words."""

import datetime as dt
from collections.abc import Iterator

import pytest

from core.book import Book
from core.ids import Id
from core.ledger.commands import release, write_off
from core.receipts.model import Cheque
from core.receipts.reversing import bounce_receipt, pay_back, reverse_receipt
from core.statements.money import cash_warnings, money_page
from core.statements.queries import statement
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

pytestmark = pytest.mark.slow
D = dt.date


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """
    01-09 bill 1,000 · 10-09 cheque 400, bounced 15-09 · 20-09 paid 998, rest written off, that undone 01-10
    05-10 paid 50 too much, 30 of it given back 12-10 · 01-11 a cheque of 25-12 and one of 10-01 in hand
    """
    with a_book(tmp_path_factory.mktemp("money")) as made:
        lotus = a_party(made)
        bill = a_bill(made, lotus, 1_000, D(2026, 9, 1))
        cheque = money_in(
            made,
            lotus,
            400,
            D(2026, 9, 10),
            mode="cheque",
            cheque=Cheque("004711", D(2026, 9, 12), "Example Bank"),
        )
        made.write(
            "Bounce",
            lambda work: bounce_receipt(
                work, cheque, on=D(2026, 9, 15), reason="funds insufficient", today=TODAY, date_confirmed=True
            ),
        )
        money_in(made, lotus, 998, D(2026, 9, 20), reference="UTR1")
        rest = made.write(
            "Off",
            lambda work: write_off(
                work, paper=bill, paise=2_00, reason="settlement", on=D(2026, 9, 21), note="as agreed"
            ),
        )
        made.write("Back", lambda work: release(work, rest, on=D(2026, 10, 1)))
        extra = money_in(made, lotus, 50, D(2026, 10, 5), allocate=None, reference="UTR2")
        made.write(
            "Given",
            lambda work: pay_back(
                work, extra, on=D(2026, 10, 12), amount_paise=30_00, mode="neft", reference="UTR3", reason="twice",
                today=TODAY, date_confirmed=True,
            ),
        )  # fmt: skip
        for number, day in (
            ("000201", D(2026, 12, 25)),
            ("000202", D(2027, 1, 10)),
            ("000203", D(2027, 2, 10)),
        ):
            last = money_in(
                made, lotus, 1, D(2026, 11, 1), mode="cheque", cheque=Cheque(number, day, "Example Bank"),
                allocate=None,
            )  # fmt: skip
        made.write(
            "Handed back",
            lambda work: reverse_receipt(
                work, last, on=D(2026, 11, 10), reason="handed back", today=TODAY, date_confirmed=True
            ),
        )
        yield made


def lotus_of(book: Book) -> Id:
    return book.read(
        lambda read: read.exec_driver_sql("SELECT id FROM parties WHERE code = 'LOTUS'").scalar_one()
    )


def test_every_entry_has_its_number_and_words(book: Book) -> None:
    told = book.read(
        lambda read: statement(read, lotus_of(book), from_on=D(2026, 9, 1), to_on=TODAY, today=TODAY)
    )
    assert [
        (f"{entry.dated_on:%d-%m}", entry.type, entry.text, entry.debit_paise - entry.credit_paise)
        for entry in told.entries
    ] == [
        ("01-09", "INV", "due 01-10-2026", 1_000_00),
        ("12-09", "RCT", "cheque 004711 of 12-09-2026", -400_00),
        ("15-09", "RVS", "cheque returned unpaid, AR/26-27/0001", 400_00),
        ("20-09", "RCT", "UTR1", -998_00),
        ("21-09", "WOF", "settled with the party, as agreed", -2_00),
        ("01-10", "WOB", "", 2_00),
        ("05-10", "RCT", "UTR2", -50_00),
        ("12-10", "PBK", "given back of AR/26-27/0003, UTR3", 30_00),
    ]
    assert all(entry.number for entry in told.entries)
    assert told.closing_paise == -18_00
    assert told.on_account_paise == 20_00


def test_post_dated_cheques_are_told_apart_and_in_no_balance(book: Book) -> None:
    lotus = lotus_of(book)

    def held(on: dt.date) -> list[str]:
        told = book.read(lambda read: statement(read, lotus, from_on=D(2026, 9, 1), to_on=on, today=on))
        return [cheque.cheque for cheque in told.cheques]

    assert held(D(2026, 10, 31)) == []
    assert held(D(2026, 11, 1)) == ["000201", "000202", "000203"]
    assert held(D(2026, 11, 10)) == ["000201", "000202"], "one was handed back"
    assert held(D(2026, 12, 25)) == ["000202"]
    later = book.read(
        lambda read: statement(
            read, lotus, from_on=D(2026, 12, 1), to_on=D(2026, 12, 31), today=D(2026, 12, 31)
        )
    )
    assert [(entry.type, entry.credit_paise) for entry in later.entries] == [("RCT", 1_00)]


def test_what_went_back_is_in_the_list_of_money_and_no_cash_that_came(book: Book) -> None:
    lotus = lotus_of(book)
    found = book.read(lambda read: money_page(read)).rows
    assert [row.amount_paise for row in found if row.type == "PBK"] == [30_00]
    assert "PBK" not in {row.type for row in book.read(lambda read: money_page(read, only="on_account")).rows}
    assert [row.type for row in book.read(lambda read: money_page(read, search="UTR3")).rows] == ["PBK"]
    cash = money_in(book, lotus, 1_99_999, TODAY, mode="cash", allocate=None)
    extra = book.write(
        "Given",
        lambda work: pay_back(
            work,
            cash,
            on=TODAY,
            amount_paise=1_00,
            mode="cash",
            reason="twice",
            today=TODAY,
            date_confirmed=True,
        ),
    )
    assert extra

    def warned() -> list[str]:
        return [
            problem.code
            for problem in book.read(
                lambda read: cash_warnings(read, party=lotus, dated_on=TODAY, amount_paise=1_00)
            )
        ]

    assert warned() == ["CASH_LIMIT"]
