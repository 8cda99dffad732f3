"""Whatever is recorded, settled, undone, bounced, given back or given up: the sums of receipts hold."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.book import Book
from core.changes.standing import State
from core.errors import RuleBroken
from core.ids import Id
from core.ledger.commands import release, write_off
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item, open_items, trial_balance
from core.receipts.commands import settle_bills, undo_allocation
from core.receipts.model import Deduction
from core.receipts.queries import receipt, receipts_page, settlements
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
    taken_back,
)

pytestmark = pytest.mark.slow
VERBS = (
    "record", "cheque", "post_dated", "settle", "undo", "bounce", "take_back", "pay_back", "undo_pay_back",
    "write_off_bill", "write_off_credit", "undo_write_off", "bill",
)  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 7), st.integers(1, 900)), min_size=4, max_size=14
)


class Dealings:
    """One party of a book, and what was done with it."""

    def __init__(self, book: Book, code: str = "LOTUS") -> None:
        self.book = book
        self.party = a_party(book, code)
        self.bills = [a_bill(book, self.party, rupees, AUGUST) for rupees in (500, 700)]
        self.receipts: list[Id] = []
        self.paybacks: list[Id] = []

    def do(self, verb: str, which: int, rupees: int) -> None:
        """One step; what the rules refuse is not done."""
        try:
            getattr(self, f"_{verb}")(which, rupees)
        except RuleBroken:
            return

    def _bill(self, _which: int, rupees: int) -> None:
        self.bills.append(a_bill(self.book, self.party, rupees, SEPTEMBER))

    def _record(self, which: int, rupees: int) -> None:
        kept = (Deduction("round_off", 37 - which),) if which % 2 else (Deduction("other", 10_00),)
        self.receipts.append(money_in(self.book, self.party, rupees, SEPTEMBER, kept_back=kept))

    def _cheque(self, which: int, rupees: int) -> None:
        allocate = "oldest" if which % 2 else None
        self.receipts.append(
            a_cheque_in(self.book, self.party, rupees, SEPTEMBER, SEPTEMBER, allocate=allocate)
        )

    def _post_dated(self, _which: int, rupees: int) -> None:
        self.receipts.append(a_cheque_in(self.book, self.party, rupees, SEPTEMBER, D(2026, 12, 1)))

    def _settle(self, which: int, _rupees: int) -> None:
        record = self._receipt(which)
        self.book.write("Settle", lambda work: settle_bills(work, record, allocate="oldest", on=OCTOBER))

    def _undo(self, which: int, _rupees: int) -> None:
        made = self._settlements(self._receipt(which), is_write_off=False)
        claim = made[which % len(made)].claim if made else self._receipt(which)
        self.book.write("Undo", lambda work: undo_allocation(work, claim, on=OCTOBER))

    def _bounce(self, which: int, rupees: int) -> None:
        bounced(self.book, self._receipt(which), TODAY, rupees)

    def _take_back(self, which: int, _rupees: int) -> None:
        taken_back(self.book, self._receipt(which))

    def _pay_back(self, which: int, rupees: int) -> None:
        self.paybacks.append(given_back(self.book, self._receipt(which), rupees))

    def _undo_pay_back(self, which: int, _rupees: int) -> None:
        if self.paybacks:
            given_back_undone(self.book, self.paybacks[which % len(self.paybacks)])

    def _write_off_bill(self, which: int, rupees: int) -> None:
        self._give_up(self.bills[which % len(self.bills)], rupees)

    def _write_off_credit(self, which: int, rupees: int) -> None:
        self._give_up(self._receipt(which), rupees)

    def _undo_write_off(self, which: int, _rupees: int) -> None:
        made = self._settlements(self.bills[which % len(self.bills)], is_write_off=True)
        for settled in made[:1]:
            self.book.write("Undo", lambda work, claim=settled.claim: release(work, claim, on=TODAY))

    def _give_up(self, paper: Id, rupees: int) -> None:
        self.book.write(
            "Give up",
            lambda work: write_off(work, paper=paper, paise=rupees * 100, reason="settlement", on=OCTOBER),
        )

    def _receipt(self, which: int) -> Id:
        return self.receipts[which % len(self.receipts)] if self.receipts else self.party

    def _settlements(self, paper: Id, *, is_write_off: bool) -> list[object]:
        found = self.book.read(lambda read: settlements(read, paper))
        return [each for each in found if each.is_write_off is is_write_off]


def holds(book: Book) -> None:
    """Each receipt with its deductions is what it settles, what was given up of it and what lies on account."""
    for row in book.read(lambda read: receipts_page(read, limit=500)).rows:
        paper = book.read(lambda read, record=row.id: receipt(read, record))
        used = sum(each.paise for each in book.read(lambda read, record=row.id: settlements(read, record)))
        if row.state is State.CANCELLED:
            assert (used, row.open_paise) == (0, 0)
        else:
            assert used + row.open_paise == paper.credit_paise
            item = book.read(lambda read, record=row.id: open_item(read, record))
            assert item.open_paise == row.open_paise, "the rows and the standing say the same"


@given(history=steps)
@settings(
    max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_receipts_and_deductions_are_allocations_and_what_is_on_account_always(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, int, int]]
) -> None:
    with a_book(tmp_path_factory.mktemp("book")) as book:
        dealings = Dealings(book)
        for verb, which, rupees in history:
            dealings.do(verb, which, rupees)
            holds(book)
            assert sum(book.read(trial_balance).values()) == 0
        agrees(book, dealings.party)


@given(
    mine=st.lists(st.tuples(st.sampled_from(VERBS[:9]), st.just(0), st.integers(1, 300)), max_size=4),
    theirs=st.lists(st.tuples(st.sampled_from(("cheque", "bill", "write_off_bill")), st.just(0),
                              st.integers(1, 90)), max_size=4),
)  # fmt: skip
@settings(
    max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_no_order_of_arrival_changes_a_balance(
    tmp_path_factory: pytest.TempPathFactory,
    mine: list[tuple[str, int, int]],
    theirs: list[tuple[str, int, int]],
) -> None:
    """Two devices work on two parties and one on a common receipt; whoever arrives first, the books end alike."""
    ends = [_after(tmp_path_factory, mine, theirs, mine_first=first) for first in (True, False)]
    assert ends[0] == ends[1]


def _after(
    folders: pytest.TempPathFactory,
    mine: list[tuple[str, int, int]],
    theirs: list[tuple[str, int, int]],
    *,
    mine_first: bool,
) -> list[dict[str, int]]:
    with (
        a_book(folders.mktemp("here")) as here,
        a_book(folders.mktemp("there"), name="b.bahi", company=None, code="B") as there,
    ):
        order = Order(here, there)
        common = Dealings(here)
        common.do("cheque", 0, 400)
        order.round(here)
        for step in mine:
            common.do(*step)
        far = Dealings(there, "SAGAR")
        for step in theirs:
            far.do(*step)
        for author in (here, there) if mine_first else (there, here):
            order.round(author)
        assert len(digests([here, there])) == 1
        for book in (here, there):
            holds(book)
            agrees(book, common.party, far.party)
        return [book.read(trial_balance) for book in (here, there)]


def test_five_hundred_bills_are_settled_by_one_receipt_in_one_claim(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)

        def bills(work: object) -> None:
            from core.invoicing.commands import issue_document  # the command itself, 500 times in one Work
            from core.invoicing.model import Draft, DraftLine

            for n in range(500):
                line = DraftLine(
                    description="Seal",
                    hsn="84138190",
                    price_tenthousandths=(100 + n) * 10_000,
                    treatment="exempt",
                )
                draft = Draft(party=party, dated_on=AUGUST, lines=(line,))
                issue_document(work, draft, today=TODAY, date_confirmed=True)

        book.write("Bills", bills)
        total = sum(100 + n for n in range(500))
        before = time.perf_counter()
        record = money_in(book, party, total, SEPTEMBER)
        seconds = time.perf_counter() - before
        assert book.read(lambda read: open_items(read, party=party)) == []
        [made] = book.read(lambda read: settlements(read, record))
        assert (len(made.lines), made.paise) == (500, total * 100)
        assert seconds < 1.5, f"one receipt for 500 bills took {seconds:.2f} s"
        lines = [AllocationLine(line.document, line.paise) for line in made.lines]
        book.write("Undo", lambda work: undo_allocation(work, made.claim, on=OCTOBER))
        book.write("Settle", lambda work: settle_bills(work, record, allocate=lines, on=OCTOBER))
        bounce = time.perf_counter()
        bounced(book, record, OCTOBER, 500_00)
        seconds = time.perf_counter() - bounce
        assert left_of(book, record) == [0]
        assert len(book.read(lambda read: open_items(read, party=party, side="due"))) == 500
        assert seconds < 1.5, f"its bounce took {seconds:.2f} s"
        agrees(book, party)
