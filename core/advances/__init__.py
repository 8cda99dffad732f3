"""Money received before the invoice: receipt vouchers, the GST on them, and refund vouchers."""
