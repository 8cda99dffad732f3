"""Every kind of change of every feature: what device and service both know."""

from collections.abc import Mapping
from typing import Any

from core.advances import kinds as advances
from core.attachments import kinds as attachments
from core.bank import claims as bank_claims
from core.bank import kinds as bank
from core.changes.kind import Kind
from core.changes.versions import schema_of
from core.closing import kinds as closing
from core.company import kinds as company
from core.dunning import kinds as dunning
from core.einvoice import kinds as einvoice
from core.eway import kinds as eway
from core.inbox import kinds as inbox
from core.interest import kinds as interest
from core.invoicing import kinds as invoicing
from core.items import kinds as items
from core.ledger import kinds as ledger
from core.milestones import kinds as milestones
from core.parties import kinds as parties
from core.receipts import kinds as receipts
from core.returns import kinds as returns
from core.tds import kinds as tds

FEATURES = (
    company,
    inbox,
    closing,
    parties,
    items,
    ledger,
    invoicing,
    receipts,
    tds,
    advances,
    bank,
    bank_claims,
    interest,
    milestones,
    dunning,
    einvoice,
    eway,
    returns,
    attachments,
)

KINDS: Mapping[str, Kind[Any]] = {kind.name: kind for feature in FEATURES for kind in feature.KINDS}

SCHEMA = schema_of(KINDS)
"""The newest schema that this version knows; it rises with every kind or field that an older one would not know."""

FOR_ALL = frozenset(
    kind.name
    for kind in (*company.KINDS, *items.KINDS, *closing.KINDS, bank.ACCOUNT_EDITED, dunning.LADDER_SET)
)
"""What every device carries, one in the field too: it is about no party, and all work by it."""

IN_OFFICE = frozenset(
    kind.name
    for feature in (bank, bank_claims, tds, returns)
    for kind in feature.KINDS
    if kind.name not in FOR_ALL
)
"""What no device in the field carries, though it may name papers that one does. All other kinds go to whoever carries a
party that they are about."""
