"""Bank accounts, the lines of their statements, and which money of the book each line is."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

bank_accounts = table(
    "bank_accounts",
    key("id", Blob),
    column("name", Words),
    column("name_key", Words),
    column("bank", Words),
    column("number", Words),
    column("number_key", Words),
    column("ifsc", Words),
    column("archived", Whole),
)

sa.Index("bank_accounts_by_number", bank_accounts.c.number_key)

bank_lines = table(
    "bank_lines",
    key("id", Blob),
    column("account", Blob),
    column("dated_on", Day),
    column("place", Whole),
    column("value_on", Day, nullable=True),
    column("paise", Whole),
    column("description", Words),
    column("reference", Words),
    column("reference_key", Words),
    column("balance_paise", Whole, nullable=True),
    column("nth", Whole),
    column("state", Words),
    column("claim", Blob, nullable=True),
)
"""`claim` is the match or the setting aside in force; `state` open, matched or aside."""

_BY_DAY = (bank_lines.c.account, bank_lines.c.dated_on, bank_lines.c.place, bank_lines.c.id)

_SEARCHED = ("paise", "description", "reference_key", "state")
sa.Index("bank_lines_by_day", *_BY_DAY, *(bank_lines.c[name] for name in _SEARCHED))
_SHOWN = ("value_on", "paise", "description", "reference", "balance_paise", "state", "claim", "reference_key")
sa.Index(
    "bank_lines_open",
    *_BY_DAY,
    *(bank_lines.c[name] for name in _SHOWN),
    sqlite_where=bank_lines.c.claim.is_(None),
)  # all that a list shows of a line: fifty thousand open ones are read and searched without a look at the table
sa.Index(
    "bank_lines_settled",
    bank_lines.c.account,
    bank_lines.c.state,
    bank_lines.c.dated_on,
    bank_lines.c.place,
    bank_lines.c.id,
    sqlite_where=bank_lines.c.claim.is_not(None),
)
sa.Index("bank_lines_by_claim", bank_lines.c.claim, sqlite_where=bank_lines.c.claim.is_not(None))
sa.Index("bank_lines_by_reference", bank_lines.c.reference_key, sqlite_where=bank_lines.c.reference_key != "")

bank_papers = table(
    "bank_papers",
    key("paper", Blob),
    column("claim", Blob),
    column("paise", Whole),
    column("party", Blob, nullable=True),
    column("number", Words),
    column("name", Words),
)
"""The papers that a match in force has taken, with the words a list shows of them."""

sa.Index("bank_papers_by_claim", bank_papers.c.claim)
