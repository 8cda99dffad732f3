"""GSTIN, place of supply, tax lines and rounding.

Pure sums over the Facts of a day.
"""
