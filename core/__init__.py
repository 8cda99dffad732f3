"""The business: what Indian small businesses are owed, and how they come to be paid.

No window, no network and no environment variable is known below this package.
"""
