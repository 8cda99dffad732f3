"""One line for several papers, several lines for one paper: slips of cheques, shared references, sums. Pure."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from core.bank.names import STRONG, cheque_numbers
from core.bank.narration import tells_of_return
from core.bank.pairing import Field, by_key, days_text, gap, nearest, told_money
from core.bank.proposal import BankLine, Money, Proposal
from core.ids import Id
from core.words import date_text, money_text
from core.words import translate as _

SLIP_DAYS = 15
REFERENCE_DAYS = 30
SUM_DAYS = 30
BOUNCE_DAYS = 15
OWN_ENTRY_DAYS = 10
SUMMED = 14
"""So many papers or lines of the nearest days are tried for a sum; all their sums are looked at."""

_CLEARING = re.compile(r"\b(clg|clearing|chq|cheque|chqs|cts|clr)\b", re.IGNORECASE)
_CHARGE = re.compile(r"\b(charges?|chrgs?|chgs?|chg|fees?|comm(?:ission)?|penal\w*)\b", re.IGNORECASE)


def slips(field: Field) -> list[Proposal]:
    """Groups that something names: a pay-in slip, a reference on several papers or lines, a bounce with its charge."""
    lines_of = by_key((line.paise, line) for line in field.lines.values())
    return [
        *_deposits(field, lines_of),
        *_shared_papers(field),
        *_shared_lines(field),
        *_bounces(field, lines_of),
    ]


def sums(field: Field) -> list[Proposal]:
    """Groups that add up: of one party, or of cheques when a line speaks of clearing."""
    money_of = by_key((each.party, each) for each in field.money.values() if not each.elsewhere)
    lines_of: dict[Id, list[BankLine]] = {}
    found: list[Proposal] = []
    for line in field.lines.values():
        party = _party_of(field, line)
        if party in money_of:
            lines_of.setdefault(party, []).append(line)
            found += _papers_of_party(line, money_of[party])
    for party, lines in lines_of.items():
        found += _lines_of_party(lines, money_of[party])
    return [*found, *_cleared_together(field)]


class Sum(NamedTuple):
    """Which of the values make a sum (their places), and whether nothing else does."""

    places: tuple[int, ...]
    is_only: bool


def adding_up(values: Sequence[int], target: int) -> Sum | None:
    """Two or more of the values that make the target; None when none do. All sums are tried, half against half."""
    half = len(values) // 2
    left: dict[int, list[int]] = {}
    for mask, total in _totals(values[:half]):
        left.setdefault(total, []).append(mask)
    found = [
        low | (mask << half)
        for mask, total in _totals(values[half:])
        for low in left.get(target - total, ())
        if (low | (mask << half)).bit_count() >= 2
    ]
    if not found:
        return None
    best = min(found, key=lambda mask: (mask.bit_count(), mask))
    return Sum(tuple(n for n in range(len(values)) if best >> n & 1), len(found) == 1)


def _totals(values: Sequence[int]) -> list[tuple[int, int]]:
    totals = [(0, 0)]
    for place, value in enumerate(values):
        totals += [(mask | 1 << place, total + value) for mask, total in totals]
    return totals


def _deposits(field: Field, lines_of: dict[int, list[BankLine]]) -> Iterator[Proposal]:
    for group in by_key((each.slip, each) for each in field.money.values() if each.slip).values():
        if len(group) < 2:
            continue
        for line in lines_of.get(sum(each.paise for each in group), ()):
            days = max(gap(line, each) for each in group)
            if days <= SLIP_DAYS * 7 and line.dated_on >= min(each.dated_on for each in group):
                reason = _("{count} cheques of one pay-in slip.").format(count=len(group))
                speaks = _CLEARING.search(line.description) is not None
                certain = speaks and days <= SLIP_DAYS and _is_undoubted(field, line, group)
                yield _several(line, group, 96 if certain else 80, reason, certain=certain)


def _shared_papers(field: Field) -> Iterator[Proposal]:
    for key, group in field.by_reference.items():
        if len(group) < 2:
            continue
        total = sum(each.paise for each in group)
        for line in field.references_of_lines.get(key, ()):
            if line.paise == total and max(gap(line, each) for each in group) <= REFERENCE_DAYS:
                reason = _("{count} papers with the same reference.").format(count=len(group))
                certain = key in field.sure_keys(line) and _is_undoubted(field, line, group)
                yield _several(line, group, 97 if certain else 80, reason, certain=certain)


def _shared_lines(field: Field) -> Iterator[Proposal]:
    for key, lines in field.references_of_lines.items():
        if len(lines) < 2:
            continue
        total = sum(line.paise for line in lines)
        if not total and (lines[-1].dated_on - lines[0].dated_on).days <= OWN_ENTRY_DAYS:
            reason = _("The bank took its own entry back: the same reference, in and out.")
            ids = tuple(line.id for line in lines)
            yield Proposal(ids, confidence=80, reason=reason, arithmetic=_told_lines(lines))
        for money in field.by_reference.get(key, ()):
            if money.paise == total and total:
                certain = all(
                    key in field.sure_keys(line)
                    and gap(line, money) <= REFERENCE_DAYS
                    and line.paise * total > 0
                    and _is_undoubted(field, line, (money,))
                    for line in lines
                )
                reason = _("The same reference on several lines.")
                yield _of_lines(lines, money, 96 if certain else 80, reason, certain=certain)


def _bounces(field: Field, lines_of: dict[int, list[BankLine]]) -> Iterator[Proposal]:
    """A receipt taken back whose charge the bank took by a line of its own."""
    for money in field.money.values():
        if len(money.parts) < 2:
            continue
        parts: list[BankLine] = []
        is_only = True
        for part in money.parts:
            near = [
                line
                for line in lines_of.get(part, ())
                if gap(line, money) <= BOUNCE_DAYS and line not in parts
            ]
            if near:
                parts.append(min(near, key=lambda line: (gap(line, money), line.id)))
            is_only = is_only and len(near) == 1
        if len(parts) == len(money.parts):
            reason = _("A bounce and the bank's charge for it.")
            certain = is_only and _tells_of_bounce(field, parts, money)
            confidence = (92 if certain else 78) - max(gap(line, money) for line in parts)
            yield _of_lines(parts, money, confidence, reason, certain=certain)


def _tells_of_bounce(field: Field, parts: Sequence[BankLine], money: Money) -> bool:
    """Whether the words of the lines are a return's and a charge's, and no other cheque or party is named."""
    back, *charges = parts
    numbers = cheque_numbers(back.description, back.reference)
    return (
        tells_of_return(back.description)
        and all(_CHARGE.search(line.description) for line in charges)
        and (not money.cheque or not numbers or money.cheque in numbers)
        and _is_undoubted(field, back, (money,))
    )


def _is_undoubted(field: Field, line: BankLine, group: Sequence[Money]) -> bool:
    """Whether a line names nobody but those whose papers these are, and none of them is of another account."""
    return not field.names_other(line, group) and not any(each.elsewhere for each in group)


def _party_of(field: Field, line: BankLine) -> Id | None:
    likely = field.likely(line)
    return likely[0].party if likely and likely[0].likeness >= STRONG else None


def _papers_of_party(line: BankLine, money: Sequence[Money]) -> Iterator[Proposal]:
    near = [each for each in money if each.paise * line.paise > 0 and gap(line, each) <= SUM_DAYS]
    near = list(nearest(near, line.dated_on, SUMMED))
    found = adding_up([each.paise for each in near], line.paise)
    if found is not None:
        group = [near[place] for place in found.places]
        reason = _("{count} papers of {name} add up.").format(count=len(group), name=group[0].name)
        yield _several(line, group, 80 if found.is_only else 64, reason)


def _lines_of_party(lines: Sequence[BankLine], money: Sequence[Money]) -> Iterator[Proposal]:
    for each in money:
        near = [line for line in lines if line.paise * each.paise > 0 and gap(line, each) <= SUM_DAYS]
        near = sorted(near, key=lambda line, each=each: gap(line, each))[:SUMMED]  # type: ignore[misc]
        found = adding_up([line.paise for line in near], each.paise)
        if found is not None:
            group = [near[place] for place in found.places]
            reason = _("{count} lines of {name} add up.").format(count=len(group), name=each.name)
            yield _of_lines(group, each, 78 if found.is_only else 62, reason)


def _cleared_together(field: Field) -> Iterator[Proposal]:
    cheques = [
        m for m in field.money.values() if m.mode == "cheque" and m.paise > 0 and not m.elsewhere
    ]  # fmt: skip
    for line in field.lines.values():
        if line.paise <= 0 or not _CLEARING.search(line.description):
            continue
        near = [each for each in _around(cheques, line.dated_on) if each.paise < line.paise]
        near = list(nearest(near, line.dated_on, SUMMED))
        found = adding_up([each.paise for each in near], line.paise)
        if found is not None:
            group = [near[place] for place in found.places]
            reason = _("{count} cheques handed in before add up.").format(count=len(group))
            yield _several(line, group, 68 if found.is_only else 45, reason)


def _around(money: Sequence[Money], day: dt.date) -> list[Money]:
    """The cheques of the days before a line; they are given in order of days."""
    near = nearest(money, day, SUMMED * 2)
    return sorted(
        (m for m in near if -2 <= (day - m.dated_on).days <= SLIP_DAYS), key=lambda m: (m.dated_on, m.paper)
    )


def _several(
    line: BankLine, group: Sequence[Money], confidence: int, reason: str, *, certain: bool = False
) -> Proposal:
    told = tuple(told_money(each) for each in group)
    total = _("together {amount}").format(amount=money_text(line.paise))
    days = max(gap(line, each) for each in group)
    return Proposal(
        (line.id,), tuple(group), confidence=confidence, reason=reason, certain=certain,
        arithmetic=(*told, total), days=days,
    )  # fmt: skip


def _of_lines(
    lines: Sequence[BankLine], money: Money, confidence: int, reason: str, *, certain: bool = False
) -> Proposal:
    ordered = sorted(lines, key=lambda line: (line.dated_on, line.id))
    days = max(gap(line, money) for line in lines)
    apart = "" if days <= 1 else " " + _("The farthest line is {days}.").format(days=days_text(days))
    return Proposal(
        tuple(line.id for line in ordered), (money,), confidence=confidence, reason=reason + apart,
        certain=certain, arithmetic=(*_told_lines(ordered), told_money(money)), days=days,
    )  # fmt: skip


def _told_lines(lines: Iterable[BankLine]) -> tuple[str, ...]:
    return tuple(
        _("Line of {date}: {amount}").format(date=date_text(line.dated_on), amount=money_text(line.paise))
        for line in lines
    )
