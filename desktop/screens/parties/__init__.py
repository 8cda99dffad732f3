"""Customers: the list with what each owes, a page for each, and the form that edits them."""
