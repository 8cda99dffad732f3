"""Stamps: readings of a hybrid logical clock in 64 bits, 48 of milliseconds and 16 of counting.

A stamp made after another on the same device is greater, and greater than every stamp that device has seen.
"""

from core.clock import Clock

_COUNT_BITS = 16
_COUNT_MAX = (1 << _COUNT_BITS) - 1


class StampMaker:
    """Makes stamps; hand it every stamp that arrives, so that effects follow their causes."""

    def __init__(self, clock: Clock, last: int = 0) -> None:
        self._clock = clock
        self.last = last

    def next(self) -> int:
        """A stamp greater than all made or seen before."""
        now = (self._clock.now_us() // 1000) << _COUNT_BITS
        self.last = now if now > self.last else self.last + 1
        return self.last

    def see(self, stamp: int) -> None:
        """Take note of a stamp from elsewhere (already clamped by the service)."""
        self.last = max(self.last, stamp)


def stamp_at(instant_us: int) -> int:
    """The first stamp of an instant in UTC microseconds."""
    return (instant_us // 1000) << _COUNT_BITS


def instant_of(stamp: int) -> int:
    """The instant of a stamp, in UTC microseconds; a hostile one from before 1970 reads as 1970."""
    return max(0, stamp >> _COUNT_BITS) * 1000


def clamped(stamp: int, now_us: int, *, tolerance_us: int) -> int:
    """The stamp the service stores: never further ahead of its own clock than the tolerance."""
    return min(stamp, stamp_at(now_us + tolerance_us) | _COUNT_MAX)
