"""Coming in: founding a tenant, inviting and joining, and proving oneself by one's key."""

from typing import Annotated

import msgspec

from sync.protocol.limits import PROTOCOL, SERIES_MAX
from sync.protocol.messages.base import Count, First, Key16, Key32, Message, Name, SealingKey, Signature
from sync.protocol.messages.people import People


class Again(Message):
    """A business that the service has forgotten, as an owner's device knows it: who is there, and the era it knows."""

    tenant: Key16
    era: First
    people: People


class Found(Message):
    """Make a tenant of a book; `upto` is how many changes its first device has to send before others may join.

    With `again`, the same tenant that the service had before it lost it.
    """

    code: Name
    book: Key16
    company: Name
    device: Key16
    epoch: First
    public_key: Key32
    name: Name
    letter: Name
    user: Name
    series: Annotated[tuple[Name, ...], msgspec.Meta(max_length=SERIES_MAX)]
    upto: Count
    signature: Signature = b""
    protocol: int = PROTOCOL
    sealing_key: SealingKey = b""
    schema: First = 1
    again: Again | None = None


class Founded(Message):
    """The tenant that was made."""

    tenant: Key16
    era: First
    people: People


class Join(Message):
    """Enrol a device by the code of an owner."""

    code: Name
    device: Key16
    public_key: Key32
    name: Name
    user: Name
    signature: Signature = b""
    protocol: int = PROTOCOL
    sealing_key: SealingKey = b""


class Joined(Message):
    """What a new device must know to begin its book."""

    tenant: Key16
    era: First
    book: Key16
    company: Name
    letter: Name
    role: Name
    people: People


class Bind(Message):
    """A book without its device's key asks to go on; `is_same` when it lies where the device's mark was made."""

    code: Name
    device: Key16
    public_key: Key32
    sealing_key: SealingKey
    is_same: bool
    name: Name
    user: Name
    heir: Key16
    signature: Signature = b""
    protocol: int = PROTOCOL


class Bound(Message):
    """As which device it goes on: as the same, or as `heir`, a second one, while the first goes on elsewhere."""

    device: Key16
    letter: Name
    role: Name
    epoch: First
    people: People


class Knock(Message):
    """Ask for a challenge."""

    tenant: Key16
    device: Key16
    protocol: int = PROTOCOL


class Challenge(Message):
    """What the device must sign to be let in."""

    nonce: Annotated[bytes, msgspec.Meta(max_length=128)]


class Prove(Message):
    """The signed challenge, and which version of Bahi the device runs with the newest schema that it knows."""

    tenant: Key16
    device: Key16
    nonce: Annotated[bytes, msgspec.Meta(max_length=128)]
    signature: Signature = b""
    app: Name = ""
    schema: First = 1


class Token(Message):
    """Leave to ask, for so many seconds; of use only to whoever has the device's key."""

    token: Annotated[bytes, msgspec.Meta(max_length=256)]
    lasts_s: Count


class Invite(Message):
    """Ask for a code with which one more device may join.

    With `device`, it is the code by which that device binds a new key; `is_gone` when its old key is given up for lost.
    """

    role: Name
    code: Name = ""
    device: Annotated[bytes, msgspec.Meta(max_length=16)] = b""
    is_gone: bool = False


class Invited(Message):
    """The code, to be typed on the new device within so many seconds."""

    code: Name
    lasts_s: Count
