"""Why a payment was short: which bills, TDS, GST-TDS, retention, notes, charges and round-off make it exactly."""
