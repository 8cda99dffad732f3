"""E-invoices as look-ups need them: which paper has which IRN, and whether the portal has cancelled it."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Words, column, key, table

einvoices = table(
    "einvoices",
    key("id", Blob),
    column("document", Blob),
    column("irn", Words),
    column("ack_number", Words),
    column("acknowledged_at", Words),
    column("cancellation", Blob, nullable=True),
)

sa.Index("einvoices_by_document", einvoices.c.document)
sa.Index("einvoices_by_irn", einvoices.c.irn)
