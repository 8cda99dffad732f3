"""Reminders and the steps they took."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "reminders",
        "id BLOB",
        "number TEXT, number_key TEXT, dated_on TEXT, party BLOB, name TEXT, step INTEGER, tone TEXT, "
        "bills INTEGER, total_paise INTEGER",
    )
    op.create_index("reminders_by_date", "reminders", ["dated_on", "id"])
    op.create_index("reminders_by_party", "reminders", ["party", "dated_on"])
    op.create_index("reminders_by_number", "reminders", ["number_key"])
    _add_table("steps_taken", "document BLOB, step INTEGER", "reminder BLOB, dated_on TEXT")


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
