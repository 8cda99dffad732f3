"""One line, one paper: by the reference they share, the cheque, or amount with name and date. Pure."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from core.bank.names import (
    FAIR,
    STRONG,
    SURE,
    Likely,
    cheque_numbers,
    likeness,
    payer_key,
    payer_names,
    plain_name,
    reference_keys,
)
from core.bank.narration import (
    has_form_of_utr,
    is_like_utr,
    is_rrn,
    mode_in,
    reference_in,
    tells_of_return,
)
from core.bank.proposal import CERTAIN, BankLine, Known, Money, Payable, Proposal
from core.ids import Id
from core.words import date_text, money_text
from core.words import translate as _

REACH = dt.timedelta(days=30)
"""A transfer is looked for so long around its day; a cheque so long again and twice more after it."""
CHEQUE_REACH = dt.timedelta(days=100)
REFERENCE_DAYS = 180
REFERENCE_SURE_DAYS = 60
"""Banks use a number again in time: beyond these days one reference is no certain proof."""
NAMED_DAYS = 4
EARLY_DAYS = 3
"""A cheque is not credited so long before the book has it."""
NAMED_BEFORE = 92
"""How surely a payer is who it was before, known by the words the bank had for it: they may be anybody's."""
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
        self._sure_keys: dict[Id, set[str]] = {}
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

    def sure_keys(self, line: BankLine) -> set[str]:
        """Those of a line's references that are by their form this one payment's."""
        if line.id not in self._sure_keys:
            told = (reference_in(line.description), line.reference)
            sure = [each for each in told if has_form_of_utr(each) or is_rrn(each, line.description)]
            self._sure_keys[line.id] = reference_keys(*sure)
        return self._sure_keys[line.id]

    def names_other(self, line: BankLine, money: Iterable[Money]) -> bool:
        """Whether a line names a party, and it is none of those whose money this is."""
        named = {each.party for each in self.likely(line) if each.likeness >= STRONG}
        return bool(named) and named.isdisjoint(each.party for each in money)

    def is_returned(self, line: BankLine) -> bool:
        """Whether the bank tells of this payment twice, in and out or two times in: it came back or came again."""
        return any(
            other.id != line.id and abs(other.paise) == abs(line.paise)
            for key in self.sure_keys(line)
            for other in self.references_of_lines.get(key, ())
        )

    def likeness(self, line: BankLine, party: Id) -> int | None:
        """How surely a line names a party: nought when it names another, None when it names nobody."""
        found = self.likely(line)
        if not found:
            return None
        return next((each.likeness for each in found if each.party == party), 0)

    def remembered(self, line: BankLine) -> Id | None:
        """The party that all earlier lines of this payer were."""
        if not self.known.history:
            return None
        before = self.known.history.get(payer_key(line.description, self.known.names.own), {})
        return next(iter(before)) if len(before) == 1 else None

    def _sought(self, line: BankLine) -> list[Likely]:
        found = self.known.names.find(line.description)
        party = self.remembered(line)
        if party is None:
            return found
        key = payer_key(line.description, self.known.names.own)
        surely = 96 if "@" in key else NAMED_BEFORE
        if not any(each.party == party and each.likeness >= surely for each in found):
            found = [Likely(party, surely, key), *(each for each in found if each.party != party)]
        return sorted(found, key=lambda each: -each.likeness)


def pairs(field: Field) -> list[Proposal]:
    """Every pair worth a thought, several for one line where several could be meant."""
    return [proposal for line in field.lines.values() for proposal in _pairs_of(field, line)]


def _pairs_of(field: Field, line: BankLine) -> Iterator[Proposal]:
    seen: set[Id] = set()
    for key in field.line_keys(line):
        for money in field.by_reference.get(key, ()):
            if money.paise == line.paise and money.paper not in seen and gap(line, money) <= REFERENCE_DAYS:
                seen.add(money.paper)
                yield by_reference(field, line, money)
    for cheque in cheque_numbers(line.reference, line.description):
        for money in field.by_cheque.get((cheque, line.paise), ()):
            if money.paper not in seen and in_reach(line, money):
                seen.add(money.paper)
                yield _by_cheque(field, line, money, cheque)
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


