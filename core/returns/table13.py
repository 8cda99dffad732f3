"""Table 13 of GSTR-1: the documents issued, as unbroken runs of numbers.

A run is numbers of one nature that differ in one counter alone, rising by one, wherever in the number the counter
stands. Cancelled numbers and those of papers never issued both count as cancelled. Sources: GSTN's returns offline
tool, V3.2.4 (the twelve natures, in its order); india-compliance, report/gstr_1 (what is one run).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from core.gst.number import MAX_LENGTH
from core.returns.model import UsedNumber

NATURES = (
    "Invoices for outward supply",
    "Invoices for inward supply from unregistered person",
    "Revised Invoice",
    "Debit Note",
    "Credit Note",
    "Receipt Voucher",
    "Payment Voucher",
    "Refund Voucher",
    "Delivery Challan for job work",
    "Delivery Challan for supply on approval",
    "Delivery Challan in case of liquid gas",
    "Delivery Challan in case other than by way of supply (excluding at S no. 9 to 11)",
)
"""The portal's own words, which its files repeat; a nature's number is its place, from 1."""

ISSUED = "issued"

_PARTS = re.compile(r"[0-9]+|[^0-9]+")


class Run(msgspec.Struct, frozen=True):
    """An unbroken run: `total` numbers from `first` to `last`, of which `cancelled` are of no paper that stands."""

    nature: int
    first: str
    last: str
    total: int
    cancelled: int

    @property
    def net(self) -> int:
        """How many papers of the run stand."""
        return self.total - self.cancelled


class _Placed(msgspec.Struct, frozen=True):
    """A number seen as a counter within what stays the same around it."""

    around: tuple[str, ...]
    count: int
    digits: str
    used: UsedNumber

    def is_next(self, after: "_Placed") -> bool:
        return self.digits == _risen(after.digits)


def is_same_run(previous: str, following: str) -> bool:
    """Whether one number follows the other: one counter rises by one and nothing else changes but its case."""
    before, after = _parts(previous), _parts(following)
    if len(before) != len(after):
        return False
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    if len(changed) != 1:
        return False
    one, other = changed[0]
    return _is_counter(one) and other == _risen(one)


def runs(numbers: Iterable[UsedNumber]) -> list[Run]:
    """Every run, natures in the portal's order and numbers rising; a number given twice counts once, as it stands."""
    found = []
    groups: dict[int, dict[str, UsedNumber]] = {}
    for used in numbers:
        known = groups.setdefault(used.nature, {})
        if used.number.upper() not in known or used.state == ISSUED:
            known[used.number.upper()] = used
    for nature, known in sorted(groups.items()):
        for run in _unbroken(_placed(list(known.values()))):
            off = sum(placed.used.state != ISSUED for placed in run)
            found.append(Run(nature, run[0].used.number, run[-1].used.number, len(run), off))
    return found


def doc_issue(numbers: Iterable[UsedNumber]) -> dict[str, Any]:
    """Table 13 as the file has it; empty when no number was used."""
    by_nature: dict[int, list[Run]] = {}
    for run in runs(numbers):
        by_nature.setdefault(run.nature, []).append(run)
    if not by_nature:
        return {}
    return {
        "doc_det": [
            {"doc_num": nature, "doc_typ": NATURES[nature - 1], "docs": docs(found)}
            for nature, found in by_nature.items()
        ]
    }


def docs(found: Sequence[Run]) -> list[dict[str, Any]]:
    """The rows of one nature."""
    return [
        {
            "num": n,
            "from": run.first,
            "to": run.last,
            "totnum": run.total,
            "cancel": run.cancelled,
            "net_issue": run.net,
        }
        for n, run in enumerate(found, 1)
    ]


def _parts(number: str) -> list[str]:
    return _PARTS.findall(number.upper())


def _is_counter(part: str) -> bool:
    return part.isdecimal() and part.isascii() and len(part) <= MAX_LENGTH


def _risen(digits: str) -> str:
    """The counter's next figure, as wide as it was."""
    return str(int(digits) + 1).zfill(len(digits))


def _placed(numbers: Sequence[UsedNumber]) -> list[_Placed]:
    """Each number with its counter: of its digits those that most of the others share all else with.

    Where two could be the counter, the longer one is, then the one further right.
    """
    split = [(used, parts, _readings(parts)) for used in numbers for parts in [_parts(used.number)]]
    shared = Counter(around for _used, _parts, readings in split for _at, around in readings)
    found = []
    for used, parts, readings in split:
        if not readings:
            found.append(_Placed(tuple(parts), 0, "", used))
            continue
        at, around = max(readings, key=lambda one: (shared[one[1]], len(parts[one[0]]), one[0]))
        found.append(_Placed(around, int(parts[at]), parts[at], used))
    return found


def _readings(parts: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Where the counter may stand, and what is around it then."""
    return [(at, (*parts[:at], "", *parts[at + 1 :])) for at, part in enumerate(parts) if _is_counter(part)]


def _unbroken(placed: Sequence[_Placed]) -> list[list[_Placed]]:
    found: list[list[_Placed]] = []
    for one in sorted(placed, key=lambda one: (one.around, one.count, one.digits)):
        last = found[-1][-1] if found else None
        if last is not None and last.around == one.around and one.digits and one.is_next(last):
            found[-1].append(one)
        else:
            found.append([one])
    return found
