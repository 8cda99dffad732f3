"""The company that keeps the book, and the shapes it shares with its parties: address, registration, bank.

Fields that must agree with each other are one field (sync-design section 2): registration, address, bank.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import imported_id

COMPANY_ID = imported_id("company")
"""A book holds one company, so its record has one id on every device."""


class Address(Record):
    """A postal address. `state_code` is the GST State code, 96 overseas; `country` ISO 3166-1 alpha-2."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state_code: str = ""
    pincode: str = ""
    country: str = "IN"


class Registration(Record):
    """How someone stands under GST: the party kind (core.gst.party_kind), the GSTIN and its State."""

    kind: str = "unregistered"
    gstin: str = ""
    state_code: str = ""


class Bank(Record):
    """Where money is to be paid: account, IFSC and UPI address agree with each other."""

    name: str = ""
    account: str = ""
    ifsc: str = ""
    branch: str = ""
    upi_id: str = ""


class Udyam(Record):
    """The MSME registration. `size` is micro, small or medium."""

    number: str = ""
    size: str = ""
    since: dt.date | None = None
    trader: bool = False


class Company(Record):
    """The company as its papers name it. `filing` is monthly or quarterly; `rounding` none or rupee.

    `lut` is the reference of the letter of undertaking under which it exports without payment of IGST;
    `write_off_limit_paise` is what others than an owner may write off of one bill.
    """

    legal_name: str = ""
    trade_name: str = ""
    registration: Registration = Registration(kind="registered")
    pan: str = ""
    tan: str = ""
    address: Address = Address()
    email: str = ""
    phone: str = ""
    bank: Bank = Bank()
    turnover_paise: int = 0
    filing: str = "monthly"
    composition: bool = False
    sez: bool = False
    udyam: Udyam = Udyam()
    signatory: str = ""
    terms: str = ""
    terms_days: int = 30
    rounding: str = "rupee"
    language: str = "en"
    lut: str = ""
    write_off_limit_paise: int = 1_000
