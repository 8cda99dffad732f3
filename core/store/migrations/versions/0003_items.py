"""Items."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "items",
        sa.Column("id", sa.LargeBinary, primary_key=True, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("code", "code_key", "name", "name_key")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("hsn", "unit", "treatment")),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("rate_bp", "price_tenthousandths", "archived")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("items_by_name", "items", ["name_key", "id"])
    op.create_index("items_by_code", "items", ["code_key"])
    op.create_table(
        "merged_items",
        sa.Column("item", sa.LargeBinary, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("kept", sa.LargeBinary, nullable=False),
        sa.Column("claim", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
