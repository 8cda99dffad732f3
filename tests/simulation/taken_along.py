"""Bills that devices have with them, as the oracle knows them: what was asked for, what was settled of it since, and
until when nobody else settles the rest."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from core.ids import Id

Out = Mapping[tuple[Id, Id], tuple[int, int]]
"""By bill and device: how much of it in paise, and until which instant."""


class Asked(NamedTuple):
    """What was out once a device had taken bills along or given them back, and the last seq that came before."""

    seq: int
    out: Out


class Outs:
    """What is out while the order is gone through. `times` tells when each change arrived; None: nobody asked then."""

    def __init__(self, asked: Iterable[Asked] = (), times: Mapping[int, int | None] | None = None) -> None:
        self._asked = deque(asked)
        self._times = times or {}
        self._out: dict[tuple[Id, Id], tuple[int, int]] = {}

    def with_others(self, seq: int, bill: Id, device: Id) -> int:
        """How much of a bill others have with them when this change of a device arrives."""
        while self._asked and self._asked[0].seq < seq:
            self._out = dict(self._asked.popleft().out)
        now_us = self._times.get(seq)
        if now_us is None:
            return 0
        return sum(
            paise
            for (paper, other), (paise, until_us) in self._out.items()
            if paper == bill and other != device and until_us > now_us
        )

    def settled(self, seq: int, bill: Id, device: Id, paise: int) -> None:
        """What a device has settled of a bill it has with it no more."""
        known = self._out.get((bill, device))
        if known is not None and self._times.get(seq) is not None:
            self._out[bill, device] = (max(0, known[0] - paise), known[1])
