"""The tables of the book, one file a feature.

All stand on one MetaData, from which the migrations are checked.
"""
