"""Sums by month and party, and by day and account; those of a book that is there already are added up once."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_SUMS = (
    "billed_paise", "credited_paise", "received_paise", "opened_paise", "settled_paise", "fell_late_paise",
    "late_settled_paise", "payments", "paid_paise", "late_days", "late_paise_days", "taken_days",
    "taken_paise_days",
)  # fmt: skip

_LATE = "substr(max(i.dated_on, date(i.due_on, '+1 day')), 1, 7)"
_DAYS_LATE = "max(0, CAST(julianday(a.allocated_on) - julianday(i.due_on) AS INTEGER))"
_DAYS_TAKEN = "max(0, CAST(julianday(a.allocated_on) - julianday(i.dated_on) AS INTEGER))"
_IS_BILL = "i.type IN ('INV', 'DBN')"
_OPENED = f"""
SELECT i.party AS party, substr(i.dated_on, 1, 7) AS month,
  CASE WHEN {_IS_BILL} THEN i.amount_paise ELSE 0 END AS billed_paise,
  CASE WHEN i.type = 'CRN' THEN i.amount_paise ELSE 0 END AS credited_paise,
  CASE WHEN i.type IN ('RCT', 'RCV') THEN i.amount_paise ELSE 0 END AS received_paise,
  CASE WHEN i.side = 'due' THEN i.amount_paise ELSE 0 END AS opened_paise,
  0 AS settled_paise, 0 AS fell_late_paise, 0 AS late_settled_paise, 0 AS payments, 0 AS paid_paise,
  0 AS late_days, 0 AS late_paise_days, 0 AS taken_days, 0 AS taken_paise_days
FROM open_items i
UNION ALL SELECT i.party, {_LATE}, 0, 0, 0, 0, 0, i.amount_paise, 0, 0, 0, 0, 0, 0, 0
FROM open_items i WHERE i.side = 'due'
"""
_SETTLED = f"""
UNION ALL SELECT i.party, substr(a.allocated_on, 1, 7), 0, 0, 0, 0, a.paise, 0, 0, 0, 0, 0, 0, 0, 0
FROM allocations a JOIN open_items i ON i.paper = a.document WHERE i.side = 'due'
UNION ALL SELECT i.party, max(substr(a.allocated_on, 1, 7), {_LATE}), 0, 0, 0, 0, 0, 0, a.paise, 0, 0, 0, 0, 0, 0
FROM allocations a JOIN open_items i ON i.paper = a.document WHERE i.side = 'due'
UNION ALL SELECT i.party, substr(a.allocated_on, 1, 7),
  CASE WHEN {_IS_BILL} THEN -a.paise ELSE 0 END, CASE WHEN i.type = 'CRN' THEN -a.paise ELSE 0 END,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM allocations a JOIN open_items i ON i.paper = a.document WHERE a.credit = a.claim
UNION ALL SELECT i.party, substr(a.allocated_on, 1, 7), 0, 0, 0, 0, 0, 0, 0, 1, a.paise, {_DAYS_LATE},
  a.paise * {_DAYS_LATE}, {_DAYS_TAKEN}, a.paise * {_DAYS_TAKEN}
FROM allocations a JOIN open_items i ON i.paper = a.document JOIN open_items c ON c.paper = a.credit
WHERE {_IS_BILL} AND c.type IN ('RCT', 'RCV')
"""

_NAMES, _SUMMED = ", ".join(_SUMS), ", ".join(f"sum({name})" for name in _SUMS)
FILL = (
    f"INSERT INTO party_months (party, month, {_NAMES}) "
    f"SELECT party, month, {_SUMMED} FROM ({_OPENED}{_SETTLED}) GROUP BY 1, 2",
    f"INSERT INTO party_months (party, month, {_NAMES}) SELECT x'', month, {_SUMMED} FROM party_months GROUP BY 2",
    "INSERT INTO account_days (account, dated_on, paise) "
    "SELECT account, dated_on, sum(paise) FROM postings GROUP BY 1, 2",
)


def upgrade() -> None:
    """Add the tables and what the book's rows come to. Before this step nothing was written off or given back."""
    op.create_table(
        "party_months",
        sa.Column("party", sa.LargeBinary, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("month", sa.Text, primary_key=True, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _SUMS),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_days",
        sa.Column("account", sa.Text, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("dated_on", sa.Text, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("paise", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("account_days_by_date", "account_days", ["dated_on", "account", "paise"])
    for statement in FILL:
        op.execute(statement)
