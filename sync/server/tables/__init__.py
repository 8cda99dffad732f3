"""The service's tables, a file a room; tenant first in every key."""

from sync.server.tables.base import metadata
from sync.server.tables.house import codes, service, tenants
from sync.server.tables.order import changes, heads
from sync.server.tables.people import devices, series
from sync.server.tables.standing import cells, places, standing

__all__ = [
    "cells",
    "changes",
    "codes",
    "devices",
    "heads",
    "metadata",
    "places",
    "series",
    "service",
    "standing",
    "tenants",
]
