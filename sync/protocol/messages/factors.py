"""The second factor of an owner: a secret shared with an app, and codes of it that last half a minute."""

from typing import Annotated

import msgspec

from sync.protocol.messages.base import Message, Name, SealingKey, Signature


class AskFactor(Message):
    """Ask whether the user of this device has a second factor."""


class FactorState(Message):
    """Whether it is set, and whether a recovery code can take it away."""

    is_set: bool
    is_recoverable: bool = False


class BeginFactor(Message):
    """Ask for a new secret; `code` is one of the factor that is set, if one is."""

    code: Name = ""


class FactorBegun(Message):
    """The secret, to be put into the app that makes the codes."""

    secret: Annotated[bytes, msgspec.Meta(max_length=64)]


class ConfirmFactor(Message):
    """The first code of the new secret sets it; whoever signs with the recovery key may take it away again."""

    code: Name
    recovery_key: SealingKey = b""


class RemoveFactor(Message):
    """Take the second factor of a user away: by a code of one's own, or by the proof of the recovery code."""

    user: Name
    code: Name = ""
    proof: Signature = b""
