"""Postings, open items, allocations and running balances: the ledger's rows, all derived from papers."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

postings = table(
    "postings",
    key("paper", Blob),
    key("n", Whole),
    column("about", Blob),
    column("account", Words),
    column("party", Blob),
    column("dated_on", Day),
    column("paise", Whole),
)
"""`paper` posted it; `about` is the paper it concerns: itself, or the document that a cancellation reverses."""

sa.Index(
    "postings_of_party",
    postings.c.party, postings.c.dated_on, postings.c.paper, postings.c.n, postings.c.paise, postings.c.about,
    sqlite_where=postings.c.account == "debtors",
)  # fmt: skip

open_items = table(
    "open_items",
    key("paper", Blob),
    column("party", Blob),
    column("side", Words),
    column("type", Words),
    column("number", Words),
    column("dated_on", Day),
    column("due_on", Day),
    column("amount_paise", Whole),
    column("open_paise", Whole),
    sums=("open_paise",),
)
"""Every paper that opens an amount, settled ones too; the partial indexes hold only what is still open."""

_still_open = open_items.c.open_paise > 0
sa.Index("items_of_party", open_items.c.party, open_items.c.dated_on)
sa.Index(
    "open_by_party",
    open_items.c.party, open_items.c.side, open_items.c.due_on, open_items.c.open_paise, open_items.c.dated_on,
    sqlite_where=_still_open,
)  # fmt: skip
sa.Index(
    "open_by_due",
    open_items.c.side, open_items.c.due_on, open_items.c.paper, open_items.c.open_paise, open_items.c.party,
    sqlite_where=_still_open,
)  # fmt: skip
sa.Index(
    "open_by_date", open_items.c.side, open_items.c.dated_on, open_items.c.paper, sqlite_where=_still_open
)

allocations = table(
    "allocations",
    key("claim", Blob),
    key("n", Whole),
    column("credit", Blob),
    column("document", Blob),
    column("paise", Whole),
    column("allocated_on", Day),
)
"""What lessened an open amount, and from which day on. A cancellation does too: then `credit` is the cancellation."""

sa.Index("allocations_of_document", allocations.c.document, allocations.c.allocated_on, allocations.c.paise)
sa.Index("allocations_of_credit", allocations.c.credit, allocations.c.allocated_on, allocations.c.paise)
sa.Index(
    "allocations_by_date",
    allocations.c.allocated_on, allocations.c.document, allocations.c.credit, allocations.c.paise,
)  # fmt: skip

balances = table(
    "balances", key("account", Words), key("party", Blob), column("paise", Whole), sums=("paise",)
)
"""The balance of each account; that of debtors by party (the party is empty elsewhere)."""

spells = table(
    "spells",
    key("span", Whole),
    key("from_on", Day),
    key("until_on", Day),
    key("side", Words),
    key("party", Blob),
    key("due_on", Day),
    column("paise", Whole),
    sums=("paise",),
)
"""How long what is settled by now stood open: from its paper's date up to the day before `until_on`, when an allocation
took it. Spells lie by the bits of their length in days (`span`), so that those open on a day long ago are few ranges of
this table: of each span, the ones that began less than 2^span days before."""
