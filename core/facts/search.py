"""Finds codes of goods and services by word or by the code's first digits, the likeliest first."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from core.facts.records import HsnFact

HEADING_DIGITS = 4
WORDS_MAX = 8
RANKED_MAX = 400
"""Of what fits a common word so many are weighed: those that begin with it, then headings before what is under them."""

_WORD = re.compile(r"[^\W_]+")


class _Entry(NamedTuple):
    text: str
    fact: HsnFact


class HsnIndex:
    """A list of codes, ready to be searched; made once, asked at each key."""

    def __init__(self, facts: Iterable[HsnFact]) -> None:
        self.by_code = {fact.code: fact for fact in facts}

    def find(self, asked: str, limit: int) -> list[HsnFact]:
        """Gives what fits every word asked for: a number is the beginning of a code, a word that of a word."""
        words = [word.lower() for word in _WORD.findall(asked)[:WORDS_MAX]]
        codes = [word for word in words if word.isascii() and word.isdigit()]
        starts = [f" {_stem(word)}" for word in words if word not in codes]
        if not words or len(codes) > 1:
            return []
        code = codes[0] if codes else ""
        found = _weighed(self._fitting(code, starts), starts)
        found.sort(key=lambda entry: (entry.fact.code != code, _rank(entry, starts)))
        return [entry.fact for entry in found[:limit]]

    def known(self, code: str) -> HsnFact | None:
        """Gives the code, or the nearest above it down to its heading; None when the list has neither."""
        for length in range(len(code), min(len(code), HEADING_DIGITS) - 1, -1):
            fact = self.by_code.get(code[:length])
            if fact is not None:
                return fact
        return None

    def _fitting(self, code: str, starts: list[str]) -> list[_Entry]:
        found = self._entries
        for start in sorted(starts, key=len, reverse=True):
            found = [entry for entry in found if start in entry.text]
        return [entry for entry in found if entry.fact.code.startswith(code)] if code else found

    @cached_property
    def _entries(self) -> list[_Entry]:
        """Headings before what is under them."""
        facts = sorted(self.by_code.values(), key=lambda fact: (len(fact.code), fact.code))
        return [_Entry(_words_of(fact.description), fact) for fact in facts]


def _words_of(description: str) -> str:
    return f" {' '.join(_WORD.findall(description.lower()))} "


def _stem(word: str) -> str:
    """A word without the plural's ending, so that “pumps” finds a pump and “battery” batteries."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3]
    if len(word) > 4 and word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _weighed(found: list[_Entry], starts: list[str]) -> list[_Entry]:
    if len(found) <= RANKED_MAX or not starts:
        return found[:RANKED_MAX]
    first = [entry for entry in found if entry.text.startswith(starts[0])][:RANKED_MAX]
    rest = [entry for entry in found[:RANKED_MAX] if not entry.text.startswith(starts[0])]
    return (first + rest)[:RANKED_MAX]


def _rank(entry: _Entry, starts: list[str]) -> tuple[int, int, int, int, str]:
    """Whole words before beginnings, early ones before late ones, headings before what is under them, chapters last."""
    partial = sum(f"{start} " not in entry.text and f"{start}s " not in entry.text for start in starts)
    place = sum(entry.text.index(start) for start in starts)
    length = len(entry.fact.code)
    return (partial, place > 0, length if length > 2 else 9, place + len(entry.text), entry.fact.code)
