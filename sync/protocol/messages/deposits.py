"""Deposits: what a revoked device still held, sealed to the owners, and what an owner does with it."""

from typing import Annotated

import msgspec

from sync.protocol.limits import PAGE_BYTES_MAX
from sync.protocol.messages.base import Count, Key16, Message, Name, Signature
from sync.protocol.messages.order import Push

LOCKED_BYTES_MAX = PAGE_BYTES_MAX + (1 << 14)
BOXES_MAX = 256


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
    """Let a page of a deposit into the order, as its old device would have sent it; the pages in their order."""

    deposit: Key16
    page: Count
    push: Push
    code: Name = ""


class Discard(Message):
    """Throw a deposit away; the reason is kept."""

    deposit: Key16
    reason: Name
    code: Name = ""


class Settled(Message):
    """The page that is expected next, and whether the deposit is settled."""

    next: Count
    is_settled: bool
