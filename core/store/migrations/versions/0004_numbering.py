"""How many numbers each series has given, and the days papers were issued on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "numbers",
        sa.Column("series", sa.Text, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("issued", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "issue_days",
        sa.Column("dated_on", sa.Text, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("papers", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
