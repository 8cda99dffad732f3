"""The papers of the house as PDF: documents, receipts, reminders and statements, and their payment links."""

from core.paper.draw import draw_document, draw_documents, draw_receipt, draw_reminder, draw_statement
from core.paper.model import Settled
from core.paper.payment import document_link, payment_link

__all__ = [
    "Settled",
    "document_link",
    "draw_document",
    "draw_documents",
    "draw_receipt",
    "draw_reminder",
    "draw_statement",
    "payment_link",
]
