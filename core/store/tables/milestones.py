"""Contracts, their milestones, and which stages are certified; what bills a milestone stands in places."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table
from core.store.tables.invoicing import documents

contracts = table(
    "contracts",
    key("id", Blob),
    column("code", Words),
    column("code_key", Words),
    column("title", Words),
    column("title_key", Words),
    column("party", Blob, nullable=True),
    column("value_paise", Whole),
    column("archived", Whole),
)

milestones = table(
    "milestones",
    key("id", Blob),
    column("contract", Blob),
    column("position", Whole),
    column("title", Words),
    column("paise", Whole, nullable=True),
    column("tenthousandths_pct", Whole, nullable=True),
    column("due_on", Day, nullable=True),
    column("dropped", Whole),
)

certifications = table(
    "certifications",
    key("milestone", Blob),
    column("certified_on", Day),
    column("certified_by", Words),
)

sa.Index("contracts_by_title", contracts.c.title_key, contracts.c.id)
sa.Index("contracts_by_code", contracts.c.code_key)
sa.Index("contracts_by_party", contracts.c.party)
sa.Index("milestones_by_contract", milestones.c.contract, milestones.c.position, milestones.c.id)
sa.Index("documents_of_milestone", documents.c.milestone, sqlite_where=documents.c.milestone.is_not(None))
