"""Which credits are the tax that which receipts say was deducted. Pure, and the same whatever order they come in.

Everything given ends in exactly one match: what was deducted is what is matched and what is not. Amounts are paise;
half a rupee of rounding on each side is no difference.
"""

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeVar

from core.fiscal import financial_year, quarter
from core.ids import Id

ROUNDING_PAISE = 99
NEAR_QUARTERS = 2
"""A deduction may stand in the form up to so many quarters from where our books have it, across years too."""
NEAR_DAYS = 7
"""Another section within a week is a wrong section; the same section in another quarter comes after it."""
BUNDLE_MAX = 4
BUNDLE_POOL = 12
"""Sums of up to four lines are tried, among the twelve nearest."""


class Outcome(enum.StrEnum):
    """What was found of a deduction or a credit."""

    MATCHED = "matched"
    NOT_FINAL = "not_final"
    OTHER_QUARTER = "other_quarter"
    WRONG_SECTION = "wrong_section"
    SHORT = "short"
    EXCESS = "excess"
    MISSING = "missing"
    UNKNOWN = "unknown"
    REVERSED = "reversed"


class Deducted(NamedTuple):
    """Tax kept back as a receipt of ours says; `deductor` is the party's TAN, or its id where it has none."""

    receipt: Id
    n: int
    number: str
    deductor: str
    party: Id
    code: str
    dated_on: dt.date
    paise: int

    @property
    def at(self) -> int:
        """The quarter, counted from the year nought."""
        return quarter_at(financial_year(self.dated_on), quarter(self.dated_on))


class Credit(NamedTuple):
    """A line of the department's form that counts."""

    id: Id
    line: Id
    form: str
    tan: str
    deductor: str
    code: str
    year: int
    quarter: int
    paid_on: dt.date
    paid_paise: int
    deducted_paise: int
    deposited_paise: int
    status: str
    booked_on: dt.date | None

    @property
    def at(self) -> int:
        """The quarter, counted from the year nought."""
        return quarter_at(self.year, self.quarter)

    @property
    def is_final(self) -> bool:
        """Whether it may be relied on: booked as final, and the whole tax deposited."""
        return self.status == "F" and self.deposited_paise >= self.deducted_paise


class Match(NamedTuple):
    """Deductions and credits that belong together, and what is to be said of them; `link` is the claim, by hand."""

    outcome: Outcome
    deductions: tuple[Deducted, ...]
    credits: tuple[Credit, ...]
    link: Id | None = None

    @property
    def deducted_paise(self) -> int:
        """What our receipts say."""
        return sum(one.paise for one in self.deductions)

    @property
    def seen_paise(self) -> int:
        """What the form says."""
        return sum(one.deducted_paise for one in self.credits)


Same = Callable[[str, str], bool]
Line = TypeVar("Line", Deducted, Credit)


def quarter_at(year: int, quarter_of_year: int) -> int:
    """A quarter of a financial year as one number, so that neighbours differ by one."""
    return year * 4 + quarter_of_year - 1


def match(
    deductions: Iterable[Deducted],
    seen: Iterable[Credit],
    same: Same,
    *,
    links: Mapping[Id, Id] | None = None,
    key_of: Callable[[Credit], str] = lambda credit: credit.tan,
) -> list[Match]:
    """Match what was deducted with what was seen, deductor by deductor.

    `same` says whether two codes are one nature of payment; `links` names the claim by which a credit or a receipt
    was linked by hand; `key_of` gives the deductor of a credit as deductions name it. The answer is in order of
    deductor.
    """
    desks: dict[str, _Desk] = defaultdict(lambda: _Desk(same))
    linked = links or {}
    by_hand: dict[Id, tuple[list[Deducted], list[Credit]]] = defaultdict(lambda: ([], []))
    for one in sorted(deductions, key=_deduction_order):
        if one.receipt in linked:
            by_hand[linked[one.receipt]][0].append(one)
        else:
            desks[one.deductor].deductions.append(one)
    for credit in sorted(seen, key=_credit_order):
        if credit.id in linked:
            by_hand[linked[credit.id]][1].append(credit)
        else:
            desks[key_of(credit)].credits.append(credit)
    found = [_linked(claim, *pair) for claim, pair in sorted(by_hand.items())]
    for deductor in sorted(desks):
        found += desks[deductor].matched()
    return found


def _deduction_order(one: Deducted) -> tuple[object, ...]:
    return (one.deductor, one.dated_on, one.code, one.paise, one.receipt, one.n)


def _credit_order(one: Credit) -> tuple[object, ...]:
    return (one.tan, one.paid_on, one.code, one.deducted_paise, one.status, one.id)


def _linked(claim: Id, deductions: list[Deducted], seen: list[Credit]) -> Match:
    return Match(_verdict(deductions, seen), tuple(deductions), tuple(seen), claim)


def _verdict(deductions: Sequence[Deducted], seen: Sequence[Credit]) -> Outcome:
    """What the sums alone say."""
    gap = sum(one.paise for one in deductions) - sum(one.deducted_paise for one in seen)
    if not seen:
        return Outcome.MISSING
    if not deductions:
        return Outcome.EXCESS
    if abs(gap) > ROUNDING_PAISE:
        return Outcome.SHORT if gap > 0 else Outcome.EXCESS
    return Outcome.MATCHED if all(one.is_final for one in seen) else Outcome.NOT_FINAL


