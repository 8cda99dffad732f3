"""How a document's number is headed, and the mark each of its copies bears.

Sources: CGST Rules 48 for the copies of invoices, 55(2) for those of challans.
"""

from core.invoicing.model import Document
from core.invoicing.papers import (
    CHALLAN,
    CREDIT_NOTE,
    DEBIT_NOTE,
    OFFERS,
    PROFORMA,
    QUOTATION,
    is_bill_of_supply,
)
from core.paper.sheet import Say

_SERVICES = "99"


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
