"""What devices in the field carry: the parties that an owner named for each."""

from typing import Annotated

import msgspec

from sync.protocol.messages.base import Count, Key16, Message

PARTIES_MAX = 10_000
Parties = Annotated[tuple[Key16, ...], msgspec.Meta(max_length=PARTIES_MAX)]


class SetScope(Message):
    """From now on a device carries these parties and no others.

    `is_agreed`: the owner knows that this takes more than half of what it carried away from it.
    """

    device: Key16
    parties: Parties
    is_agreed: bool = False


class AskScopes(Message):
    """Who carries what? For owners, of every device; for others, of themselves."""


class ScopeRow(Message):
    """The parties that a device carries; `scope` counts how often that changed, `seen` which of these it works by."""

    device: Key16
    parties: tuple[Key16, ...]
    scope: Count = 0
    seen: Count = 0


class Scopes(Message):
    """Every device in the field with its parties."""

    rows: tuple[ScopeRow, ...] = ()
