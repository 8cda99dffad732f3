"""Ageing on any day of any history equals what bills, receipts and allocations say, without the ledger's own sums."""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core.book import Book, Work
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document
from core.ledger.commands import release, write_off
from core.ledger.spells import SPANS, reach, span_of
from core.receipts.commands import settle_bills
from core.receipts.reversing import bounce_receipt, pay_back
from core.statements.ageing import ageing, buckets_of, on_account_of
from core.statements.model import BUCKETS
from core.statements.rules import bucket
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.receipts.dealings import a_cheque_in

pytestmark = pytest.mark.slow
FIRST = TODAY - dt.timedelta(days=150)
LAST_DAY = (TODAY - FIRST).days
DEEDS = (
    "bill",
    "bill",
    "money",
    "advance",
    "cheque",
    "settle",
    "undo",
    "write_off",
    "cancel",
    "bounce",
    "pay_back",
)
_DUE = "SELECT paper, due_on, amount_paise FROM open_items WHERE party = ? AND side = ? AND dated_on <= ?"
_TAKEN = "SELECT coalesce(sum(paise), 0) FROM allocations WHERE {} = ? AND allocated_on <= ?"
_TURNED = (
    "SELECT dated_on FROM open_items WHERE party = ? UNION SELECT a.allocated_on FROM allocations a "
    "JOIN open_items i ON i.paper IN (a.document, a.credit) WHERE i.party = ?"
)
_CLAIMS = (
    "SELECT record FROM standing WHERE kind IN ('ledger.allocated', 'ledger.written_off') ORDER BY record"
)


Deed = tuple[str, int, int, int]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with a_book(tmp_path_factory.mktemp("ageing")) as made:
        yield made
        assert made.verify().ok


class _Busy:
    """One party and what was done with it; a deed that a rule bars is passed over."""

    def __init__(self, book: Book) -> None:
        known = book.read(lambda read: read.exec_driver_sql("SELECT count(*) FROM parties").scalar_one())
        self.book, self.party = book, a_party(book, f"P{known}")
        self.bills: list[Id] = []
        self.money: list[Id] = []
        self.earlier = set(self._claims())

    def do(self, deed: Deed) -> None:
        what, day, size, after = deed
        on, later = FIRST + dt.timedelta(days=day), FIRST + dt.timedelta(days=min(day + after, LAST_DAY))
        if what == "bill":
            self.bills.append(a_bill(self.book, self.party, size, on, due_on=on + dt.timedelta(days=after)))
        elif what == "money":
            self.money.append(money_in(self.book, self.party, size, on))
        elif what == "advance":
            self.money.append(money_in(self.book, self.party, size, on, allocate=None))
        elif what == "cheque":
            self.money.append(a_cheque_in(self.book, self.party, size, on, on + dt.timedelta(days=after)))
        else:
            with suppress(RuleBroken):
                self.book.write(what, lambda work: self._again(work, what, later, size))

    def turning_days(self) -> set[dt.date]:
        """The days on which something of the party changed, and those before."""
        turned = self.book.read(
            lambda read: read.exec_driver_sql(_TURNED, (self.party, self.party)).fetchall()
        )
        days = [dt.date.fromisoformat(row[0]) for row in turned]
        return {day - dt.timedelta(days=back) for day in days for back in (0, 1)}

    def _again(self, work: Work, what: str, on: dt.date, pick: int) -> None:
        if what == "undo" and (claims := [claim for claim in self._claims() if claim not in self.earlier]):
            release(work, claims[pick % len(claims)], on=on)
        elif what == "write_off" and self.bills:
            write_off(work, paper=self.bills[pick % len(self.bills)], paise=10_00, reason="settlement", on=on)
        elif what == "cancel" and self.bills:
            cancel_document(work, self.bills[pick % len(self.bills)], on=on, reason="keyed twice")
        elif self.money:
            self._with_money(work, what, self.money[pick % len(self.money)], on)

    def _with_money(self, work: Work, what: str, money: Id, on: dt.date) -> None:
        if what == "settle":
            settle_bills(work, money, allocate="oldest", on=on)
        elif what == "bounce":
            bounce_receipt(work, money, on=on, reason="Funds insufficient", today=TODAY, date_confirmed=True)
        elif what == "pay_back":
            pay_back(work, money, on=on, amount_paise=10_00, mode="neft", reason="Paid twice", today=TODAY,
                     date_confirmed=True)  # fmt: skip

    def _claims(self) -> list[Id]:
        return [row[0] for row in self.book.read(lambda read: read.exec_driver_sql(_CLAIMS).fetchall())]


