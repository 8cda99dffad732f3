"""Which schema each device can read and write, and which is in force for the whole business."""

from sync.server.tables.base import Blob, Whole, column, key, table

known_schemas = table("known_schemas", key("tenant", Blob), key("device", Blob), column("schema", Whole))
"""The schema that each device knew when it last came in."""

schemas_in_force = table("schemas_in_force", key("tenant", Blob), column("schema", Whole))
"""The schema at which every device of a business writes; it only rises."""
