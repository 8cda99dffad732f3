"""Questions about closed periods."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.store.tables.closing import closes


class CloseRow(NamedTuple):
    """One close, and when it was taken back, if it was."""

    id: Id
    through: dt.date
    closed_on: dt.date
    reopened_on: dt.date | None


_CLOSE = sa.select(*(closes.c[name] for name in CloseRow._fields))


def closed_through(read: Connection) -> dt.date | None:
    """The day up to which the books are closed; None when nothing is."""
    found = read.exec_driver_sql("SELECT through FROM books_closed").scalar()
    return dt.date.fromisoformat(found) if found else None


def closes_made(read: Connection) -> list[CloseRow]:
    """Every close, the newest first."""
    question = _CLOSE.order_by(closes.c.through.desc(), closes.c.id.desc())
    return [CloseRow(*row) for row in read.execute(question)]


def standing_close(read: Connection) -> CloseRow | None:
    """The close in force."""
    return next((row for row in closes_made(read) if row.reopened_on is None), None)
