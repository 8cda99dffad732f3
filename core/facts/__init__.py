"""Dated law and reference data, and the reader that answers for a day.

A rate, limit or code that changes is a line of data here, with from, to and source.
"""

from core.facts.reader import Facts, UnknownFact
from core.facts.records import State, TdsCode, Uqc

__all__ = ["Facts", "State", "TdsCode", "UnknownFact", "Uqc"]
