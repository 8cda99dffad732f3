"""The steps themselves, named NNNN_feature.py and run in the order of their numbers.

A step is additive, writes no row that a new book would need, and leaves the tables as core/store/tables says.
"""
