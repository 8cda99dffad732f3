"""The whole schema in one folder, a file a feature; importing this package knows every table."""

import importlib
import pkgutil

from core.store.tables.base import metadata
from core.store.tables.store import SEARCH, UNLOGGED

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")

PROJECTED = tuple(
    table for table in metadata.sorted_tables if table.name not in UNLOGGED and table.name != "changes"
)  # fmt: skip
"""The tables that the log alone makes: verify rebuilds these and compares."""

__all__ = ["PROJECTED", "SEARCH", "UNLOGGED", "metadata"]
