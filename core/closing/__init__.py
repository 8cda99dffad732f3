"""Closing the books of a period: what is dated in it is entered on the first open day after."""
