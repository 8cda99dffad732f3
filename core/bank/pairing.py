"""One line, one paper: by the reference they share, the cheque, or amount with name and date. Pure."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from core.bank.names import FAIR, STRONG, Likely, cheque_numbers, payer_key, reference_keys
from core.bank.proposal import CERTAIN, BankLine, Known, Money, Payable, Proposal
from core.ids import Id
from core.words import date_text, money_text
from core.words import translate as _

REACH = dt.timedelta(days=30)
"""A transfer is looked for so long around its day; a cheque so long again and twice more after it."""
CHEQUE_REACH = dt.timedelta(days=100)
REFERENCE_DAYS = 180
NEAREST = 8
"""Of money that is alike, so many of the nearest days are looked at."""

_DAY = attrgetter("dated_on")
_K = TypeVar("_K")
_V = TypeVar("_V")


class Field:
    """The lines and the money, each to be found by what it has in common with the other."""

    def __init__(self, lines: Sequence[BankLine], money: Sequence[Money], known: Known) -> None:
        self.known = known
        self.lines = {line.id: line for line in sorted(lines, key=lambda line: (line.dated_on, line.id))}
        self.money = {each.paper: each for each in sorted(money, key=lambda m: (m.dated_on, m.paper))}
        self.keys = {each.paper: reference_keys(each.reference) for each in money}
        self.by_reference = by_key(
            (key, each) for each in self.money.values() for key in self.keys[each.paper]
        )
        self.by_cheque = by_key(((m.cheque, m.paise), m) for m in self.money.values() if m.cheque)
        self.by_paise = by_key((each.paise, each) for each in self.money.values())
        self.by_party_paise = by_key(((each.party, each.paise), each) for each in self.money.values())
        self._likely: dict[Id, list[Likely]] = {}
        self._line_keys: dict[Id, set[str]] = {}
        self._by_line_reference: dict[str, list[BankLine]] | None = None
        self._by_open_paise: dict[int, list[Payable]] | None = None

    @property
    def references_of_lines(self) -> dict[str, list[BankLine]]:
        """The lines of each reference, in order of days."""
        if self._by_line_reference is None:
            lines = self.lines.values()
            self._by_line_reference = by_key((key, line) for line in lines for key in self.line_keys(line))
        return self._by_line_reference

    def let_go(self, taken: Iterable[Proposal]) -> None:
        """Leave out what is proposed already; the indexes by what papers have in common stay as they were."""
        for proposal in taken:
            for line in proposal.lines:
                self.lines.pop(line, None)
            for money in proposal.papers:
                self.money.pop(money.paper, None)

    def bills_of(self, paise: int) -> Sequence[Payable]:
        """The bills of which just so much is open."""
        if self._by_open_paise is None:
            payables = self.known.payables.values()
            self._by_open_paise = by_key((each.open_paise, each) for some in payables for each in some)
        return self._by_open_paise.get(paise, ())

    def likely(self, line: BankLine) -> list[Likely]:
        """The parties that a line's text may name, and those that its payer was before; the likeliest first."""
        if line.id not in self._likely:
            self._likely[line.id] = self._sought(line)
        return self._likely[line.id]

    def line_keys(self, line: BankLine) -> set[str]:
        """The references of a line."""
        if line.id not in self._line_keys:
            self._line_keys[line.id] = reference_keys(line.reference, line.description)
        return self._line_keys[line.id]

    def likeness(self, line: BankLine, party: Id) -> int | None:
        """How surely a line names a party: nought when it names another, None when it names nobody."""
        found = self.likely(line)
        if not found:
            return None
        return next((each.likeness for each in found if each.party == party), 0)

    def remembered(self, line: BankLine) -> Id | None:
        """The party that all earlier lines of this payer were."""
        before = self.known.history.get(payer_key(line.description, self.known.names.own), {})
        return next(iter(before)) if len(before) == 1 else None

    def _sought(self, line: BankLine) -> list[Likely]:
        found = self.known.names.find(line.description)
        party = self.remembered(line)
        if party is not None and not any(each.party == party and each.likeness >= 96 for each in found):
            key = payer_key(line.description, self.known.names.own)
            found = [Likely(party, 96, key), *(each for each in found if each.party != party)]
        return found


def pairs(field: Field) -> list[Proposal]:
    """Every pair worth a thought, several for one line where several could be meant."""
    return [proposal for line in field.lines.values() for proposal in _pairs_of(field, line)]


