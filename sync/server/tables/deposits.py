"""What revoked devices laid down: their outboxes, sealed to the owners; the service cannot read them."""

from sync.server.tables.base import Blob, Whole, Words, column, key, table

deposits = table(
    "deposits",
    key("tenant", Blob),
    key("deposit", Blob),
    column("device", Blob),
    column("state", Words),
    column("changes", Whole),
    column("pages", Whole),
    column("released", Whole),
    column("laid_at_us", Whole),
    column("settled_by", Blob),
    column("reason", Words),
)
"""`state` is coming (not all pages are here), waiting, released or discarded; `released` counts the pages that were."""

deposit_pages = table(
    "deposit_pages", key("tenant", Blob), key("deposit", Blob), key("page", Whole), column("locked", Blob)
)

boxes = table("boxes", key("tenant", Blob), key("deposit", Blob), key("device", Blob), column("sealed", Blob))
"""The key of a deposit, sealed to each owner's device."""
