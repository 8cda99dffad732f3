"""Postings, open items and allocations: what the ledger owns. It knows papers only by id.

A posting is positive when it debits and negative when it credits; a paper's postings add up to nought.
"""

import datetime as dt
import enum

from core.changes.record import Record
from core.ids import Id


class Account(enum.StrEnum):
    """The ledger accounts Bahi posts to; DEBTORS is kept by party."""

    DEBTORS = "debtors"
    SALES = "sales"
    OUTPUT_IGST = "output_igst"
    OUTPUT_CGST = "output_cgst"
    OUTPUT_SGST = "output_sgst"
    OUTPUT_CESS = "output_cess"
    OTHER_CHARGES = "other_charges"
    ROUND_OFF = "round_off"
    BANK = "bank"
    CASH = "cash"
    TDS_RECEIVABLE = "tds_receivable"
    GST_TDS_RECEIVABLE = "gst_tds_receivable"
    RETENTION = "retention"
    BANK_CHARGES = "bank_charges"
    OTHER_DEDUCTIONS = "other_deductions"
    OPENING = "opening"
    INTEREST = "interest"
    EXCHANGE_DIFFERENCE = "exchange_difference"
    BAD_DEBTS = "bad_debts"


class Posting(Record):
    """One side of an entry: an account, debited when `paise` is positive and credited when negative."""

    account: str
    paise: int


class AllocationLine(Record):
    """So much of a credit settles so much of this document, in paise."""

    document: Id
    paise: int


class Allocation(Record):
    """A claim: how much of a receipt or credit note settles which documents, from `allocated_on` on."""

    credit: Id
    party: Id
    allocated_on: dt.date
    lines: tuple[AllocationLine, ...]


class Release(Record):
    """A claim: an allocation or a write-off is undone from `released_on` on; what it settled is open again."""

    claim: Id
    party: Id
    released_on: dt.date
    reason: str = ""


class WriteOff(Record):
    """A claim: so much of what is open of a paper is given up, from `written_off_on` on, and posted.

    `reason` is one of core.ledger.rules.WRITE_OFF_REASONS.
    """

    paper: Id
    party: Id
    written_off_on: dt.date
    paise: int
    reason: str
    note: str = ""
    postings: tuple[Posting, ...] = ()


class OpenItem(Record):
    """What is still unpaid of a document, or unused of a credit, in paise (both positive).

    `side` is "due" for what the party owes and "credit" for a receipt or credit note.
    """

    paper: Id
    party: Id
    side: str
    type: str
    number: str
    dated_on: dt.date
    due_on: dt.date
    amount_paise: int
    open_paise: int
