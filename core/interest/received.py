"""Interest received under one note, month by month, and what of it tax notes have told. Pure.

The time of supply of interest is the day on which it is received (CGST Act, s. 12(6) and 13(6)): the tax on what came
in in August is August's, and on what came in in October October's.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from core.fiscal import period


class Came(NamedTuple):
    """So much money settled the note on a day, and still does."""

    on: dt.date
    paise: int


class Told(NamedTuple):
    """So much interest a tax note of a day has told; below nought one took it back."""

    on: dt.date
    paise: int


class InMonth(NamedTuple):
    """What came in in one month up to its last receipt, and what of it is taxed."""

    last_on: dt.date
    received_paise: int
    taxed_paise: int


def by_month(came: Iterable[Came], told: Iterable[Told]) -> list[InMonth]:
    """Each month in which interest came in and stayed, the oldest first.

    A tax note tells what came in in its own month first, then the oldest that is not told: it is dated later where
    the month's return was filed already.
    """
    days: dict[str, InMonth] = {}
    for one in came:
        month = days.get(period(one.on), InMonth(one.on, 0, 0))
        days[period(one.on)] = InMonth(max(month.last_on, one.on), month.received_paise + one.paise, 0)
    for note in _standing(told):
        left = note.paise
        for name in sorted(days, key=lambda name: (name != period(note.on), name)):
            month = days[name]
            part = min(left, month.received_paise - month.taxed_paise)
            days[name] = month._replace(taxed_paise=month.taxed_paise + part)
            left -= part
    return [days[name] for name in sorted(days)]


def _standing(told: Iterable[Told]) -> list[Told]:
    """Tax notes less what credit notes took back of them: an equal one first, else the latest before it."""
    notes = sorted(told, key=lambda note: (note.on, note.paise < 0))
    kept = [note for note in notes if note.paise > 0]
    for back in notes:
        left = -back.paise
        while left > 0 and kept:
            at = max(range(len(kept)), key=lambda n: (kept[n].paise == left, kept[n].on <= back.on, n))
            part = min(left, kept[at].paise)
            kept[at] = kept[at]._replace(paise=kept[at].paise - part)
            kept = [note for note in kept if note.paise]
            left -= part
    return kept
