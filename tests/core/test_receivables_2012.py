"""The public receivables of 2012 in a real book: entered day by day through the ordinary commands, and every figure of
standing against the file itself, to the paisa and the day.

What is expected is worked out from the lines of the file alone, with fractions. No invoice under GST is older than
July 2017, so every date is moved by twelve years: 2024 has the days of 2012, and all distances stay.
"""

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from core.book import Book
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import document
from core.ledger.model import AllocationLine
from core.ledger.queries import trial_balance
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from core.statements.ageing import ageing
from core.statements.behaviour import figures, party_behaviour
from core.statements.model import BUCKETS, MonthFigures
from core.store.work import Work
from tests.core.books import a_book

pytestmark = pytest.mark.slow
FILE = Path(__file__).parents[1] / "data" / "receivables_2012.csv"
DISPUTED = "disputed"
YEARS = 12
MONTH_ENDS = [dt.date(2024, month, 1) - dt.timedelta(days=1) for month in range(2, 13)]
MONTH_ENDS += [dt.date(2024, 12, 31), dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2025, 3, 31)]


class Bill(NamedTuple):
    """A line of the file."""

    customer: str
    number: str
    dated_on: dt.date
    due_on: dt.date
    paise: int
    is_disputed: bool
    settled_on: dt.date

    @property
    def days_late(self) -> int:
        return max(0, (self.settled_on - self.due_on).days)


class Entered(NamedTuple):
    """The book with what was entered, by the file's own names."""

    book: Book
    parties: dict[str, Id]
    documents: dict[str, Id]


def read_file() -> list[Bill]:
    def day(text: str) -> dt.date:
        found = dt.date.fromisoformat(text)
        return found.replace(year=found.year + YEARS)

    with FILE.open(encoding="utf-8", newline="") as lines:
        return [
            Bill(
                row["customer"], row["invoice_number"], day(row["invoice_date"]), day(row["due_date"]),
                int(Fraction(row["amount"]) * 100), row["disputed"] == "yes", day(row["settled_on"]),
            )
            for row in csv.DictReader(lines)
        ]  # fmt: skip


BILLS = read_file()


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entered]:
    clock = FixedClock.on(dt.date(2025, 3, 31))
    with a_book(tmp_path_factory.mktemp("2012"), clock=clock) as book:
        parties = book.write("Customers", save_customers)
        made = Entered(book, parties, {})
        for day in sorted({bill.dated_on for bill in BILLS} | {bill.settled_on for bill in BILLS}):
            book.write("A day", lambda work, day=day: enter(work, made, day))
        yield made


def save_customers(work: Work) -> dict[str, Id]:
    return {
        code: save_party(
            work,
            Party(
                code=code,
                name=f"Customer {code}",
                registration=Registration(state_code="29"),
                address=Address(line1="1 Market Road", city="Bengaluru", state_code="29", pincode="560001"),
            ),
        )
        for code in sorted({bill.customer for bill in BILLS})
    }


def enter(work: Work, made: Entered, day: dt.date) -> None:
    """One day: its invoices, then the money that came."""
    for bill in BILLS:
        if bill.dated_on == day:
            line = DraftLine(
                description="Services",
                hsn="999799",
                price_tenthousandths=bill.paise * 100,
                treatment="exempt",
            )
            draft = Draft(
                party=made.parties[bill.customer], dated_on=day, due_on=bill.due_on, lines=(line,), rounding="none",
                reference=bill.number, note=DISPUTED if bill.is_disputed else "",
            )  # fmt: skip
            made.documents[bill.number] = issue_document(work, draft, today=day, date_confirmed=True)
    for bill in BILLS:
        if bill.settled_on == day:
            record_receipt(
                work, party=made.parties[bill.customer], dated_on=day, amount_paise=bill.paise, mode="neft",
                reference=bill.number, today=day, date_confirmed=True,
                allocate=[AllocationLine(made.documents[bill.number], bill.paise)],
            )  # fmt: skip


def rounded(value: Fraction) -> int:
    """Hundredths, half up."""
    return math.floor(value * 100 + Fraction(1, 2))


def months_of(told: list[MonthFigures]) -> dict[str, MonthFigures]:
    return {month.month: month for month in told}


def test_the_book_holds_what_the_file_says(entered: Entered) -> None:
    book = entered.book
    assert book.verify().ok
    made = entered.documents.items()
    paper = {number: book.read(lambda read, record=record: document(read, record)) for number, record in made}
    assert len(paper) == len(BILLS) == 1_277
    for bill in BILLS:
        found = paper[bill.number]
        assert found is not None
        assert (found.totals.invoice_value_paise, found.due_on, found.reference) == (
            bill.paise, bill.due_on, bill.number,
        )  # fmt: skip
        assert (found.note == DISPUTED) == bill.is_disputed
    balances = book.read(trial_balance)
    total = sum(bill.paise for bill in BILLS)
    assert balances == {"bank": total, "sales": -total}


