"""Attachments: what the log names; their bytes lie in the vault beside the book."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "attachments",
        sa.Column("id", sa.LargeBinary, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("about", sa.LargeBinary, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("added_on", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("attachments_of_record", "attachments", ["about", "id"])
    op.create_index("attachments_by_address", "attachments", ["address"])