def reckoned(read: Connection, party: Id, on: dt.date) -> tuple[tuple[int, ...], int]:
    """Bills by bucket and what lies on account, paper by paper, from amounts and what was taken of each by then."""
    buckets, day = [0] * len(BUCKETS), on.isoformat()
    for paper, due_on, paise in read.exec_driver_sql(_DUE, (party, "due", day)).all():
        taken = read.exec_driver_sql(_TAKEN.format("document"), (paper, day)).scalar_one()
        buckets[bucket(dt.date.fromisoformat(due_on), on)] += paise - taken
    lies = 0
    for paper, _due_on, paise in read.exec_driver_sql(_DUE, (party, "credit", day)).all():
        taken = sum(
            read.exec_driver_sql(_TAKEN.format(side), (paper, day)).scalar_one()
            for side in ("document", "credit")
        )
        lies += paise - taken
    return tuple(buckets), lies


deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, LAST_DAY), st.integers(11, 900), st.integers(0, 120)),
    min_size=3,
    max_size=14,
)


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(history=deeds, long_ago=st.integers(-400, 400))
@example(history=[("bill", 0, 500, 30), ("money", 20, 500, 0), ("undo", 20, 0, 20)], long_ago=0)
@example(history=[("bill", 5, 500, 9), ("cheque", 20, 300, 40), ("bounce", 20, 0, 60)], long_ago=0)
@example(
    history=[("advance", 0, 500, 0), ("bill", 5, 300, 9), ("settle", 20, 0, 9), ("pay_back", 30, 0, 9)],
    long_ago=0,
)
def test_every_day_of_any_history_is_what_its_papers_say(
    book: Book, history: list[Deed], long_ago: int
) -> None:
    party = _Busy(book)
    for deed in history:
        party.do(deed)
    for on in sorted({FIRST + dt.timedelta(days=long_ago), *party.turning_days()}):
        told, lies, expected = book.read(lambda read, on=on: asked(read, party.party, on))
        assert (told, lies) == expected, on


def asked(
    read: Connection, party: Id, on: dt.date
) -> tuple[tuple[int, ...], int, tuple[tuple[int, ...], int]]:
    """One party's buckets and what lies on account of it, as all parties are asked; and as reckoned."""
    rows, _total = ageing(read, on=on)
    told = {row.party: row.buckets for row in rows}.get(party, (0,) * len(BUCKETS))
    assert buckets_of(read, party, on) == told
    return told, on_account_of(read, on).get(party, 0), reckoned(read, party, on)


@given(days=st.integers(1, 3_000_000))
def test_a_spell_lies_where_every_day_of_it_looks(days: int) -> None:
    assert (1 << span_of(days)) // 2 <= days < 1 << span_of(days)


@given(on=st.dates(), lasted=st.integers(1, 3_000_000), passed=st.integers(0, 3_000_000))
def test_a_day_reaches_every_spell_that_stood_on_it(on: dt.date, lasted: int, passed: int) -> None:
    began = on.toordinal() - passed
    if passed >= lasted or began < 1:
        return
    since = dict(reach(on))
    assert span_of(lasted) <= SPANS
    assert since[span_of(lasted)].toordinal() < began or began == 1