def test_average_days_late_is_that_of_the_file(entered: Entered) -> None:
    told = entered.book.read(lambda read: figures(read, MONTH_ENDS[0], MONTH_ENDS[-1]))
    assert sum(month.payments for month in told) == len(BILLS)
    for month in told:
        paid = [bill for bill in BILLS if f"{bill.settled_on:%Y-%m}" == month.month]
        assert month.payments == len(paid)
        assert month.paid_paise == month.received_paise == sum(bill.paise for bill in paid)
        if not paid:
            assert (month.late, month.late_plain) == (None, None)
            continue
        taken = [(bill.settled_on - bill.dated_on).days for bill in paid]
        assert month.late_plain == rounded(Fraction(sum(bill.days_late for bill in paid), len(paid)))
        assert month.taken_plain == rounded(Fraction(sum(taken), len(paid)))
        weights = sum(bill.paise for bill in paid)
        assert month.late == rounded(Fraction(sum(bill.paise * bill.days_late for bill in paid), weights))
        assert month.taken == rounded(
            Fraction(sum(bill.paise * days for bill, days in zip(paid, taken, strict=True)), weights)
        )


def test_disputed_bills_are_paid_as_late_as_in_the_file(entered: Entered) -> None:
    sql = (
        "SELECT i.number, i.due_on, a.allocated_on FROM allocations a JOIN open_items i ON i.paper = a.document "
        "WHERE i.paper = ?"
    )
    for is_disputed, known in ((True, 279), (False, 998)):
        bills = [bill for bill in BILLS if bill.is_disputed is is_disputed]
        assert len(bills) == known
        late = 0
        for bill in bills:
            [(_number, due_on, paid_on)] = entered.book.read(
                lambda read, bill=bill: read.exec_driver_sql(sql, (entered.documents[bill.number],)).all()
            )
            late += max(0, (dt.date.fromisoformat(paid_on) - dt.date.fromisoformat(due_on)).days)
        assert late == sum(bill.days_late for bill in bills)


@pytest.mark.parametrize("on", MONTH_ENDS, ids=str)
def test_ageing_at_each_month_end_is_that_of_the_file(entered: Entered, on: dt.date) -> None:
    expected: dict[Id, list[int]] = defaultdict(lambda: [0] * len(BUCKETS))
    for bill in BILLS:
        if bill.dated_on <= on < bill.settled_on:
            late = (on - bill.due_on).days
            at = sum(late > limit for limit in (0, 30, 60, 90, 180))
            expected[entered.parties[bill.customer]][at] += bill.paise
    rows, total = entered.book.read(lambda read: ageing(read, on=on))
    assert {row.party: list(row.buckets) for row in rows} == expected
    assert total.total_paise == sum(map(sum, expected.values()))


def test_days_sales_outstanding_and_effectiveness_are_those_of_the_file(entered: Entered) -> None:
    told = months_of(entered.book.read(lambda read: figures(read, MONTH_ENDS[0], MONTH_ENDS[-1])))
    assert list(told) == [f"{end:%Y-%m}" for end in MONTH_ENDS]
    compare(told, BILLS)


def test_each_partys_behaviour_is_that_of_its_lines(entered: Entered) -> None:
    for customer in sorted(entered.parties)[:20]:
        party, bills = entered.parties[customer], [bill for bill in BILLS if bill.customer == customer]
        behaviour = entered.book.read(
            lambda read, party=party: party_behaviour(read, party, MONTH_ENDS[-1], months=15)
        )
        told = months_of(behaviour)
        compare(told, bills)
        paid = [bill for bill in bills if f"{bill.settled_on:%Y-%m}" == "2024-10"]
        late = rounded(Fraction(sum(bill.days_late for bill in paid), len(paid))) if paid else None
        assert told["2024-10"].late_plain == late


def compare(told: dict[str, MonthFigures], bills: list[Bill]) -> None:
    """Every month's figures against the lines, day by day."""
    for at, end in enumerate(MONTH_ENDS):
        month = told[f"{end:%Y-%m}"]
        first = end.replace(day=1)
        sales = {
            each: sum(b.paise for b in bills if same_month(b.dated_on, each)) for each in MONTH_ENDS[: at + 1]
        }
        open_paise = sum(b.paise for b in bills if b.dated_on <= end < b.settled_on)
        overdue = sum(b.paise for b in bills if b.dated_on <= end < b.settled_on and b.due_on < end)
        before = sum(b.paise for b in bills if b.dated_on < first <= b.settled_on)
        assert (month.sales_paise, month.open_paise, month.overdue_paise) == (sales[end], open_paise, overdue)
        lately = MONTH_ENDS[max(0, at - 2) : at + 1]
        sold, days = sum(sales[each] for each in lately), sum(each.day for each in lately)
        assert month.simple_dso == (rounded(Fraction(open_paise * days, sold)) if sold else None)
        assert month.best_dso == (rounded(Fraction((open_paise - overdue) * days, sold)) if sold else None)
        collectable = before + sales[end] - (open_paise - overdue)
        collected = before + sales[end] - open_paise
        assert month.cei == (rounded(Fraction(100 * collected, collectable)) if collectable else None)
        assert month.dso == exhausted(open_paise, sales)


def exhausted(open_paise: int, sales: dict[dt.date, int]) -> int:
    """Count-back day by day: a month's sales are spread evenly over its days, the latest day is used up first."""
    left, days = Fraction(open_paise), Fraction(0)
    for end in sorted(sales, reverse=True):
        for _day in range(end.day):
            share = Fraction(sales[end], end.day)
            if left <= 0:
                break
            days += min(Fraction(1), left / share) if share else 1
            left -= share
    return rounded(days)


def same_month(day: dt.date, end: dt.date) -> bool:
    return (day.year, day.month) == (end.year, end.month)
