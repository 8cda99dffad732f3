"""What a snapshot is made of: changes verbatim, and records of class *fields* as what their edits came to."""

from typing import NamedTuple

import msgspec

from core.changes.answer import Arrived
from core.changes.change import Change, encode_change
from core.ids import Id

NO_NUMBER = 0
"""The number of an image in the log: it is no change, and stands in no chain."""


class Imaged(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The fields of a record at a place in the order.

    `entry` is the seq that brought the record, `seq` the last that changed it; `stamp`, `device` and `user` are those
    of its newest field. `image` is {field number: value} in canonical bytes, the numbers rising.
    """

    record: Id
    kind: str
    entry: int
    seq: int
    stamp: int
    device: Id
    user: str
    image: bytes


def as_change(imaged: Imaged) -> bytes:
    """The image as it is kept in a book's log: a change without a number, whose `base` is the last seq it tells of."""
    return encode_change(
        Change(
            NO_NUMBER, NO_NUMBER, imaged.user, "", imaged.kind, imaged.record, 0, imaged.stamp, imaged.seq,
            msgspec.Raw(imaged.image),
        )
    )  # fmt: skip


def imaged_by(change: Change, device: Id, entry: int) -> Imaged:
    """The image that a change without a number is, as `as_change` has written it."""
    return Imaged(
        change.record, change.kind, entry, change.base, change.stamp, device, change.user, bytes(change.body)
    )


class Kept(NamedTuple):
    """A change as a snapshot carries it, verbatim; one that `is_told` has no effect by itself."""

    arrived: Arrived
    is_told: bool


class ChainHead(NamedTuple):
    """How far a device's chain goes at a place in the order, and the link it hangs on."""

    device: Id
    epoch: int
    number: int
    link: bytes
    start: bytes


Row = Imaged | Kept
"""What a snapshot is made of, in the order of their seq."""
