"""Sealed files of each tenant, in parts, and what they come to together."""

from sync.server.tables.base import Blob, Whole, column, key, table

files = table(
    "files",
    key("tenant", Blob),
    key("address", Blob),
    column("key_version", Whole),
    column("size", Whole),
    column("missing", Whole),
    column("offered_at_us", Whole),
    column("unnamed_since_us", Whole, nullable=True),
)
"""`missing` parts are still to come; `unnamed_since_us` is since when no attachment of the log names it."""

file_parts = table(
    "file_parts", key("tenant", Blob), key("address", Blob), key("n", Whole), column("data", Blob)
)

file_sums = table("file_sums", key("tenant", Blob), column("size", Whole), column("collected_at_us", Whole))
"""What a tenant's files come to; its row is taken first by whoever adds or takes away a file."""
