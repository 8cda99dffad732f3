"""Parties, and which became another; the company needs no table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "parties",
        sa.Column("id", sa.LargeBinary, primary_key=True, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("code", "code_key", "name", "name_key")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "gstin", "state_code", "city")),
        sa.Column("archived", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("party_group", "salesperson", "branch")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("parties_by_name", "parties", ["name_key", "id"])
    op.create_index("parties_by_code", "parties", ["code_key"])
    op.create_index("parties_by_gstin", "parties", ["gstin"])
    op.create_table(
        "merged_parties",
        sa.Column("party", sa.LargeBinary, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("kept", sa.LargeBinary, nullable=False),
        sa.Column("claim", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
