"""The business itself: its name, GSTINs, address, bank and settings."""
