"""Receipts as lists and look-ups need them; how much is on account stands in standing."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

receipts = table(
    "receipts",
    key("id", Blob),
    column("number", Words),
    column("number_key", Words),
    column("dated_on", Day),
    column("party", Blob),
    column("name", Words),
    column("name_key", Words),
    column("mode", Words),
    column("reference", Words),
    column("reference_key", Words),
    column("amount_paise", Whole),
    column("deducted_paise", Whole),
)

sa.Index("receipts_by_date", receipts.c.dated_on, receipts.c.id)
sa.Index("receipts_by_number", receipts.c.number_key, receipts.c.id)
sa.Index("receipts_by_name", receipts.c.name_key, receipts.c.id)
sa.Index("receipts_by_amount", receipts.c.amount_paise, receipts.c.id)
sa.Index("receipts_by_party", receipts.c.party, receipts.c.dated_on)
sa.Index("receipts_by_reference", receipts.c.reference_key, sqlite_where=receipts.c.reference_key != "")
