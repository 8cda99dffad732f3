"""Receipt vouchers for advances (CGST Rules, 50) and refund vouchers (51), with the GST that an advance bears.

A voucher settles nothing by itself: an allocation sets it against an invoice, from that day on (Table 11B).
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id
from core.invoicing.model import Buyer, Seller
from core.ledger.model import Posting


class AdvanceTax(Record):
    """What of an advance is value and what is tax, in paise; value, tax and cess add up to what was received."""

    taxable_paise: int = 0
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0


class AdjustedElsewhere(Record):
    """So much of an advance was set on a day against an invoice that the book does not have."""

    number: str
    dated_on: dt.date
    paise: int


class ReceiptVoucher(Record):
    """An advance received. `purpose` services or goods (an advance for goods bears no tax: Notification 66/2017).

    `amount_paise` includes GST and cess. `elsewhere` is what was used for invoices the book does not have; the rest
    is open until it is allocated or refunded.
    """

    number: str
    series: str
    dated_on: dt.date
    seller: Seller
    buyer: Buyer
    place_of_supply: str
    amount_paise: int
    rate_bp: int
    place_name: str = ""
    supply: str = "INTRA"
    purpose: str = "services"
    tax: AdvanceTax = AdvanceTax()
    description: str = ""
    mode: str = "neft"
    reference: str = ""
    note: str = ""
    elsewhere: tuple[AdjustedElsewhere, ...] = ()
    postings: tuple[Posting, ...] = ()
    language: str = "en"
    facts_version: str = ""
    origin: str = "here"
    stated: bytes = b""


class RefundVoucher(Record):
    """An advance given back, whole or in part; an allocation of the voucher pays it."""

    number: str
    series: str
    dated_on: dt.date
    seller: Seller
    buyer: Buyer
    voucher: Id
    voucher_number: str
    voucher_on: dt.date
    amount_paise: int
    place_of_supply: str = ""
    place_name: str = ""
    supply: str = "INTRA"
    purpose: str = "services"
    rate_bp: int = 0
    tax: AdvanceTax = AdvanceTax()
    reason: str = ""
    mode: str = "neft"
    reference: str = ""
    note: str = ""
    postings: tuple[Posting, ...] = ()
    language: str = "en"
    origin: str = "here"
    stated: bytes = b""
