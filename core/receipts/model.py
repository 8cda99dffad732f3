"""Receipts: money that came in, with what the payer kept back.

A receipt never settles a bill by itself: an allocation does, and what is not allocated stays on account.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id
from core.invoicing.model import Buyer, Seller
from core.ledger.model import Posting

MODES = ("cash", "cheque", "neft", "rtgs", "imps", "upi", "card", "adjustment", "other")
DEDUCTION_KINDS = ("tds", "gst_tds", "retention", "bank_charge", "round_off", "exchange", "other")


class Deduction(Record):
    """What the payer kept back. `code` is the old section (194C) or the payment code (1024) for TDS.

    Of kind "exchange" it is what a bill in foreign currency lost by the rate since (negative: gained).
    """

    kind: str
    paise: int
    code: str = ""


class Cheque(Record):
    """A cheque as its drawer wrote it: post-dated when `dated_on` lies after the day it was received."""

    number: str
    dated_on: dt.date
    bank: str = ""
    branch: str = ""


class ForeignMoney(Record):
    """What came in foreign currency: in hundredths of its unit, at so many millionths of a rupee for one unit."""

    currency: str
    hundredths: int
    rate_millionths: int


class Receipt(Record):
    """Money received: `amount_paise` came in; with the deductions it is what may be allocated.

    A post-dated cheque counts from the cheque's date: until then its bills stand open in ageing and statements.
    `bank_account` is the account it came into (core.bank), when the company keeps more than one.
    """

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
    cheque: Cheque | None = None
    foreign: ForeignMoney | None = None
    bank_account: Id | None = None

    @property
    def counts_on(self) -> dt.date:
        """The day from which the money counts."""
        return self.dated_on if self.cheque is None else max(self.dated_on, self.cheque.dated_on)

    @property
    def credit_paise(self) -> int:
        """What the receipt gives the party credit for: money and deductions together."""
        return self.amount_paise + sum(deduction.paise for deduction in self.deductions)


CAUSES = ("bounced", "mistake")


class Reversal(Record):
    """A receipt taken back: its cheque bounced, or it was entered by mistake. Every bill it settled is open again.

    `charges_paise` are what our bank took for it; `reason` is the bank's or the bookkeeper's own.
    """

    number: str
    series: str
    dated_on: dt.date
    receipt: Id
    receipt_number: str
    seller: Seller
    buyer: Buyer
    amount_paise: int
    cause: str = "bounced"
    reason: str = ""
    charges_paise: int = 0
    postings: tuple[Posting, ...] = ()
    note: str = ""
    language: str = "en"
    origin: str = "here"
    stated: bytes = b""


class Payback(Record):
    """Money given back to a party that was in credit: it is due from the credit until an allocation pays it."""

    number: str
    series: str
    dated_on: dt.date
    seller: Seller
    buyer: Buyer
    amount_paise: int
    credit: Id
    credit_number: str
    mode: str = "neft"
    reference: str = ""
    reason: str = ""
    postings: tuple[Posting, ...] = ()
    language: str = "en"
    origin: str = "here"
    stated: bytes = b""
    bank_account: Id | None = None


class Deposit(Record):
    """A fact: these cheques were handed to our bank on a day, by one pay-in slip. It posts nothing."""

    deposited_on: dt.date
    receipts: tuple[Id, ...]
    bank_account: Id | None = None
    slip: str = ""


class Clearing(Record):
    """A fact: the bank credited this receipt's money on a day. It posts nothing; the bank's line proves it later."""

    receipt: Id
    cleared_on: dt.date
