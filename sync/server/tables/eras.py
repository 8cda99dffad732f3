"""What is kept while a restored service gathers what its devices hold, and the sums by bucket."""

from sync.server.tables.base import Blob, Whole, column, key, table

gatherings = table(
    "gatherings",
    key("tenant", Blob),
    column("era", Whole),
    column("is_done", Whole),
    column("is_closed", Whole),
    column("new_from", Whole),
)
"""Per tenant, of the newest era it has met: whether it waits for nobody any more, and whether something new was taken
since, after which nothing is taken back verbatim; from which place on it was."""

told = table("told", key("tenant", Blob), column("era", Whole), column("version", Whole))
"""The newest list of who is there, of an era before, that is known of: when it was said."""

met = table("met", key("tenant", Blob), key("device", Blob), column("era", Whole))
"""The newest era in which each device and the service were of one mind about the order."""

buckets = table("buckets", key("tenant", Blob), key("bucket", Whole), column("value", Blob))
"""The digest in parts (core.changes.digest): 16 bytes a bucket, none for one that was never touched."""
