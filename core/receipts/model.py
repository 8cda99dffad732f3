"""Receipts: money that came in, with what the payer kept back.

A receipt never settles a bill by itself: an allocation does, and what is not allocated stays on account.
"""

import datetime as dt

from core.changes.record import Record
from core.invoicing.model import Buyer, Seller
from core.ledger.model import Posting

MODES = ("cash", "cheque", "neft", "rtgs", "imps", "upi", "card", "adjustment", "other")
DEDUCTION_KINDS = ("tds", "gst_tds", "retention", "bank_charge", "round_off", "other")


class Deduction(Record):
    """What the payer kept back. `code` is the old section (194C) or the payment code (1024) for TDS."""

    kind: str
    paise: int
    code: str = ""


class Receipt(Record):
    """Money received: `amount_paise` came in; with the deductions it is what may be allocated."""

    number: str
    series: str
    dated_on: dt.date
    seller: Seller
    buyer: Buyer
    amount_paise: int
    mode: str = "neft"
    reference: str = ""
    deductions: tuple[Deduction, ...] = ()
    note: str = ""
    postings: tuple[Posting, ...] = ()
    language: str = "en"
    origin: str = "here"
    stated: bytes = b""

    @property
    def credit_paise(self) -> int:
        """What the receipt gives the party credit for: money and deductions together."""
        return self.amount_paise + sum(deduction.paise for deduction in self.deductions)
