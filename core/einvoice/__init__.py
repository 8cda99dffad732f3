"""E-invoices: INV-01, the IRN, and the invoice portal's signed answers."""
