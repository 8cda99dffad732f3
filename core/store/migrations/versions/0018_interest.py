"""Tables of core/interest."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "acceptances",
        "id BLOB",
        "document BLOB, delivered_on TEXT, objected_on TEXT?, removed_on TEXT?, noted_on TEXT?, note TEXT",
    )
    op.create_index("acceptances_of_document", "acceptances", ["document"])
    _add_table(
        "interest_bookings",
        "id BLOB",
        "document BLOB, note BLOB, from_on TEXT, upto_on TEXT, interest_paise INTEGER",
    )
    op.create_index("bookings_of_document", "interest_bookings", ["document"])


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
