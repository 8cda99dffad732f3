"""The payment link of a paper: the one its QR carries, and any other output that names it.

Nothing here draws, so asking for a link loads no fonts.
"""

from core.gst.upi import MAX_REFERENCE, UpiError, upi_link
from core.invoicing.model import Document, Seller


def payment_link(seller: Seller, due_paise: int, reference: str) -> str:
    """The UPI link that pays this amount to the company; empty where there is none to make."""
    name = seller.trade_name or seller.legal_name
    try:
        return upi_link(
            pa=seller.bank.upi_id, pn=name, am_paise=due_paise, tr=reference[:MAX_REFERENCE], tn=reference
        )
    except UpiError:
        return ""


def document_link(document: Document, *, open_paise: int | None = None, cancelled: bool = False) -> str:
    """The link that pays what is still due of a document (its whole value unless told).

    Empty for drafts, credit notes, cancelled documents and where nothing is due.
    """
    if cancelled or document.type == "CRN" or not document.number:
        return ""
    due_paise = document.totals.invoice_value_paise if open_paise is None else open_paise
    return payment_link(document.seller, due_paise, document.number)
