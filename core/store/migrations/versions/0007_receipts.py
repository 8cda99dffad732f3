"""Receipts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the table."""
    _add_table(
        "receipts",
        "id BLOB",
        "number TEXT, number_key TEXT, dated_on TEXT, party BLOB, name TEXT, name_key TEXT, mode TEXT, "
        "reference TEXT, reference_key TEXT, amount_paise INTEGER, deducted_paise INTEGER",
    )
    op.create_index("receipts_by_date", "receipts", ["dated_on", "id"])
    op.create_index("receipts_by_number", "receipts", ["number_key", "id"])
    op.create_index("receipts_by_name", "receipts", ["name_key", "id"])
    op.create_index("receipts_by_amount", "receipts", ["amount_paise", "id"])
    op.create_index("receipts_by_party", "receipts", ["party", "dated_on"])
    op.create_index(
        "receipts_by_reference", "receipts", ["reference_key"], sqlite_where=sa.text("reference_key != ''")
    )


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
