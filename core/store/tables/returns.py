"""What was filed and what it covers, amended summary rows, numbers never used, and gaps explained."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

filed_returns = table(
    "filed_returns",
    key("id", Blob),
    column("form", Words),
    column("period", Words),
    column("filed_on", Day),
    column("arn", Words),
    column("device", Blob),
    column("epoch", Whole),
    column("covers_seq", Whole),
    column("covers_number", Whole),
    column("covers_earlier", Words),
    column("exceptions", Blob),
    column("origin", Words),
)
"""Held ones too; how each stands is in `standing`. A business has some two dozen a year. `covers_earlier` is written
epoch:number, one after the other, `exceptions` as ids of 16 bytes."""

period_amendments = table(
    "period_amendments",
    key("id", Blob),
    column("section", Words),
    column("period", Words),
    column("reported_in", Words),
    column("origin", Words),
)

unused_numbers = table(
    "unused_numbers",
    key("id", Blob),
    column("type", Words),
    column("number", Words),
    column("dated_on", Day),
    column("origin", Words),
)
sa.Index("unused_by_date", unused_numbers.c.dated_on)

gap_explanations = table(
    "gap_explanations",
    key("id", Blob),
    column("type", Words),
    column("year", Whole),
    column("number_key", Words),
    column("words", Words),
)
