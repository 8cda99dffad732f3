"""Postings, open items and allocations; papers are known here by id alone."""
