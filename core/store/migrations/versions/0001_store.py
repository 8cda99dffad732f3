"""The log, what stands, the search index, and the tables that are no part of the books."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TAKEN_BACK = (
    ("device", sa.LargeBinary),
    ("epoch", sa.Integer),
    ("number", sa.Integer),
    ("data", sa.LargeBinary),
    ("link", sa.LargeBinary),
    ("start", sa.LargeBinary),
    ("is_left", sa.Integer),
)
_OLDER = (
    ("seq", sa.Integer),
    ("kind", sa.Text),
    ("record", sa.LargeBinary),
    ("outcome", sa.Integer),
    ("data", sa.LargeBinary),
    ("link", sa.LargeBinary),
    ("answer", sa.LargeBinary),
)


def upgrade() -> None:
    """Add the tables."""
    _add_log()
    _add_standing()
    _add_unlogged()
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5(text, record UNINDEXED, kind, prefix='2 3', columnsize=0)"
    )


def _add_log() -> None:
    op.create_table(
        "changes",
        sa.Column("entry", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("idle", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("undo", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_index("changes_by_author", "changes", ["device", "epoch", "number"])
    op.create_index("changes_by_seq", "changes", ["seq"], sqlite_where=sa.text("seq IS NOT NULL"))
    op.create_index("changes_by_record", "changes", ["record"])
    op.create_index("changes_pending", "changes", ["entry"], sqlite_where=sa.text("outcome = 0"))
    op.create_index("changes_shelved", "changes", ["entry"], sqlite_where=sa.text("idle = 2"))


def _add_standing() -> None:
    _add_table(
        "standing",
        _key("record", sa.LargeBinary),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("total_paise", sa.Integer, nullable=False),
        sa.Column("open_paise", sa.Integer, nullable=False),
        sa.Column("rests", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    op.create_index(
        "standing_aside", "standing", ["state", "record"], sqlite_where=sa.text("state = 2 OR state = 3")
    )
    _add_table("places", _key("place", sa.Text), sa.Column("paper", sa.LargeBinary, nullable=False))
    op.create_index("places_by_paper", "places", ["paper"])
    _add_table("images", _key("record", sa.LargeBinary), sa.Column("image", sa.LargeBinary, nullable=False))


def _add_unlogged() -> None:
    _add_table("meta", _key("name", sa.Text), sa.Column("value", sa.LargeBinary, nullable=False))
    _add_table(
        "chains",
        _key("device", sa.LargeBinary),
        _key("epoch", sa.Integer),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        sa.Column("start", sa.LargeBinary, nullable=False),
    )
    _add_table(
        "older_changes",
        _key("device", sa.LargeBinary),
        _key("epoch", sa.Integer),
        _key("number", sa.Integer),
        *(sa.Column(name, kind, nullable=False) for name, kind in _OLDER),
    )
    op.create_index("older_by_seq", "older_changes", ["seq"])
    op.create_index("older_by_record", "older_changes", ["record"])
    _add_table(
        "taken_back",
        _key("place", sa.Integer),
        *(sa.Column(name, kind, nullable=False) for name, kind in _TAKEN_BACK),
    )
    _add_table(
        "devices",
        _key("device", sa.LargeBinary),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("code", "name", "user", "role", "state")),
    )
    _add_table("series", _key("series", sa.Text), sa.Column("device", sa.LargeBinary, nullable=False))
    _add_table(
        "draft_journal",
        _key("place", sa.Text),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("kept_at_us", sa.Integer, nullable=False),
    )
    _add_table("inbox_read", _key("item", sa.Text), sa.Column("read_at_us", sa.Integer, nullable=False))
    _add_table("shelf", _key("seq", sa.Integer), _key("party", sa.LargeBinary))


def _add_table(name: str, *columns: "sa.Column[Any]") -> None:
    op.create_table(name, *columns, sqlite_strict=True, sqlite_with_rowid=False)


def _key(name: str, kind: type[Any]) -> "sa.Column[Any]":
    return sa.Column(name, kind, primary_key=True, autoincrement=False, nullable=False)
