"""Months of a busy book, by seed: whatever is issued, cancelled, answered, set off and filed in whatever order, every
paper is told once, the tables agree with each other, and each difference to the ledger is explained."""

import datetime as dt
import random
from pathlib import Path

import pytest

from core.advances.queries import moves
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.ledger.queries import trial_balance
from core.returns.crossfoot import Tax, tax_of_3b
from core.returns.gstr1_parts import parts_of
from core.returns.preflight import preflight
from tests.core.advances.vouchers import set_off, take
from tests.core.books import TODAY, a_book
from tests.core.exchange.busy_gst import fill
from tests.core.invoicing.trade import GLOVES, PUMPS, Trade, a_trade
from tests.core.returns.books import file, month

pytestmark = pytest.mark.slow
FACTS = Facts.shipped()
FIRST = dt.date(2026, 4, 1)
PERIODS = [f"2026-{n:02d}" for n in range(4, 13)]
DISAGREE = {"TABLE_12", "TABLE_13", "GSTR1_GSTR3B", "BOOKS_DIFFER", "NUMBER_MISSING"}


class Year:
    """A trader's months, drawn at random."""

    def __init__(self, trade: Trade, seed: int) -> None:
        self.trade = trade
        self.chance = random.Random(seed)
        self.bills: list[Id] = []
        self.vouchers: list[Id] = []
        self.filed = 0

    def day(self) -> dt.date:
        return FIRST + dt.timedelta(days=self.chance.randrange(230))

    def bill(self) -> None:
        party = self.chance.choice([self.trade.lotus, self.trade.banyan, self.trade.walk_in])
        lines = self.chance.choice([(PUMPS,), (GLOVES,), (PUMPS, GLOVES)])
        self.bills.append(
            self.trade.issue(dated_on=self.day(), party=party, lines=lines, today=TODAY, confirmed=True)
        )

    def note(self) -> None:
        record = self.chance.choice(self.bills)
        after = self.trade.document(record).dated_on + dt.timedelta(days=self.chance.randrange(20))
        self.trade.credit(record, dated_on=after, lines=(GLOVES,), today=TODAY, confirmed=True)

    def cancel(self) -> None:
        record = self.chance.choice(self.bills)
        after = self.trade.document(record).dated_on + dt.timedelta(days=self.chance.randrange(60))
        self.trade.cancel(record, on=after)

    def advance(self) -> None:
        self.vouchers.append(take(self.trade.book, self.trade.lotus, 1_180, self.day()))

    def use(self) -> None:
        voucher, record = self.chance.choice(self.vouchers), self.chance.choice(self.bills)
        set_off(
            self.trade.book, voucher, self.trade.lotus, record, 100 * self.chance.randint(1, 6), self.day()
        )

    def file(self) -> None:
        if self.filed < 6:
            file(self.trade.book, PERIODS[self.filed], on=TODAY, today=TODAY)
            self.filed += 1

    def live(self, turns: int) -> None:
        deeds = [self.bill] * 8 + [self.note] * 3 + [self.cancel] * 3
        deeds += [self.advance, self.advance, self.use, self.use, self.file]
        for _turn in range(turns):
            try:
                self.chance.choice(deeds)()
            except (RuleBroken, IndexError):  # what may not be done is refused, and the day goes on
                continue


@pytest.mark.parametrize("seed", [1, 7, 42, 1_101])
def test_every_paper_is_told_once_and_every_difference_explained(tmp_path: Path, seed: int) -> None:
    with a_trade(tmp_path) as trade:
        year = Year(trade, seed)
        year.live(70)
        book = trade.book
        declared = Tax()
        told: list[Id | None] = []
        for period in PERIODS:
            found = book.read(lambda read, period=period: preflight(read, period, TODAY, FACTS))
            disagreeing = [finding.message for finding in found if finding.code in DISAGREE]
            assert disagreeing == [], f"seed {seed}, {period}"
            whole = month(book, period, "GSTR3B")
            declared = declared.plus(tax_of_3b(whole, parts_of(whole, FACTS)))
            told += [report.id for report in whole.documents]
        assert len(told) == len(set(told)), "no paper is told twice"
        carried = Tax()
        for move in book.read(lambda read: moves(read, FIRST, TODAY)):
            sign = 1 if move.what == "received" else -1
            heads = (move.igst_paise, move.cgst_paise, move.sgst_paise, move.cess_paise)
            carried = carried.plus(Tax(*(sign * paise for paise in heads)))
        balances = book.read(trial_balance)
        accounts = ("output_igst", "output_cgst", "output_sgst", "output_cess")
        ledger = Tax(*(-balances.get(account, 0) for account in accounts))
        assert declared == ledger.plus(carried), (
            "what was declared is what the ledger owes, and the advances' tax"
        )
        assert book.verify().ok


@pytest.mark.parametrize("seed", [3, 5, 11])
def test_papers_of_every_kind_leave_nothing_that_blocks(tmp_path: Path, seed: int) -> None:
    with a_book(tmp_path) as book:
        done = fill(book, seed)
        assert done["amend"] + done["advance"] + done["by_operator"] > 0
        told: list[Id | None] = []
        for period in PERIODS:
            found = book.read(lambda read, period=period: preflight(read, period, TODAY, FACTS))
            blocking = [(finding.code, finding.message) for finding in found if finding.blocks]
            assert blocking == [], f"seed {seed}, {period}"
            told += [report.id for report in month(book, period, "GSTR3B").documents]
        assert len(told) == len(set(told)) > 10
