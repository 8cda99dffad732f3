"""Invoices: the list of documents and drafts, a document's page, and the editor in which papers are written."""
