"""What stands: papers with their open amounts, places held, images of fields. Kept alike by device and service.

Rules ask it through the protocol `Standing`; the book and the service each keep it in tables of their own.
"""

import enum
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from core.ids import Id


class State(enum.IntEnum):
    """How a paper stands. HELD posts nothing; CONTESTED is posted but never reminded."""

    LIVE = 1
    HELD = 2
    CONTESTED = 3
    CANCELLED = 4
    VOID = 5


class Stand(NamedTuple):
    """One record as it stands. `open_paise` is what may still be taken of it; `rests` how many lean on it;
    `seq` is the last confirmed place in the order that changed it (0: none)."""

    kind: str
    state: State
    entry: int
    hash: bytes
    total_paise: int = 0
    open_paise: int = 0
    rests: int = 0
    seq: int = 0

    @property
    def stands(self) -> bool:
        """Whether the paper counts: posted, and not cancelled, held or void."""
        return self.state in (State.LIVE, State.CONTESTED)


class Recorded(NamedTuple):
    """A paper or claim as it was written, with its kind (a core.changes.kind.Kind)."""

    kind: Any
    body: Any


class Standing(Protocol):
    """What the rules of kinds may ask, on the device and at the service."""

    def stand(self, record: Id) -> Stand | None:
        """How a record stands; None when it is not known."""
        ...

    def holder(self, place: str) -> Id | None:
        """The paper that holds a place; None when it is free."""
        ...

    def image(self, record: Id) -> Mapping[int, Any] | None:
        """The fields of a record of class *fields*; None when it is not known."""
        ...

    def recorded(self, paper: Id) -> Recorded | None:
        """A paper or claim that is known, as it was written; None where it is not known or cannot be read."""
        ...

    def owns_series(self, device: Id, series: str) -> bool:
        """Whether this device, and no other, issues from the series."""
        ...
