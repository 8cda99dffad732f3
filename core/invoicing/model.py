"""Drafts, and the documents they become: invoices, credit notes and debit notes.

A document carries every word and figure it prints and its balanced posting. Units: paise, ten-thousandths of a
rupee for prices, thousandths for quantities, basis points for rates, ten-thousandths of one per cent for discounts.
"""

import datetime as dt

from core.changes.record import Record
from core.company.model import Address, Bank
from core.ids import Id
from core.ledger.model import Posting


class Seller(Record):
    """The company as printed on a paper."""

    legal_name: str
    trade_name: str = ""
    gstin: str = ""
    pan: str = ""
    address: Address = Address()
    state_name: str = ""
    email: str = ""
    phone: str = ""
    bank: Bank = Bank()
    udyam_number: str = ""
    signatory: str = ""
    composition: bool = False


class Buyer(Record):
    """The party as printed on a paper; `party` only finds the master record."""

    party: Id
    code: str = ""
    name: str = ""
    kind: str = "unregistered"
    gstin: str = ""
    address: Address = Address()
    state_name: str = ""
    email: str = ""
    phone: str = ""
    contact: str = ""


class Line(Record):
    """One line as settled: what was asked, and the figures that every output sums.

    taxable = gross - discount + spread; `spread_paise` is its share of the document's own discount, taxed charges
    and negative lines (nought on most documents).
    """

    description: str
    item: Id | None = None
    item_code: str = ""
    hsn: str = ""
    quantity_thousandths: int = 1000
    unit: str = "NOS"
    price_tenthousandths: int = 0
    price_includes_tax: bool = False
    discount_tenthousandths_pct: int = 0
    discount_paise: int = 0
    treatment: str = "taxable"
    rate_bp: int = 0
    cess_rate_bp: int = 0
    cess_per_unit_tenthousandths: int = 0
    gross_paise: int = 0
    taxable_paise: int = 0
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0
    spread_paise: int = 0


class Charge(Record):
    """A charge on the whole, such as freight: taxed ones are spread over the lines, others added after tax."""

    description: str = ""
    paise: int = 0
    taxed: bool = True


class Totals(Record):
    """The document's settled figures in paise; under reverse charge the heads show tax that the value leaves out."""

    taxable_paise: int = 0
    nil_paise: int = 0
    exempt_paise: int = 0
    non_gst_paise: int = 0
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0
    other_charges_paise: int = 0
    round_off_paise: int = 0
    invoice_value_paise: int = 0


class Original(Record):
    """The document a note answers: found by `document` when the book has it; else `value_paise` may be told."""

    number: str
    dated_on: dt.date
    document: Id | None = None
    value_paise: int | None = None


class ShippingBill(Record):
    """The customs' paper of an export: port code of 6 characters, number of 3 to 7 digits and its date, or neither."""

    port: str = ""
    number: str = ""
    dated_on: dt.date | None = None


class Ecommerce(Record):
    """The operator a supply went through; `section` 52 (he collects tax) or 9(5) (he pays the tax himself)."""

    gstin: str
    section: str = "52"


class Transport(Record):
    """How goods move. `mode` road, rail, air or ship; `vehicle_type` R regular, O over-dimensional."""

    mode: str = ""
    vehicle: str = ""
    vehicle_type: str = "R"
    distance_km: int = 0
    transporter_id: str = ""
    doc_number: str = ""
    doc_on: dt.date | None = None


class Foreign(Record):
    """The currency an export is also shown in; `rate_millionths` are millionths of a rupee for one unit of it."""

    currency: str
    rate_millionths: int


