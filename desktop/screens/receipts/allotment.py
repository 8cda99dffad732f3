"""How a credit is allotted to bills while it is entered: oldest first, until someone settles by hand. Free of Qt."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from core.ids import Id
from core.ledger.model import AllocationLine
from core.ledger.rules import oldest_first
from core.problems import Problem
from core.receipts.bills import OpenBill
from core.words import money_text
from core.words import translate as _

_ROUNDED_PAISE = 1_00


class Sums(NamedTuple):
    """What there is, what settles bills, and what stays on account; all in paise."""

    credit_paise: int
    settled_paise: int
    bills: int

    @property
    def on_account_paise(self) -> int:
        """What no bill takes; negative when more is settled than there is."""
        return self.credit_paise - self.settled_paise


class Allotment:
    """Which bills a credit settles. It follows the credit by itself until a line is set by hand."""

    def __init__(self, bills: Sequence[OpenBill]) -> None:
        self.bills = tuple(bills)
        self.settled: dict[int, int] = {}
        self.is_by_hand = False

    def follow(self, credit_paise: int) -> None:
        """Another credit: propose anew, unless someone chose by hand."""
        if not self.is_by_hand:
            self.fit(credit_paise)

    def fit(self, credit_paise: int) -> None:
        """Let the oldest bills take what there is."""
        self.is_by_hand = False
        proposed = {
            line.document: line.paise
            for line in oldest_first((bill.item for bill in self.bills), credit_paise)
        }
        self.settled = {
            place: proposed[bill.item.paper]
            for place, bill in enumerate(self.bills)
            if bill.item.paper in proposed
        }

    def settle(self, place: int, paise: int | None) -> None:
        """Settle so much of the bill at a place; None or nought: nothing of it."""
        self.is_by_hand = True
        if paise:
            self.settled[place] = paise
        else:
            self.settled.pop(place, None)

    def chosen(self) -> dict[Id, int] | None:
        """What was set by hand, by bill; None when the oldest bills take it by themselves."""
        if not self.is_by_hand:
            return None
        return {self.bills[place].item.paper: paise for place, paise in self.settled.items()}

    def settle_again(self, chosen: Mapping[Id, int]) -> None:
        """Set by hand what was set before, as far as the bills are still open."""
        self.is_by_hand = True
        self.settled = {
            place: min(chosen[bill.item.paper], bill.item.open_paise)
            for place, bill in enumerate(self.bills)
            if bill.item.paper in chosen
        }

    def rest(self) -> tuple[OpenBill, int] | None:
        """The last bill settled in part, and what is left of it; None where every bill settled is settled whole."""
        found = None
        for place, paise in sorted(self.settled.items()):
            left = self.bills[place].item.open_paise - paise
            if left > 0:
                found = (self.bills[place], left)
        return found

    def is_whole(self, paise: int) -> bool:
        """Whether a sum settles the oldest bills whole, as payers round it: less than a rupee more or less."""
        runs = accumulate(bill.item.open_paise for bill in self.bills)
        return any(abs(run - paise) < _ROUNDED_PAISE for run in runs)

    def lines(self) -> tuple[AllocationLine, ...]:
        """What settles what, in the order of the bills."""
        return tuple(
            AllocationLine(document=self.bills[place].item.paper, paise=paise)
            for place, paise in sorted(self.settled.items())
        )

    def sums(self, credit_paise: int) -> Sums:
        """What stands below the bills."""
        return Sums(credit_paise, sum(self.settled.values()), len(self.settled))

    def problems(self, credit_paise: int) -> list[Problem]:
        """What is wrong with the lines: more than is open of a bill, or more in all than there is."""
        found = []
        for place, paise in self.settled.items():
            item = self.bills[place].item
            if paise < 0 or paise > item.open_paise:
                found.append(
                    Problem(
                        code="OPEN_AMOUNT", field=f"lines[{place}].settle",
                        message=_("Only {amount} is open of {number}.").format(
                            amount=money_text(item.open_paise), number=item.number
                        ),
                    )
                )  # fmt: skip
        over = -self.sums(credit_paise).on_account_paise
        if over > 0:
            found.append(
                Problem(
                    code="OVER", field="lines",
                    message=_("The bills take {amount} more than was received.").format(amount=money_text(over)),
                    remedy=_("Lessen a line, or press F7: the oldest bills take what there is."),
                )
            )  # fmt: skip
        return found
