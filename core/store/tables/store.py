"""The log, what stands, the search index, and the tables that are no part of the books."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Whole, Words, column, key, metadata, table

changes = table(
    "changes",
    key("entry", Whole),
    column("device", Blob),
    column("epoch", Whole),
    column("number", Whole),
    column("seq", Whole, nullable=True),
    column("kind", Words),
    column("record", Blob),
    column("outcome", Whole),
    column("idle", Whole),
    column("data", Blob),
    column("link", Blob),
    column("answer", Blob),
    column("undo", Blob, nullable=True),
    plain=True,
)
"""Every change, as its author wrote it. `idle` marks one without effect: a pending claim that no longer holds (1),
or one of a kind this version does not know (2). What a base brought stands before (core.store.log.Base)."""

sa.Index("changes_by_author", changes.c.device, changes.c.epoch, changes.c.number)
sa.Index("changes_by_seq", changes.c.seq, sqlite_where=changes.c.seq.is_not(None))
sa.Index("changes_by_record", changes.c.record)
sa.Index("changes_pending", changes.c.entry, sqlite_where=changes.c.outcome == 0)
sa.Index("changes_shelved", changes.c.entry, sqlite_where=changes.c.idle == 2)

standing = table(
    "standing",
    key("record", Blob),
    column("kind", Words),
    column("state", Whole),
    column("entry", Whole),
    column("hash", Blob),
    column("total_paise", Whole),
    column("open_paise", Whole),
    column("rests", Whole),
    column("seq", Whole),
)

sa.Index(
    "standing_aside", standing.c.state, standing.c.record,
    sqlite_where=sa.or_(standing.c.state == 2, standing.c.state == 3),
)  # fmt: skip
"""The few papers that are held or contested."""

places = table("places", key("place", Words), column("paper", Blob))
sa.Index("places_by_paper", places.c.paper)

images = table("images", key("record", Blob), column("image", Blob))

meta = table("meta", key("name", Words), column("value", Blob))
"""Who and where this book is: ids, device, epoch, cursor, digest. No part of the books."""

chains = table(
    "chains",
    key("device", Blob),
    key("epoch", Whole),
    column("number", Whole),
    column("link", Blob),
    column("start", Blob),
)
"""The head of each device's chain, as far as this book has it, and the link it hangs on."""

older_changes = table(
    "older_changes",
    key("device", Blob),
    key("epoch", Whole),
    key("number", Whole),
    column("seq", Whole),
    column("kind", Words),
    column("record", Blob),
    column("outcome", Whole),
    column("data", Blob),
    column("link", Blob),
    column("answer", Blob),
)
"""What this book held of the order before it was loaded anew: it serves the audit trail, and what is handed back. A
`seq` of 0: sent, and in the base it was loaded from, but its place has not been heard of yet."""

sa.Index("older_by_seq", older_changes.c.seq)
sa.Index("older_by_record", older_changes.c.record)

taken_back = table(
    "taken_back",
    key("place", Whole),
    column("device", Blob),
    column("epoch", Whole),
    column("number", Whole),
    column("data", Blob),
    column("link", Blob),
    column("start", Blob),
    column("is_left", Whole),
)
"""What the service confirmed before it was restored and has lost since, after a fork: to be handed back in this order
and judged anew. `is_left` is 1 for what found no place there."""

devices = table(
    "devices",
    key("device", Blob),
    column("code", Words),
    column("name", Words),
    column("user", Words),
    column("role", Words),
    column("state", Words),
)
"""Devices and roles as the service sent them; an unshared book has its own."""

series = table("series", key("series", Words), column("device", Blob))
"""Number series and the device that owns each, as the service sent them."""

draft_journal = table(
    "draft_journal", key("place", Words), column("value", Blob), column("kept_at_us", Whole)
)  # fmt: skip
"""What is being typed and is not yet a change."""

inbox_read = table("inbox_read", key("item", Words), column("read_at_us", Whole))
"""What was read and settled in the Inbox on this device."""

shelf = table("shelf", key("seq", Whole), key("party", Blob))
"""Whose the papers are that a newer version wrote and this one cannot read, as the service said."""

UNLOGGED = frozenset(
    {
        "meta",
        "chains",
        "older_changes",
        "taken_back",
        "devices",
        "series",
        "draft_journal",
        "inbox_read",
        "shelf",
    }
)
"""The tables that are no part of the books: written by their rooms through Work, not rebuilt by verify."""

SEARCH = "CREATE VIRTUAL TABLE search USING fts5(text, record UNINDEXED, kind, prefix='2 3', columnsize=0)"
"""`kind` is indexed too, so that what is asked of one kind never meets the words of the others.

Nothing is ranked by how often a word occurs, so no lengths are kept."""
sa.event.listen(metadata, "after_create", sa.schema.DDL(SEARCH))  # type: ignore[no-untyped-call]
