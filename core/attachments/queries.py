"""Questions about attachments."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.store.tables.attachments import attachments


class AttachmentRow(NamedTuple):
    """An attachment as a list shows it."""

    id: Id
    about: Id
    address: bytes
    key_version: int
    name: str
    media: str
    size_bytes: int
    added_on: dt.date
    note: str
    user: str


_ROW = sa.select(*(attachments.c[name] for name in AttachmentRow._fields))


def attachments_of(read: Connection, about: Id) -> list[AttachmentRow]:
    """Those of a record, in the order they were added."""
    found = read.execute(_ROW.where(attachments.c.about == about).order_by(attachments.c.id))
    return [AttachmentRow(*row) for row in found]


def attachment(read: Connection, record: Id) -> AttachmentRow | None:
    """One of them; None when the book has none of this id."""
    found = read.execute(_ROW.where(attachments.c.id == record)).fetchone()
    return AttachmentRow(*found) if found else None


def addresses(read: Connection) -> dict[bytes, AttachmentRow]:
    """Every address that the book names, with one attachment that names it."""
    return {row.address: AttachmentRow(*row) for row in read.execute(_ROW.order_by(attachments.c.id.desc()))}


def named(read: Connection, wanted: Iterable[bytes]) -> set[bytes]:
    """Those of these addresses that the book names."""
    asked = list(wanted)
    question = sa.select(attachments.c.address).where(attachments.c.address.in_(asked))
    return {row[0] for row in read.execute(question)} if asked else set()
