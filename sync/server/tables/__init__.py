"""The service's tables, a file a room; tenant first in every key."""

from sync.server.tables.attachments import file_parts, file_sums, files
from sync.server.tables.base import metadata
from sync.server.tables.checkouts import checkouts
from sync.server.tables.deposits import boxes, deposit_pages, deposits
from sync.server.tables.eras import buckets, gatherings, met, told
from sync.server.tables.house import codes, service, tenants
from sync.server.tables.order import chains, changes, heads
from sync.server.tables.people import devices, factors, sealed_keys, series, tenant_keys
from sync.server.tables.scopes import belongings, carriers, gone_through, scopes
from sync.server.tables.snapshots import archive, snapshot_pages, snapshots
from sync.server.tables.standing import places, standing
from sync.server.tables.versions import known_schemas, schemas_in_force

__all__ = [
    "archive",
    "belongings",
    "boxes",
    "buckets",
    "carriers",
    "chains",
    "changes",
    "checkouts",
    "codes",
    "deposit_pages",
    "deposits",
    "devices",
    "factors",
    "file_parts",
    "file_sums",
    "files",
    "gatherings",
    "gone_through",
    "heads",
    "known_schemas",
    "met",
    "metadata",
    "places",
    "schemas_in_force",
    "scopes",
    "sealed_keys",
    "series",
    "service",
    "snapshot_pages",
    "snapshots",
    "standing",
    "tenant_keys",
    "tenants",
    "told",
]
