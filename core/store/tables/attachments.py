"""The attachments of each record; their bytes lie in the vault."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

attachments = table(
    "attachments",
    key("id", Blob),
    column("about", Blob),
    column("address", Blob),
    column("key_version", Whole),
    column("name", Words),
    column("media", Words),
    column("size_bytes", Whole),
    column("added_on", Day),
    column("note", Words),
    column("user", Words),
)
sa.Index("attachments_of_record", attachments.c.about, attachments.c.id)
sa.Index("attachments_by_address", attachments.c.address)
