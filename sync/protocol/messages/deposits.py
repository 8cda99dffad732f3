"""Deposits: what a revoked device still held, sealed to the owners, and what an owner does with it."""

from typing import Annotated

import msgspec

from core.ids import Id
from sync.protocol.limits import PAGE_BYTES_MAX
from sync.protocol.messages.base import Count, First, Key16, Message, Name, Signature
from sync.protocol.messages.order import Push

LOCKED_BYTES_MAX = PAGE_BYTES_MAX + (1 << 14)
BOXES_MAX = 256
_EPOCHS_OF_DEPOSITS = 1 << 31
_EPOCH_BYTES = 4


def epoch_of(deposit: Id) -> int:
    """The epoch in which a deposit goes on whose numbers are used: one and the same for ever, above all of any copy."""
    return _EPOCHS_OF_DEPOSITS | int.from_bytes(deposit[:_EPOCH_BYTES], "big") >> 2


class Laid(Push):
    """A page as it is laid down: what its device would have pushed, whose `start` is always the link before it.

    `kept` are the last numbers of each epoch that the device knew in the order, and `stood` the link after the last of
    these that arrived: what it can be hung on where nothing else that it hangs on is known.
    """

    kept: tuple[tuple[First, Count], ...] = ()
    stood: Annotated[bytes, msgspec.Meta(max_length=32)] = b""


class Box(Message):
    """The key of a deposit, sealed to one owner's device."""

    device: Key16
    sealed: Annotated[bytes, msgspec.Meta(max_length=256)]


class Deposit(Message):
    """A page of a revoked device's outbox, locked; `changes` is how many the whole deposit holds.

    Without a page it asks what is expected; then, if `is_last`, the device has nothing (more) to lay down.
    """

    deposit: Key16
    page: Count = 0
    locked: Annotated[bytes, msgspec.Meta(max_length=LOCKED_BYTES_MAX)] = b""
    is_last: bool = False
    changes: Count = 0
    boxes: Annotated[tuple[Box, ...], msgspec.Meta(max_length=BOXES_MAX)] = ()


class OwnerKey(Message):
    """An owner's device and the key to which a deposit is sealed for it."""

    device: Key16
    sealing_key: bytes


class Deposited(Message):
    """The page that is expected next, to whom to seal, and by which owner's word this device has ended.

    `ending` is revoked or lost; `notice` is the signature of the device `by` over that.
    """

    next: Count
    is_whole: bool
    owners: tuple[OwnerKey, ...]
    ending: Name
    by: bytes
    notice: Signature


class AskDeposits(Message):
    """Ask for the deposits that wait for an owner's word."""


class DepositRow(Message):
    """A deposit that waits: whose, how much, when it was whole, and its key for the device that asks (or nothing)."""

    deposit: Key16
    device: Key16
    changes: Count
    pages: Count
    laid_at_us: Count
    sealed: bytes
    is_begun: bool


class Deposits(Message):
    """What waits."""

    rows: tuple[DepositRow, ...]


class AskDepositPage(Message):
    """Ask for a page of a deposit."""

    deposit: Key16
    page: Count


class DepositPage(Message):
    """It, as it was laid down."""

    locked: bytes


class Release(Message):
    """Let a page of a deposit into the order; the pages in their order.

    It goes as its old device would have sent it, or, from where it parts from the order, under the deposit's own epoch.
    """

    deposit: Key16
    page: Count
    push: Laid
    code: Name = ""


class Discard(Message):
    """Throw a deposit away; the reason is kept."""

    deposit: Key16
    reason: Name
    code: Name = ""


class Settled(Message):
    """The page that is expected next, and whether the deposit is settled.

    Where the page parts from the order nothing is taken, and `start` is the link that the deposit's own epoch
    (`epoch_of`) hangs on.
    """

    next: Count
    is_settled: bool
    start: Annotated[bytes, msgspec.Meta(max_length=32)] = b""
