"""Who is there: devices with their roles, and who owns which series."""

from sync.protocol.messages.base import Count, Key16, Message, Name


class DeviceRow(Message):
    """One device of the tenant. `state` is invited, live or ended."""

    device: Key16
    code: Name
    name: Name
    user: Name
    role: Name
    state: Name


class SeriesRow(Message):
    """A number series and the device that owns it."""

    series: Name
    device: Key16


class People(Message):
    """Who is there: not part of the log, sent whole when its version changed."""

    version: Count
    devices: tuple[DeviceRow, ...] = ()
    series: tuple[SeriesRow, ...] = ()
