"""Documents, their lines, and drafts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}
_DOCUMENTS = (
    "type TEXT, number TEXT, number_key TEXT, series TEXT, party BLOB, party_name TEXT, party_key TEXT, "
    "dated_on TEXT, due_on TEXT, value_paise INTEGER, taxable_paise INTEGER, tax_paise INTEGER, "
    "place_of_supply TEXT, origin TEXT, opening INTEGER, original BLOB?, draft BLOB?, milestone BLOB?, "
    "cancellation BLOB?, corrects BLOB?, source BLOB?, amends_on TEXT?"
)
_LINES = (
    "item BLOB?, party BLOB, dated_on TEXT, description TEXT, hsn TEXT, quantity_thousandths INTEGER, unit TEXT, "
    "price_tenthousandths INTEGER, price_includes_tax INTEGER, discount_tenthousandths_pct INTEGER, treatment TEXT, "
    "rate_bp INTEGER, taxable_paise INTEGER, igst_paise INTEGER, cgst_paise INTEGER, sgst_paise INTEGER, "
    "cess_paise INTEGER"
)
_DRAFTS = (
    "type TEXT, party BLOB?, dated_on TEXT?, owner BLOB, lines INTEGER, worth_paise INTEGER, milestone BLOB?"
)
_INDEXES = {
    "documents_by_date": ["dated_on", "id"],
    "documents_by_number": ["number_key", "id"],
    "documents_by_due": ["due_on", "id"],
    "documents_by_name": ["party_key", "id"],
    "documents_by_value": ["value_paise", "id"],
    "documents_of_party": ["party", "dated_on", "id"],
}


def upgrade() -> None:
    """Add the tables."""
    _add_table("documents", [_key("id", sa.LargeBinary)], _DOCUMENTS)
    for name, columns in _INDEXES.items():
        op.create_index(name, "documents", columns)
    op.create_index(
        "notes_on_document", "documents", ["original"], sqlite_where=sa.text("original IS NOT NULL")
    )
    op.create_index(
        "corrections_of_document", "documents", ["corrects"], sqlite_where=sa.text("corrects IS NOT NULL")
    )
    op.create_index(
        "documents_from_source", "documents", ["source"], sqlite_where=sa.text("source IS NOT NULL")
    )
    op.create_index(
        "notes_by_date", "documents", ["dated_on", "id", "type"], sqlite_where=sa.text("type != 'INV'")
    )
    op.create_index(
        "documents_cancelled",
        "documents",
        ["dated_on", "id"],
        sqlite_where=sa.text("cancellation IS NOT NULL"),
    )
    op.create_index(
        "amendments_by_date",
        "documents",
        ["dated_on", "id"],
        sqlite_where=sa.text("amends_on IS NOT NULL"),
    )
    _add_table("document_lines", [_key("document", sa.LargeBinary), _key("n", sa.Integer)], _LINES)
    op.create_index(
        "lines_of_item",
        "document_lines",
        ["party", "item", "dated_on"],
        sqlite_where=sa.text("item IS NOT NULL"),
    )
    _add_table("drafts", [_key("id", sa.LargeBinary)], _DRAFTS)
    op.create_index("drafts_of_party", "drafts", ["party"])


def _add_table(name: str, keys: "list[sa.Column[Any]]", columns: str) -> None:
    made = [_column(text) for text in columns.split(", ")]
    op.create_table(name, *keys, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str) -> "sa.Column[Any]":
    """A column from "name TYPE", or "name TYPE?" where it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"))


def _key(name: str, kind: type[Any]) -> "sa.Column[Any]":
    return sa.Column(name, kind, primary_key=True, autoincrement=False, nullable=False)