def _pairs_of(field: Field, line: BankLine) -> Iterator[Proposal]:
    seen: set[Id] = set()
    for key in field.line_keys(line):
        for money in field.by_reference.get(key, ()):
            if money.paise == line.paise and money.paper not in seen and gap(line, money) <= REFERENCE_DAYS:
                seen.add(money.paper)
                yield by_reference(line, money)
    for cheque in cheque_numbers(line.reference, line.description):
        for money in field.by_cheque.get((cheque, line.paise), ()):
            if money.paper not in seen and in_reach(line, money):
                seen.add(money.paper)
                yield _by_cheque(line, money, cheque)
    if seen:
        return
    for money in _of_amount(field, line):
        if money.paper not in seen and in_reach(line, money):
            seen.add(money.paper)
            proposal = _by_amount(field, line, money)
            if proposal is not None:
                yield proposal


def _of_amount(field: Field, line: BankLine) -> Iterator[Money]:
    """Money of the same amount, that of the parties the line may name first; the nearest days of each."""
    for likely in field.likely(line):
        yield from nearest(field.by_party_paise.get((likely.party, line.paise), ()), line.dated_on)
    yield from nearest(field.by_paise.get(line.paise, ()), line.dated_on)


def by_reference(line: BankLine, money: Money) -> Proposal:
    """The pair of a line and a paper that have one reference."""
    days = gap(line, money)
    reason = _("The same reference and the same amount.")
    return Proposal(
        (line.id,), (money,), confidence=99 if days <= 60 else 93, reason=reason, certain=True, days=days
    )  # fmt: skip


def _by_cheque(line: BankLine, money: Money, cheque: str) -> Proposal:
    reason = _("Cheque {number} of the same amount.").format(number=cheque)
    return Proposal(
        (line.id,), (money,), confidence=97, reason=reason, certain=True, days=gap(line, money)
    )  # fmt: skip


def _by_amount(field: Field, line: BankLine, money: Money) -> Proposal | None:
    """The pair by amount: as likely as the name is alike and the days are near; None when it names another party."""
    likeness, days = field.likeness(line, money.party), gap(line, money)
    late = days if money.mode != "cheque" else days // 4
    told = _differs(field, line, money)
    if likeness is None:
        confidence, reason = 62 - late, _("The same amount, {days}.").format(days=days_text(days))
    elif likeness < FAIR:
        return None
    else:
        confidence = (94 if likeness >= STRONG else 78) - late
        reason = _("{name}: name and amount, {days}.").format(name=money.name, days=days_text(days))
    if told:
        confidence, reason = confidence - 25, f"{reason} {told}"
    certain = confidence >= CERTAIN
    return Proposal(
        (line.id,), (money,), confidence=max(confidence, 20), reason=reason, certain=certain, days=days
    )  # fmt: skip


def _differs(field: Field, line: BankLine, money: Money) -> str:
    """That both have a reference and these are not the same; empty when that cannot be said."""
    if field.keys.get(money.paper) and field.line_keys(line):
        return _("Its reference is another: {reference}.").format(reference=money.reference)
    return ""


def gap(line: BankLine, money: Money) -> int:
    """The days between a line and a paper."""
    return abs((line.dated_on - money.dated_on).days)


def in_reach(line: BankLine, money: Money) -> bool:
    """Whether a line's day may be the paper's: a cheque takes its time."""
    reach = CHEQUE_REACH if money.mode == "cheque" else REACH
    return money.dated_on - REACH <= line.dated_on <= money.dated_on + reach


def nearest(money: Sequence[Money], day: dt.date, count: int = NEAREST) -> Sequence[Money]:
    """Those of the nearest days; they are given in order of days."""
    if len(money) <= count:
        return money
    at = bisect_left(money, day, key=_DAY)
    around = money[max(0, at - count) : at + count]
    return sorted(around, key=lambda each: abs((each.dated_on - day).days))[:count]


def days_text(days: int) -> str:
    """How far apart two days are, in words."""
    if not days:
        return _("the same day")
    return _("one day apart") if days == 1 else _("{days} days apart").format(days=days)


def told_money(money: Money) -> str:
    """A paper with its day and sum, as an arithmetic's line."""
    return _("{number} of {date}: {amount}").format(
        number=money.number, date=date_text(money.dated_on), amount=money_text(money.paise)
    )


def by_key(pairs: Iterable[tuple[_K, _V]]) -> dict[_K, list[_V]]:
    """The values of each key, in their order."""
    found: dict[_K, list[_V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
