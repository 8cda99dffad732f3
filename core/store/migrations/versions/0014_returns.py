"""Filed returns, amended rows, numbers never used, gaps explained."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "filed_returns",
        "id BLOB",
        "form TEXT, period TEXT, filed_on TEXT, arn TEXT, device BLOB, epoch INTEGER, covers_seq INTEGER, "
        "covers_number INTEGER, covers_earlier TEXT, exceptions BLOB, origin TEXT",
    )
    _add_table("period_amendments", "id BLOB", "section TEXT, period TEXT, reported_in TEXT, origin TEXT")
    _add_table("unused_numbers", "id BLOB", "type TEXT, number TEXT, dated_on TEXT, origin TEXT")
    op.create_index("unused_by_date", "unused_numbers", ["dated_on"])
    _add_table("gap_explanations", "id BLOB", "type TEXT, year INTEGER, number_key TEXT, words TEXT")


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
