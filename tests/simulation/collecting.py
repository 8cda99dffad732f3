"""How money comes in and goes out again, on the devices of a simulated world: cheques, dollars, bounces, paybacks."""

import datetime as dt
from typing import Any

from core.ids import Id
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine, OpenItem
from core.ledger.queries import open_item, open_items
from core.ledger.rules import CREDIT, DUE, ROUNDING
from core.receipts.cheques import clear_receipt, deposit_cheques, undo_clearing, undo_deposit
from core.receipts.commands import record_receipt, undo_allocation
from core.receipts.model import Cheque, Deduction, ForeignMoney
from core.receipts.reversing import bounce_receipt, pay_back, reverse_payback, reverse_receipt
from core.receipts.rules import foreign_paise
from core.store.work import Work
from tests.simulation.person import Person

TDS_CODE = "1024"
_STANDING = "SELECT r.id FROM receipts r JOIN standing s ON s.record = r.id WHERE s.state = 1"
_CHEQUES = f"{_STANDING} AND r.cheque_on IS NOT NULL"
_USED = (
    "SELECT a.claim FROM allocations a JOIN standing s ON s.record = a.claim "
    "WHERE s.kind = 'ledger.allocated' AND s.state = 1"
)


class Collector(Person):
    """Cheques and their way, foreign money, small differences, what bounces and what goes back."""

    def take_cheque(self) -> None:
        written = self.today + dt.timedelta(days=self.chance.choice((-5, 0, 0, 12, 30)))
        cheque = Cheque(f"{self.chance.randrange(10**6):06d}", written, "Lotus Bank")
        how, paise = self.chance.choice(("oldest", "oldest", None)), self.chance.randrange(100, 3_000_00)
        self._receive(paise, mode="cheque", cheque=cheque, allocate=how)

    def take_dollars(self) -> None:
        money = ForeignMoney("USD", self.chance.randrange(100, 4000), 84_000_000)
        paise, moved = foreign_paise(money.hundredths, money.rate_millionths), self.chance.randrange(-90, 90)
        lost = (Deduction("exchange", moved),) if moved else ()
        self._receive(paise, mode="other", foreign=money, deductions=lost)

    def take_less_tax(self) -> None:
        """Money less TDS, which the department's form may show."""
        tax = Deduction("tds", self.chance.choice((100_00, 200_00)), TDS_CODE)
        utr = f"UTR{self.chance.randrange(10**6)}"
        self._receive(
            self.chance.randrange(100, 2_000_00), mode="neft", reference=utr, deductions=(tax,),
            dated_on=self.some_day(),
        )  # fmt: skip

    def take_nearly_all(self) -> None:
        """A bill paid but for some paise, which are given up in the same Work; a credit may help."""
        bill = self._item("side = 'due' AND type = 'INV'")
        if bill is None or bill.open_paise < 200:
            return
        short = self.chance.randrange(1, 90)
        credit = self._item(f"side = 'credit' AND party = X'{bill.party.hex()}'")
        used = min(credit.open_paise, bill.open_paise // 2) if credit is not None else 0
        money = bill.open_paise - short - used
        on, helped = max(self.today, bill.dated_on), []
        if credit is not None and used:
            helped = [(credit.paper, [AllocationLine(bill.paper, used)])]
        self._receive(
            money, party=bill.party, mode="upi", dated_on=on, allocate=[AllocationLine(bill.paper, money)],
            write_offs=[(bill.paper, short, ROUNDING)], credits_used=helped,
        )  # fmt: skip

    def handle_cheque(self) -> None:
        """To the bank with it, or the bank has paid it; either may be undone."""
        receipt, today = self.any(_CHEQUES), self.today
        if receipt is None:
            return
        deeds = (
            lambda work: deposit_cheques(work, [receipt], on=today, today=today),
            lambda work: deposit_cheques(work, [receipt], on=today, today=today),
            lambda work: clear_receipt(work, receipt, on=today, today=today),
            lambda work: undo_deposit(work, [receipt]),
            lambda work: undo_clearing(work, receipt),
        )
        self.device.write("Cheque", self.chance.choice(deeds))

    def bounce(self) -> None:
        receipt, on = self.any(self.chance.choice((_CHEQUES, _STANDING))), self.today
        charges = self.chance.choice((0, 0, 59_00))
        if receipt is not None:
            self.device.write(
                "Bounce",
                lambda work: bounce_receipt(
                    work, receipt, on=on, reason="Funds insufficient", charges_paise=charges, today=on,
                    date_confirmed=True,
                ),
            )  # fmt: skip

    def take_back(self) -> None:
        receipt, on = self.any(_STANDING), self.today
        if receipt is not None:
            self.device.write(
                "Mistake",
                lambda work: reverse_receipt(
                    work, receipt, on=on, reason="Entered twice", today=on, date_confirmed=True
                ),
            )

    def pay_back(self) -> None:
        credit = self._item("side = 'credit' AND type IN ('RCT', 'CRN')")
        if credit is None:
            return
        part, on = max(1, credit.open_paise // self.chance.choice((1, 2))), max(self.today, credit.dated_on)
        self.device.write(
            "Pay back",
            lambda work: pay_back(
                work, credit.paper, on=on, amount_paise=part, mode="neft", reason="Paid twice", today=on,
                date_confirmed=True,
            ),
        )  # fmt: skip

    def keep_after_all(self) -> None:
        paid, on = self.any("SELECT id FROM paybacks WHERE reversal IS NULL"), self.today
        if paid is not None:
            self.device.write(
                "Kept",
                lambda work: reverse_payback(
                    work, paid, on=on, reason="Never sent", today=on, date_confirmed=True
                ),
            )

    def undo_allocation(self) -> None:
        claim, on = self.any(_USED), self.today
        if claim is not None:
            self.device.write("Undo", lambda work: undo_allocation(work, claim, on=on, reason="wrong bill"))

    def pay_oldest_later(self) -> None:
        """What lies on account settles bills, from some day of the last weeks."""
        credit, on = self._item("side = 'credit'"), self.some_day()
        if credit is None:
            return

        def command(work: Work) -> Any:
            bills = open_items(work.read, party=credit.party, side=DUE)
            item = open_item(work.read, credit.paper)
            if not bills or item is None or item.side != CREDIT:
                return None
            bill = bills[0]
            part = min(item.open_paise, bill.open_paise)
            day = max(on, item.dated_on, bill.dated_on)
            return allocate(
                work, credit=item.paper, party=item.party, lines=[AllocationLine(bill.paper, part)], on=day
            )

        self.device.write("Allocate", command)

    def _item(self, which: str) -> OpenItem | None:
        paper = self.any(f"SELECT paper FROM open_items WHERE open_paise > 0 AND {which}")
        return self.device.book.read(lambda read: open_item(read, paper)) if paper is not None else None

    def _receive(self, paise: int, *, party: Id | None = None, **rest: Any) -> None:
        payer = party or self.any("SELECT id FROM parties")
        today = self.today
        given = {"dated_on": today, "today": max(today, rest.get("dated_on", today)), **rest}
        if payer is not None:
            self.device.write(
                "Receipt",
                lambda work: record_receipt(
                    work, party=payer, amount_paise=paise, date_confirmed=True, **given
                ),
            )
