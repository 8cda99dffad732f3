"""Snapshots, page by page, and the log of before a checkpoint, packed."""

from sync.server.tables.base import Blob, Whole, column, key, table

snapshots = table(
    "snapshots",
    key("tenant", Blob),
    key("seq", Whole),
    column("made_at_us", Whole),
    column("asked_at_us", Whole),
    column("manifest", Blob),
)
"""A snapshot is whole once its manifest stands here; `asked_at_us` is when somebody last asked for it."""

snapshot_pages = table(
    "snapshot_pages",
    key("tenant", Blob),
    key("seq", Whole),
    key("page", Whole),
    column("data", Blob),
    is_large=True,
)

archive = table(
    "archive",
    key("tenant", Blob),
    key("first", Whole),
    column("last", Whole),
    column("before", Blob),
    column("run", Blob),
    column("hash", Blob),
    column("data", Blob),
    is_large=True,
)
"""The log from a place to another as it was, packed (an `ArchivedLog`): `before` and `run` are the running hashes
around it, `hash` is the SHA-256 of the bytes. Parts follow on each other from 1 on; what stands here has no bytes in
`changes` any more."""
