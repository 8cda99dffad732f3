"""Ageing on any day, the account of a party and the figures of today, against the papers themselves."""

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core.book import Book
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.ledger.queries import balance
from core.receipts.commands import settle_bills
from core.receipts.model import Deduction
from core.statements.ageing import on_account_of
from core.statements.model import BUCKETS
from core.statements.queries import ageing, balance_before, statement, today_figures
from core.statements.rules import bounds, bucket, split, totalled
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

D = dt.date


@pytest.mark.parametrize(
    ("days_late", "name"),
    [
        (-40, "not_due"), (0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
        (90, "61-90"), (91, "91-180"), (180, "91-180"), (181, "180+"), (4_000, "180+"),
    ],
)  # fmt: skip
def test_which_bucket_a_bill_is_in(days_late: int, name: str) -> None:
    assert BUCKETS[bucket(TODAY - dt.timedelta(days=days_late), TODAY)] == name


@given(days_late=st.integers(-400, 400))
def test_the_bounds_say_the_same_as_the_bucket(days_late: int) -> None:
    due_on = TODAY - dt.timedelta(days=days_late)
    by_bounds = next((at for at, first in enumerate(bounds(TODAY)) if due_on >= first), len(BUCKETS) - 1)
    assert by_bounds == bucket(due_on, TODAY)


def test_no_rows_come_to_nothing() -> None:
    assert totalled([]).buckets == split(()) == (0,) * 6


def recomputed(read: Connection, on: dt.date) -> dict[Id, tuple[int, ...]]:
    """The ageing from the papers' own rows and what settled them by then, without the ledger's open amounts."""
    found: dict[Id, list[int]] = defaultdict(lambda: [0] * len(BUCKETS))
    papers = "SELECT id, party, due_on, value_paise FROM documents WHERE type <> 'CRN' AND dated_on <= ?"
    taken = "SELECT coalesce(sum(paise), 0) FROM allocations WHERE document = ? AND allocated_on <= ?"
    day = on.isoformat()
    for record, party, due_on, value in read.exec_driver_sql(papers, (day,)).all():
        left = value - read.exec_driver_sql(taken, (record, day)).scalar_one()
        found[party][bucket(dt.date.fromisoformat(due_on), on)] += left
    return {party: tuple(buckets) for party, buckets in found.items() if any(buckets)}


def on_account(read: Connection, on: dt.date) -> int:
    """Receipts and credit notes dated by then, less what of them was used by then."""
    day = on.isoformat()
    got = read.exec_driver_sql(
        "SELECT coalesce(sum(amount_paise + deducted_paise), 0) FROM receipts WHERE dated_on <= ?", (day,)
    ).scalar_one()
    noted = read.exec_driver_sql(
        "SELECT coalesce(sum(value_paise), 0) FROM documents WHERE type = 'CRN' AND dated_on <= ?", (day,)
    ).scalar_one()
    used = (
        "SELECT coalesce(sum(a.paise), 0) FROM allocations a JOIN open_items i ON i.paper = a.credit "
        "WHERE a.allocated_on <= ?"
    )
    return int(got + noted - read.exec_driver_sql(used, (day,)).scalar_one())


def a_busy_history(book: Book) -> list[Id]:
    """Half a year of three customers: part payments, TDS, an advance, a credit note, a cancellation."""
    parties = [a_party(book, code) for code in ("LOTUS", "SAGAR", "VIMAL")]
    for at, party in enumerate(parties):
        for month in range(4, 11):
            a_bill(
                book,
                party,
                1_000 + 100 * month + at,
                D(2026, month, 2 + at),
                rate_bp=1800 if month % 2 else 0,
            )
    money_in(book, parties[0], 1_234, D(2026, 5, 20), reference="UTR1")
    money_in(
        book, parties[0], 900, D(2026, 8, 1), kept_back=(Deduction(kind="tds", paise=28_00, code="1024"),)
    )
    advance = money_in(book, parties[1], 20_000, D(2026, 4, 1), allocate=None)
    book.write("Settle", lambda work: settle_bills(work, advance, allocate="oldest", on=D(2026, 9, 9)))
    cancelled = a_bill(book, parties[2], 777, D(2026, 7, 7))
    book.write(
        "Cancel", lambda work: cancel_document(work, cancelled, on=D(2026, 8, 8), reason="keyed twice")
    )
    line = DraftLine(
        description="Return", hsn="84138190", price_tenthousandths=1_000_0000, treatment="exempt"
    )
    note = Draft(
        type="CRN", party=parties[2], dated_on=D(2026, 6, 15), lines=(line,), reason="return",
        original=Original(number="A/26-27/0015", dated_on=D(2026, 4, 4)),
    )  # fmt: skip
    book.write("Note", lambda work: issue_document(work, note, today=TODAY))
    money_in(book, parties[2], 1_400, D(2026, 6, 20))
    return parties


def test_ageing_on_every_day_is_what_the_papers_say(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        parties = a_busy_history(book)
        for days in range(0, 400, 7):
            on = D(2026, 3, 25) + dt.timedelta(days=days)
            rows, total = book.read(lambda read, on=on: ageing(read, on=on))
            expected = book.read(lambda read, on=on: recomputed(read, on))
            assert {row.party: row.buckets for row in rows} == expected, on
            assert all(row.total_paise == sum(row.buckets) for row in rows)
            assert total.total_paise == sum(map(sum, expected.values()))
            credit = book.read(lambda read, on=on: _all_on_account(read, on))
            assert credit == book.read(lambda read, on=on: on_account(read, on)), on
            owed = sum(
                book.read(lambda r, on=on, p=p: balance_before(r, p, on + dt.timedelta(days=1)))
                for p in parties
            )
            assert owed == total.total_paise - credit, on
        assert book.verify().ok


def _all_on_account(read: Connection, on: dt.date) -> int:
    return sum(on_account_of(read, on).values())


def test_money_on_account_stands_beside_the_buckets(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        a_bill(book, lotus, 500, D(2026, 9, 1))
        money_in(book, lotus, 200, TODAY, allocate=None)
        rows, total = book.read(lambda read: ageing(read, on=TODAY))
        assert [(row.code, row.name, row.total_paise, row.on_account_paise) for row in rows] == [
            ("LOTUS", "Lotus Foods", 500_00, 200_00)
        ]
        assert dict(zip(BUCKETS, rows[0].buckets, strict=True))["31-60"] == 500_00
        assert (total.total_paise, total.on_account_paise) == (500_00, 200_00)


def test_a_statement_runs_from_opening_to_the_ledgers_balance(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        a_bill(book, lotus, 500, D(2026, 9, 1))
        wrong = a_bill(book, lotus, 300, D(2026, 10, 5))
        book.write(
            "Cancel", lambda work: cancel_document(work, wrong, on=D(2026, 10, 9), reason="keyed twice")
        )
        kept = (Deduction(kind="tds", paise=10_00, code="1024"),)
        money_in(book, lotus, 190, D(2026, 10, 20), reference="UTR5", kept_back=kept)
        told = book.read(
            lambda read: statement(read, lotus, from_on=D(2026, 10, 1), to_on=D(2026, 12, 31), today=TODAY)
        )
        assert told.opening_paise == 500_00
        assert [
            (entry.type, entry.number, entry.text, entry.debit_paise, entry.credit_paise, entry.balance_paise)
            for entry in told.entries
        ] == [
            ("INV", "A/26-27/0002", "due 04-11-2026", 300_00, 0, 800_00),
            ("CAN", "A/26-27/0002", "", 0, 300_00, 500_00),
            ("RCT", "AR/26-27/0001", "UTR5, with ₹ 10.00 kept back", 0, 200_00, 300_00),
        ]
        assert told.closing_paise == 300_00 == book.read(lambda read: balance(read, lotus))
        assert dict(told.buckets)["31-60"] == 300_00  # as of today, since the period ends later
        assert (told.seller.trade_name, told.buyer.code) == ("Nandi Instruments", "LOTUS")
        before = book.read(
            lambda read: statement(read, lotus, from_on=D(2026, 1, 1), to_on=D(2026, 8, 31), today=TODAY)
        )
        assert (before.opening_paise, before.entries, before.closing_paise) == (0, (), 0)
        with pytest.raises(KeyError):
            book.read(lambda read: statement(read, b"?" * 16, from_on=TODAY, to_on=TODAY, today=TODAY))


def test_a_note_is_told_against_its_bill(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        parties = a_busy_history(book)
        told = book.read(
            lambda read: statement(read, parties[2], from_on=D(2026, 4, 1), to_on=TODAY, today=TODAY)
        )
        notes = [entry for entry in told.entries if entry.type == "CRN"]
        assert [(entry.text, entry.credit_paise) for entry in notes] == [("against A/26-27/0015", 1_000_00)]
        assert told.entries[-1].balance_paise == told.closing_paise


def test_the_figures_of_today(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus, sagar = a_party(book), a_party(book, "SAGAR")
        a_bill(book, lotus, 500, D(2026, 9, 1))  # 50 days late
        a_bill(book, lotus, 300, D(2026, 10, 1), due_on=D(2026, 11, 19))
        a_bill(book, sagar, 900, D(2026, 10, 1), due_on=D(2026, 11, 18))
        a_bill(book, sagar, 200, D(2026, 11, 1), due_on=TODAY)
        a_bill(book, sagar, 70, D(2026, 11, 1), due_on=D(2026, 11, 26))
        a_bill(book, sagar, 40, D(2026, 11, 1), due_on=D(2026, 11, 27))
        money_in(book, lotus, 100, D(2026, 10, 31), allocate=None)
        money_in(
            book, lotus, 60, D(2026, 11, 1), allocate=None, kept_back=(Deduction(kind="other", paise=5_00),)
        )
        figures = book.read(lambda read: today_figures(read, on=TODAY))
        assert (figures.outstanding_paise, figures.open_bills) == (2_010_00, 6)
        assert (figures.overdue_paise, figures.overdue_bills) == (1_700_00, 3)
        assert (figures.due_this_week_paise, figures.received_this_month_paise) == (270_00, 60_00)
        assert figures.on_account_paise == 165_00
        assert [(payer.name, payer.overdue_paise, payer.oldest_days) for payer in figures.late_payers] == [
            ("Sagar Foods", 900_00, 2), ("Lotus Foods", 800_00, 50),
        ]  # fmt: skip
        assert [week.due_paise for week in figures.expected] == [270_00, 40_00, 0, 0, 0, 0]
        assert figures.expected[1].from_on == D(2026, 11, 27)


def test_an_empty_book_has_figures_too(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        figures = book.read(lambda read: today_figures(read, on=TODAY))
        assert (figures.outstanding_paise, figures.late_payers, figures.open_bills) == (0, (), 0)
        assert book.read(lambda read: ageing(read, on=TODAY)) == ([], totalled([]))
