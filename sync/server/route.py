"""What the service can be asked, and what an answer may use: a room names its routes, the service gives the means."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.engine import Engine

from core.changes.kind import Kind
from core.clock import Clock
from core.ids import Id, RandomBytes
from sync.protocol.messages import Message
from sync.server.house import SECRET, kept
from sync.server.tokens import Sealer


def nobody(_tenant: Id, _seq: int) -> None:
    """Nobody listens."""


class Means(NamedTuple):
    """Database, clock, randomness, kinds of change, and the seals of this service.

    `told` is called after a commit that moved a tenant's head (or who is there), with the head: it wakes the streams.
    Of devices that know no schema from `schema_min` on nothing is taken.
    """

    database: Engine
    clock: Clock
    random: RandomBytes
    kinds: Mapping[str, Kind[Any]]
    sealer: Sealer
    told: Callable[[Id, int], None] = nobody
    schema_min: int = 1


class Route(NamedTuple):
    """One thing that can be asked, by its path.

    `answer` is given the means and the message; where the request `is_signed`, between them the device that asks,
    known by its key and live. It raises `Refused` for what it will not answer.
    """

    path: str
    shape: type[Message]
    answer: Callable[..., Message]
    is_signed: bool = True


def means_of(
    database: Engine, clock: Clock, random: RandomBytes, kinds: Mapping[str, Kind[Any]],
    told: Callable[[Id, int], None] = nobody,
) -> Means:  # fmt: skip
    """The means of a service; its secret is made at its first start."""
    return Means(database, clock, random, kinds, Sealer(kept(database, SECRET, lambda: random(32))), told)
