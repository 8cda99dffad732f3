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
    column("enrolled_at_us", Whole),
    column("sealing_key", Blob),
    column("key_version", Whole),
    column("seen_at_us", Whole),
    column("ending", Words),
    column("notice", Blob),
    column("heir_of", Blob),
    column("app", Words),
    column("set_era", Whole),
    column("late_from", Whole),
    column("late_upto", Whole),
)
"""Devices, the role each holds, its keys, and its newest epoch. `state` is invited, live or ended.

`key_version` is the newest tenant key that was sealed for it. `ending` says how an ended one ended (revoked or lost),
and `notice` is the signature of the owner's device that ended it, after that device's id. `heir_of` is the
device whose book this one was, before its key was lost elsewhere: it may still hand in what that one wrote. `app` is
the version of Bahi that it ran when it last came in. `set_era` is the era in which an owner last decided its role or
key. Its changes after the place `late_from` and up to `late_upto` were taken after it had ended, while the service,
restored from a backup, did not know that; none where both are 0."""

series = table("series", key("tenant", Blob), key("series", Words), column("device", Blob))

tenant_keys = table("tenant_keys", key("tenant", Blob), key("version", Whole), column("is_made", Whole))
"""The versions of the tenant key, which the service never sees: the newest may still be wanted of an owner."""

factors = table(
    "factors",
    key("tenant", Blob),
    key("user", Words),
    column("secret", Blob),
    column("fresh", Blob),
    column("recovery_key", Blob),
    column("step", Whole),
    column("tries", Whole),
    column("wait_until_us", Whole),
)
"""The second factor of owners. `fresh` is a secret not yet confirmed, `step` the last that was taken; `tries` counts
wrong codes since, and none is looked at before `wait_until_us`."""

sealed_keys = table(
    "sealed_keys", key("tenant", Blob), key("device", Blob), column("version", Whole), column("sealed", Blob)
)
"""All versions of the tenant key up to one, sealed to a device."""
