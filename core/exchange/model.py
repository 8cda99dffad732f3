"""The interchange file as records: company, parties, items, papers and what rests on them.

Unknown keys are refused. Figures are exact decimals, read from strings or numbers; codes are strings and nothing
else. UNSET means that the file does not name a field; null clears it. docs/interchange.md describes every key.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal, dataclass_transform

import msgspec
from msgspec import UNSET, UnsetType

FORMAT = "bahi/1"

Kind = Literal[
    "registered", "composition", "unregistered", "sez", "deemed_export", "overseas", "uin", "government"
]
PaperType = Literal["INV", "CRN", "DBN", "CHL"]
Treatment = Literal["taxable", "nil", "exempt", "non_gst"]
Rounding = Literal["none", "rupee"]
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


class FileLine(Part):
    """One line as asked for, before anything is settled."""

    description: str = ""
    item: str | None = None
    hsn: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    price: Decimal | None = None
    price_includes_tax: bool = False
    discount_pct: Decimal | None = None
    discount: Decimal | None = None
    treatment: Treatment = "taxable"
    gst_rate: Decimal | None = None
    cess_pct: Decimal | None = None
    cess_per_unit: Decimal | None = None


class FileOriginal(Part):
    number: str
    date: dt.date
    invoice_value: Decimal | None = None


class FileAllocation(Part):
    """So much of a receipt or credit note settles so much of a document; on the credit's date unless told."""

    document: str
    amount: Decimal
    type: PaperType | None = None
    date: dt.date | None = None
    on: dt.date | None = None


class FileCharge(Part):
    amount: Decimal
    description: str = ""
    taxed: bool = True


class FileTotals(Part):
    """What the paper states of itself; each figure given must agree."""

    taxable: Decimal | None = None
    nil: Decimal | None = None
    exempt: Decimal | None = None
    non_gst: Decimal | None = None
    igst: Decimal | None = None
    cgst: Decimal | None = None
    sgst: Decimal | None = None
    cess: Decimal | None = None
    other_charges: Decimal | None = None
    round_off: Decimal | None = None
    invoice_value: Decimal | None = None


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


class FileDocument(Part):
    """An invoice, credit note or debit note. Keys of type Any are known by name and not taken yet."""

    type: PaperType
    party: str
    number: str | None = None
    date: dt.date | None = None
    due_date: dt.date | None = None
    place_of_supply: str | None = None
    category: Kind | None = None
    buyer_gstin: str | None = None
    reverse_charge: bool = False
    with_payment: bool | None = None
    rounding: Rounding = "none"
    applicable_percent: Decimal | None = None
    discount: Decimal | None = None
    charges: tuple[FileCharge, ...] = ()
    reason: str | None = None
    original: FileOriginal | None = None
    allocations: tuple[FileAllocation, ...] | None = None
    ship_to: FileAddress | None = None
    reference: str = ""
    note: str = ""
    terms: str | None = None
    language: str | None = None
    seller: FilePerson | None = None
    buyer: FilePerson | None = None
    lines: tuple[FileLine, ...] = ()
    totals: FileTotals | None = None
    dispatch_from: Any = None
    intra_igst: Any = None
    shipping_bill: Any = None
    ecommerce: Any = None
    amends: Any = None
    transport: Any = None
    purpose: Any = None


class FileOpening(Part):
    """A bill brought forward: what it came to, without its lines and outside the returns."""

    number: str
    date: dt.date
    party: str
    amount: Decimal
    type: Literal["INV", "DBN"] = "INV"
    due_date: dt.date | None = None
    reference: str = ""
    note: str = ""


class FileCancelled(Part):
    type: PaperType
    number: str
    date: dt.date
    reason: str = ""
    on: dt.date | None = None


class FileDeduction(Part):
    kind: Literal["tds", "gst_tds", "retention", "bank_charge", "round_off", "other"]
    amount: Decimal
    code: str = ""


class FileReceipt(Part):
    party: str
    amount: Decimal
    number: str | None = None
    date: dt.date | None = None
    mode: Mode = "neft"
    reference: str = ""
    note: str = ""
    language: str | None = None
    deductions: tuple[FileDeduction, ...] = ()
    allocations: tuple[FileAllocation, ...] | None = None
    seller: FilePerson | None = None
    buyer: FilePerson | None = None


class FileBilled(Part):
    number: str
    type: PaperType = "INV"
    date: dt.date | None = None


class FileCertified(Part):
    on: dt.date
    by: str = ""


class FileMilestone(Part):
    """A stage of a contract: worth an amount, or a per cent of the contract's value."""

    title: str
    position: Count = 0
    amount: Decimal | None = None
    pct: Decimal | None = None
    hsn: str = ""
    unit: str = "NA"
    gst_rate: Decimal = Decimal(18)
    due_date: dt.date | None = None
    dropped: bool = False
    certified: FileCertified | None = None
    billed: FileBilled | None = None


class FileContract(Part):
    code: str
    title: str
    party: str
    value: Decimal = Decimal(0)
    order_number: str = ""
    order_date: dt.date | None = None
    place_of_supply: str = ""
    notes: str = ""
    archived: bool = False
    milestones: tuple[FileMilestone, ...] = ()


class FileStep(Part):
    after_days: Count
    tone: Literal["gentle", "firm", "final"]
    title: str


class FileLadder(Part):
    steps: tuple[FileStep, ...]
    minimum: Decimal = Decimal(0)
    paused: bool = False


class FileReminded(Part):
    """A bill as a reminder names it."""

    document: str
    date: dt.date
    due_date: dt.date
    amount: Decimal
    open: Decimal
    days_late: Count
    step: Count
    type: PaperType = "INV"


class FileReminder(Part):
    number: str
    date: dt.date
    party: str
    step: Count
    tone: Literal["gentle", "firm", "final"]
    title: str
    lines: tuple[FileReminded, ...]
    total: Decimal
    on_account: Decimal = Decimal(0)
    language: str | None = None
    seller: FilePerson | None = None
    buyer: FilePerson | None = None


class BahiFile(Part):
    """The whole file. Keys of type Any are known by name and not taken yet."""

    format: Literal["bahi/1"]
    company: FileCompany | None = None
    parties: tuple[FileParty, ...] = ()
    items: tuple[FileItem, ...] = ()
    contracts: tuple[FileContract, ...] = ()
    ladder: FileLadder | None = None
    opening: tuple[FileOpening, ...] = ()
    documents: tuple[FileDocument, ...] = ()
    unissued: tuple[FileDocument, ...] = ()
    cancelled: tuple[FileCancelled, ...] = ()
    receipts: tuple[FileReceipt, ...] = ()
    reminders: tuple[FileReminder, ...] = ()
    advances: Any = None
    drafts: Any = None
    filed: Any = None
    period_amendments: Any = None


NOT_YET_AT_TOP = ("advances", "drafts", "filed", "period_amendments")
NOT_YET_IN_DOCUMENT = (
    "dispatch_from",
    "intra_igst",
    "shipping_bill",
    "ecommerce",
    "amends",
    "transport",
    "purpose",
)
