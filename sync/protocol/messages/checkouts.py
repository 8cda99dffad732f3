"""Bills that a device takes along: until a moment nobody else settles what it took of them."""

from typing import Annotated

import msgspec

from sync.protocol.messages.base import Count, Key16, Message, Name

BILLS_MAX = 500
HOURS_MAX = 72
Hours = Annotated[int, msgspec.Meta(ge=1, le=HOURS_MAX)]


class TakenBill(Message):
    """A bill and how much of it in paise; 0: all that is open."""

    bill: Key16
    paise: Count = 0


class CheckOutRow(Message):
    """What a device has taken of a bill, and until when."""

    bill: Key16
    device: Key16
    user: Name
    paise: Count
    until_us: Count


class CheckOut(Message):
    """Take these bills along for so many hours; those taken before are taken anew."""

    bills: Annotated[tuple[TakenBill, ...], msgspec.Meta(max_length=BILLS_MAX)]
    hours: Hours = 12


class CheckIn(Message):
    """Give these bills back; all that this device has, when none is named."""

    bills: Annotated[tuple[Key16, ...], msgspec.Meta(max_length=BILLS_MAX)] = ()


class AskCheckOuts(Message):
    """Who has which bills with him?"""


class CheckOuts(Message):
    """Every bill that somebody has with him now, as of a number of what stands `beside` the order; and those asked for
    that were not to be had."""

    rows: tuple[CheckOutRow, ...] = ()
    refused: tuple[Key16, ...] = ()
    beside: Count = 0
