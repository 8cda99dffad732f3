"""Postings, open items, allocations and balances."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STILL_OPEN = sa.text("open_paise > 0")


def upgrade() -> None:
    """Add the tables."""
    _add_postings()
    _add_open_items()
    _add_allocations()
    _add_table("balances", [_key("account", sa.Text), _key("party", sa.LargeBinary)], ["paise INTEGER"])
    _add_spells()


def _add_postings() -> None:
    _add_table(
        "postings",
        [_key("paper", sa.LargeBinary), _key("n", sa.Integer)],
        ["about BLOB", "account TEXT", "party BLOB", "dated_on TEXT", "paise INTEGER"],
    )
    op.create_index(
        "postings_of_party",
        "postings",
        ["party", "dated_on", "paper", "n", "paise", "about"],
        sqlite_where=sa.text("account = 'debtors'"),
    )


def _add_open_items() -> None:
    _add_table(
        "open_items",
        [_key("paper", sa.LargeBinary)],
        [
            "party BLOB", "side TEXT", "type TEXT", "number TEXT", "dated_on TEXT", "due_on TEXT",
            "amount_paise INTEGER", "open_paise INTEGER",
        ],
    )  # fmt: skip
    op.create_index("items_of_party", "open_items", ["party", "dated_on"])
    for name, columns in (
        ("open_by_party", ["party", "side", "due_on", "open_paise", "dated_on"]),
        ("open_by_due", ["side", "due_on", "paper", "open_paise", "party"]),
        ("open_by_date", ["side", "dated_on", "paper"]),
    ):
        op.create_index(name, "open_items", columns, sqlite_where=_STILL_OPEN)


def _add_allocations() -> None:
    _add_table(
        "allocations",
        [_key("claim", sa.LargeBinary), _key("n", sa.Integer)],
        ["credit BLOB", "document BLOB", "paise INTEGER", "allocated_on TEXT"],
    )
    op.create_index("allocations_of_document", "allocations", ["document", "allocated_on", "paise"])
    op.create_index("allocations_of_credit", "allocations", ["credit", "allocated_on", "paise"])
    op.create_index("allocations_by_date", "allocations", ["allocated_on", "document", "credit", "paise"])


def _add_spells() -> None:
    keys = [
        _key("span", sa.Integer),
        _key("from_on", sa.Text),
        _key("until_on", sa.Text),
        _key("side", sa.Text),
    ]
    _add_table("spells", [*keys, _key("party", sa.LargeBinary), _key("due_on", sa.Text)], ["paise INTEGER"])


_TYPES = {"BLOB": sa.LargeBinary, "TEXT": sa.Text, "INTEGER": sa.Integer}


def _add_table(name: str, keys: "list[sa.Column[Any]]", columns: list[str]) -> None:
    made = [_column(text) for text in columns]
    op.create_table(name, *keys, *made, sqlite_strict=True, sqlite_with_rowid=False)


def _column(text: str) -> "sa.Column[Any]":
    name, kind = text.split()
    return sa.Column(name, _TYPES[kind], nullable=False)


def _key(name: str, kind: type[Any]) -> "sa.Column[Any]":
    return sa.Column(name, kind, primary_key=True, autoincrement=False, nullable=False)
