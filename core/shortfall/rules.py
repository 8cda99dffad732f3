"""Explains a payment: which bills it is for and why it is short. Pure; amounts are paise.

The search is bounded (core.shortfall.choices and .search say how), every answer adds up to the paisa, and what is
not explained stays open or on account: writing off is offered by that name alone, and never as certain.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.facts import Facts
from core.ids import Id
from core.ledger.model import AllocationLine
from core.ledger.rules import ROUNDING, reference_key
from core.shortfall.found import Case, Found, best_of
from core.shortfall.keeping import open_shares, ways_of
from core.shortfall.model import Bill, Explanation, Payer
from core.shortfall.parts import parts
from core.shortfall.search import exact
from core.shortfall.support import is_supported
from core.shortfall.wording import arithmetic, sentence

TOP_SCORE = 1000
_DOUBT = 1 / 50
"""An explanation is certain when all others together are at most this likely beside it."""

_MOST_CERTAIN_ROUNDING_PAISE = 1_00
_SERIAL = re.compile(r"(\d+)\D*$")
_WORD = re.compile(r"[^\W_]+")
_CALLS_A_BILL = frozenset(
    {"inv", "invoice", "invoices", "bill", "bills", "no", "nos", "invno", "billno", "and"}
)


def explain(
    amount_paise: int,
    bills: Sequence[Bill],
    payer: Payer,
    on: dt.date,
    facts: Facts,
    *,
    chosen: Iterable[Id] | None = None,
    text: str = "",
    limit: int = 5,
) -> list[Explanation]:
    """The likeliest explanations of an amount that came in on a day, best first; none when nothing came.

    `chosen` are the bills the user ticked: then all of them are meant, in this order of due dates. `text` is the
    bank's narration or reference; bills it names go first. The first explanation says when it is certain.
    """
    if amount_paise <= 0:
        return []
    case = _case(amount_paise, bills, payer, on, facts, chosen, text)
    found = best_of([*(exact(case) if case.bills else ()), *parts(case)])
    sure = _is_certain(found, case)
    return [
        _explanation(each, amount_paise, certain=sure and at == 0) for at, each in enumerate(found[:limit])
    ]


def _is_certain(found: Sequence[Found], case: Case) -> bool:
    """Whether the first of ranked answers is whole, gives nothing up, leaves no other room beside it, and keeps nothing
    back that only the sum speaks for."""
    best = found[0]
    if not best.is_whole or abs(best.leftover.round_off_paise) > _MOST_CERTAIN_ROUNDING_PAISE:
        return False
    if not all(is_supported(kept, best.bills, case.payer, case.on, case.facts) for kept in best.kept):
        return False
    doubt: float = sum(2.0 ** ((best.cost - other.cost) / 10) for other in found[1:])
    return doubt <= _DOUBT


def mentioned(text: str, bills: Sequence[Bill]) -> frozenset[int]:
    """The places of the bills that a text names: by the whole number, or by its serial where only one bill has it.

    A serial counts when it stands as the number writes it (0042), has three digits or more, or follows a word such
    as "inv" or "bill".
    """
    words = [match.group().casefold() for match in _WORD.finditer(text)]
    whole = "".join(words)
    found = {at for at, bill in enumerate(bills) if _names(whole, reference_key(bill.number))}
    serials: dict[int, list[tuple[int, str]]] = {}
    for at, bill in enumerate(bills):
        written = _SERIAL.search(bill.number)
        if written:
            serials.setdefault(int(written.group(1)), []).append((at, written.group(1)))
    calls = False
    for word in words:
        if word.isdecimal() and len(word) <= 9:
            same = serials.get(int(word), [])
            if len(same) == 1 and (calls or word == same[0][1] or len(word.lstrip("0")) >= 3):
                found.add(same[0][0])
                calls = True
        else:
            calls = word in _CALLS_A_BILL
    return frozenset(found)


def _names(whole: str, number: str) -> bool:
    """Whether a number stands in a text without its separators, not as the beginning of a longer one."""
    at = whole.find(number) if len(number) >= 4 else -1
    return at >= 0 and not whole[at + len(number) : at + len(number) + 1].isdecimal()


def allocations(
    explanation: Explanation,
) -> tuple[tuple[AllocationLine, ...], list[tuple[Id, tuple[AllocationLine, ...]]]]:
    """What the receipt settles, and what each credit used settles: credits go to the last bills, in order."""
    left = {line.document: line.paise for line in explanation.lines}
    by_credit: list[tuple[Id, tuple[AllocationLine, ...]]] = []
    for credit in explanation.credits_used:
        lines, rest = [], credit.open_paise
        for document in reversed(list(left)):
            part = min(rest, left[document])
            if part:
                lines.append(AllocationLine(document, part))
                left[document] -= part
                rest -= part
        by_credit.append((credit.paper, tuple(reversed(lines))))
    return tuple(AllocationLine(document, paise) for document, paise in left.items() if paise), by_credit


class Settling(NamedTuple):
    """What core.receipts.commands.record_receipt takes: its `allocate`, its `credits_used` and its `write_offs`."""

    allocate: tuple[AllocationLine, ...]
    credits_used: tuple[tuple[Id, tuple[AllocationLine, ...]], ...]
    write_offs: tuple[tuple[Id, int, str], ...]


def settling(explanation: Explanation) -> Settling:
    """How an accepted explanation is carried out; what is written off is left out of what the money settles."""
    lines, credits_used = allocations(explanation)
    settled = {line.document: line.paise for line in lines}
    left, given_up = explanation.write_off_paise, []
    for document in reversed(list(settled)):
        part = min(left, settled[document])
        if part:
            given_up.append((document, part, ROUNDING))
            settled[document] -= part
            left -= part
    kept = tuple(AllocationLine(document, paise) for document, paise in settled.items() if paise)
    return Settling(kept, tuple(credits_used), tuple(given_up))


def _case(
    amount_paise: int,
    bills: Sequence[Bill],
    payer: Payer,
    on: dt.date,
    facts: Facts,
    chosen: Iterable[Id] | None,
    text: str,
) -> Case:
    wanted = None if chosen is None else set(chosen)
    meant = [bill for bill in bills if bill.open_paise > 0 and (wanted is None or bill.document in wanted)]
    meant.sort(key=lambda bill: (bill.due_on, bill.dated_on, bill.number, bill.document))
    return Case(
        amount_paise,
        tuple(open_shares(bill) for bill in meant),
        payer,
        on,
        facts,
        wanted is not None,
        mentioned(text, meant) if text else frozenset(),
        frozenset(at for at, bill in enumerate(meant) if bill.dated_on > on),
        tuple(ways_of(payer, on, facts)),
    )


def _explanation(found: Found, amount_paise: int, *, certain: bool) -> Explanation:
    return Explanation(
        found.lines,
        found.deductions,
        found.credits,
        found.write_off_paise,
        found.on_account_paise,
        max(0, TOP_SCORE - found.cost),
        certain,
        tuple(_flags(found)),
        sentence(found),
        arithmetic(found, amount_paise),
    )


def _flags(found: Found) -> list[str]:
    named = {
        "tds_on_gross": any(kept.kind == "tds" and kept.on_gross for kept in found.kept),
        "part": found.is_part,
        "open": bool(found.open_paise),
        "write_off": bool(found.write_off_paise),
        "on_account": bool(found.on_account_paise),
    }
    return [name for name, holds in named.items() if holds]
