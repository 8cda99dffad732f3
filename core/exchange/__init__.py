"""In and out of a book: the interchange file, ledger files, and the answers that programs read."""
