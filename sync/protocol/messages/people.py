"""Who is there: devices with their roles, and who owns which series."""

from typing import Annotated

import msgspec

from sync.protocol.messages.base import Count, First, Key16, Message, Name, SealingKey, Signature


class DeviceRow(Message):
    """One device of the tenant. `state` is invited, live or ended.

    `public_key` is what it signs with, `sealing_key` what is sealed to it is sealed to, and `key_version` the newest
    tenant key that was. An ended one ended by `ending` (sync.protocol.notices), with the `notice` of the owner's device
    that ended it: its id and signature. A service that was restored took in its changes from place `late_from` to
    `late_upto` of the order before it knew of that again; none where both are 0.
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
    ending: Name = ""
    notice: Annotated[bytes, msgspec.Meta(max_length=80)] = b""
    late_from: Count = 0
    late_upto: Count = 0


class SeriesRow(Message):
    """A number series and the device that owns it."""

    series: Name
    device: Key16


class Waiting(Message):
    """A deposit that waits for an owner's word, as every device is told of it."""

    deposit: Key16
    device: Key16
    changes: Count
    laid_at_us: Count


class People(Message):
    """Who is there: not part of the log, sent whole when its version changed.

    `key_version` is the tenant key in force, or wanted of an owner's device while it is not made; `schema` is that at
    which all write. `seal` is the service's own over all the rest, said in `era`: put back to an older state, the
    service knows by it what it has said since, whoever brings it.
    """

    version: Count
    devices: tuple[DeviceRow, ...] = ()
    series: tuple[SeriesRow, ...] = ()
    key_version: Count = 0
    key_is_made: bool = False
    deposits: tuple[Waiting, ...] = ()
    schema: First = 1
    era: Count = 0
    seal: Annotated[bytes, msgspec.Meta(max_length=32)] = b""


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


class Appoint(Message):
    """Give a device a role."""

    device: Key16
    role: Name
    code: Name = ""


class Rename(Message):
    """Give a device a name."""

    device: Key16
    name: Name


class Revoke(Message):
    """End a device; `is_lost` when it is to destroy its keys at once. `notice` is the owner's signature over that."""

    device: Key16
    is_lost: bool
    notice: Signature
    code: Name = ""


class AskStaff(Message):
    """Ask who is there, and how it stands with each."""


class StaffRow(Message):
    """How it stands with a device: when it last proved itself, what the service has of it, how it ended, and its `app`,
    the version of Bahi that it ran then."""

    device: Key16
    seen_at_us: Count
    enrolled_at_us: Count
    sent: Count
    ending: Name
    app: Name = ""


class Staff(Message):
    """Who is there, how it stands with each, and the head of the order."""

    people: People
    rows: tuple[StaffRow, ...]
    head: Count
