"""Money that came in: receipts with TDS, advances and bill-wise allocation."""
