"""Busy days on two devices: everything the trade does, sent and pulled at any moment, and both books are proved.

The devices serve different customers, so that every change passes; what is pending steps back and is replayed
whenever something arrives beneath it.
"""

import datetime as dt
import random
from pathlib import Path

import pytest

from core.book import Book
from core.clock import FixedClock
from core.dunning.commands import remind_party, run_ladder
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document
from core.milestones.commands import bill_milestone, certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, Worth
from core.receipts.commands import settle_bills
from core.receipts.model import Deduction
from core.statements.queries import ageing
from core.store.tables import PROJECTED
from tests.core.advances.vouchers import give_back, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

D = dt.date
BY_LOCAL_ENTRY = {"standing"}
"""Tables that name entries by their local number, which differs from book to book."""


class Trader:
    """One device at work with its own customers."""

    def __init__(self, book: Book, code: str, chance: random.Random) -> None:
        self.book = book
        self._chance = chance
        self._parties = [a_party(book, f"{code}{n}") for n in range(2)]
        self._bills: list[Id] = []
        self._receipts: list[Id] = []
        self._advances: list[Id] = []
        self._stages: list[Id] = []
        contract = Contract(
            code=code, title=f"Plant {code}", party=self._parties[0], value_paise=10_00_000_00
        )
        self._contract = book.write("C", lambda work: save_contract(work, contract))

    def act(self) -> None:
        """Do one thing; what the rules refuse is simply not done."""
        acts = (self._bill, self._bill, self._receive, self._receive, self._settle, self._cancel)
        acts += (self._stage, self._certify, self._invoice_stage, self._remind, self._edit)
        acts += (self._advance, self._set_off, self._give_back)
        try:
            self._chance.choice(acts)()
        except RuleBroken:
            pass

    def _bill(self) -> None:
        day = D(2026, self._chance.randint(4, 10), self._chance.randint(1, 28))
        self._bills.append(
            a_bill(self.book, self._party(), self._chance.randint(1, 5_000), day, rate_bp=1800)
        )

    def _receive(self) -> None:
        kept = (Deduction(kind="tds", paise=self._chance.randint(1, 50_00), code="1024"),)
        how = {
            "allocate": self._chance.choice(("oldest", None)),
            "kept_back": self._chance.choice((kept, ())),
        }
        day = D(2026, 11, self._chance.randint(1, 20))
        self._receipts.append(money_in(self.book, self._party(), self._chance.randint(1, 4_000), day, **how))

    def _settle(self) -> None:
        if self._receipts:
            receipt = self._chance.choice(self._receipts)
            self.book.write("S", lambda work: settle_bills(work, receipt, allocate="oldest", on=TODAY))

    def _cancel(self) -> None:
        if self._bills:
            bill = self._chance.choice(self._bills)
            self.book.write("X", lambda work: cancel_document(work, bill, on=TODAY, reason="keyed twice"))

    def _stage(self) -> None:
        worth = Worth(tenthousandths_pct=self._chance.randint(1, 100_000))
        body = Milestone(contract=self._contract, title="Stage", worth=worth)
        self._stages.append(self.book.write("M", lambda work: save_milestone(work, body)))

    def _certify(self) -> None:
        if self._stages:
            stage = self._chance.choice(self._stages)
            self.book.write("M", lambda work: certify(work, stage, on=TODAY))

    def _invoice_stage(self) -> None:
        if self._stages:
            stage = self._chance.choice(self._stages)
            self._bills.append(self.book.write("M", lambda work: bill_milestone(work, stage, today=TODAY)))

    def _remind(self) -> None:
        on = D(2026, 11, self._chance.randint(1, 20))
        party = self._party()
        self.book.write("R", lambda work: remind_party(work, party, on=on, date_confirmed=True))

    def _edit(self) -> None:
        title = f"Plant {self._chance.random():.6f}"
        body = Contract(title=title, party=self._parties[1], value_paise=10_00_000_00)
        self.book.write("C", lambda work: save_contract(work, body, self._contract))

    def _advance(self) -> None:
        day, rupees = D(2026, self._chance.randint(4, 10), 3), self._chance.randint(1, 4_000)
        self._advances.append(take(self.book, self._party(), rupees, day))

    def _set_off(self) -> None:
        if self._advances:
            advance = self._chance.choice(self._advances)
            self.book.write("S", lambda work: settle_bills(work, advance, allocate="oldest", on=TODAY))

    def _give_back(self) -> None:
        if self._advances:
            advance, rupees = self._chance.choice(self._advances), self._chance.randint(1, 2_000)
            give_back(self.book, advance, rupees, TODAY)

    def _party(self) -> Id:
        return self._chance.choice(self._parties)


def rows_of(book: Book) -> dict[str, list[str]]:
    """Every projected row of a book that is to be alike in all, rows of sums at nought left out."""

    def told(read: object) -> dict[str, list[str]]:
        found = {}
        for table in PROJECTED:
            if table.name in BY_LOCAL_ENTRY:
                continue
            sums = [table.c[name] for name in table.info["sums"]]
            rows = read.execute(table.select())
            kept = [tuple(row) for row in rows if not sums or any(row._mapping[column] for column in sums)]
            found[table.name] = sorted(map(repr, kept))
        return found

    return book.read(told)


@pytest.mark.parametrize("seed", range(4))
def test_two_busy_devices_end_with_equal_proved_books(tmp_path: Path, seed: int) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    chance = random.Random(seed)
    with (
        a_book(tmp_path / "a") as first,
        a_book(tmp_path / "b", code="B", company=None, clock=FixedClock.on(TODAY, hour=12)) as second,
    ):
        order = Order(first, second)
        order.round(first)
        traders = [Trader(first, "A", chance), Trader(second, "B", chance)]
        for _step in range(60):
            trader = chance.choice(traders)
            trader.act()
            if chance.random() < 0.2:
                order.send(chance.choice((first, second)))
            if chance.random() < 0.2:
                order.pull(chance.choice((first, second)))
        for book in (first, second):
            order.send(book)
        order.pull()
        assert len(digests([first, second])) == 1
        assert rows_of(first) == rows_of(second)
        first.write("Remind", lambda work: run_ladder(work, on=TODAY, date_confirmed=True))
        order.round(first)
        assert len(digests([first, second])) == 1
        kinds = "SELECT count(DISTINCT kind) FROM changes"
        assert first.read(lambda read: read.exec_driver_sql(kinds).scalar()) >= 9  # the days were busy
        on = D(2026, 9, 15)
        assert first.read(lambda read: ageing(read, on=on)) == second.read(lambda read: ageing(read, on=on))
