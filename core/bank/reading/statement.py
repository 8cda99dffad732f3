"""A statement as read from a file: its lines in the order of days, and whether it is whole.

Where a file states a balance after each line, every line is proved by it: a gap is named with its line, for then the
statement is incomplete or was edited.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from core.errors import RuleBroken
from core.problems import Problem
from core.words import money_text
from core.words import translate as _

GAPS_TOLD_MAX = 20
_RUPEES = frozenset({"", "INR", "RS", "RS.", "₹", "RUPEE", "RUPEES", "INDIAN RUPEE", "INDIAN RUPEES"})


class StatedLine(NamedTuple):
    """A line as a bank states it: money in positive, money out negative. `at` is its line in the file (from 1; in
    OFX and MT940 the line it begins on); `place` its place among its day's lines, from 1."""

    dated_on: dt.date
    paise: int
    description: str
    reference: str = ""
    value_on: dt.date | None = None
    balance_paise: int | None = None
    at: int = 0
    place: int = 0


class Statement(NamedTuple):
    """What a file says. `problems` are findings that a person should see and may overrule (a gap in the balances,
    totals that do not agree); what cannot be read at all is refused instead. `account` and `bank` are hints."""

    name: str
    lines: tuple[StatedLine, ...]
    problems: tuple[Problem, ...] = ()
    account: str = ""
    bank: str = ""
    opening_paise: int | None = None
    closing_paise: int | None = None

    @property
    def paid_in_paise(self) -> int:
        """All money in."""
        return sum(line.paise for line in self.lines if line.paise > 0)

    @property
    def paid_out_paise(self) -> int:
        """All money out, as a positive figure."""
        return -sum(line.paise for line in self.lines if line.paise < 0)


def refuse_foreign(currency: str, name: str, line: int | None = None) -> None:
    """Refuse a statement that is not in rupees: its figures would be taken for rupees. Raises `RuleBroken`."""
    told = currency.strip().upper()
    if told not in _RUPEES:
        message = _("The statement is in {currency}, not in rupees.").format(currency=told)
        remedy = _("Only an account in rupees can be matched.")
        raise RuleBroken([Problem("CURRENCY", message, "", remedy, name, line or None)])


def oldest_first(lines: Sequence[StatedLine]) -> list[StatedLine]:
    """The lines as the bank entered them: a file that begins with the newest is turned."""
    return list(reversed(lines)) if _is_newest_first(lines) else list(lines)


def by_day(lines: Sequence[StatedLine]) -> tuple[StatedLine, ...]:
    """Lines as they were entered in the order of their days, each with its place in its day."""
    placed = []
    day, place = None, 0
    for line in sorted(lines, key=lambda line: line.dated_on):
        place = place + 1 if line.dated_on == day else 1
        day = line.dated_on
        placed.append(line._replace(place=place))
    return tuple(placed)


def proved(
    name: str, lines: Sequence[StatedLine], opening_paise: int | None, closing_paise: int | None
) -> list[Problem]:
    """What the balances disprove, line by line as they were entered; nothing where the file states none."""
    problems = []
    known = opening_paise
    for line in lines:
        expected = None if known is None else known + line.paise
        if line.balance_paise is not None and expected is not None and line.balance_paise != expected:
            problems.append(_gap(name, line, expected))
        known = expected if line.balance_paise is None else line.balance_paise
    if closing_paise is not None and known is not None and known != closing_paise:
        problems.append(_unlike_closing(name, known, closing_paise))
    return problems[:GAPS_TOLD_MAX]


def _is_newest_first(lines: Sequence[StatedLine]) -> bool:
    """By the days where they differ; within one day by the running balance."""
    if not lines:
        return False
    if lines[0].dated_on != lines[-1].dated_on:
        return lines[0].dated_on > lines[-1].dated_on
    steps = [(one, two) for one, two in pairwise(lines) if _stated(one) and _stated(two)]
    onward = sum(two.balance_paise == _sum(one.balance_paise, two.paise) for one, two in steps)
    backward = sum(one.balance_paise == _sum(two.balance_paise, one.paise) for one, two in steps)
    return backward > onward


def _stated(line: StatedLine) -> bool:
    return line.balance_paise is not None


def _sum(balance_paise: int | None, paise: int) -> int:
    return (balance_paise or 0) + paise


def _gap(name: str, line: StatedLine, expected: int) -> Problem:
    message = _("The balance before and the amount make {expected}, the statement says {stated}.").format(
        expected=money_text(expected), stated=money_text(line.balance_paise or 0)
    )
    remedy = _("Lines are missing before this one, or the file was edited. Download the statement again.")
    return Problem("BALANCE_GAP", message, "balance", remedy, name, line.at)


def _unlike_closing(name: str, known: int, closing: int) -> Problem:
    message = _("The lines end at {known}, the statement closes at {closing}.").format(
        known=money_text(known), closing=money_text(closing)
    )
    remedy = _("Lines are missing, or the file was edited. Download the statement again.")
    return Problem("CLOSING", message, "balance", remedy, name)
