"""How the ages of open bills are told. Pure.

A bill is not due up to and on its due date; from the day after it is so many days past due.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from core.statements.model import BUCKETS, AgeingRow

LIMITS_DAYS = (0, 30, 60, 90, 180)
"""The last day of each bucket but the last, in days past due."""

WEEK_DAYS = 7
EXPECTED_WEEKS = 6


def bucket(due_on: dt.date, on: dt.date) -> int:
    """Which of BUCKETS a bill is in on a day."""
    late = (on - due_on).days
    return next((at for at, last in enumerate(LIMITS_DAYS) if late <= last), len(LIMITS_DAYS))


def bounds(on: dt.date) -> tuple[dt.date, ...]:
    """The earliest due date of each bucket but the last, for a day: bills due from then on are in it."""
    return tuple(dt.date.fromordinal(max(on.toordinal() - days, 1)) for days in LIMITS_DAYS)


def split(sums: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """The buckets in their order, from (bucket, paise)."""
    buckets = [0] * len(BUCKETS)
    for at, paise in sums:
        buckets[at] += paise
    return tuple(buckets)


def totalled(rows: Sequence[AgeingRow]) -> AgeingRow:
    """All rows as one, without a party."""
    return AgeingRow(
        party=b"",
        code="",
        name="",
        total_paise=sum(row.total_paise for row in rows),
        buckets=tuple(sum(parts) for parts in zip(*(row.buckets for row in rows), strict=True)) or split(()),
        on_account_paise=sum(row.on_account_paise for row in rows),
    )
