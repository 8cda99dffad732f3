"""The papers of the house as PDF: documents, vouchers, receipts, reminders and statements, and payment links."""

from core.paper.draw import (
    COPIES,
    draw_confirmation,
    draw_document,
    draw_documents,
    draw_interest,
    draw_payback,
    draw_receipt,
    draw_refund,
    draw_reminder,
    draw_reversal,
    draw_slip,
    draw_statement,
    draw_tds_letters,
    draw_voucher,
)
from core.paper.model import PayIn, Settled, SlipCheque
from core.paper.payment import document_link, payment_link

__all__ = [
    "COPIES",
    "PayIn",
    "Settled",
    "SlipCheque",
    "document_link",
    "draw_confirmation",
    "draw_document",
    "draw_documents",
    "draw_interest",
    "draw_payback",
    "draw_receipt",
    "draw_refund",
    "draw_reminder",
    "draw_reversal",
    "draw_slip",
    "draw_statement",
    "draw_tds_letters",
    "draw_voucher",
    "payment_link",
]
