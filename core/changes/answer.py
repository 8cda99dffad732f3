"""What the service answers, and a log entry as it arrives: the change, its place in the order and its outcome."""

from typing import Any

import msgspec

from core.changes.change import CHAIN_START, Outcome
from core.ids import Id
from core.problems import Problem


class Lost(msgspec.Struct, frozen=True, array_like=True):
    """A field value that did not stand: whose it was, and the value and author that stand instead."""

    field: int
    value: Any
    device: Id
    user: str
    stamp: int
    winner_value: Any
    winner_device: Id
    winner_user: str
    winner_stamp: int


SET_ASIDE = frozenset({"UNREADABLE", "UNKNOWN_KIND"})
"""Problems of changes that no rule can be asked about."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """Why, and what stands: Problems of a held or refused change, fields whose value differs from the patch.

    `winner` is the record that has what a refused claim wanted; `flags` are remarks that held nothing up; `stamp` is
    the clamped one where the author's clock ran ahead (0: as it was written).
    """

    problems: tuple[Problem, ...] = ()
    values: dict[int, Any] = {}
    lost: tuple[Lost, ...] = ()
    winner: Id | None = None
    flags: tuple[str, ...] = ()
    stamp: int = 0

    @property
    def sets_aside(self) -> bool:
        """Whether the service could not read the change: it has its place in the order and no effect anywhere."""
        return bool(self.problems) and any(problem.code in SET_ASIDE for problem in self.problems)


PLAIN = Answer()
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Answer)


def encode_answer(answer: Answer) -> bytes:
    """Canonical bytes; empty for the plain answer."""
    return b"" if answer is PLAIN or answer == PLAIN else _encoder.encode(answer)


def decode_answer(data: bytes) -> Answer:
    """The answer in its bytes."""
    return _decoder.decode(data) if data else PLAIN


class Arrived(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry of the ordered log. `data` is empty where the receiver wrote the change itself and has it; `start` is
    the link that number 1 of an epoch hangs on, and of no meaning for other numbers. `about` are the parties it is
    about, told of what the receiver is too old to read. Of one that its scope hides from the receiver only `link` is
    told, and a veiled answer (core.changes.change); else `link` is empty."""

    seq: int
    device: Id
    epoch: int
    number: int
    outcome: Outcome
    answer: bytes
    data: bytes
    start: bytes = CHAIN_START
    about: tuple[Id, ...] = ()
    link: bytes = b""
