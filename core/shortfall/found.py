"""What is asked, and an answer before it is put into words. Pure; amounts are paise."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.facts import Facts
from core.receipts.model import Deduction
from core.shortfall.keeping import Kept, Way
from core.shortfall.leftover import Leftover
from core.shortfall.model import Bill, Credit, Explained, Payer


class Case(NamedTuple):
    """Money, and the bills it may be for, oldest due first, their bases lessened to what is open.

    `fixed`: the bills were chosen, so all of them are meant. `mentioned` and `late` are places among the bills:
    those the payer's text names, and those dated after the money came.
    """

    amount_paise: int
    bills: tuple[Bill, ...]
    payer: Payer
    on: dt.date
    facts: Facts
    fixed: bool
    mentioned: frozenset[int]
    late: frozenset[int]
    ways: tuple[Way, ...]


class Found(NamedTuple):
    """An answer that adds up: money + kept + leftover + credits + written off = settled + on account."""

    cost: int
    bills: tuple[Bill, ...]
    way: Way
    kept: tuple[Kept, ...] = ()
    credits: tuple[Credit, ...] = ()
    leftover: Leftover = Leftover(0)
    open_paise: int = 0
    write_off_paise: int = 0
    on_account_paise: int = 0
    is_part: bool = False

    @property
    def lines(self) -> tuple[Explained, ...]:
        """What is settled of each bill; what stays open does so on the last."""
        lines = [Explained(bill.document, bill.open_paise) for bill in self.bills]
        if self.open_paise:
            last = lines[-1]
            lines[-1] = last._replace(paise=last.paise - self.open_paise)
        return tuple(line for line in lines if line.paise)

    @property
    def deductions(self) -> tuple[Deduction, ...]:
        """What the payer kept back, as the receipt carries it."""
        made = [Deduction(kept.kind, kept.paise, kept.code) for kept in self.kept]
        if self.leftover.charge_paise:
            made.append(Deduction("bank_charge", self.leftover.charge_paise))
        if self.leftover.round_off_paise:
            made.append(Deduction("round_off", self.leftover.round_off_paise))
        return tuple(made)

    @property
    def is_whole(self) -> bool:
        """Whether every bill is settled in full and nothing is left over or given up."""
        return not (self.is_part or self.open_paise or self.write_off_paise or self.on_account_paise)


def best_of(founds: Iterable[Found]) -> list[Found]:
    """The answers, the cheapest first, each outcome once."""
    known: dict[tuple[object, ...], Found] = {}
    for found in sorted(founds, key=lambda found: found.cost):
        papers = tuple(sorted(credit.paper for credit in found.credits))
        made = tuple((each.kind, each.code, each.paise) for each in found.deductions)
        outcome = (found.lines, made, papers, found.write_off_paise, found.on_account_paise)
        known.setdefault(outcome, found)
    return list(known.values())


def opened(bills: Sequence[Bill]) -> int:
    """What is open of bills together."""
    return sum(bill.open_paise for bill in bills)
