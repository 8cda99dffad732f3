"""What needs attention, as the answers of the service made it; what was settled stands in inbox_read."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Whole, Words, column, key, table

inbox = table(
    "inbox",
    key("id", Words),
    column("kind", Words),
    column("of", Words),
    column("record", Blob),
    column("paper", Blob, nullable=True),
    column("winner", Blob, nullable=True),
    column("device", Blob),
    column("user", Words),
    column("stamp", Whole),
    column("seq", Whole),
    column("told", Blob),
)
"""`kind` is conflict, refused, held, contested, …; `of` the kind of the change it speaks of; `paper` the paper that is
meant; `winner` the paper that has what was wanted; device, user and stamp are those whose change did not stand;
`told` is a core.inbox.model.Told."""

sa.Index("inbox_by_seq", inbox.c.seq)
