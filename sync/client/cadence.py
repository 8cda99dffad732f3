"""When the next round is due: soon after a local write, now and then otherwise, ever more slowly while offline.

Pure: the caller tells the time (seconds of a clock that never falls back) and gives the randomness.
"""

from collections.abc import Callable
from typing import NamedTuple

SOON_S = 2.0
QUIET_S = 60.0
BACKOFF_S = 5.0
BACKOFF_MAX_S = 300.0
_JITTER = 0.25


class Cadence(NamedTuple):
    """When rounds are run. Each step answers the cadence that follows; `due_at_s` says when."""

    due_at_s: float = 0.0
    failures: int = 0

    def wrote(self, now_s: float) -> "Cadence":
        """Something was written here: soon, unless the way is known to be closed."""
        if self.failures:
            return self
        return self._replace(due_at_s=min(self.due_at_s, now_s + SOON_S))

    def woke(self, now_s: float) -> "Cadence":
        """The network came back, the machine woke, or somebody pressed the key: now."""
        return Cadence(now_s, 0)

    def succeeded(self, now_s: float, random: Callable[[], float]) -> "Cadence":
        """A round ended well: after a quiet while."""
        return Cadence(now_s + _jittered(QUIET_S, random), 0)

    def failed(self, now_s: float, random: Callable[[], float], *, at_least_s: float = 0.0) -> "Cadence":
        """A round failed: again after a while that doubles up to five minutes, not before the service asked for."""
        wait_s = min(BACKOFF_MAX_S, BACKOFF_S * 2 ** min(self.failures, 16))
        asked_s = at_least_s * (1 + _JITTER * random())
        return Cadence(now_s + max(_jittered(wait_s, random), asked_s), self.failures + 1)

    def is_due(self, now_s: float) -> bool:
        """Whether a round should run now."""
        return now_s >= self.due_at_s


def _jittered(wait_s: float, random: Callable[[], float]) -> float:
    """Spread by a quarter to both sides; `random` gives 0 to 1."""
    return wait_s * (1 - _JITTER + 2 * _JITTER * random())