class _Desk:
    """One deductor's deductions and credits, as they are taken off the pile: the surest first."""

    def __init__(self, same: Same) -> None:
        self.deductions: list[Deducted] = []
        self.credits: list[Credit] = []
        self._same = same
        self._found: list[Match] = []

    def matched(self) -> list[Match]:
        """Every match of this deductor; the piles are empty afterwards."""
        self._take_reversals()
        if not self.deductions:
            self._found += [Match(Outcome.EXCESS, (), (credit,)) for credit in self.credits]
            return self._found
        self._take_pairs(0, self._is_same, None)
        self._take_bundles(0)
        self._take_pairs(0, self._is_other, Outcome.WRONG_SECTION, NEAR_DAYS)
        for away in range(1, NEAR_QUARTERS + 1):
            self._take_pairs(away, self._is_same, Outcome.OTHER_QUARTER)
        self._take_pairs(0, self._is_other, Outcome.WRONG_SECTION)
        self._take_bundles(1)
        self._take_rest()
        return self._found

    def _is_same(self, one: Deducted, credit: Credit) -> bool:
        return self._same(one.code, credit.code)

    def _is_other(self, one: Deducted, credit: Credit) -> bool:
        return not self._same(one.code, credit.code)

    def _take(self, outcome: Outcome | None, deductions: Sequence[Deducted], seen: Sequence[Credit]) -> None:
        self._found.append(Match(outcome or _verdict(deductions, seen), tuple(deductions), tuple(seen)))
        gone, taken = set(deductions), {credit.id for credit in seen}
        self.deductions = [one for one in self.deductions if one not in gone]
        self.credits = [credit for credit in self.credits if credit.id not in taken]

    def _take_reversals(self) -> None:
        """A negative line takes back the line of the same payment."""
        for back in [credit for credit in self.credits if credit.deducted_paise < 0]:
            for credit in self.credits:
                alike = credit.deducted_paise == -back.deducted_paise and credit.paid_on == back.paid_on
                if alike and self._same(credit.code, back.code):
                    self._take(Outcome.REVERSED, (), (credit, back))
                    break

    def _take_pairs(
        self,
        away: int,
        fits: Callable[[Deducted, Credit], bool],
        outcome: Outcome | None,
        within_days: int = 400,
    ) -> None:
        """One deduction, one credit, the same amount, so many quarters apart; the nearest days first."""
        by_rupee: dict[int, list[Credit]] = defaultdict(list)
        for credit in self.credits:
            by_rupee[credit.deducted_paise // 100].append(credit)
        pairs = []
        for one in self.deductions:
            for rupee in range(one.paise // 100 - 1, one.paise // 100 + 2):
                for credit in by_rupee.get(rupee, ()):
                    gap, days = (
                        abs(one.paise - credit.deducted_paise),
                        abs((one.dated_on - credit.paid_on).days),
                    )
                    near = abs(one.at - credit.at) == away and days <= within_days
                    if near and gap <= ROUNDING_PAISE and fits(one, credit):
                        pairs.append((gap, days, one, credit))
        pairs.sort(key=lambda pair: (*pair[:2], _deduction_order(pair[2]), _credit_order(pair[3])))
        gone: set[object] = set()
        for _gap, _days, one, credit in pairs:
            if one not in gone and credit.id not in gone:
                gone |= {one, credit.id}
                self._found.append(Match(outcome or _verdict((one,), (credit,)), (one,), (credit,)))
        self.deductions = [one for one in self.deductions if one not in gone]
        self.credits = [credit for credit in self.credits if credit.id not in gone]

    def _take_bundles(self, away: int) -> None:
        """Several deductions that make one credit, or several credits that make one deduction."""
        outcome = Outcome.OTHER_QUARTER if away else None
        for credit in tuple(self.credits):
            pool = [
                one
                for one in self.deductions
                if abs(one.at - credit.at) <= away and self._is_same(one, credit)
            ]
            pool.sort(key=lambda one: abs((one.dated_on - credit.paid_on).days))
            parts = _bundle(pool, credit.deducted_paise, lambda one: one.paise)
            if parts:
                self._take(outcome, parts, (credit,))
        for one in tuple(self.deductions):
            near = [
                credit for credit in self.credits
                if abs(one.at - credit.at) <= away and self._is_same(one, credit)
            ]  # fmt: skip
            near.sort(key=lambda credit: abs((one.dated_on - credit.paid_on).days))
            found = _bundle(near, one.paise, lambda credit: credit.deducted_paise)
            if found:
                self._take(outcome, (one,), found)

    def _take_rest(self) -> None:
        """What is left of a quarter and a nature of payment is compared as a whole."""
        while self.deductions:
            first = self.deductions[0]
            alike = [
                one for one in self.deductions if one.at == first.at and self._same(one.code, first.code)
            ]
            seen = [one for one in self.credits if one.at == first.at and self._is_same(first, one)]
            if seen:
                self._take(None, alike, seen)
            else:
                for one in alike:
                    self._take(Outcome.MISSING, (one,), ())
        for credit in list(self.credits):
            self._take(Outcome.EXCESS, (), (credit,))


def _bundle(pool: Sequence[Line], wanted: int, paise: Callable[[Line], int]) -> tuple[Line, ...]:
    """The fewest lines, two at least, that add up to what is wanted; all of them when they do; none else."""
    if len(pool) < 2 or wanted <= 0:
        return ()
    if abs(sum(map(paise, pool)) - wanted) <= ROUNDING_PAISE:
        return tuple(pool)
    fitting = [one for one in pool if 0 < paise(one) < wanted][:BUNDLE_POOL]
    for size in range(2, min(BUNDLE_MAX, len(fitting)) + 1):
        for parts in combinations(fitting, size):
            if abs(sum(map(paise, parts)) - wanted) <= ROUNDING_PAISE:
                return parts
    return ()
