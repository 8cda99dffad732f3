"""Papers as they are printed: layout, fonts and QR, drawn from stored figures alone."""
