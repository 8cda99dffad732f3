"""Tokens of colour, size and type, made into one palette and one stylesheet."""
