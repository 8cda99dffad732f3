"""The devices and number series of a book, as the service sent them or as an unshared book began."""

from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.ids import Id


class DeviceRow(NamedTuple):
    """A device that writes in this book. `state` is live or revoked."""

    device: Id
    code: str
    name: str
    user: str
    role: str
    state: str


class SeriesRow(NamedTuple):
    """A number series and the code of the device that owns it."""

    series: str
    device_code: str


def device_rows(read: Connection) -> list[DeviceRow]:
    """Every device, by its code."""
    sql = "SELECT device, code, name, user, role, state FROM devices ORDER BY code, device"
    return [DeviceRow(bytes(row[0]), *row[1:]) for row in read.exec_driver_sql(sql)]


def series_rows(read: Connection) -> list[SeriesRow]:
    """Every series with its owner."""
    sql = "SELECT s.series, d.code FROM series s LEFT JOIN devices d ON d.device = s.device ORDER BY s.series"
    return [SeriesRow(series, code or "") for series, code in read.exec_driver_sql(sql)]
