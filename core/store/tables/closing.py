"""Up to which day the books are closed, and every close there was."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, column, key, table

books_closed = table("books_closed", key("one", Whole), column("through", Day, nullable=True))
"""One row at the most."""

closes = table(
    "closes",
    key("id", Blob),
    column("through", Day),
    column("closed_on", Day),
    column("reopened_on", Day, nullable=True),
)

sa.Index("closes_by_day", closes.c.through, closes.c.id)
