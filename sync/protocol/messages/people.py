"""Who is there: devices with their roles, and who owns which series."""

from typing import Annotated

import msgspec

from sync.protocol.messages.base import Count, First, Key16, Message, Name, SealingKey


class DeviceRow(Message):
    """One device of the tenant. `state` is invited, live or ended.

    `public_key` is what it signs with, `sealing_key` what is sealed to it is sealed to, and `key_version` the newest
    tenant key that was.
    """

    device: Key16
    code: Name
    name: Name
    user: Name
    role: Name
    state: Name
    public_key: SealingKey = b""
    sealing_key: SealingKey = b""
    key_version: Count = 0


class SeriesRow(Message):
    """A number series and the device that owns it."""

    series: Name
    device: Key16


class People(Message):
    """Who is there: not part of the log, sent whole when its version changed.

    `key_version` is the tenant key in force, or wanted of an owner's device while it is not made.
    """

    version: Count
    devices: tuple[DeviceRow, ...] = ()
    series: tuple[SeriesRow, ...] = ()
    key_version: Count = 0
    key_is_made: bool = False


class SealedKey(Message):
    """Every version of the tenant key, sealed to one device."""

    device: Key16
    sealed: Annotated[bytes, msgspec.Meta(max_length=1 << 16)]


class Seal(Message):
    """An owner's device hands the tenant key to others; `is_new` when it has just made this version."""

    version: First
    is_new: bool
    sealed: Annotated[tuple[SealedKey, ...], msgspec.Meta(max_length=1_000)]


class SealTaken(Message):
    """Whether that was taken; if not, another owner's device was first, and hands its key on."""

    is_taken: bool


class FetchKey(Message):
    """Ask for the tenant key that was sealed to this device."""


class KeyFetched(Message):
    """It, up to a version; empty while no owner's device has handed it on."""

    version: Count
    sealed: bytes
