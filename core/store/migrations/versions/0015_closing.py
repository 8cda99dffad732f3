"""Closed periods."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "books_closed",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("through", sa.Text),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closes",
        sa.Column("id", sa.LargeBinary, primary_key=True, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("through", "closed_on")),
        sa.Column("reopened_on", sa.Text),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("closes_by_day", "closes", ["through", "id"])
