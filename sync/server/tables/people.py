"""Devices with their roles and keys, and who owns which series."""

from sync.server.tables.base import Blob, Whole, Words, column, key, table

devices = table(
    "devices",
    key("tenant", Blob),
    key("device", Blob),
    column("code", Words),
    column("name", Words),
    column("user", Words),
    column("role", Words),
    column("state", Words),
    column("public_key", Blob),
    column("epoch", Whole),
    column("number", Whole),
    column("link", Blob),
    column("enrolled_at_us", Whole),
)
"""Devices, the role each holds, its key, and the head of its chain. `state` is invited, live or ended."""

series = table("series", key("tenant", Blob), key("series", Words), column("device", Blob))
