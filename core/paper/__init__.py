"""The papers of the house as PDF: documents, receipts, reminders and statements."""

from core.paper.draw import draw_document, draw_documents, draw_receipt, draw_reminder, draw_statement

__all__ = ["draw_document", "draw_documents", "draw_receipt", "draw_reminder", "draw_statement"]
