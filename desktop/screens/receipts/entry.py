"""The page on which a receipt is entered, as its presenter sees it. Free of Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from core.problems import Problem
from core.receipts.bills import OpenBill
from core.shortfall.model import Explanation
from desktop.ports import AlongRow
from desktop.screens.receipts.allotment import Sums
from desktop.screens.receipts.values import Values


class EntryView(Protocol):
    """The page on which a receipt is entered."""

    def values(self) -> Values:
        """What the form holds."""
        ...

    def show_value(self, name: str, value: Any) -> None:
        """Put a value into a field."""
        ...

    def take_back(self) -> None:
        """What was typed before is back: leaving asks first."""
        ...

    def say_tds(self, text: str) -> None:
        """Say under the TDS field what may be expected."""
        ...

    def show_bills(self, bills: Sequence[OpenBill], today: dt.date) -> None:
        """Show the party's open bills."""
        ...

    def show_taken(self, along: Sequence[AlongRow]) -> None:
        """Show which of them somebody has along."""
        ...

    def is_in_line(self) -> bool:
        """Whether an amount is being typed beside a bill."""
        ...

    def show_settled(self, settled: Mapping[int, int]) -> None:
        """Show what settles each bill, by its place."""
        ...

    def show_sums(self, sums: Sums) -> None:
        """Show what comes in, what settles, what stays on account."""
        ...

    def warn(self, texts: Sequence[str]) -> None:
        """Show warnings that forbid nothing."""
        ...

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong beside the fields."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why it was not recorded."""
        ...

    def ask(self, problem: Problem, yes: "partial[None]") -> None:
        """Ask whether it is meant so."""
        ...

    def show_fields(self, *, cheque: bool, currency: str) -> None:
        """Ask for a cheque's words, and for foreign money where a bill is in that currency, or not."""
        ...

    def show_accounts(self, has_several: bool) -> None:
        """Ask into which of the company's accounts it came, or not."""
        ...

    def say_exchange(self, text: str) -> None:
        """Say below the rate what foreign money comes to."""
        ...

    def show_short(self, text: str, *, is_explained: bool) -> None:
        """Say by what the money is short of the bills, or how it is explained; nothing for an empty text."""
        ...

    def offer(self, found: Sequence[Explanation]) -> None:
        """Show what explains the amount, to take one."""
        ...

    def ask_reason(self, text: str, usual: str | None) -> None:
        """Ask why what is left is written off; `usual` is the reason it begins with."""
        ...

    def set_over(self) -> None:
        """It is recorded: the next one begins afresh."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves."""
        ...
