"""What every part of the interchange file is made of, and whom it names: company, parties, items.

Unknown keys are refused. Figures are exact decimals, read from strings or numbers; codes are strings and nothing
else. UNSET means that the file does not name a field; null clears it. docs/interchange.md describes every key.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal, dataclass_transform

import msgspec
from msgspec import UNSET, UnsetType

Kind = Literal[
    "registered", "composition", "unregistered", "sez", "deemed_export", "overseas", "uin", "government"
]
PaperType = Literal["INV", "CRN", "DBN", "CHL", "QTN", "PRF"]
Treatment = Literal["taxable", "nil", "exempt", "non_gst"]
Rounding = Literal["none", "rupee"]
Rests = Literal["simple", "monthly"]
Mode = Literal["cash", "cheque", "neft", "rtgs", "imps", "upi", "card", "adjustment", "other"]

Text = str | None | UnsetType
Count = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
Days = Annotated[int, msgspec.Meta(ge=0, le=365)]
Figure = Decimal | None | UnsetType


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One object of the file."""


class FileAddress(Part):
    state_code: str
    line1: str = ""
    line2: str = ""
    city: str = ""
    pincode: str = ""
    country: str = "IN"


class FileBank(Part):
    name: str = ""
    account: str = ""
    ifsc: str = ""
    branch: str = ""


class FileUdyam(Part, rename={"size": "class"}):
    number: str = ""
    size: str = ""
    since: dt.date | None = None
    trader: bool = False


class FileCompany(Part):
    """The company; what is left out stays as the book has it."""

    legal_name: str | UnsetType = UNSET
    trade_name: Text = UNSET
    gstin: Text = UNSET
    pan: Text = UNSET
    tan: Text = UNSET
    address: FileAddress | UnsetType = UNSET
    email: Text = UNSET
    phone: Text = UNSET
    upi_id: Text = UNSET
    bank: FileBank | UnsetType | None = UNSET
    turnover: Figure = UNSET
    filing: Literal["monthly", "quarterly"] | UnsetType = UNSET
    composition: bool | UnsetType = UNSET
    sez: bool | UnsetType = UNSET
    udyam: FileUdyam | UnsetType | None = UNSET
    signatory: Text = UNSET
    terms: Text = UNSET
    terms_days: Days | UnsetType = UNSET
    rounding: Rounding | UnsetType = UNSET
    language: str | UnsetType = UNSET
    lut: Text = UNSET
    write_off_limit: Figure = UNSET


class FileInterestTerms(Part):
    """What was agreed for late payment: per cent a year, with or without monthly rests, after days of grace."""

    rate: Decimal = Decimal(0)
    rests: Rests = "simple"
    grace_days: Days = 0


class FileParty(Part):
    """A party by its code; an update touches only the fields it names."""

    code: str
    name: str | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    gstin: Text = UNSET
    state_code: Text = UNSET
    address: FileAddress | UnsetType | None = UNSET
    terms_days: Days | UnsetType | None = UNSET
    credit_limit: Figure = UNSET
    pan: Text = UNSET
    tan: Text = UNSET
    email: Text = UNSET
    phone: Text = UNSET
    contact: Text = UNSET
    tds_code: Text = UNSET
    notes: Text = UNSET
    language: Text = UNSET
    archived: bool | UnsetType = UNSET
    group: Text = UNSET
    salesperson: Text = UNSET
    branch: Text = UNSET
    agreed_in_writing: bool | UnsetType = UNSET
    interest: FileInterestTerms | UnsetType | None = UNSET
    payer_names: tuple[str, ...] | UnsetType | None = UNSET


class FileItem(Part):
    """An item by its code; an update touches only the fields it names."""

    code: str
    name: str | UnsetType = UNSET
    description: Text = UNSET
    hsn: Text = UNSET
    unit: Text = UNSET
    price: Figure = UNSET
    price_includes_tax: bool | UnsetType = UNSET
    gst_rate: Figure = UNSET
    treatment: Treatment | UnsetType = UNSET
    cess_pct: Figure = UNSET
    cess_per_unit: Figure = UNSET
    archived: bool | UnsetType = UNSET


class FilePerson(Part):
    """Who a paper names, where that is not what company or party say now."""

    legal_name: Text = UNSET
    trade_name: Text = UNSET
    name: Text = UNSET
    gstin: Text = UNSET
    pan: Text = UNSET
    address: FileAddress | UnsetType | None = UNSET
    email: Text = UNSET
    phone: Text = UNSET
    contact: Text = UNSET
    upi_id: Text = UNSET
    bank: FileBank | UnsetType | None = UNSET
    udyam_number: Text = UNSET
    signatory: Text = UNSET
    composition: bool | UnsetType = UNSET
