"""Documents and drafts as lists and look-ups need them; a whole document is its entry of the log."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

documents = table(
    "documents",
    key("id", Blob),
    column("type", Words),
    column("number", Words),
    column("number_key", Words),
    column("series", Words),
    column("party", Blob),
    column("party_name", Words),
    column("party_key", Words),
    column("dated_on", Day),
    column("due_on", Day),
    column("value_paise", Whole),
    column("taxable_paise", Whole),
    column("tax_paise", Whole),
    column("place_of_supply", Words),
    column("origin", Words),
    column("opening", Whole),
    column("original", Blob, nullable=True),
    column("draft", Blob, nullable=True),
    column("milestone", Blob, nullable=True),
    column("cancellation", Blob, nullable=True),
    column("corrects", Blob, nullable=True),
    column("source", Blob, nullable=True),
    column("amends_on", Day, nullable=True),
)
"""Held ones too. How a document stands and what is open of it is in `standing`; `cancellation` is its claim,
`corrects` the document that it amends or revises, `source` the quotation, proforma or challan it was made from,
`amends_on` the date of the paper that it amends."""

sa.Index("documents_by_date", documents.c.dated_on, documents.c.id)
sa.Index("documents_by_number", documents.c.number_key, documents.c.id)
sa.Index("documents_by_due", documents.c.due_on, documents.c.id)
sa.Index("documents_by_name", documents.c.party_key, documents.c.id)
sa.Index("documents_by_value", documents.c.value_paise, documents.c.id)
sa.Index("documents_of_party", documents.c.party, documents.c.dated_on, documents.c.id)
sa.Index("notes_on_document", documents.c.original, sqlite_where=documents.c.original.is_not(None))
sa.Index("corrections_of_document", documents.c.corrects, sqlite_where=documents.c.corrects.is_not(None))
sa.Index("documents_from_source", documents.c.source, sqlite_where=documents.c.source.is_not(None))
sa.Index(
    "notes_by_date",
    documents.c.dated_on, documents.c.id, documents.c.type,
    sqlite_where=documents.c.type != "INV",
)  # fmt: skip
sa.Index(
    "documents_cancelled",
    documents.c.dated_on, documents.c.id,
    sqlite_where=documents.c.cancellation.is_not(None),
)  # fmt: skip
sa.Index(
    "amendments_by_date",
    documents.c.dated_on, documents.c.id,
    sqlite_where=documents.c.amends_on.is_not(None),
)  # fmt: skip

document_lines = table(
    "document_lines",
    key("document", Blob),
    key("n", Whole),
    column("item", Blob, nullable=True),
    column("party", Blob),
    column("dated_on", Day),
    column("description", Words),
    column("hsn", Words),
    column("quantity_thousandths", Whole),
    column("unit", Words),
    column("price_tenthousandths", Whole),
    column("price_includes_tax", Whole),
    column("discount_tenthousandths_pct", Whole),
    column("treatment", Words),
    column("rate_bp", Whole),
    column("taxable_paise", Whole),
    column("igst_paise", Whole),
    column("cgst_paise", Whole),
    column("sgst_paise", Whole),
    column("cess_paise", Whole),
)

sa.Index(
    "lines_of_item",
    document_lines.c.party, document_lines.c.item, document_lines.c.dated_on,
    sqlite_where=document_lines.c.item.is_not(None),
)  # fmt: skip

drafts = table(
    "drafts",
    key("id", Blob),
    column("type", Words),
    column("party", Blob, nullable=True),
    column("dated_on", Day, nullable=True),
    column("owner", Blob),
    column("lines", Whole),
    column("worth_paise", Whole),
    column("milestone", Blob, nullable=True),
)
"""Drafts still open; `worth_paise` is what their lines come to before tax."""

sa.Index("drafts_of_party", drafts.c.party)
