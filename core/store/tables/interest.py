"""Acceptances of what was billed, and up to which day interest on a bill was charged by which note."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

acceptances = table(
    "acceptances",
    key("id", Blob),
    column("document", Blob),
    column("delivered_on", Day),
    column("objected_on", Day, nullable=True),
    column("removed_on", Day, nullable=True),
    column("noted_on", Day, nullable=True),
    column("note", Words),
)

sa.Index("acceptances_of_document", acceptances.c.document)

interest_bookings = table(
    "interest_bookings",
    key("id", Blob),
    column("document", Blob),
    column("note", Blob),
    column("from_on", Day),
    column("upto_on", Day),
    column("interest_paise", Whole),
)

sa.Index("bookings_of_document", interest_bookings.c.document)
