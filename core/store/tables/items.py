"""Items as lists and look-ups need them; the whole record is its image."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Whole, Words, column, key, table

items = table(
    "items",
    key("id", Blob),
    column("code", Words),
    column("code_key", Words),
    column("name", Words),
    column("name_key", Words),
    column("hsn", Words),
    column("unit", Words),
    column("treatment", Words),
    column("rate_bp", Whole),
    column("price_tenthousandths", Whole),
    column("archived", Whole),
)

sa.Index("items_by_name", items.c.name_key, items.c.id)
sa.Index("items_by_code", items.c.code_key)

merged_items = table("merged_items", key("item", Blob), column("kept", Blob), column("claim", Blob))
"""Items that became another, and by which claim."""
