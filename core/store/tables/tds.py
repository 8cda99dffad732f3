"""TDS as the life of a credit needs it: what receipts say was deducted, and what was seen, certified and claimed."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

tds_deductions = table(
    "tds_deductions",
    key("receipt", Blob),
    key("n", Whole),
    column("kind", Words),
    column("code", Words),
    column("paise", Whole),
    column("party", Blob),
    column("number", Words),
    column("dated_on", Day),
)
"""The deductions of kinds tds and gst_tds, by receipt; whether a receipt counts stands in `standing`."""

sa.Index("tds_deductions_by_date", tds_deductions.c.kind, tds_deductions.c.dated_on, tds_deductions.c.receipt)

tds_seen = table(
    "tds_seen",
    key("id", Blob),
    column("line", Blob),
    column("form", Words),
    column("tan", Words),
    column("deductor", Words),
    column("code", Words),
    column("year", Whole),
    column("quarter", Whole),
    column("paid_on", Day),
    column("paid_paise", Whole),
    column("deducted_paise", Whole),
    column("deposited_paise", Whole),
    column("status", Words),
    column("booked_on", Day, nullable=True),
    column("seen_on", Day, nullable=True),
)
"""Every line as it was ever seen; of one `line` the newest is the one that counts."""

sa.Index("tds_seen_by_year", tds_seen.c.year, tds_seen.c.id)
sa.Index("tds_seen_by_line", tds_seen.c.line)

tds_forms = table("tds_forms", key("id", Blob), column("year", Whole), column("made_on", Day))
"""The forms that told a whole year; the lines of the newest are all that the year's credits are."""

sa.Index("tds_forms_by_year", tds_forms.c.year, tds_forms.c.made_on, tds_forms.c.id)

tds_certificates = table(
    "tds_certificates",
    key("id", Blob),
    column("form", Words),
    column("number", Words),
    column("tan", Words),
    column("code", Words),
    column("year", Whole),
    column("quarter", Whole),
    column("deducted_paise", Whole),
    column("issued_on", Day, nullable=True),
    column("party", Blob, nullable=True),
    column("note", Words),
)

sa.Index("tds_certificates_by_year", tds_certificates.c.year, tds_certificates.c.id)

tds_links = table("tds_links", key("record", Blob), column("claim", Blob))
"""The standing link of a credit or of a receipt; none when it was undone."""

sa.Index("tds_links_by_claim", tds_links.c.claim)

tds_claims = table(
    "tds_claims",
    key("line", Blob),
    column("claim", Blob),
    column("year", Whole),
    column("claimed_on", Day),
    column("deducted_paise", Whole),
)
"""In which year's return a line was claimed; none when that was undone."""
