"""Contracts and their milestones: the billable stages of what was agreed.

A milestone's state (planned, certified, billed, paid) is derived from its claims and papers, never stored.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id


class Contract(Record):
    """What was agreed with a party: the value without tax in paise, and the customer's order."""

    code: str = ""
    title: str = ""
    party: Id | None = None
    order_number: str = ""
    order_on: dt.date | None = None
    value_paise: int = 0
    place_of_supply: str = ""
    notes: str = ""
    archived: bool = False


class MilestoneTax(Record):
    """How the milestone's line is taxed; one field, as for items."""

    hsn: str = ""
    unit: str = "NA"
    rate_bp: int = 1800


class Worth(Record):
    """What a milestone bills without tax: an amount, or ten-thousandths of one per cent of the contract's value."""

    paise: int | None = None
    tenthousandths_pct: int | None = None


class Milestone(Record):
    """A billable stage of a contract."""

    contract: Id = b""
    position: int = 0
    title: str = ""
    worth: Worth = Worth()
    tax: MilestoneTax = MilestoneTax()
    due_on: dt.date | None = None
    dropped: bool = False


class Certification(Record):
    """A claim: the stage is complete and may be billed, from `certified_on` on."""

    milestone: Id
    certified_on: dt.date
    certified_by: str = ""


class Billing(Record):
    """A claim: this document bills this milestone, alone."""

    milestone: Id
    document: Id