class Document(Record):
    """A numbered trade paper; `supply` INTRA or INTER.

    `type` INV, CRN, DBN; CHL (delivery challan), QTN (quotation) and PRF (proforma), which post nothing and are
    outside the returns' sections. `origin` is "here" for what this house issued and "imported" otherwise; `opening`
    marks an opening balance: no lines, outside the returns. `stated` is the hash of what an import file stated
    (empty otherwise). `discount_paise` and `charges` are on the whole; `with_payment` False is a supply under LUT
    (sez, overseas). `intra_igst`: IGST inside the State under reverse charge. `amends` names a filed document that
    this one corrects, `revises` one issued before registration (s. 31(3)(a)); where the book has it, `replaces` are
    its totals, and only the difference is posted and open. `place_rule` says by which rule the place was chosen
    (core.gst.place), `supplied_on` and `paid_on` when section 14 asks; `source` is the quotation, proforma or
    challan it was made from, or the interest note whose tax it asks, which `replaces` then says was posted before;
    `lut` the undertaking as printed.
    """

    type: str
    number: str
    series: str
    dated_on: dt.date
    due_on: dt.date
    seller: Seller
    buyer: Buyer
    place_of_supply: str
    place_name: str = ""
    supply: str = "INTRA"
    reverse_charge: bool = False
    rounding: str = "none"
    ship_to: Address | None = None
    lines: tuple[Line, ...] = ()
    totals: Totals = Totals()
    postings: tuple[Posting, ...] = ()
    original: Original | None = None
    reason: str = ""
    reference: str = ""
    note: str = ""
    terms: str = ""
    warnings: tuple[str, ...] = ()
    facts_version: str = ""
    template: str = "1"
    language: str = "en"
    origin: str = "here"
    opening: bool = False
    stated: bytes = b""
    draft: Id | None = None
    milestone: Id | None = None
    discount_paise: int = 0
    charges: tuple[Charge, ...] = ()
    applicable_percent_bp: int = 10_000
    with_payment: bool | None = None
    dispatch_from: Address | None = None
    intra_igst: bool = False
    shipping_bill: ShippingBill | None = None
    ecommerce: Ecommerce | None = None
    amends: Original | None = None
    revises: Original | None = None
    replaces: Totals | None = None
    transport: Transport | None = None
    purpose: str = ""
    foreign: Foreign | None = None
    place_rule: str = ""
    supplied_on: dt.date | None = None
    paid_on: dt.date | None = None
    source: Id | None = None
    lut: str = ""


class Cancellation(Record):
    """A claim: this document, dated `dated_on`, is cancelled. It needs a bill on which nothing rests."""

    document: Id
    cancelled_on: dt.date
    reason: str
    dated_on: dt.date | None = None


class DraftLine(Record):
    """A line being written; the figures are settled only at issue."""

    description: str = ""
    item: Id | None = None
    hsn: str = ""
    quantity_thousandths: int = 1000
    unit: str = "NOS"
    price_tenthousandths: int = 0
    price_includes_tax: bool = False
    discount_tenthousandths_pct: int = 0
    treatment: str = "taxable"
    rate_bp: int = 1800
    cess_rate_bp: int = 0
    cess_per_unit_tenthousandths: int = 0
    discount_paise: int = 0


class Draft(Record):
    """A paper not yet issued. One device owns a draft (`owner`) and alone edits and issues it."""

    type: str = "INV"
    owner: Id = b""
    party: Id | None = None
    dated_on: dt.date | None = None
    due_on: dt.date | None = None
    place_of_supply: str = ""
    rounding: str = "rupee"
    reverse_charge: bool = False
    ship_to: Address | None = None
    lines: tuple[DraftLine, ...] = ()
    original: Original | None = None
    reason: str = ""
    reference: str = ""
    note: str = ""
    milestone: Id | None = None
    discarded: bool = False
    discount_paise: int = 0
    charges: tuple[Charge, ...] = ()
    applicable_percent_bp: int = 10_000
    with_payment: bool | None = None
    dispatch_from: Address | None = None
    intra_igst: bool = False
    shipping_bill: ShippingBill | None = None
    ecommerce: Ecommerce | None = None
    amends: Original | None = None
    revises: Original | None = None
    transport: Transport | None = None
    purpose: str = ""
    foreign: Foreign | None = None
    place_rule: str = ""
    supplied_on: dt.date | None = None
    paid_on: dt.date | None = None
    source: Id | None = None


class DraftBilled(Record):
    """A claim: this draft became this document; it holds the draft's place."""

    draft: Id
    document: Id


class Correction(Record):
    """A claim: this document amends or revises that one; a second correction of the same document is contested."""

    corrected: Id
    document: Id
