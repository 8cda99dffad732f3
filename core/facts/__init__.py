"""Dated law and reference data, and the reader that answers for a day.

A rate, limit or code that changes is a line of data here, with from, to and source.
"""

from core.facts.reader import Facts, UnknownFact
from core.facts.records import BankRate, HsnFact, Port, RateFact, State, TdsCode, Uqc

__all__ = ["BankRate", "Facts", "HsnFact", "Port", "RateFact", "State", "TdsCode", "UnknownFact", "Uqc"]