def by_reference(field: Field, line: BankLine, money: Money) -> Proposal:
    """The pair of a line and a paper that have one reference; certain when it is a payment's own, and nothing speaks
    against it."""
    days, doubts = gap(line, money), _doubts(field, line, money)
    shared = field.line_keys(line) & field.keys[money.paper]
    if field.is_returned(line):
        doubts.append(_("The bank tells of this reference more than once."))
    alike = {m.paper for key in shared for m in field.by_reference.get(key, ()) if m.paise == money.paise}
    if len(alike) > 1:
        doubts.append(_("Several papers of this amount have it."))
    is_sure = not shared.isdisjoint(field.sure_keys(line))
    is_named = (field.likeness(line, money.party) or 0) >= SURE
    reach = REFERENCE_SURE_DAYS if is_sure else NAMED_DAYS
    certain = not doubts and days <= reach and (is_sure or is_named or any(map(is_like_utr, shared)))
    reason = " ".join((_("The same reference and the same amount."), *doubts))
    confidence = 99 if certain else 88 if days <= REFERENCE_SURE_DAYS else 80
    return _pair(line, money, confidence - 10 * len(doubts), reason, certain=certain)


def _by_cheque(field: Field, line: BankLine, money: Money, cheque: str) -> Proposal:
    """The pair by a cheque's number: every book of cheques has it, so the line must speak of a cheque and of nobody
    else."""
    reason, doubts = (
        _("Cheque {number} of the same amount.").format(number=cheque),
        _doubts(field, line, money),
    )
    if mode_in(line.description) != "cheque":
        doubts.append(_("The line speaks of no cheque."))
    if not doubts and _names_stranger(field, line, money):
        doubts.append(_("The line may name another."))
    certain = not doubts and line.dated_on >= money.dated_on - dt.timedelta(days=EARLY_DAYS)
    return _pair(
        line, money, 97 if certain else 84 - 10 * len(doubts), " ".join((reason, *doubts)), certain=certain
    )


def _by_amount(field: Field, line: BankLine, money: Money) -> Proposal | None:
    """The pair by amount: as likely as the name is alike and the days are near; None when it names another party."""
    likeness, days = field.likeness(line, money.party), gap(line, money)
    late = days if money.mode != "cheque" else days // 4
    if likeness is None:
        confidence, reason = 62 - late, _("The same amount, {days}.").format(days=days_text(days))
    elif likeness < FAIR:
        return None
    else:
        confidence = (94 if likeness >= SURE else 88 if likeness >= STRONG else 78) - late
        reason = _("{name}: name and amount, {days}.").format(name=money.name, days=days_text(days))
    doubts = _doubts(field, line, money)
    if told := _differs(field, line, money):
        doubts.append(told)
    confidence -= 25 if doubts else 0
    return _pair(line, money, max(confidence, 20), " ".join((reason, *doubts)), certain=confidence >= CERTAIN)


def _pair(line: BankLine, money: Money, confidence: int, reason: str, *, certain: bool) -> Proposal:
    return Proposal(
        (line.id,), (money,), confidence=confidence, reason=reason, certain=certain, days=gap(line, money)
    )


def _doubts(field: Field, line: BankLine, money: Money) -> list[str]:
    """What speaks against a line's being this money, whatever they have in common."""
    doubts, how = [], mode_in(line.description)
    if money.elsewhere:
        doubts.append(_("It names another account: {account}.").format(account=money.elsewhere))
    if field.names_other(line, (money,)):
        doubts.append(_("The line names another: {name}.").format(name=_named_first(field, line)))
    if "other" not in (how, money.mode) and (how == "cheque") != (money.mode == "cheque"):
        doubts.append(_("The line tells of another way of paying."))
    if money.paise > 0 and money.type != "RVS" and tells_of_return(line.description):
        doubts.append(_("The line tells of money that came back."))
    return doubts


def _named_first(field: Field, line: BankLine) -> str:
    first = field.likely(line)[0]
    return field.known.parties.get(first.party, first.words)


def _names_stranger(field: Field, line: BankLine, money: Money) -> bool:
    """Whether a line has a name of two words or more, and none of its names is like that of the paper's party."""
    if (field.likeness(line, money.party) or 0) >= FAIR:
        return False
    named = payer_names(line.description, field.known.names.own)
    name = plain_name(money.name)
    return any(len(words) > 1 and likeness(words, name) < FAIR for words in named)


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
