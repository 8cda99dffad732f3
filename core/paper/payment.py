"""What a document asks to be paid and its payment link: the one its QR carries, and any other output that names it.

Nothing here draws, so asking for a link loads no fonts.
"""

from core.gst.upi import MAX_REFERENCE, UpiError, upi_link
from core.invoicing.model import Document, Seller
from core.invoicing.papers import BILLS


def payment_link(seller: Seller, due_paise: int, reference: str) -> str:
    """The UPI link that pays this amount to the company; empty where there is none to make."""
    name = seller.trade_name or seller.legal_name
    try:
        return upi_link(
            pa=seller.bank.upi_id, pn=name, am_paise=due_paise, tr=reference[:MAX_REFERENCE], tn=reference
        )
    except UpiError:
        return ""


def asked_paise(document: Document, open_paise: int | None = None) -> int:
    """What a document asks to be paid: what is open of it, or its value.

    One that replaces another which the book has asks only for the difference; the rest stands on the other.
    """
    if open_paise is not None:
        return open_paise
    value_paise = document.totals.invoice_value_paise
    return value_paise - document.replaces.invoice_value_paise if document.replaces else value_paise


def document_link(document: Document, *, open_paise: int | None = None, cancelled: bool = False) -> str:
    """The link that pays what is still due of a document (its whole value unless told).

    Empty for drafts, credit notes, offers, challans, cancelled documents and where nothing is due.
    """
    if cancelled or document.type not in BILLS or not document.number:
        return ""
    return payment_link(document.seller, asked_paise(document, open_paise), document.number)
