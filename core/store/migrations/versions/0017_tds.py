"""Tables of core/tds."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "tds_deductions", "receipt BLOB, n INTEGER",
        "kind TEXT, code TEXT, paise INTEGER, party BLOB, number TEXT, dated_on TEXT",
    )  # fmt: skip
    op.create_index("tds_deductions_by_date", "tds_deductions", ["kind", "dated_on", "receipt"])
    _add_table(
        "tds_seen", "id BLOB",
        "line BLOB, form TEXT, tan TEXT, deductor TEXT, code TEXT, year INTEGER, quarter INTEGER, paid_on TEXT, "
        "paid_paise INTEGER, deducted_paise INTEGER, deposited_paise INTEGER, status TEXT, booked_on TEXT?, "
        "seen_on TEXT?",
    )  # fmt: skip
    op.create_index("tds_seen_by_year", "tds_seen", ["year", "id"])
    op.create_index("tds_seen_by_line", "tds_seen", ["line"])
    _add_table("tds_forms", "id BLOB", "year INTEGER, made_on TEXT")
    op.create_index("tds_forms_by_year", "tds_forms", ["year", "made_on", "id"])
    _add_table(
        "tds_certificates", "id BLOB",
        "form TEXT, number TEXT, tan TEXT, code TEXT, year INTEGER, quarter INTEGER, deducted_paise INTEGER, "
        "issued_on TEXT?, party BLOB?, note TEXT",
    )  # fmt: skip
    op.create_index("tds_certificates_by_year", "tds_certificates", ["year", "id"])
    _add_table("tds_links", "record BLOB", "claim BLOB")
    op.create_index("tds_links_by_claim", "tds_links", ["claim"])
    _add_table("tds_claims", "line BLOB", "claim BLOB, year INTEGER, claimed_on TEXT, deducted_paise INTEGER")


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
