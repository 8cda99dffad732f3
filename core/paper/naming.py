"""What a document is called, how its number is headed, and the mark each of its copies bears.

Sources: CGST Rules 46, 46A, 49 and 53 for the titles, 48 for the copies of invoices, 55(2) for those of challans.
"""

from core.gst.place import ABROAD
from core.gst.section import OPERATOR_PAYS
from core.invoicing.model import Document, Line
from core.invoicing.papers import (
    CHALLAN,
    COMMERCIAL,
    CREDIT_NOTE,
    DEBIT_NOTE,
    INVOICE,
    OFFERS,
    OTHER,
    PROFORMA,
    QUOTATION,
    is_commercial,
)
from core.paper.sheet import Say

_SERVICES = "99"


def is_taxed(line: Line) -> bool:
    """Whether a line is a taxable supply; nil rated and exempt ones belong on a bill of supply."""
    return line.treatment == "taxable" and (line.rate_bp > 0 or line.cess_paise > 0)


def shows_tax(document: Document) -> bool:
    """Whether a document has columns of tax: a challan and a commercial note have none, nor a bill of supply."""
    if document.type == CHALLAN or is_commercial(document):
        return False
    return any(is_taxed(line) for line in document.lines)


def bears_igst(document: Document) -> bool:
    """Whether the tax is IGST: between States, or inside one by the law's exception."""
    return document.supply == "INTER" or document.intra_igst


def operator_pays(document: Document) -> bool:
    """Whether the e-commerce operator pays the tax in the seller's stead: CGST Act, s. 9(5)."""
    return document.ecommerce is not None and document.ecommerce.section == OPERATOR_PAYS


def is_abroad(document: Document) -> bool:
    """Whether it is an export: a buyer from abroad who is supplied at an Indian place is a domestic one."""
    return document.buyer.kind == "overseas" and document.place_of_supply == ABROAD


def is_bill_of_supply(document: Document) -> bool:
    """Whether it is the paper of a registered supplier who charges no tax: CGST Act, s. 31(3)(c)."""
    if document.type != INVOICE or document.opening or not document.seller.gstin:
        return False
    return document.seller.composition or not shows_tax(document)


def document_title(document: Document, _: Say) -> str:
    """What the law calls this paper."""
    titles = {
        CREDIT_NOTE: _("Credit Note"),
        DEBIT_NOTE: _("Debit Note"),
        CHALLAN: _("Delivery Challan"),
        QUOTATION: _("Quotation"),
        PROFORMA: _("Proforma Invoice"),
    }
    if document.type in titles:
        return titles[document.type]
    if document.revises is not None:
        return _("Revised Invoice")
    if document.opening or not document.seller.gstin or operator_pays(document):
        return _("Invoice")
    if is_bill_of_supply(document):
        return _("Bill of Supply")
    if is_abroad(document):
        return _("Export Invoice")
    if document.buyer.kind == "unregistered" and not all(is_taxed(line) for line in document.lines):
        return _("Invoice-cum-Bill of Supply")
    return _("Tax Invoice")


def number_label(document: Document, _: Say) -> str:
    """How the number of a document is headed."""
    labels = {
        CREDIT_NOTE: _("Credit note no."),
        DEBIT_NOTE: _("Debit note no."),
        CHALLAN: _("Challan no."),
        QUOTATION: _("Quotation no."),
        PROFORMA: _("Proforma no."),
    }
    return labels.get(document.type) or (_("Bill no.") if is_bill_of_supply(document) else _("Invoice no."))


def copy_mark(document: Document, copy: str, _: Say) -> str:
    """For whom a copy is: goods go out in three, services in two; an offer says what it is not.

    An unknown `copy` raises KeyError.
    """
    marks = {
        "original": _("ORIGINAL FOR RECIPIENT"),
        "duplicate": _("DUPLICATE FOR TRANSPORTER"),
        "triplicate": _("TRIPLICATE FOR SUPPLIER"),
    }
    if document.type == CHALLAN:
        marks |= {"original": _("ORIGINAL FOR CONSIGNEE"), "triplicate": _("TRIPLICATE FOR CONSIGNER")}
    elif document.type in OFFERS:
        marks = dict.fromkeys(marks, _("NOT A TAX INVOICE"))
    elif document.lines and all(line.hsn.startswith(_SERVICES) for line in document.lines):
        marks["duplicate"] = _("DUPLICATE FOR SUPPLIER")
    return marks[copy]


def reason_name(reason: str, _: Say) -> str:
    """Why a note was given, in words; what the user wrote himself stands as it is."""
    names = {
        "return": _("Goods returned"),
        "discount": _("Discount after the sale"),
        "price": _("Price corrected"),
        "tax": _("Tax corrected"),
        "quantity": _("Quantity corrected"),
        "deficiency": _("Goods or services deficient"),
        "finalisation": _("Provisional price made final"),
        "place": _("Place of supply corrected"),
        COMMERCIAL: _("Commercial, without GST"),
        OTHER: _("Other"),
    }
    return names.get(reason, reason)


def purpose_name(purpose: str, _: Say) -> str:
    """Why goods move without an invoice, in words; what is not known stands as it is."""
    names = {
        "job_work": _("Job work"),
        "own_use": _("Own use"),
        OTHER: _("Not by way of supply"),
    }
    return names.get(purpose, purpose)
