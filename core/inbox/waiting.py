"""What waits for the service, by kind as people call it, and with whom and as whom this book syncs."""

from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.inbox.rules import change_text
from core.store import log

COUNTED_MAX = 20_000
"""More than so many are told as one number: nobody reads them by kind, and counting takes its time."""

_BY_KIND = "SELECT kind, count(*) FROM changes WHERE outcome = 0 GROUP BY kind ORDER BY 2 DESC, kind"
_NAME = "SELECT name FROM devices WHERE device = ?"


class Outward(NamedTuple):
    """How this book meets the service: (what, how many) of the changes that wait, the service, the device, its user.

    `server` is empty in a book that is not shared; `waiting` also where there is more than anybody reads.
    """

    waiting: tuple[tuple[str, int], ...]
    server: str
    device: str
    user: str


def outward(read: Connection) -> Outward:
    """How this book meets the service."""
    meta = log.read_meta(read)
    name = read.exec_driver_sql(_NAME, (meta["device"],)).scalar() or ""
    device = ", ".join(part for part in (name, meta["code"]) if part)
    if not meta.get("shared"):
        return Outward((), "", device, meta["user"])
    waiting: tuple[tuple[str, int], ...] = ()
    if log.pending_count(read) <= COUNTED_MAX:
        found = read.exec_driver_sql(_BY_KIND).fetchall()
        waiting = tuple((change_text(kind), count) for kind, count in found)
    return Outward(waiting, meta.get("server", ""), device, meta["user"])
