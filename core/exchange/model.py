"""The interchange file as records: papers and what rests on them, and the whole file.

docs/interchange.md describes every key; what all parts share, and whom the file names, stands in parts.py.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from core.exchange.bank_model import (
    FileBankAccount,
    FileBankLine,
    FileCertificate,
    FileMatch,
    FileSeen,
    FileTdsForm,
    FileTdsLink,
)
from core.exchange.document_model import FileAllocation, FileDocument, FileReference
from core.exchange.money_model import (
    FileAcceptance,
    FileCheque,
    FileClearing,
    FileClose,
    FileDeposit,
    FileForeignMoney,
    FileInterest,
    FilePayback,
    FileReversal,
    FileWriteOff,
)
from core.exchange.parts import (
    Count,
    FileCompany,
    FileItem,
    FileParty,
    FilePerson,
    Mode,
    PaperType,
    Part,
)

FORMAT = "bahi/1"
IndianTime = Annotated[dt.datetime, msgspec.Meta(tz=False)]


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
    kind: Literal["tds", "gst_tds", "retention", "bank_charge", "round_off", "exchange", "other"]
    amount: Decimal
    code: str = ""


class FileAdjusted(Part):
    """So much of an advance was set on `date` against an invoice; its type and own date where the number asks it.

    `elsewhere` keeps it in the voucher, whatever document bears that number here.
    """

    document: str
    date: dt.date
    amount: Decimal
    type: PaperType | None = None
    document_date: dt.date | None = None
    elsewhere: bool = False
    until: dt.date | None = None
    reason: str = ""


class FileAdvance(Part, rename={"purpose": "for"}):
    """An advance received (a receipt voucher); `amount` includes GST and cess."""

    party: str
    amount: Decimal
    number: str | None = None
    date: dt.date | None = None
    gst_rate: Decimal | None = None
    cess: Decimal | None = None
    purpose: Literal["services", "goods"] = "services"
    place_of_supply: str | None = None
    description: str = ""
    mode: Mode = "neft"
    reference: str = ""
    note: str = ""
    language: str | None = None
    adjusted: tuple[FileAdjusted, ...] = ()
    seller: FilePerson | None = None
    buyer: FilePerson | None = None


class FileRefund(Part):
    """An advance given back, whole or in part (a refund voucher); out of the advance from `paid_on` on."""

    party: str
    voucher: FileReference
    amount: Decimal
    number: str | None = None
    date: dt.date | None = None
    reason: str = ""
    mode: Mode = "neft"
    reference: str = ""
    note: str = ""
    language: str | None = None
    seller: FilePerson | None = None
    buyer: FilePerson | None = None
    paid_on: dt.date | None = None


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
    cheque: FileCheque | None = None
    foreign: FileForeignMoney | None = None
    bank_account: str | None = None


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


class FileUnused(Part):
    """A number used up by a paper that was never issued."""

    type: Literal["INV", "CRN", "DBN", "CHL", "RCV", "RFV"]
    number: str
    date: dt.date
    reason: str = ""


class FilePeriodAmendment(Part):
    """A correction of a filed month's summary row; the figures are the corrected ones."""

    section: Literal["b2cs", "at", "txpd"]
    period: str
    place_of_supply: str
    gst_rate: Decimal
    taxable: Decimal
    cess: Decimal | None = None
    applicable_percent: Decimal | None = None
    reported_in: str = ""


class FileSum(Part):
    """What one section of a filed return came to."""

    section: str
    count: int
    taxable: Decimal
    igst: Decimal = Decimal(0)
    cgst: Decimal = Decimal(0)
    sgst: Decimal = Decimal(0)
    cess: Decimal = Decimal(0)


class FileNumber(Part):
    """A paper by its type, number and date."""

    type: Literal["INV", "CRN", "DBN", "CHL", "RCV", "RFV"]
    number: str
    date: dt.date


class FileFiled(Part):
    """A filed return with all that is known of it; `digest` is over the file that was sent.

    `exceptions` are papers of its months that it did not tell, and others that it did.
    """

    form: Literal["GSTR1", "IFF", "GSTR3B"]
    period: str
    filed_on: dt.date
    arn: str = ""
    sums: tuple[FileSum, ...] = ()
    digest: str = ""
    exceptions: tuple[FileNumber, ...] = ()


class FileGap(Part):
    """Why a number of a financial year is missing; `year` is the one it starts in."""

    type: Literal["INV", "CRN", "DBN", "CHL", "RCV", "RFV"]
    year: Annotated[int, msgspec.Meta(ge=2017, le=9998)]
    number: str
    words: str


class FileIrnCancelled(Part):
    at: IndianTime
    reason: Literal["1", "2", "3", "4"] = "4"
    remark: str = ""


class FileIrn(Part):
    """What the invoice portal registered of a document; times are Indian."""

    type: PaperType
    number: str
    date: dt.date
    irn: str
    ack_number: str
    acknowledged_at: IndianTime
    signed_qr: str = ""
    signed_invoice: str = ""
    key_name: str = ""
    cancelled: FileIrnCancelled | None = None


class FileWayBill(Part):
    """The e-way bill that the portal made for a document; times are Indian."""

    type: PaperType
    number: str
    date: dt.date
    bill_number: str
    made_at: IndianTime
    valid_until: IndianTime | None = None


class FileMerged(Part):
    """A party or item that became another; with `parted` they are two again."""

    code: str
    into: str
    parted: bool = False


class BahiFile(Part):
    """The whole file."""

    format: Literal["bahi/1"]
    company: FileCompany | None = None
    parties: tuple[FileParty, ...] = ()
    items: tuple[FileItem, ...] = ()
    merged_parties: tuple[FileMerged, ...] = ()
    merged_items: tuple[FileMerged, ...] = ()
    contracts: tuple[FileContract, ...] = ()
    ladder: FileLadder | None = None
    opening: tuple[FileOpening, ...] = ()
    documents: tuple[FileDocument, ...] = ()
    unissued: tuple[FileDocument, ...] = ()
    cancelled: tuple[FileCancelled, ...] = ()
    drafts: tuple[FileUnused, ...] = ()
    advances: tuple[FileAdvance, ...] = ()
    refunds: tuple[FileRefund, ...] = ()
    bank_accounts: tuple[FileBankAccount, ...] = ()
    receipts: tuple[FileReceipt, ...] = ()
    paybacks: tuple[FilePayback, ...] = ()
    reversals: tuple[FileReversal, ...] = ()
    deposits: tuple[FileDeposit, ...] = ()
    clearings: tuple[FileClearing, ...] = ()
    write_offs: tuple[FileWriteOff, ...] = ()
    bank_lines: tuple[FileBankLine, ...] = ()
    matches: tuple[FileMatch, ...] = ()
    tds_seen: tuple[FileSeen, ...] = ()
    tds_forms: tuple[FileTdsForm, ...] = ()
    tds_links: tuple[FileTdsLink, ...] = ()
    tds_certificates: tuple[FileCertificate, ...] = ()
    acceptances: tuple[FileAcceptance, ...] = ()
    interest: tuple[FileInterest, ...] = ()
    reminders: tuple[FileReminder, ...] = ()
    irns: tuple[FileIrn, ...] = ()
    eway_bills: tuple[FileWayBill, ...] = ()
    filed: tuple[str, ...] = ()
    returns: tuple[FileFiled, ...] = ()
    period_amendments: tuple[FilePeriodAmendment, ...] = ()
    gaps: tuple[FileGap, ...] = ()
    closes: tuple[FileClose, ...] = ()
