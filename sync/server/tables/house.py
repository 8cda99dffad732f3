"""The service itself, its codes, and the tenants it keeps."""

from sync.server.tables.base import Blob, Whole, Words, column, key, table

service = table("service", key("name", Words), column("value", Blob))
"""What the service itself keeps: its secret, its era."""

codes = table(
    "codes",
    key("code_hash", Blob),
    column("purpose", Words),
    column("tenant", Blob, nullable=True),
    column("role", Words),
    column("expires_at_us", Whole),
    column("device", Blob, nullable=True),
    column("used", Whole),
)
"""Founding and enrolment codes, hashed. A code belongs to the service until a tenant is known by it; `device` is the
one that gave it last, and `used` is 1 once that device has come in."""

tenants = table(
    "tenants",
    key("tenant", Blob),
    column("book", Blob),
    column("company", Words),
    column("founder", Blob),
    column("founded_upto", Whole),
    column("people", Whole),
    column("founded_at_us", Whole),
)
"""`people` is the version of devices and series; nobody may be invited before the founder sent `founded_upto`."""
