"""The only place that reads the time: everything else is handed an instant or a date.

Instants are UTC microseconds since 1970 (int); dates are those of Asia/Kolkata, whatever the machine's zone.
"""

import datetime as dt
import time
from typing import Protocol

INDIA = dt.timezone(dt.timedelta(hours=5, minutes=30), "IST")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Clock(Protocol):
    """Tells the time. Handed to whoever may ask it; commands and rules may not."""

    def now_us(self) -> int:
        """Now, in UTC microseconds since 1970."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_us(self) -> int:
        """Now, in UTC microseconds since 1970."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that stands until it is moved; for tests, simulations and the sample company."""

    def __init__(self, now_us: int) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        """The instant it was set to; each reading moves on by one microsecond, so readings differ."""
        self._now_us += 1
        return self._now_us

    def move(self, *, seconds: float = 0, days: int = 0) -> None:
        """Move on (or back) by so much."""
        self._now_us += int(seconds * 1_000_000) + days * 86_400_000_000

    def move_to(self, instant: int) -> None:
        """Stand at an instant, in UTC microseconds."""
        self._now_us = instant

    @classmethod
    def on(cls, day: dt.date, hour: int = 11) -> "FixedClock":
        """A clock that stands at an hour of a day in India."""
        return cls(instant_us(dt.datetime(day.year, day.month, day.day, hour, tzinfo=INDIA)))


def today(clock: Clock) -> dt.date:
    """Today's date in India."""
    return india_date(clock.now_us())


def india_date(instant: int) -> dt.date:
    """The date in India at an instant in UTC microseconds."""
    return (_EPOCH + dt.timedelta(microseconds=instant)).astimezone(INDIA).date()


def india_time(instant: int) -> dt.datetime:
    """Date and time in India at an instant in UTC microseconds."""
    return (_EPOCH + dt.timedelta(microseconds=instant)).astimezone(INDIA)


def instant_us(moment: dt.datetime) -> int:
    """UTC microseconds of an aware date and time."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)
