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
    column("inviter", Blob, nullable=True),
    column("for_device", Blob, nullable=True),
    column("is_gone", Whole),
)
"""Founding and enrolment codes, hashed. A code belongs to the service until a tenant is known by it; `device` is the
one that gave it last, and `used` is 1 once that device has come in. `inviter` is the owner's device that asked for it;
`for_device` the one for which it binds a new key, and `is_gone` whether that device's old key is given up for lost."""

tenants = table(
    "tenants",
    key("tenant", Blob),
    column("book", Blob),
    column("company", Words),
    column("founder", Blob),
    column("founded_upto", Whole),
    column("people", Whole),
    column("founded_at_us", Whole),
    column("founded_era", Whole),
    column("people_era", Whole),
)
"""`founded_era` is that in which it was founded, the last time. `people` is the version of devices and series,
and `people_era` the era in which it last changed; nobody may be invited before the founder sent `founded_upto`."""
