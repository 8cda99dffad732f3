"""A document as the interchange file writes it: an invoice, note, delivery challan, quotation or proforma."""

import datetime as dt
from decimal import Decimal
from typing import Literal

from core.exchange.parts import FileAddress, FilePerson, Kind, PaperType, Part, Rounding, Treatment


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


class FileReference(Part):
    """Another paper, by its number and date."""

    number: str
    date: dt.date


class FileSource(FileReference):
    """The quotation, proforma or challan that a document was made from; the interest note whose tax it asks."""

    type: Literal["QTN", "PRF", "CHL", "DBN"]


class FileShippingBill(Part):
    """The customs' paper of an export."""

    port: str = ""
    number: str = ""
    date: dt.date | None = None


class FileEcommerce(Part):
    gstin: str
    section: Literal["52", "9(5)"] = "52"


class FileTransport(Part):
    """How goods move."""

    mode: Literal["road", "rail", "air", "ship"] | None = None
    vehicle: str = ""
    vehicle_type: Literal["R", "O"] = "R"
    distance_km: Decimal = Decimal(0)
    transporter_id: str = ""
    doc_number: str = ""
    doc_date: dt.date | None = None


class FileForeign(Part):
    """The currency a paper is also shown in, and the rupees that one unit of it comes to."""

    currency: str
    rate: Decimal


class FileAllocation(Part):
    """So much of a receipt or credit note settles so much of a document; on the credit's date unless told.

    With `until` it was undone from that day on, for that reason: it counts for the days before alone.
    """

    document: str
    amount: Decimal
    type: PaperType | None = None
    date: dt.date | None = None
    on: dt.date | None = None
    until: dt.date | None = None
    reason: str = ""


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


class FileDocument(Part):
    """A numbered trade paper: invoice, note, delivery challan, quotation or proforma."""

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
    dispatch_from: FileAddress | None = None
    intra_igst: bool = False
    shipping_bill: FileShippingBill | None = None
    ecommerce: FileEcommerce | None = None
    amends: FileReference | None = None
    transport: FileTransport | None = None
    purpose: str = ""
    revises: FileReference | None = None
    source: FileSource | None = None
    foreign: FileForeign | None = None
    place_rule: str = ""
    supplied_on: dt.date | None = None
    paid_on: dt.date | None = None
    lut: str | None = None
