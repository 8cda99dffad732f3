"""Reminders as lists need them, and the steps taken for each document."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

reminders = table(
    "reminders",
    key("id", Blob),
    column("number", Words),
    column("number_key", Words),
    column("dated_on", Day),
    column("party", Blob),
    column("name", Words),
    column("step", Whole),
    column("tone", Words),
    column("bills", Whole),
    column("total_paise", Whole),
)

steps_taken = table(
    "steps_taken",
    key("document", Blob),
    key("step", Whole),
    column("reminder", Blob),
    column("dated_on", Day),
)
"""Which reminder took a step of the ladder for a document, and when."""

sa.Index("reminders_by_date", reminders.c.dated_on, reminders.c.id)
sa.Index("reminders_by_party", reminders.c.party, reminders.c.dated_on)
sa.Index("reminders_by_number", reminders.c.number_key)
