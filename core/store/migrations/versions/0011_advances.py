"""Advances: receipt vouchers and refund vouchers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "vouchers",
        "id BLOB",
        "type TEXT, number TEXT, number_key TEXT, dated_on TEXT, party BLOB, name TEXT, name_key TEXT, mode TEXT, "
        "reference TEXT, reference_key TEXT, amount_paise INTEGER, purpose TEXT, rate_bp INTEGER, voucher BLOB?",
    )
    op.create_index("vouchers_by_date", "vouchers", ["dated_on", "id"])
    op.create_index("vouchers_by_number", "vouchers", ["number_key", "id"])
    op.create_index("vouchers_by_name", "vouchers", ["name_key", "id"])
    op.create_index("vouchers_by_amount", "vouchers", ["amount_paise", "id"])
    op.create_index("vouchers_by_party", "vouchers", ["party", "dated_on"])
    op.create_index(
        "vouchers_by_reference", "vouchers", ["reference_key"], sqlite_where=sa.text("reference_key != ''")
    )
    op.create_index(
        "refunds_of_voucher", "vouchers", ["voucher"], sqlite_where=sa.text("voucher IS NOT NULL")
    )
    _add_table("used_elsewhere", "voucher BLOB, n INTEGER", "dated_on TEXT, paise INTEGER")
    op.create_index("used_elsewhere_by_date", "used_elsewhere", ["dated_on", "voucher"])


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
