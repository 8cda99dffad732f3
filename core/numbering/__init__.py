"""Series that exactly one device owns, and the numbers drawn from them."""
