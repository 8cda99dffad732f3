"""The order of each tenant: its head, and every change with its answer."""

import sqlalchemy as sa

from sync.server.tables.base import Blob, Whole, Words, column, key, table

heads = table(
    "heads",
    key("tenant", Blob),
    column("seq", Whole),
    column("run", Blob),
    column("digest", Words),
    column("beside", Whole),
)
"""The head of each tenant's order. Its row is held by the first statement of every push, until the commit. `beside`
counts what changes beside the order: who is there, what a device carries, what is taken along."""

chains = table(
    "chains",
    key("tenant", Blob),
    key("device", Blob),
    key("epoch", Whole),
    column("number", Whole),
    column("link", Blob),
    column("start", Blob),
)
"""Each device's chains, one an epoch: how far they go, and the link that number 1 hangs on."""

changes = table(
    "changes",
    key("tenant", Blob),
    key("seq", Whole),
    column("device", Blob),
    column("epoch", Whole),
    column("number", Whole),
    column("kind", Words),
    column("record", Blob),
    column("outcome", Whole),
    column("answer", Blob),
    column("data", Blob),
    column("link", Blob),
    column("run", Blob),
    column("arrived_at_us", Whole),
    is_large=True,
)
sa.Index("changes_by_author", changes.c.tenant, changes.c.device, changes.c.epoch, changes.c.number)
