"""E-way bills."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the table."""
    _add_table("eway_bills", "id BLOB", "document BLOB, bill_number TEXT, made_at TEXT, valid_until TEXT")
    op.create_index("eway_bills_by_document", "eway_bills", ["document", "made_at"])


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
