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
    `bank_account` is the account it came into (core.bank), when the company keeps more than one. `given_up` are the
    claims that wrote off with it what was left of its bills: when it is taken back they are undone too.
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
    given_up: tuple[Id, ...] = ()

    @property
    def counts_on(self) -> dt.date:
        """The day from which the money counts."""
        return self.dated_on if self.cheque is None else max(self.dated_on, self.cheque.dated_on)

    @property
    def credit_paise(self) -> int:
        """What the receipt gives the party credit for: money and deductions together."""
        return self.amount_paise + sum(deduction.paise for deduction in self.deductions)


BOUNCED, MISTAKE = "bounced", "mistake"
CAUSES = (BOUNCED, MISTAKE)
"""Why money is taken back: the bank did not pay the cheque (or sent the transfer back), or it was entered wrongly."""

RECEIPT, PAYBACK = "receipt", "payback"
"""What a reversal takes back."""


class Reversal(Record):
    """A receipt or a payback taken back by a new paper. Every bill that a receipt had settled is open again.

    It counts from `counts_on`, never before the day from which the paper itself counted (a post-dated cheque handed
    back before its date). `charges_paise` are what our bank took for a cheque returned; `amount_paise` is the money
    taken back, `postings` are the paper's own turned round, with the charges.
    """

    number: str
    series: str
    dated_on: dt.date
    counts_on: dt.date
    paper: Id
    paper_number: str
    seller: Seller
    buyer: Buyer
    amount_paise: int
    of: str = RECEIPT
    cause: str = BOUNCED
    reason: str = ""
    charges_paise: int = 0
    postings: tuple[Posting, ...] = ()
    language: str = "en"
    origin: str = "here"
    stated: bytes = b""
    cheque: Cheque | None = None


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
    """A fact: these cheques were handed to our bank on a day, by one pay-in slip. It posts nothing.

    Without a day they were not: an earlier deposit was noted by mistake, and the cheques are in hand.
    """

    deposited_on: dt.date | None
    receipts: tuple[Id, ...]
    bank_account: Id | None = None
    slip: str = ""


class Clearing(Record):
    """A fact: the bank credited this receipt's money on a day. It posts nothing; the bank's line proves it later.

    Without a day it did not: an earlier clearing was noted by mistake.
    """

    receipt: Id
    cleared_on: dt.date | None
