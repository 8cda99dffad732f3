"""Numbered steps that bring an older book to today's tables.

Additive within a major version; each runs on a copy first.
"""
