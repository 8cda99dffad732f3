"""What every message is made of, and the two that wrap or refuse any other."""

from typing import Annotated, dataclass_transform

import msgspec

from sync.protocol.limits import NAME_CHARS_MAX

Key16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Key32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, msgspec.Meta(max_length=64)]
SealingKey = Annotated[bytes, msgspec.Meta(max_length=32)]
"""An X25519 key to which others seal; empty where a device has none."""
Name = Annotated[str, msgspec.Meta(max_length=NAME_CHARS_MAX)]
Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 62))]
First = Annotated[int, msgspec.Meta(ge=1, le=(1 << 62))]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Message(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Anything that travels."""


class Signed(Message):
    """A request of a device: its token, and its signature over path, token and body."""

    token: Annotated[bytes, msgspec.Meta(max_length=256)]
    signature: Signature
    body: bytes


class Refusal(Message):
    """Why a request was not answered; `code` is one of sync.protocol.refusals."""

    code: Name
    message: str = ""
