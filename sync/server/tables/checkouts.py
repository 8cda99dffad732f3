"""Bills that devices have with them. No part of the order: they run out by themselves."""

from sync.server.tables.base import Blob, Whole, Words, column, key, table

checkouts = table(
    "checkouts",
    key("tenant", Blob),
    key("bill", Blob),
    key("device", Blob),
    column("user", Words),
    column("paise", Whole),
    column("until_us", Whole),
)
