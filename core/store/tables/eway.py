"""E-way bills as look-ups need them: which were made for a paper, and until when they are good."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Words, column, key, table

eway_bills = table(
    "eway_bills",
    key("id", Blob),
    column("document", Blob),
    column("bill_number", Words),
    column("made_at", Words),
    column("valid_until", Words),
)
"""A bill whose validity was extended stands twice; times are as the portal wrote them, in Indian time."""

sa.Index("eway_bills_by_document", eway_bills.c.document, eway_bills.c.made_at)
