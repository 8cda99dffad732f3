"""Drafts, issued invoices, credit notes and cancellations."""
