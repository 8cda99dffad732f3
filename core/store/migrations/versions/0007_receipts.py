"""Receipts, their cheques, what took them back, and money given back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def upgrade() -> None:
    """Add the tables."""
    _add_table(
        "receipts",
        "id BLOB",
        "number TEXT, number_key TEXT, dated_on TEXT, party BLOB, name TEXT, name_key TEXT, mode TEXT, "
        "reference TEXT, reference_key TEXT, amount_paise INTEGER, deducted_paise INTEGER, counts_on TEXT, "
        "cheque_number TEXT, cheque_on TEXT?, cheque_bank TEXT, deposited_on TEXT?, deposit BLOB?, cleared_on TEXT?, "
        "reversal BLOB?, reversal_cause TEXT",
    )
    op.create_index("receipts_by_date", "receipts", ["dated_on", "id"])
    op.create_index("receipts_by_number", "receipts", ["number_key", "id"])
    op.create_index("receipts_by_name", "receipts", ["name_key", "id"])
    op.create_index("receipts_by_amount", "receipts", ["amount_paise", "id"])
    op.create_index("receipts_by_party", "receipts", ["party", "dated_on"])
    op.create_index(
        "receipts_by_reference", "receipts", ["reference_key"], sqlite_where=sa.text("reference_key != ''")
    )
    op.create_index("receipts_by_counting", "receipts", ["counts_on", "amount_paise"])
    _add_table("receipt_references", "reference_key TEXT", "receipts INTEGER")
    op.create_index(
        "references_used_twice", "receipt_references", ["receipts"], sqlite_where=sa.text("receipts > 1")
    )
    _index_cheques()
    _add_table(
        "reversals",
        "id BLOB",
        "number TEXT, number_key TEXT, dated_on TEXT, party BLOB, of TEXT, paper BLOB, cause TEXT, "
        "amount_paise INTEGER, charges_paise INTEGER",
    )
    op.create_index("reversals_of_paper", "reversals", ["paper"])
    op.create_index("reversals_by_date", "reversals", ["dated_on", "id"])
    _add_table(
        "paybacks",
        "id BLOB",
        "number TEXT, number_key TEXT, dated_on TEXT, party BLOB, name TEXT, name_key TEXT, mode TEXT, "
        "reference TEXT, reference_key TEXT, amount_paise INTEGER, credit BLOB, reversal BLOB?",
    )
    op.create_index("paybacks_by_date", "paybacks", ["dated_on", "id"])
    op.create_index("paybacks_by_number", "paybacks", ["number_key", "id"])
    op.create_index("paybacks_by_name", "paybacks", ["name_key", "id"])
    op.create_index("paybacks_by_amount", "paybacks", ["amount_paise", "id"])
    op.create_index("paybacks_by_party", "paybacks", ["party", "dated_on"])
    op.create_index("paybacks_of_credit", "paybacks", ["credit"])


def _index_cheques() -> None:
    places = ["cheque_on", "id"]
    is_cheque, is_open = "cheque_on IS NOT NULL", "cleared_on IS NULL AND reversal IS NULL"
    for name, where in (
        ("cheques_in_hand", f"{is_cheque} AND deposited_on IS NULL AND {is_open}"),
        ("cheques_deposited", f"{is_cheque} AND deposited_on IS NOT NULL AND {is_open}"),
        ("cheques_bounced", f"{is_cheque} AND reversal_cause = 'bounced'"),
        ("cheques_cleared", f"{is_cheque} AND cleared_on IS NOT NULL AND reversal IS NULL"),
    ):
        op.create_index(name, "receipts", places, sqlite_where=sa.text(where))
    op.create_index(
        "receipts_of_deposit", "receipts", ["deposit"], sqlite_where=sa.text("deposit IS NOT NULL")
    )


def _add_table(name: str, keys: str, columns: str) -> None:
    made = [_column(text, primary_key=True, autoincrement=False) for text in keys.split(", ")]
    made += [_column(text) for text in columns.split(", ")]
    op.create_table(name, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str, **options: Any) -> "sa.Column[Any]":
    """A column told as "name TYPE", with ? when it may be empty."""
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?"), **options)
