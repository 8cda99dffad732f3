"""Advances and refunds in a party's account: credit on account until used, and money that came or went."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.statements.accounts import account_rows, accounts_page, papers_page, party_figures
from core.statements.ageing import ageing, on_account_of
from core.statements.money import cash_warnings, money_of_reference, money_page, money_rows
from core.statements.queries import statement, today_figures
from tests.core.advances.vouchers import give_back, set_off, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

pytestmark = pytest.mark.slow
D = dt.date


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """LOTUS pays 1,000 ahead on 05-10, 300 of it for a bill of 500 on 20-10, 200 given back on 02-11; SAGAR pays 50."""
    with a_book(tmp_path_factory.mktemp("vouchers")) as made:
        lotus, sagar = a_party(made), a_party(made, "SAGAR")
        voucher = take(made, lotus, 1_000, D(2026, 10, 5), reference="UTR7")
        bill = a_bill(made, lotus, 500, D(2026, 10, 20))
        set_off(made, voucher, lotus, bill, 300, D(2026, 10, 20))
        give_back(made, voucher, 200, D(2026, 11, 2), reference="UTR8")
        take(made, lotus, 70, D(2026, 11, 3))
        money_in(made, sagar, 50, D(2026, 11, 4))
        yield made


def the_party(book: Book, code: str = "LOTUS") -> bytes:
    page = book.read(lambda read: accounts_page(read, on=TODAY))
    return next(row.id for row in page.rows if row.code == code)


def test_the_statement_names_advances_and_refunds(book: Book) -> None:
    told = book.read(
        lambda read: statement(
            read, the_party(book), from_on=D(2026, 10, 1), to_on=TODAY, today=TODAY
        )
    )  # fmt: skip
    assert [
        (entry.type, entry.number, entry.text, entry.debit_paise, entry.credit_paise, entry.balance_paise)
        for entry in told.entries
    ] == [
        ("RCV", "AV/26-27/0001", "advance, UTR7", 0, 1_000_00, -1_000_00),
        ("INV", "A/26-27/0001", "due 19-11-2026", 500_00, 0, -500_00),
        ("RFV", "AF/26-27/0001", "advance AV/26-27/0001 given back, UTR8", 200_00, 0, -300_00),
        ("RCV", "AV/26-27/0002", "advance", 0, 70_00, -370_00),
    ]
    assert told.closing_paise == -370_00
    assert dict(told.buckets)["1-30"] == 200_00


@pytest.mark.parametrize(
    ("on", "open_bills", "on_account"),
    [
        (D(2026, 10, 4), 0, 0),
        (D(2026, 10, 5), 0, 1_000_00),
        (D(2026, 10, 20), 200_00, 700_00),
        (D(2026, 11, 1), 200_00, 700_00),
        (D(2026, 11, 2), 200_00, 500_00),
        (TODAY, 200_00, 570_00),
    ],
)
def test_an_unused_advance_is_credit_on_account_on_any_day(
    book: Book, on: dt.date, open_bills: int, on_account: int
) -> None:
    lotus = the_party(book)
    rows, _total = book.read(lambda read: ageing(read, on=on))
    assert sum(row.total_paise for row in rows if row.party == lotus) == open_bills
    assert book.read(lambda read: on_account_of(read, on)).get(lotus, 0) == on_account


def test_the_figures_count_what_came_and_not_what_went(book: Book) -> None:
    figures = book.read(lambda read: today_figures(read, on=TODAY))
    assert figures.received_this_month_paise == 120_00
    assert figures.on_account_paise == 620_00
    assert (figures.outstanding_paise, figures.open_bills) == (200_00, 1)
    october = book.read(lambda read: today_figures(read, on=D(2026, 10, 31)))
    assert october.received_this_month_paise == 1_000_00


def test_a_partys_page_knows_when_money_last_came(book: Book) -> None:
    lotus, sagar = the_party(book), the_party(book, "SAGAR")
    figures = book.read(lambda read: party_figures(read, lotus, on=TODAY))
    assert (figures.last_paid_on, figures.last_paid_paise) == (D(2026, 11, 3), 70_00)
    assert (figures.on_account_paise, figures.open_bills) == (570_00, 1)
    rows = book.read(lambda read: account_rows(read, [lotus, sagar], on=TODAY))
    assert {row.code: row.last_paid_on for row in rows} == {"LOTUS": D(2026, 11, 3), "SAGAR": D(2026, 11, 4)}
    by_last = book.read(lambda read: accounts_page(read, on=TODAY, sort="last_paid"))
    assert [row.code for row in by_last.rows] == ["LOTUS", "SAGAR"]
    papers = book.read(lambda read: papers_page(read, lotus))
    assert [row.type for row in papers.rows] == ["RCV", "RFV", "INV", "RCV"]


def test_all_money_is_one_list_in_every_order(book: Book) -> None:
    def page(**asked: object) -> list[tuple[str, int]]:
        found, key = [], None
        while True:
            part = book.read(lambda read, key=key: money_page(read, key=key, limit=2, **asked))
            found += [(row.number, row.amount_paise) for row in part.rows]
            if part.next_key is None:
                return found
            key = part.next_key

    taken, back, more, paid = (
        ("AV/26-27/0001", 1_000_00), ("AF/26-27/0001", 200_00), ("AV/26-27/0002", 70_00), ("AR/26-27/0001", 50_00),
    )  # fmt: skip
    assert page() == [paid, more, back, taken]
    assert page(descending=False) == [taken, back, more, paid]
    assert page(sort="amount", descending=False) == [paid, more, back, taken]
    assert page(sort="number", descending=False) == [back, paid, taken, more]
    assert page(sort="name")[0] == paid
    assert page(only="advances") == [more, back, taken]
    assert page(only="on_account") == [paid, more, taken]
    assert page(search="UTR") == [back, taken]
    assert page(search="foods") == [paid, more, back, taken]
    rows = book.read(lambda read: money_page(read)).rows
    again = book.read(lambda read: money_rows(read, [row.id for row in rows]))
    assert sorted(again) == sorted(rows)
    assert {(row.type, row.open_paise) for row in rows} == {
        ("RCT", 50_00), ("RCV", 70_00), ("RCV", 500_00), ("RFV", 0),
    }  # fmt: skip


def test_a_reference_is_known_whatever_paper_has_it(book: Book) -> None:
    for reference, number in (
        ("utr-7", "AV/26-27/0001"),
        ("UTR 8", "AF/26-27/0001"),
        ("UTR9", None),
        ("", None),
    ):
        known = book.read(lambda read, reference=reference: money_of_reference(read, reference))
        assert (known.number if known else None) == number


def test_the_cash_of_a_day_is_that_of_all_papers(tmp_path: Path) -> None:
    with a_book(tmp_path) as made:
        party = a_party(made)
        money_in(made, party, 1_00_000, TODAY, mode="cash")
        voucher = take(made, party, 90_000, TODAY, mode="cash")
        give_back(made, voucher, 50_000, TODAY, mode="cash")
        for rupees, codes in ((9_999, []), (10_000, ["CASH_LIMIT"])):
            told = made.read(
                lambda read, rupees=rupees: cash_warnings(
                    read, party=party, dated_on=TODAY, amount_paise=rupees * 100
                )
            )
            assert [problem.code for problem in told] == codes
        money_in(made, party, 10_000, TODAY, mode="neft")  # a bank's money is no cash
        other = a_party(made, "OTHER")
        told = made.read(
            lambda read: cash_warnings(read, party=other, dated_on=TODAY, amount_paise=1_99_999_99)
        )
        assert told == []
