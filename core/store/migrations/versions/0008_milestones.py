"""Contracts, their milestones and certifications."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "contracts",
        "id BLOB",
        "code TEXT, code_key TEXT, title TEXT, title_key TEXT, party BLOB?, value_paise INTEGER, archived INTEGER",
    )
    op.create_index("contracts_by_title", "contracts", ["title_key", "id"])
    op.create_index("contracts_by_code", "contracts", ["code_key"])
    op.create_index("contracts_by_party", "contracts", ["party"])
    _add_table(
        "milestones",
        "id BLOB",
        "contract BLOB, position INTEGER, title TEXT, paise INTEGER?, tenthousandths_pct INTEGER?, due_on TEXT?, "
        "dropped INTEGER",
    )
    op.create_index("milestones_by_contract", "milestones", ["contract", "position", "id"])
    _add_table("certifications", "milestone BLOB", "certified_on TEXT, certified_by TEXT")
    op.create_index(
        "documents_of_milestone", "documents", ["milestone"], sqlite_where=sa.text("milestone IS NOT NULL")
    )


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
