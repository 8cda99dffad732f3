"""The bank: accounts, the lines of their statements, and which money in the book each line is."""
