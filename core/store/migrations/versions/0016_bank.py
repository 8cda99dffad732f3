"""Bank accounts and the lines of their statements."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}
_DAY = ["account", "dated_on", "place", "id"]
_SEARCHED = ["paise", "description", "reference_key", "state"]
_SHOWN = ["value_on", "paise", "description", "reference", "balance_paise", "state", "claim", "reference_key"]


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "bank_accounts",
        "id BLOB",
        "name TEXT, name_key TEXT, bank TEXT, number TEXT, number_key TEXT, ifsc TEXT, archived INTEGER",
    )
    op.create_index("bank_accounts_by_number", "bank_accounts", ["number_key"])
    _add_table(
        "bank_lines",
        "id BLOB",
        "account BLOB, dated_on TEXT, place INTEGER, value_on TEXT?, paise INTEGER, description TEXT, "
        "reference TEXT, reference_key TEXT, balance_paise INTEGER?, nth INTEGER, state TEXT, claim BLOB?",
    )
    op.create_index("bank_lines_by_day", "bank_lines", _DAY + _SEARCHED)
    op.create_index("bank_lines_open", "bank_lines", _DAY + _SHOWN, sqlite_where=sa.text("claim IS NULL"))
    settled = sa.text("claim IS NOT NULL")
    by_state = ["account", "state", "dated_on", "place", "id"]
    op.create_index("bank_lines_settled", "bank_lines", by_state, sqlite_where=settled)
    op.create_index("bank_lines_by_claim", "bank_lines", ["claim"], sqlite_where=settled)
    named = sa.text("reference_key != ''")
    op.create_index("bank_lines_by_reference", "bank_lines", ["reference_key"], sqlite_where=named)
    _add_table("bank_papers", "paper BLOB", "claim BLOB, paise INTEGER, party BLOB?, number TEXT, name TEXT")
    op.create_index("bank_papers_by_claim", "bank_papers", ["claim"])


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
