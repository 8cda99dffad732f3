"""Where everyone stands after any history: ages, groups, accounts, the trial balance and the figures by month, against
the papers read one by one."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from core.book import Book
from core.closing.commands import close_books
from core.ids import Id
from core.statements.ageing import ageing, on_account_of
from core.statements.behaviour import figures, party_behaviour
from core.statements.books import trial_balance_on
from core.statements.confirmation import confirmation
from core.statements.grouping import BY, ageing_by
from core.statements.queries import balance_before, statement
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.core.order import Order, digests
from tests.core.statements.histories import FIRST, GROUPS, History, Papers

pytestmark = pytest.mark.slow
DEEDS = 150
STEP_DAYS = 19


@pytest.fixture(scope="module", params=[1, 4, 7])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with a_book(tmp_path_factory.mktemp("history")) as book:
        made = History(book, request.param)
        for _deed in range(DEEDS):
            made.act()
        yield made


@pytest.fixture(scope="module")
def papers(history: History) -> Papers:
    return Papers(history.book)


def days() -> list[dt.date]:
    steps = range(-1, (TODAY - FIRST).days + 60, STEP_DAYS)
    return [FIRST + dt.timedelta(days=step) for step in steps]


def debtors(book: Book, party: Id, on: dt.date) -> int:
    sql = "SELECT coalesce(sum(paise), 0) FROM postings WHERE account = 'debtors' AND party = ? AND dated_on <= ?"
    return int(book.read(lambda read: read.exec_driver_sql(sql, (party, on.isoformat())).scalar_one()))


def test_every_kind_of_deed_was_done(history: History) -> None:
    wanted = {
        "bill",
        "take_back_given",
        "receive",
        "settle",
        "undo",
        "give_up",
        "bounce",
        "reverse",
        "give_back",
        "cancel",
        "credit_note",
    }
    assert wanted <= set(history.done), history.done
    assert history.book.verify().ok


def test_ageing_on_any_day_is_what_the_papers_say(history: History, papers: Papers) -> None:
    for on in days():
        rows, total = history.book.read(lambda read, on=on: ageing(read, on=on))
        assert {row.party: row.buckets for row in rows} == papers.ageing(on), on
        assert history.book.read(lambda read, on=on: on_account_of(read, on)) == papers.on_account(on), on
        owed = sum(debtors(history.book, party, on) for party in history.parties)
        assert owed == total.total_paise - sum(papers.on_account(on).values()), on


def test_the_sum_of_the_groups_is_the_total(history: History, papers: Papers) -> None:
    for on in days():
        total = sum(map(sum, papers.ageing(on).values()))
        for by in BY:
            rows = history.book.read(lambda read, on=on, by=by: ageing_by(read, on=on, by=by))
            assert sum(row.total_paise for row in rows) == total, (on, by)
            assert all(row.total_paise == sum(row.buckets) for row in rows)
        groups = history.book.read(lambda read, on=on: ageing_by(read, on=on, by="group"))
        expected: Counter[str] = Counter()
        for party, buckets in papers.ageing(on).items():
            expected[GROUPS[history.parties.index(party)][0].strip().casefold()] += sum(buckets)
        assert {row.name.casefold(): row.total_paise for row in groups} == expected, on


def test_the_trial_balance_is_even_on_any_day(history: History) -> None:
    by_account = (
        "SELECT account, sum(paise) FROM postings WHERE dated_on <= ? GROUP BY 1 HAVING sum(paise) <> 0"
    )
    for on in days():
        found = history.book.read(lambda read, on=on: trial_balance_on(read, on))
        assert found.debit_paise == found.credit_paise == sum(row.debit_paise for row in found.rows)
        posted = history.book.read(
            lambda read, on=on: [tuple(r) for r in read.exec_driver_sql(by_account, (on.isoformat(),))]
        )
        assert {row.account: row.debit_paise - row.credit_paise for row in found.rows} == dict(posted), on
        assert not any(row.debit_paise and row.credit_paise for row in found.rows)


def test_a_statement_closes_at_the_ledgers_balance_on_any_day(history: History, papers: Papers) -> None:
    for party in history.parties:
        for on in days()[::3]:
            from_on = on - dt.timedelta(days=40)
            told = history.book.read(
                lambda read, on=on, party=party, from_on=from_on: statement(
                    read, party, from_on=from_on, to_on=on, today=TODAY
                )
            )
            assert told.to_on == told.aged_on == min(on, max(TODAY, from_on))
            assert told.closing_paise == debtors(history.book, party, told.to_on)
            assert told.closing_paise == sum(paise for _age, paise in told.buckets) - told.on_account_paise
            assert told.opening_paise == debtors(history.book, party, from_on - dt.timedelta(days=1))
            moved = sum(entry.debit_paise - entry.credit_paise for entry in told.entries)
            assert told.opening_paise + moved == told.closing_paise
            aged_on = told.aged_on
            assert aged_on is not None
            ages = papers.ageing(aged_on).get(party, (0,) * 6)
            assert tuple(paise for _age, paise in told.buckets) == ages
            assert told.on_account_paise == papers.on_account(aged_on).get(party, 0)
            assert all(entry.type and entry.number for entry in told.entries)
            letter = history.book.read(lambda read, on=on, party=party: confirmation(read, party, on))
            assert letter.balance_paise == debtors(history.book, party, on)
            assert letter.rest_paise == 0
            assert sum(bill.open_paise for bill in letter.bills) == letter.balance_paise
        whole = history.book.read(lambda read, party=party: balance_before(read, party, dt.date(2099, 1, 1)))
        assert whole == debtors(history.book, party, dt.date(2098, 12, 31))


def test_the_months_end_where_the_ageing_stands(history: History, papers: Papers) -> None:
    last = dt.date(2027, 1, 31)
    told = history.book.read(lambda read: figures(read, FIRST, last))
    assert [month.month for month in told] == [f"2026-{n:02d}" for n in range(4, 13)] + ["2027-01"]
    for month in told:
        year, number = int(month.month[:4]), int(month.month[5:])
        end = dt.date(year + number // 12, number % 12 + 1, 1) - dt.timedelta(days=1)
        ages = papers.ageing(end).values()
        assert month.open_paise == sum(map(sum, ages)), month.month
        assert month.overdue_paise == sum(sum(buckets[1:]) for buckets in ages), month.month
        assert month.sales_paise == papers.brought[month.month, "sales"], month.month
        assert month.received_paise == papers.brought[month.month, "received"], month.month
        paid = papers.payments(month.month)
        assert (month.payments, month.paid_paise) == (len(paid), sum(each.paise for each in paid)), (
            month.month
        )
        if paid:
            late = Fraction(sum(each.days_late for each in paid), len(paid))
            assert month.late_plain == math.floor(late * 100 + Fraction(1, 2))
            late = Fraction(sum(each.paise * each.days_late for each in paid), month.paid_paise)
            assert month.late == math.floor(late * 100 + Fraction(1, 2))
    of_parties = [
        history.book.read(lambda read, party=party: party_behaviour(read, party, last, months=10))
        for party in history.parties
    ]
    for at, month in enumerate(told):
        for name in (
            "sales_paise",
            "received_paise",
            "open_paise",
            "overdue_paise",
            "payments",
            "paid_paise",
        ):
            assert getattr(month, name) == sum(getattr(months[at], name) for months in of_parties), name


def test_a_paper_that_came_after_the_close_stands_beside_the_bills_of_its_day(tmp_path: Path) -> None:
    june, end = dt.date(2026, 6, 10), dt.date(2026, 6, 30)
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        a_bill(here, party, 1_000, june)
        order.round(here)
        a_bill(there, party, 700, june)
        here.write("Close", lambda work: close_books(work, through=end, today=TODAY, first_on=june))
        order.round(here)
        order.round(there)
        assert len(digests([here, there])) == 1
        for book in (here, there):
            letter = book.read(lambda read: confirmation(read, party, end))
            assert (letter.balance_paise, letter.rest_paise) == (1_000_00, -700_00)
            july = book.read(lambda read: confirmation(read, party, dt.date(2026, 7, 1)))
            assert (july.balance_paise, july.rest_paise) == (1_700_00, 0)
            debit = [
                book.read(lambda read, on=on: trial_balance_on(read, on)).debit_paise for on in (end, TODAY)
            ]
            assert debit == [1_000_00, 1_700_00]
            [month] = book.read(lambda read: figures(read, june, end))
            assert month.open_paise == 1_700_00, "ages and sales go by the paper's own date"
