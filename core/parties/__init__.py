"""Customers: who owes, where they are and under which GSTIN."""
