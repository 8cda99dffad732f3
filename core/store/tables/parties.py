"""Parties as lists and look-ups need them; the whole record is its image."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Whole, Words, column, key, table

parties = table(
    "parties",
    key("id", Blob),
    column("code", Words),
    column("code_key", Words),
    column("name", Words),
    column("name_key", Words),
    column("kind", Words),
    column("gstin", Words),
    column("state_code", Words),
    column("city", Words),
    column("archived", Whole),
    column("party_group", Words),
    column("salesperson", Words),
    column("branch", Words),
)

sa.Index("parties_by_name", parties.c.name_key, parties.c.id)
sa.Index("parties_by_code", parties.c.code_key)
sa.Index("parties_by_gstin", parties.c.gstin)

merged_parties = table("merged_parties", key("party", Blob), column("kept", Blob), column("claim", Blob))
"""Parties that became another, and by which claim."""
