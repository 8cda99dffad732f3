"""The service's tables, a file a room; tenant first in every key."""

from sync.server.tables.base import metadata
from sync.server.tables.eras import buckets, gatherings, met
from sync.server.tables.house import codes, service, tenants
from sync.server.tables.order import chains, changes, heads
from sync.server.tables.people import devices, sealed_keys, series, tenant_keys
from sync.server.tables.standing import cells, places, standing

__all__ = [
    "buckets",
    "cells",
    "chains",
    "changes",
    "codes",
    "devices",
    "gatherings",
    "heads",
    "met",
    "metadata",
    "places",
    "sealed_keys",
    "series",
    "service",
    "standing",
    "tenant_keys",
    "tenants",
]
